//! 我的: who I am here, where I am signed in, my password.

use askama::Template;
use axum::extract::State;
use http::StatusCode;
use web::parts::{Field, Input};
use web::{Answer, App, Cx, Fields, Flash, NavItem, Page, PageCx, Problems, html, html_with_status, text};

use super::login::signed_out;
use crate::accounts::{self, Kind, Profile};
use crate::mandates::{self, Mandate};
use crate::sessions::{self, Role, SignedIn};
use crate::{Fault, Identity, Officer, Person, Post, passwords};

#[derive(Template)]
#[template(path = "identity/me.html")]
struct MePage {
    page: Page,
    profile: Profile,
    person: Option<Person>,
    officer: Option<Officer>,
    links: Vec<NavItem>,
    places: Vec<Line>,
    mandates: Vec<Mandate>,
    asked: usize,
}

struct Line {
    token_hash: String,
    device: String,
    since: String,
    seen: String,
    here: bool,
}

impl MePage {
    /// Whether an officer acts in this post alone.
    fn acts_in(&self, post: &Post) -> bool {
        self.officer
            .as_ref()
            .is_some_and(|officer| officer.held.len() > 1 && officer.posts.as_slice() == [*post])
    }
}

/// `GET /me`
pub async fn home(signed: SignedIn, person: Option<Person>, officer: Option<Officer>, cx: PageCx) -> Answer {
    let (app, session) = (&cx.app, &signed.0);
    let mut db = app.db.clone();
    let profile = accounts::profile(app, &mut db, &session.subject).await?.ok_or(Fault::Unknown)?;
    let places = sessions::open_places(&mut db, &session.subject, app.now()).await?;
    let today = app.today();
    let held = mandates::held_by(&mut db, &session.subject).await?;
    let given = mandates::given_by(&mut db, &session.subject).await?;
    html(&MePage {
        page: cx.page("我的"),
        links: if session.kind == Kind::Officer { Vec::new() } else { app.part::<Identity>().links.clone() },
        places: places
            .into_iter()
            .map(|place| Line {
                here: place.token_hash == session.token_hash,
                token_hash: place.token_hash,
                device: place.device,
                since: text::minute(place.created_at),
                seen: text::minute(place.seen_at),
            })
            .collect(),
        mandates: held.into_iter().filter(|mandate| mandate.in_force(today)).collect(),
        asked: given.iter().filter(|mandate| mandate.state == mandates::State::Asked).count(),
        profile,
        person,
        officer,
    })
}

/// `GET /me/alive`: keeps a session that its owner says is in use.
pub async fn alive(_signed: SignedIn) -> StatusCode {
    StatusCode::NO_CONTENT
}

/// `POST /me/sign-out-everywhere`
pub async fn sign_out_everywhere(signed: SignedIn, cx: Cx, State(app): State<App>, _form: Fields) -> Answer {
    let ended = sessions::revoke_all(&mut app.db.clone(), &signed.0.subject, app.now()).await?;
    Ok(signed_out(&app, &cx, &format!("已在全部 {ended} 处退出登录")))
}

/// `POST /me/sessions/end`
pub async fn end_session(signed: SignedIn, State(app): State<App>, typed: Fields) -> Answer {
    let session = &signed.0;
    sessions::revoke_one(&mut app.db.clone(), &session.subject, typed.get("session"), app.now()).await?;
    Ok(Flash::done("已让那台设备退出登录").redirect(&app, "/me"))
}

/// `POST /me/post`: acts in one post, or in all.
pub async fn switch_post(
    signed: SignedIn,
    officer: Officer,
    cx: Cx,
    State(app): State<App>,
    typed: Fields,
) -> Answer {
    let post = Post::from_code(typed.get("post")).filter(|post| officer.held.contains(post));
    let cookie =
        sessions::rotate(&app, &cx, &signed.0, Role::Post(post.map(|post| post.code().to_string()))).await?;
    let says =
        post.map_or("现在以全部岗位办理".to_string(), |post| format!("现在以“{}”办理", post.says()));
    let mut response = Flash::done(says).redirect(&app, "/desk");
    response.headers_mut().append(http::header::SET_COOKIE, cookie);
    Ok(response)
}

#[derive(Template)]
#[template(path = "identity/password.html")]
struct PasswordPage {
    page: Page,
    problems: Problems,
    fields: Vec<Field>,
}

fn password_page(cx: &PageCx, status: StatusCode, problems: Problems) -> Answer {
    let field = |name: &str, label: &str, hint: &str, kind: &str| {
        Field::new(name, label, Input::Password)
            .required()
            .hint(hint)
            .autocomplete(kind)
            .error(problems.at(name))
    };
    let fields = vec![
        field("old_password", "现在的密码", "忘记了的，退出后在登录页点“忘记密码”", "current-password"),
        field("password", "新密码", "至少 8 个字符，包含字母、数字、符号中的两种", "new-password"),
        field("password_again", "再输一遍新密码", "", "new-password"),
    ];
    let page = cx.page("修改密码").crumb("我的", "/me");
    html_with_status(status, &PasswordPage { page, problems, fields })
}

/// `GET /me/password`
pub async fn password_form(_signed: SignedIn, cx: PageCx) -> Answer {
    password_page(&cx, StatusCode::OK, Problems::none())
}

/// `POST /me/password`: a new password signs out every other place.
pub async fn change_password(signed: SignedIn, cx: PageCx, typed: Fields) -> Answer {
    let (app, session) = (&cx.app, &signed.0);
    let phc = accounts::password_of(&mut app.db.clone(), &session.subject).await?;
    let mut problems = Problems::none();
    if !passwords::verify(typed.get("old_password"), phc).await? {
        problems.add("old_password", "现在的密码不对");
    }
    if let Some(weak) = passwords::weakness(typed.get("password"), &[&session.name]) {
        problems.add("password", weak);
    }
    if typed.get("password") != typed.get("password_again") {
        problems.add("password_again", "两次输入的密码不一样，请重新输入");
    }
    if !problems.is_empty() {
        return password_page(&cx, StatusCode::UNPROCESSABLE_ENTITY, problems);
    }
    let phc = passwords::hash(typed.get("password")).await?;
    let mut tx = app.db.begin().await?;
    accounts::set_password(&mut tx, &session.subject, &phc, app.now()).await?;
    sessions::revoke_all(&mut tx, &session.subject, app.now()).await?;
    tx.commit().await?;
    Ok(signed_out(app, &cx.cx, "密码已修改，所有设备都已退出，请用新密码登录"))
}
