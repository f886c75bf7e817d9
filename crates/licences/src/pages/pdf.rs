//! 正本 and 副本 as a download.

use axum::http::header;
use axum::response::IntoResponse;
use papers::data::Sheet;
use web::{Answer, App};

use crate::licence::Licence;
use crate::{Fault, paper};

/// The last part of the address: `original.pdf` or `duplicate.pdf`.
pub(super) fn sheet(file: &str) -> Result<Sheet, Fault> {
    match file {
        "original.pdf" => Ok(Sheet::Original),
        "duplicate.pdf" => Ok(Sheet::Duplicate),
        _ => Err(Fault::Unknown),
    }
}

/// Shown in the browser; saved under the licence's number. It holds a name in full, so no cache keeps it.
pub(super) async fn answer(app: &App, licence: &Licence, sheet: Sheet) -> Answer {
    let bytes = paper::pdf(app, licence, sheet).await?;
    let word = match sheet {
        Sheet::Original => "original",
        Sheet::Duplicate => "duplicate",
    };
    let name = format!("inline; filename=\"licence-{}-{word}.pdf\"", licence.number);
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_string()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "private, no-store".to_string()),
    ];
    Ok((headers, bytes).into_response())
}
