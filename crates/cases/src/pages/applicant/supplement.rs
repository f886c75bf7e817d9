//! 补正: what was asked for, one thing at a time, and nothing else.

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use axum::response::{IntoResponse, Redirect};
use catalog::{MaterialSpec, Values};
use http::{HeaderMap, StatusCode};
use identity::Person;
use web::{Answer, App, Fields, Flash, Page, PageCx, Problems, html_with_status};

use super::confirm::by;
use super::control::{Control, control};
use super::upload::{self, Came, Shown};
use crate::actions::{self, Terms};
use crate::case::{Case, Material};
use crate::stage::{Gap, Stage};
use crate::{Fault, store};

struct Asked {
    gap: Gap,
    number: usize,
    /// The slot for a file, or nothing when an entry of the form is to be corrected.
    slot: Option<String>,
    takes: String,
    accept: String,
    photos: bool,
    max_bytes: u64,
    files: Vec<Shown>,
    before: Vec<Shown>,
    entry: Option<Control>,
    refused: Option<(String, String)>,
}

#[derive(askama::Template)]
#[template(path = "case/supplement.html")]
struct SupplementPage {
    page: Page,
    base: String,
    number: String,
    matter: String,
    office: crate::letters::Office,
    respond_by: String,
    days_left: u32,
    problems: Problems,
    asked: Vec<Asked>,
}

/// The open case with what its page needs.
struct Desk {
    case: Case,
    terms: Terms,
    materials: Vec<Material>,
    gaps: Vec<Gap>,
    respond_by: jiff::civil::Date,
}

/// `Err` leads to the case's page: nothing is asked for any more.
async fn desk(app: &App, person: &Person, bureau: &str, id: &str) -> Result<Option<Desk>, Fault> {
    let case = actions::mine(app, &person.subject, bureau, id).await?;
    let Stage::Supplementing { gaps, respond_by, .. } = case.stage.clone() else { return Ok(None) };
    let mut db = app.db.clone();
    let terms = actions::terms_of(app, &mut db, &case).await?;
    let materials = store::materials(&mut db, bureau, id).await?;
    Ok(Some(Desk { case, terms, materials, gaps, respond_by }))
}

fn nothing_asked(app: &App, bureau: &str, id: &str) -> axum::response::Response {
    Flash::note("这件申请现在没有要补正的内容。").redirect(app, &format!("/cases/{bureau}/{id}"))
}

pub async fn show(
    State(app): State<App>,
    cx: PageCx,
    person: Person,
    Path((bureau, id)): Path<(String, String)>,
) -> Answer {
    match desk(&app, &person, &bureau, &id).await? {
        Some(desk) => draw(&app, &cx, desk, StatusCode::OK, &Values::new(), Problems::none(), None),
        None => Ok(nothing_asked(&app, &bureau, &id)),
    }
}

fn draw(
    app: &App,
    cx: &PageCx,
    desk: Desk,
    status: StatusCode,
    typed: &Values,
    problems: Problems,
    refused: Option<(String, String, String)>,
) -> Answer {
    let base = format!("/cases/{}/{}", desk.case.bureau, desk.case.id);
    let business = desk.terms.business();
    let asked = desk.gaps.iter().enumerate().map(|(at, gap)| {
        let files = |round: i64| -> Vec<Shown> {
            let mine =
                desk.materials.iter().filter(|one| one.slot == gap.of && (one.round > 0) == (round > 0));
            mine.map(|one| Shown::of(one, format!("{base}/materials/{}", one.id))).collect()
        };
        let entry = gap.of.strip_prefix("form:").and_then(|key| {
            let field = business.form.field(key)?;
            let value = typed.get(key).map_or_else(|| desk.case.value(key), String::as_str);
            Some(control(&business.form, field, value, None, &problems))
        });
        let spec = business.material(&gap.of);
        Asked {
            number: at + 1,
            slot: (!gap.of.starts_with("form:")).then(|| gap.of.clone()),
            takes: spec.map(upload::takes).unwrap_or_default(),
            accept: spec.map(MaterialSpec::accept_list).unwrap_or_default(),
            photos: spec.is_some_and(upload::takes_photos),
            max_bytes: spec.map_or(0, |spec| spec.max_bytes),
            files: files(1),
            before: files(0),
            entry,
            refused: refused
                .as_ref()
                .filter(|(slot, ..)| *slot == gap.of)
                .map(|(_, says, remedy)| (says.clone(), remedy.clone())),
            gap: gap.clone(),
        }
    });
    let asked: Vec<Asked> = asked.collect();
    html_with_status(
        status,
        &SupplementPage {
            page: cx.page("补正材料").crumb("我的办件", "/me/cases").crumb(&desk.case.number, &base),
            number: desk.case.number.clone(),
            matter: desk.terms.matter(),
            respond_by: web::text::date_cn(desk.respond_by),
            days_left: app.calendar().workdays_between(app.today(), desk.respond_by.max(app.today())),
            office: desk.terms.office.clone(),
            problems,
            asked,
            base,
        },
    )
}

pub async fn upload(
    State(app): State<App>,
    cx: PageCx,
    person: Person,
    Path((bureau, id, slot)): Path<(String, String, String)>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Answer {
    let Some(desk) = desk(&app, &person, &bureau, &id).await? else {
        return Ok(nothing_asked(&app, &bureau, &id));
    };
    let spec = desk.terms.business().material(&slot).ok_or(Fault::Unknown)?;
    let came = upload::read(&app, &cx, &headers, form, spec).await?;
    let page = format!("/cases/{bureau}/{id}/supplement");
    let (status, says, remedy) = match came.file {
        Came::Kept(material) => {
            actions::add_supplement(&app, &person.subject, &bureau, &id, *material).await?;
            let says = format!("“{}”已上传。全部补齐后，请点页面下方的“提交补正”。", spec.name);
            return Ok(Flash::done(says).redirect(&app, &format!("{page}#m-{slot}")));
        }
        Came::Nothing => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "还没有选择文件。".to_owned(),
            "请先拍照或者选择文件，再点“上传”。".to_owned(),
        ),
        Came::Refused { name, why } => {
            (upload::status(&why), format!("“{name}”没有收下：{}", why.says()), why.remedy())
        }
    };
    let mut problems = Problems::none();
    problems.add(format!("file-{slot}"), format!("{says}{remedy}"));
    draw(&app, &cx, desk, status, &Values::new(), problems, Some((slot, says, remedy)))
}

pub async fn delete(
    State(app): State<App>,
    person: Person,
    Path((bureau, id, slot, file)): Path<(String, String, String, String)>,
    _fields: Fields,
) -> Answer {
    actions::drop_supplement(&app, &person.subject, &bureau, &id, &file).await?;
    Ok(Flash::done("文件已删除。").redirect(&app, &format!("/cases/{bureau}/{id}/supplement#m-{slot}")))
}

pub async fn hand_in(
    State(app): State<App>,
    cx: PageCx,
    person: Person,
    Path((bureau, id)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let Some(desk) = desk(&app, &person, &bureau, &id).await? else {
        return Ok(nothing_asked(&app, &bureau, &id));
    };
    let typed = fields.single();
    let problems = lacking(&app, &desk, &typed);
    if !problems.is_empty() {
        return draw(&app, &cx, desk, StatusCode::UNPROCESSABLE_ENTITY, &typed, problems, None);
    }
    match actions::supply(&app, &person.subject, &by(&person), &bureau, &id, &typed).await {
        Ok(case) => {
            let says = format!("补正材料已收到，申请已受理，办件编号 {}。", case.number);
            Ok(Flash::done(says).redirect(&app, &format!("/cases/{bureau}/{id}")))
        }
        // Sent twice: the first one counted.
        Err(Fault::NotOpen(_)) => Ok(Redirect::to(&format!("/cases/{bureau}/{id}")).into_response()),
        Err(fault) => Err(fault.into()),
    }
}

/// What is still missing, at the place where it is to be given.
fn lacking(app: &App, desk: &Desk, typed: &Values) -> Problems {
    let business = desk.terms.business();
    let asked = |key: &str| desk.gaps.iter().any(|gap| gap.of.strip_prefix("form:") == Some(key));
    let mut values = desk.case.form.clone();
    values
        .extend(typed.iter().filter(|(key, _)| asked(key)).map(|(key, value)| (key.clone(), value.clone())));
    let looked = crate::intake::look(business, &values, &desk.materials, app.today());
    let mut problems = Problems::none();
    for fault in looked.faults.iter().filter(|fault| asked(&fault.key)) {
        problems.add(&fault.key, format!("{}{}", fault.says, fault.next));
    }
    for fault in
        actions::unprintable(app, &business.form, &looked.values).iter().filter(|fault| asked(&fault.key))
    {
        problems.add(&fault.key, format!("{}{}", fault.says, fault.next));
    }
    for gap in crate::intake::still_open(&desk.gaps, &desk.materials, &desk.case.form, &looked.values) {
        match gap.of.strip_prefix("form:") {
            Some(key) if problems.at(key).is_some() => {}
            Some(key) => problems.add(key, format!("“{}”还没有改正。{}", gap.name, gap.remedy)),
            None => {
                problems.add(format!("file-{}", gap.of), format!("还没有上传“{}”。{}", gap.name, gap.remedy))
            }
        }
    }
    problems
}
