//! Which article of a bureau has a document number.

use db::{Exec, Fault, Statement, params};

use super::parsed;
use crate::article::{Content, number_key};

/// The article that has a document number, by its key: id and title.
pub async fn holder_of(
    on: &mut impl Exec,
    bureau: &str,
    number: &str,
) -> Result<Option<(String, String)>, Fault> {
    let row = on
        .query_opt(
            "select article.id, article.title from article_number
               join article on article.bureau = article_number.bureau and article.id = article_number.article_id
              where article_number.bureau = $1 and article_number.number = $2",
            params![bureau, number],
        )
        .await?;
    row.map(|row| Ok((row.text(0)?, row.text(1)?))).transpose()
}

/// An article other than `id` that has the number although no row says so: it was last written before numbers were kept.
pub async fn unkept_holder_of(
    on: &mut impl Exec,
    (bureau, id): (&str, &str),
    number: &str,
) -> Result<Option<(String, String)>, Fault> {
    let rows = on
        .query(
            "select id, title, content from article
              where bureau = $1 and id <> $2 and (state <> 'idle' or standing <> 'unpublished')
                and content not like '%\"doc_number\":\"\"%'
                and not exists (select 1 from article_number
                                 where article_number.bureau = article.bureau and article_number.article_id = article.id)
              order by id",
            params![bureau, id],
        )
        .await?;
    for row in rows {
        let content: Content = parsed(&row.text(2)?)?;
        if number_key(&content.doc_number) == number {
            return Ok(Some((row.text(0)?, row.text(1)?)));
        }
    }
    Ok(None)
}

/// The keys that an article holds.
pub async fn numbers_of(on: &mut impl Exec, bureau: &str, id: &str) -> Result<Vec<String>, Fault> {
    let rows = on
        .query(
            "select number from article_number where bureau = $1 and article_id = $2 order by number",
            params![bureau, id],
        )
        .await?;
    rows.iter().map(|row| row.text(0)).collect()
}

pub fn hold_number(bureau: &str, id: &str, number: &str) -> Statement {
    Statement::new(
        "insert into article_number (bureau, number, article_id) values ($1, $2, $3)",
        params![bureau, number, id],
    )
}

pub fn free_number(bureau: &str, id: &str, number: &str) -> Statement {
    Statement::new(
        "delete from article_number where bureau = $1 and number = $2 and article_id = $3",
        params![bureau, number, id],
    )
}
