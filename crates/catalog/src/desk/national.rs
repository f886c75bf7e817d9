//! What the national list says of an item, part by part, as forms over its data files. One change here reaches the guides of all
//! bureaus.

mod shapes;

use web::{Fields, Problems};

use super::form::Group;
use super::records::address;
use super::sheet::{Choices, List, Section, Sheet};
use crate::catalogue::{Catalogue, SourceFile};
use crate::fault::Fault;
use crate::form::{Field, Kind as Asked};
use crate::item::{BusinessType, Item};
use crate::shelf_use::{Kind, offered};

/// What is edited on one page.
pub struct Part {
    id: &'static str,
    label: &'static str,
    file: Home,
    sections: &'static [Section],
    lists: &'static [List],
}

/// The file a part stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Home {
    Head,
    Faq,
    Review,
    Type,
}

/// A part of one item: of its head, or of one of its business types.
#[derive(Clone)]
pub struct Chosen {
    part: &'static Part,
    /// Slug of the business type.
    business: Option<String>,
    path: String,
}

/// Parts under one heading, as the editor chooses them.
pub struct Menu {
    pub title: String,
    /// Address part, label, and whether it is the one on this page.
    pub parts: Vec<(String, &'static str, bool)>,
}

impl Chosen {
    /// `xinban.limits` or `basis`; the first part for an empty name, none for one that the item doesn't have.
    pub fn of(catalogue: &Catalogue, item: &Item, id: &str) -> Option<Chosen> {
        if id.is_empty() {
            return Chosen::of(catalogue, item, shapes::OF_ITEM.first()?.id);
        }
        let Some((slug, id)) = id.split_once('.') else {
            let part = shapes::OF_ITEM.iter().find(|one| one.id == id)?;
            let own_review = catalogue.file(&path(item, "review")).is_some();
            let part =
                if part.id == shapes::OWN_REVIEW.id && own_review { &shapes::OWN_REVIEW } else { part };
            let file = match part.file {
                Home::Faq => "faq",
                Home::Review => "review",
                Home::Head | Home::Type => "item",
            };
            return Some(Chosen { part, business: None, path: path(item, file) });
        };
        let business = own_types(catalogue, item).find(|one| one.slug == slug)?;
        let part = shapes::OF_TYPE.iter().find(|one| one.id == id)?;
        Some(Chosen { part, business: Some(business.slug.clone()), path: path(item, slug) })
    }

    /// `xinban.limits`
    pub fn id(&self) -> String {
        named(self.business.as_deref(), self.part.id)
    }

    /// “新办：时限和流程”
    pub fn label(&self, item: &Item) -> String {
        match self.business.as_deref().and_then(|slug| item.business(slug)) {
            Some(business) => format!("{}：{}", business.name, self.part.label),
            None => self.part.label.to_owned(),
        }
    }

    /// What stands in the form before anybody types.
    ///
    /// # Errors
    /// When the file can't be read as TOML.
    pub fn typed(&self, catalogue: &Catalogue) -> Result<Fields, Fault> {
        let choices = Choices::default();
        Ok(self.sheet(&choices).typed(&table(catalogue, &self.path)?))
    }

    /// The form. `text` is the draft that is open, empty for a new one.
    ///
    /// # Errors
    /// As [`Chosen::typed`].
    pub fn groups(
        &self,
        catalogue: &Catalogue,
        item: &Item,
        text: &str,
        typed: &Fields,
        problems: &Problems,
    ) -> Result<Vec<Group>, Fault> {
        let choices = self.choices(catalogue, item);
        let table = table(catalogue, &self.path)?;
        let mut groups = self.sheet(&choices).groups(&table, typed, problems);
        if self.part.id == "materials" {
            self.material_links(catalogue, text, typed, &mut groups);
        }
        Ok(groups)
    }

    /// The file of the part with what was typed in it; every fault stands at its field.
    ///
    /// # Errors
    /// When the file can't be read or written as TOML.
    pub fn read(
        &self,
        catalogue: &Catalogue,
        item: &Item,
        sent: &Fields,
        problems: &mut Problems,
    ) -> Result<SourceFile, Fault> {
        let choices = self.choices(catalogue, item);
        let before = table(catalogue, &self.path)?;
        let next = self.sheet(&choices).read(&before, sent, problems);
        self.promise(&next, problems);
        self.result(&next, problems);
        SourceFile::of_table(self.path.clone(), &next)
    }

    /// What a field of the form would be told by the linter, told at the field.
    fn promise(&self, next: &toml::Table, problems: &mut Problems) {
        let days = |key: &str| next.get("limits")?.get(key)?.as_integer();
        if self.part.id == "limits" && days("promised") > days("statutory") {
            problems.add("limits-promised", "承诺的时限比法定的长：请改短，或者核对法定时限");
        }
    }

    /// A result is either shared or written here.
    fn result(&self, next: &toml::Table, problems: &mut Problems) {
        if self.part.id != "result" {
            return;
        }
        let text =
            |value: Option<&toml::Value>| value.and_then(toml::Value::as_str).unwrap_or_default().to_owned();
        let own = text(next.get("result").and_then(|result| result.get("name")));
        match (text(next.get("result_key")).as_str(), own.as_str()) {
            ("", "") => problems.add("result_key", "请选择共用的结果，或者在下面自己写"),
            ("", _) | (_, "") => {}
            _ => {
                problems.add("result_key", "选了共用的结果，下面就不用写：要自己写的，请把这一格改成“请选择”")
            }
        }
    }

    fn sheet<'a>(&self, choices: &'a Choices) -> Sheet<'a> {
        Sheet { sections: self.part.sections, lists: self.part.lists, choices }
    }

    fn choices(&self, catalogue: &Catalogue, item: &Item) -> Choices {
        let records = Kind::ALL.into_iter().map(|kind| (kind, offered(catalogue, item, kind))).collect();
        let mains = catalogue.items().iter().filter(|one| one.parent.is_none() && one.slug != item.slug);
        let business = self.business.as_deref().and_then(|slug| item.business(slug));
        Choices {
            situations: business.map(situations).unwrap_or_default(),
            records,
            mains: mains.map(|one| (one.slug.clone(), one.name.clone())).collect(),
            types: item.types.iter().map(|one| (one.slug.clone(), one.name.clone())).collect(),
        }
    }

    /// Each material leads to its own form, and one more can be begun.
    fn material_links(&self, catalogue: &Catalogue, text: &str, typed: &Fields, groups: &mut [Group]) {
        let all = crate::shelf_use::records(catalogue);
        let business = self.business.as_deref().unwrap_or_default();
        for (at, group) in groups.iter_mut().enumerate() {
            let key = typed.get(&format!("material-{at}-use"));
            let used = |one: &&crate::shelf_use::Record<'_>| {
                let here = one.file == self.path || one.is_shared();
                one.kind == Kind::Material && one.key == key && here
            };
            let mut homes = all.iter().filter(used);
            let stands = |one: &&crate::shelf_use::Record<'_>| {
                one.used.iter().any(|(_, used)| used.is_some_and(|used| used.slug == business))
            };
            if let Some(record) = homes.clone().find(stands).or_else(|| homes.next()) {
                group
                    .links
                    .push(("修改这份材料".to_owned(), address(crate::catalogue::NATION, record, text)));
            } else if key.is_empty() {
                let home = self.path.trim_start_matches("items/").trim_end_matches(".toml").replace('/', "~");
                let at = format!("/desk/catalog/{}/records/material/new", crate::catalogue::NATION);
                group.links.push(("写一份新材料".to_owned(), format!("{at}?home={home}&text={text}")));
            }
        }
    }
}

/// Everything of an item that can be edited, for the list beside the form.
pub fn menu(catalogue: &Catalogue, item: &Item, chosen: Option<&Chosen>) -> Vec<Menu> {
    let here = chosen.map(Chosen::id).unwrap_or_default();
    let entry = |business: Option<&str>, part: &'static Part| {
        let id = named(business, part.id);
        let on_page = id == here;
        (id, part.label, on_page)
    };
    let head = Menu {
        title: "整个事项".to_owned(),
        parts: shapes::OF_ITEM.iter().map(|part| entry(None, part)).collect(),
    };
    let types = own_types(catalogue, item).map(|business| Menu {
        title: business.name.clone(),
        parts: shapes::OF_TYPE.iter().map(|part| entry(Some(&business.slug), part)).collect(),
    });
    std::iter::once(head).chain(types).collect()
}

/// The form of a record by itself.
pub fn sheet_of(kind: Kind, choices: &Choices) -> Sheet<'_> {
    let (sections, lists): (&[Section], &[List]) = match kind {
        Kind::Material => (shapes::MATERIALS, shapes::FAULTS),
        Kind::Condition => (shapes::CONDITIONS, &[]),
        Kind::Step => (shapes::STEPS, &[]),
        Kind::Basis => (shapes::BASES, &[]),
        Kind::Result => (shapes::RESULTS, &[]),
        Kind::Remedy => (shapes::REMEDIES, &[]),
        Kind::Rule => (shapes::RULES, &[]),
    };
    Sheet { sections, lists, choices }
}

/// Answers of a type's form on which a part of its guide may hang: each by itself, and all but one.
pub fn situations(business: &BusinessType) -> Vec<(String, String)> {
    business.form.groups.iter().flat_map(|group| &group.fields).flat_map(answers).collect()
}

fn answers(field: &Field) -> Vec<(String, String)> {
    let options: Vec<(&str, &str)> = match &field.kind {
        Asked::Choice(options) => options.iter().map(|one| (one.code.as_str(), one.label.as_str())).collect(),
        Asked::YesNo => vec![("yes", "是"), ("no", "否")],
        _ => return Vec::new(),
    };
    let one =
        |(code, label): &(&str, &str)| (format!("{}={code}", field.key), format!("{}：{label}", field.label));
    let but = |(code, label): &(&str, &str)| {
        let rest: Vec<&str> = options.iter().map(|(other, _)| *other).filter(|other| other != code).collect();
        (format!("{}={}", field.key, rest.join("|")), format!("{}：不是“{label}”", field.label))
    };
    let mut all: Vec<(String, String)> = options.iter().map(one).collect();
    if options.len() > 2 {
        all.extend(options.iter().map(but));
    }
    all
}

/// Types whose files stand in the item's own folder; borrowed ones are changed where they belong.
fn own_types<'a>(catalogue: &'a Catalogue, item: &'a Item) -> impl Iterator<Item = &'a BusinessType> {
    item.types.iter().filter(|one| catalogue.file(&path(item, &one.slug)).is_some())
}

fn named(business: Option<&str>, part: &str) -> String {
    business.map_or_else(|| part.to_owned(), |slug| format!("{slug}.{part}"))
}

fn path(item: &Item, file: &str) -> String {
    format!("items/{}/{file}.toml", item.slug)
}

/// A data file as a table; an empty one where there is no file yet.
///
/// # Errors
/// When it can't be read as TOML.
pub fn table(catalogue: &Catalogue, path: &str) -> Result<toml::Table, Fault> {
    let text = catalogue.file(path).map(|file| file.text.as_str()).unwrap_or_default();
    toml::from_str(text).map_err(|fault| Fault::Body(fault.to_string()))
}

#[cfg(test)]
mod tests;
