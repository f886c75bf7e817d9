//! 亮证 full screen: a large code and the state, drawn anew each minute by the browser itself.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use identity::Person;
use web::{Answer, App, Page, PageCx, html};

use super::mine::held;
use crate::Keys;
use crate::elicence::{self, Edition};
use crate::licence::Licence;
use crate::status::Standing;

/// Seconds after which the page is asked for again.
const AGAIN: &str = "60";

#[derive(Template)]
#[template(path = "licences/live.html")]
struct LivePage {
    page: Page,
    licence: Licence,
    standing: Standing,
    edition: Option<Edition>,
    qr: String,
    shown_at: String,
}

/// `GET /me/licences/{bureau}/{number}/show`
pub(super) async fn show(
    cx: PageCx,
    person: Person,
    State(app): State<App>,
    Path((bureau, number)): Path<(String, String)>,
) -> Answer {
    let db = &mut app.db.clone();
    let licence = held(db, &person, &bureau, &number).await?;
    let edition = elicence::current(db, &bureau, &number).await?;
    let address = address(&app, &licence, edition.as_ref());
    let address = shown_now(&address, &Keys::new(app.settings().secret).shown(&number, app.now()));
    let back = format!("/me/licences/{bureau}/{number}");
    let mut answer = html(&LivePage {
        page: cx.page("亮证").crumb("我的许可证", "/me/licences").crumb("许可证", back),
        qr: papers::qr::svg(&address).map_err(web::Refusal::internal)?,
        standing: licence.standing(app.today()),
        shown_at: web::text::second(app.now()),
        licence,
        edition,
    })?;
    // Works without a script; a screen reader that is in the middle of the page can stay on the card instead.
    answer.headers_mut().insert("refresh", HeaderValue::from_static(AGAIN));
    Ok(answer)
}

/// The address with the moment it is shown at, before the signed part, which stays as it was sealed.
fn shown_now(address: &str, shown: &str) -> String {
    match address.split_once('#') {
        Some((open, signed)) => format!("{open}&t={shown}#{signed}"),
        None => format!("{address}&t={shown}"),
    }
}

/// What the code on the face holds: the sealed one, where there is one.
pub(super) fn address(app: &App, licence: &Licence, edition: Option<&Edition>) -> String {
    let sealed = edition.and_then(|edition| edition.paper.verify_url.clone());
    let settings = app.settings();
    sealed.unwrap_or_else(|| Keys::new(settings.secret).verify_url(&settings.base_url, &licence.number, None))
}
