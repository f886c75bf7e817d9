//! Signing in by password or one-time code, signing out, and picking up what was typed before.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;
use web::parts::{Field, Input};
use web::{Answer, App, Cx, Fields, Flash, Page, PageCx, Problems, cookies, html_with_status, safe_next};

use crate::accounts::Kind;
use crate::codes::{self, Purpose};
use crate::lockout::{self, Door};
use crate::sessions::{self, SignedIn};
use crate::{DemoAccount, Fault, Identity, accounts, passwords, stash};

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    next: String,
    kept: Option<String>,
}

#[derive(Template)]
#[template(path = "identity/login.html")]
struct LoginPage {
    page: Page,
    problems: Problems,
    login: Field,
    password: Field,
    next: String,
    kept: bool,
    /// Demo accounts by place: applicants, then each bureau.
    demo: Vec<(String, Vec<DemoAccount>)>,
}

fn login_page(cx: &PageCx, status: StatusCode, typed: &Fields, problems: Problems, kept: bool) -> Answer {
    let demo = if cx.app.settings().demo { by_place(&cx.app.part::<Identity>().demo) } else { Vec::new() };
    let page = LoginPage {
        page: cx.page("登录"),
        login: Field::text("login", "账号")
            .required()
            .hint("手机号、身份证号码、统一社会信用代码或登录名")
            .autocomplete("username")
            .max(60)
            .fill(typed, &problems),
        password: Field::new("password", "密码", Input::Password)
            .required()
            .autocomplete("current-password")
            .error(problems.at("password")),
        problems,
        next: typed.get("next").to_string(),
        kept,
        demo,
    };
    html_with_status(status, &page)
}

fn by_place(accounts: &[DemoAccount]) -> Vec<(String, Vec<DemoAccount>)> {
    let mut places: Vec<(String, Vec<DemoAccount>)> = Vec::new();
    for account in accounts {
        let place = if account.place.is_empty() { "申请人" } else { &account.place };
        match places.iter_mut().find(|(name, _)| name == place) {
            Some((_, there)) => there.push(account.clone()),
            None => places.push((place.to_string(), vec![account.clone()])),
        }
    }
    places
}

/// `GET /login?next=`
pub async fn form(cx: PageCx, Query(asked): Query<Asked>) -> Answer {
    let typed = Fields::from_iter([("next".to_string(), asked.next)]);
    login_page(&cx, StatusCode::OK, &typed, Problems::none(), asked.kept.is_some())
}

/// `POST /login`
pub async fn with_password(cx: PageCx, headers: HeaderMap, typed: Fields) -> Answer {
    let app = &cx.app;
    let (name, password) = (law::codes::normalise(typed.get("login")), typed.get("password"));
    let mut problems = Problems::none();
    if name.is_empty() {
        problems.add("login", "请填写账号");
    }
    if password.is_empty() {
        problems.add("password", "请填写密码");
    }
    if !problems.is_empty() {
        return login_page(&cx, StatusCode::UNPROCESSABLE_ENTITY, &typed, problems, false);
    }
    let doors = doors(&cx.cx, &name);
    if let Err(fault) = lockout::try_doors(app, &doors).await {
        return closed(&cx, &typed, fault);
    }
    match right_subject(app, &name, password).await? {
        Some(subject) => {
            lockout::forget(app, &doors).await?;
            enter(app, &cx.cx, &headers, &subject, typed.get("next")).await
        }
        None => {
            problems.add("password", wrong(lockout::tries_left(app, &name).await?));
            login_page(&cx, StatusCode::UNPROCESSABLE_ENTITY, &typed, problems, false)
        }
    }
}

/// The subject whose name and password these are. Takes as long when there is no such name.
async fn right_subject(app: &App, name: &str, password: &str) -> Result<Option<String>, Fault> {
    let mut db = app.db.clone();
    let subject = accounts::by_typed_name(app, &mut db, name).await?;
    let phc = match &subject {
        Some(subject) => accounts::password_of(&mut db, subject).await?,
        None => None,
    };
    Ok(passwords::verify(password, phc).await?.then_some(subject).flatten())
}

fn doors(cx: &Cx, name: &str) -> Vec<(Door, String)> {
    let mut doors = vec![(Door::Name, name.to_lowercase())];
    doors.extend(cx.ip().map(|ip| (Door::Address, ip.to_string())));
    doors
}

fn wrong(left: i64) -> String {
    match left {
        0 => "账号或密码不对。再试一次仍不对，将锁定 15 分钟；忘记密码的，请点下面的“忘记密码”".into(),
        left => format!("账号或密码不对，还可以再试 {left} 次"),
    }
}

fn closed(cx: &PageCx, typed: &Fields, fault: Fault) -> Answer {
    let Fault::Locked { .. } = fault else { return Err(fault.into()) };
    let face = fault.face();
    let mut problems = Problems::none();
    problems.add("login", format!("{}。{}", face.says, face.next));
    login_page(cx, face.status, typed, problems, false)
}

/// Opens the session and leads on: to what was typed before, to where the person wanted to go, or home.
async fn enter(app: &App, cx: &Cx, headers: &HeaderMap, subject: &str, next: &str) -> Answer {
    let mut tx = app.db.begin().await?;
    let cookie = sessions::open(app, &mut tx, cx, subject, &device(headers)).await?;
    tx.commit().await?;
    let kept = cx.jar().read(headers, cookies::STASH);
    let to = match kept {
        Some(key) if stash::find(app, subject, &key).await?.is_some() => format!("/resume/{key}"),
        _ => home(app, subject, next).await?,
    };
    let cookies: [(http::HeaderName, HeaderValue); 2] =
        [(SET_COOKIE, cookie), (SET_COOKIE, cx.jar().forget(cookies::STASH))];
    Ok((AppendHeaders(cookies), Redirect::to(&to)).into_response())
}

async fn home(app: &App, subject: &str, next: &str) -> Result<String, Fault> {
    let next = safe_next(next);
    if next != "/" {
        return Ok(next.to_string());
    }
    let kind = accounts::kind_of(&mut app.db.clone(), subject).await?;
    Ok(if kind == Some(Kind::Officer) { "/desk" } else { "/me" }.into())
}

/// 手机 · 微信 — enough to know one's own devices by, no more.
pub(super) fn device(headers: &HeaderMap) -> String {
    let agent =
        headers.get(http::header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let kind = first(&[
        ("iPhone", "苹果手机"),
        ("iPad", "苹果平板"),
        ("HarmonyOS", "鸿蒙设备"),
        ("Android", "安卓手机"),
        ("Windows", "Windows 电脑"),
        ("Macintosh", "苹果电脑"),
        ("Linux", "Linux 电脑"),
    ]);
    let browser = first(&[
        ("MicroMessenger", "微信"),
        ("Edg/", "Edge"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ]);
    format!("{} · {}", kind.unwrap_or("其他设备"), browser.unwrap_or("其他浏览器"))
}

#[derive(Template)]
#[template(path = "identity/login_code.html")]
struct CodePage {
    page: Page,
    problems: Problems,
    phone: Field,
    code: Field,
    next: String,
    sent: bool,
    shown: Option<String>,
}

fn code_page(cx: &PageCx, status: StatusCode, typed: &Fields, problems: Problems, sent: Sent) -> Answer {
    let page = CodePage {
        page: cx.page("短信验证码登录").crumb("登录", "/login"),
        phone: phone_field().fill(typed, &problems),
        code: code_field().error(problems.at("code")),
        problems,
        next: typed.get("next").to_string(),
        sent: !matches!(sent, Sent::No),
        shown: if let Sent::Shown(code) = sent { Some(code) } else { None },
    };
    html_with_status(status, &page)
}

pub(super) enum Sent {
    No,
    Yes,
    /// In a demo the code stands on the page.
    Shown(String),
}

impl Sent {
    pub(super) fn of(code: Option<String>) -> Sent {
        code.map_or(Sent::Yes, Sent::Shown)
    }
}

pub(super) fn phone_field() -> Field {
    Field::new("phone", "手机号", Input::Tel).required().inputmode("numeric").autocomplete("tel").max(20)
}

pub(super) fn code_field() -> Field {
    Field::text("code", "短信验证码")
        .inputmode("numeric")
        .autocomplete("one-time-code")
        .max(6)
        .hint("6 位数字，5 分钟内有效")
        .required()
}

/// `GET /login/code`
pub async fn code_form(cx: PageCx, Query(asked): Query<Asked>) -> Answer {
    let typed = Fields::from_iter([("next".to_string(), asked.next)]);
    code_page(&cx, StatusCode::OK, &typed, Problems::none(), Sent::No)
}

/// `POST /login/code` with `do=send`, or with the code.
pub async fn with_code(cx: PageCx, headers: HeaderMap, typed: Fields) -> Answer {
    let app = &cx.app;
    let phone = law::codes::normalise(typed.get("phone"));
    let mut problems = Problems::none();
    if !is_mobile(&phone) {
        problems.add("phone", "请填写 11 位手机号，以 1 开头");
        return code_page(&cx, StatusCode::UNPROCESSABLE_ENTITY, &typed, problems, Sent::No);
    }
    let subject = accounts::by_name(app, &mut app.db.clone(), "phone", &phone).await?;
    if typed.get("do") == "send" {
        return match codes::send(app, Purpose::Login, &phone, subject.is_some()).await {
            Ok(code) => code_page(&cx, StatusCode::OK, &typed, problems, Sent::of(code)),
            Err(fault @ Fault::CodeTooSoon { .. }) => {
                problems.add("code", fault.face().next);
                code_page(&cx, fault.face().status, &typed, problems, Sent::Yes)
            }
            Err(fault) => Err(fault.into()),
        };
    }
    // Guessing codes for many phones from one place is held at the address's door.
    let address: Vec<_> = cx.cx.ip().map(|ip| (Door::Address, ip.to_string())).into_iter().collect();
    lockout::try_doors(app, &address).await?;
    if codes::check(app, Purpose::Login, &phone, typed.get("code")).await?
        && let Some(subject) = subject
    {
        lockout::forget(app, &address).await?;
        lockout::forget(app, &[(Door::Name, phone)]).await?;
        return enter(app, &cx.cx, &headers, &subject, typed.get("next")).await;
    }
    problems.add("code", "验证码不对或已过期，请核对短信，或重新获取");
    code_page(&cx, StatusCode::UNPROCESSABLE_ENTITY, &typed, problems, Sent::Yes)
}

/// 11 digits beginning with 1 and 3–9.
pub(super) fn is_mobile(phone: &str) -> bool {
    let bytes = phone.as_bytes();
    bytes.len() == 11 && bytes.iter().all(u8::is_ascii_digit) && bytes[0] == b'1' && bytes[1] >= b'3'
}

/// `POST /logout`
pub async fn out(cx: Cx, State(app): State<App>, _form: Fields) -> Answer {
    sessions::close(&mut app.db.clone(), cx.session_token(), app.now()).await?;
    Ok(signed_out(&app, &cx, "您已退出登录"))
}

/// Home, without the session's cookie.
pub(super) fn signed_out(app: &App, cx: &Cx, says: &str) -> Response {
    let mut response = Flash::done(says).redirect(app, "/login");
    response.headers_mut().append(SET_COOKIE, cx.jar().forget(cookies::SESSION));
    response
}

/// `GET /resume/{key}`: what was typed before the session was over.
pub async fn resume(signed: SignedIn, cx: PageCx, Path(key): Path<String>) -> Answer {
    let kept = stash::find(&cx.app, &signed.0.subject, &key).await?.ok_or(Fault::Unknown)?;
    web::layers::resume_page(&cx.app, &cx.cx, StatusCode::OK, kept)
}
