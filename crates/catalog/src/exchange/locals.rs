//! Rows of one bureau and one item put together: what they must agree in, and the file they make.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::RowFault;
use super::beside::OwnQuestions;
use super::columns::{BASIC, QA};
use super::halls::Halls;
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
    (catalogue, day): (&Catalogue, Date),
    entries: &[Entry<'_>],
    (halls, questions): (Option<&Halls<'_>>, &OwnQuestions<'_>),
    faults: &mut Vec<RowFault>,
) -> Vec<LocalList> {
    let mut groups: BTreeMap<(&str, &str), Vec<&Entry<'_>>> = BTreeMap::new();
    for entry in entries {
        groups.entry((entry.bureau, &entry.item.slug)).or_default().push(entry);
    }
    let mut alone: BTreeMap<(&str, &str), LocalList> = BTreeMap::new();
    for (table, (bureau, group)) in halls.into_iter().flat_map(|all| all.all().map(|one| (all.table, one))) {
        let key = (bureau, group.item.slug.as_str());
        let Some(kept) = kept(catalogue, group.item, bureau).filter(|_| !groups.contains_key(&key)) else {
            continue;
        };
        let local = LocalItem { halls: group.halls.clone(), ..kept };
        alone.insert(key, LocalList { local, table: table.to_owned(), row: group.row });
    }
    for ((bureau, slug), asked) in questions.iter() {
        let key = (bureau.as_str(), slug.as_str());
        let Some(kept) = kept(catalogue, asked.item, bureau).filter(|_| !groups.contains_key(&key)) else {
            continue;
        };
        let new = LocalList { local: kept, table: QA.to_owned(), row: asked.row };
        alone.entry(key).or_insert(new).local.faq.clone_from(&asked.faq);
    }
    let mut lists: Vec<LocalList> = groups
        .into_values()
        .map(|rows| {
            agree(&rows, faults);
            is_itself(catalogue, rows[0], faults);
            let halls = halls_of(catalogue, &rows, halls, faults);
            let own = questions.get(&(rows[0].bureau.to_owned(), rows[0].item.slug.clone()));
            let mut local = local(catalogue, Some(day), &rows, halls);
            if let Some(own) = own {
                local.faq.clone_from(&own.faq);
            }
            LocalList { local, table: BASIC.to_owned(), row: rows[0].row }
        })
        .collect();
    lists.extend(alone.into_values());
    lists
}

/// What the bureau says of an item now, in a file of the item's own.
fn kept(catalogue: &Catalogue, item: &Item, bureau: &str) -> Option<LocalItem> {
    let own = catalogue.own_local(item, bureau)?;
    Some(LocalItem { file: file_of(bureau, item), source: IMPORTED.to_owned(), ..fitting(own, item) })
}

/// A bureau's words as far as they are on an item: what is said for the main item, or for all, needn't fit this one.
fn fitting(local: &LocalItem, item: &Item) -> LocalItem {
    let mut local = local.clone();
    let has = |business: &str| item.business(business).is_some();
    local.promises.retain(|one| has(&one.business));
    local.waived.retain(|one| has(&one.business));
    local
}

/// Whether a list says of its item what the bureau says already, be it in words for its main item or for all: it is not
/// written again.
pub fn is_said_already(catalogue: &Catalogue, slug: &str, local: &LocalItem) -> bool {
    let words = |local: LocalItem| LocalItem {
        file: String::new(),
        digest: String::new(),
        source: String::new(),
        ..local
    };
    if let Some(own) = catalogue.file(&local.file) {
        return toml::from_str::<LocalItem>(&own.text).is_ok_and(|own| words(own) == words(local.clone()));
    }
    let Some(item) = catalogue.item(slug) else { return false };
    let own = catalogue.own_local(item, &local.bureau);
    own.is_some_and(|own| words(fitting(own, item)) == words(fitting(local, item)))
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

/// The list that some rows of a bureau and an item make; what they leave as it is on `day` stays to the letter.
pub fn local(catalogue: &Catalogue, day: Option<Date>, rows: &[&Entry<'_>], halls: Vec<Hall>) -> LocalItem {
    let first = rows[0];
    let kept = own(catalogue, first).map(|own| fitting(own, first.item));
    let (promises, local_codes) = (promises(kept.as_ref(), day, rows), local_codes(kept.as_ref(), first));
    let kept = kept.as_ref();
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
        promises,
        handled_by: kept.map(|one| one.handled_by.clone()).unwrap_or_default(),
        in_service_hall: kept.is_some_and(|one| one.in_service_hall),
        handle_area: kept.map(|one| one.handle_area.clone()).unwrap_or_default(),
        local_codes,
        waived: kept.map(|one| one.waived.clone()).unwrap_or_default(),
        faq: kept.map(|one| one.faq.clone()).unwrap_or_default(),
        effective: first.effective,
        ends: first.ends,
        source: IMPORTED.to_owned(),
    }
}

/// The promises kept, with those in place of them that rows change. A type without a row keeps what it has.
fn promises(kept: Option<&LocalItem>, day: Option<Date>, rows: &[&Entry<'_>]) -> Vec<Promise> {
    let mut promises = kept.map(|one| one.promises.clone()).unwrap_or_default();
    for row in rows {
        let stands = kept.zip(day).is_some_and(|(kept, day)| {
            let says = match kept.promise(row.business, day) {
                Some(promise) => &promise.cite,
                None => &row.business.limits.from,
            };
            kept.promised(row.business, day) == row.promised && says.trim() == row.promise_says
        });
        if stands {
            continue;
        }
        promises.retain(|one| one.business != row.business.code);
        if row.promised < row.business.limits.promised {
            promises.push(Promise {
                business: row.business.code.clone(),
                days: row.promised,
                from: row.effective,
                cite: row.promise_says.to_owned(),
            });
        }
    }
    promises
}

/// The bureau's code in another catalogue: the one it has, unless the rows say another.
fn local_codes(kept: Option<&LocalItem>, first: &Entry<'_>) -> Vec<ItemCode> {
    let known = kept.map(|one| one.local_codes.clone()).unwrap_or_default();
    if known.first().map_or("", |one| one.value.as_str()) == first.local_code {
        return known;
    }
    let code = |value: &str| ItemCode {
        scheme: Scheme::Local,
        value: value.to_owned(),
        source: IMPORTED.to_owned(),
        sure: Sure::Seen,
    };
    Some(first.local_code).filter(|one| !one.is_empty()).map(code).into_iter().collect()
}
