//! What a form of the desk is about: a bureau's list, and an item in it or what the bureau says for all its items.

use std::sync::Arc;

use identity::{Act, Bureau, Officer};
use web::{Answer, App};

use super::{bureau_of, unknown};
use crate::catalogue::{COMMON, Catalogue};
use crate::item::Item;
use crate::local::LocalItem;

/// Loaded for an editor.
pub struct Subject {
    pub catalogue: Arc<Catalogue>,
    pub bureau: Bureau,
    pub item: Arc<Item>,
}

impl Subject {
    /// The item of a bureau's list that an editor wants to write on.
    pub async fn opened(app: &App, officer: &Officer, bureau: &str, item: &str) -> Answer<Subject> {
        officer.may(Act::EditCatalogue, bureau)?;
        let bureau = bureau_of(app, officer, bureau).await?;
        let catalogue = app.part::<Catalogue>();
        let item = item_of(&catalogue, item).ok_or_else(unknown)?;
        Ok(Subject { catalogue, bureau, item })
    }

    /// What is said for the bureau now, by itself or from above.
    pub fn local(&self) -> Option<LocalItem> {
        local_of(&self.catalogue, &self.item, &self.bureau.code)
    }
}

pub fn is_common(slug: &str) -> bool {
    slug == COMMON
}

/// An item of the catalogue, or what stands for all of them.
pub fn item_of(catalogue: &Catalogue, slug: &str) -> Option<Arc<Item>> {
    if is_common(slug) { all_items(catalogue).map(Arc::new) } else { catalogue.item(slug).cloned() }
}

pub fn local_of(catalogue: &Catalogue, item: &Item, bureau: &str) -> Option<LocalItem> {
    if is_common(&item.slug) { catalogue.common(bureau) } else { catalogue.local(item, bureau).cloned() }
}

/// As [`local_of`]; at the national desk also of items that other levels do, in the words the nation has for all.
pub fn shown_at(catalogue: &Catalogue, item: &Item, bureau: &str) -> Option<LocalItem> {
    let local = local_of(catalogue, item, bureau);
    local.or_else(|| super::is_nation(bureau).then(|| catalogue.common(bureau)).flatten())
}

/// As [`local_of`], only what the bureau says by itself.
pub fn own_local_of(catalogue: &Catalogue, item: &Item, bureau: &str) -> Option<LocalItem> {
    local_of(catalogue, item, bureau).filter(|local| local.bureau == bureau)
}

/// Where an item of a bureau's list is looked at; the list itself for what isn't in it yet, or is for all.
pub fn at(catalogue: &Catalogue, bureau: &str, slug: &str) -> String {
    if catalogue.item(slug).is_some() { super::item_at(bureau, slug) } else { super::list_of(bureau) }
}

/// No item, and so without business types: only phones, halls and questions can be said for all.
fn all_items(catalogue: &Catalogue) -> Option<Item> {
    let first = catalogue.items().first()?;
    Some(Item {
        slug: COMMON.to_owned(),
        name: "各事项通用的内容".to_owned(),
        short_name: String::new(),
        basic_code: String::new(),
        accepted_at: vec![1, 2, 3, 4],
        types: Vec::new(),
        type_order: Vec::new(),
        ..(**first).clone()
    })
}
