//! All items this program knows, and what each bureau does differently.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock, RwLock};

use jiff::civil::Date;

use crate::base::BaseList;
use crate::business::{ApplyAt, BusinessType};
use crate::change::{self, Change, Standing};
use crate::elements;
use crate::fault::Fault;
use crate::item::Item;
use crate::local::LocalItem;
use crate::pages::index::{self, Office};
use crate::read::{self, Locals};
use crate::siting::SitingRule;

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}

/// Bureau of everybody: its file holds the nation-wide phones.
pub const NATION: &str = "000000";
/// Name of the file with what a bureau says for all its items.
pub const COMMON: &str = "common";

#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    base: BaseList,
    items: Vec<Arc<Item>>,
    local: Locals,
    changes: Vec<Change>,
    /// What single bureaus have done to their own lists, by bureau: pauses.
    own_changes: BTreeMap<String, Vec<Change>>,
    siting: Vec<SitingRule>,
    files: Vec<SourceFile>,
    /// Past editions already read from the database; they never change.
    past: Arc<RwLock<Vec<Arc<Item>>>>,
    /// What [`Catalogue::offices`] found; what it is made of never changes within one snapshot.
    offices: Arc<OnceLock<Vec<Office>>>,
}

/// A data file as it was read; the linter points into it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SourceFile {
    /// `items/retail-licence/xinban.toml`
    pub path: String,
    pub text: String,
}

impl SourceFile {
    /// A data file that says what a table holds.
    ///
    /// # Errors
    /// [`Fault::Body`] when it can't be written as TOML.
    pub fn of_table(path: impl Into<String>, table: &toml::Table) -> Result<SourceFile, Fault> {
        let text = toml::to_string_pretty(table).map_err(|fault| Fault::Body(fault.to_string()))?;
        Ok(SourceFile { path: path.into(), text })
    }
}

impl Catalogue {
    /// The items and places compiled into the program.
    ///
    /// # Errors
    /// [`Fault::Unreadable`] with file and line, or [`Fault::Incomplete`], when a data file is wrong; a test of this
    /// crate reads them all, so a released program has none.
    pub fn embedded() -> Result<Catalogue, Fault> {
        Catalogue::of_files(Catalogue::embedded_files())
    }

    /// The data files compiled into the program.
    pub fn embedded_files() -> Vec<SourceFile> {
        let own =
            |(path, text): &(&str, &str)| SourceFile { path: (*path).to_owned(), text: (*text).to_owned() };
        embedded::FILES.iter().map(own).collect()
    }

    /// A catalogue of these files, e.g. of a folder a bureau is editing.
    ///
    /// # Errors
    /// As [`Catalogue::embedded`].
    pub fn of_files(mut files: Vec<SourceFile>) -> Result<Catalogue, Fault> {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let base = read::base(&files)?;
        let items = read::items(&files, &base)?;
        let local = read::locals(&files, &items)?;
        let changes = read::changes(&files)?;
        let siting = read::siting(&files)?;
        let items = items.into_iter().map(Arc::new).collect();
        let own_changes = BTreeMap::new();
        let (past, offices) = Default::default();
        Ok(Catalogue { base, items, local, changes, own_changes, siting, files, past, offices })
    }

    /// What the catalogue would be with these files in place of those of the same path: a draft before it is reviewed, or
    /// what a site has reviewed since the program was built.
    ///
    /// # Errors
    /// As [`Catalogue::embedded`].
    pub fn with_files(&self, newer: &[SourceFile]) -> Result<Catalogue, Fault> {
        if newer.iter().all(|file| read::place_of(file).is_some()) {
            return self.with_places(newer);
        }
        let mut whole = Catalogue::of_files(self.laid_over(newer))?;
        whole.changes.clone_from(&self.changes);
        whole.own_changes.clone_from(&self.own_changes);
        Ok(whole)
    }

    /// The national list doesn't hang on what bureaus say: it isn't read again for their files.
    fn with_places(&self, newer: &[SourceFile]) -> Result<Catalogue, Fault> {
        let local = read::locals_over(&self.local, newer, &self.items)?;
        let mut files = self.laid_over(newer);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Catalogue { local, files, offices: Arc::default(), ..self.clone() })
    }

    fn laid_over(&self, newer: &[SourceFile]) -> Vec<SourceFile> {
        let fresh: BTreeMap<&str, &SourceFile> =
            newer.iter().map(|file| (file.path.as_str(), file)).collect();
        let kept = self.files.iter().filter(|old| !fresh.contains_key(old.path.as_str()));
        kept.chain(fresh.values().copied()).cloned().collect()
    }

    /// The national list: its edition and the order of its items.
    pub fn base(&self) -> &BaseList {
        &self.base
    }

    /// Every change of the list on record, by file.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// What a bureau has done to its own list and a second officer has reviewed.
    pub fn own_changes_of(&self, bureau: &str) -> &[Change] {
        self.own_changes.get(bureau).map(Vec::as_slice).unwrap_or_default()
    }

    /// With the changes a site has reviewed besides those of the files.
    #[must_use]
    pub fn with_changes(mut self, reviewed: Vec<Change>) -> Catalogue {
        self.changes.extend(reviewed);
        self
    }

    /// With what single bureaus have reviewed for their own lists.
    #[must_use]
    pub fn with_own_changes(mut self, reviewed: BTreeMap<String, Vec<Change>>) -> Catalogue {
        self.own_changes = reviewed;
        self
    }

    /// Basic codes by slug; empty where none is known.
    pub fn codes(&self) -> BTreeMap<String, String> {
        self.items.iter().map(|item| (item.slug.clone(), item.basic_code.clone())).collect()
    }

    /// The 子项 of a 主项, in the list's order.
    pub fn parts_of<'a>(&'a self, main: &'a Item) -> impl Iterator<Item = &'a Arc<Item>> {
        self.items.iter().filter(|item| item.parent.as_deref() == Some(main.slug.as_str()))
    }

    /// How a change of the list leaves an item on a day.
    pub fn standing(&self, item: &Item, day: Date) -> Standing<'_> {
        change::standing(&self.changes, &item.slug, day)
    }

    /// How an item stands at a bureau: what the national list says goes first, then a pause of the bureau or of one above it.
    pub fn standing_at(&self, item: &Item, bureau: Option<&str>, day: Date) -> Standing<'_> {
        let national = self.standing(item, day);
        let Some(bureau) = bureau.filter(|_| national.takes_applications()) else { return national };
        let of = |code: String| self.own_changes.get(&code);
        let paused = above(bureau).into_iter().filter_map(of);
        let mut paused = paused.map(|changes| change::standing(changes, &item.slug, day));
        paused.find(|standing| !standing.takes_applications()).unwrap_or(national)
    }

    /// The latest 暂停 or 恢复 that has begun for an item at a bureau: why it is taken again, when it is.
    pub fn last_pause(&self, item: &Item, bureau: &str, day: Date) -> Option<&Change> {
        let own = above(bureau).into_iter().filter_map(|code| self.own_changes.get(&code)).flatten();
        let begun = |one: &&Change| {
            matches!(one.kind, change::Kind::Pause | change::Kind::Resume)
                && one.is_reviewed()
                && one.effective <= day
                && one.touches(&item.slug)
        };
        self.changes.iter().chain(own).filter(begun).max_by_key(|one| one.effective)
    }

    /// Whether a type is applied for in the web on a day, by itself or under another item that serves for it: no way is
    /// offered that ends in a refusal.
    pub fn takes_online(
        &self,
        item: &Item,
        business: &BusinessType,
        bureau: Option<&str>,
        day: Date,
    ) -> bool {
        let takes = |item: &Item| self.standing_at(item, bureau, day).takes_applications();
        let served = |at: &ApplyAt| {
            let Some(other) = self.item(&at.item) else { return false };
            other.business(&at.business).is_some_and(BusinessType::is_open) && takes(other)
        };
        takes(item) && business.apply_at.as_ref().map_or(business.is_open(), served)
    }

    /// Where a type is applied for in the web on a day, by itself or under another item; `None` where nobody takes it.
    pub fn apply_address(
        &self,
        item: &Item,
        business: &BusinessType,
        bureau: &str,
        day: Date,
    ) -> Option<String> {
        let bureau = Some(bureau).filter(|code| !code.is_empty());
        let local = bureau.and_then(|code| self.own_local(item, code));
        let guide = elements::Guide { item, business, local, day };
        guide.apply_address().filter(|_| self.takes_online(item, business, bureau, day))
    }

    pub fn items(&self) -> &[Arc<Item>] {
        &self.items
    }

    /// By basic code (`00016211200Y`) or slug (`retail-licence`).
    pub fn item(&self, key: &str) -> Option<&Arc<Item>> {
        let by_slug = self.items.iter().find(|item| item.slug == key);
        by_slug.or_else(|| self.items.iter().find(|item| !key.is_empty() && item.basic_code == key))
    }

    /// How the item is done at a bureau; a bureau without a file of its own is answered for by the one above it:
    /// 990101 → 990100 → 990000 → 000000.
    pub fn local(&self, item: &Item, bureau: &str) -> Option<&LocalItem> {
        let local = self.local.get(&item.slug)?;
        above(bureau).into_iter().find_map(|code| local.get(&code)).map(Arc::as_ref)
    }

    /// What is said for a bureau from above, whether or not it says something itself.
    pub fn local_above(&self, item: &Item, bureau: &str) -> Option<&LocalItem> {
        let local = self.local.get(&item.slug)?;
        above(bureau).into_iter().skip(1).find_map(|code| local.get(&code)).map(Arc::as_ref)
    }

    /// What a bureau says by itself, nothing from above.
    pub fn own_local(&self, item: &Item, bureau: &str) -> Option<&LocalItem> {
        self.local.get(&item.slug)?.get(bureau).map(Arc::as_ref)
    }

    /// What a bureau says for all its items, or what is said for it from above.
    pub fn common(&self, bureau: &str) -> Option<LocalItem> {
        let read = |code: String| {
            let file = self.file(&format!("places/{code}/items/{COMMON}.toml"))?;
            let local: LocalItem = toml::from_str(&file.text).ok()?;
            Some(LocalItem { file: file.path.clone(), digest: read::of_text(&file.text), ..local })
        };
        above(bureau).into_iter().find_map(read)
    }

    /// How many bureaus say something of their own about the item.
    pub fn locals_of(&self, item: &Item) -> usize {
        self.local.get(&item.slug).map_or(0, BTreeMap::len)
    }

    /// Every bureau that says something of its own about the item, by code.
    pub fn locals<'a>(&'a self, item: &'a Item) -> impl Iterator<Item = &'a LocalItem> {
        self.local.get(&item.slug).into_iter().flat_map(BTreeMap::values).map(Arc::as_ref)
    }

    /// The items a bureau takes applications for, with how it does them, in the list's order.
    pub fn done_at<'a>(&'a self, bureau: &'a str) -> impl Iterator<Item = (&'a Arc<Item>, &'a LocalItem)> {
        let done = move |item: &'a Arc<Item>| {
            let local = self.own_local(item, bureau)?;
            item.is_accepted_at(local.level).then_some((item, local))
        };
        self.items.iter().filter_map(done)
    }

    /// Every bureau that does any item, by code.
    pub fn bureaus(&self) -> BTreeMap<&str, &LocalItem> {
        let all = self.local.values().flatten();
        all.map(|(bureau, local)| (bureau.as_str(), local.as_ref())).collect()
    }

    /// Every bureau that takes applications for something, by code, with the digest of all its guides.
    pub fn offices(&self) -> &[Office] {
        self.offices.get_or_init(|| index::offices(self))
    }

    /// The siting rule that holds for a bureau on `day`: its own, else that of the nearest bureau above.
    pub fn siting(&self, bureau: &str, day: Date) -> Option<&SitingRule> {
        let of = |code: String| {
            let begun = |rule: &&SitingRule| rule.bureau == code && rule.effective <= day;
            self.siting.iter().filter(begun).max_by_key(|rule| rule.effective)
        };
        above(bureau).into_iter().find_map(of)
    }

    /// The current edition, or a past one that was read before.
    pub(crate) fn known_edition(&self, slug: &str, version: &str) -> Option<Arc<Item>> {
        let fits = |item: &&Arc<Item>| item.slug == slug && item.version == version;
        let past = self.past.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        self.items.iter().find(fits).or_else(|| past.iter().find(fits)).cloned()
    }

    pub(crate) fn remember(&self, item: Arc<Item>) {
        let mut past = self.past.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        if !past.iter().any(|known| known.slug == item.slug && known.version == item.version) {
            past.push(item);
        }
    }

    /// The file of a path.
    pub fn file(&self, path: &str) -> Option<&SourceFile> {
        let at = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        self.files.get(at)
    }

    /// The files this catalogue was read from, by path.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }
}

/// The bureau's code and those above it, nearest first.
fn above(bureau: &str) -> Vec<String> {
    let mut codes = vec![bureau.to_owned()];
    for kept in [4, 2, 0] {
        let Some(head) = bureau.get(..kept) else { continue };
        let code = format!("{head:0<6}");
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_files_read() {
        let catalogue = Catalogue::embedded().unwrap_or_else(|fault| panic!("{fault}"));
        let item = catalogue.item("retail-licence").unwrap();
        assert_eq!(catalogue.item("00016211200Y").unwrap().slug, "retail-licence");
        let names: Vec<&str> = item.types.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["新办", "变更", "延续", "停业", "恢复营业", "补办", "歇业"]);
        assert_eq!(item.digest.len(), 64);
    }

    #[test]
    fn a_bureau_without_a_file_is_answered_for_from_above() {
        let catalogue = Catalogue::embedded().unwrap();
        let item = catalogue.item("retail-licence").unwrap();
        let answered_by = |code: &str| catalogue.local(item, code).unwrap().bureau.clone();
        assert_eq!(answered_by("990101"), "990101");
        assert_eq!(answered_by("990199"), "990100");
        assert_eq!(answered_by("430102"), "000000");
    }
}
