//! The basic table, row by row: what each row says by itself.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use law::codes::CreditCode;

use super::export::{RowIds, national, row_ids};
use super::import::not_plain;
use super::locals::Entry;
use super::{RowFault, Table};
use crate::catalogue::Catalogue;
use crate::elements::Guide;
use crate::item::{BusinessType, Item};
use crate::lint::whole_number;

/// Columns without which a row says too little.
pub const WANTED: [&str; 11] = [
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

/// By item and business type, what only the national list says.
type National<'a> = BTreeMap<(&'a str, &'a str), Vec<(&'static str, String)>>;

/// Reads the basic table row by row.
pub struct Reading<'a> {
    pub catalogue: &'a Catalogue,
    pub day: Date,
    table: &'a Table,
    /// Where each column stands.
    places: BTreeMap<&'a str, usize>,
    national: National<'a>,
    ids: OnceCell<RowIds<'a>>,
    bureaus: OnceCell<BTreeSet<&'a str>>,
    pub faults: Vec<RowFault>,
}

impl<'a> Reading<'a> {
    pub fn new(catalogue: &'a Catalogue, day: Date, table: &'a Table) -> Reading<'a> {
        let places = table.places();
        let (national, ids, bureaus, faults) = Default::default();
        Reading { catalogue, day, table, places, national, ids, bureaus, faults }
    }

    pub fn entries(&mut self) -> Vec<Entry<'a>> {
        let mut entries = Vec::new();
        let mut seen: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
        for column in ["row_guid", "task_handle_item"] {
            self.used_twice(column);
        }
        for (row, cells) in self.rows() {
            let Some(entry) = self.entry(row, cells) else { continue };
            let key = (entry.bureau, entry.item.slug.as_str(), entry.business.slug.as_str());
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

    /// The rows in which anything is written, numbered as the spreadsheet does.
    fn rows(&self) -> impl Iterator<Item = (usize, &'a [String])> + use<'a> {
        let all = self.table.rows.iter().enumerate().map(|(at, cells)| (at + 2, cells.as_slice()));
        all.filter(|(_, cells)| !cells.iter().all(|cell| cell.trim().is_empty()))
    }

    pub fn value(&self, cells: &'a [String], column: &str) -> &'a str {
        self.places.get(column).and_then(|at| cells.get(*at)).map_or("", |value| value.trim())
    }

    /// The ids under which the catalogue exports its rows.
    pub fn ids(&self) -> &RowIds<'a> {
        self.ids.get_or_init(|| row_ids(self.catalogue))
    }

    /// Whether the catalogue has anything from this bureau.
    pub fn knows(&self, bureau: &str) -> bool {
        self.bureaus.get_or_init(|| self.catalogue.bureaus().into_keys().collect()).contains(bureau)
    }

    pub fn refuse(&mut self, row: usize, column: &str, says: impl Into<String>) {
        let table = self.table.name.clone();
        self.faults.push(RowFault { table, row, column: column.to_owned(), says: says.into() });
    }

    /// What belongs to one row only is told at every row that has it.
    fn used_twice(&mut self, column: &str) {
        let mut used: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (row, cells) in self.rows() {
            used.entry(self.value(cells, column)).or_default().push(row);
        }
        for (value, rows) in used.into_iter().filter(|(value, rows)| !value.is_empty() && rows.len() > 1) {
            for (at, row) in rows.iter().enumerate() {
                let other = rows[usize::from(at == 0)];
                self.refuse(
                    *row,
                    column,
                    format!("“{value}”第 {other} 行也用了：每一行要有自己的，请改正其中一行"),
                );
            }
        }
    }

    /// A row in which nothing is wrong.
    fn entry(&mut self, row: usize, cells: &'a [String]) -> Option<Entry<'a>> {
        let before = self.faults.len();
        self.is_written(row, cells);
        if before < self.faults.len() {
            return None;
        }
        let (item, business) =
            self.item(row, self.value(cells, "local_item"), self.value(cells, "local_business"))?;
        self.base_fields(row, cells, item, business);
        self.place(row, cells, item);
        self.envelope(row, cells, item, business);
        let level = self.level(row, self.value(cells, "use_level"), item);
        let promised = self.promised(row, self.value(cells, "promise_day"), business);
        let effective = self.date(row, cells, "plan_effective_date");
        let ends = self.date(row, cells, "plan_cancel_date");
        let is_clean = before == self.faults.len();
        // A row that goes by a wrong id is still held against what else is known of its bureau.
        self.id(row, cells, item, business);
        if !is_clean {
            return None;
        }
        Some(Entry {
            row,
            guid: self.value(cells, "row_guid"),
            item,
            business,
            bureau: self.value(cells, "local_bureau"),
            bureau_name: self.value(cells, "dept_name"),
            level: level?,
            credit_code: self.value(cells, "dept_code"),
            consult_phone: self.value(cells, "link_way"),
            complaint_phone: self.value(cells, "supervise_way"),
            promised: promised?,
            promise_says: self.value(cells, "promise_explain"),
            local_code: self.value(cells, "local_task_code"),
            effective: effective?,
            ends,
        })
    }

    /// Plain text in every cell, and something where something must stand.
    fn is_written(&mut self, row: usize, cells: &'a [String]) {
        for (column, cell) in self.table.columns.iter().zip(cells) {
            if let Some(says) = not_plain(cell) {
                self.refuse(row, column, says);
            }
        }
        for column in WANTED {
            if self.value(cells, column).is_empty() {
                self.refuse(row, column, "没有填写");
            }
        }
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
    fn base_fields(&mut self, row: usize, cells: &'a [String], item: &'a Item, business: &'a BusinessType) {
        let key = (item.slug.as_str(), business.slug.as_str());
        // Taken out while the row is refused, and put back: the same words serve ten thousand rows.
        let told = self.national.remove(&key);
        let told = told.unwrap_or_else(|| national(&Guide { item, business, local: None, day: self.day }));
        for (column, told) in &told {
            let written = self.value(cells, column);
            if !written.is_empty() && written != told.trim() {
                let told: String = told.chars().take(40).collect();
                self.refuse(
                    row,
                    column,
                    format!("由国家基本目录统一规定，地方不能改：应当是“{told}”，或者留空"),
                );
            }
        }
        self.national.insert(key, told);
    }

    /// Which bureau it is, by its codes and phones.
    fn place(&mut self, row: usize, cells: &'a [String], item: &Item) {
        if !is_bureau(self.value(cells, "local_bureau")) {
            self.refuse(row, "local_bureau", "单位代码应当是 6 位数字");
        }
        self.phones(row, self.value(cells, "link_way"), self.value(cells, "supervise_way"));
        let credit_code = self.value(cells, "dept_code");
        if let Err(fault) = CreditCode::parse(credit_code) {
            self.refuse(row, "dept_code", fault.explain());
        }
        let code = self.value(cells, "task_code");
        let computed = format!("{credit_code}{}{}", self.value(cells, "use_level"), item.basic_code);
        if !code.is_empty() && (item.basic_code.is_empty() || code != computed) {
            self.refuse(
                row,
                "task_code",
                format!("实施编码应当由实施主体编码、行使层级、基本编码组成：{computed}"),
            );
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

    /// The day in a column; none where none is written, or where it is none and was refused.
    fn date(&mut self, row: usize, cells: &'a [String], column: &str) -> Option<Date> {
        let written = self.value(cells, column);
        if written.is_empty() {
            return None;
        }
        let day = crate::check::read_date(written);
        if day.is_none() {
            self.refuse(row, column, format!("“{written}”不是日期：请按 2026-01-31 这样填写"));
        }
        day
    }
}

pub fn is_bureau(code: &str) -> bool {
    code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())
}
