//! Materials, photos, signatures, mandates and papers of a case, shown to its officers.

use axum::extract::Path;
use identity::mandates;
use web::{Answer, kept};

use super::super::applicant;
use super::Desk;
use crate::inspect::Signature;
use crate::{Fault, actions, store};

/// `GET /desk/cases/{bureau}/{id}/materials/{material}`
pub async fn material(desk: Desk, Path((bureau, id, material)): Path<(String, String, String)>) -> Answer {
    let case = actions::open_case(&desk.app, &desk.officer, &bureau, &id).await?;
    let all = store::materials(&mut desk.app.db.clone(), &case.bureau, &case.id).await?;
    let found = all.into_iter().find(|one| one.id == material).ok_or(Fault::Unknown)?;
    kept::shown(&desk.app, &found.digest, &found.kind).await
}

/// `GET /desk/cases/{bureau}/{id}/photos/{photo}`
pub async fn photo(desk: Desk, Path((bureau, id, photo)): Path<(String, String, String)>) -> Answer {
    let case = actions::open_case(&desk.app, &desk.officer, &bureau, &id).await?;
    let mut db = desk.app.db.clone();
    for inspection in store::inspections(&mut db, &case.bureau, &case.id).await? {
        let photos = store::photos(&mut db, &case.bureau, &case.id, &inspection.id).await?;
        if let Some(found) = photos.into_iter().find(|one| one.id == photo) {
            return kept::shown(&desk.app, &found.digest, &found.kind).await;
        }
    }
    Err(Fault::Unknown.into())
}

/// `GET /desk/cases/{bureau}/{id}/signatures/{digest}`: a signature drawn under a record of this case.
pub async fn signature(desk: Desk, Path((bureau, id, digest)): Path<(String, String, String)>) -> Answer {
    let case = actions::open_case(&desk.app, &desk.officer, &bureau, &id).await?;
    let all = store::inspections(&mut desk.app.db.clone(), &case.bureau, &case.id).await?;
    let drawn = |one: &&Signature| !one.picture.is_empty() && one.picture == digest;
    if !all.iter().any(|inspection| inspection.record.signatures().iter().any(drawn)) {
        return Err(Fault::Unknown.into());
    }
    kept::shown(&desk.app, &digest, "image/png").await
}

/// `GET /desk/cases/{bureau}/{id}/mandates/{mandate}`: the 委托书 under which an agent filed this case.
pub async fn mandate(desk: Desk, Path((bureau, id, mandate)): Path<(String, String, String)>) -> Answer {
    let case = actions::open_case(&desk.app, &desk.officer, &bureau, &id).await?;
    let mut db = desk.app.db.clone();
    let behind = mandates::behind(&mut db, &case.filed_by, &case.subject, case.received_on()).await?;
    let paper = behind.into_iter().find(|one| one.id == mandate).and_then(|one| one.paper);
    let paper = paper.ok_or(Fault::Unknown)?;
    kept::shown(&desk.app, &paper.digest, &paper.kind).await
}

/// `GET /desk/cases/{bureau}/{id}/papers/{paper}.pdf` or `.ofd`
pub async fn paper(desk: Desk, Path((bureau, id, paper)): Path<(String, String, String)>) -> Answer {
    let case = actions::open_case(&desk.app, &desk.officer, &bureau, &id).await?;
    let (paper, form) = applicant::paper::Form::of(&paper);
    let found = store::paper(&mut desk.app.db.clone(), &case.bureau, &case.id, paper).await?;
    let found = found.ok_or(Fault::Unknown)?;
    Ok(applicant::paper::file_of(&desk.app, &case, &found, form).await?)
}
