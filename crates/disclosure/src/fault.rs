//! What can go wrong with public information, and what the person is told.

use axum::http::StatusCode;
use jiff::Timestamp;
use thiserror::Error;
use web::{Face, Refusal};

use crate::article::Asking;
use crate::state::NotOpen;

#[derive(Debug, Error)]
pub enum Fault {
    #[error("no article of this number")]
    Unknown,
    #[error("no such attachment")]
    NoFile,
    #[error("no decision of this number was made public")]
    NoDecision,
    #[error("the step is not open: {0}")]
    NotOpen(#[from] NotOpen),
    /// Somebody else saved the article in between.
    #[error("{by} saved it meanwhile")]
    Overtaken { by: String, at: Timestamp },
    /// What was typed can't be taken, by field.
    #[error("not as it must be: {0:?}")]
    Typed(Vec<(&'static str, String)>),
    /// Another article of the bureau has the document number.
    #[error("the document number {number} is that of “{title}”")]
    NumberTaken { number: String, title: String },
    /// A comment outside the days of the consultation.
    #[error("the consultation is not open: {0:?}")]
    NotAsking(Option<Asking>),
    #[error("the file is refused: {0}")]
    File(files::Refused),
    #[error("too many attachments")]
    TooManyFiles,
    #[error(transparent)]
    Store(#[from] db::Fault),
    #[error("the store of files: {0}")]
    Files(files::Fault),
}

impl Fault {
    pub fn typed(field: &'static str, says: impl Into<String>) -> Fault {
        Fault::Typed(vec![(field, says.into())])
    }

    pub fn face(&self) -> Face {
        let conflict = StatusCode::CONFLICT;
        let (status, code, says, next) = match self {
            Fault::Unknown => (
                StatusCode::NOT_FOUND,
                "article-unknown",
                "没有找到这条信息".to_owned(),
                "索引号可能写错了，也可能还没有发布。请从信息公开目录里找。",
            ),
            Fault::NoFile => (
                StatusCode::NOT_FOUND,
                "attachment-unknown",
                "没有找到这个附件".to_owned(),
                "附件可能已经更换，请回到信息页面重新打开。",
            ),
            Fault::NoDecision => (
                StatusCode::NOT_FOUND,
                "decision-unknown",
                "没有找到这项许可决定".to_owned(),
                "决定可能还没有公示，或者已经按规定撤下。请核对决定书文号，或者拨打 12313 询问。",
            ),
            Fault::NotOpen(fault) => return of_step(fault),
            Fault::Overtaken { by, at } => (
                conflict,
                "article-overtaken",
                format!("{by}在{}保存了新的内容，您的这一步没有生效", web::text::minute(*at)),
                "请看清现在的内容，再决定怎么办。您写的内容没有丢失。",
            ),
            Fault::Typed(problems) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "disclosure-typed",
                problems.iter().map(|(_, says)| says.as_str()).collect::<Vec<_>>().join("；"),
                "请返回修改后再提交",
            ),
            Fault::NumberTaken { number, title } => (
                conflict,
                "document-number-taken",
                format!("文号“{number}”已经用在《{title}》上"),
                "请核对文号。要改的是那一条的，请打开那一条修改，它的新版本仍用原来的文号。",
            ),
            Fault::NotAsking(Some(Asking::Soon)) => (
                conflict,
                "consultation-not-yet",
                "征求意见还没有开始，这条意见没有收下".to_owned(),
                "请在页面写明的开始日期以后再提交。",
            ),
            Fault::NotAsking(_) => (
                conflict,
                "consultation-over",
                "征求意见已经结束，这条意见没有收下".to_owned(),
                "仍有意见的，可以拨打页面上的联系电话，或者拨打 12313。",
            ),
            Fault::File(refused) => {
                let next = refused.remedy();
                return Face::invalid("attachment-refused", refused.to_string(), next);
            }
            Fault::TooManyFiles => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "attachments-full",
                format!("附件不能超过{}个，这个文件没有收下", crate::article::MOST_ATTACHMENTS),
                "请把几个文件合并成一份 PDF，或者先删掉不需要的附件。",
            ),
            Fault::Store(fault) => return web::face::database_face(fault),
            Fault::Files(_) => (
                StatusCode::INSUFFICIENT_STORAGE,
                "attachment-store",
                "附件没有存下来".to_owned(),
                "请稍后再试；仍不行的，请联系系统管理员检查磁盘空间。",
            ),
        };
        Face::new(status, code, says, next)
    }
}

fn of_step(fault: &NotOpen) -> Face {
    match fault {
        NotOpen::State { state, step } => Face::conflict(
            "article-step",
            format!("这条信息现在是“{state}”，不能办理“{step}”"),
            "请返回上一页刷新，看清现在的状态后再办。",
        ),
        NotOpen::SamePerson => Face::new(
            StatusCode::FORBIDDEN,
            "article-same-person",
            "不能审核自己起草或者修改过的内容",
            "请由另一位有审核权限的人员办理。",
        ),
        NotOpen::TooEarly => {
            Face::conflict("article-too-early", "还没有到设定的发布时间", "到时系统会自动发布，不用再办。")
        }
    }
}

impl From<files::Fault> for Fault {
    fn from(fault: files::Fault) -> Fault {
        match fault {
            files::Fault::Refused(refused) => Fault::File(refused),
            other => Fault::Files(other),
        }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Refusal {
        Refusal::caused(fault.face(), &fault)
    }
}

impl axum::response::IntoResponse for Fault {
    fn into_response(self) -> axum::response::Response {
        Refusal::from(self).into_response()
    }
}
