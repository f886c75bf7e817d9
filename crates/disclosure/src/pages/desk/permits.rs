//! Decisions that can't be made public yet, those that are late, and those taken down after an objection.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use db::Exec;
use db::history::{self, Entry as Line};
use identity::{Act, Officer};
use web::{Answer, App, Fields, Flash, Page, PageCx, Refusal, html};

use super::version;
use crate::Fault;
use crate::actions::reason;
use crate::publicity::{Entry, EntryState};
use crate::store::{self, NEWEST, Sought};

#[derive(Template)]
#[template(path = "disclosure/desk/permits.html")]
struct PermitsPage {
    page: Page,
    held: Vec<Entry>,
    down: Vec<Entry>,
    newest: Vec<Entry>,
    late: usize,
    may_review: bool,
    today: jiff::civil::Date,
}

impl PermitsPage {
    fn action(&self, one: &Entry) -> String {
        format!("{LIST}/{}/{}", one.bureau, one.id)
    }
}

const LIST: &str = "/desk/disclosure/permits";
const PAGE: i64 = 50;

/// `GET /desk/disclosure/permits?bureau=`: the officer's own bureau without one.
pub async fn list(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Answer {
    let asked = asked.get("bureau").filter(|code| !code.is_empty());
    let bureau = asked.cloned().unwrap_or_else(|| officer.bureau.clone());
    officer.may(Act::ReadDisclosure, &bureau)?;
    let mut db = app.db.clone();
    let own = Sought { bureau: bureau.clone(), ..Sought::default() };
    let today = app.today();
    let held = store::decisions_in(&mut db, &bureau, "held", PAGE).await?;
    html(&PermitsPage {
        page: cx.page("许可公示核对").crumb("工作台", "/desk").crumb("信息公开", "/desk/disclosure"),
        late: held.iter().filter(|entry| entry.is_late(today)).count(),
        held,
        down: store::decisions_in(&mut db, &bureau, "taken-down", PAGE).await?,
        newest: store::published_decisions(&mut db, &own, NEWEST, PAGE).await?,
        may_review: officer.can(Act::ReviewDisclosure),
        today,
    })
}

/// `POST /desk/disclosure/permits/{bureau}/{decision}`: takes it down with a reason, or puts it back.
pub async fn turn(
    officer: Officer,
    State(app): State<App>,
    Path((bureau, decision)): Path<(String, String)>,
    sent: Fields,
) -> Answer {
    officer.may(Act::ReviewDisclosure, &bureau)?;
    let back = |fault: Fault| Refusal::caused(fault.face().action("回到许可公示核对", LIST), &fault);
    let seen = version(sent.get("version")).map_err(back)?;
    let says = moved(&app, &officer, (&bureau, &decision), seen, &sent).await.map_err(back)?;
    Ok(Flash::done(says).redirect(&app, LIST))
}

async fn moved(
    app: &App,
    officer: &Officer,
    (bureau, id): (&str, &str),
    seen: i64,
    sent: &Fields,
) -> Result<&'static str, Fault> {
    let mut tx = app.db.begin().await?;
    let entry = store::decision(&mut tx, bureau, id).await?.ok_or(Fault::NoDecision)?;
    let meanwhile = || Fault::Overtaken { by: "另一位工作人员".to_owned(), at: app.now() };
    let (state, act, says) = match (&entry.state, sent.get("do")) {
        _ if entry.version != seen => return Err(meanwhile()),
        (EntryState::Published, "down") => (
            EntryState::TakenDown(reason(sent.get("why"))?),
            "taken-down",
            "已撤下，公开列表和数据文件不再包含这一条",
        ),
        (EntryState::TakenDown(_), "up") => (EntryState::Published, "put-back", "已恢复公示"),
        _ => return Err(meanwhile()),
    };
    let entry = Entry { state, ..entry };
    tx.perform(store::move_decision(&entry)).await.map_err(|fault| match fault {
        db::Fault::Expected { .. } => meanwhile(),
        fault => Fault::Store(fault),
    })?;
    let data = serde_json::json!({ "why": entry.state.problem() });
    let subject = (bureau, "public-decision", id);
    history::append(
        &mut tx,
        &Line::new(subject, app.now(), (&officer.id, &officer.name), act, data.to_string()),
    )
    .await?;
    tx.commit().await?;
    Ok(says)
}
