//! The application as it will stand on paper, the promise, and the receipt.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use http::StatusCode;
use identity::Person;
use papers::Kind;
use web::parts::Steps;
use web::{Answer, App, Fields, Page, PageCx, Problems, html, html_with_status};

use super::draft::{At, Sheet};
use super::materials::missing;
use super::upload::Shown;
use crate::actions::{self, By};
use crate::case::Case;
use crate::letters::{self, PROMISES};
use crate::{Fault, intake, store};

/// Whoever sits there: the person, or the agent in the person's name.
pub fn by(person: &Person) -> By {
    By { id: person.actor().to_owned(), name: person.actor_name() }
}

struct Row {
    label: String,
    value: String,
    doubt: bool,
}

struct Group {
    key: String,
    title: String,
    rows: Vec<Row>,
}

struct Bundle {
    name: String,
    note: Option<&'static str>,
    files: Vec<Shown>,
}

#[derive(askama::Template)]
#[template(path = "apply/confirm.html")]
struct ConfirmPage<'a> {
    page: Page,
    steps: Steps,
    problems: Problems,
    sheet: &'a Sheet,
    groups: Vec<Group>,
    bundles: Vec<Bundle>,
    /// What keeps the application from being sent: words and where to mend it.
    open: Vec<(String, String)>,
    promises: &'static [&'static str],
    signer: String,
}

pub async fn show(State(app): State<App>, cx: PageCx, person: Person, Path(id): Path<String>) -> Answer {
    match Sheet::at(&app, &person.subject, &id, At::Confirm).await? {
        Ok(mut sheet) => {
            intake::name_the_agent(&mut sheet.looked, person.by.is_some());
            confirm_page(&cx, &person, &sheet, StatusCode::OK, Problems::none())
        }
        Err(back) => Ok(back),
    }
}

fn confirm_page(
    cx: &PageCx,
    person: &Person,
    sheet: &Sheet,
    status: StatusCode,
    problems: Problems,
) -> Answer {
    let business = sheet.terms.business();
    let values = &sheet.looked.values;
    let row = |field: &catalog::Field| Row {
        label: field.label.clone(),
        value: field.shown(values.get(&field.key).map_or("", String::as_str)),
        doubt: sheet.looked.warnings.iter().any(|says| says.contains(&field.label)),
    };
    let groups = business.form.groups.iter().map(|group| Group {
        key: group.key.clone(),
        title: group.title.clone(),
        rows: group.fields.iter().filter(|field| field.asked(values)).map(row).collect(),
    });
    let href = |id: &str| format!("/drafts/{}/files/{id}", sheet.draft.id);
    let bundle = |spec: &&catalog::MaterialSpec| {
        let mine = sheet.materials.iter().filter(|one| one.slot == spec.key);
        let files: Vec<Shown> = mine.map(|one| Shown::of(one, href(&one.id))).collect();
        let note = match (spec.generated, files.is_empty()) {
            (true, _) => Some("按上面填写的内容自动生成"),
            (false, true) => Some("没有上传（可以不交）"),
            _ => None,
        };
        Bundle { name: spec.name.clone(), note, files }
    };
    html_with_status(
        status,
        &ConfirmPage {
            page: sheet.page(cx, At::Confirm),
            steps: sheet.steps(At::Confirm),
            problems,
            sheet,
            groups: groups.filter(|group| !group.rows.is_empty()).collect(),
            bundles: catalog::materials_for(business, values).iter().map(bundle).collect(),
            open: still_open(sheet),
            promises: PROMISES,
            signer: person.actor_name(),
        },
    )
}

fn still_open(sheet: &Sheet) -> Vec<(String, String)> {
    let id = &sheet.draft.id;
    let form = At::Form.path(id);
    let faults =
        sheet.looked.faults.iter().map(|fault| (fault.says.clone(), format!("{form}#f-{}", fault.key)));
    let uploads = At::Materials.path(id);
    let lacking = missing(sheet).into_iter();
    let lacking =
        lacking.map(|spec| (format!("还没有上传“{}”。", spec.name), format!("{uploads}#m-{}", spec.key)));
    faults.chain(lacking).collect()
}

/// Sends the application. The draft's id is the case's id: a double click, a second tab and a replayed request all end on
/// the receipt of one case.
pub async fn submit(
    State(app): State<App>,
    cx: PageCx,
    person: Person,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer {
    let mut sheet = match Sheet::at(&app, &person.subject, &id, At::Confirm).await {
        Ok(Ok(sheet)) => sheet,
        Ok(Err(back)) => return Ok(back),
        Err(Fault::DraftSent { bureau, id, .. }) => return Ok(to_receipt(&bureau, &id)),
        Err(fault) => return Err(fault.into()),
    };
    intake::name_the_agent(&mut sheet.looked, person.by.is_some());
    let mut problems = Problems::none();
    if !fields.ticked("promise") {
        problems.add("promise", "请先阅读承诺，再勾选“我已阅读并承诺”。");
    }
    if !problems.is_empty() || !still_open(&sheet).is_empty() {
        return confirm_page(&cx, &person, &sheet, StatusCode::UNPROCESSABLE_ENTITY, problems);
    }
    sheet.draft.promised_at = actions::promised(&app);
    match actions::save(&app, &mut sheet.draft).await {
        Ok(()) => {}
        Err(Fault::DraftSent { bureau, id, .. }) => return Ok(to_receipt(&bureau, &id)),
        Err(fault) => return Err(fault.into()),
    }
    match actions::submit(&app, &person.subject, &by(&person), &id).await {
        Ok(case) => Ok(to_receipt(&case.bureau, &case.id)),
        // A file was taken away in another tab meanwhile.
        Err(Fault::Incomplete(_)) => {
            let sheet = Sheet::open(&app, &person.subject, &id).await?;
            confirm_page(&cx, &person, &sheet, StatusCode::UNPROCESSABLE_ENTITY, problems)
        }
        Err(fault) => Err(fault.into()),
    }
}

fn to_receipt(bureau: &str, id: &str) -> axum::response::Response {
    Redirect::to(&format!("/cases/{bureau}/{id}/receipt")).into_response()
}

#[derive(askama::Template)]
#[template(path = "case/receipt.html")]
struct ReceiptPage {
    page: Page,
    case: Case,
    matter: String,
    office: letters::Office,
    arrived: String,
    answer_by: String,
    materials: Vec<(String, u16)>,
    promised: u16,
    paper: Option<String>,
}

pub async fn receipt(
    State(app): State<App>,
    cx: PageCx,
    person: Person,
    Path((bureau, id)): Path<(String, String)>,
) -> Answer {
    let case = actions::mine(&app, &person.subject, &bureau, &id).await?;
    let mut db = app.db.clone();
    let terms = actions::terms_of(&app, &mut db, &case).await?;
    let materials = store::materials(&mut db, &bureau, &id).await?;
    let papers = store::papers_of(&mut db, &bureau, &id).await?;
    let first: Vec<_> = materials.into_iter().filter(|one| one.round == 0).collect();
    let lines = letters::material_lines(terms.business(), &first);
    let paper = papers.iter().find(|paper| paper.kind == Kind::Receipt);
    html(&ReceiptPage {
        page: cx.page("申请已提交").crumb("我的办件", "/me/cases"),
        matter: terms.matter(),
        arrived: web::text::millis(case.received_at),
        answer_by: law_day(&app, &case),
        materials: lines.into_iter().map(|line| (line.name, line.copies)).collect(),
        promised: terms.allowed.promised.0,
        paper: paper.map(|paper| format!("/cases/{bureau}/{id}/papers/{}.pdf", paper.id)),
        office: terms.office,
        case,
    })
}

/// The last day to hear from the bureau, counted from the receipt: the receipt says the same however the case goes on.
fn law_day(app: &App, case: &Case) -> String {
    let due = law::limits::supplement_notice_due(case.received_on(), &app.calendar());
    let guessed = if due.provisional { "（放假安排未公布，日期暂定）" } else { "" };
    format!("{}前{guessed}", web::text::date_cn(due.on))
}
