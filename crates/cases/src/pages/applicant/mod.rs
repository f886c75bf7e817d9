//! The applicant's pages: from the choice of the county to the delivered decision. Every one works without script.

mod case;
mod confirm;
mod control;
mod draft;
mod fill;
mod ledger;
mod materials;
mod mine;
mod needed;
mod newer;
pub(crate) mod paper;
mod prefill;
mod progress;
mod start;
mod status;
mod supplement;
mod upload;
mod withdraw;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use web::{App, Class, Limiter};

/// A form with one file. Far above the largest file we take, so that somebody who sends a photo of 50 MB gets a page that
/// says so; most of it is read and thrown away.
const UPLOAD_BODY: usize = 96 << 20;

/// Guessing query codes: a person types one or two, a machine thousands.
const GUESSES: Class = Class { name: "progress", per_minute: 20, burst: 10 };

pub fn routes() -> Router<App> {
    let uploads = Router::new()
        .route("/drafts/{id}/materials/{slot}", post(materials::upload))
        .route("/cases/{bureau}/{id}/supplement/{slot}", post(supplement::upload))
        .layer(DefaultBodyLimit::max(UPLOAD_BODY));
    let lookups = Limiter::new(GUESSES).guard(Router::new().route("/progress", post(progress::look)));
    Router::new()
        .route("/guides/{item}/{business}/mine", get(needed::show))
        .route("/apply/{item}/{business}", get(start::choose).post(start::begin))
        .route("/drafts/{id}", get(start::resume))
        .route("/drafts/{id}/notice", get(start::notice).post(start::notice_read))
        .route("/drafts/{id}/check", get(start::check).post(start::checked))
        .route("/drafts/{id}/form", get(fill::show).post(fill::save))
        .route("/drafts/{id}/form/look", post(fill::look))
        .route("/drafts/{id}/autosave", post(fill::autosave))
        .route("/drafts/{id}/materials", get(materials::show).post(materials::next))
        .route("/drafts/{id}/materials/{slot}/{file}/delete", post(materials::delete))
        .route("/drafts/{id}/files/{file}", get(materials::file))
        .route("/drafts/{id}/confirm", get(confirm::show).post(confirm::submit))
        .route("/drafts/{id}/newer", get(newer::ask).post(newer::choose))
        .route("/drafts/{id}/discard", get(mine::ask_discard).post(mine::discard))
        .route("/me/cases", get(mine::list))
        .route("/cases/{bureau}/{id}", get(case::show))
        .route("/cases/{bureau}/{id}/receipt", get(confirm::receipt))
        .route("/cases/{bureau}/{id}/ledger", get(ledger::show))
        .route("/cases/{bureau}/{id}/papers/{file}", get(paper::open))
        .route("/cases/{bureau}/{id}/materials/{file}", get(paper::material))
        .route("/cases/{bureau}/{id}/supplement", get(supplement::show).post(supplement::hand_in))
        .route("/cases/{bureau}/{id}/supplement/{slot}/{file}/delete", post(supplement::delete))
        .route("/cases/{bureau}/{id}/withdraw", get(withdraw::ask).post(withdraw::withdraw))
        .route("/progress", get(progress::ask))
        .merge(uploads)
        .merge(lookups)
}
