//! The history of a subject: who did what, when, chained by hash so that no row can be changed, taken out, put in or
//! moved without it being found, and the tail not cut off without it being missed.

use crate::exec::{Exec, Statement};
use crate::{Fault, Row, params};
use jiff::Timestamp;
use sm3::{Digest, Sm3};
use thiserror::Error;

/// What is about to be written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub bureau: String,
    /// `case`, `licence`, `account` …
    pub subject_kind: String,
    pub subject: String,
    /// From 1; given by [`append`].
    pub seq: i64,
    pub at: Timestamp,
    /// Who, as an identifier, and by the name shown at that time.
    pub actor: String,
    pub actor_name: String,
    /// The verb: `submitted`, `accepted` …
    pub act: String,
    /// Details as JSON.
    pub data: String,
    /// SM3 of the row before, as 64 hex digits; zeros for the first. Given by [`append`].
    pub prev_hash: String,
    /// SM3 of this row. Given by [`append`].
    pub hash: String,
}

impl Entry {
    /// An entry to append; place and hashes come from [`append`].
    pub fn new(
        (bureau, subject_kind, subject): (&str, &str, &str),
        at: Timestamp,
        (actor, actor_name): (&str, &str),
        act: &str,
        data: String,
    ) -> Entry {
        Entry {
            bureau: bureau.to_owned(),
            subject_kind: subject_kind.to_owned(),
            subject: subject.to_owned(),
            seq: 0,
            at,
            actor: actor.to_owned(),
            actor_name: actor_name.to_owned(),
            act: act.to_owned(),
            data,
            prev_hash: String::new(),
            hash: String::new(),
        }
    }

    /// SM3 over the row as a JSON list, in a fixed order: a list has one way to be written, so it is canonical.
    fn computed_hash(&self) -> String {
        let row = serde_json::json!([
            self.prev_hash,
            self.bureau,
            self.subject_kind,
            self.subject,
            self.seq,
            self.at.as_microsecond(),
            self.actor,
            self.actor_name,
            self.act,
            self.data,
        ]);
        hex::encode(Sm3::digest(row.to_string().as_bytes()))
    }
}

/// The hash before the first row.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A chain that does not hold: the first row that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("history broken at row {seq}: {why}")]
pub struct Broken {
    pub seq: i64,
    pub why: String,
}

/// Append to the chain of the subject, in the transaction of what is being done. Gives back the entry as written.
///
/// Two transactions that append to one subject at once: the second gets `Fault::Unique` (or waits, then gets it).
pub async fn append(tx: &mut impl Exec, entry: &Entry) -> Result<Entry, Fault> {
    let head = tx
        .query_opt(
            "select seq, hash from history_head where bureau = $1 and subject_kind = $2 and subject = $3",
            params![&entry.bureau, &entry.subject_kind, &entry.subject],
        )
        .await?;
    let mut entry = entry.clone();
    (entry.seq, entry.prev_hash) = match head {
        Some(head) => (head.int(0)? + 1, head.text(1)?),
        None => (1, GENESIS.to_owned()),
    };
    entry.hash = entry.computed_hash();
    insert(tx, &entry).await?;
    move_head(tx, &entry).await?;
    Ok(entry)
}

/// The first row of a new subject, as writes that can ride in one flush with what makes the subject: nothing is read, and
/// a subject that exists already refuses them (`Fault::Unique`).
pub fn first(entry: &Entry) -> Vec<Statement> {
    let mut entry = entry.clone();
    (entry.seq, entry.prev_hash) = (1, GENESIS.to_owned());
    entry.hash = entry.computed_hash();
    vec![insertion(&entry), head_move(&entry)]
}

async fn insert(tx: &mut impl Exec, entry: &Entry) -> Result<(), Fault> {
    tx.perform(insertion(entry)).await.map(|_| ())
}

fn insertion(entry: &Entry) -> Statement {
    Statement::new(
        "insert into history (bureau, subject_kind, subject, seq, at, actor, actor_name, act, data, prev_hash, hash) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            &entry.bureau,
            &entry.subject_kind,
            &entry.subject,
            entry.seq,
            entry.at,
            &entry.actor,
            &entry.actor_name,
            &entry.act,
            &entry.data,
            &entry.prev_hash,
            &entry.hash,
        ],
    )
}

async fn move_head(tx: &mut impl Exec, entry: &Entry) -> Result<(), Fault> {
    tx.perform(head_move(entry)).await.map(|_| ())
}

fn head_move(entry: &Entry) -> Statement {
    Statement::new(
        "insert into history_head (bureau, subject_kind, subject, seq, hash) values ($1, $2, $3, $4, $5) \
         on conflict (bureau, subject_kind, subject) do update set seq = excluded.seq, hash = excluded.hash",
        params![&entry.bureau, &entry.subject_kind, &entry.subject, entry.seq, &entry.hash],
    )
}

/// The history of a subject, oldest first.
pub async fn read(on: &mut impl Exec, bureau: &str, kind: &str, subject: &str) -> Result<Vec<Entry>, Fault> {
    let rows = on
        .query(
            "select bureau, subject_kind, subject, seq, at, actor, actor_name, act, data, prev_hash, hash \
             from history where bureau = $1 and subject_kind = $2 and subject = $3 order by seq",
            params![bureau, kind, subject],
        )
        .await?;
    rows.iter().map(entry_of).collect()
}

fn entry_of(row: &Row) -> Result<Entry, Fault> {
    Ok(Entry {
        bureau: row.text(0)?,
        subject_kind: row.text(1)?,
        subject: row.text(2)?,
        seq: row.int(3)?,
        at: row.instant(4)?,
        actor: row.text(5)?,
        actor_name: row.text(6)?,
        act: row.text(7)?,
        data: row.text(8)?,
        prev_hash: row.text(9)?,
        hash: row.text(10)?,
    })
}

/// Does the chain hold from its first row to its last? Names the first row that is wrong.
pub fn verify(chain: &[Entry]) -> Result<(), Broken> {
    let mut before = GENESIS;
    for (i, entry) in chain.iter().enumerate() {
        let place = i as i64 + 1;
        let broken = |why: &str| Err(Broken { seq: place, why: why.to_owned() });
        if entry.seq != place {
            return broken("a row is missing, added or moved");
        }
        if entry.prev_hash != before {
            return broken("it does not follow from the row before");
        }
        if entry.hash != entry.computed_hash() {
            return broken("it has been changed");
        }
        before = &entry.hash;
    }
    Ok(())
}
