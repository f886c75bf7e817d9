//! To come.

use axum::Router;
use web::App;

pub fn routes() -> Router<App> {
    Router::new()
}
