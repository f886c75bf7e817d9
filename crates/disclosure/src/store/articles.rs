//! Articles as their editors have them, and every text the public was given.

use db::{Exec, Fault, Row, Statement, params};
use jiff::Timestamp;

use super::{json, parsed};
use crate::article::{Article, Content};
use crate::state::Person;

/// One article of a bureau.
pub async fn by_id(on: &mut impl Exec, bureau: &str, id: &str) -> Result<Option<Article>, Fault> {
    let row = on
        .query_opt(
            "select bureau, id, index_no, state_data, content, version, changed_at, changed_by, changed_by_name
               from article where bureau = $1 and id = $2",
            params![bureau, id],
        )
        .await?;
    row.as_ref().map(article).transpose()
}

/// The articles of a bureau in one state of work (all when empty), last changed first.
pub async fn of_bureau(
    on: &mut impl Exec,
    bureau: &str,
    state: &str,
    before: (i64, &str),
    most: i64,
) -> Result<Vec<Article>, Fault> {
    let rows = on
        .query(
            "select bureau, id, index_no, state_data, content, version, changed_at, changed_by, changed_by_name
               from article
              where bureau = $1 and ($2 = '' or state = $2) and (changed_at < $3 or (changed_at = $3 and id < $4))
              order by changed_at desc, id desc limit $5",
            params![bureau, state, before.0, before.1, most],
        )
        .await?;
    rows.iter().map(article).collect()
}

/// How many articles of a bureau are in each state of work.
pub async fn count_by_state(on: &mut impl Exec, bureau: &str) -> Result<Vec<(String, i64)>, Fault> {
    let rows = on
        .query(
            "select state, count(*) from article where bureau = $1 group by state order by state",
            params![bureau],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
}

/// The articles of a bureau that a watchman must publish or withdraw by now.
pub async fn due(on: &mut impl Exec, bureau: &str, now: Timestamp) -> Result<Vec<String>, Fault> {
    let rows = on
        .query(
            "select id from article where bureau = $1 and due_at <= $2 order by due_at, id",
            params![bureau, now],
        )
        .await?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// The articles of a bureau on which a watchman will act, soonest first.
pub async fn planned(on: &mut impl Exec, bureau: &str) -> Result<Vec<Article>, Fault> {
    let rows = on
        .query(
            "select bureau, id, index_no, state_data, content, version, changed_at, changed_by, changed_by_name
               from article where bureau = $1 and due_at is not null order by due_at, id",
            params![bureau],
        )
        .await?;
    rows.iter().map(article).collect()
}

/// A new article.
pub fn add(one: &Article) -> Statement {
    Statement::expecting(
        "insert into article (bureau, id, index_no, state, standing, state_data, kind, title, content, due_at, version,
                              changed_at, changed_by, changed_by_name)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        params![
            &one.bureau,
            &one.id,
            &one.index_no,
            one.state.work.code(),
            one.state.standing.code(),
            json(&one.state),
            one.content.kind.code(),
            &one.content.title,
            json(&one.content),
            one.state.due(),
            one.version,
            one.changed_at,
            &one.changed_by.id,
            &one.changed_by.name,
        ],
        1,
    )
}

/// The article as it stands now, if nobody came in between: it was read at `one.version`.
pub fn save(one: &Article) -> Statement {
    Statement::expecting(
        "update article
            set index_no = $1, state = $2, standing = $3, state_data = $4, kind = $5, title = $6, content = $7,
                due_at = $8, version = version + 1, changed_at = $9, changed_by = $10, changed_by_name = $11
          where bureau = $12 and id = $13 and version = $14",
        params![
            &one.index_no,
            one.state.work.code(),
            one.state.standing.code(),
            json(&one.state),
            one.content.kind.code(),
            &one.content.title,
            json(&one.content),
            one.state.due(),
            one.changed_at,
            &one.changed_by.id,
            &one.changed_by.name,
            &one.bureau,
            &one.id,
            one.version,
        ],
        1,
    )
}

/// A text the public was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub number: i64,
    pub content: Content,
    pub published_at: Timestamp,
    pub written_by: String,
    pub approved_by: String,
}

pub fn keep_version(bureau: &str, id: &str, one: &Version) -> Statement {
    Statement::new(
        "insert into article_version (bureau, article_id, number, content, published_at, written_by, approved_by)
         values ($1, $2, $3, $4, $5, $6, $7)",
        params![
            bureau,
            id,
            one.number,
            json(&one.content),
            one.published_at,
            &one.written_by,
            &one.approved_by
        ],
    )
}

/// Every text the public was given of an article, oldest first.
pub async fn versions(on: &mut impl Exec, bureau: &str, id: &str) -> Result<Vec<Version>, Fault> {
    let rows = on
        .query(
            "select number, content, published_at, written_by, approved_by
               from article_version where bureau = $1 and article_id = $2 order by number",
            params![bureau, id],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Version {
                number: row.int(0)?,
                content: parsed(&row.text(1)?)?,
                published_at: row.instant(2)?,
                written_by: row.text(3)?,
                approved_by: row.text(4)?,
            })
        })
        .collect()
}

fn article(row: &Row) -> Result<Article, Fault> {
    Ok(Article {
        bureau: row.text(0)?,
        id: row.text(1)?,
        index_no: row.opt_text(2)?,
        state: parsed(&row.text(3)?)?,
        content: parsed(&row.text(4)?)?,
        version: row.int(5)?,
        changed_at: row.instant(6)?,
        changed_by: Person { id: row.text(7)?, name: row.text(8)? },
    })
}
