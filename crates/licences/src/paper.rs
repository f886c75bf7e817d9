//! The licence as a file: the sealed OFD of each sheet, and the PDF to read and print.
//!
//! A licence with an electronic edition gives its sealed files and reading copies with the pictures of the seal. One taken
//! over from an older system has none yet: its PDF bears no seal and is set from what is registered.

use std::sync::Arc;

use db::{Exec, params};
use papers::data::{Licence as Face, Sheet};
use papers::{Kind, Paper};
use web::App;

use crate::elicence::Edition;
use crate::licence::Licence;
use crate::{Fault, Keys, Licences};

/// The sealed file: the licence itself, as the law has it.
pub async fn ofd(app: &App, edition: &Edition, sheet: Sheet) -> Result<Vec<u8>, Fault> {
    Ok(app.files().bytes(edition.digest(sheet)).await?)
}

/// A sheet to read and print: from the edition, or unsealed when there is none.
pub async fn pdf(
    app: &App,
    licence: &Licence,
    edition: Option<&Edition>,
    sheet: Sheet,
) -> Result<Vec<u8>, Fault> {
    let Some(edition) = edition else { return unsealed(app, licence, sheet).await };
    let seals = app.part::<Licences>().office.seals.clone();
    let paper = edition.sheet(sheet)?;
    let digest = Some(edition.digest(sheet));
    Ok(seals.reading_copy(&mut app.db.clone(), &edition.bureau, digest, &paper).await?)
}

/// A sheet of a licence without an edition, from what is registered.
fn paper(app: &App, licence: &Licence, sheet: Sheet) -> Paper {
    let l = licence.clone();
    let face = Face {
        sheet,
        number: l.number,
        company_name: l.shop_name,
        person: l.person_name,
        company_type: l.company_type,
        address: l.address,
        scope: l.scope,
        supply_company: l.supply_company,
        valid_from: l.valid_from,
        valid_to: l.valid_to,
        issuing_authority: l.issuer_name,
        certified_on: l.issued_on,
        specimen: app.settings().demo,
        watermark: None,
    };
    let url = Keys::new(app.settings().secret).verify_url(&app.settings().base_url, &licence.number, None);
    Paper::new(&face, licence.issued_on).verified_at(url)
}

/// The PDF of this version of the licence: set once, then always the same bytes, whatever becomes of the template.
async fn unsealed(app: &App, licence: &Licence, sheet: Sheet) -> Result<Vec<u8>, Fault> {
    let kind = match sheet {
        Sheet::Original => Kind::LicenceOriginal,
        Sheet::Duplicate => Kind::LicenceDuplicate,
    };
    if let Some(kept) = kept(app, licence, kind).await? {
        return Ok(kept);
    }
    let bytes = typeset(app, paper(app, licence, sheet)).await?;
    // The holder gets the paper even when the disk is full or the database has just gone: it is the same again next time.
    if let Err(fault) = keep(app, licence, kind, &bytes).await {
        tracing::warn!(fault, number = licence.number, "the licence paper was set but not kept");
    }
    Ok(bytes)
}

async fn keep(app: &App, licence: &Licence, kind: Kind, bytes: &[u8]) -> Result<(), String> {
    let stored = app.files().put_bytes(bytes.to_vec()).await.map_err(|fault| fault.to_string())?;
    let kept = app
        .db
        .clone()
        .execute(
            "insert into licence_paper (bureau, number, version, sheet, digest, made_at)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (bureau, number, version, sheet) do nothing",
            params![&licence.bureau, &licence.number, licence.version, kind.code(), stored.digest, app.now()],
        )
        .await;
    kept.map(|_| ()).map_err(|fault| fault.to_string())
}

/// Set before, if the file is still where it was put.
async fn kept(app: &App, licence: &Licence, kind: Kind) -> Result<Option<Vec<u8>>, Fault> {
    let row = app
        .db
        .clone()
        .query_opt(
            "select digest
               from licence_paper
              where bureau = $1 and number = $2 and version = $3 and sheet = $4",
            params![&licence.bureau, &licence.number, licence.version, kind.code()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    match app.files().bytes(&row.text(0)?).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(fault) => {
            tracing::error!(%fault, number = licence.number, "a kept licence paper is gone; set again");
            Ok(None)
        }
    }
}

/// Setting type takes tens of milliseconds of pure computing: not on the threads that answer everybody else.
pub(crate) async fn typeset(app: &App, paper: Paper) -> Result<Vec<u8>, Fault> {
    let typesetter: Arc<dyn papers::Typesetter> = app.typesetter();
    let set = tokio::task::spawn_blocking(move || typesetter.pdf(&paper)).await;
    match set {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(fault)) => Err(Fault::Typeset(fault.to_string())),
        Err(fault) => Err(Fault::Typeset(fault.to_string())),
    }
}
