//! JSON handlers: filing and reading a case from a program, under the same session and the same rules as the pages.
//!
//! `POST /api/files?name=a.jpg` takes the bytes of one file and answers `{digest, bytes, kind, name, proof}`; that answer,
//! with its `slot`, is a material of `POST /api/cases`. The proof ties a file to the person who sent it: to know the digest
//! of somebody else's ID card is not enough to hang it on a case of one's own and read it there.

use std::collections::BTreeMap;

use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, StatusCode};
use identity::Person;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use web::csrf::keyed_digest;
use web::{Answer, ApiJson, App, Face, Refusal};

use crate::actions::{self, By, Filing};
use crate::case::{Case, Channel, Material};
use crate::intake;
use crate::{Fault, store};

/// Bytes of one file; each material has its own smaller limit.
const FILE_LIMIT: usize = 20 << 20;

pub fn routes() -> Router<App> {
    let files =
        Router::new().route("/api/files", post(keep_file)).layer(DefaultBodyLimit::max(FILE_LIMIT + 1));
    Router::new()
        .route("/api/cases", post(file_case))
        .route("/api/cases/{bureau}/{id}", get(read_case))
        .merge(files)
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// A file that was taken in, as its sender gives it back with the case.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sent {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub slot: String,
    pub name: String,
    pub digest: String,
    pub bytes: i64,
    pub kind: String,
    pub proof: String,
}

fn proof(app: &App, subject: &str, sent: &Sent) -> String {
    let secret = &app.settings().secret;
    let parts: [&[u8]; 5] = [
        b"api-file",
        subject.as_bytes(),
        sent.digest.as_bytes(),
        &sent.bytes.to_be_bytes(),
        sent.kind.as_bytes(),
    ];
    URL_SAFE_NO_PAD.encode(keyed_digest(secret, &parts))
}

async fn keep_file(
    State(app): State<App>,
    person: Person,
    Query(Named { name }): Query<Named>,
    body: axum::body::Body,
) -> Answer {
    let limits = files::Limits { bytes: FILE_LIMIT as u64, ..files::Limits::default() };
    let (stored, looked) = match app.files().take_in(body.into_data_stream(), &name, limits).await {
        Ok(kept) => kept,
        Err(files::Fault::Refused(why)) => return Err(Fault::Refused(why).into()),
        Err(fault) => return Err(Fault::Files(fault).into()),
    };
    let mut sent = Sent {
        slot: String::new(),
        name: files::safe_name(&name),
        digest: stored.digest,
        bytes: i64::try_from(stored.bytes).unwrap_or(i64::MAX),
        kind: looked.kind.media_type().to_owned(),
        proof: String::new(),
    };
    sent.proof = proof(&app, &person.subject, &sent);
    Ok((StatusCode::CREATED, Json(sent)).into_response())
}

#[derive(Deserialize)]
struct NewCase {
    bureau: String,
    /// Slug or basic code of the item.
    item: String,
    /// Code, short name or slug of the business type.
    business: String,
    form: BTreeMap<String, String>,
    #[serde(default)]
    materials: Vec<Sent>,
    /// The promises of the confirm page, given in words by the caller's own form.
    promised: bool,
}

#[derive(Serialize)]
struct Receipt<'a> {
    number: &'a str,
    bureau: &'a str,
    id: &'a str,
    query_code: &'a str,
    received_at: String,
    notice_due: jiff::civil::Date,
    /// The calendar of that year is not published yet.
    notice_provisional: bool,
}

/// Files a case. The same `Idempotency-Key` of the same person answers 200 with the case of the first time.
async fn file_case(
    State(app): State<App>,
    person: Person,
    headers: HeaderMap,
    ApiJson(new): ApiJson<NewCase>,
) -> Answer {
    let key = format!("case:{}:{}", person.subject, key_of(&headers)?);
    if !new.promised {
        return Err(Fault::NoPromise.into());
    }
    let (item, business) = what(&app, &new)?;
    let mut db = app.db.clone();
    let terms = actions::terms(&app, &mut db, &new.bureau, &item.slug, &item.version, &business).await?;
    let materials = materials(&app, &person.subject, terms.business(), &new.materials)?;
    let mut looked = intake::look(terms.business(), &new.form, &materials, app.today());
    actions::refuse_unprintable(&app, &mut looked, &terms.business().form);
    intake::name_the_agent(&mut looked, person.by.is_some());
    actions::refuse_incomplete(&looked)?;
    let id = app.new_id();
    let filing = Filing {
        bureau: new.bureau.clone(),
        subject: person.subject.clone(),
        filed_by: By { id: person.actor().to_owned(), name: person.actor_name() },
        channel: Channel::Web,
        form: looked.values.clone(),
        materials,
        with: vec![db::idem::claim_statement(&new.bureau, &key, &id, app.now())],
        id,
    };
    match actions::file(&app, &terms, filing, looked.warnings, None).await {
        Ok(case) => Ok(receipt(&app, StatusCode::CREATED, &case)),
        Err(Fault::Store(fault)) if fault.is_unique_on("idem") => {
            let case = earlier(&mut db, &new.bureau, &key).await?;
            if case.form != looked.values {
                return Err(key_used().into());
            }
            Ok(receipt(&app, StatusCode::OK, &case))
        }
        Err(fault) => Err(fault.into()),
    }
}

/// The item and business type, when the bureau takes applications for it here and now.
fn what(app: &App, new: &NewCase) -> Result<(std::sync::Arc<catalog::Item>, String), Fault> {
    let catalogue = app.part::<catalog::Catalogue>();
    let item = catalogue.item(&new.item).ok_or(Fault::Unknown)?;
    let business = item.business(&new.business).ok_or(Fault::Unknown)?;
    actions::takes_applications(app, item, business, Some(&new.bureau))?;
    let local = catalogue.local(item, &new.bureau);
    if !local.is_some_and(|local| local.bureau == new.bureau && local.takes_applications()) {
        return Err(Fault::BadEntry("请选择店铺所在区县的烟草专卖局".to_owned()));
    }
    Ok((item.clone(), business.code.clone()))
}

fn materials(
    app: &App,
    subject: &str,
    business: &catalog::BusinessType,
    sent: &[Sent],
) -> Result<Vec<Material>, Fault> {
    let refuse = |says: String| Err(Fault::BadEntry(says));
    let mut taken: Vec<Material> = vec![];
    for one in sent {
        let Some(spec) = business.material(&one.slot).filter(|spec| !spec.generated) else {
            return refuse(format!("没有“{}”这种材料", one.slot));
        };
        if !bool::from(proof(app, subject, one).as_bytes().ct_eq(one.proof.as_bytes())) {
            return refuse(format!("“{}”不是您上传的文件，请先上传", spec.name));
        }
        if !spec.accept.iter().any(|accept| accept.mime() == one.kind)
            || one.bytes.unsigned_abs() > spec.max_bytes
        {
            return refuse(format!("“{}”的文件类型或者大小不符合要求", spec.name));
        }
        if taken.iter().filter(|known| known.slot == one.slot).count() >= usize::from(spec.pages) {
            return refuse(format!("“{}”最多上传 {} 个文件", spec.name, spec.pages));
        }
        taken.push(Material {
            id: app.new_id(),
            slot: one.slot.clone(),
            name: files::safe_name(&one.name),
            digest: one.digest.clone(),
            bytes: one.bytes,
            kind: one.kind.clone(),
            round: 0,
            added_at: app.now().as_microsecond(),
        });
    }
    Ok(taken)
}

/// The case an earlier request with this key made.
async fn earlier(db: &mut db::Db, bureau: &str, key: &str) -> Result<Case, Fault> {
    let mut patience = actions::Patience::default();
    loop {
        if let Some(id) = db::idem::answer(db, bureau, key).await? {
            return store::by_id(db, bureau, &id).await?.ok_or(Fault::Unknown);
        }
        if !patience.waits().await {
            return Err(Fault::Unknown);
        }
    }
}

fn receipt(app: &App, status: StatusCode, case: &Case) -> Response {
    let notice = law::limits::supplement_notice_due(case.received_on(), &app.calendar());
    let receipt = Receipt {
        number: &case.number,
        bureau: &case.bureau,
        id: &case.id,
        query_code: &case.query_code,
        received_at: case.received_at.to_string(),
        notice_due: notice.on,
        notice_provisional: notice.provisional,
    };
    (status, Json(receipt)).into_response()
}

/// 8 to 128 visible characters, chosen by the caller.
fn key_of(headers: &HeaderMap) -> Result<&str, Refusal> {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).unwrap_or_default();
    let fits = (8..=128).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if fits {
        return Ok(key);
    }
    Err(Refusal::new(Face::new(
        StatusCode::BAD_REQUEST,
        "idempotency-key",
        "缺少 Idempotency-Key，或者不符合要求",
        "每份申请生成一个 8 至 128 个可见字符的键；重发同一份申请时用同一个键。",
    )))
}

fn key_used() -> Face {
    Face::conflict(
        "idempotency-key-used",
        "这个 Idempotency-Key 已经用于另一份内容不同的申请",
        "新的申请请用新的键；查询前一份申请请用原来返回的办件编号。",
    )
}

#[derive(Serialize)]
struct Read<'a> {
    number: &'a str,
    bureau: &'a str,
    id: &'a str,
    item: &'a str,
    item_version: &'a str,
    business: &'a str,
    stage: &'static str,
    says: &'static str,
    received_at: String,
    changed_at: String,
    notice_due: Option<jiff::civil::Date>,
    promise_due: Option<jiff::civil::Date>,
    decide_due: Option<jiff::civil::Date>,
    deliver_due: Option<jiff::civil::Date>,
    form: &'a BTreeMap<String, String>,
}

/// One's own case.
async fn read_case(
    State(app): State<App>,
    person: Person,
    Path((bureau, id)): Path<(String, String)>,
) -> Answer<Response> {
    let case = actions::mine(&app, &person.subject, &bureau, &id).await?;
    let read = Read {
        number: &case.number,
        bureau: &case.bureau,
        id: &case.id,
        item: &case.item,
        item_version: &case.item_version,
        business: &case.business,
        stage: case.stage.code(),
        says: case.stage.says(),
        received_at: case.received_at.to_string(),
        changed_at: case.changed_at.to_string(),
        notice_due: case.due.notice,
        promise_due: case.due.promise,
        decide_due: case.due.decide,
        deliver_due: case.due.deliver,
        form: &case.form,
    };
    Ok(Json(read).into_response())
}
