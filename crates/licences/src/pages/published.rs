//! What others need to verify without asking us: the certificates of those who sign, the signed list of each bureau, and
//! the page that keeps both on an inspector's phone.

use std::collections::HashMap;
use std::sync::{LazyLock, RwLock};

use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use guomi::x509::{Cert, Purpose, Trust};
use serde::Serialize;
use web::{Answer, App, Face, Page, PageCx, Refusal, html};

use crate::check::Offices;
use crate::statement::Signatory;
use crate::status_list::{Published, Publisher, published, publishing};

#[derive(Serialize)]
struct Keys {
    keys: Vec<Key>,
    /// Bureaus whose status list can be had.
    lists: Vec<String>,
}

#[derive(Serialize)]
struct Key {
    /// First eight bytes of SM3 over the certificate.
    kid: String,
    bureau: String,
    name: String,
    from: String,
    to: String,
    /// PEM, the signatory first, the root last.
    chain: Vec<String>,
}

/// `GET /elicence/keys`
pub(super) async fn keys(State(app): State<App>) -> Answer {
    let offices = app.try_part::<Offices>();
    let signatories = offices.as_ref().map(|offices| offices.seals.signatories()).unwrap_or_default();
    let trust = offices.and_then(|offices| offices.seals.trust());
    let keys: Vec<Key> = signatories.iter().map(|signatory| key(signatory, trust.as_deref())).collect();
    // While the database is away the lists read last can still be had: let them be asked for.
    let lists = publishing(&mut app.db.clone()).await;
    let lists = lists.unwrap_or_else(|_| keys.iter().map(|key| key.bureau.clone()).collect());
    Ok(([(header::CACHE_CONTROL, "public, max-age=300")], Json(Keys { keys, lists })).into_response())
}

fn key(signatory: &Signatory, trust: Option<&Trust>) -> Key {
    let cert = &signatory.cert;
    let chain = trust.and_then(|trust| trust.check(cert, cert.not_before(), Purpose::Sign).ok());
    let chain = chain.map_or_else(|| vec![cert.clone()], |chain| chain.certs);
    Key {
        kid: hex::encode(signatory.kid()),
        bureau: signatory.bureau.clone(),
        name: cert.name(),
        from: cert.not_before().to_string(),
        to: cert.not_after().to_string(),
        chain: chain.iter().map(Cert::to_pem).collect(),
    }
}

/// `GET /elicence/trust.pem`: root and CA, for those who verify on their own machines (`yanzheng verify --trust`).
pub(super) async fn trust(State(app): State<App>) -> Answer {
    let trust = app.try_part::<Offices>().and_then(|offices| offices.seals.trust());
    let trust = trust.ok_or_else(|| Refusal::new(super::check::not_set_up()))?;
    let headers = [
        (header::CONTENT_TYPE, "application/x-pem-file"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"yanzheng-trust.pem\""),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    Ok((headers, trust.to_pem()).into_response())
}

/// The lists as they were read last, for the time while the database is away.
static LAST: LazyLock<RwLock<HashMap<String, Published>>> = LazyLock::new(RwLock::default);

/// `GET /elicence/status/{bureau}`
pub(super) async fn status(State(app): State<App>, Path(bureau): Path<String>, headers: HeaderMap) -> Answer {
    let list = match current(&app, &bureau).await {
        Ok(Some(list)) => {
            LAST.write().expect("nothing panics inside").insert(bureau.clone(), list.clone());
            list
        }
        Ok(None) => return Err(Refusal::new(no_list())),
        Err(fault) => {
            let last = LAST.read().expect("nothing panics inside").get(&bureau).cloned();
            last.ok_or_else(|| Refusal::from(crate::Fault::Store(fault)))?
        }
    };
    Ok(list_answer(list, &headers))
}

async fn current(app: &App, bureau: &str) -> Result<Option<Published>, db::Fault> {
    // A licence taken back a minute ago must not pass for good until the watchman's next round.
    if let Some(publisher) = app.try_part::<Publisher>()
        && let Err(fault) = publisher.freshen(bureau, app.now()).await
    {
        tracing::warn!(%fault, bureau, "the status list could not be brought up to date; the last one stays");
    }
    published(&mut app.db.clone(), bureau).await
}

fn list_answer(list: Published, headers: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", &list.digest[..32.min(list.digest.len())]);
    let fresh = [
        // Five minutes: a revoked licence is to be known soon, and inspectors ask often.
        (header::CACHE_CONTROL, "public, max-age=300".to_owned()),
        (header::ETAG, tag.clone()),
        (header::CONTENT_TYPE, "application/cose; cose-type=\"cose-sign1\"".to_owned()),
    ];
    let known = headers.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    if known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)) {
        return (StatusCode::NOT_MODIFIED, fresh).into_response();
    }
    (fresh, list.body).into_response()
}

fn no_list() -> Face {
    let next = "请核对机关代码。刚启用的机关，请过几分钟再取；也可以按许可证号在线查验。";
    Face::unknown("status-list-unknown", "这个机关还没有公布状态清单", next)
        .action("按许可证号查验", "/verify")
}

#[derive(Template)]
#[template(path = "licences/offline.html")]
struct OfflinePage {
    page: Page,
}

/// `GET /verify/offline`
pub(super) async fn offline(cx: PageCx) -> Answer {
    html(&OfflinePage { page: cx.page("离线核验二维码").crumb("查验许可证", "/verify") })
}

/// The files that the page needs, by their plain names.
const NEEDED: [&str; 6] =
    ["css/app.css", "js/app.js", "js/search.js", "js/statement.js", "js/code.js", "img/mark.svg"];

/// `GET /verify/worker.js`: the service worker, told which files belong to this version of the program. It stands under a
/// fixed address because the browser asks for it again by that; the header lets it answer for `/v/…` as well.
pub(super) async fn worker() -> Response {
    const SOURCE: &str = include_str!("../../../../assets/js/worker.js");
    let files: Vec<String> = NEEDED.iter().map(|name| web::assets::href(name)).collect();
    let files = serde_json::to_string(&files).expect("texts become JSON");
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::HeaderName::from_static("service-worker-allowed"), "/"),
    ];
    (headers, format!("const FILES = {files};\n{SOURCE}")).into_response()
}
