//! The inbox.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use web::{After, Answer, App, Fields, Flash, Page, PageCx, Pager, html, safe_next, text};

use crate::Fault;
use crate::inbox::{self, Message};
use crate::sessions::SignedIn;

const A_PAGE: usize = 20;

#[derive(Template)]
#[template(path = "identity/messages.html")]
struct MessagesPage {
    page: Page,
    messages: Vec<Message>,
    pager: Pager,
}

impl MessagesPage {
    fn when(&self, message: &Message) -> String {
        text::minute(message.at)
    }
}

/// `GET /me/messages`
pub async fn list(signed: SignedIn, cx: PageCx, after: After) -> Answer {
    let before = after.parts::<2>().and_then(|[at, id]| Some((at.parse().ok()?, id)));
    let mut messages =
        inbox::list(&mut cx.app.db.clone(), &signed.0.subject, before, A_PAGE as i64 + 1).await?;
    let key = |message: &Message| After::key(&[&message.at.as_microsecond().to_string(), &message.id]);
    let pager = Pager::cut(&mut messages, A_PAGE, "/me/messages", &after, key);
    html(&MessagesPage { page: cx.page("消息").crumb("我的", "/me"), messages, pager })
}

/// `GET /me/messages/{id}`: marks it read and leads to what it is about.
pub async fn open(signed: SignedIn, State(app): State<App>, Path(id): Path<String>) -> Answer {
    let link = inbox::read(&mut app.db.clone(), &signed.0.subject, &id, app.now()).await?;
    let link = link.ok_or(Fault::Unknown)?;
    Ok(Redirect::to(safe_next(&link)).into_response())
}

/// `POST /me/messages/read-all`
pub async fn read_all(signed: SignedIn, State(app): State<App>, _form: Fields) -> Answer {
    let read = inbox::read_all(&mut app.db.clone(), &signed.0.subject, app.now()).await?;
    Ok(Flash::done(format!("{read} 条消息已标为已读")).redirect(&app, "/me/messages"))
}
