//! The sheets beside 基本信息 and 办理窗口: what the national list says in them may be left out or repeated, not changed; of the
//! questions a bureau may have some of its own.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::columns::{EXTEND, FEE, LAW, MATERIAL, QA, SPECIAL, TableKind, column_title, table_of};
use super::export::{row_ids, rows_of};
use super::halls::{fault, ids_of};
use super::import::not_plain;
use super::locals::{Entry, local};
use super::{RowFault, Table};
use crate::catalogue::Catalogue;
use crate::elements::Guide;
use crate::item::{BusinessType, Item, Question};
use crate::local::LocalItem;

/// Tables that are held against the list, and the column by which a row of each is known; empty where there is one row only.
const HELD: [(&str, &str); 6] = [
    (EXTEND, ""),
    (MATERIAL, "material_name"),
    (FEE, "fee_name"),
    (QA, "question"),
    (SPECIAL, "special_name"),
    (LAW, "clause_number"),
];

/// Columns that a bureau does set, at the desk: an import leaves them as they are.
const SET_AT_THE_DESK: [(&str, &str); 4] =
    [(EXTEND, "is_entry_center"), (EXTEND, "handle_area"), (MATERIAL, "is_need"), (MATERIAL, "remark")];

/// Whose the rows under one id are.
struct Owner<'a> {
    item: &'a Item,
    business: &'a BusinessType,
    local: LocalItem,
}

/// A row as it stands in the sheet.
type Given<'a> = (usize, &'a [String]);

/// The questions a bureau asks and answers itself, with the first row they stand in.
pub struct Questions<'a> {
    pub item: &'a Item,
    pub row: usize,
    pub faq: Vec<Question>,
}

/// By bureau and item.
pub type OwnQuestions<'a> = BTreeMap<(String, String), Questions<'a>>;

/// Holds every such sheet against the list, and finds the bureaus' own questions.
pub fn read<'a>(
    (catalogue, day): (&'a Catalogue, Date),
    tables: &'a [Table],
    basic: Option<&'a Table>,
    entries: &[Entry<'a>],
    faults: &mut Vec<RowFault>,
) -> OwnQuestions<'a> {
    let told = basic.map(ids_of).unwrap_or_default();
    let mut own = OwnQuestions::new();
    let sheets = HELD.iter().filter_map(|(name, key)| {
        Some((tables.iter().find(|table| table.name == *name)?, table_of(name)?, *key))
    });
    for (table, kind, key) in sheets {
        let sheet = Sheet { table, kind, key };
        if let Some(says) = sheet.has_no_key() {
            faults.push(RowFault::of_file(&table.name, says));
            continue;
        }
        let groups = sheet.groups(faults);
        let owners = owners(catalogue, entries, groups.keys().copied().collect());
        for (id, given) in groups {
            match owners.get(id) {
                Some(owner) => sheet.hold((owner, day), &given, &mut own, faults),
                // Rows that were refused in the basic table are told there.
                None if told.contains(id) => {}
                None => {
                    let says = "没有哪一行业务办理项用这个标识：请用导出的标识，或者删去这一行";
                    faults.extend(given.iter().map(|(row, _)| fault(&table.name, *row, "row_guid", says)));
                }
            }
        }
    }
    own
}

/// Whose each id is: of a row of the basic table, or of one that was exported.
fn owners<'a>(
    catalogue: &'a Catalogue,
    entries: &[Entry<'a>],
    wanted: BTreeSet<&str>,
) -> BTreeMap<String, Owner<'a>> {
    let exported = row_ids(catalogue).into_iter().filter(|(id, _)| wanted.contains(id.as_str()));
    let mut owners: BTreeMap<String, Owner<'a>> = exported
        .map(|(id, one)| {
            let owner = Owner { item: one.item, business: one.business, local: one.local.clone() };
            (id, owner)
        })
        .collect();
    for entry in entries.iter().filter(|entry| wanted.contains(entry.guid)) {
        let said = catalogue.own_local(entry.item, entry.bureau).cloned();
        let local = said.unwrap_or_else(|| local(catalogue, None, &[entry], Vec::new()));
        let owner = Owner { item: entry.item, business: entry.business, local };
        owners.insert(entry.guid.to_owned(), owner);
    }
    owners
}

/// One of the sheets, by the column its rows are known by.
struct Sheet<'a> {
    table: &'a Table,
    kind: &'static TableKind,
    key: &'static str,
}

impl<'a> Sheet<'a> {
    fn has_no_key(&self) -> Option<String> {
        let has = |wanted: &str| self.table.columns.iter().any(|column| column == wanted);
        let gone = ["row_guid", self.key].into_iter().find(|wanted| !wanted.is_empty() && !has(wanted))?;
        Some(format!("缺少“{}”这一栏：请用导出的表头", column_title(&self.table.name, gone)))
    }

    /// Rows in which anything is written, by their id; what is no plain text is refused here.
    fn groups(&self, faults: &mut Vec<RowFault>) -> BTreeMap<&'a str, Vec<Given<'a>>> {
        let mut groups: BTreeMap<&str, Vec<Given<'a>>> = BTreeMap::new();
        for (at, cells) in self.table.rows.iter().enumerate() {
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let before = faults.len();
            for (column, cell) in self.table.columns.iter().zip(cells) {
                faults.extend(not_plain(cell).map(|says| fault(&self.table.name, at + 2, column, says)));
            }
            let id = value(self.table, cells, "row_guid");
            if id.is_empty() {
                faults.push(fault(&self.table.name, at + 2, "row_guid", "没有填写"));
            }
            if before == faults.len() {
                groups.entry(id).or_default().push((at + 2, cells));
            }
        }
        groups
    }

    fn hold(
        &self,
        (owner, day): (&Owner<'a>, Date),
        given: &[Given<'a>],
        own: &mut OwnQuestions<'a>,
        faults: &mut Vec<RowFault>,
    ) {
        let national = LocalItem { faq: Vec::new(), ..owner.local.clone() };
        let guide = Guide { item: owner.item, business: owner.business, local: Some(&national), day };
        let expected = rows_of(&guide, self.kind);
        let (mut open, mut left): (Vec<&Vec<String>>, Vec<Given<'a>>) =
            (expected.rows.iter().collect(), Vec::new());
        for one in given {
            let same = |row: &&Vec<String>| {
                self.key.is_empty() || value(&expected, row, self.key) == value(self.table, one.1, self.key)
            };
            match open.iter().position(same) {
                Some(at) => self.compare(*one, (&expected, open.remove(at)), faults),
                None => left.push(*one),
            }
        }
        let renamed = open.len().min(left.len());
        for (one, row) in left.drain(..renamed).zip(open.drain(..renamed)) {
            self.compare(one, (&expected, row), faults);
        }
        for row in open {
            let name = value(&expected, row, self.key);
            let says = format!("少了“{name}”：由国家基本目录统一规定，地方不能减少，请补上这一行");
            faults.push(fault(&self.table.name, given[0].0, self.key, says));
        }
        if self.kind.name == QA {
            self.questions(owner, (given, &left), own, faults);
            return;
        }
        let says = "国家基本目录里没有这一行，地方不能增加：请删去这一行";
        faults.extend(left.iter().map(|(row, _)| fault(&self.table.name, *row, self.key, says)));
    }

    /// Every cell that says something else than the list.
    fn compare(
        &self,
        (at, cells): Given<'a>,
        (expected, row): (&Table, &[String]),
        faults: &mut Vec<RowFault>,
    ) {
        for column in self.table.columns.iter().filter(|column| *column != "ordernum") {
            let (written, told) = (value(self.table, cells, column), value(expected, row, column));
            if written.is_empty() || column == "row_guid" || same_words(written, told) {
                continue;
            }
            let told: String = told.chars().take(40).collect();
            let says = if SET_AT_THE_DESK.contains(&(self.kind.name, column.as_str())) {
                format!("导入不改这一栏：应当是“{told}”，或者留空。要改的，请到事项目录逐项修改")
            } else if told.is_empty() {
                "由国家基本目录统一规定，地方不能改：请留空".to_owned()
            } else {
                format!("由国家基本目录统一规定，地方不能改：应当是“{told}”，或者留空")
            };
            faults.push(fault(&self.table.name, at, column, says));
        }
    }

    /// Rows more than the list has are the bureau's own questions: the same for every business type of an item.
    fn questions(
        &self,
        owner: &Owner<'a>,
        (given, left): (&[Given<'a>], &[Given<'a>]),
        own: &mut OwnQuestions<'a>,
        faults: &mut Vec<RowFault>,
    ) {
        let row = left.first().or(given.first()).map_or(0, |one| one.0);
        let mut faq = Vec::new();
        for (row, cells) in left {
            let [q, a] = ["question", "answer"].map(|column| value(self.table, cells, column).to_owned());
            if a.is_empty() {
                faults.push(fault(&self.table.name, *row, "answer", "没有填写"));
            }
            faq.push(Question { q, a });
        }
        let key = (owner.local.bureau.clone(), owner.item.slug.clone());
        // A list of the bureau above is not this bureau's: a bureau without a row of its own has no id.
        let first = own.entry(key).or_insert_with(|| Questions { item: owner.item, row, faq: faq.clone() });
        if first.faq != faq {
            let says = format!(
                "与第 {} 行起的不一致：同一单位的同一事项，本单位自己的问题应当在每个业务办理项下都写上",
                first.row
            );
            faults.push(fault(&self.table.name, row, "question", says));
        }
    }
}

/// Spreadsheets write line ends in their own way.
fn same_words(written: &str, told: &str) -> bool {
    written == told || written.lines().map(str::trim_end).eq(told.lines().map(str::trim_end))
}

fn value<'b>(table: &Table, cells: &'b [String], column: &str) -> &'b str {
    let at = table.columns.iter().position(|one| one == column);
    at.and_then(|at| cells.get(at)).map_or("", |cell| cell.trim())
}
