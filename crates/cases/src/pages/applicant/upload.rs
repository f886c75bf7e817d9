//! A form with one file in it, read as it arrives: nothing is held in memory, and the look at the file decides whether it
//! is kept.

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use catalog::{Accept, MaterialSpec};
use files::{Limits, Refused};
use http::{HeaderMap, StatusCode};
use web::{Answer, App, Face, PageCx, Refusal};

use crate::Fault;
use crate::case::Material;

/// What came with the form.
pub struct Upload {
    pub file: Came,
    /// The file this one takes the place of.
    pub instead_of: Option<String>,
}

pub enum Came {
    /// No file was chosen.
    Nothing,
    Kept(Box<Material>),
    Refused {
        name: String,
        why: Refused,
    },
}

/// What a material takes.
pub fn limits(spec: &MaterialSpec) -> Limits {
    Limits { bytes: spec.max_bytes, ..Limits::default() }
}

/// Reads the form for the material `spec`. Of several file inputs (camera and album) the first that holds a file counts;
/// the token must come before it.
pub async fn read(
    app: &App,
    cx: &PageCx,
    headers: &HeaderMap,
    form: Result<Multipart, MultipartRejection>,
    spec: &MaterialSpec,
) -> Answer<Upload> {
    let mut form = form.map_err(|rejection| Refusal::caused(broken_form(), rejection.body_text()))?;
    let mut upload = Upload { file: Came::Nothing, instead_of: None };
    let mut token = None;
    let mut trusted = false;
    while let Some(field) = form.next_field().await.map_err(cut_off)? {
        let Some(name) = field.file_name().map(str::to_owned) else {
            let key = field.name().unwrap_or_default().to_owned();
            let value = short_text(field).await?;
            match key.as_str() {
                web::csrf::FIELD => token = Some(value),
                "instead_of" => upload.instead_of = Some(value).filter(|value| !value.is_empty()),
                _ => {}
            }
            continue;
        };
        // An input left empty comes as a file without a name.
        if name.is_empty() || !matches!(upload.file, Came::Nothing) {
            continue;
        }
        if !trusted {
            web::form::require_token(app, &cx.cx, headers, token.as_deref())?;
            trusted = true;
        }
        upload.file = keep(app, field, &name, spec).await?;
    }
    if !trusted {
        web::form::require_token(app, &cx.cx, headers, token.as_deref())?;
    }
    Ok(upload)
}

async fn keep(app: &App, field: Field<'_>, declared: &str, spec: &MaterialSpec) -> Answer<Came> {
    let name = files::safe_name(declared);
    let (stored, looked) = match app.files().take_in(field, declared, limits(spec)).await {
        Ok(kept) => kept,
        Err(files::Fault::Refused(why)) => return Ok(Came::Refused { name, why }),
        Err(files::Fault::BrokenOff(why)) => return Err(Refusal::caused(broken_form(), why)),
        Err(fault) => return Err(Fault::Files(fault).into()),
    };
    if !spec.accept.iter().any(|one| one.mime() == looked.kind.media_type()) {
        return Ok(Came::Refused { name, why: not_this_kind(looked.kind) });
    }
    Ok(Came::Kept(Box::new(Material {
        id: app.new_id(),
        slot: spec.key.clone(),
        name,
        digest: stored.digest,
        bytes: i64::try_from(stored.bytes).unwrap_or(i64::MAX),
        kind: looked.kind.media_type().to_owned(),
        round: 0,
        added_at: app.now().as_microsecond(),
    })))
}

fn not_this_kind(is: files::Kind) -> Refused {
    let instead = match is {
        files::Kind::Pdf => "这份材料请拍照，或者另存为 JPG、PNG 再上传。",
        _ => "请另存为 JPG、PNG 或者 PDF 再上传。",
    };
    Refused::NotTaken { what: is.says(), instead }
}

/// Names of fields and tokens are short; a megabyte of text in their place is thrown out.
async fn short_text(mut field: Field<'_>) -> Answer<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(cut_off)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > 4096 {
            return Err(Refusal::caused(broken_form(), "a text field of an upload is too long"));
        }
    }
    String::from_utf8(bytes).map_err(|_| Refusal::new(broken_form()))
}

fn cut_off(error: MultipartError) -> Refusal {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let face = Face::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "file-too-large",
            "文件太大，没有收下",
            "请用手机重新拍摄，或者压缩到 10 MB 以内再上传；多页材料可以分成几个文件。",
        );
        return Refusal::new(face);
    }
    Refusal::caused(broken_form(), error.body_text())
}

fn broken_form() -> Face {
    Face::invalid(
        "upload-broken",
        "文件没有传完，没有收下",
        "可能是网络中断了。请返回材料页，重新选择文件上传；已经传好的文件都还在。",
    )
}

/// The HTTP status of a refusal: too large has its own.
pub fn status(why: &Refused) -> StatusCode {
    match why {
        Refused::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// JPG、PNG、PDF，不超过 10 MB
pub fn takes(spec: &MaterialSpec) -> String {
    let kinds: Vec<&str> = spec.accept.iter().map(|one| one.label()).collect();
    format!("{}，每个不超过 {}", kinds.join("、"), web::text::bytes(spec.max_bytes))
}

/// Whether a phone's camera is a way to make it.
pub fn takes_photos(spec: &MaterialSpec) -> bool {
    spec.accept.contains(&Accept::Jpg)
}

/// A kept file as pages show it.
pub struct Shown {
    pub id: String,
    pub name: String,
    pub size: String,
    pub href: String,
    pub is_picture: bool,
}

impl Shown {
    pub fn of(material: &Material, href: String) -> Shown {
        Shown {
            id: material.id.clone(),
            name: material.name.clone(),
            size: web::text::bytes(u64::try_from(material.bytes).unwrap_or_default()),
            href,
            is_picture: material.kind.starts_with("image/"),
        }
    }
}
