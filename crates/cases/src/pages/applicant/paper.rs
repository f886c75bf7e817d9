//! Papers and materials as files: the sealed original as it was kept, the reading copy set in type from the paper's row,
//! so that file and row can't differ; materials as they were sent, with the browser told to run nothing in them.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use identity::Person;
use web::{Answer, App, PageCx, kept};

use super::confirm::by;
use crate::case::{Case, CasePaper, Material, Sealing};
use crate::{Fault, actions, store};

/// A person's own paper, as `{id}.ofd` (the sealed original) or `{id}.pdf`. Opening an electronically served one for the first time is the proof of reading.
pub async fn open(
    State(app): State<App>,
    person: Person,
    Path((bureau, id, file)): Path<(String, String, String)>,
) -> Answer {
    let case = actions::mine(&app, &person.subject, &bureau, &id).await?;
    let (wanted, form) = Form::of(&file);
    let paper = store::paper(&mut app.db.clone(), &bureau, &id, wanted).await?;
    let paper =
        paper.filter(|paper| actions::open_to_applicant(paper.kind, &case.stage)).ok_or(Fault::Unknown)?;
    if paper.sealing == Sealing::Waiting {
        return Err(Fault::BeingSealed.into());
    }
    let answer = file_of(&app, &case, &paper, form).await?;
    actions::read_paper(&app, &case, &paper, &by(&person)).await?;
    Ok(answer)
}

/// The two files of a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The sealed original.
    Ofd,
    /// The copy for reading and printing.
    Pdf,
}

impl Form {
    /// `{id}.ofd` or `{id}.pdf`, the latter also without its ending.
    pub fn of(file: &str) -> (&str, Form) {
        match file.strip_suffix(".ofd") {
            Some(id) => (id, Form::Ofd),
            None => (file.strip_suffix(".pdf").unwrap_or(file), Form::Pdf),
        }
    }
}

/// The paper as a file to show or keep. Whoever calls has made sure that the reader may see it.
///
/// # Errors
/// [`Fault::Unknown`] for the sealed original of a paper without seal; [`Fault::Paper`] when it can't be set in type.
pub async fn file_of(app: &App, case: &Case, paper: &CasePaper, form: Form) -> Result<Response, Fault> {
    let name = format!("{}_{}", paper.kind.title(), case.number);
    if form == Form::Ofd {
        let digest = paper.ofd().ok_or(Fault::Unknown)?;
        let bytes = app.files().bytes(digest).await?;
        return Ok(answer_with(
            bytes,
            "application/ofd",
            &kept::disposition("attachment", &format!("{name}.ofd")),
        ));
    }
    let bytes = reading_copy(app, case, paper).await?;
    let mut answer =
        answer_with(bytes, "application/pdf", &kept::disposition("inline", &format!("{name}.pdf")));
    // The viewer of the browser is an object of its own; our usual policy would leave a blank page.
    let policy = HeaderValue::from_static("default-src 'self'; script-src 'none'; frame-ancestors 'none'");
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(answer)
}

async fn reading_copy(app: &App, case: &Case, paper: &CasePaper) -> Result<Vec<u8>, Fault> {
    let mut sheet = actions::sheet(paper);
    // Papers from before there were seals didn't keep their address.
    sheet.verify_url = sheet.verify_url.or_else(|| Some(actions::verify_url(app, case, paper.kind)));
    if paper.ofd().is_some() {
        let desk = app.part::<seals::Desk>();
        return Ok(desk.0.reading_copy(&mut app.db.clone(), &case.bureau, paper.ofd(), &sheet).await?);
    }
    let (typesetter, asked) = (app.typesetter(), sheet.clone());
    let file = tokio::task::spawn_blocking(move || typesetter.pdf(&asked))
        .await
        .map_err(|stopped| Fault::Paper(stopped.to_string()))?
        .map_err(|fault| Fault::Paper(fault.to_string()))?;
    remembered(app, case, paper, &sheet, &file).await;
    Ok(file)
}

/// So that the verification page knows the file. The reader gets it in any case.
async fn remembered(app: &App, case: &Case, paper: &CasePaper, sheet: &papers::Paper, file: &[u8]) {
    let plain = seals::Plain {
        bureau: &case.bureau,
        paper: sheet,
        subject: ("case", &case.id),
        paper_id: &paper.id,
        made_at: paper.made_at,
    };
    if let Err(fault) = seals::remember(&mut app.db.clone(), &plain, file).await {
        tracing::warn!(%fault, "a paper without seal was handed out and is not known to the verification");
    }
}

fn answer_with(bytes: Vec<u8>, media: &'static str, disposition: &HeaderValue) -> Response {
    let mut answer = bytes.into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(header::CONTENT_DISPOSITION, disposition.clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    answer
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
