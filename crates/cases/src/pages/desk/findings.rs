//! What the clerk found on a material.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use web::{Answer, Fields};

use super::Desk;
use crate::actions;
use crate::case::{Finding, Verdict};
use crate::stage::{NotOpen, Stage};
use crate::{Fault, intake};

/// `POST /desk/cases/{bureau}/{id}/findings`
pub async fn note(desk: Desk, Path((bureau, id)): Path<(String, String)>, typed: Fields) -> Answer {
    let at = super::at(bureau, id);
    let case = actions::open_case(&desk.app, &desk.officer, &at.bureau, &at.id).await?;
    if !matches!(case.stage, Stage::Received { .. }) {
        let open = case.stage.open_steps();
        return Err(Fault::NotOpen(NotOpen { stage: case.stage.code(), step: "finding", open }).into());
    }
    let terms = actions::terms_of(&desk.app, &mut desk.app.db.clone(), &case).await?;
    let of = typed.get("of").to_owned();
    let spec = terms.business().materials.iter().find(|spec| spec.key == of);
    let spec = spec.ok_or_else(|| Fault::BadEntry("没有这份材料，请刷新页面".to_owned()))?;
    let verdict = match typed.get("verdict") {
        "fit" => Verdict::Fit,
        "unfit" => Verdict::Unfit,
        _ => return Err(Fault::BadEntry(format!("请选择“{}”是否符合要求", spec.name)).into()),
    };
    let picked = spec.common_faults.iter().find(|fault| fault.key == typed.get("fault"));
    let note = match (typed.get("note"), picked) {
        // A picked fault says what is wrong in words the notice can use; it wins over an older note left in the box.
        (_, Some(fault)) if verdict == Verdict::Unfit => fault.reason.clone(),
        (note, _) => note.chars().take(300).collect(),
    };
    if verdict == Verdict::Unfit && note.is_empty() {
        return Err(Fault::Unclear(intake::Unclear::NoReason(spec.name.clone())).into());
    }
    let finding = Finding { of: of.clone(), verdict, note, officer: desk.officer.name.clone() };
    actions::note_finding(&desk.app, &desk.officer, &at, finding).await?;
    Ok(Redirect::to(&super::href(&at, &format!("#m-{of}"))).into_response())
}
