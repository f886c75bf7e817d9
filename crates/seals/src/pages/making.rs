//! Making a seal: the one form with a file.

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use axum::http::HeaderMap;
use guomi::seal::MAX_PICTURE;
use identity::{Act, Officer};
use web::upload::{self, Trouble};
use web::{Answer, App, Face, Flash, PageCx, Refusal};

use super::steps::{back_to, version};
use super::{at, read};
use crate::actions::{self, By};
use crate::{Fault, SealKeys};

/// What came with the form.
#[derive(Default)]
struct Sent {
    token: Option<String>,
    version: String,
    picture: Option<Vec<u8>>,
}

/// `POST /desk/seals/{bureau}/{id}/make`
pub async fn make(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id)): Path<(String, String)>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Answer {
    officer.may(Act::KeepSeals, &bureau)?;
    read(&app, &officer, &bureau, &id).await?;
    let form = form.map_err(|rejection| Refusal::caused(broken(), rejection.body_text()))?;
    let sent = received(form).await.map_err(|refusal| refusal_of(refusal, &bureau, &id))?;
    web::form::require_token(&app, &cx.cx, &headers, sent.token.as_deref())?;
    let version = version(&sent.version)?;
    let face = match sent.picture {
        Some(png) => actions::Face::Given { png },
        None => actions::Face::Drawn { organ: officer.bureau_name.clone() },
    };
    let (keys, by) = (app.part::<SealKeys>(), By::officer(&officer, app.now()));
    let made = actions::make(&app, &keys, &by, (&bureau, &id), Some(version), face).await;
    made.map_err(|fault| back_to(&bureau, &id, fault))?;
    Ok(Flash::done("印章已制作，请指定使用岗位后启用").redirect(&app, &at(&bureau, &id)))
}

async fn received(mut form: Multipart) -> Result<Sent, Trouble> {
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        // An input left empty comes as a file without a name.
        let is_file = field.file_name().map(|file| !file.is_empty());
        match (name.as_str(), is_file) {
            ("picture", Some(true)) => sent.picture = Some(upload::bytes(field, MAX_PICTURE).await?),
            (web::csrf::FIELD, None) => sent.token = Some(upload::text(field).await?),
            ("version", None) => sent.version = upload::text(field).await?,
            _ => {}
        }
    }
    Ok(sent)
}

fn refusal_of(trouble: Trouble, bureau: &str, id: &str) -> Refusal {
    match trouble {
        Trouble::TooLarge => {
            let fault = Fault::Typed {
                says: "印章图像超过512 KB，没有收下".into(),
                next: "请把图像缩小到1000×1000像素以内，另存为PNG后再上传",
            };
            back_to(bureau, id, fault)
        }
        Trouble::Broken(why) => Refusal::caused(broken(), why),
    }
}

fn broken() -> Face {
    Face::invalid("upload-broken", "文件没有传完，没有收下", "可能是网络中断了。请返回印章页面重新提交。")
}
