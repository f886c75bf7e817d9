//! What surrounds every route: number and span, origin check, limits, headers, and the drawing of faults.

use std::any::Any;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use askama::Template;
use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, MatchedPath, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tracing::Instrument;

use crate::app::{App, Settings};
use crate::cx::{Cx, Head};
use crate::face::{Face, Faced, Refusal};
use crate::form::{Kept, keepable};
use crate::page::{Page, html_with_status};
use crate::unread::Unread;

/// Told of every answer, for counting and timing.
pub type AnswerSeen = dyn Fn(&Seen<'_>) + Send + Sync;

/// An answer as the counters see it.
pub struct Seen<'a> {
    /// The matched route, like `/cases/{id}`; never the path, which names people's cases.
    pub route: &'a str,
    pub method: &'a Method,
    pub status: StatusCode,
    pub elapsed: Duration,
}

/// Bytes of a form. Uploads lift it on their own routes and count as they stream.
pub const BODY_LIMIT: usize = 1 << 20;
/// A page that takes longer has lost its reader.
const PAGE_TIME: Duration = Duration::from_secs(30);
/// Photos come over slow phones.
const UPLOAD_TIME: Duration = Duration::from_secs(300);

/// Puts the assembled router into its surroundings. Called once, last.
pub fn layers(router: Router<App>, app: App) -> Router {
    let origins = origin_check(app.settings());
    router
        .fallback(no_such_page)
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn(time_limit))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(origins)
        .layer(from_fn_with_state(app.clone(), surround))
        .layer(CompressionLayer::new().gzip(true).quality(CompressionLevel::Fastest))
        .with_state(app)
}

type Rejects = fn(tower_http::csrf::ProtectionError) -> Response;

fn origin_check(settings: &Settings) -> CsrfLayer<Rejects> {
    let rejects: Rejects = |error| {
        let face = Face::new(
            StatusCode::FORBIDDEN,
            "foreign-origin",
            "这个操作来自别的网站，已被拦下，什么也没有改变",
            "请直接在本网站打开页面办理。如果您没有点过别的网站的链接，请拨打 12313 告诉我们。",
        );
        Refusal::caused(face, error.kind_text()).into_response()
    };
    let layer = CsrfLayer::new();
    // Behind a proxy that rewrites Host the browser's Origin is still the public address.
    match layer.add_trusted_origin(&settings.base_url) {
        Ok(layer) => layer.with_rejection_response(rejects),
        Err(error) => {
            tracing::warn!(%error, "base_url is no origin; only the Host header is trusted");
            CsrfLayer::new().with_rejection_response(rejects)
        }
    }
}

trait KindText {
    fn kind_text(&self) -> String;
}
impl KindText for tower_http::csrf::ProtectionError {
    fn kind_text(&self) -> String {
        format!("{:?}", self.kind())
    }
}

async fn surround(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let head = Head { method: request.method(), uri: request.uri(), headers: request.headers(), peer };
    let cx = Cx::read(&app, head);
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_string();
    let span = tracing::info_span!("request", id = cx.id(), method = %cx.method(), route);
    request.extensions_mut().insert(cx.clone());
    let unread = Unread::of(&mut request);

    let answered = async {
        let mut response = next.run(request).await;
        if let Some(Faced(face)) = response.extensions_mut().remove() {
            let kept = response.extensions_mut().remove::<Kept>();
            response = draw(&app, &cx, &face, kept, response);
        }
        response
    };
    let mut response = answered.instrument(span.clone()).await;
    if let Some(unread) = unread {
        unread.read().instrument(span.clone()).await;
    }

    dress(&app, &cx, response.headers_mut());
    let elapsed = started.elapsed();
    let status = response.status();
    span.in_scope(|| {
        tracing::info!(status = status.as_u16(), micros = elapsed.as_micros() as u64, "answered")
    });
    if let Some(seen) = app.seen() {
        seen(&Seen { route: &route, method: cx.method(), status, elapsed });
    }
    response
}

/// The page of a fault, or its JSON, keeping the headers the fault already had (cookies, `Allow`).
fn draw(app: &App, cx: &Cx, face: &Face, kept: Option<Kept>, plain: Response) -> Response {
    let mut response = if cx.wants_json() {
        (face.status, axum::Json(face_json(face, cx.id()))).into_response()
    } else {
        draw_page(app, cx, face, kept)
    };
    for (name, value) in plain.headers() {
        if *name != header::CONTENT_TYPE && *name != header::CONTENT_LENGTH {
            response.headers_mut().append(name.clone(), value.clone());
        }
    }
    if let Some(seconds) = face.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn face_json(face: &Face, incident: &str) -> serde_json::Value {
    serde_json::json!({
        "code": face.code, "says": face.says, "next": face.next, "under": face.under, "incident": incident,
    })
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    page: Page,
    face: &'a Face,
}

#[derive(Template)]
#[template(path = "parts/refused.html")]
struct ErrorFragment<'a> {
    face: &'a Face,
    incident: &'a str,
}

fn draw_page(app: &App, cx: &Cx, face: &Face, kept: Option<Kept>) -> Response {
    let drawn = match kept {
        Some(kept) => resume_page(app, cx, face.status, kept),
        None if cx.wants_fragment() => {
            html_with_status(face.status, &ErrorFragment { face, incident: cx.id() })
        }
        None => html_with_status(face.status, &ErrorPage { page: Page::new(app, cx, &face.says), face }),
    };
    drawn.unwrap_or_else(|_| (face.status, face.says.clone()).into_response())
}

#[derive(Template)]
#[template(path = "resume.html")]
struct ResumePage {
    page: Page,
    action: String,
    pairs: crate::form::Pairs,
    lost_secret: bool,
}

/// Shows what was typed into a form that could not be taken, with a fresh token and one button to send it.
pub fn resume_page(app: &App, cx: &Cx, status: StatusCode, kept: Kept) -> crate::Answer {
    let typed = kept.pairs.len();
    let pairs = keepable(kept.pairs);
    let page = Page::new(app, cx, "您填写的内容还在");
    html_with_status(
        status,
        &ResumePage { page, action: kept.action, lost_secret: pairs.len() < typed, pairs },
    )
}

/// Headers every answer carries unless its handler knew better.
fn dress(app: &App, cx: &Cx, headers: &mut HeaderMap) {
    // Once, instead of growing with each header: it was the dearest allocation of a small answer.
    headers.reserve(FIXED_HEADERS.len() + 6);
    for (name, value) in FIXED_HEADERS {
        set_missing(headers, HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if app.settings().https() {
        let hsts = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        set_missing(headers, header::STRICT_TRANSPORT_SECURITY, hsts);
    }
    set_missing(headers, header::CONTENT_SECURITY_POLICY, content_policy(cx.nonce_if_used()));
    if !is_for_any_frame(headers) {
        set_missing(headers, header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    // Pages of a person must not come back from the cache of a shared computer.
    let cache = if cx.who().is_some() { "no-store" } else { "no-cache" };
    set_missing(headers, header::CACHE_CONTROL, HeaderValue::from_static(cache));
    for line in cx.cookies_to_set() {
        headers.append(header::SET_COOKIE, line);
    }
    let id = HeaderValue::from_str(cx.id()).expect("ids are letters, digits and hyphens");
    headers.insert(HeaderName::from_static("x-request-id"), id);
}

const FIXED_HEADERS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    // The phone of an inspector takes photos and its place; nothing else asks for devices.
    ("permissions-policy", "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"),
    ("vary", "hx-request"),
];

const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";

fn content_policy(nonce: Option<&str>) -> HeaderValue {
    let Some(nonce) = nonce else { return HeaderValue::from_static(POLICY) };
    let own = format!("{POLICY}; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'");
    HeaderValue::from_str(&own).expect("a nonce is base64")
}

/// Old browsers know only `x-frame-options`, which has no word for “anybody”: it must be missing where a policy says so, or
/// they would refuse what the policy allows.
fn is_for_any_frame(headers: &HeaderMap) -> bool {
    let policy = headers.get(header::CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok());
    policy.is_some_and(|policy| policy.split(';').any(|rule| rule.trim() == "frame-ancestors *"))
}

fn set_missing(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}

async fn time_limit(request: Request, next: Next) -> Response {
    let kind = request.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let limit =
        if kind.starts_with(b"multipart/") || kind.starts_with(b"image/") { UPLOAD_TIME } else { PAGE_TIME };
    tokio::time::timeout(limit, next.run(request))
        .await
        .unwrap_or_else(|_| Refusal::new(too_slow()).into_response())
}

fn too_slow() -> Face {
    Face::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "timeout",
        "这一步用时太久，已经停下",
        "请检查网络后再试。再次提交同一份内容不会产生两份申请。",
    )
    .retry_after(10)
}

fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    Refusal::internal(format!("panic: {text}")).into_response()
}

async fn no_such_page() -> Refusal {
    let face = Face::unknown(
        "page-unknown",
        "没有这个页面",
        "网址可能输错了，或页面已经搬家。可以从下面的入口继续。",
    );
    Refusal::new(face.action("回首页", "/").action("看能办哪些事", "/items").action("查进度", "/progress"))
}

async fn no_such_method() -> Refusal {
    Refusal::new(Face::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method-not-allowed",
        "这个地址不能这样打开",
        "请从页面上的按钮办理，不要直接输入网址。",
    ))
}
