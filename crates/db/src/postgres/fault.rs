//! What an error of PostgreSQL means to us, by its SQLSTATE.

use crate::Fault;
use std::error::Error as _;
use tokio_postgres::error::DbError;

pub(super) fn fault_of(error: &tokio_postgres::Error) -> Fault {
    if let Some(told) = error.as_db_error() {
        return told_by_server(told);
    }
    match error.source() {
        Some(source) if source.is::<super::value::WrongType>() => Fault::Shape(source.to_string()),
        // No answer at all: the connection is gone, or never came.
        Some(source) => Fault::Unavailable(format!("{error}: {source}")),
        None => Fault::Unavailable(error.to_string()),
    }
}

fn told_by_server(told: &DbError) -> Fault {
    let message = told.message().to_owned();
    match told.code().code() {
        "23505" => Fault::Unique { table_or_index: duplicate(told) },
        // Serialisation failure, deadlock, lock or statement timed out, too many connections, a plan gone stale.
        "40001" | "40P01" | "55P03" | "57014" | "53300" => Fault::Busy,
        "0A000" if message.contains("cached plan") => Fault::Unavailable(message),
        "53100" => Fault::Full,
        // Text with NUL, numbers out of range, text that is no number.
        "22021" | "22003" | "22P02" => Fault::Shape(message),
        // A standby: the primary has moved.
        "25006" => Fault::Unavailable(message),
        "25P03" => Fault::Busy,
        code => match &code[..2] {
            // Connection, resources, operator (shut down), system, storage; and who may connect.
            "08" | "53" | "57" | "58" | "28" | "3D" | "F0" => Fault::Unavailable(message),
            _ if code == "XX001" || code == "XX002" => Fault::Unavailable(message),
            _ => Fault::Sql(message),
        },
    }
}

/// `Key (bureau, name)=(…) already exists.` of table `counter` → `counter(bureau,name)`. Only the names of the columns:
/// the values may be somebody's number. Citus adds `_102008` to the name of a shard.
fn duplicate(told: &DbError) -> String {
    let table = told.table().map_or_else(|| quoted(told.message()), str::to_owned);
    let table = without_shard(&table);
    let columns = told.detail().and_then(|detail| {
        let (_, after) = detail.split_once('(')?;
        Some(after.split_once(")=")?.0.replace(", ", ","))
    });
    columns.map_or_else(|| table.to_owned(), |columns| format!("{table}({columns})"))
}

fn quoted(message: &str) -> String {
    message.split('"').nth(1).unwrap_or(message).to_owned()
}

fn without_shard(name: &str) -> &str {
    match name.rsplit_once('_') {
        Some((table, shard)) if shard.len() >= 6 && shard.bytes().all(|digit| digit.is_ascii_digit()) => {
            table
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_number_of_a_shard_is_taken_off() {
        for (name, table) in [("case_file_102014", "case_file"), ("case_2", "case_2"), ("licence", "licence")]
        {
            assert_eq!(super::without_shard(name), table);
        }
    }
}
