//! The versions of an item, and what differs between two of them.

use askama::Template;
use axum::extract::{Path, Query, State};
use web::{Answer, App, Page, PageCx, html};

use super::{Asked, find, unknown};
use crate::catalogue::Catalogue;
use crate::change::Change;
use crate::diff::{Difference, differences};
use crate::item::Item;
use crate::store;

#[derive(Template)]
#[template(path = "catalog/versions.html")]
struct VersionsPage<'a> {
    page: Page,
    guide: String,
    item: &'a Item,
    /// Newest first.
    editions: Vec<Edition>,
    /// Changes on record that speak of the item, announced ones too.
    changes: Vec<&'a Change>,
    from: String,
    to: String,
    compared: Option<Vec<Difference>>,
}

struct Edition {
    version: String,
    effective: String,
    current: bool,
}

/// `GET /guides/{item}/{type}/versions?from=&to=`: without a choice the current version against the one before.
pub async fn versions(
    cx: PageCx,
    State(app): State<App>,
    Path((item, business)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Answer {
    let catalogue = app.part::<Catalogue>();
    let (item, business) = find(&catalogue, &item, &business)?;
    let mut db = app.db.clone();
    let mut kept = store::editions(&mut db, &item.slug).await?;
    kept.reverse();
    let at = kept.iter().position(|(version, ..)| *version == item.version).unwrap_or(0);
    let before = kept.get(at + 1).map(|(version, ..)| version.clone()).unwrap_or_default();
    let chosen = |name: &str, usual: String| asked.get(name).cloned().unwrap_or(usual);
    let (from, to) = (chosen("from", before), chosen("to", item.version.clone()));
    let compared = if from.is_empty() {
        None
    } else {
        let of = async |version: &str| {
            let found = store::edition(&mut app.db.clone(), &catalogue, &item.slug, version).await?;
            found.ok_or_else(|| unknown("没有找到这个版本"))
        };
        Some(differences(&*of(&from).await?, &*of(&to).await?))
    };
    let editions = kept.into_iter().map(|(version, effective, _)| Edition {
        current: version == item.version,
        effective: effective.parse().map_or(effective, web::text::date_cn),
        version,
    });
    html(&VersionsPage {
        page: cx.page(format!("{}的版本", item.title(business))).crumb("办事", "/items"),
        guide: format!("/guides/{}/{}", item.slug, business.slug),
        editions: editions.collect(),
        changes: catalogue.changes().iter().filter(|change| speaks_of(change, &item.slug)).collect(),
        item,
        from,
        to,
        compared,
    })
}

fn speaks_of(change: &Change, slug: &str) -> bool {
    change.is_reviewed()
        && (change.from.iter().any(|from| from == slug) || change.to.iter().any(|to| to.item == slug))
}
