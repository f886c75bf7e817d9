//! The inbox: every change of a case is told here, in the transaction that makes it.

use db::{Exec, Statement, params};
use jiff::Timestamp;
use web::App;

use crate::Fault;

/// A message to `subject`, to ride in a business transaction.
pub fn tell(app: &App, subject: &str, title: &str, body: &str, link: &str) -> Statement {
    let link = (!link.is_empty()).then(|| link.to_string());
    Statement::new(
        "insert into message (subject, id, at, title, body, link) values ($1, $2, $3, $4, $5, $6)",
        params![subject, app.new_id(), app.now(), title, body, link],
    )
}

/// As [`tell`], under an id of the caller's making: told twice, it arrives once. For sweeps.
pub fn tell_once(subject: &str, id: &str, at: Timestamp, title: &str, body: &str, link: &str) -> Statement {
    let link = (!link.is_empty()).then(|| link.to_string());
    Statement::new(
        "insert into message (subject, id, at, title, body, link) values ($1, $2, $3, $4, $5, $6)
         on conflict (subject, id) do nothing",
        params![subject, id, at, title, body, link],
    )
}

/// One message as its reader sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub id: String,
    pub at: Timestamp,
    pub title: String,
    pub body: String,
    pub link: Option<String>,
    pub read: bool,
}

/// Newest first, `most` of them, older than the message `before`.
pub async fn list(
    db: &mut impl Exec,
    subject: &str,
    before: Option<(i64, String)>,
    most: i64,
) -> Result<Vec<Message>, Fault> {
    let (at, id) = before.unwrap_or((i64::MAX, String::new()));
    let rows = db
        .query(
            "select id, at, title, body, link, read_at from message
              where subject = $1 and (at < $2 or (at = $2 and id < $3))
              order by at desc, id desc limit $4",
            params![subject, at, id, most],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Message {
                id: row.text(0)?,
                at: row.instant(1)?,
                title: row.text(2)?,
                body: row.text(3)?,
                link: row.opt_text(4)?,
                read: row.opt_int(5)?.is_some(),
            })
        })
        .collect()
}

pub async fn unread(db: &mut impl Exec, subject: &str) -> Result<u32, Fault> {
    let row = db
        .query_one("select count(*) from message where subject = $1 and read_at is null", params![subject])
        .await?;
    Ok(u32::try_from(row.int(0)?).unwrap_or(u32::MAX))
}

/// Marks one as read and says where it leads. `None` when the person has no such message.
pub async fn read(
    db: &mut impl Exec,
    subject: &str,
    id: &str,
    now: Timestamp,
) -> Result<Option<String>, Fault> {
    let row = db
        .query_opt(
            "update message set read_at = coalesce(read_at, $1) where subject = $2 and id = $3 returning link",
            params![now, subject, id],
        )
        .await?;
    Ok(match row {
        Some(row) => Some(row.opt_text(0)?.unwrap_or_else(|| "/me/messages".into())),
        None => None,
    })
}

pub async fn read_all(db: &mut impl Exec, subject: &str, now: Timestamp) -> Result<u64, Fault> {
    let read = db
        .execute(
            "update message set read_at = $1 where subject = $2 and read_at is null",
            params![now, subject],
        )
        .await?;
    Ok(read)
}
