//! Every query on the tables `guide_feedback` and `guide_copy`: what readers say of guides, and how public copies compare.

use db::{Exec, Statement, params};
use jiff::Timestamp;

use crate::fault::Fault;

/// What a reader said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub bureau: String,
    pub id: String,
    pub item: String,
    pub business: String,
    pub item_version: String,
    pub useful: bool,
    pub words: String,
    pub at: Timestamp,
}

pub fn say(said: &Said) -> Statement {
    Statement::new(
        "insert into guide_feedback (bureau, id, item, business, item_version, useful, words, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            &said.bureau,
            &said.id,
            &said.item,
            &said.business,
            &said.item_version,
            i64::from(said.useful),
            &said.words,
            said.at.as_microsecond()
        ],
    )
}

/// The latest words on an item at a bureau.
pub async fn said_of(on: &mut impl Exec, bureau: &str, item: &str, most: i64) -> Result<Vec<Said>, Fault> {
    let rows = on
        .query(
            "select id, business, item_version, useful, words, at from guide_feedback
              where bureau = $1 and item = $2 order by at desc, id desc limit $3",
            params![bureau, item, most],
        )
        .await?;
    let said = |row: &db::Row| {
        Ok(Said {
            bureau: bureau.to_owned(),
            item: item.to_owned(),
            id: row.text(0)?,
            business: row.text(1)?,
            item_version: row.text(2)?,
            useful: row.int(3)? == 1,
            words: row.text(4)?,
            at: row.instant(5)?,
        })
    };
    rows.iter().map(said).collect()
}

/// How many found an item's guides useful, and how many didn't.
pub async fn counted(on: &mut impl Exec, bureau: &str, item: &str) -> Result<(i64, i64), Fault> {
    let rows = on
        .query(
            "select useful, count(*) from guide_feedback where bureau = $1 and item = $2 group by useful order by useful",
            params![bureau, item],
        )
        .await?;
    usefulness(&rows)
}

/// Of rows by usefulness: how many said yes, how many no.
fn usefulness(rows: &[db::Row]) -> Result<(i64, i64), Fault> {
    let mut counted = (0, 0);
    for row in rows {
        match row.int(0)? {
            1 => counted.0 = row.int(1)?,
            _ => counted.1 = row.int(1)?,
        }
    }
    Ok(counted)
}

/// How many found a bureau's guides useful since then, and how many didn't.
pub async fn counted_since(on: &mut impl Exec, bureau: &str, since: Timestamp) -> Result<(i64, i64), Fault> {
    let rows = on
        .query(
            "select useful, count(*) from guide_feedback where bureau = $1 and at >= $2 group by useful order by useful",
            params![bureau, since.as_microsecond()],
        )
        .await?;
    usefulness(&rows)
}

/// How a public copy compared when it was last looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    pub url: String,
    /// `same`, `missing`, `stale`, `other` or `unreachable`.
    pub found: String,
    pub says: String,
    pub at: Timestamp,
}

pub fn look(bureau: &str, looked: &Looked) -> Statement {
    Statement::new(
        "insert into guide_copy (bureau, url, found, says, looked_at) values ($1, $2, $3, $4, $5)
         on conflict (bureau, url) do update
         set found = excluded.found, says = excluded.says, looked_at = excluded.looked_at",
        params![bureau, &looked.url, &looked.found, &looked.says, looked.at.as_microsecond()],
    )
}

/// What was found before and not this time is mended, or no longer looked at.
pub fn forget_before(bureau: &str, at: Timestamp) -> Statement {
    Statement::new(
        "delete from guide_copy where bureau = $1 and looked_at < $2",
        params![bureau, at.as_microsecond()],
    )
}

/// The copies that were looked at, those that differ first.
pub async fn copies(on: &mut impl Exec, bureau: &str) -> Result<Vec<Looked>, Fault> {
    let rows = on
        .query(
            "select url, found, says, looked_at from guide_copy where bureau = $1 order by url",
            params![bureau],
        )
        .await?;
    let looked = |row: &db::Row| {
        Ok(Looked { url: row.text(0)?, found: row.text(1)?, says: row.text(2)?, at: row.instant(3)? })
    };
    let mut all = rows.iter().map(looked).collect::<Result<Vec<_>, Fault>>()?;
    all.sort_by_key(|one| (one.found == "same", one.url.clone()));
    Ok(all)
}
