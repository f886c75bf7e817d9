//! A step that could not be taken: who was first or what stands against it, what is possible now, and what was typed.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use web::parts::Field;
use web::{Answer, Face, Fields, Page, html_with_status};

use super::Desk;
use super::possible::{Possible, possible};
use crate::actions::At;
use crate::{Fault, store};

#[derive(Template)]
#[template(path = "desk/conflict.html")]
struct ConflictPage {
    page: Page,
    face: Face,
    /// Label and value, as they were sent.
    typed: Vec<(String, String)>,
    steps: Vec<Possible>,
    back: String,
}

/// Answers a fault that the same form can't put right. Other faults get their usual page.
pub async fn answer(desk: &Desk, at: &At, fault: Fault, typed: Vec<(String, String)>) -> Answer {
    let face = fault.face();
    let told_here =
        matches!(face.status, StatusCode::CONFLICT | StatusCode::FORBIDDEN | StatusCode::SERVICE_UNAVAILABLE);
    let mut db = desk.app.db.clone();
    let case = match store::by_id(&mut db, &at.bureau, &at.id).await {
        Ok(Some(case)) if told_here && case.bureau == desk.officer.bureau => case,
        _ => return Err(fault.into()),
    };
    let hands = store::hands(&mut db, &at.bureau, &at.id).await.unwrap_or_default();
    tracing::info!(code = face.code, "step not taken");
    let wait = face.retry_after;
    let mut answer = html_with_status(
        face.status,
        &ConflictPage {
            page: desk.case_page("这一步没有办成", at, &case.number),
            steps: possible(&case, &hands, &desk.officer),
            back: super::href(at, ""),
            typed,
            face,
        },
    )?;
    if let Some(seconds) = wait {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(answer)
}

/// What was typed, without the machinery; `label` words a field's name, `choice` the code of what was chosen there.
pub fn typed(
    fields: &Fields,
    label: impl Fn(&str) -> String,
    choice: impl Fn(&str, &str) -> Option<String>,
) -> Vec<(String, String)> {
    let said = fields.0.iter().filter(|(name, _)| name.as_str() != "seen");
    let worded = |name: &str, value: &String| match choice(name, value) {
        Some(words) => words,
        None if value == "yes" => "已勾选".to_owned(),
        None => value.clone(),
    };
    let shown = |name: &str, values: &[String]| {
        values.iter().map(|value| worded(name, value)).collect::<Vec<_>>().join("、")
    };
    said.map(|(name, values)| (label(name), shown(name, values)))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// The words of a choice, as the form's field offers it.
pub fn offered(fields: &[Field], name: &str, code: &str) -> Option<String> {
    let field = fields.iter().find(|field| field.name == name)?;
    field.options.iter().find(|(known, _)| known == code).map(|(_, words)| words.clone())
}
