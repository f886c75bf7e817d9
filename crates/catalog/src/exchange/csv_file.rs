//! A table as CSV: UTF-8, commas, a heading of column codes.

use super::{LONGEST_CELL, MOST_ROWS, RowFault, TABLES, Table, TableKind, as_meant, column_of, harmless};

/// With a byte-order mark, without which spreadsheets read Chinese as another encoding.
pub fn write_csv(table: &Table) -> Vec<u8> {
    let mut out = "\u{FEFF}".as_bytes().to_vec();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut out);
    let written = (|| {
        writer.write_record(&table.columns)?;
        for row in &table.rows {
            writer.write_record(row.iter().map(|value| harmless(value)))?;
        }
        writer.flush().map_err(csv::Error::from)
    })();
    written.expect("a vector takes all bytes, and every row has as many cells as the heading");
    drop(writer);
    out
}

/// A table that comes alone: its heading says which it is.
///
/// # Errors
/// As [`read_csv`].
pub fn read_lone_csv(bytes: &[u8]) -> Result<Table, Vec<RowFault>> {
    let text = String::from_utf8_lossy(bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes));
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let heading: Vec<String> =
        reader.headers().map(|heading| heading.iter().map(column_of).collect()).unwrap_or_default();
    read_csv(table_like(&heading).name, bytes)
}

/// The table that has most of these columns; the basic one of two that have as many.
fn table_like(columns: &[String]) -> &'static TableKind {
    let shared = |kind: &TableKind| {
        kind.columns.iter().filter(|one| columns.iter().any(|column| column == one.code)).count()
    };
    let most = TABLES.iter().rev().max_by_key(|kind| shared(kind));
    most.expect("there are tables")
}

/// # Errors
/// Every row that can't be read, or the reason why none can.
pub fn read_csv(name: &str, bytes: &[u8]) -> Result<Table, Vec<RowFault>> {
    let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else {
        let says = "不是 UTF-8 编码：请在表格软件里另存为“CSV UTF-8（逗号分隔）”";
        return Err(vec![RowFault::of_file(name, says)]);
    };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let heading = reader.headers().map_err(|fault| vec![RowFault::of_file(name, unreadable(&fault))])?;
    let columns: Vec<String> = heading.iter().map(column_of).collect();
    let mut table = Table { name: name.to_owned(), columns, rows: Vec::new() };
    let mut faults = Vec::new();
    for (at, record) in reader.records().enumerate() {
        let row = at + 2;
        let mut refuse = |says: String| {
            faults.push(RowFault { table: name.to_owned(), row, column: String::new(), says });
        };
        if at >= MOST_ROWS {
            refuse(format!("超过 {MOST_ROWS} 行：请分成几个文件"));
            break;
        }
        match record {
            Err(fault) => refuse(unreadable(&fault)),
            Ok(record) if record.len() > table.columns.len() => refuse(format!(
                "有 {} 格，表头只有 {} 列：内容里有逗号的要用双引号括起来",
                record.len(),
                table.columns.len()
            )),
            Ok(record) if record.iter().any(|cell| cell.chars().count() > LONGEST_CELL) => {
                refuse(format!("有一格超过 {LONGEST_CELL} 个字：请缩短"));
            }
            Ok(record) => table.rows.push(record.iter().map(|cell| as_meant(cell).to_owned()).collect()),
        }
    }
    if faults.is_empty() { Ok(table) } else { Err(faults) }
}

fn unreadable(fault: &csv::Error) -> String {
    format!("读不懂（{fault}）：请检查引号是否成对")
}
