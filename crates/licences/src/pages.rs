//! The pages of licences: verification for anyone, the holder's own licences and the grants to others,
//! and the bureau's desk.

mod bulk;
mod check;
mod desk;
mod elicence;
mod ending;
mod grants;
mod live;
mod mine;
mod pdf;
mod possible;
mod published;
mod refused;
mod steps;
mod uses;
mod verify;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use web::{App, Class, Limiter};

/// How often one address may look up in a minute, before it is asked to wait. A whole office may stand behind one
/// address; a thief of the register would need months.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub pages: u32,
    pub api: u32,
    /// Files to be verified: each costs some milliseconds of computing and a transfer of megabytes.
    pub files: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { pages: Class::LOOKUP.per_minute, api: 600, files: 60 }
    }
}

pub fn routes() -> Router<App> {
    routes_limited(Limits::default())
}

pub fn routes_limited(limits: Limits) -> Router<App> {
    let pages = Class { name: "verify", per_minute: limits.pages, burst: limits.pages };
    let api = Class { name: "licence-api", per_minute: limits.api, burst: limits.api };
    let verify = Router::new()
        .route("/verify", get(verify::search))
        .route("/verify/{number}", get(verify::licence))
        .route("/v/{number}", get(verify::licence));
    let files = Class { name: "verify-file", per_minute: limits.files, burst: limits.files };
    let drop = Router::new()
        .route("/verify/file", get(check::ask).post(check::answer))
        .layer(DefaultBodyLimit::max(check::MOST_BODY));
    let open = Router::new()
        .route("/verify/offline", get(published::offline))
        .route("/verify/worker.js", get(published::worker))
        .route("/elicence/keys", get(published::keys))
        .route("/elicence/trust.pem", get(published::trust))
        .route("/elicence/status/{bureau}", get(published::status));
    let programs = Router::new()
        .route("/api/licences/{number}", get(crate::api::licence))
        .route("/api/elicences/{number}", get(elicence::metadata));
    let uses = Router::new()
        .route("/elicence/use", get(uses::form).post(uses::enter))
        .route("/elicence/use/{bureau}/{token}", get(uses::show))
        .route("/elicence/use/{bureau}/{token}/face.pdf", get(uses::pdf));
    Limiter::new(pages)
        .guard(verify)
        .merge(Limiter::new(files).guard(drop))
        .merge(Limiter::new(api).guard(programs.merge(open)))
        .merge(Limiter::new(Class::LOOKUP).guard(uses))
        .route("/elicence/type", get(elicence::type_record))
        .merge(mine::routes())
        .merge(desk::routes())
}
