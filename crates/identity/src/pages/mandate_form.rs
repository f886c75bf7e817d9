//! The form with which an agent asks for a mandate: a few fields and the signed paper, read as they arrive.

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use files::{Limits, Refused};
use http::{HeaderMap, StatusCode};
use web::{Answer, App, Face, Fields, PageCx, Refusal, csrf};

use crate::Fault;
use crate::mandates::Paper;

/// The form with its file; far above the largest file we take, so that somebody with a photo of 50 MB is told so.
pub const BODY: usize = 96 << 20;
const PAPER_BYTES: u64 = 10 << 20;
/// A scope of 200 characters is the longest entry.
const TEXT_BYTES: usize = 4096;

pub struct Came {
    pub typed: Fields,
    /// None when no file was chosen.
    pub paper: Option<Result<Paper, Refused>>,
}

/// Reads it all. The token has to come before the file.
pub async fn read(
    app: &App,
    cx: &PageCx,
    headers: &HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Answer<Came> {
    let mut form = form.map_err(|rejection| Refusal::caused(broken_form(), rejection.body_text()))?;
    let (mut pairs, mut paper, mut token) = (vec![], None, None);
    let mut vouched = false;
    while let Some(field) = form.next_field().await.map_err(cut_off)? {
        let name = field.name().unwrap_or_default().to_owned();
        let Some(file) = field.file_name().map(str::to_owned) else {
            let value = short_text(field).await?;
            match name == csrf::FIELD {
                true => token = Some(value),
                false => pairs.push((name, value.trim().to_owned())),
            }
            continue;
        };
        // An input left empty comes as a file without a name.
        if file.is_empty() || paper.is_some() {
            continue;
        }
        if !vouched {
            web::form::require_token(app, &cx.cx, headers, token.as_deref())?;
            vouched = true;
        }
        paper = Some(keep(app, field, &file).await?);
    }
    if !vouched {
        web::form::require_token(app, &cx.cx, headers, token.as_deref())?;
    }
    Ok(Came { typed: Fields::from_iter(pairs), paper })
}

async fn keep(app: &App, field: Field<'_>, declared: &str) -> Answer<Result<Paper, Refused>> {
    let limits = Limits { bytes: PAPER_BYTES, ..Limits::default() };
    match app.files().take_in(field, declared, limits).await {
        Ok((_, looked)) if looked.kind == files::Kind::Gif => {
            let instead = "请另存为 JPG、PNG 或者 PDF 再上传。";
            Ok(Err(Refused::NotTaken { what: "动图", instead }))
        }
        Ok((stored, looked)) => Ok(Ok(Paper {
            name: files::safe_name(declared),
            digest: stored.digest,
            kind: looked.kind.media_type().to_owned(),
            bytes: i64::try_from(stored.bytes).unwrap_or(i64::MAX),
        })),
        Err(files::Fault::Refused(why)) => Ok(Err(why)),
        Err(files::Fault::BrokenOff(why)) => Err(Refusal::caused(broken_form(), why)),
        Err(fault) => Err(Fault::Files(fault).into()),
    }
}

async fn short_text(mut field: Field<'_>) -> Answer<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(cut_off)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > TEXT_BYTES {
            return Err(Refusal::caused(broken_form(), "a text field of a mandate is too long"));
        }
    }
    String::from_utf8(bytes).map_err(|_| Refusal::new(broken_form()))
}

fn cut_off(error: MultipartError) -> Refusal {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let says = "文件太大，没有收下";
        let next = "请把委托书重新拍摄，或者压缩到 10 MB 以内再上传。";
        return Refusal::new(Face::new(StatusCode::PAYLOAD_TOO_LARGE, "file-too-large", says, next));
    }
    Refusal::caused(broken_form(), error.body_text())
}

fn broken_form() -> Face {
    Face::invalid(
        "upload-broken",
        "内容没有传完，没有收下",
        "可能是网络中断了。请返回“我的委托”，重新填写并选择委托书后提交。",
    )
}
