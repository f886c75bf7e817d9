//! Attachments: taken in if they are what their names say, given back to editors, taken away.

use axum::body::Bytes;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, StatusCode};
use futures_util::stream;
use identity::{Act, Officer};
use web::upload::{self, Trouble};
use web::{Answer, App, Face, Fields, Flash, PageCx, Refusal};

use super::{FILE_LIMIT, back_to, read, version};
use crate::Fault;
use crate::actions::{self, By, desk_address};
use crate::article::Attachment;

type Place = Path<(String, String)>;

/// What came with the form.
#[derive(Default)]
struct Sent {
    token: Option<String>,
    version: String,
    file: Option<(String, Vec<u8>)>,
}

/// `POST /desk/disclosure/{bureau}/{article}/attach`
pub async fn attach(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id)): Place,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Answer {
    officer.may(Act::EditDisclosure, &bureau)?;
    read(&app, &officer, &bureau, &id).await?;
    let form = form.map_err(|rejection| Refusal::caused(broken(), rejection.body_text()))?;
    let sent = received(form).await.map_err(refusal)?;
    web::form::require_token(&app, &cx.cx, &headers, sent.token.as_deref())?;
    let seen = version(&sent.version)?;
    let (name, bytes) = sent.file.ok_or_else(|| Fault::typed("file", "还没有选择文件"))?;
    let attachment = kept(&app, &name, bytes).await.map_err(|fault| back_to(&bureau, &id, fault))?;
    let by = By::officer(&officer, app.now());
    let says = format!("附件“{}”已添加", attachment.name);
    let done = actions::attach(&app, &by, (&bureau, &id), seen, attachment).await;
    done.map_err(|fault| back_to(&bureau, &id, fault))?;
    Ok(Flash::done(says).redirect(&app, &desk_address(&bureau, &id)))
}

/// On the disk first: a row may name a file only then.
async fn kept(app: &App, name: &str, bytes: Vec<u8>) -> Result<Attachment, Fault> {
    let name = files::safe_name(name);
    let limits = files::Limits { bytes: FILE_LIMIT as u64, ..files::Limits::default() };
    let whole = stream::iter([Ok::<Bytes, String>(Bytes::from(bytes))]);
    let (stored, looked) = app.files().take_in(whole, &name, limits).await?;
    Ok(Attachment {
        id: app.new_id(),
        name,
        digest: stored.digest,
        bytes: i64::try_from(stored.bytes).unwrap_or(i64::MAX),
        kind: looked.kind.media_type().to_owned(),
    })
}

async fn received(mut form: Multipart) -> Result<Sent, Trouble> {
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        // An input left empty comes as a file without a name.
        let file = field.file_name().map(str::to_owned);
        match (name.as_str(), file) {
            ("file", Some(file)) if !file.is_empty() => {
                sent.file = Some((file, upload::bytes(field, FILE_LIMIT).await?))
            }
            (web::csrf::FIELD, None) => sent.token = Some(upload::text(field).await?),
            ("version", None) => sent.version = upload::text(field).await?,
            _ => {}
        }
    }
    Ok(sent)
}

fn refusal(trouble: Trouble) -> Refusal {
    match trouble {
        Trouble::TooLarge => Refusal::new(too_large()),
        Trouble::Broken(why) => Refusal::caused(broken(), why),
    }
}

fn too_large() -> Face {
    Face::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "attachment-too-large",
        "附件超过20 MB，没有收下",
        "请把文件压缩或者拆成几份，再分别上传。",
    )
}

fn broken() -> Face {
    Face::invalid(
        "upload-broken",
        "文件没有传完，没有收下",
        "可能是网络中断了。请返回这条信息的页面重新上传。",
    )
}

/// `POST /desk/disclosure/{bureau}/{article}/detach`
pub async fn detach(
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id)): Place,
    sent: Fields,
) -> Answer {
    officer.may(Act::EditDisclosure, &bureau)?;
    let seen = version(sent.get("version"))?;
    let by = By::officer(&officer, app.now());
    let done = actions::detach(&app, &by, (&bureau, &id), seen, sent.get("file")).await;
    done.map_err(|fault| back_to(&bureau, &id, fault))?;
    Ok(Flash::done("附件已删除").redirect(&app, &desk_address(&bureau, &id)))
}

/// `GET /desk/disclosure/{bureau}/{article}/files/{file}`
pub async fn file(
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id, file)): Path<(String, String, String)>,
) -> Answer {
    let article = read(&app, &officer, &bureau, &id).await?;
    let file = article.content.attachment(&file).ok_or(Fault::NoFile)?;
    let answer = web::kept::returned(&app, &file.digest, &file.kind, &file.name).await;
    Ok(answer.map_err(Fault::from)?)
}
