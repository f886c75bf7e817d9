//! The files of a draft: added, replaced, taken away. The bytes stand in `files` before a row names them.

use catalog::MaterialSpec;
use web::App;

use super::draft;
use crate::Fault;
use crate::case::Material;
use crate::store::{self, Draft};

/// Adds an uploaded file to a material of the draft, in place of the file `instead_of` if that is given.
pub async fn keep_file(
    app: &App,
    draft: &Draft,
    spec: &MaterialSpec,
    material: Material,
    instead_of: Option<&str>,
) -> Result<(), Fault> {
    let kept = store::draft_materials(&mut app.db.clone(), &draft.subject, &draft.id).await?;
    let others = kept.iter().filter(|one| one.slot == spec.key && Some(one.id.as_str()) != instead_of);
    if others.count() >= usize::from(spec.pages) {
        let most = spec.pages;
        return Err(Fault::BadEntry(format!(
            "“{}”最多上传 {most} 个文件；要换的，请点文件旁的“换一个”",
            spec.name
        )));
    }
    let mut writes = vec![];
    writes.extend(instead_of.map(|old| store::drop_draft_material(&draft.subject, &draft.id, old)));
    writes.push(store::add_draft_material(&draft.subject, &draft.id, &material));
    app.db.begin().await?.commit_with(writes).await?;
    Ok(())
}

/// Takes a file away; its bytes are swept later if nothing else names them.
pub async fn drop_file(app: &App, subject: &str, draft_id: &str, material: &str) -> Result<(), Fault> {
    draft(app, subject, draft_id).await?;
    app.db.begin().await?.commit_with(vec![store::drop_draft_material(subject, draft_id, material)]).await?;
    Ok(())
}

/// One file of the person's own draft.
pub async fn draft_file(app: &App, subject: &str, draft_id: &str, material: &str) -> Result<Material, Fault> {
    let kept = store::draft_materials(&mut app.db.clone(), subject, draft_id).await?;
    kept.into_iter().find(|one| one.id == material).ok_or(Fault::UnknownDraft)
}
