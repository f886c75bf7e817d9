//! 事项大厅 and 办事指南. Everything shown is in memory; no page here reads the database.

mod guide;
mod guide_json;
mod hall;
mod papers;
mod situation;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::get;
use web::{App, Face, Refusal};

use crate::catalogue::Catalogue;
use crate::item::{BusinessType, Item};
use crate::local::LocalItem;

/// Query parameters of a guide: `view`, `bureau` and one for each switch of the situation.
type Asked = BTreeMap<String, String>;

/// Remembers the bureau a visitor chose; it is no secret and names no person.
/// The bureau that a visitor chose last.
pub const BUREAU_COOKIE: &str = "yz_bureau";

/// `/items`, `/guides/{item}/{type}` and its blank and filled papers.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/items", get(hall::hall))
        .route("/guides/{item}/{business}", get(guide::guide))
        .route("/guides/{item}/{business}/guide.json", get(guide_json::guide_json))
        .route("/guides/{item}/{business}/sample/{material}", get(papers::sample))
        .route("/guides/{item}/{business}/blank/{material}", get(papers::blank))
}

/// The bureau a visitor means: the one asked for, else the one remembered. Only bureaus that
/// take applications count.
fn chosen_bureau<'a>(
    app: &App,
    headers: &HeaderMap,
    catalogue: &'a Catalogue,
    item: &'a Item,
    asked: &Asked,
) -> Option<&'a LocalItem> {
    let jar = web::cookies::Jar::of(app.settings());
    let code = asked.get("bureau").cloned().or_else(|| jar.read(headers, BUREAU_COOKIE))?;
    offices(catalogue, item).into_iter().find(|local| local.bureau == code)
}

/// The bureaus that take applications for an item, by code.
fn offices<'a>(catalogue: &'a Catalogue, item: &'a Item) -> Vec<&'a LocalItem> {
    catalogue.locals(item).filter(|local| item.is_accepted_at(local.level)).collect()
}

fn find<'a>(
    catalogue: &'a Catalogue,
    item: &str,
    business: &str,
) -> Result<(&'a Arc<Item>, &'a BusinessType), Refusal> {
    let found = catalogue.item(item).and_then(|item| Some((item, item.business(business)?)));
    found.ok_or_else(|| unknown("没有找到这个事项"))
}

fn unknown(says: &str) -> Refusal {
    let face = Face::unknown("guide-unknown", says, "地址可能写错了。请从事项大厅选择要办的事。");
    Refusal::new(face.action("去事项大厅", "/items"))
}
