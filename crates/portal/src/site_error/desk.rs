//! The operator's list of reports.

use askama::Template;
use axum::extract::{Path, State};
use db::Exec;
use identity::{Act, Officer};
use web::{Answer, App, Face, Fields, Flash, Page, PageCx, Refusal, html};

use super::store::{self, Report};

/// A site with more open reports than this has other worries than paging.
const MOST: i64 = 200;
const ANSWER_AT_MOST: usize = 300;

#[derive(Template)]
#[template(path = "site_error/list.html")]
struct ListPage {
    page: Page,
    open: Vec<Report>,
    answered: Vec<Report>,
}

/// `GET /desk/site-errors`
pub(super) async fn list(State(app): State<App>, cx: PageCx, officer: Officer) -> Answer {
    officer.may(Act::RunSystem, &officer.bureau)?;
    let db = &mut app.db.clone();
    let open = store::some(db, false, MOST).await?;
    let answered = store::some(db, true, 20).await?;
    html(&ListPage { page: cx.page("网站纠错"), open, answered })
}

/// `POST /desk/site-errors/{id}`
pub(super) async fn answer(
    State(app): State<App>,
    officer: Officer,
    Path(id): Path<String>,
    typed: Fields,
) -> Answer {
    officer.may(Act::RunSystem, &officer.bureau)?;
    let words = typed.get("answer").trim();
    if words.is_empty() || words.chars().count() > ANSWER_AT_MOST {
        let face = Face::invalid(
            "site-error-answer",
            "没有保存处理结果",
            format!("请写明怎样处理的，最多 {ANSWER_AT_MOST} 个字。"),
        );
        return Err(Refusal::new(face.action("回到网站纠错", "/desk/site-errors")));
    }
    let done = app.db.clone().perform(store::answer(&id, words, &officer.name, app.now())).await;
    match done {
        Ok(_) => Ok(Flash::done("已记下处理结果。").redirect(&app, "/desk/site-errors")),
        Err(db::Fault::Expected { .. }) => {
            let says = "这一条已由别人处理，您写的没有保存";
            let face = Face::conflict("site-error-answered", says, "请在“已处理”里查看处理结果。");
            Err(Refusal::new(face.action("回到网站纠错", "/desk/site-errors")))
        }
        Err(fault) => Err(fault.into()),
    }
}
