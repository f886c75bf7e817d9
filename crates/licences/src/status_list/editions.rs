//! The marks of a bureau's licences, read from their editions.

use async_trait::async_trait;
use db::{Db, Exec, Fault, params};

use super::{Editions, Mark};
use crate::elicence::State;

/// The editions of this site.
pub struct Issued;

/// Editions read at a time.
const PAGE: i64 = 10_000;

#[async_trait]
impl Editions for Issued {
    async fn marks(&self, db: &mut Db, bureau: &str) -> Result<Vec<(u64, Mark)>, Fault> {
        let (mut marks, mut after) = (Vec::new(), -1);
        loop {
            let page = page(db, bureau, after).await?;
            let Some((last, _)) = page.last() else { return Ok(marks) };
            after = *last;
            marks.extend(page.iter().filter_map(|(index, mark)| Some((u64::try_from(*index).ok()?, *mark))));
        }
    }

    async fn mark(
        &self,
        db: &mut Db,
        bureau: &str,
        number: &str,
        edition: i64,
    ) -> Result<Option<Mark>, Fault> {
        let row = db
            .query_opt(
                "select state
                   from elicence
                  where bureau = $1 and number = $2 and edition = $3",
                params![bureau, number, edition],
            )
            .await?;
        row.map(|row| Ok(mark_of(&row.text(0)?))).transpose()
    }
}

async fn page(db: &mut Db, bureau: &str, after: i64) -> Result<Vec<(i64, Mark)>, Fault> {
    let rows = db
        .query(
            "select status_index, state
               from elicence
              where bureau = $1 and status_index > $2
              order by status_index
              limit $3",
            params![bureau, after, PAGE],
        )
        .await?;
    rows.iter().map(|row| Ok((row.int(0)?, mark_of(&row.text(1)?)))).collect()
}

/// 待签发 is no licence yet, and what has run out is none any more: both count as ended.
fn mark_of(state: &str) -> Mark {
    match State::from_code(state) {
        Some(State::Valid) => Mark::Valid,
        Some(State::Suspended) => Mark::Suspended,
        Some(State::Replaced) => Mark::Replaced,
        Some(State::Revoked) => Mark::Revoked,
        Some(State::Pending | State::Cancelled | State::Expired) | None => Mark::Ended,
    }
}
