//! Sessions: a cookie with 32 random bytes, of which the database knows the digest only. Over after half an hour
//! without a request or twelve hours in all; a new token at every sign-in and change of role.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use db::{Exec, params};
use http::header::SET_COOKIE;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method};
use jiff::{SignedDuration, Timestamp};
use sm3::{Digest, Sm3};
use std::sync::Arc;
use web::face::Faced;
use web::{App, Cx, Who, cookies};

use crate::accounts::Kind;
use crate::officers;
use crate::{Fault, codes, lockout, stash};

pub const IDLE: SignedDuration = SignedDuration::from_mins(30);
pub const ABSOLUTE: SignedDuration = SignedDuration::from_hours(12);
/// The last request is noted this coarsely, so that reading pages writes nothing most of the time.
const NOTE_EVERY: SignedDuration = SignedDuration::from_secs(60);
/// The cookie outlives the session, so that a late form can be told from a stranger's and be kept.
const COOKIE_SECONDS: i64 = 24 * 3600;

/// A good session and its account.
#[derive(Clone, Debug)]
pub struct Session {
    pub subject: String,
    pub token_hash: String,
    pub kind: Kind,
    pub name: String,
    pub id_masked: String,
    pub phone_masked: String,
    /// An officer's bureau.
    pub bureau: Option<String>,
    /// The principal an agent acts for now, and the mandate that lets him.
    pub acting_for: Option<String>,
    pub mandate: Option<String>,
    /// The one post an officer chose to act in; all of his when none.
    pub post: Option<String>,
    pub created_at: Timestamp,
    pub seen_at: Timestamp,
    /// 100 stands for a hundred and more.
    pub unread: u32,
}

/// What a request's cookie turned out to be.
#[derive(Clone, Debug)]
pub enum Standing {
    Nobody,
    /// A session of this subject that is over.
    Over(String),
    In(Arc<Session>),
    /// The database could not say. Public pages go on without.
    Unknown(db::Fault),
}

/// The standing of a request: from the layer, or looked up on the spot where a handler is tested alone.
pub async fn standing(parts: &mut Parts, app: &App) -> Standing {
    if let Some(known) = parts.extensions.get::<Standing>() {
        return known.clone();
    }
    let Ok(cx) = Cx::from_request_parts(parts, app).await;
    let found = look_up(app, cx.session_token()).await;
    parts.extensions.insert(found.clone());
    found
}

/// Anybody signed in, applicant or officer. Pages that need one of them ask for `Person` or `Officer`.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Arc<Session>);

impl FromRequestParts<App> for SignedIn {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<SignedIn, Fault> {
        session_of(parts, app).await.map(SignedIn)
    }
}

pub(crate) async fn session_of(parts: &mut Parts, app: &App) -> Result<Arc<Session>, Fault> {
    match standing(parts, app).await {
        Standing::In(session) => Ok(session),
        Standing::Unknown(fault) => Err(Fault::Store(fault)),
        Standing::Nobody | Standing::Over(_) => {
            let Ok(cx) = Cx::from_request_parts(parts, app).await;
            Err(Fault::NotSignedIn { next: come_back_to(&cx, &parts.headers) })
        }
    }
}

/// Where to return after signing in: the page asked for, or for a form sent without a session the page it stood on.
fn come_back_to(cx: &Cx, headers: &HeaderMap) -> String {
    if cx.method().is_safe() {
        return cx.path_and_query();
    }
    let referer = headers.get(http::header::REFERER).and_then(|value| value.to_str().ok());
    let path = referer.and_then(|url| url.parse::<http::Uri>().ok());
    let path = path.and_then(|url| url.path_and_query().map(ToString::to_string));
    path.map_or_else(|| "/me".into(), |path| web::safe_next(&path).to_string())
}

/// Opens a session and answers the cookie's line. Whatever token the browser had before is worth nothing after.
pub async fn open(
    app: &App,
    db: &mut impl Exec,
    cx: &Cx,
    subject: &str,
    device: &str,
) -> Result<HeaderValue, Fault> {
    close(db, cx.session_token(), app.now()).await?;
    let token = URL_SAFE_NO_PAD.encode(web::app::random::<32>());
    let now = app.now();
    db.execute(
        "insert into session (subject, token_hash, device, created_at, seen_at) values ($1, $2, $3, $4, $4)",
        params![subject, digest(&token), device, now],
    )
    .await?;
    Ok(cookie(cx, subject, &token))
}

fn cookie(cx: &Cx, subject: &str, token: &str) -> HeaderValue {
    cx.jar().write(cookies::SESSION, &format!("{subject}.{token}"), Some(COOKIE_SECONDS))
}

/// Gives the session a new token and with it a new role: the principal an agent acts for, the post of an officer.
/// `created_at` stays, so that switching doesn't lengthen the twelve hours.
pub async fn rotate(app: &App, cx: &Cx, session: &Session, role: Role) -> Result<HeaderValue, Fault> {
    let token = URL_SAFE_NO_PAD.encode(web::app::random::<32>());
    let (acting_for, mandate, post) = match role {
        Role::Oneself => (None, None, None),
        Role::For { principal, mandate } => (Some(principal), Some(mandate), None),
        Role::Post(post) => (None, None, post),
    };
    let mut tx = app.db.begin().await?;
    let row = tx
        .query_one(
            "select device from session where subject = $1 and token_hash = $2",
            params![&session.subject, &session.token_hash],
        )
        .await?;
    tx.execute(
        "insert into session (subject, token_hash, acting_for, mandate, post, device, created_at, seen_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            &session.subject,
            digest(&token),
            acting_for,
            mandate,
            post,
            row.text(0)?,
            session.created_at,
            app.now()
        ],
    )
    .await?;
    revoke_one(&mut tx, &session.subject, &session.token_hash, app.now()).await?;
    tx.commit().await?;
    Ok(cookie(cx, &session.subject, &token))
}

/// What a session acts as.
pub enum Role {
    Oneself,
    For { principal: String, mandate: String },
    Post(Option<String>),
}

/// Ends the session of this cookie, if it has one.
pub async fn close(db: &mut impl Exec, cookie: Option<&str>, now: Timestamp) -> Result<(), Fault> {
    if let Some((subject, token)) = cookie.and_then(|cookie| cookie.split_once('.')) {
        revoke_one(db, subject, &digest(token), now).await?;
    }
    Ok(())
}

/// Ends one session, by the digest shown on the person's own page.
pub async fn revoke_one(
    db: &mut impl Exec,
    subject: &str,
    token_hash: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    db.execute(
        "update session set revoked_at = $1 where subject = $2 and token_hash = $3 and revoked_at is null",
        params![now, subject, token_hash],
    )
    .await?;
    Ok(())
}

/// Ends them all: 全部退出, a changed password, a post taken away.
pub async fn revoke_all(db: &mut impl Exec, subject: &str, now: Timestamp) -> Result<u64, Fault> {
    let ended = db
        .execute(
            "update session set revoked_at = $1 where subject = $2 and revoked_at is null",
            params![now, subject],
        )
        .await?;
    Ok(ended)
}

/// A place where the person is signed in.
#[derive(Clone, Debug)]
pub struct Place {
    pub token_hash: String,
    pub device: String,
    pub created_at: Timestamp,
    pub seen_at: Timestamp,
}

pub async fn open_places(db: &mut impl Exec, subject: &str, now: Timestamp) -> Result<Vec<Place>, Fault> {
    let rows = db
        .query(
            "select token_hash, device, created_at, seen_at from session
              where subject = $1 and revoked_at is null and seen_at > $2 and created_at > $3
              order by seen_at desc limit 50",
            params![subject, now - IDLE, now - ABSOLUTE],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Place {
                token_hash: row.text(0)?,
                device: row.text(1)?,
                created_at: row.instant(2)?,
                seen_at: row.instant(3)?,
            })
        })
        .collect()
}

async fn look_up(app: &App, cookie: Option<&str>) -> Standing {
    let Some((subject, token)) = cookie.and_then(|cookie| cookie.split_once('.')) else {
        return Standing::Nobody;
    };
    read(app, subject, &digest(token)).await.unwrap_or_else(Standing::Unknown)
}

/// Unread messages are counted up to a hundred: this runs on every request, and an agent of many shops may have thousands.
async fn read(app: &App, subject: &str, token_hash: &str) -> Result<Standing, db::Fault> {
    let (now, mut db) = (app.now(), app.db.clone());
    let row = db
        .query_opt(
            "select a.kind, a.name, a.id_masked, a.phone_masked, a.bureau, s.acting_for, s.mandate, s.post,
                    s.created_at, s.seen_at, s.revoked_at, a.closed_at,
                    (select count(*)
                       from (select 1 from message m where m.subject = $1 and m.read_at is null limit 100) unread)
               from session s join account a on a.subject = s.subject
              where s.subject = $1 and s.token_hash = $2",
            params![subject, token_hash],
        )
        .await?;
    let Some(row) = row else { return Ok(Standing::Nobody) };
    let session = Session {
        subject: subject.to_string(),
        token_hash: token_hash.to_string(),
        kind: Kind::from_code(&row.text(0)?).ok_or_else(|| db::Fault::Shape("account.kind".into()))?,
        name: row.text(1)?,
        id_masked: row.text(2)?,
        phone_masked: row.text(3)?,
        bureau: row.opt_text(4)?,
        acting_for: row.opt_text(5)?,
        mandate: row.opt_text(6)?,
        post: row.opt_text(7)?,
        created_at: row.instant(8)?,
        seen_at: row.instant(9)?,
        unread: u32::try_from(row.int(12)?).unwrap_or(u32::MAX),
    };
    let ended = row.opt_int(10)?.is_some() || row.opt_int(11)?.is_some();
    if ended || now >= session.seen_at + IDLE || now >= session.created_at + ABSOLUTE {
        return Ok(Standing::Over(session.subject));
    }
    if now >= session.seen_at + NOTE_EVERY {
        note_seen(&mut db, &session, now).await;
    }
    Ok(Standing::In(Arc::new(session)))
}

/// A note that could not be written makes the session look idle a little sooner; the page is worth more.
async fn note_seen(db: &mut impl Exec, session: &Session, now: Timestamp) {
    let noted = db
        .execute(
            "update session set seen_at = $1 where subject = $2 and token_hash = $3 and revoked_at is null",
            params![now, &session.subject, &session.token_hash],
        )
        .await;
    if let Err(fault) = noted {
        tracing::warn!(%fault, "session not noted");
    }
}

fn digest(token: &str) -> String {
    hex::encode(Sm3::digest(token.as_bytes()))
}

/// Puts the router behind the sign-in: pages know who is there, and a form sent too late is kept.
pub fn layer(router: axum::Router<App>, app: &App) -> axum::Router<App> {
    router.layer(axum::middleware::from_fn_with_state(app.clone(), around))
}

async fn around(State(app): State<App>, cx: Cx, mut request: Request, next: Next) -> Response {
    if request.uri().path().starts_with("/assets/") {
        return next.run(request).await;
    }
    let standing = look_up(&app, cx.session_token()).await;
    if let Standing::In(session) = &standing {
        cx.sign_in(who(&app, session).await);
    }
    request.extensions_mut().insert(standing.clone());
    let Standing::Over(subject) = standing else { return to_login(&cx, next.run(request).await) };
    late_form(&app, &cx, &subject, request, next).await
}

async fn who(app: &App, session: &Session) -> Who {
    let plain = Who {
        name: session.name.clone(),
        kind: session.kind.says().to_string(),
        unread: session.unread,
        ..Who::default()
    };
    if session.kind != Kind::Officer {
        return plain;
    }
    match officers::load(app, session).await {
        Ok(officer) => Who {
            kind: officer.posts_say(),
            officer: true,
            bureau: Some(officer.bureau_name.clone()),
            acts: officer.acts().into_iter().map(crate::Act::code).collect(),
            ..plain
        },
        Err(fault) => {
            tracing::warn!(%fault, "officer not read");
            Who { officer: true, ..plain }
        }
    }
}

/// A page that needs a sign-in leads there and back; programs get the 401 as it is.
fn to_login(cx: &Cx, response: Response) -> Response {
    let needed = response.extensions().get::<Faced>().is_some_and(|Faced(face)| face.code == "login-needed");
    if !needed || cx.wants_json() {
        return response;
    }
    let Some(Faced(face)) = response.extensions().get::<Faced>() else { return response };
    let to = face.actions.first().map_or("/login", |(_, href)| href.as_str());
    Redirect::to(to).into_response()
}

/// A form sent with a session that is over: if its page needs one, what was typed is kept until the person is back.
async fn late_form(app: &App, cx: &Cx, subject: &str, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !web::form::is_urlencoded(request.headers()) {
        return to_login(cx, next.run(request).await);
    }
    let (parts, body) = request.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, web::layers::BODY_LIMIT).await else {
        return web::Refusal::new(web::form::too_large()).into_response();
    };
    let request = Request::from_parts(parts, Body::from(bytes.clone()));
    let response = next.run(request).await;
    let needed = response.extensions().get::<Faced>().is_some_and(|Faced(face)| face.code == "login-needed");
    if !needed || cx.wants_json() {
        return response;
    }
    match keep(app, cx, subject, &bytes).await {
        Some(key) => {
            let cookie = cx.jar().write(cookies::STASH, &key, Some(COOKIE_SECONDS));
            (AppendHeaders([(SET_COOKIE, cookie)]), Redirect::to("/login?kept=1")).into_response()
        }
        None => to_login(cx, response),
    }
}

/// Kept only when the form carried the token of this very browser: nobody may plant words in somebody's form.
async fn keep(app: &App, cx: &Cx, subject: &str, body: &Bytes) -> Option<String> {
    let pairs = web::form::pairs(body).ok()?;
    let token = pairs.iter().find(|(name, _)| name == web::csrf::FIELD)?;
    if !cx.csrf_fits(app, &token.1) {
        return None;
    }
    stash::keep(app, subject, &cx.path_and_query(), pairs)
        .await
        .inspect_err(|fault| tracing::warn!(%fault, "typed form not kept"))
        .ok()
}

/// Clears out sessions, codes, failures and kept forms that are over. To be run daily.
pub async fn sweep(app: &App) -> Result<(), db::Fault> {
    let (now, mut db) = (app.now(), app.db.clone());
    db.execute(
        "delete from session where created_at < $1",
        params![now - SignedDuration::from_hours(7 * 24)],
    )
    .await?;
    codes::sweep(&mut db, now).await?;
    lockout::sweep(&mut db, now).await?;
    stash::sweep(&mut db, now).await?;
    Ok(())
}
