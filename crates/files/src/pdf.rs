//! A look at a PDF: whole, without a password, and doing nothing by itself.
//!
//! This is no PDF reader. It finds honest files with macros and files cut off in transfer; a forged file gains nothing
//! from getting past it, because files are served as attachments from a sandbox and never opened by the server.

use crate::kind::holds;
use crate::{Kind, Refused};
use std::borrow::Cow;

/// Names that make a PDF act or carry other files. Long enough not to turn up by chance in packed bytes.
const ACTIVE: &[(&[u8], &str)] = &[
    (b"/JavaScript", "脚本"),
    (b"/Launch", "启动程序的动作"),
    (b"/EmbeddedFile", "附件"),
    (b"/RichMedia", "多媒体内容"),
    (b"/SubmitForm", "自动提交的表单"),
    (b"/ImportData", "导入数据的动作"),
];

/// How many pages, when the file says so in the clear.
pub(crate) fn look(bytes: &[u8]) -> Result<Option<u32>, Refused> {
    let broken = Err(Refused::Broken { is: Kind::Pdf });
    let tail = &bytes[bytes.len().saturating_sub(2048)..];
    if !holds(tail, b"%%eof") || !holds(bytes, b"startxref") {
        return broken;
    }
    if holds(tail, b"PK\x05\x06") && holds(bytes, b"PK\x03\x04") {
        return Err(Refused::TwoInOne { is: Kind::Pdf, hides: "压缩包" });
    }
    let clear = outside_streams(bytes);
    let clear = unescaped(&clear);
    if has_name(&clear, b"/Encrypt") {
        return Err(Refused::Locked);
    }
    let unescaped = unescaped(bytes);
    if let Some((_, what)) = ACTIVE.iter().find(|(name, _)| has_name(&unescaped, name)) {
        return Err(Refused::Active { what });
    }
    // `/JS` is short enough to turn up by chance in a packed picture, so it counts only outside of streams.
    if has_name(&clear, b"/JS") {
        return Err(Refused::Active { what: "脚本" });
    }
    Ok(pages(&clear))
}

/// The file without the contents of its streams.
fn outside_streams(bytes: &[u8]) -> Vec<u8> {
    let mut clear = Vec::new();
    let mut rest = bytes;
    while let Some(start) = find(rest, b"stream") {
        clear.extend_from_slice(&rest[..start]);
        rest = &rest[start + b"stream".len()..];
        match find(rest, b"endstream") {
            Some(end) => rest = &rest[end + b"endstream".len()..],
            None => break,
        }
    }
    clear.extend_from_slice(rest);
    clear
}

/// `/J#61vaScript` is the same name as `/JavaScript`.
fn unescaped(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !bytes.contains(&b'#') {
        return Cow::Borrowed(bytes);
    }
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], digit(bytes.get(at + 1)), digit(bytes.get(at + 2))) {
            (b'#', Some(high), Some(low)) => {
                plain.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                plain.push(byte);
                at += 1;
            }
        }
    }
    Cow::Owned(plain)
}

/// Does the name stand there as a whole? `/EmbeddedFile` also answers for `/EmbeddedFiles`.
fn has_name(bytes: &[u8], name: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = find(rest, name) {
        rest = &rest[at + name.len()..];
        match rest.first() {
            Some(next) if next.is_ascii_alphanumeric() && *next != b's' => {}
            _ => return true,
        }
    }
    false
}

/// The largest `/Count` among the page trees: that of the root.
fn pages(clear: &[u8]) -> Option<u32> {
    let mut most = None;
    let mut rest = clear;
    while let Some(at) = find(rest, b"/Count") {
        rest = &rest[at + b"/Count".len()..];
        let digits: String = rest
            .iter()
            .skip_while(|byte| byte.is_ascii_whitespace())
            .take_while(|byte| byte.is_ascii_digit())
            .map(|byte| char::from(*byte))
            .collect();
        most = most.max(digits.parse::<u32>().ok());
    }
    most
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}
