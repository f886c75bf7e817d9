//! Materials, photos and papers of a case, shown to its officers.

use axum::body::Body;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use web::{Answer, Refusal};

use super::super::applicant;
use super::Desk;
use crate::{Fault, actions, store};

/// A picture can't act; nothing it might hold is allowed to.
const PICTURE_POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";
/// The browser's own reader of PDF doesn't work in a sandbox. Framed by our own pages only, beside the findings.
const PDF_POLICY: &str =
    "default-src 'self'; style-src 'unsafe-inline'; script-src 'none'; frame-ancestors 'self'";

/// `GET /desk/cases/{bureau}/{id}/materials/{material}`
pub async fn material(desk: Desk, Path((bureau, id, material)): Path<(String, String, String)>) -> Answer {
    let case = actions::open_case(&desk.app, &desk.officer, &bureau, &id).await?;
    let all = store::materials(&mut desk.app.db.clone(), &case.bureau, &case.id).await?;
    let found = all.into_iter().find(|one| one.id == material).ok_or(Fault::Unknown)?;
    shown(&desk, &found.digest, &found.kind).await
}

/// `GET /desk/cases/{bureau}/{id}/photos/{photo}`
pub async fn photo(desk: Desk, Path((bureau, id, photo)): Path<(String, String, String)>) -> Answer {
    let case = actions::open_case(&desk.app, &desk.officer, &bureau, &id).await?;
    let mut db = desk.app.db.clone();
    for inspection in store::inspections(&mut db, &case.bureau, &case.id).await? {
        let photos = store::photos(&mut db, &case.bureau, &case.id, &inspection.id).await?;
        if let Some(found) = photos.into_iter().find(|one| one.id == photo) {
            return shown(&desk, &found.digest, &found.kind).await;
        }
    }
    Err(Fault::Unknown.into())
}

/// `GET /desk/cases/{bureau}/{id}/papers/{paper}.pdf` or `.ofd`
pub async fn paper(desk: Desk, Path((bureau, id, paper)): Path<(String, String, String)>) -> Answer {
    let case = actions::open_case(&desk.app, &desk.officer, &bureau, &id).await?;
    let (paper, form) = applicant::paper::Form::of(&paper);
    let found = store::paper(&mut desk.app.db.clone(), &case.bureau, &case.id, paper).await?;
    let found = found.ok_or(Fault::Unknown)?;
    Ok(applicant::paper::file_of(&desk.app, &case, &found, form).await?)
}

async fn shown(desk: &Desk, digest: &str, kind: &str) -> Answer {
    let (_, pieces) = desk.app.files().get(digest).await.map_err(Fault::from)?;
    let policy = match kind {
        "application/pdf" => PDF_POLICY,
        "image/jpeg" | "image/png" | "image/webp" => PICTURE_POLICY,
        other => return Err(Refusal::internal(format!("a file of kind {other} was kept"))),
    };
    Ok(framed(Body::from_stream(pieces), kind, policy))
}

fn framed(body: Body, kind: &str, policy: &'static str) -> Response {
    let frame = if policy == PDF_POLICY { "SAMEORIGIN" } else { "DENY" };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, "inline".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy.to_owned()),
        (header::X_FRAME_OPTIONS, frame.to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    (headers, body).into_response()
}
