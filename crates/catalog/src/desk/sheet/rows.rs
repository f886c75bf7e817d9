//! Lists of a data file as numbered rows of a form: each row is written here, or names a shared record.

use std::collections::BTreeSet;

use toml::Value;
use web::parts::{Field, Input};
use web::{Fields, Problems};

use super::{Choices, List, filled};
use crate::desk::form::{Group, rows};

/// A part of the list as it stands in the file.
enum Part<'a> {
    /// Its place among the file's own tables.
    Own(usize, &'a toml::Table),
    Named(&'a str),
}

/// In place of its number, for a row that names a record.
const SHARED: &str = "=";

/// What a row of the form says the list should hold.
enum Row {
    Own(toml::Table),
    Named(String),
}

/// Puts the parts into the fields of a form.
pub fn show(list: &List, table: &toml::Table, fields: &mut Fields) {
    for (at, part) in parts(list, table).into_iter().enumerate() {
        let mut set = |name: &str, value: String| _ = fields.0.insert(named(list, at, name), vec![value]);
        set("at", (at + 1).to_string());
        match part {
            Part::Own(was, own) if !list.spots.is_empty() => {
                set("was", was.to_string());
                set("use", String::new());
                for spot in list.spots {
                    spot.show(&named(list, at, spot.key), own.get(spot.key), fields);
                }
            }
            Part::Own(_, own) => {
                set("was", SHARED.to_owned());
                set("use", key(own).unwrap_or_default().to_owned());
            }
            Part::Named(key) => {
                set("was", SHARED.to_owned());
                set("use", key.to_owned());
            }
        }
    }
}

/// A group of fields for each part, and one for another.
pub fn groups(
    list: &List,
    table: &toml::Table,
    choices: &Choices,
    typed: &Fields,
    problems: &Problems,
) -> Vec<Group> {
    let offered = offered(list, table, choices);
    let mut all = Vec::new();
    for at in 0..rows(typed, list.key_in_form(), 1, list.most) {
        let known = !typed.get(&named(list, at, "was")).is_empty();
        let says = match (at, known) {
            (0, _) => list.says,
            (_, true) => "",
            (_, false) => "要增加的写在这里；不增加的空着",
        };
        let mut group = Group::new(format!("{} {}", list.title, at + 1), says);
        group.hidden = vec![(named(list, at, "was"), typed.get(&named(list, at, "was")).to_owned())];
        let mut fields = vec![
            Field::new(named(list, at, "at"), "排在第几", Input::Number).hint("只填数字。清空就是删去这一条"),
        ];
        if !offered.is_empty() {
            let label = if list.spots.is_empty() { "选哪一条" } else { "用共用的记录" };
            let hint = if list.spots.is_empty() {
                ""
            } else {
                "选了共用记录的，下面各格不用填；自己写的，不选"
            };
            let field = Field::new(named(list, at, "use"), label, Input::Select).options(offered.clone());
            fields.push(if hint.is_empty() { field } else { field.hint(hint) });
        }
        let shared = !typed.get(&named(list, at, "use")).is_empty();
        if !shared || problems.at(&named(list, at, "use")).is_some() {
            fields
                .extend(list.spots.iter().flat_map(|spot| spot.fields(&named(list, at, spot.key), choices)));
        }
        // What is told at the first row holds for all.
        let told = |field: Field| if at > 0 && known { Field { hint: None, ..field } } else { field };
        group.fields = fields.into_iter().map(|field| filled(told(field), typed, problems)).collect();
        all.push(group);
    }
    all
}

/// Puts what was typed in place of the list.
pub fn read(list: &List, table: &mut toml::Table, choices: &Choices, sent: &Fields, problems: &mut Problems) {
    let own: Vec<toml::Table> = own(list, table).cloned().collect();
    let offered = offered(list, table, choices);
    let mut found: Vec<(usize, Row)> = Vec::new();
    for at in 0..rows(sent, list.key_in_form(), 0, list.most) {
        let Some(place) = place(list, at, sent, problems) else { continue };
        let used = sent.get(&named(list, at, "use"));
        let row = if used.is_empty() {
            let was = sent.get(&named(list, at, "was")).parse().ok().and_then(|was: usize| own.get(was));
            written(list, at, was, sent, problems).map(Row::Own)
        } else if !offered.iter().any(|(key, _)| key == used) {
            problems.add(named(list, at, "use"), "没有这一条：请从列出的里面选");
            None
        } else {
            let mine = own.iter().find(|one| key(one) == Some(used));
            Some(mine.map_or_else(|| Row::Named(used.to_owned()), |one| Row::Own(one.clone())))
        };
        found.extend(row.map(|row| (place, row)));
    }
    found.sort_by_key(|(place, _)| *place);
    set(list, table, found.into_iter().map(|(_, row)| row).collect(), problems);
}

/// Where a row stands; none when it is taken out or was never filled in.
fn place(list: &List, at: usize, sent: &Fields, problems: &mut Problems) -> Option<usize> {
    let (known, place) = (sent.get(&named(list, at, "was")), sent.get(&named(list, at, "at")));
    let filled = list.spots.iter().any(|spot| !sent.get(&named(list, at, spot.key)).is_empty());
    // A shared record that is to be written here instead has nothing typed yet: its fields are asked for.
    let taken_over = known == SHARED && !place.is_empty() && !list.spots.is_empty();
    if !filled && !taken_over && sent.get(&named(list, at, "use")).is_empty() {
        return None;
    }
    match place.parse() {
        Ok(place) => Some(place),
        Err(_) if place.is_empty() => known.is_empty().then_some(usize::MAX),
        Err(_) => {
            problems.add(named(list, at, "at"), "只填数字，例如 3");
            None
        }
    }
}

fn written(
    list: &List,
    at: usize,
    was: Option<&toml::Table>,
    sent: &Fields,
    problems: &mut Problems,
) -> Option<toml::Table> {
    let mut table = was.cloned().unwrap_or_default();
    let mut sound = true;
    for spot in list.spots {
        match spot.read(&named(list, at, spot.key), was.and_then(|was| was.get(spot.key)), sent, problems) {
            Some(Some(value)) => _ = table.insert(spot.key.to_owned(), value),
            Some(None) => _ = table.remove(spot.key),
            None => sound = false,
        }
    }
    sound.then_some(table)
}

/// Writes the list and its order, giving keys to those that need one.
fn set(list: &List, table: &mut toml::Table, rows: Vec<Row>, problems: &mut Problems) {
    let ordered = list
        .order
        .filter(|order| table.contains_key(*order) || rows.iter().any(|row| matches!(row, Row::Named(_))));
    let mut taken: BTreeSet<String> = rows
        .iter()
        .filter_map(|row| match row {
            Row::Own(own) => key(own).map(str::to_owned),
            Row::Named(key) => Some(key.clone()),
        })
        .collect();
    let (mut order, mut tables): (Vec<String>, Vec<toml::Table>) = Default::default();
    for row in rows {
        let named = match row {
            Row::Named(key) => key,
            Row::Own(mut own) => {
                if (ordered.is_some() || list.keyed) && key(&own).is_none() {
                    own.insert("key".to_owned(), fresh(list.key, &mut taken).into());
                }
                let name = key(&own).unwrap_or_default().to_owned();
                tables.push(own);
                name
            }
        };
        if ordered.is_some() && order.contains(&named) {
            problems.add(list.key_in_form().to_owned() + "-0-use", "同一条写了两次：请删去一条");
        }
        order.push(named);
    }
    if let Some(name) = ordered {
        table.insert(name.to_owned(), order.into_iter().map(Value::from).collect::<Vec<_>>().into());
    }
    if tables.is_empty() {
        table.remove(list.key);
    } else {
        table.insert(list.key.to_owned(), tables.into_iter().map(Value::from).collect::<Vec<_>>().into());
    }
}

/// A key that no part has: `step_2`.
pub fn fresh(kind: &str, taken: &mut BTreeSet<String>) -> String {
    let mut keys = (1..).map(|number| format!("{kind}_{number}"));
    let key = keys.find(|key| !taken.contains(key)).unwrap_or_default();
    taken.insert(key.clone());
    key
}

/// The parts in the order of the guide.
fn parts<'a>(list: &List, table: &'a toml::Table) -> Vec<Part<'a>> {
    let own: Vec<&toml::Table> = own(list, table).collect();
    let order = list.order.and_then(|order| table.get(order)).and_then(Value::as_array);
    let named: Vec<&str> = order.into_iter().flatten().filter_map(Value::as_str).collect();
    if named.is_empty() {
        return own.into_iter().enumerate().map(|(at, one)| Part::Own(at, one)).collect();
    }
    let part = |name: &'a str| {
        let mine = own.iter().position(|one| key(one) == Some(name));
        mine.map_or(Part::Named(name), |at| Part::Own(at, own[at]))
    };
    named.into_iter().map(part).collect()
}

/// The records that a row may name: shared ones, and the file's own where they are only chosen here.
fn offered(list: &List, table: &toml::Table, choices: &Choices) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    if let Some(kind) = list.kind {
        if list.spots.is_empty() {
            all.extend(own(list, table).filter_map(|one| Some((key(one)?.to_owned(), kind.title(one)))));
        }
        all.extend(choices.records.get(&kind).cloned().unwrap_or_default());
    } else if list.key.is_empty() {
        all.extend(choices.types.iter().cloned());
    }
    all
}

fn own<'a>(list: &List, table: &'a toml::Table) -> impl Iterator<Item = &'a toml::Table> {
    let all = table.get(list.key).and_then(Value::as_array);
    all.into_iter().flatten().filter_map(Value::as_table)
}

fn key(table: &toml::Table) -> Option<&str> {
    table.get("key").and_then(Value::as_str).filter(|key| !key.is_empty())
}

fn named(list: &List, at: usize, field: &str) -> String {
    format!("{}-{at}-{field}", list.key_in_form())
}

impl List {
    fn key_in_form(&self) -> &'static str {
        if self.key.is_empty() { self.order.unwrap_or_default() } else { self.key }
    }
}
