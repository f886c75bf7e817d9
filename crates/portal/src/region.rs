//! 切换区县: which bureau a visitor means. It is remembered in the browser; guides, the service hall and the front page
//! then show that bureau's telephone, hall and rules.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Redirect};
use catalog::{Catalogue, LocalItem};
use http::HeaderMap;
use serde::Deserialize;
use web::place::{PlaceNames, remember, remembered};
use web::{Answer, App, Fields, Page, PageCx, html, safe_next};

#[derive(Deserialize)]
pub struct From {
    #[serde(default)]
    back: String,
}

#[derive(Template)]
#[template(path = "region.html")]
struct RegionPage {
    page: Page,
    back: String,
    /// Code and name of each bureau that serves people at a counter, and whether it is the chosen one.
    bureaus: Vec<(String, String, bool)>,
}

/// `GET /region`
pub async fn choose(
    State(app): State<App>,
    cx: PageCx,
    headers: HeaderMap,
    Query(from): Query<From>,
) -> Answer {
    let chosen = remembered(&app, &headers);
    let catalogue = app.part::<Catalogue>();
    let one = |local: &LocalItem| {
        let is_chosen = chosen.as_deref() == Some(local.bureau.as_str());
        (local.bureau.clone(), local.bureau_name.clone(), is_chosen)
    };
    let bureaus = serving(&catalogue).into_iter().map(one).collect();
    html(&RegionPage { page: cx.page("切换区县"), back: safe_next(&from.back).to_owned(), bureaus })
}

/// `POST /region`
pub async fn switch(State(app): State<App>, fields: Fields) -> Answer {
    let asked = fields.get("bureau");
    let catalogue = app.part::<Catalogue>();
    let known = serving(&catalogue).iter().any(|local| local.bureau == asked);
    // An unknown one, or none, is the whole city again.
    let cookie = remember(&app, known.then_some(asked));
    let back = Redirect::to(safe_next(fields.get("back")));
    Ok((AppendHeaders([(SET_COOKIE, cookie)]), back).into_response())
}

/// Names districts in the bar of every page.
pub fn names() -> PlaceNames {
    PlaceNames(Arc::new(|app, code| {
        let catalogue = app.part::<Catalogue>();
        let chosen = serving(&catalogue).into_iter().find(|local| local.bureau == code);
        chosen.map(|local| local.bureau_name.clone())
    }))
}

/// The bureaus where people apply, by code.
pub fn serving(catalogue: &Catalogue) -> Vec<&LocalItem> {
    let item = catalogue.items().iter().find(|item| item.is_person_served());
    let locals = item.into_iter().flat_map(|item| catalogue.locals(item));
    locals.filter(|local| local.takes_applications()).collect()
}
