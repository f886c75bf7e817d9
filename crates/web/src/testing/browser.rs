//! A browser without windows: keeps cookies and the page's token, follows nothing by itself.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use http::{HeaderMap, Method, Request, StatusCode, header};
use tower::ServiceExt;

/// One person's browser before an assembled router.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    token: String,
    ip: IpAddr,
    /// Headers sent with every request; a test may take `sec-fetch-site` away or forge it.
    pub headers: HeaderMap,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Seen {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Browser {
    pub fn new(router: Router) -> Browser {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "127.0.0.1:8080".parse().expect("a header"));
        headers.insert("sec-fetch-site", "same-origin".parse().expect("a header"));
        headers.insert(header::ACCEPT, "text/html".parse().expect("a header"));
        Browser {
            router,
            cookies: BTreeMap::new(),
            token: String::new(),
            ip: IpAddr::from([127, 0, 0, 1]),
            headers,
        }
    }

    /// The same browser at another address.
    pub fn at(mut self, ip: [u8; 4]) -> Browser {
        self.ip = IpAddr::from(ip);
        self
    }

    pub async fn get(&mut self, path: &str) -> Seen {
        self.send(Method::GET, path, None, Body::empty()).await
    }

    /// Sends a form with the token of the last page seen.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let token = self.token.clone();
        let mut all = vec![(crate::csrf::FIELD, token.as_str())];
        all.extend_from_slice(fields);
        self.post_as_it_is(path, &all).await
    }

    /// Sends exactly these fields, without a token of its own.
    pub async fn post_as_it_is(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let body = serde_urlencoded::to_string(fields).expect("pairs can be written");
        self.send(Method::POST, path, Some("application/x-www-form-urlencoded"), Body::from(body)).await
    }

    /// Sends any body, such as a multipart form, with the token in the header.
    pub async fn post_body(&mut self, path: &str, kind: &str, body: impl Into<Body>) -> Seen {
        let token = self.token.parse().expect("tokens fit a header");
        self.headers.insert(crate::csrf::HEADER, token);
        let seen = self.send(Method::POST, path, Some(kind), body.into()).await;
        self.headers.remove(crate::csrf::HEADER);
        seen
    }

    /// Sends any body exactly as it is: a multipart form that carries its token among its fields, or lacks one.
    pub async fn send_as(&mut self, method: Method, path: &str, kind: &str, body: impl Into<Body>) -> Seen {
        self.send(method, path, Some(kind), body.into()).await
    }

    /// Goes where the answer points.
    pub async fn follow(&mut self, seen: &Seen) -> Seen {
        let to = seen.location().to_string();
        self.get(&to).await
    }

    /// The token of the last page, for forms a test puts together itself.
    pub fn token(&self) -> &str {
        &self.token
    }

    async fn send(&mut self, method: Method, path: &str, kind: Option<&str>, body: Body) -> Seen {
        let mut request =
            Request::builder().method(method).uri(path).body(body).expect("a well-formed request");
        request.headers_mut().extend(self.headers.clone());
        if let Some(kind) = kind {
            request.headers_mut().insert(header::CONTENT_TYPE, kind.parse().expect("a header"));
        }
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().expect("a header"));
        }
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((self.ip, 40_000))));
        let response = self.router.clone().oneshot(request).await.expect("a router always answers");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("the body is in memory");
        self.take_cookies(&parts.headers);
        let seen = Seen { status: parts.status, headers: parts.headers, body };
        if let Some(token) = seen.token() {
            self.token = token;
        }
        seen
    }

    fn take_cookies(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().expect("our cookies are text");
            let (pair, rest) = line.split_once(';').expect("our cookies have attributes");
            let (name, value) = pair.split_once('=').expect("a cookie is a pair");
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_string(), value.to_string());
            }
        }
    }
}

impl Seen {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn says(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    pub fn location(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .map(|to| to.to_str().expect("our addresses are ASCII"))
            .unwrap_or_default()
    }

    /// The value of the first `name="…"` field of the page.
    pub fn field(&self, name: &str) -> Option<String> {
        between(&self.text(), &format!("name=\"{name}\" value=\""), "\"")
    }

    fn token(&self) -> Option<String> {
        between(&self.text(), "<meta name=\"csrf\" content=\"", "\"")
    }
}

fn between(text: &str, before: &str, after: &str) -> Option<String> {
    let rest = &text[text.find(before)? + before.len()..];
    Some(rest[..rest.find(after)?].to_string())
}
