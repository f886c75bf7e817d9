//! Tables as sheets of an xlsx workbook. What comes in is counted before it is unpacked, and formulas are refused.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use jiff::civil::Date;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::{LONGEST_CELL, MOST_ROWS, RowFault, TABLES, Table, as_meant, column_of, table_of};

/// A workbook of 200,000 rows is a tenth of this; a bomb of a few kilobytes is a thousand times more.
const MOST_BYTES: u64 = 256 * 1024 * 1024;
const MOST_PARTS: usize = 1000;
const MOST_COLUMNS: usize = 300;
/// The longest name a sheet may have.
const SHEET_NAME: usize = 31;

/// A workbook with a sheet for each table; headings are “事项名称(task_name)”. Every cell is written as text, so that no
/// spreadsheet runs what somebody typed.
///
/// # Errors
/// When a table is larger than a sheet may be.
pub fn write_xlsx(tables: &[Table]) -> Result<Vec<u8>, XlsxError> {
    let bold = Format::new().set_bold();
    let mut book = Workbook::new();
    for table in tables {
        let sheet = book.add_worksheet();
        let title = table_of(&table.name).map_or(table.name.as_str(), |kind| kind.title);
        sheet.set_name(title.chars().take(SHEET_NAME).collect::<String>())?;
        sheet.set_freeze_panes(1, 0)?;
        for (at, column) in (0u16..).zip(&table.columns) {
            sheet.write_string_with_format(0, at, heading(&table.name, column), &bold)?;
        }
        for (row, cells) in (1u32..).zip(&table.rows) {
            for (at, cell) in (0u16..).zip(cells) {
                sheet.write_string(row, at, cell)?;
            }
        }
    }
    book.save_to_buffer()
}

/// What is wrong with a workbook, as a workbook: to be worked through row by row.
///
/// # Errors
/// When there are more faults than a sheet has rows.
pub fn write_faults(faults: &[RowFault]) -> Result<Vec<u8>, XlsxError> {
    let bold = Format::new().set_bold();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("要改的地方")?;
    sheet.set_freeze_panes(1, 0)?;
    for (at, heading) in (0u16..).zip(["表", "第几行", "栏", "怎么改"]) {
        sheet.write_string_with_format(0, at, heading, &bold)?;
    }
    for (at, fault) in (1u32..).zip(faults) {
        sheet.write_string(at, 0, fault.sheet())?;
        let row = if fault.row == 0 { "整个文件".to_owned() } else { fault.row.to_string() };
        sheet.write_string(at, 1, row)?;
        sheet.write_string(at, 2, fault.column_name())?;
        sheet.write_string(at, 3, &fault.says)?;
    }
    book.save_to_buffer()
}

fn heading(table: &str, column: &str) -> String {
    let kind = TABLES.iter().find(|kind| kind.name == table);
    let named = kind.and_then(|kind| kind.columns.iter().find(|one| one.code == column));
    named.map_or_else(|| column.to_owned(), |one| format!("{}({column})", one.name))
}

/// # Errors
/// The reason why the file can't be read, or every cell that can't be taken.
pub fn read_xlsx(bytes: &[u8]) -> Result<Vec<Table>, Vec<RowFault>> {
    let whole = |says: String| vec![RowFault::of_file("工作簿", says)];
    no_bomb(bytes).map_err(whole)?;
    let unreadable = "不是能读的 xlsx 工作簿：请在表格软件里打开，另存为“Excel 工作簿（.xlsx）”";
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| whole(unreadable.to_owned()))?;
    let mut tables = Vec::new();
    let mut faults = Vec::new();
    for sheet_name in book.sheet_names() {
        let formulas = book.worksheet_formula(&sheet_name).map_err(|_| whole(unreadable.to_owned()))?;
        let name = table_of(&sheet_name).map_or_else(|| sheet_name.clone(), |kind| kind.name.to_owned());
        let first = formulas.start().unwrap_or((0, 0));
        for (row, _, _) in formulas.used_cells().filter(|(_, _, formula)| !formula.is_empty()) {
            faults.push(RowFault {
                table: name.clone(),
                row: row + first.0 as usize + 1,
                column: String::new(),
                says: "有公式：请复制后用“选择性粘贴—数值”换成结果".to_owned(),
            });
        }
        let range = book.worksheet_range(&sheet_name).map_err(|_| whole(unreadable.to_owned()))?;
        let (height, width) = range.get_size();
        if height > MOST_ROWS + 1 || width > MOST_COLUMNS {
            faults.push(RowFault::of_file(
                &name,
                format!("有 {height} 行、{width} 列，太大了：最多 {MOST_ROWS} 行、{MOST_COLUMNS} 列"),
            ));
            continue;
        }
        let top = range.start().map_or(0, |(row, _)| row as usize);
        match sheet(&name, top, range.rows()) {
            Ok(table) => tables.push(table),
            Err(wrong) => faults.extend(wrong),
        }
    }
    if faults.is_empty() { Ok(tables) } else { Err(faults) }
}

fn sheet<'a>(
    name: &str,
    top: usize,
    mut rows: impl Iterator<Item = &'a [Data]>,
) -> Result<Table, Vec<RowFault>> {
    let Some(heading) = rows.next() else { return Ok(Table { name: name.to_owned(), ..Table::default() }) };
    let columns: Vec<String> = heading.iter().map(|cell| column_of(&cell.to_string())).collect();
    let mut table = Table { name: name.to_owned(), columns, rows: Vec::new() };
    let mut faults = Vec::new();
    for (at, cells) in rows.enumerate() {
        let mut row = Vec::with_capacity(cells.len());
        for (cell, column) in cells.iter().zip(&table.columns) {
            match text(cell) {
                Ok(value) => row.push(value),
                Err(says) => faults.push(RowFault {
                    table: name.to_owned(),
                    row: top + at + 2,
                    column: column.clone(),
                    says,
                }),
            }
        }
        table.rows.push(row);
    }
    if faults.is_empty() { Ok(table) } else { Err(faults) }
}

/// A cell as the text a person sees.
fn text(cell: &Data) -> Result<String, String> {
    let value = match cell {
        Data::Empty => String::new(),
        // Codes and numbers that the spreadsheet took for quantities: 7 and not 7.0.
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::DateTime(moment) => {
            day(moment.as_f64()).ok_or("不是日期：请按 2026-01-31 这样填写")?.to_string()
        }
        Data::Error(_) => return Err("是一个错误值（例如 #REF!）：请改成内容".to_owned()),
        other => other.to_string(),
    };
    if value.chars().count() > LONGEST_CELL {
        return Err(format!("超过 {LONGEST_CELL} 个字：请缩短"));
    }
    Ok(as_meant(&value).to_owned())
}

/// Spreadsheets count days from 1899-12-30.
fn day(serial: f64) -> Option<Date> {
    let days = (1.0..100_000.0).contains(&serial).then_some(serial as i64)?;
    jiff::civil::date(1899, 12, 30).checked_add(jiff::Span::new().days(days)).ok()
}

/// Unpacks every part into nothing and counts: what the directory says about sizes may be a lie.
fn no_bomb(bytes: &[u8]) -> Result<(), String> {
    let not_a_zip = "不是 xlsx 工作簿：请另存为“Excel 工作簿（.xlsx）”，旧的 .xls 不能用";
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| not_a_zip.to_owned())?;
    if archive.len() > MOST_PARTS {
        return Err(format!("里面有 {} 个部件，不是普通的工作簿，没有打开", archive.len()));
    }
    let mut left = MOST_BYTES;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|_| not_a_zip.to_owned())?;
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink());
        left = read.ok().and_then(|size| left.checked_sub(size)).ok_or_else(|| {
            format!("解压以后超过 {} MB，没有打开：请删去图片和空行后再试", MOST_BYTES / 1024 / 1024)
        })?;
    }
    Ok(())
}
