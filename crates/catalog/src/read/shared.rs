//! Shared records: materials, steps, conditions, provisions, results and remedies that many items use by key.
//!
//! `items/shared/*.toml` is for all items, `items/<slug>/shared.toml` for the business types of one.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{incomplete, parse};
use crate::catalogue::SourceFile;
use crate::fault::Fault;
use crate::form::Group;
use crate::item::{Basis, BusinessType, Condition, Item, Remedy, ResultPaper, ReviewRule, Step};
use crate::material::MaterialSpec;

/// What one shared file holds.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Records {
    #[serde(default, rename = "group")]
    groups: Vec<Group>,
    #[serde(default, rename = "material")]
    materials: Vec<MaterialSpec>,
    #[serde(default, rename = "step")]
    steps: Vec<Step>,
    #[serde(default, rename = "condition")]
    conditions: Vec<Condition>,
    #[serde(default, rename = "basis")]
    basis: Vec<Basis>,
    #[serde(default, rename = "remedy")]
    remedies: Vec<Remedy>,
    #[serde(default, rename = "result")]
    results: Vec<ResultPaper>,
    #[serde(default, rename = "rule")]
    rules: Vec<ReviewRule>,
}

/// The shared records an item may use, nearest first.
pub struct Shelf {
    /// The item's own folder, its main item's, the nation's.
    layers: Vec<Records>,
    /// The nation's files as text: what is used of them is part of an item's digest.
    raw: Vec<toml::Table>,
    /// Kind and key of every national record used.
    used: BTreeSet<(&'static str, String)>,
}

impl Shelf {
    pub fn of_nation(files: &[SourceFile]) -> Result<Shelf, Fault> {
        let mut all = Records::default();
        let mut raw = Vec::new();
        for file in files.iter().filter(|file| file.path.starts_with("items/shared/")) {
            all.take(parse(file)?);
            raw.push(parse(file)?);
        }
        Ok(Shelf { layers: vec![all], raw, used: BTreeSet::new() })
    }

    /// With an item's own records and those of its main item before the nation's.
    pub fn beneath(&self, own: Option<&SourceFile>, main: Option<&SourceFile>) -> Result<Shelf, Fault> {
        let mut layers = Vec::new();
        for file in [own, main] {
            layers.push(file.map_or(Ok(Records::default()), parse)?);
        }
        layers.extend(self.layers.iter().cloned());
        Ok(Shelf { layers, raw: self.raw.clone(), used: BTreeSet::new() })
    }

    /// Puts an item's provisions, remedies, result and review rules in order.
    pub fn fill_item(&mut self, head: &SourceFile, item: &mut Item) -> Result<(), Fault> {
        let Item { basis_order, basis, remedy_order, remedies, review_order, review_rules, .. } = item;
        self.order(head, "basis", basis_order, basis, |all| &all.basis, |one| &one.key)?;
        self.order(head, "remedy", remedy_order, remedies, |all| &all.remedies, |one| &one.key)?;
        self.order(head, "rule", review_order, review_rules, |all| &all.rules, |one| &one.key)?;
        if !item.result_key.is_empty() {
            let mut found = Vec::new();
            let wanted = [item.result_key.clone()];
            self.order(head, "result", &wanted, &mut found, |all| &all.results, |one| &one.key)?;
            item.result = found.remove(0);
        }
        Ok(())
    }

    /// Puts a business type's groups, materials, conditions and steps in order.
    pub fn fill_business(&mut self, file: &SourceFile, business: &mut BusinessType) -> Result<(), Fault> {
        all_in_order(file, &business.group_order, &business.form.groups, |one| &one.key)?;
        all_in_order(file, &business.material_order, &business.materials, |one| &one.key)?;
        let BusinessType { group_order, form, material_order, materials, .. } = business;
        self.order(file, "group", group_order, &mut form.groups, |all| &all.groups, |one| &one.key)?;
        self.order(file, "material", material_order, materials, |all| &all.materials, |one| &one.key)?;
        let BusinessType { condition_order, conditions, step_order, process, .. } = business;
        self.order(file, "condition", condition_order, conditions, |all| &all.conditions, |one| &one.key)?;
        self.order(file, "step", step_order, process, |all| &all.steps, |one| &one.key)
    }

    /// The text of every national record used, in a fixed order.
    pub fn used_text(&self) -> String {
        let texts = self.used.iter().flat_map(|(kind, key)| {
            self.raw.iter().filter_map(move |table| {
                let records = table.get(*kind)?.as_array()?;
                records.iter().find(|one| one.get("key").and_then(toml::Value::as_str) == Some(key))
            })
        });
        texts.map(toml::Value::to_string).collect::<Vec<_>>().join("\n")
    }

    /// The parts named by `order`, each taken from the file itself or else from the shelf. No order at all means the
    /// file's own parts as they stand.
    fn order<T: Clone>(
        &mut self,
        file: &SourceFile,
        kind: &'static str,
        order: &[String],
        own: &mut Vec<T>,
        records: impl Fn(&Records) -> &Vec<T>,
        key: impl Fn(&T) -> &String,
    ) -> Result<(), Fault> {
        if order.is_empty() {
            return Ok(());
        }
        all_in_order(file, order, own, &key)?;
        let mut picked = Vec::new();
        for name in order {
            let here = own.iter().find(|one| key(one) == name).cloned();
            let layers = self.layers.iter().enumerate();
            let shared = || {
                layers.clone().find_map(|(at, all)| {
                    records(all).iter().find(|one| key(one) == name).map(|one| (at, one.clone()))
                })
            };
            let part = match here.map(|one| (0, one)).or_else(shared) {
                Some((at, part)) => {
                    if at + 1 == self.layers.len() && at > 0 {
                        self.used.insert((kind, name.clone()));
                    }
                    part
                }
                None => {
                    let says =
                        format!("顺序里写了“{name}”，但本文件和共用记录里都没有：请补上，或者从顺序里删去");
                    return Err(incomplete(file, says));
                }
            };
            picked.push(part);
        }
        *own = picked;
        Ok(())
    }
}

/// Nothing may be described and then left out of the order.
fn all_in_order<T>(
    file: &SourceFile,
    order: &[String],
    own: &[T],
    key: impl Fn(&T) -> &String,
) -> Result<(), Fault> {
    match own.iter().find(|part| !order.contains(key(part))) {
        Some(lost) => {
            Err(incomplete(file, format!("写了“{}”，但没有列入顺序：请加进顺序，或者删去", key(lost))))
        }
        None => Ok(()),
    }
}

impl Records {
    fn take(&mut self, other: Records) {
        self.groups.extend(other.groups);
        self.materials.extend(other.materials);
        self.steps.extend(other.steps);
        self.conditions.extend(other.conditions);
        self.basis.extend(other.basis);
        self.remedies.extend(other.remedies);
        self.results.extend(other.results);
        self.rules.extend(other.rules);
    }
}
