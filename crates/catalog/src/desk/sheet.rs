//! A data file as a form: which values of its table may be typed, how each is shown and read back, and the lists in it. What
//! no spot names stays as it is.

mod rows;
mod spot;
mod value;

use std::collections::BTreeMap;

use web::parts::{Field, Input};
use web::{Fields, Problems};

use super::form::Group;
use crate::shelf_use::Kind;

pub use rows::fresh;
pub use spot::{Control, List, Section, Spot};

/// What the form of an item offers to choose from besides code tables.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Answers of the application form on which something may hang: `scope=ecig`, and in words.
    pub situations: Vec<(String, String)>,
    /// Keys and titles of shared records.
    pub records: BTreeMap<Kind, Vec<(String, String)>>,
    /// Slugs and names: the main items of the list, the business types of the item.
    pub mains: Vec<(String, String)>,
    pub types: Vec<(String, String)>,
}

/// A form over one data file, or over one record in it.
#[derive(Clone, Copy)]
pub struct Sheet<'a> {
    pub sections: &'a [Section],
    pub lists: &'a [List],
    pub choices: &'a Choices,
}

impl Sheet<'_> {
    /// What stands in the form before anybody types.
    pub fn typed(&self, table: &toml::Table) -> Fields {
        let mut fields = Fields::default();
        for spot in self.spots() {
            spot.show(&spot.name(), at(table, spot.key), &mut fields);
        }
        for list in self.lists {
            rows::show(list, table, &mut fields);
        }
        fields
    }

    /// The form with what was typed and what is wrong with it.
    pub fn groups(&self, table: &toml::Table, typed: &Fields, problems: &Problems) -> Vec<Group> {
        let section = |section: &Section| {
            let mut group = Group::new(section.title, section.says);
            let fields = section.spots.iter().flat_map(|spot| spot.fields(&spot.name(), self.choices));
            group.fields = fields.map(|field| filled(field, typed, problems)).collect();
            group
        };
        let lists =
            self.lists.iter().flat_map(|list| rows::groups(list, table, self.choices, typed, problems));
        self.sections.iter().map(section).chain(lists).collect()
    }

    /// The table with what was typed in place of what it said; every fault stands at its field.
    pub fn read(&self, table: &toml::Table, sent: &Fields, problems: &mut Problems) -> toml::Table {
        let mut next = table.clone();
        for spot in self.spots() {
            let before = at(table, spot.key);
            if let Some(value) = spot.read(&spot.name(), before, sent, problems) {
                put(&mut next, spot.key, value);
            }
        }
        for list in self.lists {
            rows::read(list, &mut next, self.choices, sent, problems);
        }
        next
    }

    fn spots(&self) -> impl Iterator<Item = &Spot> {
        self.sections.iter().flat_map(|section| section.spots)
    }
}

/// With what was typed; what stands in the file is offered too where the choices don't name it, or a form sent as it came would
/// change it.
fn filled(field: Field, typed: &Fields, problems: &Problems) -> Field {
    let mut field = field.fill(typed, problems);
    let kept = typed.get(&field.name).to_owned();
    let named = field.options.iter().any(|(code, _)| *code == kept);
    if matches!(field.input, Input::Select | Input::Radio) && !kept.is_empty() && !named {
        field.options.push((kept.clone(), format!("保持原来的：{kept}")));
    }
    field
}

/// The value at `limits.promised`.
fn at<'a>(table: &'a toml::Table, key: &str) -> Option<&'a toml::Value> {
    match key.split_once('.') {
        None => table.get(key),
        Some((head, rest)) => at(table.get(head)?.as_table()?, rest),
    }
}

/// Sets the value at `limits.promised`, or takes it away. A part that isn't there is begun only for something to say.
fn put(table: &mut toml::Table, key: &str, value: Option<toml::Value>) {
    match (key.split_once('.'), value) {
        (None, Some(value)) => _ = table.insert(key.to_owned(), value),
        (None, None) => _ = table.remove(key),
        (Some((head, rest)), value) => {
            let says_nothing = value.as_ref().is_none_or(is_empty);
            if says_nothing && !table.contains_key(head) {
                return;
            }
            let inner = table.entry(head.to_owned()).or_insert_with(|| toml::Table::new().into());
            if let Some(inner) = inner.as_table_mut() {
                put(inner, rest, value);
            }
        }
    }
}

fn is_empty(value: &toml::Value) -> bool {
    match value {
        toml::Value::String(text) => text.is_empty(),
        toml::Value::Array(list) => list.is_empty(),
        _ => false,
    }
}
