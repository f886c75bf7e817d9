//! Uploads on their way back to a browser, which is told to run nothing in them. Whoever calls has made sure that the
//! reader may see the file.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};

use crate::app::App;
use crate::face::Refusal;

/// A picture can't act; nothing it might hold is allowed to.
const PICTURE_POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";
/// The browser's own reader of PDF doesn't work in a sandbox. Framed by our own pages only, beside what is said of it.
const PDF_POLICY: &str =
    "default-src 'self'; style-src 'unsafe-inline'; script-src 'none'; frame-ancestors 'self'";

/// As the sender gets it back: a picture is shown, a PDF is only ever saved, because it can hold what a browser would run.
pub async fn returned(app: &App, digest: &str, kind: &str, name: &str) -> Result<Response, files::Fault> {
    let (length, pieces) = app.files().get(digest).await?;
    let way = if kind.starts_with("image/") { "inline" } else { "attachment" };
    let mut answer = Body::from_stream(pieces).into_response();
    let headers = answer.headers_mut();
    let media = HeaderValue::from_str(kind).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, media);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(header::CONTENT_DISPOSITION, disposition(way, name));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PICTURE_POLICY));
    Ok(answer)
}

/// As officers see it, in the page beside what is said of it.
pub async fn shown(app: &App, digest: &str, kind: &str) -> Result<Response, Refusal> {
    let (policy, frame) = match kind {
        "application/pdf" => (PDF_POLICY, "SAMEORIGIN"),
        "image/jpeg" | "image/png" | "image/webp" => (PICTURE_POLICY, "DENY"),
        other => return Err(Refusal::internal(format!("a file of kind {other} was kept"))),
    };
    let (_, pieces) = app.files().get(digest).await.map_err(Refusal::internal)?;
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, "inline".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy.to_owned()),
        (header::X_FRAME_OPTIONS, frame.to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// `inline; filename*=UTF-8''…` (RFC 6266): names are Chinese.
pub fn disposition(way: &str, name: &str) -> HeaderValue {
    let mut encoded = String::with_capacity(name.len() * 3);
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    HeaderValue::from_str(&format!("{way}; filename*=UTF-8''{encoded}"))
        .expect("percent-encoded bytes are ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_not_break_out_of_its_header() {
        let header = disposition("attachment", "a\"; x=\r\n䶮.pdf");
        assert_eq!(
            header.to_str().unwrap(),
            "attachment; filename*=UTF-8''a%22%3B%20x%3D%0D%0A%E4%B6%AE.pdf"
        );
    }
}
