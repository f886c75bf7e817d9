//! The reading copy of a sealed document: PDF from the same layout, with pictures of the seals where they stand. It
//! proves nothing by itself, but its digest is remembered, so whoever drops it on the verification page is led to the
//! original.

use std::cell::RefCell;
use std::sync::Arc;

use db::{Db, Exec};
use guomi::seal::SealSignature;
use ofd::verify::{SealFinding, SealToCheck, SealVerifier};
use ofd::{Area, Limits};
use papers::{Paper, SealPrint};

use crate::sealer::{Sealer, copy, off_thread};
use crate::{Fault, store};

/// The one made before, or a new one.
pub(crate) async fn of_sealed(
    sealer: &Sealer,
    db: &mut Db,
    bureau: &str,
    digest: &str,
    paper: &Paper,
) -> Result<Vec<u8>, Fault> {
    if let Some(kept) = kept(sealer, db, bureau, digest).await? {
        return Ok(kept);
    }
    let used = store::use_by_digest(db, bureau, digest).await?.ok_or(Fault::NoOriginal)?;
    let original = sealer.files.bytes(digest).await?;
    let (typesetter, paper) = (sealer.typesetter.clone(), paper.clone());
    let pdf = off_thread(move || {
        let prints = prints(&original)?;
        Ok(typesetter.pdf_with_seals(&paper, &prints)?)
    })
    .await?;
    let stored = sealer.files.put_bytes(pdf.clone()).await?;
    // A copy is as old as its original, whenever somebody first reads it.
    db.perform(store::keep_copy(&copy(&used, "pdf", &stored.digest, used.at))).await?;
    db.perform(store::keep_reading_copy(bureau, digest, &stored.digest)).await?;
    Ok(pdf)
}

/// One whose file is gone or altered is made anew.
async fn kept(sealer: &Sealer, db: &mut Db, bureau: &str, digest: &str) -> Result<Option<Vec<u8>>, Fault> {
    let Some(pdf) = store::reading_copy_of(db, bureau, digest).await? else { return Ok(None) };
    match sealer.files.bytes(&pdf).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(files::Fault::Missing(_) | files::Fault::Altered(_)) => Ok(None),
        Err(fault) => Err(fault.into()),
    }
}

/// Takes the pictures of the seals as the signatures hold them. Judging is not its business: the file is ours.
#[derive(Default)]
struct Pictures(RefCell<Vec<(Arc<[u8]>, String)>>);

impl SealVerifier for Pictures {
    fn verify(&self, found: &SealToCheck<'_>) -> SealFinding {
        let signed = SealSignature::parse(found.signed_value);
        let seen = match &signed {
            Ok(signed) => (signed.seal.picture.data.clone().into(), signed.seal.name.clone()),
            Err(_) => (Vec::new().into(), String::new()),
        };
        self.0.borrow_mut().push(seen);
        SealFinding { fault: signed.err().map(|fault| fault.code().to_owned()), steps: vec![], facts: None }
    }
}

/// The seals of a document as pictures on its pages.
pub(crate) fn prints(original: &[u8]) -> Result<Vec<SealPrint>, Fault> {
    let pictures = Pictures::default();
    let report = ofd::check(original, &Limits::default(), &pictures);
    if report.verdict != ofd::Verdict::Sound {
        return Err(Fault::Package(report.verdict.says().to_owned()));
    }
    let pages = report.document.map(|document| document.pages).unwrap_or_default();
    let mut prints = Vec::new();
    for (seen, (png, name)) in report.seals.iter().zip(pictures.0.into_inner()) {
        for (page, area, clip) in &seen.stamps {
            let Some(page) = pages.iter().position(|one| one.id == *page) else { continue };
            prints.push(SealPrint {
                page,
                area: numbers(area),
                clip: clip.as_ref().map(numbers),
                png: png.clone(),
                alt: format!("印章：{name}"),
            });
        }
    }
    Ok(prints)
}

fn numbers(area: &Area) -> [f64; 4] {
    [area.x, area.y, area.width, area.height]
}
