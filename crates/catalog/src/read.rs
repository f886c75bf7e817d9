//! From data files to items. Pure: the caller brings the texts.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use sm3::{Digest, Sm3};

use crate::catalogue::SourceFile;
use crate::fault::Fault;
use crate::form::Group;
use crate::item::{BusinessType, Item, Question, ReviewRule};
use crate::local::LocalItem;
use crate::material::MaterialSpec;
use crate::siting::SitingRule;

/// `shared.toml`: groups and materials that several business types use.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shared {
    #[serde(default, rename = "group")]
    groups: Vec<Group>,
    #[serde(default, rename = "material")]
    materials: Vec<MaterialSpec>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Faq {
    #[serde(default)]
    faq: Vec<Question>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Review {
    #[serde(default)]
    rule: Vec<ReviewRule>,
}

pub fn items(files: &[SourceFile]) -> Result<Vec<Item>, Fault> {
    let heads = files.iter().filter_map(|file| {
        let slug = file.path.strip_prefix("items/")?.strip_suffix("/item.toml")?;
        Some((slug, file))
    });
    heads.map(|(slug, head)| item(slug, head, files)).collect()
}

fn item(slug: &str, head: &SourceFile, files: &[SourceFile]) -> Result<Item, Fault> {
    let mut item: Item = parse(head)?;
    let beside = |name: &str| find(files, &format!("items/{slug}/{name}.toml"));
    let shared: Shared = beside("shared").map_or(Ok(Shared::default()), parse)?;
    let faq: Faq = beside("faq").map_or(Ok(Faq::default()), parse)?;
    let review: Review = beside("review").map_or(Ok(Review::default()), parse)?;

    item.faq.extend(faq.faq);
    item.review_rules.extend(review.rule);
    for name in &item.type_order {
        let file = beside(name).ok_or_else(|| Fault::Incomplete {
            file: head.path.clone(),
            says: format!("type_order names {name}, but there is no {name}.toml"),
        })?;
        item.types.push(business(name, file, &shared)?);
    }
    slug.clone_into(&mut item.slug);
    item.digest = digest(files.iter().filter(|file| file.path.starts_with(&format!("items/{slug}/"))));
    Ok(item)
}

fn business(slug: &str, file: &SourceFile, shared: &Shared) -> Result<BusinessType, Fault> {
    let mut business: BusinessType = parse(file)?;
    let groups = std::mem::take(&mut business.form.groups);
    business.form.groups =
        in_order(file, &business.group_order, &groups, &shared.groups, |group| &group.key)?;
    let materials = std::mem::take(&mut business.materials);
    business.materials =
        in_order(file, &business.material_order, &materials, &shared.materials, |material| &material.key)?;
    slug.clone_into(&mut business.slug);
    Ok(business)
}

/// The parts named by `order`, each taken from the file itself or else from what is shared.
fn in_order<T: Clone>(
    file: &SourceFile,
    order: &[String],
    own: &[T],
    shared: &[T],
    key: impl Fn(&T) -> &String,
) -> Result<Vec<T>, Fault> {
    if let Some(lost) = own.iter().find(|part| !order.contains(key(part))) {
        return Err(incomplete(file, format!("{} is described but not in the order", key(lost))));
    }
    let pick = |name: &String| own.iter().chain(shared).find(|part| key(part) == name).cloned();
    order
        .iter()
        .map(|name| {
            pick(name).ok_or_else(|| incomplete(file, format!("{name} is in the order but not described")))
        })
        .collect()
}

/// Local files by item slug and bureau.
pub fn locals(files: &[SourceFile]) -> Result<BTreeMap<(String, String), LocalItem>, Fault> {
    let mut locals = BTreeMap::new();
    for file in files {
        let Some((bureau, slug)) = file
            .path
            .strip_prefix("places/")
            .and_then(|rest| rest.strip_suffix(".toml"))
            .and_then(|rest| rest.split_once("/items/"))
        else {
            continue;
        };
        let local: LocalItem = parse(file)?;
        if local.bureau != bureau {
            return Err(incomplete(file, format!("says bureau {}, but stands in {bureau}", local.bureau)));
        }
        locals.insert((slug.to_owned(), bureau.to_owned()), local);
    }
    Ok(locals)
}

#[derive(Deserialize)]
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
    toml::from_str(&file.text).map_err(|error| Fault::Unreadable {
        file: file.path.clone(),
        line: error.span().map_or(1, |span| line_at(&file.text, span.start)),
        says: error.message().to_owned(),
    })
}

fn incomplete(file: &SourceFile, says: String) -> Fault {
    Fault::Incomplete { file: file.path.clone(), says }
}

fn line_at(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|byte| *byte == b'\n').count() + 1
}

/// SM3 over names, lengths and contents, so that moving a line between files changes it too.
fn digest<'a>(files: impl Iterator<Item = &'a SourceFile>) -> String {
    let mut sum = Sm3::new();
    for file in files {
        sum.update(format!("{}\0{}\0", file.path, file.text.len()));
        sum.update(&file.text);
    }
    hex::encode(sum.finalize())
}
