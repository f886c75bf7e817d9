//! Pages of signing in, registering and one's own affairs.

use axum::Router;
use web::App;

pub fn routes() -> Router<App> {
    Router::new()
}

/// `next=…` for an address to come back to.
pub(crate) fn next_query(next: &str) -> String {
    serde_urlencoded::to_string([("next", next)]).unwrap_or_default()
}
