//! Rows of one bureau and one item put together: what they must agree in, and the file they make.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::RowFault;
use super::columns::BASIC;
use super::halls::{Group, Halls};
use crate::catalogue::Catalogue;
use crate::item::{BusinessType, Item, ItemCode, Scheme, Sure};
use crate::local::{Hall, LocalItem, Promise};

/// A row of the basic table in which nothing is wrong by itself.
pub struct Entry<'a> {
    pub row: usize,
    pub guid: &'a str,
    pub item: &'a Item,
    pub business: &'a BusinessType,
    pub bureau: &'a str,
    pub bureau_name: &'a str,
    pub level: u8,
    pub credit_code: &'a str,
    pub consult_phone: &'a str,
    pub complaint_phone: &'a str,
    pub promised: u16,
    pub promise_says: &'a str,
    pub local_code: &'a str,
    pub effective: Date,
    pub ends: Option<Date>,
}

/// What one bureau will say about one item.
pub struct LocalList {
    pub local: LocalItem,
    /// The first row it came from, and its table.
    pub table: String,
    pub row: usize,
}

/// One list for each bureau and item: those of the basic table, and those of which only the halls came.
pub fn local_lists(
    catalogue: &Catalogue,
    entries: &[Entry<'_>],
    halls: Option<&Halls<'_>>,
    faults: &mut Vec<RowFault>,
) -> Vec<LocalList> {
    let mut groups: BTreeMap<(&str, &str), Vec<&Entry<'_>>> = BTreeMap::new();
    for entry in entries {
        groups.entry((entry.bureau, &entry.item.slug)).or_default().push(entry);
    }
    let other = |(bureau, group): &(&str, &Group<'_>)| {
        let key = (*bureau, group.item.slug.as_str());
        !groups.contains_key(&key)
    };
    let alone = halls.into_iter().flat_map(|all| all.all().filter(other).map(|one| (all.table, one)));
    let alone: Vec<LocalList> =
        alone.filter_map(|(table, (bureau, group))| only_halls(catalogue, table, bureau, group)).collect();
    let mut lists: Vec<LocalList> = groups
        .into_values()
        .map(|rows| {
            agree(&rows, faults);
            is_itself(catalogue, rows[0], faults);
            let halls = halls_of(catalogue, &rows, halls, faults);
            LocalList { local: local(catalogue, &rows, halls), table: BASIC.to_owned(), row: rows[0].row }
        })
        .collect();
    lists.extend(alone);
    lists
}

/// What the bureau says now, with other halls; nothing when they are the same.
fn only_halls(catalogue: &Catalogue, table: &str, bureau: &str, group: &Group<'_>) -> Option<LocalList> {
    let own = catalogue.own_local(group.item, bureau).filter(|own| own.halls != group.halls)?;
    let mut local = LocalItem {
        file: file_of(bureau, group.item),
        halls: group.halls.clone(),
        source: IMPORTED.to_owned(),
        ..own.clone()
    };
    // What is said for the main item, or for all, needn't fit this one.
    let has = |business: &str| group.item.business(business).is_some();
    local.promises.retain(|one| has(&one.business));
    local.waived.retain(|one| has(&one.business));
    Some(LocalList { local, table: table.to_owned(), row: group.row })
}

/// Where the words of a list say they come from.
const IMPORTED: &str = "实施清单批量导入";

fn file_of(bureau: &str, item: &Item) -> String {
    format!("places/{bureau}/items/{}.toml", item.slug)
}

/// A bureau has one name, one code and one pair of phones for an item, in however many rows it stands.
fn agree(rows: &[&Entry<'_>], faults: &mut Vec<RowFault>) {
    let first = rows[0];
    for other in &rows[1..] {
        let pairs = [
            ("dept_name", first.bureau_name == other.bureau_name),
            ("dept_code", first.credit_code == other.credit_code),
            ("use_level", first.level == other.level),
            ("link_way", first.consult_phone == other.consult_phone),
            ("supervise_way", first.complaint_phone == other.complaint_phone),
            ("plan_effective_date", first.effective == other.effective),
            ("plan_cancel_date", first.ends == other.ends),
            ("local_task_code", first.local_code == other.local_code),
        ];
        for (column, _) in pairs.iter().filter(|(_, same)| !same) {
            faults.push(RowFault {
                table: BASIC.to_owned(),
                row: other.row,
                column: (*column).to_owned(),
                says: format!("与第 {} 行不一致：同一单位的同一事项应当相同", first.row),
            });
        }
    }
}

/// A bureau keeps the name and the code it has: a row that carries another's would pass for it.
fn is_itself(catalogue: &Catalogue, row: &Entry<'_>, faults: &mut Vec<RowFault>) {
    let Some(known) = known(catalogue, row.bureau) else { return };
    let pairs = [
        ("dept_name", "名称", &known.bureau_name, row.bureau_name),
        ("dept_code", "统一社会信用代码", &known.credit_code, row.credit_code),
    ];
    for (column, what, known, written) in pairs {
        if !known.is_empty() && known != written {
            faults.push(RowFault {
                table: BASIC.to_owned(),
                row: row.row,
                column: column.to_owned(),
                says: format!(
                    "单位 {} 登记的{what}是“{known}”，表中写的是“{written}”：请核对这一行是哪个单位的",
                    row.bureau
                ),
            });
        }
    }
}

/// What the bureau calls itself in the list of any item.
fn known<'a>(catalogue: &'a Catalogue, bureau: &str) -> Option<&'a LocalItem> {
    catalogue
        .items()
        .iter()
        .find_map(|item| catalogue.local(item, bureau).filter(|local| local.bureau == bureau))
}

/// From the table of windows; without such a table, those the bureau already has.
fn halls_of(
    catalogue: &Catalogue,
    rows: &[&Entry<'_>],
    halls: Option<&Halls<'_>>,
    faults: &mut Vec<RowFault>,
) -> Vec<Hall> {
    let first = rows[0];
    let written = match halls {
        Some(halls) => halls.of(first.bureau, &first.item.slug).map(<[Hall]>::to_vec),
        None => own(catalogue, first).map(|local| local.halls.clone()),
    };
    written.unwrap_or_else(|| {
        faults.push(RowFault {
            table: BASIC.to_owned(),
            row: first.row,
            column: "row_guid".to_owned(),
            says: "没有办理窗口：请在“办理窗口”表里用同一个“记录唯一标识”写一行".to_owned(),
        });
        Vec::new()
    })
}

/// What the bureau says now, not what is said for it from above.
fn own<'a>(catalogue: &'a Catalogue, entry: &Entry<'_>) -> Option<&'a LocalItem> {
    catalogue.local(entry.item, entry.bureau).filter(|local| local.bureau == entry.bureau)
}

fn local(catalogue: &Catalogue, rows: &[&Entry<'_>], halls: Vec<Hall>) -> LocalItem {
    let first = rows[0];
    let kept = own(catalogue, first);
    let shorter = rows.iter().filter(|row| row.promised < row.business.limits.promised);
    let promise = |row: &&&Entry<'_>| Promise {
        business: row.business.code.clone(),
        days: row.promised,
        from: row.effective,
        cite: row.promise_says.to_owned(),
    };
    let code = |value: &str| ItemCode {
        scheme: Scheme::Local,
        value: value.to_owned(),
        source: IMPORTED.to_owned(),
        sure: Sure::Seen,
    };
    LocalItem {
        file: file_of(first.bureau, first.item),
        digest: String::new(),
        bureau: first.bureau.to_owned(),
        bureau_name: first.bureau_name.to_owned(),
        level: first.level,
        credit_code: first.credit_code.to_owned(),
        consult_phone: first.consult_phone.to_owned(),
        complaint_phone: first.complaint_phone.to_owned(),
        halls,
        promises: shorter.collect::<Vec<_>>().iter().map(promise).collect(),
        handled_by: kept.map(|one| one.handled_by.clone()).unwrap_or_default(),
        in_service_hall: kept.is_some_and(|one| one.in_service_hall),
        handle_area: kept.map(|one| one.handle_area.clone()).unwrap_or_default(),
        local_codes: Some(first.local_code).filter(|one| !one.is_empty()).map(code).into_iter().collect(),
        waived: kept.map(|one| one.waived.clone()).unwrap_or_default(),
        faq: kept.map(|one| one.faq.clone()).unwrap_or_default(),
        effective: first.effective,
        ends: first.ends,
        source: IMPORTED.to_owned(),
    }
}
