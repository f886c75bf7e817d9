//! 实施清单 in the national exchange tables: out as CSV, xlsx or JSON, and back in, whole or not at all.
//!
//! The columns are those real exchange databases have (C0109.2 / GB/T 39554.2). Values of dictionaries whose official text was
//! not at hand (unit of a limit, kind of a result) are remembered ones; they stand in `words.rs` and nowhere else.

mod beside;
mod columns;
mod csv_file;
mod envelope;
mod export;
mod halls;
mod import;
mod locals;
mod reading;
mod words;
mod xlsx;

use std::collections::BTreeMap;
use std::fmt;

pub use columns::{BASIC, Column, TABLES, TableKind, WINDOW, column_title, table_of};
pub use csv_file::{read_csv, read_lone_csv, write_csv};
pub use export::{tables, whole};
pub use import::{Imported, import_json, import_tables, no_such_bureau, not_plain};
pub use xlsx::{read_xlsx, write_faults, write_xlsx};

/// One table with its heading; every cell is text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// `up_task_general_basic`
    pub name: String,
    /// Column codes: `task_name`.
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// What is wrong with one cell, row or file, in words the one who filled the sheet in can act on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowFault {
    /// Table, or the file's name.
    pub table: String,
    /// As the spreadsheet counts: the heading is row 1. 0 when the fault is the file's.
    pub row: usize,
    pub column: String,
    pub says: String,
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sheet, says) = (self.sheet(), &self.says);
        match (self.row, self.column_name()) {
            (0, _) => write!(f, "{sheet}：{says}"),
            (row, "") => write!(f, "{sheet} 第 {row} 行：{says}"),
            (row, column) => write!(f, "{sheet} 第 {row} 行“{column}”：{says}"),
        }
    }
}

impl RowFault {
    /// The sheet as the template names it.
    pub fn sheet(&self) -> &str {
        table_of(&self.table).map_or(self.table.as_str(), |kind| kind.title)
    }

    /// The column as the template heads it; empty when the fault is the whole row's.
    pub fn column_name(&self) -> &str {
        column_title(&self.table, &self.column)
    }

    pub(crate) fn of_file(table: &str, says: impl Into<String>) -> RowFault {
        RowFault { table: table.to_owned(), row: 0, column: String::new(), says: says.into() }
    }
}

impl Table {
    /// Where each column stands; of two with one name the first.
    pub(crate) fn places(&self) -> BTreeMap<&str, usize> {
        self.columns.iter().enumerate().rev().map(|(at, column)| (column.as_str(), at)).collect()
    }

    /// The value of a column in a row; empty when there is no such column or the row is short.
    pub fn value(&self, row: &[String], column: &str) -> String {
        let at = self.columns.iter().position(|one| one == column);
        at.and_then(|at| row.get(at)).map(|value| value.trim().to_owned()).unwrap_or_default()
    }
}

/// Most rows of one table and most characters of one cell that are taken in.
pub const MOST_ROWS: usize = 200_000;
pub const LONGEST_CELL: usize = 20_000;

/// A heading is a column's code, its Chinese name, or “事项名称(task_name)” as we write it.
pub(crate) fn column_of(heading: &str) -> String {
    let heading = heading.trim().trim_start_matches('\u{FEFF}');
    let inner = heading.strip_suffix([')', '）']).and_then(|rest| rest.rsplit_once(['(', '（']));
    let code = inner.map_or(heading, |(_, code)| code).trim();
    let all = TABLES.iter().flat_map(|table| table.columns);
    let named = all
        .clone()
        .find(|column| column.code == code)
        .or_else(|| all.clone().find(|one| one.name == heading));
    named.map_or_else(|| code.to_owned(), |column| column.code.to_owned())
}

/// A cell that a spreadsheet would run as a formula is given a quote before it; one that we gave is taken off again.
pub(crate) fn harmless(value: &str) -> String {
    if dangerous(value) { format!("'{value}") } else { value.to_owned() }
}

pub(crate) fn as_meant(value: &str) -> &str {
    value.strip_prefix('\'').filter(|rest| dangerous(rest)).unwrap_or(value)
}

fn dangerous(value: &str) -> bool {
    value.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests;
