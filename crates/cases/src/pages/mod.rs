//! Pages and forms of cases: the applicant's, the officers', and the progress page for anybody with number and code.

pub mod applicant;
pub mod desk;

use axum::Router;
use web::App;

/// All routes of cases.
pub fn routes() -> Router<App> {
    Router::new().merge(applicant::routes()).merge(desk::routes()).merge(crate::api::routes())
}
