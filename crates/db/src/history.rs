//! The history of a subject: who did what, when, chained by hash so that no row can be changed, taken out, put in or
//! moved without it being found, and the tail not cut off without it being missed.

use crate::exec::Exec;
use crate::{Fault, Row, Statement, params};
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

/// The last row of a chain: what the next one follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub seq: i64,
    pub hash: String,
}

/// Append to the chain of the subject, in the transaction of what is being done. Gives back the entry as written.
///
/// Of two transactions that append to one subject at once, the second gets `Fault::Unique`.
pub async fn append(tx: &mut impl Exec, entry: &Entry) -> Result<Entry, Fault> {
    let head = head(tx, &entry.bureau, &entry.subject_kind, &entry.subject).await?;
    let entry = placed(entry, head.as_ref());
    for statement in statements(&entry) {
        tx.perform(statement).await?;
    }
    Ok(entry)
}

/// The writes for the first entry of a new subject: nothing has to be read, so they can ride in a `commit_with`.
/// A subject that has a history already makes them fail with `Fault::Unique`.
pub fn first(entry: &Entry) -> Vec<Statement> {
    follow(entry, None)
}

/// The writes for an entry behind `head`, as read before. When another has come in between, they fail with
/// `Fault::Unique`: load again and decide again.
pub fn follow(entry: &Entry, head: Option<&Head>) -> Vec<Statement> {
    statements(&placed(entry, head))
}

/// The last row of the chain of a subject.
pub async fn head(
    on: &mut impl Exec,
    bureau: &str,
    kind: &str,
    subject: &str,
) -> Result<Option<Head>, Fault> {
    let row = on
        .query_opt(
            "select seq, hash from history_head where bureau = $1 and subject_kind = $2 and subject = $3",
            params![bureau, kind, subject],
        )
        .await?;
    row.map(|row| Ok(Head { seq: row.int(0)?, hash: row.text(1)? })).transpose()
}

fn placed(entry: &Entry, head: Option<&Head>) -> Entry {
    let mut entry = entry.clone();
    (entry.seq, entry.prev_hash) = match head {
        Some(head) => (head.seq + 1, head.hash.clone()),
        None => (1, GENESIS.to_owned()),
    };
    entry.hash = entry.computed_hash();
    entry
}

fn statements(entry: &Entry) -> Vec<Statement> {
    let row = Statement::new(
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
    );
    let head = Statement::new(
        "insert into history_head (bureau, subject_kind, subject, seq, hash) values ($1, $2, $3, $4, $5) \
         on conflict (bureau, subject_kind, subject) do update set seq = excluded.seq, hash = excluded.hash",
        params![&entry.bureau, &entry.subject_kind, &entry.subject, entry.seq, &entry.hash],
    );
    vec![row, head]
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

/// As [`verify`], and does the chain end where its head says it ends?
pub fn verify_with_head(chain: &[Entry], head: Option<&Head>) -> Result<(), Broken> {
    verify(chain)?;
    let end = chain.last().map(|last| (last.seq, last.hash.as_str()));
    let told = head.map(|head| (head.seq, head.hash.as_str()));
    if end == told {
        return Ok(());
    }
    let reached = end.map_or(0, |(seq, _)| seq);
    let why = match told {
        Some((seq, _)) if seq > reached => format!("the tail is missing: it went on to row {seq}"),
        Some(_) => "the head names another end".to_owned(),
        None => "the head is missing".to_owned(),
    };
    let seq = if told.is_some_and(|(seq, _)| seq > reached) { reached + 1 } else { reached };
    Err(Broken { seq, why })
}

/// A subject whose history does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenSubject {
    pub subject_kind: String,
    pub subject: String,
    pub broken: Broken,
}

/// What a check of all histories of a bureau found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    pub subjects: u64,
    pub rows: u64,
    pub broken: Vec<BrokenSubject>,
}

/// Check every history of a bureau against itself and its heads, a subject at a time.
pub async fn verify_all(on: &mut impl Exec, bureau: &str) -> Result<Verified, Fault> {
    let subjects = on
        .query(
            "select subject_kind, subject from history_head where bureau = $1 \
             union select subject_kind, subject from history where bureau = $2 order by 1, 2",
            params![bureau, bureau],
        )
        .await?;
    let mut verified = Verified::default();
    for row in &subjects {
        let (subject_kind, subject) = (row.text(0)?, row.text(1)?);
        let chain = read(on, bureau, &subject_kind, &subject).await?;
        let head = head(on, bureau, &subject_kind, &subject).await?;
        verified.subjects += 1;
        verified.rows += chain.len() as u64;
        if let Err(broken) = verify_with_head(&chain, head.as_ref()) {
            verified.broken.push(BrokenSubject { subject_kind, subject, broken });
        }
    }
    Ok(verified)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chain(rows: usize) -> Vec<Entry> {
        let mut chain: Vec<Entry> = Vec::new();
        for i in 0..rows {
            let at = Timestamp::from_microsecond(1_700_000_000_000_000 + i as i64).unwrap();
            let what = format!("{{\"step\":{i}}}");
            let entry = Entry::new(("990101", "case", "c1"), at, ("u1", "张三·阿卜杜"), "accepted", what);
            let head = chain.last().map(|last| Head { seq: last.seq, hash: last.hash.clone() });
            chain.push(placed(&entry, head.as_ref()));
        }
        chain
    }

    fn head_of(chain: &[Entry]) -> Head {
        let last = chain.last().unwrap();
        Head { seq: last.seq, hash: last.hash.clone() }
    }

    /// Change one thing in the rows, as somebody with the password of the database would. The place of the first row
    /// that is then wrong.
    fn tampered(rows: &mut Vec<Entry>, how: usize, at: usize, bit: usize) -> i64 {
        let at = at % rows.len();
        let flip = |text: &mut String| {
            let mut bytes = text.clone().into_bytes();
            let place = bit % bytes.len();
            bytes[place] = if bytes[place] == b'x' { b'y' } else { b'x' };
            *text = String::from_utf8_lossy(&bytes).into_owned();
        };
        match how {
            0 => flip(&mut rows[at].data),
            1 => flip(&mut rows[at].act),
            2 => flip(&mut rows[at].actor_name),
            3 => flip(&mut rows[at].hash),
            4 => flip(&mut rows[at].prev_hash),
            5 => {
                rows[at].at =
                    Timestamp::from_microsecond(rows[at].at.as_microsecond() ^ (1 << (bit % 40))).unwrap()
            }
            6 => rows[at].seq ^= 1 << (bit % 20),
            7 => drop(rows.remove(at)),
            8 => rows.insert(at, rows[at].clone()),
            _ => {
                let other = (at + 1) % rows.len();
                rows.swap(at, other);
                return at.min(other) as i64 + 1;
            }
        }
        // A row put in is a copy of the one it stands before, so the copy behind it is the first that is wrong.
        at as i64 + if how == 8 { 2 } else { 1 }
    }

    #[test]
    fn an_untouched_chain_holds() {
        let rows = chain(9);
        assert_eq!(verify(&rows), Ok(()));
        assert_eq!(verify_with_head(&rows, Some(&head_of(&rows))), Ok(()));
        assert_eq!(verify_with_head(&[], None), Ok(()));
    }

    #[test]
    fn a_tail_cut_off_is_missed_by_the_head() {
        let rows = chain(9);
        let head = head_of(&rows);
        for kept in 0..9 {
            let broken = verify_with_head(&rows[..kept], Some(&head)).unwrap_err();
            assert_eq!(broken.seq, kept as i64 + 1);
        }
        assert!(verify_with_head(&rows, None).is_err());
        assert!(verify_with_head(&rows, Some(&head_of(&rows[..4]))).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]
        #[test]
        fn every_mutation_is_found_at_its_row(how in 0..10_usize, at in any::<usize>(), bit in any::<usize>()) {
            let mut rows = chain(8);
            let head = head_of(&rows);
            let first_wrong = tampered(&mut rows, how, at, bit);
            let found = verify_with_head(&rows, Some(&head)).unwrap_err();
            prop_assert_eq!(found.seq, first_wrong);
        }
    }
}
