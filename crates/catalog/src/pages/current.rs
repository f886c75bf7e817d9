//! Whether a copy of a guide, such as a printed sheet in a hall, is still what is in force. Its QR code leads here.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use jiff::civil::Date;
use web::{Answer, App, Page, PageCx, html};

use super::at::GuideAt;
use super::remembered;
use crate::catalogue::Catalogue;
use crate::diff::{Difference, differences};
use crate::fault::Fault;
use crate::item::{BusinessType, Item};
use crate::local::LocalItem;
use crate::read::of_guide_parts;
use crate::{diff, read, store};

#[derive(Template)]
#[template(path = "catalog/current.html")]
struct CurrentPage<'a> {
    page: Page,
    guide: String,
    item: &'a Item,
    /// The bureau whose words the copy carries.
    local: Option<&'a LocalItem>,
    found: Found,
    /// Why nobody can apply now, whatever the sheet says: paused, cancelled, not begun.
    stopped: String,
}

impl CurrentPage<'_> {
    /// “以前的内容（2026.2 版）”: what is old in it, so that nobody is told that a version replaces itself.
    fn was(&self, version: &str, own: Option<&Date>) -> String {
        let national = (version != self.item.version).then(|| format!("全国统一的内容是 {version} 版"));
        let own = self
            .local
            .zip(own)
            .map(|(local, day)| format!("{}的内容是{}起执行的", local.bureau_name, web::text::date_cn(*day)));
        [national, own].into_iter().flatten().collect::<Vec<_>>().join("，")
    }

    /// What is in force instead.
    fn is(&self) -> String {
        let own = self.local.map(|local| {
            format!("，{}的内容自{}起执行", local.bureau_name, web::text::date_cn(local.effective))
        });
        format!("全国统一的内容 {} 版{}", self.item.version, own.unwrap_or_default())
    }
}

/// What a digest on a copy turned out to be.
#[derive(Debug, PartialEq)]
pub enum Found {
    Current,
    /// An earlier text, and what has changed since.
    Stale {
        version: String,
        /// From which day the bureau's part of it held, when that part is older too.
        own: Option<Date>,
        changed: Vec<Difference>,
    },
    /// Nothing that was ever in force here.
    Unknown,
    /// No digest was given.
    Nothing,
}

/// `GET /guides/{item}/{type}/current?bureau=&digest=`
pub async fn current(cx: PageCx, State(app): State<App>, headers: HeaderMap, at: GuideAt) -> Answer {
    let (item, business, _) = at.parts()?;
    let GuideAt { catalogue, asked, .. } = &at;
    let digest = asked.get("digest").map(|digest| digest.trim().to_lowercase()).unwrap_or_default();
    let bureau = match asked.get("bureau").filter(|bureau| !bureau.is_empty()) {
        Some(bureau) => bureau.clone(),
        None => whose(&app, &headers, catalogue, (item, business), &digest),
    };
    let bureau = bureau.as_str();
    let found = found(&app, catalogue, (item, business), bureau, &digest).await?;
    let standing = catalogue.standing_at(item, Some(bureau).filter(|code| !code.is_empty()), app.today());
    let stopped = match standing.takes_applications() {
        true => String::new(),
        false => standing.says().unwrap_or_default(),
    };
    if cx.cx.wants_json() {
        let open = [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
        return Ok((open, axum::Json(found.told(&stopped))).into_response());
    }
    let query = if bureau.is_empty() { String::new() } else { format!("?bureau={bureau}") };
    html(&CurrentPage {
        page: cx
            .page("这份指南还有效吗")
            .crumb(item.title(business), format!("/guides/{}/{}", item.slug, business.slug)),
        guide: match catalogue.own_local(item, bureau) {
            Some(_) => format!("/guides/{}/{}{query}", item.slug, business.slug),
            None => format!("/guides/{}/{}", item.slug, business.slug),
        },
        local: catalogue.own_local(item, bureau),
        item,
        found,
        stopped,
    })
}

/// Whose guide a code without a bureau is of: somebody typed it from the foot of a sheet. The text for everybody first, then
/// the bureau that has it in force, then the one that the visitor chose.
fn whose(
    app: &App,
    headers: &HeaderMap,
    catalogue: &Catalogue,
    (item, business): (&Arc<Item>, &BusinessType),
    digest: &str,
) -> String {
    let is_of = |local| read::of_guide(item, &business.slug, local) == digest;
    if digest.is_empty() || is_of(None) {
        return String::new();
    }
    let has_it = catalogue.locals(item).find(|local| is_of(Some(*local))).map(|local| local.bureau.clone());
    has_it.or_else(|| remembered(app, headers)).unwrap_or_default()
}

impl Found {
    pub fn code(&self) -> &'static str {
        match self {
            Found::Current => "current",
            Found::Stale { .. } => "stale",
            Found::Unknown => "unknown",
            Found::Nothing => "nothing",
        }
    }

    fn told(&self, stopped: &str) -> serde_json::Value {
        let changed = match self {
            Found::Stale { changed, .. } => changed.as_slice(),
            _ => &[],
        };
        serde_json::json!({ "standing": self.code(), "changed": changed, "stopped": stopped })
    }
}

/// Looks a digest up among the texts that are and were in force.
///
/// # Errors
/// What the database says.
pub async fn found(
    app: &App,
    catalogue: &Catalogue,
    (item, business): (&Arc<Item>, &BusinessType),
    bureau: &str,
    digest: &str,
) -> Result<Found, Fault> {
    if digest.is_empty() {
        return Ok(Found::Nothing);
    }
    let now = catalogue.own_local(item, bureau);
    if read::of_guide(item, &business.slug, now) == digest {
        return Ok(Found::Current);
    }
    let mut db = app.db.clone();
    let locals = if now.is_some() { store::editions::of_bureau(&mut db, bureau).await? } else { Vec::new() };
    for (version, _, kept) in store::editions(&mut db, &item.slug).await?.into_iter().rev() {
        let made = |local: &str| of_guide_parts(&version, &kept, &business.slug, local) == digest;
        let local = locals.iter().find(|local| made(&local.digest));
        if local.is_none() && !(now.is_none() && made("")) {
            continue;
        }
        let Some(old) = store::edition(&mut db, catalogue, &item.slug, &version).await? else { continue };
        let mut changed = of_business(differences(&old, item), business);
        changed.extend(now.zip(local).map_or_else(Vec::new, |(now, then)| of_local(&then.body, now)));
        // The same words from two files are not two texts; another digest is.
        let own =
            now.zip(local).filter(|(now, then)| now.digest != then.digest).map(|(_, then)| then.effective);
        return Ok(Found::Stale { version, own, changed });
    }
    Ok(Found::Unknown)
}

/// What the whole item and this business type say; other types are other guides.
fn of_business(all: Vec<Difference>, business: &BusinessType) -> Vec<Difference> {
    let other = |place: &str| {
        place.strip_prefix("业务办理项 ").is_some_and(|rest| !rest.starts_with(business.name.as_str()))
    };
    all.into_iter().filter(|one| !other(&one.place)).collect()
}

fn of_local(then: &str, now: &LocalItem) -> Vec<Difference> {
    toml::from_str::<LocalItem>(then).map(|then| diff::of_locals(&then, now)).unwrap_or_default()
}
