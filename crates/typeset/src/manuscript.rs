//! What a template reads as `/data.json`.

use crate::code;
use papers::{Paper, TypesetFault};
use serde::Serialize;
use serde_json::Value;

#[derive(Serialize)]
struct Manuscript<'a> {
    kind: &'a str,
    title: &'a str,
    number: Option<&'a str>,
    issued_on: String,
    verify_url: Option<&'a str>,
    qr: bool,
    data: Value,
}

/// The bytes of `/data.json` for this paper. Two papers with the same bytes are the same document.
pub(crate) fn of(paper: &Paper) -> Result<Vec<u8>, TypesetFault> {
    let manuscript = Manuscript {
        kind: paper.kind.code(),
        title: paper.kind.title(),
        number: paper.number.as_deref(),
        issued_on: paper.issued_on.to_string(),
        verify_url: paper.verify_url.as_deref(),
        qr: paper.verify_url.is_some(),
        data: printable(&paper.data),
    };
    serde_json::to_vec(&manuscript).map_err(|fault| TypesetFault::Data(fault.to_string()))
}

/// `/qr.png`, for a paper that has an address.
pub(crate) fn code_of(paper: &Paper) -> Result<Option<Vec<u8>>, TypesetFault> {
    let Some(url) = paper.verify_url.as_deref() else { return Ok(None) };
    let matrix = papers::qr::matrix(url).map_err(|fault| TypesetFault::Data(fault.to_string()))?;
    code::png(&matrix).map(Some)
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
