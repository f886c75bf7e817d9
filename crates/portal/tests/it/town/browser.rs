//! One person's browser without script: keeps cookies, follows redirects, sends forms with what the page put in them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use reqwest::cookie::{CookieStore, Jar};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::multipart::{Form as Multipart, Part};
use reqwest::{Client, Method, RequestBuilder, Url};

use super::page::{Form, Page};

/// Each browser comes from an address of its own, as people at home do; otherwise they would share one allowance.
static NEXT_ADDRESS: AtomicU32 = AtomicU32::new(1);

#[derive(Clone)]
pub struct Browser {
    http: Client,
    pub site: Url,
    jar: Arc<Jar>,
    headers: HeaderMap,
}

impl Browser {
    pub fn at(site: &str) -> Browser {
        let jar = Arc::new(Jar::default());
        let http = Client::builder().cookie_provider(jar.clone()).no_proxy().build().expect("a client");
        let [_, a, b, c] = NEXT_ADDRESS.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let mut headers = HeaderMap::new();
        let site: Url = site.parse().expect("an address");
        headers.insert("x-forwarded-for", format!("10.{a}.{b}.{c}").parse().expect("a header"));
        headers.insert("accept", HeaderValue::from_static("text/html"));
        headers.insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
        headers.insert("origin", site.origin().ascii_serialization().parse().expect("a header"));
        Browser { http, site, jar, headers }
    }

    /// The same person with a program that goes nowhere by itself: sees the redirect instead of the page behind it.
    pub fn in_a_hurry(&self) -> Browser {
        let http = Client::builder()
            .cookie_provider(self.jar.clone())
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("a client");
        Browser { http, ..self.clone() }
    }

    /// The same browser, lying about something.
    pub fn with(&self, name: &'static str, value: &str) -> Browser {
        let mut other = self.clone();
        other.headers.insert(HeaderName::from_static(name), value.parse().expect("a header"));
        other
    }

    /// The same browser, keeping something to itself.
    pub fn without(&self, name: &'static str) -> Browser {
        let mut other = self.clone();
        other.headers.remove(name);
        other
    }

    /// The value of one of our cookies.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let all = self.jar.cookies(&self.site)?;
        let all = all.to_str().expect("our cookies are text").to_owned();
        all.split("; ")
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned())
    }

    /// Puts a cookie there by hand, as somebody who found one would.
    pub fn plant(&self, name: &str, value: &str) {
        self.jar.add_cookie_str(&format!("{name}={value}; Path=/"), &self.site);
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let to = self.site.join(path).expect("an address of ours");
        let mut headers = self.headers.clone();
        if matches!(method, Method::GET | Method::HEAD) {
            headers.remove("origin");
        }
        self.http.request(method, to).headers(headers)
    }

    /// Sends a request of any make. A server that hangs up is a fault of the story.
    pub async fn go(&self, request: RequestBuilder) -> Page {
        self.try_go(request).await.unwrap_or_else(|error| panic!("no answer: {error:?}"))
    }

    pub async fn try_go(&self, request: RequestBuilder) -> Result<Page, reqwest::Error> {
        let answer = request.send().await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let at = match answer.url().query() {
            Some(query) => format!("{}?{query}", answer.url().path()),
            None => answer.url().path().to_owned(),
        };
        Ok(Page { status, at, headers, body: answer.bytes().await?.to_vec() })
    }

    pub async fn get(&self, path: &str) -> Page {
        self.go(self.request(Method::GET, path)).await
    }

    /// Sends the form as a browser would.
    pub async fn send(&self, form: Form) -> Page {
        self.go(self.prepare(form)).await
    }

    pub fn prepare(&self, form: Form) -> RequestBuilder {
        if form.get {
            return self.request(Method::GET, &form.action).query(&form.pairs());
        }
        let request = self.request(Method::POST, &form.action);
        if !form.multipart {
            return request.form(&form.pairs());
        }
        let mut body = Multipart::new();
        for (name, value) in form.pairs() {
            body = body.text(name, value);
        }
        for name in form.empty_files() {
            body = body.part(
                name,
                Part::bytes(vec![]).file_name("").mime_str("application/octet-stream").expect("a type"),
            );
        }
        for (name, file, bytes) in form.files {
            body = body.part(
                name,
                Part::bytes(bytes).file_name(file).mime_str("application/octet-stream").expect("a type"),
            );
        }
        request.multipart(body)
    }

    /// A form put together by hand, without looking at a page.
    pub async fn post(&self, path: &str, pairs: &[(&str, &str)]) -> Page {
        self.go(self.request(Method::POST, path).form(pairs)).await
    }
}
