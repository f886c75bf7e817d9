//! A look at an upload: is it what its name says, whole, and harmless?

use crate::kind::{extension_of, holds};
use crate::{Fault, Kind, Refused, pdf};
use std::io::Cursor;
use std::path::Path;
use tokio::sync::Semaphore;

/// How much we take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub bytes: u64,
    pub pixels: u64,
}

impl Default for Limits {
    /// 20 MB, and 100 million pixels, which is what the largest phone cameras give.
    fn default() -> Limits {
        Limits { bytes: 20 * 1024 * 1024, pixels: 100_000_000 }
    }
}

/// What a file was found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    pub kind: Kind,
    /// Pixels; of pictures only.
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// Of a PDF, when it can be told without laying it out.
    pub pages: Option<u32>,
}

/// A decoded picture of 100 million pixels takes 300 MB, so no more than two are looked at at once.
static DECODING: Semaphore = Semaphore::const_new(2);

/// Look at the file at `path`, declared under the name `declared`.
pub async fn look(path: &Path, declared: &str, limits: Limits) -> Result<Looked, Fault> {
    let _turn = DECODING.acquire().await.map_err(|closed| Fault::Unavailable(closed.to_string()))?;
    let (path, declared) = (path.to_owned(), declared.to_owned());
    let looked = tokio::task::spawn_blocking(move || {
        let size = std::fs::metadata(&path)?.len();
        if size > limits.bytes {
            return Err(Refused::TooLarge { limit: limits.bytes }.into());
        }
        Ok(look_at_bytes(&std::fs::read(&path)?, &declared, limits)?)
    });
    looked.await.unwrap_or_else(|stopped| Err(Fault::Unavailable(format!("looking at a file: {stopped}"))))
}

/// Look at a whole file in memory. Takes the time of decoding it: call it off the threads that serve requests.
pub fn look_at_bytes(bytes: &[u8], declared: &str, limits: Limits) -> Result<Looked, Refused> {
    if bytes.len() as u64 > limits.bytes {
        return Err(Refused::TooLarge { limit: limits.bytes });
    }
    let kind = Kind::of(bytes)?;
    agrees_with_name(kind, declared)?;
    if kind == Kind::Pdf {
        let pages = pdf::look(bytes)?;
        return Ok(Looked { kind, width: None, height: None, pages });
    }
    hides_nothing(kind, bytes)?;
    let (width, height) = decoded(kind, bytes, limits)?;
    Ok(Looked { kind, width: Some(width), height: Some(height), pages: None })
}

fn agrees_with_name(kind: Kind, declared: &str) -> Result<(), Refused> {
    match (Kind::named(declared), extension_of(declared)) {
        (Some(named), _) if named == kind => Ok(()),
        (_, Some(extension)) => Err(Refused::Misnamed { is: kind, extension }),
        (_, None) => Err(Refused::NoExtension { is: kind }),
    }
}

/// A picture that is also something else would be dangerous where somebody opens it as that. What cameras append of
/// their own (a motion picture, a depth map) is let through.
fn hides_nothing(kind: Kind, bytes: &[u8]) -> Result<(), Refused> {
    let start = &bytes[..bytes.len().min(1024)];
    let tail = &bytes[bytes.len().saturating_sub(66_000)..];
    let hides = if holds(start, b"%pdf-") {
        "PDF 文件"
    } else if holds(tail, b"PK\x05\x06") && holds(bytes, b"PK\x03\x04") {
        "压缩包"
    } else if [b"<script".as_slice(), b"<?php", b"<html", b"<svg "].iter().any(|mark| holds(bytes, mark)) {
        "网页脚本"
    } else {
        return Ok(());
    };
    Err(Refused::TwoInOne { is: kind, hides })
}

fn decoded(kind: Kind, bytes: &[u8], limits: Limits) -> Result<(u32, u32), Refused> {
    let broken = || Refused::Broken { is: kind };
    let reader = || image::ImageReader::with_format(Cursor::new(bytes), format_of(kind));
    // The size stands in the header: a bomb is found before a byte of it is unpacked.
    let (width, height) = reader().into_dimensions().map_err(|_| broken())?;
    if width == 0 || height == 0 {
        return Err(broken());
    }
    if u64::from(width) * u64::from(height) > limits.pixels {
        return Err(Refused::TooManyPixels { width, height, limit: limits.pixels });
    }
    if kind == Kind::Jpeg && !jpeg_has_its_end(bytes) {
        return Err(broken());
    }
    let mut reader = reader();
    let mut allowed = image::Limits::default();
    allowed.max_alloc = Some(limits.pixels.saturating_mul(8));
    reader.limits(allowed);
    reader.decode().map_err(|_| broken())?;
    Ok((width, height))
}

fn format_of(kind: Kind) -> image::ImageFormat {
    match kind {
        Kind::Jpeg | Kind::Pdf => image::ImageFormat::Jpeg,
        Kind::Png => image::ImageFormat::Png,
        Kind::Webp => image::ImageFormat::WebP,
        Kind::Gif => image::ImageFormat::Gif,
    }
}

/// The decoder fills a JPEG that was cut off with grey and calls it whole. So look for the end mark `ff d9` behind the
/// start of the scan; before it, a thumbnail may have an end mark of its own.
fn jpeg_has_its_end(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some([0xff, marker, high, low]) = bytes.get(at..at + 4) {
        if *marker == 0xda {
            return bytes[at..].windows(2).any(|pair| pair == [0xff, 0xd9]);
        }
        if *marker == 0xff {
            at += 1;
            continue;
        }
        at += 2 + usize::from(u16::from_be_bytes([*high, *low]));
    }
    false
}
