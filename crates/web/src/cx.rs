//! What is known of one request: made once by the outermost layer, read by pages, forms and faults.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use axum::extract::{ConnectInfo, FromRequestParts};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue, Method, Uri, header, request::Parts};

use crate::app::{App, random};
use crate::cookies::{self, Jar};
use crate::flash::Flash;
use crate::{csrf, view};

/// One request's surroundings. Cloning shares it.
#[derive(Clone)]
pub struct Cx(Arc<Inner>);

struct Inner {
    id: String,
    method: Method,
    path: String,
    query: String,
    json: bool,
    fragment: bool,
    cross_site: bool,
    same_origin: bool,
    ip: Option<IpAddr>,
    jar: Jar,
    session: Option<String>,
    visitor: OnceLock<String>,
    visitor_is_new: bool,
    nonce: OnceLock<String>,
    view: view::View,
    place: Option<String>,
    flash: Mutex<Option<Flash>>,
    flash_sent: bool,
    flash_used: AtomicBool,
    who: OnceLock<Who>,
}

/// Who is signed in, as far as a page's frame needs to know. `identity` tells it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Who {
    pub name: String,
    /// 自然人, 法人 or the officer's posts, in words.
    pub kind: String,
    /// 100 stands for a hundred and more.
    pub unread: u32,
    /// An officer: gets the way to the workbench.
    pub officer: bool,
    /// The officer's bureau, by name.
    pub bureau: Option<String>,
    /// Codes of the acts an officer may carry out; decides which menu entries show.
    pub acts: Vec<&'static str>,
}

impl Cx {
    /// Reads a request's head. `id` is the number under which the log knows it.
    pub(crate) fn read(app: &App, head: Head<'_>) -> Cx {
        let Head { method, uri, headers, peer } = head;
        let settings = app.settings();
        let jar = Jar::of(settings);
        let visitor = jar.read(headers, cookies::VISITOR);
        let flash = jar.read(headers, cookies::FLASH);
        let site = header_str(headers, "sec-fetch-site");
        Cx(Arc::new(Inner {
            id: request_id(app, headers),
            method: method.clone(),
            path: uri.path().to_string(),
            query: uri.query().unwrap_or_default().to_string(),
            json: wants_json(uri, headers),
            fragment: headers.contains_key("hx-request"),
            cross_site: site == Some("cross-site"),
            same_origin: site.map_or_else(|| origin_is_host(headers), |site| site == "same-origin"),
            ip: client_ip(settings.trust_proxy, headers, peer),
            jar,
            session: jar.read(headers, cookies::SESSION),
            visitor_is_new: visitor.is_none(),
            visitor: visitor.map(OnceLock::from).unwrap_or_default(),
            nonce: OnceLock::new(),
            place: jar.read(headers, cookies::PLACE),
            view: view::View::read(jar.read(headers, cookies::VIEW).as_deref()),
            flash_sent: flash.is_some(),
            flash: Mutex::new(flash.and_then(|sealed| Flash::open(&settings.secret, &sealed))),
            flash_used: AtomicBool::new(false),
            who: OnceLock::new(),
        }))
    }

    /// The request's number: shown on error pages, in the log, and in the answer's `x-request-id`.
    pub fn id(&self) -> &str {
        &self.0.id
    }
    pub fn method(&self) -> &Method {
        &self.0.method
    }
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Path and query, fit for a `next=` parameter.
    pub fn path_and_query(&self) -> String {
        if self.0.query.is_empty() {
            self.0.path.clone()
        } else {
            format!("{}?{}", self.0.path, self.0.query)
        }
    }

    /// The caller is a program: faults are answered in JSON.
    pub fn wants_json(&self) -> bool {
        self.0.json
    }
    /// htmx asks for a part of a page.
    pub fn wants_fragment(&self) -> bool {
        self.0.fragment
    }
    pub fn is_cross_site(&self) -> bool {
        self.0.cross_site
    }
    /// The browser itself vouches that one of our own pages sent this.
    pub fn is_same_origin(&self) -> bool {
        self.0.same_origin
    }
    pub fn ip(&self) -> Option<IpAddr> {
        self.0.ip
    }
    pub fn jar(&self) -> Jar {
        self.0.jar
    }
    /// The code of the place the visitor chose, as the browser says.
    pub(crate) fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }
    pub(crate) fn view(&self) -> view::View {
        self.0.view
    }

    /// The session cookie as sent; whether it is still good only `identity` knows.
    pub fn session_token(&self) -> Option<&str> {
        self.0.session.as_deref()
    }

    /// What form tokens of this browser are bound to.
    pub(crate) fn token_base(&self) -> &str {
        let made = || URL_SAFE_NO_PAD.encode(random::<18>());
        self.0.session.as_deref().unwrap_or_else(|| self.0.visitor.get_or_init(made))
    }

    /// A token for this browser's next form. Makes sure that the browser gets the cookie the token is bound to.
    pub fn csrf_token(&self, app: &App) -> String {
        csrf::token(&app.settings().secret, self.token_base())
    }

    pub fn csrf_fits(&self, app: &App, token: &str) -> bool {
        csrf::fits(&app.settings().secret, self.token_base(), token)
    }

    /// The number a page may put on a `<style>` or `<script>` of its own.
    pub fn nonce(&self) -> &str {
        self.0.nonce.get_or_init(|| URL_SAFE_NO_PAD.encode(random::<16>()))
    }
    pub(crate) fn nonce_if_used(&self) -> Option<&str> {
        self.0.nonce.get().map(String::as_str)
    }

    /// Told by `identity` once the session was found good. The first word stands.
    pub fn sign_in(&self, who: Who) {
        let _ = self.0.who.set(who);
    }
    pub fn who(&self) -> Option<&Who> {
        self.0.who.get()
    }

    pub(crate) fn take_flash(&self) -> Option<Flash> {
        let flash = self.0.flash.lock().expect("held for a moment").take();
        if flash.is_some() {
            self.0.flash_used.store(true, Ordering::Relaxed);
        }
        flash
    }

    /// The cookies this answer has to set or drop on the frame's own account.
    pub(crate) fn cookies_to_set(&self) -> Vec<HeaderValue> {
        let mut lines = Vec::new();
        if let Some(visitor) = self.0.visitor.get().filter(|_| self.0.visitor_is_new) {
            lines.push(self.0.jar.write(cookies::VISITOR, visitor, None));
        }
        if self.0.flash_sent && self.0.flash_used.load(Ordering::Relaxed) {
            lines.push(self.0.jar.forget(cookies::FLASH));
        }
        lines
    }
}

/// The part of a request a [`Cx`] is read from.
pub(crate) struct Head<'a> {
    pub method: &'a Method,
    pub uri: &'a Uri,
    pub headers: &'a HeaderMap,
    pub peer: Option<IpAddr>,
}

impl FromRequestParts<App> for Cx {
    type Rejection = std::convert::Infallible;

    /// Without [`crate::layers`] (a handler tested alone) the request is read on the spot.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Cx, Self::Rejection> {
        if let Some(cx) = parts.extensions.get::<Cx>() {
            return Ok(cx.clone());
        }
        let peer = parts.extensions.get::<ConnectInfo<std::net::SocketAddr>>().map(|info| info.0.ip());
        let cx =
            Cx::read(app, Head { method: &parts.method, uri: &parts.uri, headers: &parts.headers, peer });
        parts.extensions.insert(cx.clone());
        Ok(cx)
    }
}

fn header_str<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Over plain http browsers leave `Sec-Fetch-Site` out but say the `Origin` of a form.
fn origin_is_host(headers: &HeaderMap) -> bool {
    let origin = header_str(headers, "origin").and_then(|origin| origin.split_once("://"));
    origin.is_some_and(|(_, authority)| header_str(headers, "host") == Some(authority))
}

fn wants_json(uri: &Uri, headers: &HeaderMap) -> bool {
    let accept = header_str(headers, header::ACCEPT.as_str()).unwrap_or_default();
    uri.path().starts_with("/api/") || (accept.contains("application/json") && !accept.contains("text/html"))
}

/// The proxy's number when we trust it and it looks like one; else a new one.
fn request_id(app: &App, headers: &HeaderMap) -> String {
    let given = header_str(headers, "x-request-id").filter(|_| app.settings().trust_proxy);
    let fits = |id: &&str| {
        (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    given.filter(fits).map_or_else(|| app.new_id(), str::to_string)
}

/// The last address of `X-Forwarded-For` is the one our own proxy saw; earlier ones are whatever the client claims.
fn client_ip(trust_proxy: bool, headers: &HeaderMap, peer: Option<IpAddr>) -> Option<IpAddr> {
    let forwarded = header_str(headers, "x-forwarded-for").filter(|_| trust_proxy);
    forwarded.and_then(|list| list.rsplit(',').next()).and_then(|ip| ip.trim().parse().ok()).or(peer)
}
