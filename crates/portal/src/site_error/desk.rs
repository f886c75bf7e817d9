//! The reports of a bureau's pages, before whoever runs its system; the national operator sees all.

use askama::Template;
use axum::extract::{Path, State};
use catalog::catalogue::NATION;
use db::Exec;
use http::StatusCode;
use identity::{Act, Officer};
use web::{Answer, App, Face, Fields, Flash, Page, PageCx, Refusal, html_with_status};

use super::store::{self, Report};

/// A site with more open reports than this has other worries than paging.
const MOST: i64 = 200;
const LATEST: i64 = 20;
const ANSWER_AT_MOST: usize = 300;

#[derive(Template)]
#[template(path = "site_error/list.html")]
struct ListPage {
    page: Page,
    open: Vec<Report>,
    answered: Vec<Report>,
    unsaved: Option<Unsaved>,
}

/// An answer that could not be kept: its words stay with whoever wrote them.
struct Unsaved {
    id: String,
    words: String,
    says: String,
    /// What somebody else answered meanwhile.
    instead: Option<Report>,
}

impl ListPage {
    /// The words typed for a report that is still open.
    fn typed(&self, one: &Report) -> &str {
        self.unsaved.as_ref().filter(|kept| kept.id == one.id).map_or("", |kept| kept.words.as_str())
    }
}

/// `GET /desk/site-errors`
pub(super) async fn list(State(app): State<App>, cx: PageCx, officer: Officer) -> Answer {
    officer.may(Act::RunSystem, &officer.bureau)?;
    shown(&app, &cx, &officer, None).await
}

async fn shown(app: &App, cx: &PageCx, officer: &Officer, unsaved: Option<Unsaved>) -> Answer {
    let db = &mut app.db.clone();
    let (open, answered) = if officer.bureau == NATION {
        (store::all(db, false, MOST).await?, store::all(db, true, LATEST).await?)
    } else {
        (
            store::of_bureau(db, &officer.bureau, false, MOST).await?,
            store::of_bureau(db, &officer.bureau, true, LATEST).await?,
        )
    };
    let status = match &unsaved {
        None => StatusCode::OK,
        Some(Unsaved { instead: Some(_), .. }) => StatusCode::CONFLICT,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    html_with_status(status, &ListPage { page: cx.page("网站纠错"), open, answered, unsaved })
}

/// `POST /desk/site-errors/{bureau}/{id}`
pub(super) async fn answer(
    State(app): State<App>,
    cx: PageCx,
    officer: Officer,
    Path((bureau, id)): Path<(String, String)>,
    typed: Fields,
) -> Answer {
    officer.may(Act::RunSystem, &officer.bureau)?;
    // A report of another bureau answers like one that isn't there.
    if officer.bureau != NATION && officer.bureau != bureau {
        return Err(unknown());
    }
    let mut db = app.db.clone();
    let report = store::one(&mut db, &bureau, &id).await?.ok_or_else(unknown)?;
    let words = typed.get("answer").trim().to_owned();
    if words.is_empty() || words.chars().count() > ANSWER_AT_MOST {
        let says = format!("没有保存处理结果：请写明怎样处理的，最多 {ANSWER_AT_MOST} 个字。");
        return shown(&app, &cx, &officer, Some(Unsaved { id, words, says, instead: None })).await;
    }
    match db.perform(store::answer(&report, &words, &officer.name, app.now())).await {
        Ok(_) => Ok(Flash::done("已记下处理结果。").redirect(&app, "/desk/site-errors")),
        Err(db::Fault::Expected { .. }) => {
            let says = "这一条已由别人处理，您写的没有保存：请对照，要补充的请与对方联系。".to_owned();
            let instead = store::one(&mut db, &bureau, &id).await?.or(Some(report));
            shown(&app, &cx, &officer, Some(Unsaved { id, words, says, instead })).await
        }
        Err(fault) => Err(fault.into()),
    }
}

fn unknown() -> Refusal {
    let says = "可能不是您单位的页面，或者地址写错了。请从列表打开。";
    let face = Face::unknown("site-error-unknown", "没有找到这条纠错", says);
    Refusal::new(face.action("回到网站纠错", "/desk/site-errors"))
}
