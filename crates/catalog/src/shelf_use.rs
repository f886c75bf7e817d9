//! Shared records of the national list, and which guides each of them stands in. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::{Catalogue, SourceFile};
use crate::item::{BusinessType, Item};

/// What may be edited as a record by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Material,
    Condition,
    Step,
    Basis,
    Result,
    Remedy,
    Rule,
}

impl Kind {
    pub const ALL: [Kind; 7] =
        [Kind::Material, Kind::Condition, Kind::Step, Kind::Basis, Kind::Result, Kind::Remedy, Kind::Rule];

    /// The name of its tables in the files.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Material => "material",
            Kind::Condition => "condition",
            Kind::Step => "step",
            Kind::Basis => "basis",
            Kind::Result => "result",
            Kind::Remedy => "remedy",
            Kind::Rule => "rule",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Kind::Material => "申请材料",
            Kind::Condition => "受理条件",
            Kind::Step => "办理环节",
            Kind::Basis => "法定依据",
            Kind::Result => "办理结果",
            Kind::Remedy => "法律救济",
            Kind::Rule => "审查要点",
        }
    }

    pub fn from_code(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The nation's file that a new record goes into.
    pub fn nation_file(self) -> &'static str {
        match self {
            Kind::Material => "items/shared/applicant.toml",
            Kind::Condition => "items/shared/conditions.toml",
            Kind::Step => "items/shared/steps.toml",
            Kind::Basis | Kind::Result | Kind::Remedy => "items/shared/legal.toml",
            Kind::Rule => "items/shared/review.toml",
        }
    }

    /// What a reader knows it by: its name, with what tells it from others of that name.
    pub fn title(self, table: &toml::Table) -> String {
        let text = |key: &str| table.get(key).and_then(toml::Value::as_str).unwrap_or_default();
        match self {
            Kind::Material | Kind::Result | Kind::Remedy => text("name").to_owned(),
            Kind::Condition => text("says").to_owned(),
            Kind::Step => format!("{}（{}）", text("name"), text("role")),
            Kind::Basis => format!("{}（{}）", text("cite"), text("why")),
            Kind::Rule => text("point").to_owned(),
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

/// The guides that a record stands in: of one business type, or of all the types of an item.
pub type Uses<'a> = Vec<(&'a Item, Option<&'a BusinessType>)>;

impl Record<'_> {
    /// Whether several items may use it.
    pub fn is_shared(&self) -> bool {
        is_shelf(&self.file)
    }

    /// How many guides it stands in.
    pub fn guides(&self) -> usize {
        self.used.iter().map(|(item, business)| if business.is_some() { 1 } else { item.types.len() }).sum()
    }
}

/// By kind, file and place in the file: the shared ones, and the materials that single business types have of their own.
pub fn records(catalogue: &Catalogue) -> Vec<Record<'_>> {
    let mut all = Vec::new();
    let national = || catalogue.files().iter().filter(|file| file.path.starts_with("items/"));
    for kind in Kind::ALL {
        let held = |file: &&SourceFile| is_shelf(&file.path) || kind == Kind::Material;
        for file in national().filter(held) {
            all.extend(tables(file, kind).into_iter().map(|table| record(kind, &file.path, table)));
        }
    }
    let keys = Keys::of(catalogue);
    let mut homes: BTreeMap<(Kind, &str, String), Uses<'_>> = BTreeMap::new();
    for item in catalogue.items() {
        for (kind, key, home) in keys.homes_of_item(item) {
            homes.entry((kind, home, key)).or_default().push((item, None));
        }
        for business in &item.types {
            for (kind, key, home) in keys.homes_of(item, business) {
                homes.entry((kind, home, key)).or_default().push((item, Some(business)));
            }
        }
    }
    for record in &mut all {
        let place = (record.kind, record.file.as_str(), record.key.clone());
        record.used = homes.remove(&place).unwrap_or_default();
    }
    all
}

/// Keys and titles of the records of a kind that an item may take, nearest first: its own shelf, its main item's, the nation's.
pub fn offered(catalogue: &Catalogue, item: &Item, kind: Kind) -> Vec<(String, String)> {
    let near = [&item.slug, &item.types_from].map(|folder| format!("items/{folder}/shared.toml"));
    let shelves = near.iter().filter_map(|path| catalogue.file(path));
    let nation = catalogue.files().iter().filter(|file| file.path.starts_with("items/shared/"));
    let mut seen = BTreeSet::new();
    let all = shelves.chain(nation).flat_map(|file| tables(file, kind));
    let named = all.filter_map(|table| Some((key(&table)?.to_owned(), kind.title(&table))));
    named.filter(|(key, _)| seen.insert(key.clone())).collect()
}

pub fn is_shelf(path: &str) -> bool {
    path.starts_with("items/shared/") || (path.starts_with("items/") && path.ends_with("/shared.toml"))
}

fn record<'a>(kind: Kind, file: &str, table: toml::Table) -> Record<'a> {
    let (key, title) = (key(&table).unwrap_or_default().to_owned(), kind.title(&table));
    Record { kind, file: file.to_owned(), key, title, table, used: Vec::new() }
}

fn key(table: &toml::Table) -> Option<&str> {
    table.get("key").and_then(toml::Value::as_str)
}

/// The records of a kind that a file describes, as they stand.
pub fn tables(file: &SourceFile, kind: Kind) -> Vec<toml::Table> {
    let whole: toml::Table = toml::from_str(&file.text).unwrap_or_default();
    let all = whole.get(kind.code()).and_then(toml::Value::as_array).cloned().unwrap_or_default();
    all.into_iter().filter_map(|one| one.try_into().ok()).collect()
}

/// Which keys each file of the national list describes; every file is read once.
struct Keys<'a>(BTreeMap<&'a str, BTreeSet<(Kind, String)>>);

type Home<'a> = (Kind, String, &'a str);

impl<'a> Keys<'a> {
    fn of(catalogue: &'a Catalogue) -> Keys<'a> {
        let keys = |file: &SourceFile| {
            let of = |kind: Kind| {
                let all = tables(file, kind);
                all.iter().filter_map(key).map(|key| (kind, key.to_owned())).collect::<Vec<_>>()
            };
            Kind::ALL.into_iter().flat_map(of).collect()
        };
        let files = catalogue.files().iter().filter(|file| file.path.starts_with("items/"));
        Keys(files.map(|file| (file.path.as_str(), keys(file))).collect())
    }

    /// Where each part of a type stands.
    fn homes_of(&self, item: &Item, business: &BusinessType) -> Vec<Home<'a>> {
        let materials = business.materials.iter().map(|one| (Kind::Material, &one.key));
        let conditions = business.conditions.iter().map(|one| (Kind::Condition, &one.key));
        let steps = business.process.iter().map(|one| (Kind::Step, &one.key));
        let own =
            [&item.slug, &item.types_from].map(|folder| format!("items/{folder}/{}.toml", business.slug));
        self.homes(item, &own, materials.chain(conditions).chain(steps))
    }

    /// Where each part of an item's head stands.
    fn homes_of_item(&self, item: &Item) -> Vec<Home<'a>> {
        let basis = item.basis.iter().map(|one| (Kind::Basis, &one.key));
        let remedies = item.remedies.iter().map(|one| (Kind::Remedy, &one.key));
        let rules = item.review_rules.iter().map(|one| (Kind::Rule, &one.key));
        let result = std::iter::once((Kind::Result, &item.result_key));
        let own = ["item", "review"].map(|name| format!("items/{}/{name}.toml", item.slug));
        self.homes(item, &own, basis.chain(remedies).chain(rules).chain(result))
    }

    /// In the own files first, then as [`crate::read`] looks for it: the item's shelf, its main item's, the nation's.
    fn homes<'b>(
        &self,
        item: &Item,
        own: &[String],
        parts: impl Iterator<Item = (Kind, &'b String)>,
    ) -> Vec<Home<'a>> {
        let shared = [&item.slug, &item.types_from].map(|folder| format!("items/{folder}/shared.toml"));
        let home = |part: &(Kind, String)| {
            let named = own.iter().chain(&shared).find_map(|path| {
                let (path, keys) = self.0.get_key_value(path.as_str())?;
                keys.contains(part).then_some(*path)
            });
            let mut nation = self.0.iter().filter(|(path, _)| path.starts_with("items/shared/"));
            named.or_else(|| nation.find(|(_, keys)| keys.contains(part)).map(|(path, _)| *path))
        };
        let named = parts.filter(|(_, key)| !key.is_empty()).map(|(kind, key)| (kind, key.clone()));
        named.filter_map(|part| home(&part).map(|home| (part.0, part.1, home))).collect()
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
            let business = business.unwrap();
            assert!(business.conditions.iter().any(|one| one.key == "truthful"), "{}", item.title(business));
        }
        let materials = all.iter().filter(|one| one.kind == Kind::Material && one.is_shared());
        let used: usize = materials.clone().map(Record::guides).sum();
        assert!(used > 20, "{used}");
        let proof = materials.clone().find(|one| one.file == "items/retail-licence/shared.toml").unwrap();
        assert!(
            proof
                .used
                .iter()
                .all(|(item, _)| { item.slug == "retail-licence" || item.types_from == "retail-licence" })
        );
    }

    #[test]
    fn what_an_item_says_of_itself_is_used_by_all_its_guides() {
        let catalogue = Catalogue::embedded().unwrap();
        let all = records(&catalogue);
        for (kind, key) in [
            (Kind::Basis, "monopoly"),
            (Kind::Remedy, "litigation"),
            (Kind::Result, "decision"),
            (Kind::Rule, "forwarded"),
        ] {
            let record = all.iter().find(|one| one.kind == kind && one.key == key).unwrap();
            let items: Vec<&str> = record.used.iter().map(|(item, _)| item.slug.as_str()).collect();
            assert!(items.len() > 2 && !items.contains(&"retail-licence"), "{key}: {items:?}");
            assert!(record.used.iter().all(|(_, business)| business.is_none()));
        }
        let own = all.iter().find(|one| one.file == "items/retail-licence/xinban.toml").unwrap();
        assert!(!own.is_shared() && own.guides() >= 1, "{}", own.key);
    }
}
