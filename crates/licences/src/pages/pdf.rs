//! 正本 and 副本 as a download: the sealed OFD, and the PDF to read and print.

use axum::http::header;
use axum::response::IntoResponse;
use papers::data::Sheet;
use web::{Answer, App};

use crate::elicence;
use crate::licence::Licence;
use crate::{Fault, paper};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Ofd,
    Pdf,
}

/// The last part of the address: `original.pdf`, `duplicate.ofd` …
pub(super) fn file(name: &str) -> Result<(Sheet, Form), Fault> {
    let (sheet, form) = name.split_once('.').ok_or(Fault::Unknown)?;
    let sheet = match sheet {
        "original" => Sheet::Original,
        "duplicate" => Sheet::Duplicate,
        _ => return Err(Fault::Unknown),
    };
    match form {
        "ofd" => Ok((sheet, Form::Ofd)),
        "pdf" => Ok((sheet, Form::Pdf)),
        _ => Err(Fault::Unknown),
    }
}

/// `decision.pdf` or `decision.ofd`: the decision by which the licence ended.
pub(super) fn decision(name: &str) -> Option<Form> {
    match name {
        "decision.pdf" => Some(Form::Pdf),
        "decision.ofd" => Some(Form::Ofd),
        _ => None,
    }
}

/// A PDF is shown in the browser, an OFD saved, under the licence's number. Both hold a name in full, so no cache keeps
/// them.
pub(super) async fn answer(app: &App, licence: &Licence, (sheet, form): (Sheet, Form)) -> Answer {
    let edition = elicence::current(&mut app.db.clone(), &licence.bureau, &licence.number).await?;
    let word = match sheet {
        Sheet::Original => "original",
        Sheet::Duplicate => "duplicate",
    };
    let (bytes, kind, how, ending) = match form {
        Form::Pdf => {
            let bytes = paper::pdf(app, licence, edition.as_ref(), sheet).await?;
            (bytes, "application/pdf", "inline", "pdf")
        }
        Form::Ofd => {
            let edition = edition.ok_or(Fault::NoEdition)?;
            (paper::ofd(app, &edition, sheet).await?, "application/ofd", "attachment", "ofd")
        }
    };
    let name = format!("{how}; filename=\"licence-{}-{word}.{ending}\"", licence.number);
    let headers = [
        (header::CONTENT_TYPE, kind.to_string()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "private, no-store".to_string()),
    ];
    Ok((headers, bytes).into_response())
}
