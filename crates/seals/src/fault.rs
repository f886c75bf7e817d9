//! What can go wrong with a seal, and what the person is told.

use axum::http::StatusCode;
use papers::TypesetFault;
use thiserror::Error;
use web::{Face, Refusal};

use crate::SealKind;

#[derive(Debug, Error)]
pub enum Fault {
    #[error("no seal of this number in this bureau")]
    Unknown,
    /// The bureau has no seal of this kind in use.
    #[error("no {} in use", .0.code())]
    NoSeal(SealKind),
    /// The signing service is away; waiting helps.
    #[error("the signing service is away: {0}")]
    Unavailable(String),
    /// The signing service will not sign; the seal's keeper must look.
    #[error("the signing service refused: {0}")]
    Refused(String),
    #[error("the paper can't be set: {0}")]
    Typeset(#[from] TypesetFault),
    #[error(transparent)]
    Store(#[from] db::Fault),
    #[error("the sealed file can't be kept: {0}")]
    Files(#[from] files::Fault),
}

impl Fault {
    /// Whether the same step may succeed later without anybody doing anything.
    pub fn may_pass(&self) -> bool {
        matches!(self, Fault::Unavailable(_))
    }

    /// Whether the bureau's seal or its service stands in the way, rather than the paper, the disk or the database.
    pub fn is_about_the_seal(&self) -> bool {
        matches!(self, Fault::NoSeal(_) | Fault::Unavailable(_) | Fault::Refused(_))
    }

    pub fn face(&self) -> Face {
        let (status, code, says, next) = match self {
            Fault::Unknown => {
                (StatusCode::NOT_FOUND, "seal-unknown", "未找到该印章".to_owned(), "请从印章列表重新打开")
            }
            Fault::NoSeal(kind) => (
                StatusCode::CONFLICT,
                "seal-missing",
                format!("本局没有启用中的“{}”，不能出具这份文书", kind.says()),
                "请联系印章管理员办理制章或者恢复启用，您填写的内容不会丢失",
            ),
            Fault::Unavailable(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "seal-service-away",
                "签章服务暂时不可用".to_owned(),
                "办理内容已经保存，服务恢复后自动盖章，无需重新办理",
            ),
            Fault::Refused(_) => (
                StatusCode::CONFLICT,
                "seal-refused",
                "签章服务拒绝签名".to_owned(),
                "请联系印章管理员核对印章状态和用印权限",
            ),
            Fault::Typeset(fault) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "seal-paper",
                format!("文书不能排版：{fault}"),
                "请按提示修改后再办理",
            ),
            Fault::Store(fault) => return web::face::database_face(fault),
            Fault::Files(_) => (
                StatusCode::INSUFFICIENT_STORAGE,
                "seal-file",
                "盖章后的文书没有存下来".to_owned(),
                "请稍后再试；仍不行的，请联系系统管理员检查磁盘空间",
            ),
        };
        Face::new(status, code, says, next)
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Refusal {
        Refusal::caused(fault.face(), &fault)
    }
}
