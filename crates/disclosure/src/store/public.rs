//! What the public has: articles by index number, the list, and what speaks of an item or a provision.

use db::{Exec, Fault, Row, Statement, params};
use jiff::Timestamp;

use super::{json, parsed};
use crate::article::Published;

/// The public article with this index number.
pub async fn by_index(on: &mut impl Exec, bureau: &str, index_no: &str) -> Result<Option<Published>, Fault> {
    let row = on
        .query_opt(
            "select bureau, index_no, article_id, standing_data, content, published_at, changed_at
               from public_article where bureau = $1 and index_no = $2",
            params![bureau, index_no],
        )
        .await?;
    row.as_ref().map(published).transpose()
}

/// What a list is narrowed to; empty fields narrow nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub kind: String,
    pub bureau: String,
    pub year: String,
    /// `item`, `law` or `provision`, and what.
    pub link: String,
    pub target: String,
}

impl Filter {
    pub fn linked(link: &str, target: &str) -> Filter {
        Filter { link: link.to_owned(), target: target.to_owned(), ..Filter::default() }
    }
}

/// Before every row of a list.
pub const NEWEST: (i64, &str) = (i64::MAX, "");

/// Public articles that are not withdrawn, newest first.
pub async fn list(
    on: &mut impl Exec,
    filter: &Filter,
    before: (i64, &str),
    most: i64,
) -> Result<Vec<Published>, Fault> {
    let rows = on
        .query(
            "select p.bureau, p.index_no, p.article_id, p.standing_data, p.content, p.published_at, p.changed_at
               from public_article p
              where p.standing <> 'withdrawn'
                and (p.published_at < $1 or (p.published_at = $1 and p.index_no < $2))
                and ($3 = '' or p.kind = $3) and ($4 = '' or p.bureau = $4) and ($5 = '' or p.year = $5)
                and ($6 = '' or exists (select 1 from article_link l
                                         where l.bureau = p.bureau and l.index_no = p.index_no
                                           and l.link = $6 and l.target = $7))
              order by p.published_at desc, p.index_no desc limit $8 -- all bureaus: the public list of the site",
            params![
                before.0,
                before.1,
                &filter.kind,
                &filter.bureau,
                &filter.year,
                &filter.link,
                &filter.target,
                most
            ],
        )
        .await?;
    rows.iter().map(published).collect()
}

/// How many public articles there are of each kind.
pub async fn count_by_kind(on: &mut impl Exec) -> Result<Vec<(String, i64)>, Fault> {
    let rows = on
        .query(
            "select kind, count(*) from public_article where standing <> 'withdrawn' group by kind order by kind \
             -- all bureaus: the public list of the site",
            params![],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
}

/// The years in which something was made public, the last first.
pub async fn years(on: &mut impl Exec) -> Result<Vec<String>, Fault> {
    let rows = on
        .query(
            "select distinct year from public_article order by year desc -- all bureaus: the public list of the site",
            params![],
        )
        .await?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// Changes whenever the public list does: the last change and the number of rows.
pub async fn mark(on: &mut impl Exec) -> Result<(i64, i64), Fault> {
    let row = on
        .query_one(
            "select count(*), coalesce(max(changed_at), 0) from public_article -- all bureaus: has anything changed",
            params![],
        )
        .await?;
    Ok((row.int(0)?, row.int(1)?))
}

/// The public row as it stands now, with what it speaks of.
pub fn publish(one: &Published) -> Vec<Statement> {
    let row = Statement::expecting(
        "insert into public_article (bureau, index_no, article_id, kind, year, standing, standing_data, content,
                                     published_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (bureau, index_no) do update
         set kind = excluded.kind, standing = excluded.standing, standing_data = excluded.standing_data,
             content = excluded.content, changed_at = excluded.changed_at",
        params![
            &one.bureau,
            &one.index_no,
            &one.article_id,
            one.content.kind.code(),
            one.index_no.split('-').nth(1).unwrap_or_default(),
            one.standing.code(),
            json(&one.standing),
            json(&one.content),
            one.published_at,
            one.changed_at,
        ],
        1,
    );
    let forget = Statement::new(
        "delete from article_link where bureau = $1 and index_no = $2",
        params![&one.bureau, &one.index_no],
    );
    let mut all = vec![row, forget];
    all.extend(links(one).into_iter().map(|(link, target)| {
        Statement::new(
            "insert into article_link (bureau, index_no, link, target) values ($1, $2, $3, $4)
             on conflict (bureau, index_no, link, target) do nothing",
            params![&one.bureau, &one.index_no, link, target],
        )
    }));
    all
}

/// `item retail-licence`, `law 行政许可法`, `provision 行政许可法/40`.
fn links(one: &Published) -> Vec<(&'static str, String)> {
    let items = one.content.items.iter().map(|slug| ("item", slug.clone()));
    let laws = one.content.cites.iter().map(|cite| ("law", cite.law.to_string()));
    let provisions =
        one.content.cites.iter().map(|cite| ("provision", format!("{}/{}", cite.law, cite.article)));
    items.chain(laws).chain(provisions).collect()
}

fn published(row: &Row) -> Result<Published, Fault> {
    Ok(Published {
        bureau: row.text(0)?,
        index_no: row.text(1)?,
        article_id: row.text(2)?,
        standing: parsed(&row.text(3)?)?,
        content: parsed(&row.text(4)?)?,
        published_at: row.instant(5)?,
        changed_at: row.instant(6)?,
    })
}

/// The newest instant at which something public changed.
pub async fn last_change(on: &mut impl Exec) -> Result<Option<Timestamp>, Fault> {
    let (count, at) = mark(on).await?;
    Ok((count > 0).then(|| Timestamp::from_microsecond(at).ok()).flatten())
}
