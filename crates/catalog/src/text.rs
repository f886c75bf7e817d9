//! A text in the making: data files of an item that replace the program's own from a day on, written by one officer and
//! reviewed by another. Pure.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Deserialize;

use crate::catalogue::{Catalogue, NATION, SourceFile};
use crate::fault::Fault;
use crate::item::Item;
use crate::lint::{self, Finding};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Drafted,
    Submitted,
    /// Sent back by the reviewer with words; goes on like a draft.
    Returned,
    Reviewed,
    Withdrawn,
}

/// What can be done with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Write,
    Submit,
    Return,
    Approve,
    Withdraw,
}

/// A text as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Whose list it belongs to: 000000 is the national one.
    pub bureau: String,
    pub id: String,
    /// Slug of the item.
    pub item: String,
    pub state: State,
    pub effective: Date,
    /// Digest of what it was written over: a text over something older is looked at again.
    pub base: String,
    /// Why the text is changed.
    pub why: String,
    /// What the reviewer said when sending it back.
    pub note: String,
    /// Identifiers of all who wrote it.
    pub hands: Vec<String>,
    pub drafted_by: String,
    pub drafted_name: String,
    pub reviewed_name: String,
    /// Who wrote last.
    pub changed_name: String,
    pub changed_at: jiff::Timestamp,
    pub version: i64,
    pub files: Vec<SourceFile>,
}

impl State {
    pub const ALL: [State; 5] =
        [State::Drafted, State::Submitted, State::Returned, State::Reviewed, State::Withdrawn];

    pub fn code(self) -> &'static str {
        match self {
            State::Drafted => "drafted",
            State::Submitted => "submitted",
            State::Returned => "returned",
            State::Reviewed => "reviewed",
            State::Withdrawn => "withdrawn",
        }
    }

    pub fn from_code(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.code() == code)
    }

    pub fn says(self) -> &'static str {
        match self {
            State::Drafted => "起草中",
            State::Submitted => "等待审核",
            State::Returned => "退回修改",
            State::Reviewed => "审核通过",
            State::Withdrawn => "已撤回",
        }
    }

    /// The state after a step; `None` where the step is not open. A reviewed text is taken back only before its day, which the
    /// caller has looked at.
    pub fn after(self, step: Step) -> Option<State> {
        match (self, step) {
            (State::Drafted | State::Returned, Step::Write) => Some(State::Drafted),
            (State::Drafted | State::Returned, Step::Submit) => Some(State::Submitted),
            (State::Submitted, Step::Return) => Some(State::Returned),
            (State::Submitted, Step::Approve) => Some(State::Reviewed),
            (State::Drafted | State::Submitted | State::Returned | State::Reviewed, Step::Withdraw) => {
                Some(State::Withdrawn)
            }
            _ => None,
        }
    }
}

impl Step {
    pub fn says(self) -> &'static str {
        match self {
            Step::Write => "修改",
            Step::Submit => "提交审核",
            Step::Return => "退回",
            Step::Approve => "审核",
            Step::Withdraw => "撤回",
        }
    }
}

impl Text {
    pub fn is_national(&self) -> bool {
        self.bureau == NATION && self.files.iter().all(|file| file.path.starts_with("items/"))
    }

    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Drafted | State::Returned)
    }
}

/// Why a text may not take effect from its day; empty when it may. `others` are the reviewed texts of the same list, `base` is
/// the digest of what is in force now.
pub fn against(text: &Text, others: &[Text], base: &str, today: Date) -> Vec<String> {
    let mut says = Vec::new();
    if text.effective < today {
        says.push(format!("生效日期 {} 已经过去，变动不能溯及以前：请改成今天或者以后", text.effective));
    }
    if text.files.is_empty() {
        says.push("没有任何内容：请先填写再提交".to_owned());
    }
    if text.base != base {
        says.push(MOVED.to_owned());
    }
    let reviewed = others.iter().filter(|other| other.id != text.id && other.state == State::Reviewed);
    let mut same_place = reviewed.filter(|other| shares_a_file(text, other));
    if let Some(other) = same_place.find(|other| other.effective > today || other.effective == text.effective)
    {
        let what = format!("{}起草的“{}”已经审核通过", other.drafted_name, other.why);
        says.push(match other.effective > today {
            true => {
                format!("{what}，{} 生效，有效期重叠：请等它生效以后再起草，或者先撤回它", other.effective)
            }
            false => {
                format!("{what}，今天已经生效，有效期重叠：同一天只能改一次，请把生效日期改成明天或者以后")
            }
        });
    }
    says
}

/// What an editor is told whose text was written over something that is in force no longer.
pub const MOVED: &str = "起草以后，现行的内容又有变动：请点“修改”，对照以后重新保存";

/// Whether a text gives an item a version that the item has had since: then it holds that item as it was before.
pub fn is_behind(live: &Catalogue, text: &Text, taken: &BTreeSet<(String, String)>) -> bool {
    text.files.iter().any(|file| {
        let Some(item) = item_of_head(&file.path).and_then(|slug| live.item(slug)) else { return false };
        let version = version_in(&file.text);
        version == item.version || taken.contains(&(item.slug.clone(), version))
    })
}

/// `items/leaf-station/item.toml` → `leaf-station`
pub fn item_of_head(path: &str) -> Option<&str> {
    path.strip_prefix("items/")?.strip_suffix("/item.toml")
}

/// The version that an item's head says.
pub fn version_in(head: &str) -> String {
    #[derive(Deserialize)]
    struct Head {
        version: String,
    }
    toml::from_str::<Head>(head).map(|head| head.version).unwrap_or_default()
}

fn shares_a_file(text: &Text, other: &Text) -> bool {
    text.files.iter().any(|file| other.files.iter().any(|one| one.path == file.path))
}

/// What a text, with which the list becomes `next`, would bring into it that is against the rules; what was so before is not the text's fault.
pub fn findings(live: &Catalogue, next: &Catalogue, bureau: &str, files: &[SourceFile]) -> Vec<Finding> {
    let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let new = |item: &Item| live.item(&item.slug).is_none_or(|old| old.digest != item.digest);
    let changed = next.items().iter().filter(|item| new(item)).map(|item| item.slug.clone()).collect();
    let of = |catalogue: &Catalogue| -> Vec<Finding> {
        if bureau == NATION && files.iter().all(|file| file.path.starts_with("items/")) {
            return lint::lint_draft(catalogue, &changed, &paths);
        }
        let locals =
            |item| catalogue.own_local(item, bureau).map(|local| lint::lint_local(catalogue, item, local));
        catalogue.items().iter().filter_map(|item| locals(item)).flatten().collect()
    };
    let mut found = of(next);
    // The order of the list is the program's; an item that is new at the desk comes last.
    found.retain(|one| one.rule != "list-unlisted");
    if !found.is_empty() {
        let known = of(live);
        let same = |one: &Finding, other: &Finding| {
            (&one.file, one.rule, &one.says) == (&other.file, other.rule, &other.says)
        };
        found.retain(|one| !known.iter().any(|other| same(one, other)));
    }
    found
}

/// Whether a file says anything that the list doesn't say: an item's head that only got a version and a day does not.
pub fn says_anything_new(live: &Catalogue, file: &SourceFile) -> bool {
    let Some(known) = live.file(&file.path) else { return true };
    let content = |text: &str| {
        let mut table: toml::Table = toml::from_str(text).ok()?;
        if file.path.ends_with("/item.toml") {
            table.retain(|key, _| !["version", "effective"].contains(&key));
        }
        Some(table)
    };
    content(&known.text).is_none_or(|known| content(&file.text) != Some(known))
}

/// Digest of what a text of this item at this bureau is written over; empty where there was nothing yet.
pub fn base(catalogue: &Catalogue, bureau: &str, slug: &str) -> String {
    if bureau == NATION {
        return catalogue.item(slug).map(|item| item.digest.clone()).unwrap_or_default();
    }
    let own = catalogue.file(&format!("places/{bureau}/items/{slug}.toml"));
    own.map(|file| crate::read::of_text(&file.text)).unwrap_or_default()
}

/// The files of the texts in force on a day, later ones over earlier ones. A text older than what the program itself carries
/// for the place gives way to it: a release brings the newer national list.
pub fn in_force(program: &[SourceFile], texts: &[Text], day: Date) -> Vec<SourceFile> {
    let known: BTreeMap<&str, &SourceFile> = program.iter().map(|file| (file.path.as_str(), file)).collect();
    let mut begun: Vec<&Text> =
        texts.iter().filter(|text| text.state == State::Reviewed && text.effective <= day).collect();
    begun.sort_by_key(|text| (text.effective, text.id.as_str()));
    let mut laid: BTreeMap<&str, &SourceFile> = BTreeMap::new();
    for text in begun {
        let newer = |file: &SourceFile| {
            let head = head_of(&file.path);
            known.get(head.as_str()).and_then(|own| began(&own.text)).is_none_or(|own| own <= text.effective)
        };
        laid.extend(text.files.iter().filter(|file| newer(file)).map(|file| (file.path.as_str(), file)));
    }
    laid.into_values().cloned().collect()
}

/// The file that says from which day a file holds: an item's head, or a bureau's file itself.
fn head_of(path: &str) -> String {
    match path.strip_prefix("items/").and_then(|rest| rest.split_once('/')) {
        Some((slug, _)) => format!("items/{slug}/item.toml"),
        None => path.to_owned(),
    }
}

fn began(text: &str) -> Option<Date> {
    #[derive(Deserialize)]
    struct Head {
        effective: Date,
    }
    toml::from_str::<Head>(text).ok().map(|head| head.effective)
}

/// Gives every item whose text the files change a version of its own and the day: cases keep the version they were filed
/// under, so no version ever has two texts. Items that borrow from a changed one are raised with it.
///
/// # Errors
/// What keeps the files from being read.
pub fn raised(
    catalogue: &Catalogue,
    files: Vec<SourceFile>,
    day: Date,
    taken: &BTreeSet<(String, String)>,
) -> Result<Vec<SourceFile>, Fault> {
    let next = catalogue.with_files(&files)?;
    let mut files: BTreeMap<String, SourceFile> =
        files.into_iter().map(|file| (file.path.clone(), file)).collect();
    for item in next.items() {
        let Some(before) = catalogue.item(&item.slug) else { continue };
        if before.digest == item.digest {
            continue;
        }
        let path = format!("items/{}/item.toml", item.slug);
        let Some(head) = files.get(&path).or_else(|| next.file(&path)) else { continue };
        let version = version_after(before, taken);
        let text = set(&head.text, &version, day)?;
        files.insert(path.clone(), SourceFile { path, text });
    }
    Ok(files.into_values().collect())
}

/// Gives the heads of items that aren't in the list yet the day on which they begin.
///
/// # Errors
/// What keeps a head from being read.
pub fn dated(catalogue: &Catalogue, files: Vec<SourceFile>, day: Date) -> Result<Vec<SourceFile>, Fault> {
    let is_new = |path: &str| {
        let slug = path.strip_prefix("items/").and_then(|rest| rest.strip_suffix("/item.toml"));
        slug.is_some_and(|slug| catalogue.item(slug).is_none())
    };
    let one = |file: SourceFile| {
        if !is_new(&file.path) {
            return Ok(file);
        }
        let mut table: toml::Table =
            toml::from_str(&file.text).map_err(|fault| Fault::Body(fault.to_string()))?;
        table.insert("effective".into(), day.to_string().into());
        let text = toml::to_string_pretty(&table).map_err(|fault| Fault::Body(fault.to_string()))?;
        Ok(SourceFile { text, ..file })
    };
    files.into_iter().map(one).collect()
}

/// `2026.3` is followed by `2026.3.1`: a release of the program counts the second place on.
fn version_after(item: &Item, taken: &BTreeSet<(String, String)>) -> String {
    let mut parts = item.version.splitn(3, '.');
    let release = [parts.next().unwrap_or_default(), parts.next().unwrap_or_default()].join(".");
    let mut number = parts.next().and_then(|number| number.parse().ok()).unwrap_or(0_u32);
    loop {
        number += 1;
        let version = format!("{release}.{number}");
        if !taken.contains(&(item.slug.clone(), version.clone())) {
            return version;
        }
    }
}

fn set(text: &str, version: &str, day: Date) -> Result<String, Fault> {
    let mut table: toml::Table = toml::from_str(text).map_err(|fault| Fault::Body(fault.to_string()))?;
    table.insert("version".into(), version.into());
    table.insert("effective".into(), day.to_string().into());
    toml::to_string_pretty(&table).map_err(|fault| Fault::Body(fault.to_string()))
}

#[cfg(test)]
mod tests;
