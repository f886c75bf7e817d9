//! Shared records of the national list, and which guides each of them stands in. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::{Catalogue, SourceFile};
use crate::item::{BusinessType, Item};

/// What may be edited as a record: the kinds that guides show to applicants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Material,
    Condition,
}

impl Kind {
    pub const ALL: [Kind; 2] = [Kind::Material, Kind::Condition];

    /// The name of its tables in the files.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Material => "material",
            Kind::Condition => "condition",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Kind::Material => "材料",
            Kind::Condition => "受理条件",
        }
    }

    pub fn from_code(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The field that names it.
    fn title(self) -> &'static str {
        match self {
            Kind::Material => "name",
            Kind::Condition => "says",
        }
    }
}

/// A record with the guides it stands in.
#[derive(Clone, Debug)]
pub struct Record<'a> {
    pub kind: Kind,
    pub file: String,
    pub key: String,
    pub title: String,
    pub table: toml::Table,
    pub used: Uses<'a>,
}

/// The guides that a record stands in.
pub type Uses<'a> = Vec<(&'a Item, &'a BusinessType)>;

/// By kind, file and place in the file.
pub fn records(catalogue: &Catalogue) -> Vec<Record<'_>> {
    let mut all = Vec::new();
    for kind in Kind::ALL {
        for file in catalogue.files().iter().filter(|file| is_shelf(&file.path)) {
            all.extend(tables(file, kind).into_iter().map(|table| record(kind, &file.path, table)));
        }
    }
    let keys = Keys::of(catalogue);
    let mut homes: BTreeMap<(Kind, &str, String), Uses<'_>> = BTreeMap::new();
    for item in catalogue.items() {
        for business in &item.types {
            for (kind, key, home) in keys.homes_of(item, business) {
                homes.entry((kind, home, key)).or_default().push((item, business));
            }
        }
    }
    for record in &mut all {
        let place = (record.kind, record.file.as_str(), record.key.clone());
        record.used = homes.remove(&place).unwrap_or_default();
    }
    all
}

pub fn is_shelf(path: &str) -> bool {
    path.starts_with("items/shared/") || (path.starts_with("items/") && path.ends_with("/shared.toml"))
}

fn record<'a>(kind: Kind, file: &str, table: toml::Table) -> Record<'a> {
    let text = |key: &str| table.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
    let (key, title) = (text("key"), text(kind.title()));
    Record { kind, file: file.to_owned(), key, title, table, used: Vec::new() }
}

fn tables(file: &SourceFile, kind: Kind) -> Vec<toml::Table> {
    let whole: toml::Table = toml::from_str(&file.text).unwrap_or_default();
    let all = whole.get(kind.code()).and_then(toml::Value::as_array).cloned().unwrap_or_default();
    all.into_iter().filter_map(|one| one.try_into().ok()).collect()
}

/// Which keys each file of the national list describes; every file is read once.
struct Keys<'a>(BTreeMap<&'a str, BTreeSet<(Kind, String)>>);

impl<'a> Keys<'a> {
    fn of(catalogue: &'a Catalogue) -> Keys<'a> {
        let key = |one: &toml::Table| one.get("key").and_then(toml::Value::as_str).map(str::to_owned);
        let keys = |file: &SourceFile| {
            let of = |kind: Kind| {
                tables(file, kind).iter().filter_map(key).map(|key| (kind, key)).collect::<Vec<_>>()
            };
            Kind::ALL.into_iter().flat_map(of).collect()
        };
        let files = catalogue.files().iter().filter(|file| file.path.starts_with("items/"));
        Keys(files.map(|file| (file.path.as_str(), keys(file))).collect())
    }

    /// Where each part of a type stands, when that is a shelf.
    fn homes_of(&self, item: &Item, business: &BusinessType) -> Vec<(Kind, String, &'a str)> {
        let materials = business.materials.iter().map(|one| (Kind::Material, one.key.clone()));
        let conditions = business.conditions.iter().map(|one| (Kind::Condition, one.key.clone()));
        let parts = materials.chain(conditions).filter(|(_, key)| !key.is_empty());
        let homes = parts.filter_map(|(kind, key)| {
            let home = self.home_of(item, business, &(kind, key.clone()))?;
            is_shelf(home).then_some((kind, key, home))
        });
        homes.collect()
    }

    /// In the type's own file first, then as [`crate::read`] looks for it: the item's shelf, its main item's, the nation's.
    fn home_of(&self, item: &Item, business: &BusinessType, part: &(Kind, String)) -> Option<&'a str> {
        let near = [&item.slug, &item.types_from];
        let own = near.map(|folder| format!("items/{folder}/{}.toml", business.slug));
        let shared = near.map(|folder| format!("items/{folder}/shared.toml"));
        let named = own.iter().chain(&shared).find_map(|path| {
            let (path, keys) = self.0.get_key_value(path.as_str())?;
            keys.contains(part).then_some(*path)
        });
        let nation =
            || self.0.iter().find(|(path, keys)| path.starts_with("items/shared/") && keys.contains(part));
        named.or_else(|| nation().map(|(path, _)| *path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_names_every_guide_it_stands_in_and_no_other() {
        let catalogue = Catalogue::embedded().unwrap();
        let all = records(&catalogue);
        let condition = all.iter().find(|one| one.key == "truthful").unwrap();
        assert_eq!(
            (condition.kind, condition.file.as_str()),
            (Kind::Condition, "items/shared/conditions.toml")
        );
        for (item, business) in &condition.used {
            assert!(business.conditions.iter().any(|one| one.key == "truthful"), "{}", item.title(business));
        }
        let materials = all.iter().filter(|one| one.kind == Kind::Material);
        let used: usize = materials.clone().map(|one| one.used.len()).sum();
        assert!(used > 20, "{used}");
        let proof = materials.clone().find(|one| one.file == "items/retail-licence/shared.toml").unwrap();
        assert!(
            proof
                .used
                .iter()
                .all(|(item, _)| { item.slug == "retail-licence" || item.types_from == "retail-licence" })
        );
    }
}
