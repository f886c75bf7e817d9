//! `GET /api/licences/{number}`: the public fields of a licence for programs.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use web::{Answer, App};

use crate::licence::Public;
use crate::{look_up, number};

#[derive(Serialize)]
struct Found<'a> {
    #[serde(flatten)]
    licence: &'a Public,
    /// `in-force`, `not-yet`, `paused`, `stopped`, `expired`, `cancelled`, `recalled`: what it is worth today.
    status: &'static str,
    status_text: &'static str,
    may_sell: bool,
    /// Everything committed before this instant is in the answer.
    as_of: Option<Timestamp>,
    /// The database has been silent for more than a minute; later changes may be missing.
    stale: bool,
}

#[derive(Serialize)]
struct NotFound {
    code: &'static str,
    says: String,
    next: &'static str,
    as_of: Option<Timestamp>,
    stale: bool,
}

pub(crate) async fn licence(State(app): State<App>, Path(written): Path<String>) -> Answer {
    let number = match number::read(&written) {
        Ok(number) => number,
        Err(fault) => return Err(crate::Fault::Number(fault).into()),
    };
    let looked = look_up::by_number(&app, &number).await?;
    let Some(licence) = &looked.licence else {
        let answer = NotFound {
            code: "licence-unknown",
            says: format!("登记簿中没有许可证号 {number}"),
            next: "请对照许可证核对 12 位号码；确认无误的，可拨打 12313 反映。",
            as_of: looked.as_of,
            stale: looked.stale,
        };
        return Ok((StatusCode::NOT_FOUND, fresh(Json(answer))).into_response());
    };
    let standing = licence.standing(app.today());
    let found = Found {
        licence,
        status: standing.code(),
        status_text: standing.label(),
        may_sell: standing.may_sell(),
        as_of: looked.as_of,
        stale: looked.stale,
    };
    Ok(fresh(Json(found)))
}

/// A licence can be revoked any moment: no cache may answer for us.
fn fresh(body: impl IntoResponse) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], body).into_response()
}
