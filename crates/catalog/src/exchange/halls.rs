//! The table of windows: the halls of each bureau and item, together with the basic table or alone.

use std::collections::{BTreeMap, BTreeSet};

use super::export::row_ids;
use super::import::not_plain;
use super::locals::Entry;
use super::{RowFault, Table};
use crate::catalogue::Catalogue;
use crate::item::Item;
use crate::local::Hall;

/// Columns without which a window is no place to go to.
pub const WANTED: [&str; 6] =
    ["row_guid", "window_hall", "transact_addr", "transact_time", "window_tel", "traffic_info"];

/// The halls that a bureau has for an item.
pub struct Group<'a> {
    pub item: &'a Item,
    /// The first row they stand in.
    pub row: usize,
    pub halls: Vec<Hall>,
}

/// By bureau and item.
pub struct Halls<'a> {
    pub table: &'a str,
    groups: BTreeMap<(&'a str, &'a str), Group<'a>>,
}

/// The halls under one row id, with the first row they stand in.
type ById<'a> = BTreeMap<&'a str, (usize, Vec<Hall>)>;

impl<'a> Halls<'a> {
    /// Each row belongs to a row of the basic table, or to one of the catalogue by the id it was exported under.
    pub fn read(
        catalogue: &'a Catalogue,
        table: &'a Table,
        basic: Option<&'a Table>,
        entries: &[Entry<'a>],
        faults: &mut Vec<RowFault>,
    ) -> Halls<'a> {
        let exported = row_ids(catalogue);
        let by_entry: BTreeMap<&str, (&'a str, &'a Item)> =
            entries.iter().map(|entry| (entry.guid, (entry.bureau, entry.item))).collect();
        let owner = |id: &str| {
            let known = || exported.get(id).map(|one| (one.local.bureau.as_str(), one.item));
            by_entry.get(id).copied().or_else(known)
        };
        let told: BTreeSet<&str> = basic.map(ids_of).unwrap_or_default();
        let mut halls = Halls { table: &table.name, groups: BTreeMap::new() };
        for (id, (row, own)) in by_id(table, faults) {
            match owner(id) {
                Some(whose) => halls.join(whose, row, own, faults),
                // Rows that were refused in the basic table are told there.
                None if told.contains(id) => {}
                None => {
                    let says = "没有哪一行业务办理项用这个标识：请用导出的标识，或者删去这一行";
                    faults.push(fault(&table.name, row, "row_guid", says));
                }
            }
        }
        halls
    }

    /// A bureau has the same halls for all business types of an item.
    fn join(
        &mut self,
        (bureau, item): (&'a str, &'a Item),
        row: usize,
        halls: Vec<Hall>,
        faults: &mut Vec<RowFault>,
    ) {
        let group = self.groups.entry((bureau, &item.slug)).or_insert_with(|| Group {
            item,
            row,
            halls: halls.clone(),
        });
        if group.halls != halls {
            let says = format!("与第 {} 行起的窗口不一致：同一单位的同一事项，窗口应当相同", group.row);
            faults.push(fault(self.table, row, "window_hall", says));
        }
    }

    pub fn of<'b>(&'b self, bureau: &'b str, item: &'b str) -> Option<&'b [Hall]> {
        self.groups.get(&(bureau, item)).map(|group| group.halls.as_slice())
    }

    /// Every bureau and item that has rows.
    pub fn all(&self) -> impl Iterator<Item = (&'a str, &Group<'a>)> {
        self.groups.iter().map(|((bureau, _), group)| (*bureau, group))
    }
}

fn by_id<'a>(table: &'a Table, faults: &mut Vec<RowFault>) -> ById<'a> {
    let places = table.places();
    let mut all = ById::new();
    for (at, cells) in table.rows.iter().enumerate() {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let row = at + 2;
        for (column, cell) in table.columns.iter().zip(cells) {
            if let Some(says) = not_plain(cell) {
                faults.push(fault(&table.name, row, column, says));
            }
        }
        let value = |column: &str| -> &'a str {
            places.get(column).and_then(|at| cells.get(*at)).map_or("", |value| value.trim())
        };
        for column in WANTED.iter().filter(|column| value(column).is_empty()) {
            faults.push(fault(&table.name, row, column, "没有填写"));
        }
        let hall = Hall {
            name: value("window_hall").to_owned(),
            window: value("window_name").to_owned(),
            address: value("transact_addr").to_owned(),
            hours: value("transact_time").to_owned(),
            phone: value("window_tel").to_owned(),
            traffic: value("traffic_info").to_owned(),
        };
        all.entry(value("row_guid")).or_insert_with(|| (row, Vec::new())).1.push(hall);
    }
    all.remove("");
    all
}

/// Every row id that a table has.
pub fn ids_of(table: &Table) -> BTreeSet<&str> {
    let Some(at) = table.columns.iter().position(|column| column == "row_guid") else {
        return BTreeSet::new();
    };
    table.rows.iter().filter_map(|cells| cells.get(at)).map(|cell| cell.trim()).collect()
}

pub fn fault(table: &str, row: usize, column: &str, says: impl Into<String>) -> RowFault {
    RowFault { table: table.to_owned(), row, column: column.to_owned(), says: says.into() }
}
