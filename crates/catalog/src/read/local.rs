//! 地方实施清单: what single bureaus say, held to the fields they may set.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{digest, incomplete, parse};
use crate::catalogue::{COMMON, SourceFile};
use crate::fault::Fault;
use crate::item::Item;
use crate::local::LocalItem;

/// The elements a bureau may set. Everything else is the national list's.
const OPEN_TO_BUREAUS: [&str; 17] = [
    "bureau",
    "bureau_name",
    "level",
    "credit_code",
    "consult_phone",
    "complaint_phone",
    "hall",
    "promise",
    "handled_by",
    "in_service_hall",
    "handle_area",
    "local_code",
    "waived",
    "faq",
    "effective",
    "ends",
    "source",
];

/// By item slug, then bureau.
pub type Locals = BTreeMap<String, BTreeMap<String, Arc<LocalItem>>>;

/// For every item the bureaus that do it: by a file of their own, else by the one for its main item, else by what they
/// say for all items of their level.
pub fn locals(files: &[SourceFile], items: &[Item]) -> Result<Locals, Fault> {
    Ok(inherited(&written(files)?, items))
}

/// As [`locals`], of newer files over what was read before.
pub fn locals_over(before: &Locals, newer: &[SourceFile], items: &[Arc<Item>]) -> Result<Locals, Fault> {
    let mut all = Locals::new();
    for local in before.values().flat_map(BTreeMap::values) {
        // By its file: what stands under an item may be said for its main item or for all.
        let Some((bureau, slug)) = place_in(&local.file) else { continue };
        all.entry(slug.to_owned()).or_default().insert(bureau.to_owned(), local.clone());
    }
    for (slug, bureaus) in written(newer)? {
        all.entry(slug).or_default().extend(bureaus);
    }
    Ok(inherited(&all, items))
}

/// By the item and bureau that the files are named after.
fn written(files: &[SourceFile]) -> Result<Locals, Fault> {
    let mut written: Locals = BTreeMap::new();
    for file in files {
        let Some((bureau, slug)) = place_of(file) else { continue };
        if let Some(fault) = refused_fields(file).into_iter().next() {
            return Err(fault);
        }
        let mut local: LocalItem = parse(file)?;
        if local.bureau != bureau {
            return Err(incomplete(
                file,
                format!("写的是单位 {}，却放在 {bureau} 的文件夹里：请改正其中一个", local.bureau),
            ));
        }
        file.path.clone_into(&mut local.file);
        local.digest = digest::of_text(&file.text);
        written.entry(slug.to_owned()).or_default().insert(bureau.to_owned(), Arc::new(local));
    }
    Ok(written)
}

/// Derived, not copied: an item of the national list takes on what the bureaus say without anybody writing it again.
fn inherited(written: &Locals, items: &[impl Borrow<Item>]) -> Locals {
    let mut locals = Locals::new();
    for item in items {
        let item: &Item = item.borrow();
        let mut all: BTreeMap<String, Arc<LocalItem>> = BTreeMap::new();
        let common = written.get(COMMON).into_iter().flatten();
        all.extend(common.filter(|(_, local)| item.is_accepted_at(local.level)).map(shared));
        all.extend(item.parent.as_ref().and_then(|main| written.get(main)).into_iter().flatten().map(shared));
        all.extend(written.get(&item.slug).into_iter().flatten().map(shared));
        locals.insert(item.slug.clone(), all);
    }
    locals
}

fn shared((bureau, local): (&String, &Arc<LocalItem>)) -> (String, Arc<LocalItem>) {
    (bureau.clone(), local.clone())
}

/// Bureau and item of a local file, by its path.
pub fn place_of(file: &SourceFile) -> Option<(&str, &str)> {
    place_in(&file.path)
}

/// As [`place_of`], of a path.
pub fn place_in(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix("places/")?.strip_suffix(".toml")?.split_once("/items/")
}

/// Every field that a bureau sets although it may not, with its line.
pub fn refused_fields(file: &SourceFile) -> Vec<Fault> {
    let Ok(table) = toml::from_str::<toml::Table>(&file.text) else {
        // Unreadable as a whole: the reader says where.
        return Vec::new();
    };
    let refused = table.keys().filter(|key| !OPEN_TO_BUREAUS.contains(&key.as_str()));
    let faults = refused.map(|key| Fault::Unreadable {
        file: file.path.clone(),
        line: line_of(&file.text, key),
        says: format!(
            "“{key}”由国家基本目录统一规定，地方实施清单不能改：请删去；确需调整的，报国家局修改基本目录。地方可以写：{}",
            OPEN_TO_BUREAUS.join("、")
        ),
    });
    faults.collect()
}

/// The line on which a top-level key begins.
fn line_of(text: &str, key: &str) -> usize {
    let begins = |line: &str| {
        let line = line.trim_start_matches('[').trim_start();
        line.strip_prefix(key).is_some_and(|rest| {
            let rest = rest.trim_start();
            rest.starts_with('=') || rest.starts_with(']') || rest.starts_with('.')
        })
    };
    text.lines().position(begins).map_or(1, |at| at + 1)
}
