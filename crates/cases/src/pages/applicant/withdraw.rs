//! 撤回申请: asked once more, then done.

use axum::extract::{Path, State};
use identity::Person;
use web::{Answer, App, Fields, Flash, Page, PageCx, html};

use super::confirm::by;
use crate::stage::NotOpen;
use crate::{Fault, actions};

#[derive(askama::Template)]
#[template(path = "case/withdraw.html")]
struct WithdrawPage {
    page: Page,
    base: String,
    number: String,
    shop: String,
    stage: &'static str,
}

pub async fn ask(
    State(app): State<App>,
    cx: PageCx,
    person: Person,
    Path((bureau, id)): Path<(String, String)>,
) -> Answer {
    let case = actions::mine(&app, &person.subject, &bureau, &id).await?;
    let open = case.stage.open_steps();
    if !open.contains(&"withdraw") {
        return Err(Fault::NotOpen(NotOpen { stage: case.stage.code(), step: "withdraw", open }).into());
    }
    let base = format!("/cases/{bureau}/{id}");
    html(&WithdrawPage {
        page: cx.page("撤回申请").crumb("我的办件", "/me/cases").crumb(&case.number, &base),
        base,
        stage: case.stage.says(),
        number: case.number,
        shop: case.shop,
    })
}

pub async fn withdraw(
    State(app): State<App>,
    person: Person,
    Path((bureau, id)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let reason: String = fields.get("reason").chars().take(200).collect();
    actions::withdraw(&app, &person.subject, &by(&person), &bureau, &id, &reason).await?;
    Ok(Flash::done("申请已撤回。需要时可以重新申请。").redirect(&app, &format!("/cases/{bureau}/{id}")))
}
