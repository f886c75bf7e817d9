//! The seals themselves.

use db::{Exec, Fault, Row, Statement, params};

use crate::SealKind;
use crate::record::{Record, bureau_of};
use crate::state::{IN_USE, State};

/// One seal of a bureau.
pub async fn by_id(on: &mut impl Exec, bureau: &str, id: &str) -> Result<Option<Record>, Fault> {
    let row = on
        .query_opt(
            "select bureau, id, kind, name, state_data, periods, valid_from, valid_to, version, changed_at
               from seal where bureau = $1 and id = $2",
            params![bureau, id],
        )
        .await?;
    row.as_ref().map(record).transpose()
}

/// The seal with this number (`esID`), whose bureau stands in it. For verification: a number of another site is none.
pub async fn by_number(on: &mut impl Exec, number: &str) -> Result<Option<Record>, Fault> {
    match bureau_of(number) {
        Some(bureau) => by_id(on, bureau, number).await,
        None => Ok(None),
    }
}

/// All seals of a bureau, by number.
pub async fn of_bureau(on: &mut impl Exec, bureau: &str) -> Result<Vec<Record>, Fault> {
    let rows = on
        .query(
            "select bureau, id, kind, name, state_data, periods, valid_from, valid_to, version, changed_at
               from seal where bureau = $1 order by id",
            params![bureau],
        )
        .await?;
    rows.iter().map(record).collect()
}

/// The seal of a kind that is in use; there is one at most.
pub async fn in_use(on: &mut impl Exec, bureau: &str, kind: SealKind) -> Result<Option<Record>, Fault> {
    let row = on
        .query_opt(
            "select bureau, id, kind, name, state_data, periods, valid_from, valid_to, version, changed_at
               from seal where bureau = $1 and kind = $2 and state = $3 order by id",
            params![bureau, kind.code(), IN_USE],
        )
        .await?;
    row.as_ref().map(record).transpose()
}

/// The seals of a kind, in whatever state.
pub async fn with_kind(on: &mut impl Exec, bureau: &str, kind: SealKind) -> Result<Vec<Record>, Fault> {
    let rows = on
        .query(
            "select bureau, id, kind, name, state_data, periods, valid_from, valid_to, version, changed_at
               from seal where bureau = $1 and kind = $2 order by id",
            params![bureau, kind.code()],
        )
        .await?;
    rows.iter().map(record).collect()
}

/// The seal as it was made (SESeal in base64).
pub async fn body(on: &mut impl Exec, bureau: &str, id: &str) -> Result<Option<String>, Fault> {
    let row =
        on.query_opt("select body from seal where bureau = $1 and id = $2", params![bureau, id]).await?;
    Ok(row.map(|row| row.opt_text(0)).transpose()?.flatten())
}

/// At which version a seal stands now.
pub async fn version(on: &mut impl Exec, bureau: &str, id: &str) -> Result<Option<i64>, Fault> {
    let row =
        on.query_opt("select version from seal where bureau = $1 and id = $2", params![bureau, id]).await?;
    row.map(|row| row.int(0)).transpose()
}

/// A new seal.
pub fn add(seal: &Record) -> Statement {
    Statement::expecting(
        "insert into seal (bureau, id, kind, name, state, state_data, periods, valid_from, valid_to, version,
                           changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            &seal.bureau,
            &seal.id,
            seal.kind.code(),
            &seal.name,
            seal.state.code(),
            seal.state_json(),
            seal.periods_json(),
            seal.valid_from,
            seal.valid_to,
            seal.version,
            seal.changed_at,
        ],
        1,
    )
}

/// `seal` as it stands after a step, if nobody came in between: it was read at `seal.version`. With `body` when it has
/// just been made.
pub fn move_to(seal: &Record, body: Option<&str>) -> Statement {
    Statement::expecting(
        "update seal
            set state = $1, state_data = $2, periods = $3, body = coalesce($4, body), version = version + 1,
                changed_at = $5
          where bureau = $6 and id = $7 and version = $8",
        params![
            seal.state.code(),
            seal.state_json(),
            seal.periods_json(),
            body,
            seal.changed_at,
            &seal.bureau,
            &seal.id,
            seal.version,
        ],
        1,
    )
}

fn record(row: &Row) -> Result<Record, Fault> {
    let shape = |what: &str, told: String| Fault::Shape(format!("{what} of a seal: {told}"));
    let kind = row.text(2)?;
    let state: State = Record::state_of(&row.text(4)?).map_err(|fault| shape("state", fault.to_string()))?;
    let periods = serde_json::from_str(&row.text(5)?).map_err(|fault| shape("periods", fault.to_string()))?;
    Ok(Record {
        bureau: row.text(0)?,
        id: row.text(1)?,
        kind: SealKind::from_code(&kind).ok_or_else(|| shape("kind", kind))?,
        name: row.text(3)?,
        state,
        periods,
        valid_from: row.instant(6)?,
        valid_to: row.instant(7)?,
        version: row.int(8)?,
        changed_at: row.instant(9)?,
    })
}
