//! One statement on one connection, and what SQLite's result codes mean.

use crate::{Fault, Row, Value};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, ffi};

/// Does the statement only read, so that a reader may run it?
pub(crate) fn only_reads(sql: &str) -> bool {
    let mut words = sql.split_whitespace().map(str::to_ascii_lowercase);
    match words.next().as_deref() {
        Some("select" | "values" | "explain") => true,
        Some("with") => !words.any(|word| matches!(word.as_str(), "insert" | "update" | "delete")),
        _ => false,
    }
}

/// The rows of a statement and how many rows it touched (or returned, when it returns any).
pub(super) fn run(conn: &Connection, sql: &str, params: &[Value]) -> Result<(Vec<Row>, u64), Fault> {
    let mut statement = conn.prepare_cached(sql).map_err(fault_of)?;
    if statement.parameter_count() != params.len() {
        let wanted = statement.parameter_count();
        return Err(Fault::Shape(format!("{wanted} parameters wanted, {} given: {sql}", params.len())));
    }
    // `$1…$n` are numbered by first appearance, which is their order because the lint says so.
    for (i, value) in params.iter().enumerate() {
        match value {
            Value::Null => statement.raw_bind_parameter(i + 1, rusqlite::types::Null),
            Value::Int(number) => statement.raw_bind_parameter(i + 1, number),
            // PostgreSQL takes no NUL in text, so we take none here either.
            Value::Text(text) if text.contains('\0') => return Err(Fault::Shape("text with NUL".into())),
            Value::Text(text) => statement.raw_bind_parameter(i + 1, text),
        }
        .map_err(fault_of)?;
    }
    let columns = statement.column_count();
    let mut found = Vec::new();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(fault_of)? {
        let values =
            (0..columns).map(|i| value_of(row.get_ref(i).map_err(fault_of)?)).collect::<Result<_, _>>()?;
        found.push(Row::new(values));
    }
    drop(rows);
    let touched = if columns > 0 { found.len() as u64 } else { conn.changes() };
    Ok((found, touched))
}

fn value_of(value: ValueRef<'_>) -> Result<Value, Fault> {
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Int(number)),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes)
            .map(|text| Value::Text(text.to_owned()))
            .map_err(|_| Fault::Shape("text that is not UTF-8".into())),
        ValueRef::Real(_) => Err(Fault::Shape("a fraction: write cast(… as bigint)".into())),
        ValueRef::Blob(_) => Err(Fault::Shape("bytes: columns are TEXT or BIGINT".into())),
    }
}

/// What an error of SQLite means to us, by its extended result code.
pub(crate) fn fault_of(error: rusqlite::Error) -> Fault {
    let rusqlite::Error::SqliteFailure(code, message) = error else {
        return Fault::Sql(error.to_string());
    };
    let message = message.unwrap_or_else(|| code.to_string());
    match code.extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
            return Fault::Unique { table_or_index: duplicate(&message) };
        }
        // The shared index of the WAL could not grow: on a full disk this is how it shows.
        ffi::SQLITE_IOERR_SHMSIZE => return Fault::Full,
        _ => {}
    }
    match code.code {
        ErrorCode::DiskFull => Fault::Full,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::OperationInterrupted => Fault::Busy,
        ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::ReadOnly
        | ErrorCode::PermissionDenied
        | ErrorCode::DatabaseCorrupt
        | ErrorCode::NotADatabase
        | ErrorCode::OutOfMemory => Fault::Unavailable(message),
        _ => Fault::Sql(message),
    }
}

/// `UNIQUE constraint failed: counter.bureau, counter.name` → `counter(bureau,name)`.
fn duplicate(message: &str) -> String {
    let Some((_, columns)) = message.split_once("failed: ") else { return message.to_owned() };
    let Some((table, _)) = columns.split_once('.') else { return columns.to_owned() };
    let names: Vec<&str> =
        columns.split(", ").map(|column| column.split_once('.').map_or(column, |(_, name)| name)).collect();
    format!("{table}({})", names.join(","))
}
