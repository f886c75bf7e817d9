//! What a text changes: against what is in force while it waits, against what it replaced once it is in force.

use jiff::civil::Date;
use web::App;

use super::is_nation;
use super::subject::{item_of, local_of, own_local_of};
use crate::catalogue::Catalogue;
use crate::diff::{self, Difference};
use crate::fault::Fault;
use crate::item::Item;
use crate::local::LocalItem;
use crate::shelf_use::records;
use crate::store::{self, editions::Kept};
use crate::text::{self, State, Text};

/// Whether the text's day has come, so that what it was written over is no longer what is in force.
pub fn has_begun(text: &Text, today: Date) -> bool {
    text.state == State::Reviewed && text.effective <= today
}

/// # Errors
/// What the database says, or what keeps the text from being read.
pub async fn differences(
    app: &App,
    catalogue: &Catalogue,
    next: &Catalogue,
    text: &Text,
) -> Result<Vec<Difference>, Fault> {
    if is_nation(&text.bureau) && text.is_national() {
        return of_nation(app, catalogue, next, text).await;
    }
    let Some(after) = item_of(next, &text.item) else { return Ok(Vec::new()) };
    let Some(new) = own_local_of(next, &after, &text.bureau) else { return Ok(Vec::new()) };
    let old = match has_begun(text, app.today()) {
        true => local_then(app, catalogue, &after, text).await?,
        false => local_of(catalogue, &after, &text.bureau),
    };
    Ok(old.map(|old| diff::of_locals(&old, &new)).unwrap_or_default())
}

/// Of every item that the text reaches: a shared record stands in many.
async fn of_nation(
    app: &App,
    catalogue: &Catalogue,
    next: &Catalogue,
    text: &Text,
) -> Result<Vec<Difference>, Fault> {
    let begun = has_begun(text, app.today());
    let mut all = Vec::new();
    for after in next.items() {
        let before = match begun {
            true => edition_before(app, catalogue, text, after).await?,
            false => catalogue.item(&after.slug).cloned(),
        };
        let found = match before {
            Some(before) if before.digest == after.digest => continue,
            Some(before) => diff::differences(&before, after),
            None if begun && !is_raised(text, after) => continue,
            None => diff::of_new(after),
        };
        let at = |one: Difference| match after.slug == text.item {
            true => one,
            false => Difference { place: format!("{} › {}", after.heading(), one.place), ..one },
        };
        all.extend(found.into_iter().map(at));
    }
    if !begun {
        all.extend(new_records(catalogue, next));
    }
    Ok(all)
}

/// Shared records that no guide shows yet: without a line of their own nobody would review them.
fn new_records(catalogue: &Catalogue, next: &Catalogue) -> Vec<Difference> {
    let known: std::collections::BTreeSet<(String, String)> =
        records(catalogue).into_iter().map(|one| (one.file, one.key)).collect();
    let new = records(next).into_iter();
    let new = new.filter(|one| one.is_shared() && !known.contains(&(one.file.clone(), one.key.clone())));
    new.map(|one| Difference {
        place: format!("共用的{}", one.kind.label()),
        old: String::new(),
        new: one.title,
    })
    .collect()
}

/// Whether a text gave an item the version it has in the text.
fn is_raised(text: &Text, item: &Item) -> bool {
    text.files.iter().any(|file| text::item_of_head(&file.path) == Some(&item.slug))
}

/// The edition of an item that a text in force took the place of: the one before the version that the text gave it.
async fn edition_before(
    app: &App,
    catalogue: &Catalogue,
    text: &Text,
    after: &Item,
) -> Result<Option<std::sync::Arc<Item>>, Fault> {
    if !is_raised(text, after) {
        return Ok(None);
    }
    let mut db = app.db.clone();
    let kept = store::editions(&mut db, &after.slug).await?;
    let of_base = kept.iter().find(|(_, _, digest)| after.slug == text.item && *digest == text.base);
    let at = kept.iter().position(|(version, ..)| *version == after.version);
    let before = at.and_then(|at| at.checked_sub(1)).and_then(|at| kept.get(at));
    match of_base.or(before) {
        Some((version, ..)) => store::edition(&mut db, catalogue, &after.slug, version).await,
        None => Ok(None),
    }
}

/// What a bureau said before, or what was said for it from above when it wrote nothing of its own.
async fn local_then(
    app: &App,
    catalogue: &Catalogue,
    item: &Item,
    text: &Text,
) -> Result<Option<LocalItem>, Fault> {
    let kept = store::editions::of_bureau(&mut app.db.clone(), &text.bureau).await?;
    let of_base = |one: &&Kept| !text.base.is_empty() && one.digest == text.base;
    let common =
        |one: &&Kept| text.base.is_empty() && one.item != text.item && one.effective <= text.effective;
    let found = kept.iter().find(of_base).or_else(|| {
        let from_main = kept.iter().filter(common).find(|one| Some(&one.item) == item.parent.as_ref());
        from_main.or_else(|| kept.iter().filter(common).find(|one| one.item == "common"))
    });
    Ok(found.and_then(Kept::read).or_else(|| catalogue.local_above(item, &text.bureau).cloned()))
}
