//! 核验电子证照: anyone drops a file and is told, step by step, whether it is genuine and what it is worth today.
//! The file is read in memory and gone with the answer.

use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use tokio::sync::{Semaphore, SemaphorePermit};
use web::{Answer, App, Face, Page, PageCx, Refusal, html};

use crate::Register;
use crate::check::{Against, Offices, Outcome, Records, examine_file};

/// Bytes of a file. A sealed licence has a tenth of a megabyte, a decision of thirty pages one.
pub(super) const MOST: usize = 20 << 20;
/// With the token and the borders of the form.
pub(super) const MOST_BODY: usize = MOST + (64 << 10);
/// Large files held in memory at a time. Files as we issue them are small and never wait for a place, so nobody can keep
/// them out by sending large ones slowly.
static HELD: Semaphore = Semaphore::const_new(8);
/// From here on a file is large.
const LARGE: usize = 1 << 20;
/// Files unpacked at a time; each may swell to [`UNPACKED`].
static JUDGED: Semaphore = Semaphore::const_new(2);
const UNPACKED: usize = 64 << 20;

#[derive(Template)]
#[template(path = "licences/check.html")]
struct CheckPage {
    page: Page,
    outcome: Option<Outcome>,
    /// Why there is no answer.
    problem: Option<&'static str>,
    /// The name of the file, as its sender gave it.
    name: String,
}

/// `GET /verify/file`
pub(super) async fn ask(cx: PageCx) -> Answer {
    html(&CheckPage {
        page: page(&cx, "核验电子证照和文书"),
        outcome: None,
        problem: None,
        name: String::new(),
    })
}

fn page(cx: &PageCx, title: &str) -> Page {
    cx.page(title).crumb("查验许可证", "/verify")
}

/// `POST /verify/file`
pub(super) async fn answer(
    cx: PageCx,
    State(app): State<App>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Answer {
    let Some(file) = read(&app, &cx, &headers, form).await? else {
        let problem = Some("请先选择一个文件，再点“开始核验”。");
        let empty =
            CheckPage {
                page: page(&cx, "还没有选择文件"), outcome: None, problem, name: String::new()
            };
        return web::html_with_status(StatusCode::UNPROCESSABLE_ENTITY, &empty);
    };
    let against = against(&app)?;
    let outcome = {
        let _judged = JUDGED.acquire().await.expect("the semaphore is never closed");
        examine_file(file.bytes, &against).await
    };
    if cx.cx.wants_json() {
        return Ok(Json(outcome.json()).into_response());
    }
    let title = page(&cx, &outcome.says());
    html(&CheckPage { page: title, outcome: Some(outcome), problem: None, name: file.name })
}

fn against(app: &App) -> Answer<Against> {
    let offices = app.try_part::<Offices>().ok_or_else(|| Refusal::new(not_set_up()))?;
    let trust = offices.seals.trust().ok_or_else(|| Refusal::new(not_set_up()))?;
    let register = app.try_part::<Register>();
    let records = Records::Own { db: app.db.clone(), offices: (*offices).clone(), register };
    let limits = ofd::Limits { package_bytes: MOST, unpacked_bytes: UNPACKED, ..ofd::Limits::default() };
    Ok(Against { trust, records, now: app.now(), limits })
}

struct Came {
    name: String,
    bytes: Vec<u8>,
    _place: Option<SemaphorePermit<'static>>,
}

/// The first file of the form; the token must come before it.
async fn read(
    app: &App,
    cx: &PageCx,
    headers: &HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Answer<Option<Came>> {
    // No form of files at all: nothing was chosen.
    let Ok(mut form) = form else { return Ok(None) };
    let mut token = None;
    while let Some(field) = form.next_field().await.map_err(cut_off)? {
        match field.file_name().map(str::to_owned) {
            None if field.name() == Some(web::csrf::FIELD) => {
                token = String::from_utf8(whole(field, 4_096).await?.0).ok();
            }
            None => {}
            // A form sent without a choice holds a file without a name.
            Some(name) if name.is_empty() => {}
            Some(name) => {
                web::form::require_token(app, &cx.cx, headers, token.as_deref())?;
                let (bytes, place) = whole(field, MOST).await?;
                return Ok(Some(Came { name: files::safe_name(&name), bytes, _place: place }));
            }
        }
    }
    web::form::require_token(app, &cx.cx, headers, token.as_deref())?;
    Ok(None)
}

async fn whole(mut field: Field<'_>, most: usize) -> Answer<(Vec<u8>, Option<SemaphorePermit<'static>>)> {
    let (mut bytes, mut place) = (Vec::new(), None);
    while let Some(chunk) = field.chunk().await.map_err(cut_off)? {
        if bytes.len() + chunk.len() > most {
            return Err(Refusal::new(too_large()));
        }
        if bytes.len() + chunk.len() > LARGE && place.is_none() {
            place = Some(HELD.try_acquire().map_err(|_| Refusal::new(busy()))?);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((bytes, place))
}

fn cut_off(error: MultipartError) -> Refusal {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Refusal::new(too_large());
    }
    Refusal::caused(broken_off(), error.body_text())
}

fn too_large() -> Face {
    let says = "文件超过 20 MB，没有核验";
    let next = "烟草专卖局发出的电子证照和文书都不到 2 MB。请选择从本网站下载的 OFD 或 PDF 原文件。";
    Face::new(StatusCode::PAYLOAD_TOO_LARGE, "verify-too-large", says, next)
        .action("重新选择文件", "/verify/file")
}

fn broken_off() -> Face {
    let next = "可能是网络中断了。请返回上一页，重新选择文件再核验。";
    Face::invalid("verify-broken-off", "文件没有传完，没有核验", next).action("重新选择文件", "/verify/file")
}

fn busy() -> Face {
    let next = "请过一会儿再试。只查许可证是否有效的，可以直接按许可证号查验。";
    Face::new(StatusCode::SERVICE_UNAVAILABLE, "verify-busy", "现在核验文件的人太多", next)
        .action("按许可证号查验", "/verify")
        .retry_after(20)
}

pub(super) fn not_set_up() -> Face {
    let next = "请按许可证号查验，或拨打 12313。管理员请先运行 yanzheng seal ca init 建立签章证书。";
    Face::new(StatusCode::SERVICE_UNAVAILABLE, "verify-not-set-up", "本网站还不能核验电子印章", next)
        .action("按许可证号查验", "/verify")
}
