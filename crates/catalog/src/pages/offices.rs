//! Finding the bureau to apply to when there are more than a guide can list.

use askama::Template;
use axum::extract::{Path, Query, State};
use web::{Answer, App, Page, PageCx, html};

use super::{Asked, find};
use crate::catalogue::Catalogue;
use crate::local::LocalItem;

#[derive(Template)]
#[template(path = "catalog/offices.html")]
struct OfficesPage<'a> {
    page: Page,
    guide: String,
    sought: String,
    found: Vec<&'a LocalItem>,
    more: bool,
}

const MOST: usize = 50;

/// `GET /guides/{item}/{type}/offices?q=`: by name, place or the beginning of the code.
pub async fn offices(
    cx: PageCx,
    State(app): State<App>,
    Path((item, business)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Answer {
    let catalogue = app.part::<Catalogue>();
    let (item, business) = find(&catalogue, &item, &business)?;
    let sought: String =
        asked.get("q").map(|text| text.trim().chars().take(40).collect()).unwrap_or_default();
    let fits = |local: &&LocalItem| {
        item.is_accepted_at(local.level)
            && (local.bureau_name.contains(&sought)
                || local.bureau.starts_with(&sought)
                || local.halls.iter().any(|hall| hall.address.contains(&sought)))
    };
    let mut found: Vec<&LocalItem> = catalogue.locals(item).filter(fits).take(MOST + 1).collect();
    let more = found.len() > MOST;
    found.truncate(MOST);
    let guide = format!("/guides/{}/{}", item.slug, business.slug);
    html(&OfficesPage {
        page: cx.page("选择受理机关").crumb(item.title(business), guide.clone()),
        guide,
        sought,
        found,
        more,
    })
}
