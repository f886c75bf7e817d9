//! The materials of a draft: one card each, with what it must show, what often goes wrong, and the files so far.

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use catalog::{MaterialSpec, Required, materials_for};
use http::{HeaderMap, StatusCode};
use identity::Person;
use web::parts::Steps;
use web::{Answer, App, Fields, Flash, Page, PageCx, Problems, html_with_status};

use super::draft::{At, Sheet};
use super::paper::stored;
use super::upload::{self, Came, Shown};
use crate::{Fault, actions};

/// One material.
struct Card {
    spec: MaterialSpec,
    need: String,
    must: bool,
    takes: String,
    photos: bool,
    files: Vec<Shown>,
    more: bool,
    sample: Vec<String>,
    sample_text: Option<String>,
    /// What was wrong with the file just sent: says, remedy.
    refused: Option<(String, String)>,
}

#[derive(askama::Template)]
#[template(path = "apply/materials.html")]
struct MaterialsPage<'a> {
    page: Page,
    steps: Steps,
    problems: Problems,
    sheet: &'a Sheet,
    cards: Vec<Card>,
    /// Files of materials that the form as it stands now doesn't ask for.
    unneeded: Vec<(String, Shown)>,
    guide: String,
}

/// What was just refused: the material, says, remedy.
type Refusal3 = (String, String, String);

pub async fn show(State(app): State<App>, cx: PageCx, person: Person, Path(id): Path<String>) -> Answer {
    match Sheet::at(&app, &person.subject, &id, At::Materials).await? {
        Ok(sheet) => materials_page(&cx, &sheet, StatusCode::OK, Problems::none(), None),
        Err(back) => Ok(back),
    }
}

fn materials_page(
    cx: &PageCx,
    sheet: &Sheet,
    status: StatusCode,
    problems: Problems,
    refused: Option<&Refusal3>,
) -> Answer {
    let business = sheet.terms.business();
    let asked = materials_for(business, &sheet.looked.values);
    let href = |id: &str| format!("/drafts/{}/files/{id}", sheet.draft.id);
    let files = |slot: &str| -> Vec<Shown> {
        let mine = sheet.materials.iter().filter(|one| one.slot == slot);
        mine.map(|one| Shown::of(one, href(&one.id))).collect()
    };
    let card = |spec: &&MaterialSpec| {
        let files = files(&spec.key);
        let refused = refused.filter(|(slot, ..)| *slot == spec.key);
        Card {
            need: spec.need(),
            must: spec.required != Required::Optional,
            takes: upload::takes(spec),
            photos: upload::takes_photos(spec),
            more: !spec.generated && files.len() < usize::from(spec.pages),
            files,
            sample: sample_points(spec),
            sample_text: sample_text(spec),
            refused: refused.map(|(_, says, remedy)| (says.clone(), remedy.clone())),
            spec: (*spec).clone(),
        }
    };
    let stray = sheet.materials.iter().filter(|one| !asked.iter().any(|spec| spec.key == one.slot));
    let named = |slot: &str| sheet.terms.material_name(slot);
    html_with_status(
        status,
        &MaterialsPage {
            page: sheet.page(cx, At::Materials),
            steps: sheet.steps(At::Materials),
            problems,
            sheet,
            cards: asked.iter().map(card).collect(),
            unneeded: stray.map(|one| (named(&one.slot), Shown::of(one, href(&one.id)))).collect(),
            guide: format!("/guides/{}/{}?bureau={}", sheet.draft.item, business.slug, sheet.draft.bureau),
        },
    )
}

fn sample_points(spec: &MaterialSpec) -> Vec<String> {
    match &spec.sample {
        Some(catalog::Sample::Points(points)) => points.clone(),
        _ => vec![],
    }
}

fn sample_text(spec: &MaterialSpec) -> Option<String> {
    match &spec.sample {
        Some(catalog::Sample::Text(text)) => Some(text.trim().to_owned()),
        _ => None,
    }
}

pub async fn upload(
    State(app): State<App>,
    cx: PageCx,
    person: Person,
    Path((id, slot)): Path<(String, String)>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Answer {
    let sheet = match Sheet::at(&app, &person.subject, &id, At::Materials).await? {
        Ok(sheet) => sheet,
        Err(back) => return Ok(back),
    };
    let business = sheet.terms.business();
    let spec = business.material(&slot).filter(|spec| !spec.generated).ok_or(Fault::UnknownDraft)?;
    let came = upload::read(&app, &cx, &headers, form, spec).await?;
    let refused = match came.file {
        Came::Kept(material) => {
            match actions::keep_file(&app, &sheet.draft, spec, *material, came.instead_of.as_deref()).await {
                Ok(()) => {
                    let says = format!("“{}”已上传，请点开看看是否清楚。", spec.name);
                    return Ok(
                        Flash::done(says).redirect(&app, &format!("{}#m-{slot}", At::Materials.path(&id)))
                    );
                }
                Err(Fault::BadEntry(says)) => (StatusCode::CONFLICT, says, String::new()),
                Err(fault) => return Err(fault.into()),
            }
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
    let (status, says, remedy) = refused;
    let mut problems = Problems::none();
    problems.add(format!("file-{slot}"), format!("{says}{remedy}"));
    materials_page(&cx, &sheet, status, problems, Some(&(slot, says, remedy)))
}

pub async fn delete(
    State(app): State<App>,
    person: Person,
    Path((id, slot, file)): Path<(String, String, String)>,
    _fields: Fields,
) -> Answer {
    actions::drop_file(&app, &person.subject, &id, &file).await?;
    Ok(Flash::done("文件已删除。").redirect(&app, &format!("{}#m-{slot}", At::Materials.path(&id))))
}

/// On to the confirmation, once everything that must be there is there.
pub async fn next(
    State(app): State<App>,
    cx: PageCx,
    person: Person,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer {
    let mut sheet = match Sheet::at(&app, &person.subject, &id, At::Materials).await? {
        Ok(sheet) => sheet,
        Err(back) => return Ok(back),
    };
    if fields.get("go") == "leave" {
        return Ok(Flash::done("草稿已保存，随时可以回来接着办。").redirect(&app, "/me/cases"));
    }
    let mut problems = Problems::none();
    for spec in missing(&sheet) {
        problems.add(format!("file-{}", spec.key), format!("还没有上传“{}”。{}", spec.name, spec.hint));
    }
    if !problems.is_empty() {
        return materials_page(&cx, &sheet, StatusCode::UNPROCESSABLE_ENTITY, problems, None);
    }
    sheet.advance(At::Confirm);
    actions::save(&app, &mut sheet.draft).await?;
    Ok(At::Confirm.go(&id))
}

/// The materials that must be there and aren't.
pub fn missing(sheet: &Sheet) -> Vec<&MaterialSpec> {
    let values = &sheet.looked.values;
    let asked = materials_for(sheet.terms.business(), values).into_iter();
    asked
        .filter(|spec| spec.must_be_uploaded(values))
        .filter(|spec| !sheet.materials.iter().any(|one| one.slot == spec.key))
        .collect()
}

pub async fn file(
    State(app): State<App>,
    person: Person,
    Path((id, file)): Path<(String, String)>,
) -> Answer {
    let material = actions::draft_file(&app, &person.subject, &id, &file).await?;
    Ok(stored(&app, &material).await?)
}
