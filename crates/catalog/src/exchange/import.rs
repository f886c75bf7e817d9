//! From tables back to 地方实施清单. Every row is read and every fault told; files come of it only when there is none.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use law::codes::CreditCode;
use serde::Deserialize;

use super::columns::{BASIC, WINDOW, column_title};
use super::export::national;
use super::locals::{Entry, one_of};
use super::{RowFault, Table};
use crate::catalogue::{Catalogue, SourceFile};
use crate::elements::Guide;
use crate::item::{BusinessType, Item};
use crate::lint::{lint_files, whole_number};
use crate::local::{Hall, LocalItem};

/// What an import would write: the new files of `places`, and nothing else.
#[derive(Debug)]
pub struct Imported {
    pub files: Vec<SourceFile>,
    pub rows: usize,
}

/// Columns without which a row says too little.
const WANTED: [&str; 11] = [
    "local_bureau",
    "local_item",
    "local_business",
    "dept_name",
    "dept_code",
    "use_level",
    "promise_day",
    "promise_explain",
    "link_way",
    "supervise_way",
    "plan_effective_date",
];

/// Reads the basic table and, where there is one, the table of windows.
///
/// # Errors
/// Every fault of every row, in order; nothing is taken then.
pub fn import_tables(catalogue: &Catalogue, tables: &[Table], day: Date) -> Result<Imported, Vec<RowFault>> {
    let by_name = |name: &str| tables.iter().find(|table| table.name == name);
    let Some(basic) = by_name(BASIC) else {
        let says = "没有“基本信息”这张表：表名要与导出的一致";
        return Err(vec![RowFault::of_file("导入文件", says)]);
    };
    let missing: Vec<RowFault> = WANTED
        .iter()
        .filter(|wanted| !basic.columns.iter().any(|column| column == *wanted))
        .map(|wanted| {
            let name = column_title(BASIC, wanted);
            RowFault::of_file(BASIC, format!("缺少“{name}”这一栏：请用导出的表头"))
        })
        .collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let mut reading = Reading { catalogue, day, table: basic, faults: Vec::new() };
    let entries = reading.entries();
    let mut faults = reading.faults;
    let halls = by_name(WINDOW).map(|table| halls(table, &entries, &mut faults));
    let locals = one_of(catalogue, &entries, halls.as_ref(), &mut faults);
    if !faults.is_empty() {
        faults.sort();
        return Err(faults);
    }
    let first_rows = locals.iter().map(|(local, row)| (file_name(local), (BASIC.to_owned(), *row))).collect();
    let locals: Vec<LocalItem> = locals.into_iter().map(|(local, _)| local).collect();
    let rows = entries.len();
    finish(catalogue, &locals, &first_rows).map(|files| Imported { files, rows })
}

/// The part of a JSON file that bureaus fill in.
const LOCALS: &str = "各单位的实施清单";

#[derive(Deserialize)]
struct Whole {
    format: String,
    locals: Vec<Filed>,
}

#[derive(Deserialize)]
struct Filed {
    file: String,
    local: serde_json::Value,
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
    let mut faults = Vec::new();
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
                refuse(format!("文件名“{}”与单位 {} 不符", filed.file, local.bureau));
            }
            Ok(mut local) => {
                if first_rows.insert(filed.file.clone(), (LOCALS.to_owned(), row)).is_some() {
                    refuse(format!("“{}”出现了两次", filed.file));
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

/// `places/990101/items/retail-licence.toml` and nothing that leads elsewhere.
fn is_place(file: &str, bureau: &str) -> bool {
    let slug =
        file.strip_prefix(&format!("places/{bureau}/items/")).and_then(|rest| rest.strip_suffix(".toml"));
    is_bureau(bureau)
        && slug.is_some_and(|slug| {
            !slug.is_empty() && slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        })
}

fn is_bureau(code: &str) -> bool {
    code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())
}

fn file_name(local: &LocalItem) -> String {
    local.file.clone()
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
        Ok(SourceFile { path: file_name(local), text: format!("# 由实施清单批量导入\n{text}") })
    };
    let files: Vec<SourceFile> = locals.iter().map(written).collect::<Result<_, Vec<RowFault>>>()?;
    let kept = catalogue.files().iter().filter(|old| !files.iter().any(|new| new.path == old.path));
    let (_, findings) = lint_files(kept.chain(&files).cloned().collect());
    let faults: Vec<RowFault> = findings
        .into_iter()
        .filter_map(|finding| {
            let (table, row) = rows.get(&finding.file)?.clone();
            Some(RowFault { table, row, column: String::new(), says: finding.says })
        })
        .collect();
    if faults.is_empty() { Ok(files) } else { Err(faults) }
}

/// Reads the basic table row by row.
struct Reading<'a> {
    catalogue: &'a Catalogue,
    day: Date,
    table: &'a Table,
    faults: Vec<RowFault>,
}

impl<'a> Reading<'a> {
    fn entries(&mut self) -> Vec<Entry<'a>> {
        let mut entries = Vec::new();
        let mut seen: BTreeMap<(String, String, String), usize> = BTreeMap::new();
        for (at, cells) in self.table.rows.iter().enumerate() {
            let row = at + 2;
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let Some(entry) = self.entry(row, cells) else { continue };
            let key = (entry.bureau.clone(), entry.item.slug.clone(), entry.business.slug.clone());
            if let Some(first) = seen.insert(key, row) {
                self.refuse(
                    row,
                    "local_business",
                    format!("与第 {first} 行是同一个单位的同一个业务办理项：请删去一行"),
                );
                continue;
            }
            entries.push(entry);
        }
        entries
    }

    fn refuse(&mut self, row: usize, column: &str, says: impl Into<String>) {
        let table = self.table.name.clone();
        self.faults.push(RowFault { table, row, column: column.to_owned(), says: says.into() });
    }

    /// A row in which nothing is wrong.
    fn entry(&mut self, row: usize, cells: &[String]) -> Option<Entry<'a>> {
        let before = self.faults.len();
        for (column, cell) in self.table.columns.iter().zip(cells) {
            if let Some(says) = not_plain(cell) {
                self.refuse(row, column, says);
            }
        }
        let value = |column: &str| self.table.value(cells, column);
        let values: BTreeMap<&str, String> = WANTED.iter().map(|column| (*column, value(column))).collect();
        let (guid, code, local_code) = (value("row_guid"), value("task_code"), value("local_task_code"));
        let ends = value("plan_cancel_date");
        for column in WANTED.iter().filter(|column| values[**column].is_empty()) {
            self.refuse(row, column, "没有填写");
        }
        if before < self.faults.len() {
            return None;
        }
        let (item, business) = self.item(row, &values["local_item"], &values["local_business"])?;
        self.base_fields(row, cells, item, business);
        if !is_bureau(&values["local_bureau"]) {
            self.refuse(row, "local_bureau", "单位代码应当是 6 位数字");
        }
        let level = self.level(row, &values["use_level"], item);
        let promised = self.promised(row, &values["promise_day"], business);
        self.phones(row, &values["link_way"], &values["supervise_way"]);
        if let Err(fault) = CreditCode::parse(&values["dept_code"]) {
            self.refuse(row, "dept_code", fault.explain());
        }
        let computed = format!("{}{}{}", values["dept_code"], values["use_level"], item.basic_code);
        if !code.is_empty() && (item.basic_code.is_empty() || code != computed) {
            self.refuse(
                row,
                "task_code",
                format!("实施编码应当由实施主体编码、行使层级、基本编码组成：{computed}"),
            );
        }
        let effective = self.date(row, "plan_effective_date", &values["plan_effective_date"]);
        let ends = if ends.is_empty() { None } else { Some(self.date(row, "plan_cancel_date", &ends)?) };
        if before < self.faults.len() {
            return None;
        }
        Some(Entry {
            row,
            guid,
            item,
            business,
            bureau: values["local_bureau"].clone(),
            bureau_name: values["dept_name"].clone(),
            level: level?,
            credit_code: values["dept_code"].clone(),
            consult_phone: values["link_way"].clone(),
            complaint_phone: values["supervise_way"].clone(),
            promised: promised?,
            promise_says: values["promise_explain"].clone(),
            local_code,
            effective: effective?,
            ends,
        })
    }

    fn item(&mut self, row: usize, item: &str, business: &str) -> Option<(&'a Item, &'a BusinessType)> {
        let Some(found) = self.catalogue.item(item) else {
            self.refuse(row, "local_item", format!("国家基本目录里没有“{item}”"));
            return None;
        };
        let Some(kind) = found.business(business) else {
            self.refuse(row, "local_business", format!("“{}”没有“{business}”这个业务办理项", found.name));
            return None;
        };
        Some((found, kind))
    }

    /// What the national list says may be left out or repeated, not changed.
    fn base_fields(&mut self, row: usize, cells: &[String], item: &Item, business: &BusinessType) {
        let guide = Guide { item, business, local: None, day: self.day };
        for (column, told) in national(&guide) {
            let written = self.table.value(cells, column);
            if !written.is_empty() && written != told.trim() {
                let told: String = told.chars().take(40).collect();
                self.refuse(
                    row,
                    column,
                    format!("由国家基本目录统一规定，地方不能改：应当是“{told}”，或者留空"),
                );
            }
        }
    }

    fn level(&mut self, row: usize, written: &str, item: &Item) -> Option<u8> {
        let level = written.parse().ok().filter(|level| item.is_accepted_at(*level));
        if level.is_none() {
            self.refuse(row, "use_level", format!("“{written}”不是受理“{}”的层级", item.name));
        }
        level
    }

    fn promised(&mut self, row: usize, written: &str, business: &BusinessType) -> Option<u16> {
        let days: Option<u16> = written.parse().ok();
        let most = business.limits.promised;
        match days {
            Some(days) if (1..=most).contains(&days) => {}
            Some(_) => self.refuse(row, "promise_day", format!("承诺时限应当是 1 至 {most} 个工作日")),
            None => self.refuse(row, "promise_day", format!("“{written}”不是天数：请只填数字")),
        }
        days
    }

    fn phones(&mut self, row: usize, consult: &str, complaint: &str) {
        for (column, phone) in [("link_way", consult), ("supervise_way", complaint)] {
            if !whole_number(phone) {
                self.refuse(row, column, format!("“{phone}”不完整：请写区号，例如 0990-9901010"));
            }
        }
        if consult == complaint {
            self.refuse(row, "supervise_way", "咨询电话和监督投诉电话是同一个：请写两个不同的电话");
        }
    }

    fn date(&mut self, row: usize, column: &str, written: &str) -> Option<Date> {
        let day = crate::check::read_date(written);
        if day.is_none() {
            self.refuse(row, column, format!("“{written}”不是日期：请按 2026-01-31 这样填写"));
        }
        day
    }
}

/// The halls of each row id.
fn halls(table: &Table, entries: &[Entry<'_>], faults: &mut Vec<RowFault>) -> BTreeMap<String, Vec<Hall>> {
    let known: BTreeSet<&str> = entries.iter().map(|entry| entry.guid.as_str()).collect();
    let mut halls: BTreeMap<String, Vec<Hall>> = BTreeMap::new();
    for (at, cells) in table.rows.iter().enumerate() {
        let value = |column: &str| table.value(cells, column);
        let mut refuse = |column: &str, says: String| {
            let (table, column) = (table.name.clone(), column.to_owned());
            faults.push(RowFault { table, row: at + 2, column, says });
        };
        for (column, cell) in table.columns.iter().zip(cells) {
            if let Some(says) = not_plain(cell) {
                refuse(column, says);
            }
        }
        let guid = value("row_guid");
        if !known.contains(guid.as_str()) {
            // Rows that were refused in the basic table are told there.
            continue;
        }
        let hall = Hall {
            name: value("window_hall"),
            window: value("window_name"),
            address: value("transact_addr"),
            hours: value("transact_time"),
            phone: value("window_tel"),
            traffic: value("traffic_info"),
        };
        for (column, text) in
            [("window_hall", &hall.name), ("transact_addr", &hall.address), ("transact_time", &hall.hours)]
        {
            if text.is_empty() {
                refuse(column, "没有填写".to_owned());
            }
        }
        halls.entry(guid).or_default().push(hall);
    }
    halls
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
