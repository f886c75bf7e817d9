//! What a template reads as `/data.json`.

use crate::world::picture_name;
use papers::{Paper, SealPrint, TypesetFault};
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;
use typst::foundations::Bytes;

#[derive(Serialize)]
struct Manuscript<'a> {
    kind: &'a str,
    title: &'a str,
    number: Option<&'a str>,
    issued_on: String,
    verify_url: Option<&'a str>,
    qr: Option<papers::qr::Matrix>,
    prints: Vec<Print<'a>>,
    data: Value,
}

/// The picture of a seal at its place.
#[derive(Serialize)]
struct Print<'a> {
    page: usize,
    area: [f64; 4],
    clip: Option<[f64; 4]>,
    file: String,
    alt: &'a str,
}

/// The bytes of `/data.json` for this paper, and the pictures that it names.
pub(crate) fn of(paper: &Paper, prints: &[SealPrint]) -> Result<(Vec<u8>, Vec<Bytes>), TypesetFault> {
    let (prints, pictures) = placed(prints)?;
    let qr = paper.verify_url.as_deref().map(papers::qr::matrix).transpose();
    let manuscript = Manuscript {
        kind: paper.kind.code(),
        title: paper.kind.title(),
        number: paper.number.as_deref(),
        issued_on: paper.issued_on.to_string(),
        verify_url: paper.verify_url.as_deref(),
        qr: qr.map_err(|fault| TypesetFault::Data(fault.to_string()))?,
        prints,
        data: printable(&paper.data),
    };
    let data = serde_json::to_vec(&manuscript).map_err(|fault| TypesetFault::Data(fault.to_string()))?;
    Ok((data, pictures))
}

/// Each different picture once: a seal across thirty pages is one file.
fn placed(prints: &[SealPrint]) -> Result<(Vec<Print<'_>>, Vec<Bytes>), TypesetFault> {
    let mut pictures: Vec<&Arc<[u8]>> = Vec::new();
    let mut placed = Vec::with_capacity(prints.len());
    for print in prints {
        let known = pictures.iter().position(|picture| **picture == print.png);
        let at = known.unwrap_or_else(|| {
            pictures.push(&print.png);
            pictures.len() - 1
        });
        let file = picture_name(at).ok_or_else(|| TypesetFault::Data("印章图样过多".to_owned()))?;
        let SealPrint { page, area, clip, alt, .. } = print;
        placed.push(Print { page: *page, area: *area, clip: *clip, file, alt });
    }
    Ok((placed, pictures.into_iter().map(|png| Bytes::new(Arc::clone(png))).collect()))
}

/// The same value with texts that a printer can set.
fn printable(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(printable_text(text)),
        Value::Array(values) => values.iter().map(printable).collect(),
        Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), printable(value))).collect(),
        other => other.clone(),
    }
}

/// Line ends of any system become one, tabs become blanks; other control characters and those that turn the
/// direction of writing have no shape, and could make a line read otherwise than it is stored.
fn printable_text(text: &str) -> String {
    let turns =
        |ch: char| matches!(ch, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    text.trim()
        .replace("\r\n", "\n")
        .replace(['\r', '\u{2028}', '\u{2029}'], "\n")
        .replace('\t', " ")
        .chars()
        .filter(|ch| *ch == '\n' || !(ch.is_control() || turns(*ch)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_stay_and_what_has_no_shape_goes() {
        assert_eq!(printable_text(" 甲\r\n乙\r丙\t丁\u{0007}\u{202E}戊\n"), "甲\n乙\n丙 丁戊");
    }

    #[test]
    fn texts_are_cleaned_wherever_they_stand() {
        let value = serde_json::json!({"a": ["x\u{0}"], "b": {"c": "y\t"}, "n": 1});
        assert_eq!(printable(&value), serde_json::json!({"a": ["x"], "b": {"c": "y"}, "n": 1}));
    }
}
