//! From tables back to 地方实施清单. Every row is read and every fault told; files come of it only when there is none.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::beside;
use super::columns::{BASIC, WINDOW, column_title};
use super::halls::{self, Halls};
use super::locals::{is_said_already, local_lists};
use super::reading::{Reading, WANTED, is_bureau};
use super::{RowFault, Table};
use crate::catalogue::{Catalogue, SourceFile};
use crate::lint::lint_places;
use crate::local::LocalItem;
use crate::read::place_in;

/// What an import would write: the files of `places` that say something new, and nothing else.
#[derive(Debug)]
pub struct Imported {
    pub files: Vec<SourceFile>,
    pub rows: usize,
}

/// Reads the basic table and, where there is one, the table of windows; a table of windows alone changes only the halls.
///
/// # Errors
/// Every fault of every row, in order; nothing is taken then.
pub fn import_tables(catalogue: &Catalogue, tables: &[Table], day: Date) -> Result<Imported, Vec<RowFault>> {
    let by_name = |name: &str| tables.iter().find(|table| table.name == name);
    let (basic, windows) = (by_name(BASIC), by_name(WINDOW));
    if basic.is_none() && windows.is_none() {
        let says = "没有“基本信息”这张表，也没有“办理窗口”：表名要与导出的一致";
        return Err(vec![RowFault::of_file("导入文件", says)]);
    }
    let mut faults = missing(basic, &WANTED);
    faults.extend(missing(windows, &halls::WANTED));
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut reading = basic.map(|table| Reading::new(catalogue, day, table));
    let entries = reading.as_mut().map(Reading::entries).unwrap_or_default();
    faults.extend(reading.map(|read| read.faults).unwrap_or_default());
    let halls = windows.map(|table| Halls::read(catalogue, table, basic, &entries, &mut faults));
    let questions = beside::read((catalogue, day), tables, basic, &entries, &mut faults);
    let lists = local_lists((catalogue, day), &entries, (halls.as_ref(), &questions), &mut faults);
    if !faults.is_empty() {
        faults.sort();
        return Err(faults);
    }
    let first_rows = lists.iter().map(|one| (one.local.file.clone(), (one.table.clone(), one.row))).collect();
    let locals: Vec<LocalItem> = lists.into_iter().map(|one| one.local).collect();
    let rows = if basic.is_some() { entries.len() } else { windows.map_or(0, |table| table.rows.len()) };
    finish(catalogue, &locals, &first_rows).map(|files| Imported { files, rows })
}

/// The columns that a table must have and hasn't.
fn missing(table: Option<&Table>, wanted: &[&str]) -> Vec<RowFault> {
    let Some(table) = table else { return Vec::new() };
    let gone = wanted.iter().filter(|wanted| !table.columns.iter().any(|column| column == *wanted));
    let told = gone.map(|wanted| {
        let name = column_title(&table.name, wanted);
        RowFault::of_file(&table.name, format!("缺少“{name}”这一栏：请用导出的表头"))
    });
    told.collect()
}

/// The part of a JSON file that bureaus fill in.
const LOCALS: &str = "各单位的实施清单";

#[derive(Deserialize)]
struct Whole {
    format: String,
    #[serde(default)]
    base: Value,
    #[serde(default)]
    items: Vec<Value>,
    #[serde(default)]
    changes: Value,
    locals: Vec<Filed>,
}

#[derive(Deserialize)]
struct Filed {
    file: String,
    local: Value,
}

/// Reads the bureaus' part of an exported JSON file. The national list is not changed from here.
///
/// # Errors
/// As [`import_tables`].
pub fn import_json(catalogue: &Catalogue, text: &str) -> Result<Imported, Vec<RowFault>> {
    let whole: Whole = serde_json::from_str(text).map_err(|fault| {
        vec![RowFault::of_file(
            "导入文件",
            format!("不是能读的 JSON（第 {} 行）：请用导出的文件", fault.line()),
        )]
    })?;
    if whole.format != "yanzheng-items" {
        return Err(vec![RowFault::of_file(
            "导入文件",
            "不是事项目录的导出文件：请先从事项目录导出 JSON，在那个文件里修改",
        )]);
    }
    let mut locals = Vec::new();
    let mut faults = national(catalogue, &whole);
    let mut first_rows = BTreeMap::new();
    for (at, filed) in whole.locals.into_iter().enumerate() {
        let row = at + 1;
        let mut refuse = |says: String| {
            faults.push(RowFault { table: LOCALS.to_owned(), row, column: String::new(), says });
        };
        match serde_json::from_value::<LocalItem>(filed.local) {
            Err(fault) => {
                refuse(format!("{}。地方只能写自己的要素", crate::read::in_chinese(&fault.to_string())))
            }
            Ok(local) if !is_place(&filed.file, &local.bureau) => {
                refuse(format!(
                    "{}（{}）的清单放在了别的单位或者别的文件里（file 一栏）：请照导出的文件改回来",
                    local.bureau_name, local.bureau
                ));
            }
            Ok(mut local) => {
                if first_rows.insert(filed.file.clone(), (LOCALS.to_owned(), row)).is_some() {
                    refuse(format!("{}的同一份清单出现了两次：请删去一份", local.bureau_name));
                }
                local.file = filed.file;
                locals.push(local);
            }
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let rows = locals.len();
    finish(catalogue, &locals, &first_rows).map(|files| Imported { files, rows })
}

/// What a file changes in the parts of it that only the national list sets.
fn national(catalogue: &Catalogue, whole: &Whole) -> Vec<RowFault> {
    const SAYS: &str = "由国家基本目录统一规定，地方不能改：请照导出的文件改回来，或者删去这一段";
    let told = |table: &str, row: usize, column: &str, says: &str| RowFault {
        table: table.to_owned(),
        row,
        column: column.to_owned(),
        says: says.to_owned(),
    };
    let mut faults = Vec::new();
    let heads = [
        ("目录版次和顺序（base）", &whole.base, json!(catalogue.base())),
        ("目录变动（changes）", &whole.changes, json!(catalogue.changes())),
    ];
    for (name, written, known) in heads {
        if !written.is_null() && *written != known {
            faults.push(told(name, 0, "", SAYS));
        }
    }
    for (at, written) in whole.items.iter().enumerate() {
        let slug = written.get("slug").and_then(Value::as_str).unwrap_or_default();
        let table = "国家基本目录（items）";
        match catalogue.item(slug).map(|item| (item, json!(&**item))) {
            None => faults.push(told(
                table,
                at + 1,
                "slug",
                &format!("国家基本目录里没有“{slug}”，地方不能增加：请删去"),
            )),
            Some((_, known)) if known == *written => {}
            Some((item, known)) => {
                let changed = known
                    .as_object()
                    .into_iter()
                    .flatten()
                    .find(|(key, value)| written.get(key) != Some(value));
                let column = changed.map(|(key, _)| key.as_str()).unwrap_or_default();
                faults.push(told(table, at + 1, column, &format!("“{}”{SAYS}", item.name)));
            }
        }
    }
    faults
}

/// `places/990101/items/retail-licence.toml` and nothing that leads elsewhere.
fn is_place(file: &str, bureau: &str) -> bool {
    let slug =
        file.strip_prefix(&format!("places/{bureau}/items/")).and_then(|rest| rest.strip_suffix(".toml"));
    is_bureau(bureau)
        && slug.is_some_and(|slug| {
            !slug.is_empty() && slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        })
}

/// Holds the new files together with all others against the linter; its findings are told at the row they came from.
fn finish(
    catalogue: &Catalogue,
    locals: &[LocalItem],
    rows: &BTreeMap<String, (String, usize)>,
) -> Result<Vec<SourceFile>, Vec<RowFault>> {
    let written = |local: &LocalItem| {
        let text = toml::to_string_pretty(local)
            .map_err(|fault| vec![RowFault::of_file(&local.file, format!("写不成文件：{fault}"))])?;
        Ok(SourceFile { path: local.file.clone(), text: format!("# 由实施清单批量导入\n{text}") })
    };
    let slug = |local: &LocalItem| place_in(&local.file).map(|(_, slug)| slug.to_owned()).unwrap_or_default();
    let new = locals.iter().filter(|local| !is_said_already(catalogue, &slug(local), local));
    let files: Vec<SourceFile> = new.map(written).collect::<Result<_, Vec<RowFault>>>()?;
    let known = catalogue.bureaus();
    let at_row = |finding: crate::lint::Finding| {
        let (table, row) = rows.get(&finding.file)?.clone();
        let bureau =
            place_in(&finding.file).map(|(bureau, _)| bureau).filter(|code| !known.contains_key(code));
        if let Some(bureau) = bureau.filter(|_| finding.rule == "credit-code-twice") {
            let (column, says) = ("local_bureau".to_owned(), no_such_bureau(bureau));
            return Some(RowFault { table, row, column, says });
        }
        Some(RowFault { table, row, column: String::new(), says: finding.says })
    };
    let faults: Vec<RowFault> = lint_places(catalogue, &files).into_iter().filter_map(at_row).collect();
    if faults.is_empty() { Ok(files) } else { Err(faults) }
}

/// Words for a bureau code that is nobody's.
pub fn no_such_bureau(code: &str) -> String {
    format!("没有单位代码是“{code}”的单位：请核对这一栏")
}

/// Markup and control characters are never part of what an office says.
pub fn not_plain(cell: &str) -> Option<String> {
    if let Some(c) = cell.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Some(format!("有看不见的控制字符（U+{:04X}）：请删去", c as u32));
    }
    let mut rest = cell;
    while let Some((_, after)) = rest.split_once('<') {
        if after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
            return Some("含有网页标签：请只填文字".to_owned());
        }
        rest = after;
    }
    None
}
