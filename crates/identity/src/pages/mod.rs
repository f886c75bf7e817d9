//! Pages of signing in, registering and one's own affairs.

mod forgot;
mod login;
mod mandate_form;
mod mandates;
mod me;
mod messages;
mod names;
mod posts;
mod register;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use web::{App, Class, Limiter};

/// Every page of this matter.
pub fn routes() -> Router<App> {
    let guarded = Router::new()
        .route("/login", get(login::form).post(login::with_password))
        .route("/login/code", get(login::code_form).post(login::with_code))
        .route("/login/forgot", get(forgot::form).post(forgot::set))
        .route("/register/{kind}", get(register::form).post(register::submit));
    Limiter::new(Class::LOGIN)
        .guard(guarded)
        .route("/register", get(register::choose))
        .route("/logout", post(login::out))
        .route("/resume/{key}", get(login::resume))
        .route("/me", get(me::home))
        .route("/me/alive", get(me::alive))
        .route("/me/sign-out-everywhere", post(me::sign_out_everywhere))
        .route("/me/sessions/end", post(me::end_session))
        .route("/me/password", get(me::password_form).post(me::change_password))
        .route("/me/post", post(me::switch_post))
        .route("/me/messages", get(messages::list))
        .route("/me/messages/read-all", post(messages::read_all))
        .route("/me/messages/{id}", get(messages::open))
        .route(
            "/me/mandates",
            get(mandates::list).post(mandates::ask).layer(DefaultBodyLimit::max(mandate_form::BODY)),
        )
        .route("/me/mandates/{id}/paper", get(mandates::paper))
        .route("/me/mandates/decide", post(mandates::decide))
        .route("/me/acting", post(mandates::act))
        .route("/desk/officers", get(posts::list).post(posts::change))
}

/// `next=…` for an address to come back to.
pub(crate) fn next_query(next: &str) -> String {
    serde_urlencoded::to_string([("next", next)]).unwrap_or_default()
}
