//! The form: groups of fields, saved as they are typed, checked here by the same function as at the end.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use catalog::{FormSpec, Values};
use http::StatusCode;
use identity::Person;
use serde::Serialize;
use web::parts::Steps;
use web::{Answer, App, Fields, Flash, Page, PageCx, Problems, html_with_status};

use super::control::{Control, control, value_of};
use super::draft::{At, Sheet};
use super::prefill;
use crate::{actions, intake};

struct Group {
    key: String,
    title: String,
    says: String,
    controls: Vec<Control>,
}

#[derive(askama::Template)]
#[template(path = "apply/form.html")]
struct FormPage<'a> {
    page: Page,
    steps: Steps,
    problems: Problems,
    sheet: &'a Sheet,
    groups: Vec<Group>,
    prefilled: usize,
}

pub async fn show(State(app): State<App>, cx: PageCx, person: Person, Path(id): Path<String>) -> Answer {
    match Sheet::at(&app, &person.subject, &id, At::Form).await? {
        Ok(sheet) => form_page(&app, &cx, &person, &sheet, Problems::none()).await,
        Err(back) => Ok(back),
    }
}

async fn form_page(app: &App, cx: &PageCx, person: &Person, sheet: &Sheet, problems: Problems) -> Answer {
    let form = &sheet.terms.business().form;
    let known = prefill::known(app, person, form).await?;
    let typed = &sheet.draft.form;
    let doubts = catalog::check(form, typed, app.today()).warnings;
    let doubt = |key: &str| {
        doubts.iter().find(|doubt| doubt.key == key).map(|doubt| format!("{}{}", doubt.says, doubt.next))
    };
    let draw = |field: &catalog::Field| {
        let value = value_of(field, typed, &known);
        let ours = known.get(&field.key).is_some_and(|known| known == value);
        let badge = field.prefill.filter(|_| ours).map(catalog::Source::badge);
        let mut drawn = control(form, field, value, badge, &problems);
        drawn.warning = doubt(&field.key);
        drawn
    };
    let groups: Vec<Group> = form
        .groups
        .iter()
        .map(|group| Group {
            key: group.key.clone(),
            title: group.title.clone(),
            says: group.says.clone(),
            controls: group.fields.iter().map(draw).collect(),
        })
        .collect();
    let prefilled =
        groups.iter().flat_map(|group| &group.controls).filter(|one| one.field.source.is_some()).count();
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (page, steps) = (sheet.page(cx, At::Form), sheet.steps(At::Form));
    html_with_status(status, &FormPage { page, steps, problems, sheet, groups, prefilled })
}

/// What was typed, of the fields the form knows. Fields not asked any more keep their text until the application is sent:
/// who changes a choice by mistake and back finds everything again.
fn typed(form: &FormSpec, fields: &Fields) -> Values {
    let mut values = fields.single();
    values.retain(|key, value| form.field(key).is_some() && !value.is_empty());
    values
}

pub async fn save(
    State(app): State<App>,
    cx: PageCx,
    person: Person,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer {
    let mut sheet = match Sheet::at(&app, &person.subject, &id, At::Form).await? {
        Ok(sheet) => sheet,
        Err(back) => return Ok(back),
    };
    let form = sheet.terms.business().form.clone();
    sheet.draft.form = typed(&form, &fields);
    sheet.looked = intake::look(sheet.terms.business(), &sheet.draft.form, &sheet.materials, app.today());
    actions::refuse_unprintable(&app, &mut sheet.looked, &form);
    intake::name_the_agent(&mut sheet.looked, person.by.is_some());
    let leaving = fields.get("go") == "leave";
    let mut problems = Problems::none();
    for fault in sheet.looked.faults.iter().filter(|_| !leaving) {
        problems.add(&fault.key, format!("{}{}", fault.says, fault.next));
    }
    if problems.is_empty() && !leaving {
        sheet.advance(At::Materials);
    }
    actions::save(&app, &mut sheet.draft).await?;
    if leaving {
        return Ok(Flash::done("草稿已保存，随时可以回来接着填。").redirect(&app, "/me/cases"));
    }
    if problems.is_empty() {
        return Ok(At::Materials.go(&id));
    }
    form_page(&app, &cx, &person, &sheet, problems).await
}

/// Keeps what stands on the page. No check: an unfinished form is what a draft is.
pub async fn autosave(
    State(app): State<App>,
    person: Person,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<StatusCode> {
    let mut sheet = Sheet::open(&app, &person.subject, &id).await?;
    let form = sheet.terms.business().form.clone();
    sheet.draft.form = typed(&form, &fields);
    actions::save(&app, &mut sheet.draft).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize)]
struct Look {
    errors: Vec<catalog::FieldFault>,
    warnings: Vec<catalog::FieldFault>,
}

/// The check as one types: the words of the server, for the fields that hold something. Nothing is saved.
pub async fn look(
    State(app): State<App>,
    person: Person,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Response> {
    let sheet = Sheet::open(&app, &person.subject, &id).await?;
    let form = &sheet.terms.business().form;
    let values = typed(form, &fields);
    let mut checked = catalog::check(form, &values, app.today());
    checked.errors.extend(actions::unprintable(&app, form, &checked.values));
    let said = |fault: &catalog::FieldFault| values.contains_key(&fault.key);
    let look = Look {
        errors: checked.errors.into_iter().filter(said).collect(),
        warnings: checked.warnings.into_iter().filter(said).collect(),
    };
    Ok(Json(look).into_response())
}
