//! From data files to items. Pure: the caller brings the texts.

mod digest;
mod local;
mod shared;
mod words;

use serde::de::DeserializeOwned;

pub use digest::{of_guide, of_guide_parts, of_text};
pub use local::{Locals, locals, locals_over, place_in, place_of, refused_fields};
pub use shared::Shelf;
pub use words::in_chinese;

use crate::base::BaseList;
use crate::catalogue::SourceFile;
use crate::change::{Change, ChangeFile};
use crate::fault::Fault;
use crate::item::{BusinessType, Item, Question, ReviewRule};
use crate::siting::SitingRule;

#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Faq {
    #[serde(default)]
    faq: Vec<Question>,
}

#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Review {
    #[serde(default)]
    rule: Vec<ReviewRule>,
}

/// The items in the order of the national list; those it doesn't name come last, by folder.
pub fn items(files: &[SourceFile], base: &BaseList) -> Result<Vec<Item>, Fault> {
    let nation = Shelf::of_nation(files)?;
    let heads = files.iter().filter_map(|file| {
        let slug = file.path.strip_prefix("items/")?.strip_suffix("/item.toml")?;
        Some((slug, file))
    });
    let mut items =
        heads.map(|(slug, head)| item(slug, head, files, &nation)).collect::<Result<Vec<_>, _>>()?;
    items.sort_by_key(|item| base.place(&item.slug));
    Ok(items)
}

/// `items/base.toml`; without one the list names nothing.
pub fn base(files: &[SourceFile]) -> Result<BaseList, Fault> {
    find(files, "items/base.toml").map_or(Ok(BaseList::default()), parse)
}

/// `items/changes/*.toml`, by file name.
pub fn changes(files: &[SourceFile]) -> Result<Vec<Change>, Fault> {
    let mut changes = Vec::new();
    for file in files.iter().filter(|file| file.path.starts_with("items/changes/")) {
        let read: ChangeFile = parse(file)?;
        changes.extend(read.changes.into_iter().map(|change| Change { file: file.path.clone(), ..change }));
    }
    Ok(changes)
}

fn item(slug: &str, head: &SourceFile, files: &[SourceFile], nation: &Shelf) -> Result<Item, Fault> {
    let mut item: Item = parse(head)?;
    let beside = |folder: &str, name: &str| find(files, &format!("items/{folder}/{name}.toml"));
    let faq: Faq = beside(slug, "faq").map_or(Ok(Faq::default()), parse)?;
    let review: Review = beside(slug, "review").map_or(Ok(Review::default()), parse)?;
    let mut shelf = nation.beneath(beside(slug, "shared"), beside(&item.types_from, "shared"))?;

    item.faq.extend(faq.faq);
    item.review_rules.extend(review.rule);
    shelf.fill_item(head, &mut item)?;
    for name in &item.type_order {
        let file = beside(slug, name).or_else(|| beside(&item.types_from, name)).ok_or_else(|| {
            incomplete(
                head,
                format!("type_order 写了“{name}”，但没有 {name}.toml：请补上文件，或者从顺序里删去"),
            )
        })?;
        item.types.push(business(name, file, &mut shelf)?);
    }
    slug.clone_into(&mut item.slug);
    item.digest = digest::of(&item, files, &shelf);
    Ok(item)
}

fn business(slug: &str, file: &SourceFile, shelf: &mut Shelf) -> Result<BusinessType, Fault> {
    let mut business: BusinessType = parse(file)?;
    shelf.fill_business(file, &mut business)?;
    slug.clone_into(&mut business.slug);
    Ok(business)
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Siting {
    rule: Vec<SitingRule>,
}

/// The siting rules of every place.
pub fn siting(files: &[SourceFile]) -> Result<Vec<SitingRule>, Fault> {
    let mut rules: Vec<SitingRule> = Vec::new();
    for file in
        files.iter().filter(|file| file.path.starts_with("places/") && file.path.ends_with("/siting.toml"))
    {
        for rule in parse::<Siting>(file)?.rule {
            if rule.spacing.iter().chain(&rule.school).any(|line| line.metres == 0) {
                return Err(incomplete(file, format!("{} asks for 0 metres", rule.title)));
            }
            let same_day =
                |known: &&SitingRule| known.bureau == rule.bureau && known.effective == rule.effective;
            if let Some(known) = rules.iter().find(same_day) {
                let says = format!("bureau {} has two rules from {}", known.bureau, known.effective);
                return Err(incomplete(file, says));
            }
            rules.push(rule);
        }
    }
    Ok(rules)
}

fn find<'a>(files: &'a [SourceFile], path: &str) -> Option<&'a SourceFile> {
    files.iter().find(|file| file.path == path)
}

fn parse<T: DeserializeOwned>(file: &SourceFile) -> Result<T, Fault> {
    toml::from_str(&file.text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(&file.text, span.start));
        let written = file.text.lines().nth(line - 1).unwrap_or_default();
        let says = words::bad_day(written, error.message()).unwrap_or_else(|| in_chinese(error.message()));
        Fault::Unreadable { file: file.path.clone(), line, says }
    })
}

fn incomplete(file: &SourceFile, says: String) -> Fault {
    Fault::Incomplete { file: file.path.clone(), says }
}

/// The line, from 1, that a byte of a text stands on.
pub(crate) fn line_at(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|byte| *byte == b'\n').count() + 1
}
