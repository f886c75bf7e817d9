//! Parts of a form with files, read into memory up to a limit. Forms with larger files stream them into `files` instead.

use axum::extract::multipart::{Field, MultipartError};
use http::StatusCode;

/// Why a form was not taken.
#[derive(Debug)]
pub enum Trouble {
    TooLarge,
    /// It broke off, or is no such form; the words are for the log.
    Broken(String),
}

impl From<MultipartError> for Trouble {
    fn from(error: MultipartError) -> Trouble {
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Trouble::TooLarge,
            _ => Trouble::Broken(error.body_text()),
        }
    }
}

/// The part's bytes, `most` of them.
pub async fn bytes(mut field: Field<'_>, most: usize) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await? {
        if bytes.len() + piece.len() > most {
            return Err(Trouble::TooLarge);
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// A part that is no file: a line of text.
pub async fn text(field: Field<'_>) -> Result<String, Trouble> {
    String::from_utf8(bytes(field, 4096).await?).map_err(|fault| Trouble::Broken(fault.to_string()))
}
