//! Comments that wait for an editor: shown with or without an answer, or hidden with a reason.

use askama::Template;
use axum::extract::{Path, State};
use identity::{Act, Officer};
use web::{Answer, App, Fields, Flash, Page, PageCx, Refusal, html};

use super::version;
use crate::Fault;
use crate::actions::{By, Looked, look_at};
use crate::comment::Comment;
use crate::store;

/// A comment with the title of what it is about.
struct Line {
    comment: Comment,
    about: String,
}

#[derive(Template)]
#[template(path = "disclosure/desk/comments.html")]
struct CommentsPage {
    page: Page,
    lines: Vec<Line>,
    may_edit: bool,
}

impl CommentsPage {
    fn when(&self, comment: &Comment) -> String {
        web::text::minute(comment.at)
    }
}

const PAGE: i64 = 50;
const LIST: &str = "/desk/disclosure/comments";

/// `GET /desk/disclosure/comments`
pub async fn list(cx: PageCx, officer: Officer, State(app): State<App>) -> Answer {
    officer.may(Act::ReadDisclosure, &officer.bureau)?;
    let mut db = app.db.clone();
    let mut lines = Vec::new();
    for comment in store::comments_of_bureau(&mut db, &officer.bureau, "waiting", PAGE).await? {
        let about = store::by_index(&mut db, &comment.bureau, &comment.index_no).await?;
        lines.push(Line { about: about.map(|one| one.content.title).unwrap_or_default(), comment });
    }
    html(&CommentsPage {
        page: cx.page("公众意见").crumb("工作台", "/desk").crumb("信息公开", "/desk/disclosure"),
        lines,
        may_edit: officer.can(Act::EditDisclosure),
    })
}

/// `POST /desk/disclosure/comments/{bureau}/{index}/{comment}`
pub async fn look(
    officer: Officer,
    State(app): State<App>,
    Path((bureau, index, comment)): Path<(String, String, String)>,
    sent: Fields,
) -> Answer {
    officer.may(Act::EditDisclosure, &bureau)?;
    let back = |fault: Fault| Refusal::caused(fault.face().action("回到公众意见", LIST), &fault);
    let seen = version(sent.get("version")).map_err(back)?;
    let (looked, says) = match sent.get("do") {
        "hide" => (Looked::Hide { why: sent.get("why").to_owned() }, "已记录不公开"),
        _ => (Looked::Show { answer: sent.get("answer").to_owned() }, "已公开"),
    };
    let by = By::officer(&officer, app.now());
    look_at(&app, &by, (&bureau, &index, &comment), seen, looked).await.map_err(back)?;
    Ok(Flash::done(says).redirect(&app, LIST))
}
