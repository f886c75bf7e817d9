//! Every query on grants and uses, each named by the question it answers.

use db::{Exec, Fault, Row, Statement, params};
use jiff::Timestamp;

use super::grant::{Grant, Use};

fn grant_from(row: &Row) -> Result<Grant, Fault> {
    Ok(Grant {
        bureau: row.text(0)?,
        number: row.text(1)?,
        id: row.text(2)?,
        holder: row.text(3)?,
        purpose: row.text(4)?,
        to_whom: row.text(5)?,
        until: row.instant(6)?,
        times: row.int(7)?,
        used: row.int(8)?,
        withdrawn: row.text(9)? == "withdrawn",
        made_at: row.instant(10)?,
    })
}

pub(super) fn insert(grant: &Grant, code_hash: &str) -> Statement {
    Statement::expecting(
        "insert into elicence_grant
            (bureau, number, id, holder, purpose, to_whom, code_hash, until, times, used, state, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', $11)",
        params![
            &grant.bureau,
            &grant.number,
            &grant.id,
            &grant.holder,
            &grant.purpose,
            &grant.to_whom,
            code_hash,
            grant.until,
            grant.times,
            grant.used,
            grant.made_at
        ],
        1,
    )
}

/// The grant a code opens, the newest if two codes should ever be alike.
pub(super) async fn of_code(
    on: &mut impl Exec,
    bureau: &str,
    number: &str,
    code_hash: &str,
) -> Result<Option<Grant>, Fault> {
    let row = on
        .query_opt(
            "select bureau, number, id, holder, purpose, to_whom, until, times, used, state, made_at
               from elicence_grant
              where bureau = $1 and number = $2 and code_hash = $3
              order by made_at desc, id
              limit 1",
            params![bureau, number, code_hash],
        )
        .await?;
    row.as_ref().map(grant_from).transpose()
}

pub(super) async fn by_id(on: &mut impl Exec, bureau: &str, id: &str) -> Result<Option<Grant>, Fault> {
    let row = on
        .query_opt(
            "select bureau, number, id, holder, purpose, to_whom, until, times, used, state, made_at
               from elicence_grant
              where bureau = $1 and id = $2",
            params![bureau, id],
        )
        .await?;
    row.as_ref().map(grant_from).transpose()
}

/// The grants of a licence by one holder, newest first: a later holder does not see what an earlier one gave.
pub async fn given(
    on: &mut impl Exec,
    bureau: &str,
    number: &str,
    holder: &str,
) -> Result<Vec<Grant>, Fault> {
    let rows = on
        .query(
            "select bureau, number, id, holder, purpose, to_whom, until, times, used, state, made_at
               from elicence_grant
              where bureau = $1 and number = $2 and holder = $3
              order by made_at desc, id
              limit 50",
            params![bureau, number, holder],
        )
        .await?;
    rows.iter().map(grant_from).collect()
}

/// Takes one use of a grant that is open; nothing is touched otherwise.
pub(super) fn take_use(grant: &Grant, now: Timestamp) -> Statement {
    Statement::expecting(
        "update elicence_grant
            set used = used + 1
          where bureau = $1 and id = $2 and state = 'open' and until > $3 and used < times",
        params![&grant.bureau, &grant.id, now],
        1,
    )
}

pub(super) fn withdraw(grant: &Grant) -> Statement {
    Statement::expecting(
        "update elicence_grant
            set state = 'withdrawn'
          where bureau = $1 and id = $2 and state = 'open'",
        params![&grant.bureau, &grant.id],
        1,
    )
}

pub(super) fn insert_use(used: &Use) -> Statement {
    Statement::expecting(
        "insert into elicence_use (bureau, number, id, grant_id, edition, at, who, reason, open_until)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            &used.bureau,
            &used.number,
            &used.id,
            &used.grant_id,
            used.edition,
            used.at,
            &used.who,
            &used.reason,
            used.open_until
        ],
        1,
    )
}

fn use_from(row: &Row) -> Result<Use, Fault> {
    Ok(Use {
        bureau: row.text(0)?,
        number: row.text(1)?,
        id: row.text(2)?,
        grant_id: row.text(3)?,
        edition: row.get(4)?,
        at: row.instant(5)?,
        who: row.text(6)?,
        reason: row.text(7)?,
        open_until: row.instant(8)?,
    })
}

pub(super) async fn use_by_id(on: &mut impl Exec, bureau: &str, id: &str) -> Result<Option<Use>, Fault> {
    let row = on
        .query_opt(
            "select bureau, number, id, grant_id, edition, at, who, reason, open_until
               from elicence_use
              where bureau = $1 and id = $2",
            params![bureau, id],
        )
        .await?;
    row.as_ref().map(use_from).transpose()
}

/// Who used a licence, newest first.
pub async fn uses(on: &mut impl Exec, bureau: &str, number: &str) -> Result<Vec<Use>, Fault> {
    let rows = on
        .query(
            "select bureau, number, id, grant_id, edition, at, who, reason, open_until
               from elicence_use
              where bureau = $1 and number = $2
              order by at desc, id
              limit 100",
            params![bureau, number],
        )
        .await?;
    rows.iter().map(use_from).collect()
}
