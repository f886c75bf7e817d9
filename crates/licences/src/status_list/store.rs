//! Every query on the published lists, and on what they are made of.

use base64::{Engine, engine::general_purpose::STANDARD};
use db::{Exec, Fault, Row, Statement, params};
use jiff::Timestamp;

/// A list as it was published last.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// The bureau's step of changes (`licence_head.seq`) that the list holds.
    pub seq: i64,
    pub issued_at: Timestamp,
    pub next_update: Timestamp,
    /// COSE_Sign1.
    pub body: Vec<u8>,
    /// SM3 of the body, hexadecimal.
    pub digest: String,
}

fn published_from(row: &Row) -> Result<Published, Fault> {
    let body =
        STANDARD.decode(row.text(3)?).map_err(|fault| Fault::Shape(format!("status_list: {fault}")))?;
    Ok(Published {
        seq: row.int(0)?,
        issued_at: row.instant(1)?,
        next_update: row.instant(2)?,
        body,
        digest: row.text(4)?,
    })
}

/// The list of a bureau, if one has been published.
pub async fn published(on: &mut impl Exec, bureau: &str) -> Result<Option<Published>, Fault> {
    let row = on
        .query_opt(
            "select seq, issued_at, next_update, body, digest
               from status_list
              where bureau = $1",
            params![bureau],
        )
        .await?;
    row.as_ref().map(published_from).transpose()
}

/// Which bureaus have published a list.
pub async fn publishing(on: &mut impl Exec) -> Result<Vec<String>, Fault> {
    let rows = on
        .query(
            "-- all bureaus: whoever verifies without a network keeps the lists of all
             select bureau
               from status_list
              order by bureau",
            params![],
        )
        .await?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// How far the list of a bureau has come and until when it counts; without its bits.
pub(super) async fn freshness(on: &mut impl Exec, bureau: &str) -> Result<Option<(i64, Timestamp)>, Fault> {
    let row = on
        .query_opt(
            "select seq, next_update
               from status_list
              where bureau = $1",
            params![bureau],
        )
        .await?;
    row.map(|row| Ok((row.int(0)?, row.instant(1)?))).transpose()
}

/// Puts a newer list in the place of the last. Of two publishers at once the later list stays.
pub(super) fn publish(bureau: &str, list: &Published) -> Statement {
    Statement::new(
        "insert into status_list (bureau, seq, issued_at, next_update, body, digest)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (bureau) do update
            set seq = excluded.seq, issued_at = excluded.issued_at, next_update = excluded.next_update,
                body = excluded.body, digest = excluded.digest
          where status_list.issued_at <= excluded.issued_at",
        params![
            bureau,
            list.seq,
            list.issued_at,
            list.next_update,
            STANDARD.encode(&list.body),
            &list.digest
        ],
    )
}
