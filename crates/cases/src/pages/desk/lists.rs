//! The task list and the list of the bureau's cases.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect};
use identity::{Act, Post};
use seals::state::State;
use serde::Deserialize;
use web::parts::Badge;
use web::{After, Answer, Page, Pager, html};

use super::{Desk, told};
use crate::actions::allow;
use crate::store::{self, Line, Stages, Work};
use crate::waiting::{Todo, Waiting};
use crate::{Fault, stage};

/// More than anybody has open; beyond it the list says so.
const TASKS: i64 = 200;
const ALERTS: i64 = 10;
const PAGE: usize = 20;

#[derive(Template)]
#[template(path = "desk/tasks.html")]
struct TasksPage {
    page: Page,
    lists: Vec<PostList>,
    counts: Vec<(&'static str, i64)>,
    alerts: Vec<Alert>,
    seals: Vec<SealRow>,
    /// Texts, changes and articles to review or to mend.
    others: Vec<Todo>,
    posts: String,
}

/// A seal on which this officer has the next step.
struct SealRow {
    href: String,
    name: String,
    todo: &'static str,
}

/// The tasks of one post.
struct PostList {
    post: &'static str,
    rows: Vec<TaskRow>,
    cut: bool,
}

struct TaskRow {
    href: String,
    number: String,
    applicant: String,
    shop: String,
    stage: String,
    todo: &'static str,
    /// Addressed to this officer by name.
    mine: bool,
    /// Decided already; the decision waits for its seal.
    waits_for_seal: bool,
    light: Option<Badge>,
}

struct Alert {
    href: String,
    number: String,
    says: String,
    at: String,
}

/// `GET /desk`
pub async fn tasks(desk: Desk) -> Answer {
    let (app, officer) = (&desk.app, &desk.officer);
    let mut page = TasksPage {
        page: desk.cx.page("待办"),
        lists: vec![],
        counts: vec![],
        alerts: vec![],
        seals: seals_for(&desk).await?,
        others: match app.try_part::<Waiting>() {
            Some(waiting) => waiting.0.of(&app.db, officer).await?,
            None => vec![],
        },
        posts: officer.posts_say(),
    };
    // Administrators have a desk without cases.
    if !officer.can(Act::ReadWork) {
        return html(&page);
    }
    let mut db = app.db.clone();
    for post in officer.posts.iter().filter(|post| identity::may(**post, Act::ReadWork)) {
        page.lists.push(list_of(&desk, *post).await?);
    }
    let counted = store::count_by_stage(&mut db, &officer.bureau).await?;
    let open = |code: &str| !matches!(code, "delivered" | "not_accepted" | "withdrawn" | "returned");
    page.counts = STAGES
        .iter()
        .filter(|code| open(code))
        .map(|code| {
            let count = counted.iter().find(|(known, _)| known == code).map_or(0, |(_, count)| *count);
            (told::stage_says(code), count)
        })
        .collect();
    let alerts = store::alerts(&mut db, &officer.bureau, ALERTS).await?;
    page.alerts = alerts
        .into_iter()
        .map(|(id, number, says, at)| Alert {
            href: super::href(&super::at(officer.bureau.clone(), id), ""),
            number,
            says,
            at: web::text::minute(at),
        })
        .collect();
    html(&page)
}

/// Seals are kept by posts that may have no cases at all.
async fn seals_for(desk: &Desk) -> Result<Vec<SealRow>, Fault> {
    let officer = &desk.officer;
    let (approves, keeps) = (officer.can(Act::ApproveSeals), officer.can(Act::KeepSeals));
    if !approves && !keeps {
        return Ok(vec![]);
    }
    let todo = |state: &State| match state {
        State::Requested { by, .. } if approves && by.id != officer.id => Some("审批印章申请"),
        State::Approved { .. } if keeps => Some("制作印章"),
        State::Made if keeps => Some("启用印章，指定使用岗位"),
        _ => None,
    };
    let seals = seals::store::of_bureau(&mut desk.app.db.clone(), &officer.bureau).await?;
    let row = |seal: seals::Record| {
        todo(&seal.state).map(|todo| SealRow {
            href: format!("/desk/seals/{}/{}", seal.bureau, seal.id),
            name: seal.name,
            todo,
        })
    };
    Ok(seals.into_iter().filter_map(row).collect())
}

/// In the order of the work.
const STAGES: [&str; 8] = [
    "received",
    "supplementing",
    "paper_review",
    "assigning",
    "inspecting",
    "examining",
    "deciding",
    "decided",
];

async fn list_of(desk: &Desk, post: Post) -> Result<PostList, Fault> {
    let officer = &desk.officer;
    let mut db = desk.app.db.clone();
    let waits = store::waits(&mut db, &officer.bureau).await?;
    let waits: BTreeSet<&str> = waits.iter().map(|wait| wait.case_id.as_str()).collect();
    let work = store::tasks_for(&mut db, &officer.bureau, post.code(), &officer.id, TASKS + 1).await?;
    let cut = work.len() as i64 > TASKS;
    let rows = work.into_iter().take(TASKS as usize).map(|work| row(desk, &waits, work)).collect();
    Ok(PostList { post: post.says(), rows, cut })
}

fn row(desk: &Desk, waits: &BTreeSet<&str>, work: Work) -> TaskRow {
    let (today, cal) = (desk.app.today(), desk.app.calendar());
    let due = work.task.due_on.or(work.promise_due).or(work.decide_due);
    TaskRow {
        waits_for_seal: waits.contains(work.task.case_id.as_str()),
        href: super::href(&super::at(desk.officer.bureau.clone(), work.task.case_id), ""),
        number: work.number,
        applicant: work.applicant,
        shop: work.shop,
        stage: work.stage,
        todo: stage::step_says(&work.task.kind),
        mine: !work.task.officer.is_empty(),
        light: told::light(due, work.paused, today, &cal),
    }
}

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    stages: String,
    #[serde(default)]
    number: String,
}

#[derive(Template)]
#[template(path = "desk/cases.html")]
struct CasesPage {
    page: Page,
    stages: &'static str,
    number: String,
    /// A number was looked for and is not there.
    missed: bool,
    rows: Vec<CaseRow>,
    pager: Pager,
}

struct CaseRow {
    href: String,
    number: String,
    applicant: String,
    shop: String,
    stage: &'static str,
    received: String,
    light: Option<Badge>,
}

/// `GET /desk/cases?stages=open|closed|all&number=`
pub async fn cases(desk: Desk, Query(wanted): Query<Wanted>, after: After) -> Answer {
    let bureau = desk.officer.bureau.clone();
    allow(&desk.officer, Act::ReadWork, &bureau)?;
    let mut db = desk.app.db.clone();
    let number: String = wanted.number.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    if !number.is_empty()
        && let Some(found) = store::by_number(&mut db, &bureau, &number).await?
    {
        return Ok(Redirect::to(&super::href(&super::at(bureau, found.id), "")).into_response());
    }
    let stages = Stages::from_code(&wanted.stages);
    let (at, id) = before(&after);
    let mut lines = store::cases_of_bureau(&mut db, &bureau, stages, (at, &id), PAGE as i64 + 1).await?;
    let base = format!("/desk/cases?stages={}", stages.code());
    let key = |line: &Line| After::key(&[&line.received_at.as_microsecond().to_string(), &line.id]);
    let pager = Pager::cut(&mut lines, PAGE, &base, &after, key);
    html(&CasesPage {
        page: desk.cx.page("全部办件").crumb("工作台", "/desk"),
        stages: stages.code(),
        missed: !number.is_empty(),
        number,
        rows: lines.into_iter().map(|line| case_row(&desk, line)).collect(),
        pager,
    })
}

/// The key after which the page begins; from the top when there is none or it is no key.
fn before(after: &After) -> (i64, String) {
    let parsed = after.parts::<2>().and_then(|[at, id]| Some((at.parse().ok()?, id)));
    parsed.unwrap_or((i64::MAX, String::new()))
}

fn case_row(desk: &Desk, line: Line) -> CaseRow {
    let (today, cal) = (desk.app.today(), desk.app.calendar());
    let due = if line.stage.is_pending() { line.promise_due.or(line.decide_due) } else { None };
    CaseRow {
        href: super::href(&super::at(desk.officer.bureau.clone(), line.id), ""),
        number: line.number,
        applicant: line.applicant,
        shop: line.shop,
        stage: told::stage_says(line.stage.code()),
        received: web::text::minute(line.received_at),
        light: told::light(due, line.stage.is_paused(), today, &cal),
    }
}
