//! The buttons of an article's page.

use axum::extract::{Path, State};
use identity::{Act, Officer};
use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};
use web::clock::beijing;
use web::{Answer, App, Fields, Flash};

use super::{back_to, version};
use crate::Fault;
use crate::actions::{By, desk_address, reason, take};
use crate::state::Step;

type Place = Path<(String, String)>;

/// `POST …/submit`
pub async fn submit(officer: Officer, State(app): State<App>, place: Place, sent: Fields) -> Answer {
    let by = By::officer(&officer, app.now());
    let step = || Ok(Step::Submit { by: by.person.clone() });
    let says = "已提交审核，审核人员会收到消息";
    taken(&app, &officer, &[Act::EditDisclosure], place, &sent, step, says).await
}

/// `POST …/return`: by a reviewer, or by an editor who wants to go on writing.
pub async fn send_back(officer: Officer, State(app): State<App>, place: Place, sent: Fields) -> Answer {
    let by = By::officer(&officer, app.now());
    let step = || Ok(Step::Return { by: by.person.clone(), why: reason(sent.get("why"))? });
    let acts = [Act::ReviewDisclosure, Act::EditDisclosure];
    taken(&app, &officer, &acts, place, &sent, step, "已退回修改").await
}

/// `POST …/approve`: now, or at an instant to come.
pub async fn approve(officer: Officer, State(app): State<App>, place: Place, sent: Fields) -> Answer {
    let by = By::officer(&officer, app.now());
    let at = instant(sent.get("at"), "at");
    let later = at.as_ref().ok().copied().flatten().filter(|at| *at > by.at);
    let says = match later {
        Some(at) => format!("审核通过，{}自动发布", web::text::minute_cn(at)),
        None => "审核通过，已经发布".to_owned(),
    };
    // A form says whole minutes: the present one is now.
    let this_minute = by.at - SignedDuration::from_secs(60);
    let step = || match at? {
        Some(at) if at < this_minute => {
            Err(Fault::typed("at", "发布时间已经过去：现在就发布请留空，定时发布请填以后的时间"))
        }
        at => Ok(Step::Approve { by: by.person.clone(), at: at.unwrap_or(by.at) }),
    };
    taken(&app, &officer, &[Act::ReviewDisclosure], place, &sent, step, &says).await
}

/// `POST …/discard`
pub async fn discard(officer: Officer, State(app): State<App>, place: Place, sent: Fields) -> Answer {
    taken(&app, &officer, &[Act::EditDisclosure], place, &sent, || Ok(Step::Discard), "草稿已作废").await
}

/// `POST …/plan`: when it is to be taken down by itself; empty for never.
pub async fn plan(officer: Officer, State(app): State<App>, place: Place, sent: Fields) -> Answer {
    let now = app.now();
    let step = || match instant(sent.get("until"), "until")? {
        Some(until) if until <= now => Err(Fault::typed("until", "自动撤下的时间已经过去，请改成以后的时间")),
        until => Ok(Step::PlanWithdrawal { until }),
    };
    taken(&app, &officer, &[Act::ReviewDisclosure], place, &sent, step, "已设定").await
}

/// `POST …/withdraw`
pub async fn withdraw(officer: Officer, State(app): State<App>, place: Place, sent: Fields) -> Answer {
    let at = app.now();
    let step = || Ok(Step::Withdraw { at, why: reason(sent.get("why"))? });
    let says = "已撤回，公开页面只显示撤回说明";
    taken(&app, &officer, &[Act::ReviewDisclosure], place, &sent, step, says).await
}

/// `POST …/repeal`
pub async fn repeal(officer: Officer, State(app): State<App>, place: Place, sent: Fields) -> Answer {
    let step = || {
        let on: Date = sent
            .get("on")
            .parse()
            .map_err(|_| Fault::typed("on", "请填写废止日期，写成 2026-01-31 的样子"))?;
        Ok(Step::Repeal { on, why: reason(sent.get("why"))? })
    };
    taken(&app, &officer, &[Act::ReviewDisclosure], place, &sent, step, "已废止，公开页面会写明废止日期")
        .await
}

/// Beijing time as `<input type=datetime-local>` sends it; nothing for an empty field.
fn instant(typed: &str, field: &'static str) -> Result<Option<Timestamp>, Fault> {
    if typed.is_empty() {
        return Ok(None);
    }
    let wrong = |_| Fault::typed(field, "时间请写成 2026-01-31T09:00 的样子");
    let at: DateTime = typed.parse().map_err(wrong)?;
    Ok(Some(beijing(at.date(), at.hour(), at.minute())))
}

async fn taken(
    app: &App,
    officer: &Officer,
    acts: &[Act],
    Path((bureau, id)): Place,
    sent: &Fields,
    step: impl FnOnce() -> Result<Step, Fault>,
    says: &str,
) -> Answer {
    let act = acts.iter().copied().find(|act| officer.can(*act)).unwrap_or(acts[0]);
    officer.may(act, &bureau)?;
    let seen = version(sent.get("version")).map_err(|fault| back_to(&bureau, &id, fault))?;
    let step = step().map_err(|fault| back_to(&bureau, &id, fault))?;
    let by = By::officer(officer, app.now());
    let done = take(app, &by, (&bureau, &id), seen, step).await;
    done.map_err(|fault| back_to(&bureau, &id, fault))?;
    Ok(Flash::done(says).redirect(app, &desk_address(&bureau, &id)))
}
