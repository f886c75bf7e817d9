//! What people send: urlencoded forms with their token, and JSON from programs.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::csrf;
use crate::cx::Cx;
use crate::face::{Face, Refusal};

/// A form with a known shape. Text fields come trimmed.
pub struct Form<T>(pub T);

/// A form whose fields are known only at run time, like those of a service item. Values come trimmed; a field may
/// come several times.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields(pub BTreeMap<String, Vec<String>>);

/// The names and values as sent, in order.
pub type Pairs = Vec<(String, String)>;

/// No form of ours has more; a request with a million empty fields is an attack.
const MOST_FIELDS: usize = 2_000;

impl<T: DeserializeOwned> FromRequest<App> for Form<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Form<T>, Response> {
        let pairs = checked_pairs(request, app).await?;
        let again = serde_urlencoded::to_string(&pairs).map_err(|error| malformed(error).into_response())?;
        serde_urlencoded::from_str(&again).map(Form).map_err(|error| malformed(error).into_response())
    }
}

impl FromRequest<App> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Fields, Response> {
        checked_pairs(request, app).await.map(Fields::from_iter)
    }
}

impl FromIterator<(String, String)> for Fields {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Fields {
        let mut fields = BTreeMap::<String, Vec<String>>::new();
        for (name, value) in pairs {
            fields.entry(name).or_default().push(value);
        }
        Fields(fields)
    }
}

impl Fields {
    /// The first value, or nothing typed.
    pub fn get(&self, name: &str) -> &str {
        self.first(name).unwrap_or_default()
    }

    /// The first value, if the field was sent at all.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.first().map(String::as_str)
    }

    /// Every value, for boxes that may be ticked together.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// A box was ticked.
    pub fn ticked(&self, name: &str) -> bool {
        !matches!(self.get(name), "" | "off" | "0" | "false" | "no")
    }

    /// One value a field, the first.
    pub fn single(&self) -> BTreeMap<String, String> {
        self.0.iter().filter_map(|(name, values)| Some((name.clone(), values.first()?.clone()))).collect()
    }

    /// The fields whose names begin with `prefix`, without it.
    pub fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().filter_map(move |(name, values)| {
            Some((name.strip_prefix(prefix)?, values.first().map(String::as_str).unwrap_or_default()))
        })
    }
}

/// Reads the body, holds the token against the browser's cookie, and takes it out of the fields.
async fn checked_pairs(request: Request, app: &App) -> Result<Pairs, Response> {
    let (mut parts, body) = request.into_parts();
    let Ok(cx) = Cx::from_request_parts(&mut parts, app).await;
    if !is_urlencoded(&parts.headers) {
        return Err(Refusal::new(not_a_form()).into_response());
    }
    let header_token = token_header(&parts.headers);
    let bytes = Bytes::from_request(Request::from_parts(parts, body), app).await.map_err(unreadable)?;
    let mut pairs = pairs(&bytes).map_err(IntoResponse::into_response)?;
    let token = take_token(&mut pairs).or(header_token);
    if !token.is_some_and(|token| cx.csrf_fits(app, &token)) {
        return Err(stale_form(&cx, pairs));
    }
    Ok(pairs)
}

/// The names and values of a urlencoded body.
pub fn pairs(body: &[u8]) -> Result<Pairs, Refusal> {
    let pairs: Pairs = serde_urlencoded::from_bytes(body).map_err(malformed)?;
    if pairs.len() > MOST_FIELDS {
        return Err(malformed("too many fields"));
    }
    Ok(pairs.into_iter().map(|(name, value)| (name, value.trim().to_string())).collect())
}

fn take_token(pairs: &mut Pairs) -> Option<String> {
    let at = pairs.iter().position(|(name, _)| name == csrf::FIELD)?;
    let token = pairs.swap_remove(at).1;
    pairs.retain(|(name, _)| name != csrf::FIELD);
    Some(token)
}

fn token_header(headers: &HeaderMap) -> Option<String> {
    Some(headers.get(csrf::HEADER)?.to_str().ok()?.to_string())
}

pub fn is_urlencoded(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.parse::<mime::Mime>()
        .is_ok_and(|kind| kind.essence_str() == mime::APPLICATION_WWW_FORM_URLENCODED.as_ref())
}

/// For handlers that read a multipart body themselves: the token is the header's, or the value of the first field.
pub fn require_token(app: &App, cx: &Cx, headers: &HeaderMap, field: Option<&str>) -> Result<(), Refusal> {
    let token = field.map(str::to_string).or_else(|| token_header(headers));
    if token.is_some_and(|token| cx.csrf_fits(app, &token)) {
        Ok(())
    } else {
        Err(Refusal::new(stale_face()))
    }
}

/// A form whose token fits no more: the person signed in again in another tab, or it came from elsewhere. When the
/// browser vouches that the form was ours, what was typed goes back to be sent again by hand.
fn stale_form(cx: &Cx, pairs: Pairs) -> Response {
    let mut response = Refusal::new(stale_face()).into_response();
    if cx.is_same_origin() {
        response.extensions_mut().insert(Kept { action: cx.path_and_query(), pairs });
    }
    response
}

fn stale_face() -> Face {
    Face::new(
        StatusCode::FORBIDDEN,
        "form-token",
        "这个页面已过期，刚才的提交没有生效",
        "请返回上一页，刷新后再提交。如果是从别的网站点过来的，请不要继续。",
    )
}

/// What was typed into a form that could not be taken, to be offered again. Never holds passwords.
#[derive(Clone, Debug)]
pub struct Kept {
    pub action: String,
    pub pairs: Pairs,
}

/// What may be kept outside the form: no passwords, no one-time codes.
pub fn keepable(pairs: Pairs) -> Pairs {
    let secret = |name: &str| name.contains("password") || name == "code" || name == csrf::FIELD;
    pairs.into_iter().filter(|(name, _)| !secret(name)).collect()
}

fn unreadable(rejection: BytesRejection) -> Response {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Refusal::new(too_large()).into_response();
    }
    malformed(rejection).into_response()
}

pub fn too_large() -> Face {
    Face::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too-large",
        "提交的内容太大，没有收下",
        "请减少文字；照片和文件请在材料页逐个上传。",
    )
}

fn not_a_form() -> Face {
    Face::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "not-a-form",
        "提交的格式不对，没有收下",
        "请用本网站的页面提交。程序调用请按接口说明设置 Content-Type。",
    )
}

fn malformed(cause: impl std::fmt::Display) -> Refusal {
    let face = Face::invalid(
        "form-incomplete",
        "提交的内容不完整，没有收下",
        "请返回上一页，把必填项填好后再提交。",
    );
    Refusal::caused(face, cause)
}

/// One thing to put right, at the field where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    pub field: String,
    pub says: String,
}

/// The list at the head of a form that came back: each line leads to its field.
#[derive(Clone, Debug, Default, PartialEq, askama::Template)]
#[template(path = "parts/problems.html")]
pub struct Problems(pub Vec<Problem>);

impl askama::filters::HtmlSafe for Problems {}

impl Problems {
    pub fn none() -> Problems {
        Problems::default()
    }
    pub fn add(&mut self, field: impl Into<String>, says: impl Into<String>) {
        self.0.push(Problem { field: field.into(), says: says.into() });
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// For the list at the head of a long form: each line says first which field it is about.
    #[must_use]
    pub fn named(self, label: impl Fn(&str) -> Option<String>) -> Problems {
        let named = |problem: Problem| match label(&problem.field) {
            Some(label) => Problem { says: format!("{label}：{}", problem.says), ..problem },
            None => problem,
        };
        Problems(self.0.into_iter().map(named).collect())
    }
    pub fn at(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|problem| problem.field == field).map(|problem| problem.says.as_str())
    }
}

/// A JSON body from a program; faults are answered in JSON because such paths stand under `/api/`.
pub struct ApiJson<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for ApiJson<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<ApiJson<T>, Refusal> {
        let Json(value) = Json::<T>::from_request(request, app).await.map_err(|rejection| {
            let status = rejection.status();
            if status == StatusCode::PAYLOAD_TOO_LARGE {
                return Refusal::new(too_large());
            }
            // What serde says may quote a value: it goes back to its sender, not into our log.
            let next = format!("请对照接口说明改正后再发。（{}）", rejection.body_text());
            Refusal::new(Face::new(status, "json-invalid", "请求的 JSON 不符合接口说明", next))
        })?;
        Ok(ApiJson(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_trimmed_and_repeated_fields_are_kept() {
        let fields = Fields::from_iter(pairs("a=+1+&b=x&b=y&名=䶮".as_bytes()).unwrap());
        assert_eq!(fields.get("a"), "1");
        assert_eq!(fields.all("b"), ["x", "y"]);
        assert_eq!(fields.get("名"), "䶮");
        assert_eq!(fields.first("c"), None);
    }

    #[test]
    fn a_flood_of_fields_is_refused() {
        let body = "a=&".repeat(MOST_FIELDS + 1);
        assert_eq!(pairs(body.as_bytes()).unwrap_err().status(), StatusCode::UNPROCESSABLE_ENTITY);
    }

    #[test]
    fn passwords_and_codes_are_not_kept() {
        let pairs: Pairs = ["name", "password", "password_again", "code", "_csrf"]
            .map(|name| (name.to_string(), "x".to_string()))
            .into();
        let kept = keepable(pairs);
        assert_eq!(kept, [("name".to_string(), "x".to_string())]);
    }
}
