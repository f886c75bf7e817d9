//! Every statement on `job` and `sweep`, each named by the question it answers.

use crate::LEASE;
use crate::job::Job;
use db::{Db, Exec, Fault, Row, Statement, params};
use jiff::{SignedDuration, Timestamp};

/// Sweeps belong to no bureau; their rows stand together under this name.
const WHOLE_COUNTRY: &str = "*";

/// Ask for work, in the transaction that makes it necessary. Asked for again under the same key, nothing happens, also
/// after it has been done: put what makes it new (a date, a version) into `key`.
pub fn enqueue(kind: &str, key: &str, bureau: &str, payload: impl ToString, run_at: Timestamp) -> Statement {
    Statement::new(
        "insert into job (bureau, kind, key, payload, run_at, lease_until, lease_owner, attempts, last_error, state) \
         values ($1, $2, $3, $4, $5, 0, '', 0, '', 'waiting') on conflict (bureau, kind, key) do nothing",
        params![bureau, kind, key, payload.to_string(), run_at],
    )
}

/// Which jobs of `kinds` are due and in nobody's hands, longest due first. Only a look: [`lease`] decides who gets one.
pub(crate) async fn due(db: &Db, kinds: &[&str], now: Timestamp, most: usize) -> Result<Vec<Job>, Fault> {
    let places: Vec<String> = (0..kinds.len()).map(|i| format!("${}", i + 3)).collect();
    let sql = format!(
        "select bureau, kind, key, payload, run_at, attempts from job \
         where state = 'waiting' and run_at <= $1 and lease_until <= $2 and kind in ({}) \
         order by run_at, bureau, kind, key limit {most} -- all bureaus: the runner serves every bureau",
        places.join(", ")
    );
    let mut values = params![now, now];
    values.extend(kinds.iter().map(|kind| db::Value::from(*kind)));
    let rows = db.clone().query_dyn(sql, values).await?;
    rows.iter().map(job_of).collect()
}

fn job_of(row: &Row) -> Result<Job, Fault> {
    Ok(Job {
        bureau: row.text(0)?,
        kind: row.text(1)?,
        key: row.text(2)?,
        payload: row.text(3)?,
        run_at: row.instant(4)?,
        attempts: row.get(5)?,
    })
}

/// Take a job into `owner`'s hands and count the attempt. `None` when another node was faster.
pub(crate) async fn lease(db: &Db, job: &Job, owner: &str, now: Timestamp) -> Result<Option<Job>, Fault> {
    let row = db
        .clone()
        .query_opt(
            "update job set lease_until = $1, lease_owner = $2, attempts = attempts + 1 \
             where bureau = $3 and kind = $4 and key = $5 and state = 'waiting' and run_at <= $6 and lease_until <= $7 \
             returning bureau, kind, key, payload, run_at, attempts",
            params![later(now, LEASE), owner, &job.bureau, &job.kind, &job.key, now, now],
        )
        .await?;
    row.as_ref().map(job_of).transpose()
}

/// Hold on to a job that takes long. False when it is no longer ours.
pub(crate) async fn renew(db: &Db, job: &Job, owner: &str, now: Timestamp) -> Result<bool, Fault> {
    let touched = db
        .clone()
        .execute(
            "update job set lease_until = $1 \
             where bureau = $2 and kind = $3 and key = $4 and lease_owner = $5 and state = 'waiting'",
            params![later(now, LEASE), &job.bureau, &job.kind, &job.key, owner],
        )
        .await?;
    Ok(touched > 0)
}

pub(crate) async fn finish(db: &Db, job: &Job, owner: &str, now: Timestamp) -> Result<(), Fault> {
    db.clone()
        .execute(
            "update job set state = 'done', ended_at = $1, lease_until = 0, lease_owner = '', last_error = '' \
             where bureau = $2 and kind = $3 and key = $4 and lease_owner = $5",
            params![now, &job.bureau, &job.kind, &job.key, owner],
        )
        .await
        .map(|_| ())
}

/// Put it back for `run_at` with what went wrong.
pub(crate) async fn put_back(
    db: &Db,
    job: &Job,
    owner: &str,
    run_at: Timestamp,
    why: &str,
) -> Result<(), Fault> {
    db.clone()
        .execute(
            "update job set run_at = $1, lease_until = 0, lease_owner = '', last_error = $2 \
             where bureau = $3 and kind = $4 and key = $5 and lease_owner = $6",
            params![run_at, why, &job.bureau, &job.kind, &job.key, owner],
        )
        .await
        .map(|_| ())
}

/// Lay it aside for a person to look at.
pub(crate) async fn lay_aside(
    db: &Db,
    job: &Job,
    owner: &str,
    now: Timestamp,
    why: &str,
) -> Result<(), Fault> {
    db.clone()
        .execute(
            "update job set state = 'dead', ended_at = $1, lease_until = 0, lease_owner = '', last_error = $2 \
             where bureau = $3 and kind = $4 and key = $5 and lease_owner = $6",
            params![now, why, &job.bureau, &job.kind, &job.key, owner],
        )
        .await
        .map(|_| ())
}

/// A job that was given up, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dead {
    pub job: Job,
    pub last_error: String,
}

/// The jobs given up, latest first, at most 200.
pub async fn dead(on: &mut impl Exec) -> Result<Vec<Dead>, Fault> {
    let rows = on
        .query(
            "select bureau, kind, key, payload, run_at, attempts, last_error from job where state = 'dead' \
             order by ended_at desc limit 200 -- all bureaus: one list for whoever keeps the system running",
            params![],
        )
        .await?;
    rows.iter().map(|row| Ok(Dead { job: job_of(row)?, last_error: row.text(6)? })).collect()
}

/// Give a dead job another [`crate::ATTEMPTS`] attempts.
pub fn revive(bureau: &str, kind: &str, key: &str, now: Timestamp) -> Statement {
    Statement::expecting(
        "update job set state = 'waiting', run_at = $1, attempts = 0, ended_at = null \
         where bureau = $2 and kind = $3 and key = $4 and state = 'dead'",
        params![now, bureau, kind, key],
        1,
    )
}

/// How much is waiting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Jobs due now and not done.
    pub due: i64,
    /// Since when the oldest of them has been due.
    pub oldest: Option<Timestamp>,
    pub dead: i64,
}

/// How much is waiting, for the page of the system's health.
pub async fn backlog(on: &mut impl Exec, now: Timestamp) -> Result<Backlog, Fault> {
    let waiting = on
        .query_one(
            "select count(*), min(run_at) from job where state = 'waiting' and run_at <= $1 \
             -- all bureaus: the health of the whole system",
            params![now],
        )
        .await?;
    let dead = on
        .query_one(
            "select count(*) from job where state = 'dead' -- all bureaus: the health of the whole system",
            params![],
        )
        .await?;
    Ok(Backlog { due: waiting.int(0)?, oldest: waiting.opt_instant(1)?, dead: dead.int(0)? })
}

/// Forget jobs done before `instant`. Their keys may then be used again. How many went.
pub async fn forget_done_before(on: &mut impl Exec, instant: Timestamp) -> Result<u64, Fault> {
    on.execute(
        "delete from job where state = 'done' and ended_at < $1 -- all bureaus: housekeeping",
        params![instant],
    )
    .await
}

/// Is the sweep due, and is it ours?
pub(crate) async fn lease_sweep(db: &Db, name: &str, owner: &str, now: Timestamp) -> Result<bool, Fault> {
    let mut on = db.clone();
    let seen = on
        .query_opt(
            "select next_at, lease_until from sweep where bureau = $1 and name = $2",
            params![WHOLE_COUNTRY, name],
        )
        .await?;
    match seen {
        Some(row) if row.instant(0)? > now || row.instant(1)? > now => return Ok(false),
        Some(_) => {}
        None => {
            on.execute(
                "insert into sweep (bureau, name, next_at, lease_until, lease_owner, last_error) \
                 values ($1, $2, $3, 0, '', '') on conflict (bureau, name) do nothing",
                params![WHOLE_COUNTRY, name, now],
            )
            .await?;
        }
    }
    let touched = on
        .execute(
            "update sweep set lease_until = $1, lease_owner = $2 \
             where bureau = $3 and name = $4 and next_at <= $5 and lease_until <= $6",
            params![later(now, LEASE), owner, WHOLE_COUNTRY, name, now, now],
        )
        .await?;
    Ok(touched > 0)
}

pub(crate) async fn renew_sweep(db: &Db, name: &str, owner: &str, now: Timestamp) -> Result<bool, Fault> {
    let touched = db
        .clone()
        .execute(
            "update sweep set lease_until = $1 where bureau = $2 and name = $3 and lease_owner = $4",
            params![later(now, LEASE), WHOLE_COUNTRY, name, owner],
        )
        .await?;
    Ok(touched > 0)
}

/// The sweep has run (or failed, and says why): it is next due at `next_at`.
pub(crate) async fn end_sweep(
    db: &Db,
    name: &str,
    owner: &str,
    now: Timestamp,
    next_at: Timestamp,
    last_error: &str,
) -> Result<(), Fault> {
    db.clone()
        .execute(
            "update sweep set next_at = $1, lease_until = 0, lease_owner = '', last_at = $2, last_error = $3 \
             where bureau = $4 and name = $5 and lease_owner = $6",
            params![next_at, now, last_error, WHOLE_COUNTRY, name, owner],
        )
        .await
        .map(|_| ())
}

/// `wait` after `now`; at the end of time, the end of time.
pub(crate) fn later(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}
