//! The officers' workbench (工作台): what is to be done, the case, and a page for each step.
//!
//! Every step has its own page that can be filled in, sent, and filled in again with what was typed. Steps that only
//! ask for a few entries share one ([`steps`]); the supplement notice, the decision and the inspection have their own.

mod case_page;
mod conflict;
mod decide;
mod files;
mod findings;
mod inspect;
mod inspect_save;
mod inspected;
mod ledger;
mod lists;
mod possible;
mod steps;
mod supplement;
mod told;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use identity::Officer;
use web::{App, Flash, Page, PageCx};

use crate::actions::At;

/// A phone's photo with the form around it; `files` holds the photo itself to its own limit.
const PHOTO_FORM: usize = 21 << 20;

pub fn routes() -> Router<App> {
    let case = |tail: &str| format!("/desk/cases/{{bureau}}/{{id}}{tail}");
    Router::new()
        .route("/desk", get(lists::tasks))
        .route("/desk/cases", get(lists::cases))
        .route(&case(""), get(case_page::show))
        .route(&case("/ledger"), get(ledger::show))
        .route(&case("/findings"), post(findings::note))
        .route(&case("/supplement"), get(supplement::edit).post(supplement::send))
        .route(&case("/decide"), get(decide::form).post(decide::take))
        .route(&case("/decide/preview"), post(decide::preview))
        .route(&case("/decide/call-off"), post(decide::call_off))
        .route(&case("/inspect"), get(inspect::show))
        .route(&case("/inspect/check/{key}"), post(inspect_save::check))
        .route(
            &case("/inspect/photo/{key}"),
            post(inspect_save::photo).layer(DefaultBodyLimit::max(PHOTO_FORM)),
        )
        .route(&case("/inspect/summary"), post(inspect_save::summary))
        .route(&case("/inspect/sign"), post(inspect_save::sign))
        .route(&case("/inspect/party"), post(inspect_save::party))
        .route(&case("/inspect/submit"), post(inspect_save::submit))
        .route(&case("/materials/{material}"), get(files::material))
        .route(&case("/photos/{photo}"), get(files::photo))
        .route(&case("/signatures/{digest}"), get(files::signature))
        .route(&case("/mandates/{mandate}"), get(files::mandate))
        .route(&case("/papers/{paper}"), get(files::paper))
        .route(&case("/{step}"), get(steps::form).post(steps::take))
}

/// An officer at the desk: everything a handler needs beside the address.
pub(super) struct Desk {
    pub app: App,
    pub cx: PageCx,
    pub officer: Officer,
}

impl FromRequestParts<App> for Desk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Desk, Response> {
        let officer = <Officer as FromRequestParts<App>>::from_request_parts(parts, app).await;
        let officer = officer.map_err(IntoResponse::into_response)?;
        let Ok(cx) = PageCx::from_request_parts(parts, app).await;
        Ok(Desk { app: app.clone(), cx, officer })
    }
}

impl Desk {
    /// A page below the case.
    fn case_page(&self, title: impl Into<String>, at: &At, number: &str) -> Page {
        self.cx.page(title).crumb("工作台", "/desk").crumb(number, href(at, ""))
    }

    /// Back to the case with a word on what was done.
    fn done(&self, at: &At, says: impl Into<String>) -> Response {
        Flash::done(says).redirect(&self.app, &href(at, ""))
    }
}

/// The address of a case at the desk, or of something below it: `/inspect`.
fn href(at: &At, below: &str) -> String {
    format!("/desk/cases/{}/{}{below}", at.bureau, at.id)
}

/// The case an address names, before any version was seen.
fn at(bureau: String, id: String) -> At {
    At { bureau, id, seen: None }
}

/// The version of the case the sent page had shown. A form without one is held against nothing and would overwrite
/// what a colleague did, so it counts as a version that never was.
fn seen(typed: &web::Fields) -> Option<i64> {
    Some(typed.get("seen").parse().unwrap_or(-1))
}
