//! Decisions that wait for the signing service.

use db::{Exec, Fault, Row, Statement, params};
use jiff::Timestamp;

use super::{json, parsed};
use crate::actions::Verdict;

/// A decision taken while the signing service was away: without effect and without number until it can be sealed.
#[derive(Clone, Debug)]
pub struct Wait {
    pub bureau: String,
    pub case_id: String,
    pub officer: String,
    pub officer_name: String,
    pub verdict: Verdict,
    /// The version of the case it was taken on.
    pub seen: i64,
    pub since: Timestamp,
    pub tries: i64,
    /// What the last try said.
    pub last_says: String,
}

fn wait_from(row: &Row) -> Result<Wait, Fault> {
    Ok(Wait {
        bureau: row.text(0)?,
        case_id: row.text(1)?,
        officer: row.text(2)?,
        officer_name: row.text(3)?,
        verdict: parsed(&row.text(4)?)?,
        seen: row.int(5)?,
        since: row.instant(6)?,
        tries: row.int(7)?,
        last_says: row.text(8)?,
    })
}

/// The decision on this case that waits, if one does.
pub async fn wait_of(db: &mut impl Exec, bureau: &str, case_id: &str) -> Result<Option<Wait>, Fault> {
    let row = db
        .query_opt(
            "select bureau, case_id, officer, officer_name, verdict, seen, since, tries, last_says
               from case_wait
              where bureau = $1 and case_id = $2",
            params![bureau, case_id],
        )
        .await?;
    row.as_ref().map(wait_from).transpose()
}

/// The decisions of a bureau that wait, the oldest first.
pub async fn waits(db: &mut impl Exec, bureau: &str) -> Result<Vec<Wait>, Fault> {
    let rows = db
        .query(
            "select bureau, case_id, officer, officer_name, verdict, seen, since, tries, last_says
               from case_wait
              where bureau = $1
              order by since, case_id
              limit 200",
            params![bureau],
        )
        .await?;
    rows.iter().map(wait_from).collect()
}

/// Of two at once the first stays.
pub fn begin_wait(wait: &Wait) -> Statement {
    Statement::expecting(
        "insert into case_wait (bureau, case_id, officer, officer_name, verdict, seen, since, tries, last_says)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (bureau, case_id) do nothing",
        params![
            &wait.bureau,
            &wait.case_id,
            &wait.officer,
            &wait.officer_name,
            json(&wait.verdict),
            wait.seen,
            wait.since,
            wait.tries,
            &wait.last_says
        ],
        1,
    )
}

/// Decided, or called off. There may have been none.
pub fn end_wait(bureau: &str, case_id: &str) -> Statement {
    Statement::new("delete from case_wait where bureau = $1 and case_id = $2", params![bureau, case_id])
}

/// Tried again in vain.
pub fn tried_again(wait: &Wait, says: &str) -> Statement {
    Statement::new(
        "update case_wait set tries = tries + 1, last_says = $1 where bureau = $2 and case_id = $3 and since = $4",
        params![says, &wait.bureau, &wait.case_id, wait.since],
    )
}
