//! 事项大厅 and 办事指南. What the guides show is in memory; only their versions, their followers and what readers say of them
//! are read from the database.

mod at;
pub mod current;
mod follow;
pub mod guide;
pub mod guide_json;
mod hall;
mod handout;
pub mod index;
mod offices;
mod papers;
mod said;
mod screen;
mod situation;
mod versions;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use web::place::{remember, remembered};
use web::{App, Class, Face, Limiter, Refusal};

use crate::catalogue::Catalogue;
use crate::item::{BusinessType, Item};
use crate::local::LocalItem;

/// Query parameters of a guide: `view`, `bureau` and one for each switch of the situation.
pub type Asked = BTreeMap<String, String>;

/// What readers say of guides: enough for a family behind one address.
const WORDS: Class = Class { name: "guide-words", per_minute: 10, burst: 10 };

/// Setting type keeps a processor busy for a moment: enough for a hall, too little for a robot.
const FILES: Class = Class { name: "guide-files", per_minute: 60, burst: 60 };

/// More bureaus than this are looked for on a page of their own instead of standing in every guide.
const MOST_LISTED: usize = 60;

/// `/items`, `/guides/{item}/{type}` and its blank and filled papers.
pub fn routes() -> Router<App> {
    let said = Router::new().route("/guides/{item}/{business}/feedback", post(said::say));
    let files = Router::new()
        .route("/guides/{item}/{business}/guide.pdf", get(handout::guide))
        .route("/guides/{item}/{business}/sample/{material}/file.pdf", get(papers::sample_file))
        .route("/guides/{item}/{business}/blank/{material}/file.pdf", get(papers::blank_file));
    Router::new()
        .route("/items", get(hall::hall))
        .route("/guides/{item}/{business}", get(guide::guide))
        .route("/guides/{item}/{business}/guide.json", get(guide_json::guide_json))
        .route("/guides.json", get(index::index))
        .route("/guides/{item}/{business}/offices", get(offices::offices))
        .route("/guides/{item}/{business}/versions", get(versions::versions))
        .route("/guides/{item}/{business}/current", get(current::current))
        .route("/guides/{item}/{business}/follow", get(follow::show).post(follow::follow))
        .route("/guides/{item}/{business}/leave", post(follow::leave))
        .merge(Limiter::new(WORDS).guard(said))
        .merge(Limiter::new(FILES).guard(files))
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
    let code = asked.get("bureau").cloned().or_else(|| remembered(app, headers))?;
    catalogue.own_local(item, &code).filter(|local| item.is_accepted_at(local.level))
}

/// As [`offices`], as far as a page lists them: those near the chosen one when there are too many.
fn choosable<'a>(
    catalogue: &'a Catalogue,
    item: &'a Item,
    chosen: Option<&'a LocalItem>,
) -> Vec<&'a LocalItem> {
    match chosen {
        Some(chosen) if catalogue.locals_of(item) > MOST_LISTED => vec![chosen],
        _ => offices_up_to(catalogue, item, MOST_LISTED),
    }
}

fn offices_up_to<'a>(catalogue: &'a Catalogue, item: &'a Item, most: usize) -> Vec<&'a LocalItem> {
    catalogue.locals(item).filter(|local| item.is_accepted_at(local.level)).take(most).collect()
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
