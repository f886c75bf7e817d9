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
use crate::store::{self, editions::Kept};
use crate::text::{State, Text};

/// Whether the text's day has come, so that what it was written over is no longer what is in force.
pub fn has_begun(text: &Text, today: Date) -> bool {
    text.state == State::Reviewed && text.effective <= today
}

/// # Errors
/// What the database says, or what keeps the text from being read.
pub async fn differences(app: &App, catalogue: &Catalogue, text: &Text) -> Result<Vec<Difference>, Fault> {
    let next = catalogue.with_files(&text.files)?;
    if is_nation(&text.bureau) && text.is_national() {
        return of_nation(app, catalogue, &next, text).await;
    }
    let Some(after) = item_of(&next, &text.item) else { return Ok(Vec::new()) };
    let Some(new) = own_local_of(&next, &after, &text.bureau) else { return Ok(Vec::new()) };
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
    if has_begun(text, app.today()) {
        let (Some(before), Some(after)) = (edition_of(app, catalogue, text).await?, next.item(&text.item))
        else {
            return Ok(Vec::new());
        };
        return Ok(diff::differences(&before, after));
    }
    let mut all = Vec::new();
    for after in next.items() {
        let found = match catalogue.item(&after.slug) {
            Some(before) if before.digest == after.digest => continue,
            Some(before) => diff::differences(before, after),
            None => {
                vec![Difference {
                    place: "新增事项".to_owned(), old: String::new(), new: after.name.clone()
                }]
            }
        };
        let at = |one: Difference| match after.slug == text.item {
            true => one,
            false => Difference { place: format!("{} › {}", after.heading(), one.place), ..one },
        };
        all.extend(found.into_iter().map(at));
    }
    Ok(all)
}

/// The edition a national text was written over, by its digest.
async fn edition_of(
    app: &App,
    catalogue: &Catalogue,
    text: &Text,
) -> Result<Option<std::sync::Arc<Item>>, Fault> {
    let mut db = app.db.clone();
    let kept = store::editions(&mut db, &text.item).await?;
    match kept.into_iter().find(|(_, _, digest)| *digest == text.base) {
        Some((version, ..)) => store::edition(&mut db, catalogue, &text.item, &version).await,
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
