//! The versions of an item, those of what a bureau says on it, and what differs between two of them.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use web::{Answer, App, Page, PageCx, html};

use super::at::GuideAt;
use super::{Asked, unknown};
use crate::catalogue::Catalogue;
use crate::change::Change;
use crate::diff::{self, Difference, differences};
use crate::item::Item;
use crate::local::LocalItem;
use crate::store::{self, editions::Kept};

#[derive(Template)]
#[template(path = "catalog/versions.html")]
struct VersionsPage<'a> {
    page: Page,
    guide: String,
    item: &'a Item,
    changes: Vec<&'a Change>,
    nation: Choice,
    /// What the chosen bureau says on its own.
    own: Option<Own<'a>>,
}

struct Own<'a> {
    local: &'a LocalItem,
    choice: Choice,
}

/// Editions to choose two from, newest first, and what differs between the two.
struct Choice {
    /// Names of the two fields of the form.
    from_field: &'static str,
    to_field: &'static str,
    editions: Vec<Edition>,
    from: String,
    to: String,
    compared: Option<Vec<Difference>>,
}

struct Edition {
    /// Version of the national list; digest of a bureau's text.
    key: String,
    name: String,
    effective: String,
    current: bool,
}

/// `GET /guides/{item}/{type}/versions?bureau=&from=&to=&own_from=&own_to=`: without a choice what is in force against what was before.
pub async fn versions(cx: PageCx, State(app): State<App>, at: GuideAt) -> Answer {
    let (item, business, local) = at.parts()?;
    let GuideAt { catalogue, asked, .. } = &at;
    let own = match local {
        Some(local) => Some(Own { local, choice: of_bureau(&app, item, local, asked).await? }),
        None => None,
    };
    let query = local.map(|local| format!("?bureau={}", local.bureau)).unwrap_or_default();
    html(&VersionsPage {
        page: cx.page(format!("{}的版本", item.title(business))).crumb("办事", "/items"),
        guide: format!("/guides/{}/{}{query}", item.slug, business.slug),
        changes: catalogue.changes().iter().filter(|change| speaks_of(change, &item.slug)).collect(),
        nation: of_nation(&app, catalogue, item, asked).await?,
        item,
        own,
    })
}

async fn of_nation(app: &App, catalogue: &Catalogue, item: &Arc<Item>, asked: &Asked) -> Answer<Choice> {
    let mut kept = store::editions(&mut app.db.clone(), &item.slug).await?;
    kept.reverse();
    let editions = kept.into_iter().map(|(version, effective, _)| Edition {
        current: version == item.version,
        effective: effective.parse().map_or(effective, web::text::date_cn),
        name: version.clone(),
        key: version,
    });
    let mut choice = Choice::new(("from", "to"), editions.collect(), asked);
    if let Some((from, to)) = choice.pair() {
        let of = async |version: &str| {
            let found = store::edition(&mut app.db.clone(), catalogue, &item.slug, version).await?;
            found.ok_or_else(|| unknown("没有找到这个版本"))
        };
        choice.compared = Some(differences(&*of(from).await?, &*of(to).await?));
    }
    Ok(choice)
}

async fn of_bureau(app: &App, item: &Item, local: &LocalItem, asked: &Asked) -> Answer<Choice> {
    let now = file_of(local);
    let mut kept = store::editions::of_bureau(&mut app.db.clone(), &local.bureau).await?;
    kept.retain(|one| one.item == now || one.item == item.slug);
    let editions = kept.iter().enumerate().map(|(at, one)| Edition {
        current: one.digest == local.digest,
        effective: web::text::date_cn(one.effective),
        // Two texts of one day are told apart by their place in the row.
        name: format!("第 {} 版（{}）", kept.len() - at, web::text::date_cn(one.effective)),
        key: one.digest.clone(),
    });
    let mut choice = Choice::new(("own_from", "own_to"), editions.collect(), asked);
    if let Some((from, to)) = choice.pair() {
        let of = |digest: &str| {
            let found = kept.iter().find(|one| one.digest == digest).and_then(Kept::read);
            found.ok_or_else(|| unknown("没有找到这个版本"))
        };
        choice.compared = Some(diff::of_locals(&of(from)?, &of(to)?));
    }
    Ok(choice)
}

/// `retail-licence` of `places/990101/items/retail-licence.toml`.
pub(super) fn file_of(local: &LocalItem) -> &str {
    local.file.rsplit('/').next().unwrap_or_default().trim_end_matches(".toml")
}

impl Choice {
    fn new(
        (from_field, to_field): (&'static str, &'static str),
        editions: Vec<Edition>,
        asked: &Asked,
    ) -> Choice {
        let at = editions.iter().position(|one| one.current).unwrap_or(0);
        let usual = |at: usize| editions.get(at).map(|one| one.key.clone()).unwrap_or_default();
        let chosen = |name: &str, usual: String| asked.get(name).cloned().unwrap_or(usual);
        let (from, to) = (chosen(from_field, usual(at + 1)), chosen(to_field, usual(at)));
        Choice { from_field, to_field, editions, from, to, compared: None }
    }

    fn pair(&self) -> Option<(&str, &str)> {
        (!self.from.is_empty() && !self.to.is_empty()).then_some((self.from.as_str(), self.to.as_str()))
    }

    fn name<'a>(&'a self, key: &'a str) -> &'a str {
        self.editions.iter().find(|one| one.key == key).map_or(key, |one| one.name.as_str())
    }
}

fn speaks_of(change: &Change, slug: &str) -> bool {
    change.is_reviewed()
        && (change.from.iter().any(|from| from == slug) || change.to.iter().any(|to| to.item == slug))
}
