//! What stands against a step is told above the form, with everything that was typed still in it.

use axum::http::StatusCode;
use web::Problems;

use crate::Fault;

/// Refusals after which whoever typed can do something with what was typed: correct it, or press again.
const TOLD_HERE: [StatusCode; 4] = [
    StatusCode::CONFLICT,
    StatusCode::FORBIDDEN,
    StatusCode::UNPROCESSABLE_ENTITY,
    StatusCode::SERVICE_UNAVAILABLE,
];

/// The refusal as a problem at `field`, with its status and the rule it stands on.
///
/// # Errors
/// The fault itself, where no form helps: what isn't there, or what broke.
pub fn above_the_form(fault: Fault, field: &str) -> Result<(StatusCode, Problems), Fault> {
    let face = fault.face();
    if !TOLD_HERE.contains(&face.status) {
        return Err(fault);
    }
    tracing::info!(code = face.code, %fault, "step not taken");
    let under = face.under.map(|under| format!("依据：{under}。")).unwrap_or_default();
    let mut problems = Problems::none();
    problems.add(field, format!("{}。{}{under}", face.says.trim_end_matches('。'), face.next));
    Ok((face.status, problems))
}
