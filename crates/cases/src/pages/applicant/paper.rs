//! Papers and materials as files: set in type from the paper's row whenever they are opened, so that the file and the row
//! can't differ; materials as they were sent, with the browser told to run nothing in them.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use identity::Person;
use papers::{Kind, Paper};
use web::{Answer, App, PageCx, kept};

use super::confirm::by;
use crate::case::{Case, CasePaper, Material};
use crate::stage::{Outcome, Stage};
use crate::{Fault, actions, store};

/// A person's own paper. Opening an electronically served one for the first time is the proof of reading.
pub async fn open(
    State(app): State<App>,
    person: Person,
    Path((bureau, id, file)): Path<(String, String, String)>,
) -> Answer {
    let case = actions::mine(&app, &person.subject, &bureau, &id).await?;
    let wanted = file.strip_suffix(".pdf").unwrap_or(&file);
    let paper = store::paper(&mut app.db.clone(), &bureau, &id, wanted).await?;
    let paper =
        paper.filter(|paper| actions::open_to_applicant(paper.kind, &case.stage)).ok_or(Fault::Unknown)?;
    let answer = pdf(&app, &case, &paper).await?;
    actions::read_paper(&app, &case, &paper, &by(&person)).await?;
    Ok(answer)
}

/// The paper as a PDF to show or keep. Whoever calls has made sure that the reader may see it.
///
/// # Errors
/// [`Fault::Paper`] when it can't be set in type.
pub async fn pdf(app: &App, case: &Case, paper: &CasePaper) -> Result<Response, Fault> {
    let set = Paper {
        kind: paper.kind,
        number: paper.number.clone(),
        issued_on: paper.issued_on,
        data: paper.data.clone(),
        verify_url: Some(verify_url(app, case, paper.kind)),
    };
    let typesetter = app.typesetter();
    let bytes = tokio::task::spawn_blocking(move || typesetter.pdf(&set))
        .await
        .map_err(|stopped| Fault::Paper(stopped.to_string()))?
        .map_err(|fault| Fault::Paper(fault.to_string()))?;
    let name = format!("{}_{}.pdf", paper.kind.title(), case.number);
    let mut answer = bytes.into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::CONTENT_DISPOSITION, kept::disposition("inline", &name));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    // The viewer of the browser is an object of its own; our usual policy would leave a blank page.
    let policy = HeaderValue::from_static("default-src 'self'; script-src 'none'; frame-ancestors 'none'");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(answer)
}

/// Where anybody can check the paper: a licence and its grant by the licence number, all else by the case's progress.
fn verify_url(app: &App, case: &Case, kind: Kind) -> String {
    let base = &app.settings().base_url;
    let outcome = match &case.stage {
        Stage::Decided { outcome, .. } | Stage::Delivered { outcome, .. } => Some(outcome),
        _ => None,
    };
    match (kind, outcome) {
        (
            Kind::Grant | Kind::LicenceOriginal | Kind::LicenceDuplicate,
            Some(Outcome::Granted { licence, .. }),
        ) => {
            format!("{base}/v/{licence}")
        }
        _ => format!("{base}/progress?number={}", case.number),
    }
}

/// A material of the person's own case.
pub async fn material(
    State(app): State<App>,
    _cx: PageCx,
    person: Person,
    Path((bureau, id, file)): Path<(String, String, String)>,
) -> Answer {
    actions::mine(&app, &person.subject, &bureau, &id).await?;
    let materials = store::materials(&mut app.db.clone(), &bureau, &id).await?;
    let material = materials.into_iter().find(|one| one.id == file).ok_or(Fault::Unknown)?;
    Ok(stored(&app, &material).await?)
}

/// An uploaded file as it was sent.
pub async fn stored(app: &App, material: &Material) -> Result<Response, Fault> {
    Ok(kept::returned(app, &material.digest, &material.kind, &material.name).await?)
}
