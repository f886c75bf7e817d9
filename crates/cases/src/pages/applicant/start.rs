//! Before the form: which county, what to know, and the self-check.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect};
use http::StatusCode;
use identity::Person;
use serde::Deserialize;
use web::parts::Steps;
use web::{Answer, App, Fields, Page, PageCx, Problems, html, html_with_status};

use super::draft::{At, Sheet};
use crate::{Fault, actions};

#[derive(Deserialize)]
pub struct Where {
    #[serde(default)]
    bureau: String,
}

/// A county bureau that takes applications.
struct County {
    code: String,
    name: String,
    hall: String,
    phone: String,
}

#[derive(askama::Template)]
#[template(path = "apply/choose.html")]
struct ChoosePage {
    page: Page,
    problems: Problems,
    guide: String,
    here: String,
    chosen: String,
    counties: Vec<County>,
}

/// Which bureau: the one where the shop stands decides (《烟草专卖法》第十六条).
pub async fn choose(
    State(app): State<App>,
    cx: PageCx,
    _person: Person,
    Path((item, business)): Path<(String, String)>,
    Query(place): Query<Where>,
) -> Answer {
    choose_page(&app, &cx, (&item, &business), place.bureau, Problems::none())
}

fn choose_page(app: &App, cx: &PageCx, what: (&str, &str), chosen: String, problems: Problems) -> Answer {
    let catalogue = app.part::<catalog::Catalogue>();
    let item = catalogue.item(what.0).ok_or(Fault::Unknown)?;
    let business = item.business(what.1).ok_or(Fault::Unknown)?;
    actions::takes_applications(app, item, business, Some(chosen.as_str()))?;
    let county = |local: &catalog::LocalItem| County {
        code: local.bureau.clone(),
        name: local.bureau_name.clone(),
        hall: local.halls.first().map(|hall| hall.address.clone()).unwrap_or_default(),
        phone: local.consult_phone.clone(),
    };
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html_with_status(
        status,
        &ChoosePage {
            page: cx.page(format!("申请{}", crate::letters::matter(item, business))).crumb("办事", "/items"),
            problems,
            guide: format!("/guides/{}/{}", item.slug, business.slug),
            here: format!("/apply/{}/{}", what.0, what.1),
            chosen,
            counties: catalogue.locals(item).filter(|local| local.takes_applications()).map(county).collect(),
        },
    )
}

pub async fn begin(
    State(app): State<App>,
    cx: PageCx,
    person: Person,
    Path((item, business)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let bureau = fields.get("bureau");
    match actions::begin(&app, &person.subject, bureau, &item, &business).await {
        Ok(draft) => Ok(At::Notice.go(&draft.id)),
        Err(Fault::BadEntry(says)) => {
            let mut problems = Problems::none();
            problems.add("bureau", says);
            choose_page(&app, &cx, (&item, &business), bureau.to_owned(), problems)
        }
        Err(fault) => Err(fault.into()),
    }
}

/// Back to where the person left off, on whichever device.
pub async fn resume(State(app): State<App>, person: Person, Path(id): Path<String>) -> Answer {
    match actions::draft(&app, &person.subject, &id).await {
        Ok(draft) => Ok(At::reached(&draft).go(&id)),
        Err(Fault::DraftSent { bureau, id, .. }) => {
            Ok(Redirect::to(&format!("/cases/{bureau}/{id}")).into_response())
        }
        Err(fault) => Err(fault.into()),
    }
}

#[derive(askama::Template)]
#[template(path = "apply/notice.html")]
struct NoticePage<'a> {
    page: Page,
    steps: Steps,
    sheet: &'a Sheet,
    business: &'a catalog::BusinessType,
    guide: String,
    promised: u16,
    statutory: u16,
    needed: Vec<&'a catalog::MaterialSpec>,
}

pub async fn notice(State(app): State<App>, cx: PageCx, person: Person, Path(id): Path<String>) -> Answer {
    let sheet = Sheet::open(&app, &person.subject, &id).await?;
    let business = sheet.terms.business();
    html(&NoticePage {
        page: sheet.page(&cx, At::Notice),
        steps: sheet.steps(At::Notice),
        guide: format!("/guides/{}/{}?bureau={}", sheet.draft.item, business.slug, sheet.draft.bureau),
        promised: sheet.terms.allowed.promised.0,
        statutory: sheet.terms.allowed.statutory.0,
        needed: business.materials.iter().filter(|one| !one.generated).collect(),
        sheet: &sheet,
        business,
    })
}

pub async fn notice_read(
    State(app): State<App>,
    person: Person,
    Path(id): Path<String>,
    _fields: Fields,
) -> Answer {
    let mut sheet = Sheet::open(&app, &person.subject, &id).await?;
    let next = if sheet.terms.business().self_check.is_empty() { At::Form } else { At::Check };
    sheet.advance(next);
    actions::save(&app, &mut sheet.draft).await?;
    Ok(next.go(&id))
}

/// A question of the self-check as the page shows it.
struct Asked {
    key: String,
    number: usize,
    ask: String,
    under: String,
    article: &'static str,
    remedy: String,
    answer: String,
    error: Option<String>,
}

#[derive(askama::Template)]
#[template(path = "apply/check.html")]
struct CheckPage<'a> {
    page: Page,
    steps: Steps,
    problems: Problems,
    sheet: &'a Sheet,
    asked: Vec<Asked>,
    /// Some answer was no: the remedies are shown, and the tick that goes on all the same.
    doubtful: bool,
}

pub async fn check(State(app): State<App>, cx: PageCx, person: Person, Path(id): Path<String>) -> Answer {
    match Sheet::at(&app, &person.subject, &id, At::Check).await? {
        Ok(sheet) => check_page(&cx, &sheet, Problems::none()),
        Err(back) => Ok(back),
    }
}

fn check_page(cx: &PageCx, sheet: &Sheet, problems: Problems) -> Answer {
    let questions = sheet.terms.business().self_check.iter().enumerate();
    let asked = questions.map(|(at, one)| Asked {
        key: one.key.clone(),
        number: at + 1,
        ask: one.ask.clone(),
        under: one.basis.to_string(),
        article: one.basis.article_text(),
        remedy: one.remedy_if_no.clone(),
        answer: sheet.draft.self_check.get(&one.key).cloned().unwrap_or_default(),
        error: problems.at(&one.key).map(str::to_owned),
    });
    let asked: Vec<Asked> = asked.collect();
    let doubtful = asked.iter().any(|one| one.answer == "no");
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (page, steps) = (sheet.page(cx, At::Check), sheet.steps(At::Check));
    html_with_status(status, &CheckPage { page, steps, problems, sheet, asked, doubtful })
}

/// All answered yes: on. Some no: the remedy is shown, and who has read it may still apply, because whether the conditions
/// are met is for the bureau to decide and to give reasons for (《行政许可法》第三十八条第二款), not for a questionnaire.
pub async fn checked(
    State(app): State<App>,
    cx: PageCx,
    person: Person,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer {
    let mut sheet = match Sheet::at(&app, &person.subject, &id, At::Check).await? {
        Ok(sheet) => sheet,
        Err(back) => return Ok(back),
    };
    let questions = sheet.terms.business().self_check.clone();
    let mut problems = Problems::none();
    let mut answers = std::collections::BTreeMap::new();
    for one in &questions {
        match fields.get(&one.key) {
            answer @ ("yes" | "no") => _ = answers.insert(one.key.clone(), answer.to_owned()),
            _ => problems.add(&one.key, format!("还没有回答：{}", one.ask)),
        }
    }
    let doubtful = answers.values().any(|answer| answer == "no");
    if problems.is_empty() && doubtful && !fields.ticked("go_on") {
        for one in questions.iter().filter(|one| answers.get(&one.key).is_some_and(|answer| answer == "no")) {
            problems.add(&one.key, one.remedy_if_no.clone());
        }
    }
    sheet.draft.self_check = answers;
    if problems.is_empty() {
        sheet.advance(At::Form);
    }
    actions::save(&app, &mut sheet.draft).await?;
    if problems.is_empty() { Ok(At::Form.go(&id)) } else { check_page(&cx, &sheet, problems) }
}
