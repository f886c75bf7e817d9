//! What other systems read of an electronic licence: the record of the type for anyone, the metadata for who may.

use askama::Template;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use identity::{Act, Officer, Person};
use serde::Deserialize;
use web::{Answer, App, Page, PageCx, html};

use super::desk::looked_at;
use crate::elicence::{self, Edition, Metadata, TypeRecord, grant};
use crate::{Fault, number, store};

#[derive(Template)]
#[template(path = "licences/type.html")]
struct TypePage {
    page: Page,
    record: &'static TypeRecord,
}

/// `GET /elicence/type`: 证照类型要素, as a page or as JSON.
pub(super) async fn type_record(cx: PageCx) -> Answer {
    let record = elicence::retail();
    if cx.cx.wants_json() {
        return Ok(Json(record).into_response());
    }
    html(&TypePage { page: cx.page("电子证照类型"), record })
}

#[derive(Deserialize)]
pub(super) struct Under {
    /// The token of a look opened with a code.
    r#use: Option<String>,
}

/// `GET /api/elicences/{number}`: 证照元数据, for the holder, for officers of the issuing bureau, and for who was given
/// the use. For everybody else it looks as if there were none.
pub(super) async fn metadata(
    State(app): State<App>,
    officer: Option<Officer>,
    person: Option<Person>,
    Path(written): Path<String>,
    Query(under): Query<Under>,
) -> Answer {
    let number = number::read(&written).map_err(Fault::Number)?;
    let bureau = store::bureau_of(&mut app.db.clone(), &number).await?.ok_or(Fault::Unknown)?;
    let edition = match (under.r#use, officer, person) {
        (Some(token), ..) => used(&app, &bureau, &number, &token).await?,
        (None, Some(officer), _) => read(&app, &officer, &bureau, &number).await?,
        (None, None, Some(person)) => held(&app, &person, &bureau, &number).await?,
        (None, None, None) => return Err(Fault::Unknown.into()),
    };
    let metadata = Json(Metadata::of(&edition, app.today()));
    Ok(([(header::CACHE_CONTROL, "private, no-store")], metadata).into_response())
}

async fn used(app: &App, bureau: &str, number: &str, token: &str) -> Result<Edition, Fault> {
    let look = grant::look(app, bureau, token).await?;
    if look.edition.number == number { Ok(look.edition) } else { Err(Fault::Unknown) }
}

async fn read(app: &App, officer: &Officer, bureau: &str, number: &str) -> Answer<Edition> {
    if officer.bureau != bureau {
        return Err(Fault::Unknown.into());
    }
    looked_at(app, officer, Act::ReadLicence, number, "read").await?;
    Ok(elicence::current(&mut app.db.clone(), bureau, number).await?.ok_or(Fault::NoEdition)?)
}

async fn held(app: &App, person: &Person, bureau: &str, number: &str) -> Result<Edition, Fault> {
    let db = &mut app.db.clone();
    super::mine::held(db, person, bureau, number).await?;
    elicence::current(db, bureau, number).await?.ok_or(Fault::NoEdition)
}
