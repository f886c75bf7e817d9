//! The buttons of a seal's page.

use axum::extract::{Path, State};
use identity::{Act, Officer, Post};
use web::{Answer, App, Fields, Flash, PageCx, Refusal, html_with_status};

use super::one::{self, USERS, Unsaid};
use super::{at, read};
use crate::actions::{By, reason, take};
use crate::state::{NotOpen, Step, Users};
use crate::{Fault, Record, store};

type Place = Path<(String, String)>;

/// `POST /desk/seals/{bureau}/{id}/approve`
pub async fn approve(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    place: Place,
    sent: Fields,
) -> Answer {
    let by = By::officer(&officer, app.now());
    let step = || Ok(Step::Approve { by: by.person.clone() });
    taken(
        (&cx, &app, &officer),
        (Act::ApproveSeals, "approve"),
        place,
        &sent,
        step,
        "已批准，请印章管理员制作",
    )
    .await
}

/// `POST …/refuse`
pub async fn refuse(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    place: Place,
    sent: Fields,
) -> Answer {
    let by = By::officer(&officer, app.now());
    let step =
        || Ok(Step::Refuse { by: by.person.clone(), why: reason(sent.get("why"), "不批准的理由")? });
    taken((&cx, &app, &officer), (Act::ApproveSeals, "refuse"), place, &sent, step, "已记录不批准").await
}

/// `POST …/hand-out`
pub async fn hand_out(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    place: Place,
    sent: Fields,
) -> Answer {
    let chosen = |post: &Post| sent.all("post").iter().any(|code| code == post.code());
    let posts: Vec<Post> = USERS.into_iter().filter(chosen).collect();
    let users = Users::new(&posts, sent.ticked("unattended"));
    let says = format!("已启用，使用岗位：{}", users.say());
    let step = || Ok(Step::HandOut { users });
    taken((&cx, &app, &officer), (Act::KeepSeals, "hand-out"), place, &sent, step, &says).await
}

/// `POST …/suspend`
pub async fn suspend(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    place: Place,
    sent: Fields,
) -> Answer {
    let step = || Ok(Step::Suspend { why: reason(sent.get("why"), "停用的理由")? });
    taken((&cx, &app, &officer), (Act::KeepSeals, "suspend"), place, &sent, step, "已停用，马上生效").await
}

/// `POST …/resume`
pub async fn resume(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    place: Place,
    sent: Fields,
) -> Answer {
    taken((&cx, &app, &officer), (Act::KeepSeals, "resume"), place, &sent, || Ok(Step::Resume), "已恢复使用")
        .await
}

/// `POST …/destroy`
pub async fn destroy(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    place: Place,
    sent: Fields,
) -> Answer {
    let step = || Ok(Step::Destroy { why: reason(sent.get("why"), "理由")? });
    taken((&cx, &app, &officer), (Act::KeepSeals, "destroy"), place, &sent, step, "已销毁").await
}

async fn taken(
    (cx, app, officer): (&PageCx, &App, &Officer),
    (act, code): (Act, &'static str),
    Path((bureau, id)): Place,
    sent: &Fields,
    step: impl FnOnce() -> Result<Step, Fault>,
    says: &str,
) -> Answer {
    officer.may(act, &bureau)?;
    let version = version(sent.get("version"))?;
    let seal = read(app, officer, &bureau, &id).await?;
    let by = By::officer(officer, app.now());
    let done = match step() {
        Ok(step) => take(app, &by, (&bureau, &id), Some(version), step).await.map(|_| ()),
        Err(fault) => Err(fault),
    };
    match done {
        Ok(()) => Ok(Flash::done(says).redirect(app, &at(&bureau, &id))),
        Err(fault) => not_taken((cx, app, officer), seal, (code, sent), fault).await,
    }
}

/// The seal as it stands now, with what stands against the step above it and what was typed still there.
async fn not_taken(
    (cx, app, officer): (&PageCx, &App, &Officer),
    seen: Record,
    (step, sent): (&'static str, &Fields),
    fault: Fault,
) -> Answer {
    let (bureau, id) = (seen.bureau.clone(), seen.id.clone());
    let mut face = fault.face();
    if matches!(fault, Fault::Moved | Fault::NotOpen(NotOpen::State { .. })) {
        face.next = "下面是印章现在的状态，请看清以后再办".to_owned();
    }
    let status = face.status;
    let now = store::by_id(&mut app.db.clone(), &bureau, &id).await.ok().flatten();
    let unsaid = Unsaid {
        step,
        face,
        why: sent.get("why").to_owned(),
        posts: sent.all("post").to_vec(),
        unattended: sent.ticked("unattended"),
    };
    match one::page(cx, app, officer, now.unwrap_or(seen), Some(unsaid)).await {
        Ok(page) => {
            tracing::info!(step, %fault, "step not taken");
            html_with_status(status, &page)
        }
        // The page can't be drawn while the database is away: the refusal itself can.
        Err(_) => Err(back_to(&bureau, &id, fault)),
    }
}

/// The state that the person saw when pressing the button.
pub(super) fn version(typed: &str) -> Result<i64, Fault> {
    typed.parse().map_err(|_| Fault::Typed {
        says: "提交的内容不完整，没有收下".into(),
        next: "请返回印章页面，刷新后再办",
    })
}

/// A refusal that leads back to the seal.
pub(super) fn back_to(bureau: &str, id: &str, fault: Fault) -> Refusal {
    let known = !matches!(fault, Fault::Unknown);
    let face = fault.face();
    let face = if known { face.action("回到印章", at(bureau, id)) } else { face };
    Refusal::caused(face, &fault)
}
