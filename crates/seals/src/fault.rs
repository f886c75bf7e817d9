//! What can go wrong with a seal, and what the person is told.

use axum::http::StatusCode;
use guomi::seal::SealFault;
use guomi::x509::ChainFault;
use law::Citation;
use papers::{Kind, TypesetFault};
use thiserror::Error;
use web::{Face, Refusal};

use crate::SealKind;
use crate::keys::KeyFault;
use crate::state::NotOpen;

#[derive(Debug, Error)]
pub enum Fault {
    #[error("no seal of this number in this bureau")]
    Unknown,
    /// The bureau has no seal of this kind in use.
    #[error("no {} in use", .0.code())]
    NoSeal(SealKind),
    /// A paper that people sign and no seal goes on.
    #[error("a {} bears no seal", .0.code())]
    NeedsNone(Kind),
    /// Nobody handed this seal to the posts that the officer holds.
    #[error("the officer may not use {name}")]
    NotAUser { name: String },
    /// The signing service is away; waiting helps.
    #[error("the signing service is away: {0}")]
    Unavailable(String),
    /// The signing service will not sign; the seal's keeper must look.
    #[error("the signing service refused: {0}")]
    Refused(String),
    /// What the service gave back is no signature of its key.
    #[error("the signing service answered with a signature that does not verify")]
    WrongAnswer,
    /// The keys of this site.
    #[error("a key can't be used: {0}")]
    Keys(#[from] KeyFault),
    /// The seal can't be made or used as asked: out of its time, for another certificate.
    #[error("the seal: {0}")]
    Seal(SealFault),
    #[error("the paper can't be set: {0}")]
    Typeset(#[from] TypesetFault),
    /// The layout can't be written so that every reader shows it alike.
    #[error("the paper can't be written as OFD: {0}")]
    Ofd(#[from] ofd::Unsupported),
    /// The template names no spot for the seal.
    #[error("the template of {} names no place for a seal", .0.code())]
    NoPlace(Kind),
    /// Our own file could not be sealed or read back.
    #[error("the package: {0}")]
    Package(String),
    /// No file of this digest was sealed by this bureau.
    #[error("no sealed file of this digest")]
    NoOriginal,
    /// The step is not open in the state the seal is in.
    #[error("the step is not open: {0}")]
    NotOpen(#[from] NotOpen),
    /// A second seal of a kind must not be in use.
    #[error("{name} is in use")]
    AnotherInUse { name: String },
    /// Somebody moved the seal in between.
    #[error("the seal has moved in between")]
    Moved,
    /// What was typed or uploaded can't be taken.
    #[error("not as it must be: {says}")]
    Typed { says: String, next: &'static str },
    #[error(transparent)]
    Store(#[from] db::Fault),
    #[error("the sealed file can't be kept: {0}")]
    Files(#[from] files::Fault),
}

/// What officers do when only whoever runs the server can help.
const ASK_ADMIN: &str = "请联系系统管理员，在服务器上运行 yanzheng doctor 查看原因，您填写的内容不会丢失";
/// What officers do when the keeper of the seals can help.
const ASK_KEEPER: &str = "请联系印章管理员核对印章状态和使用岗位";

impl Fault {
    /// Whether the same step may succeed later without anybody doing anything.
    pub fn may_pass(&self) -> bool {
        matches!(self, Fault::Unavailable(_))
    }

    /// Whether the bureau's seal or its service stands in the way, rather than the paper, the disk or the database.
    pub fn is_about_the_seal(&self) -> bool {
        matches!(
            self,
            Fault::NoSeal(_)
                | Fault::NotAUser { .. }
                | Fault::Unavailable(_)
                | Fault::Refused(_)
                | Fault::WrongAnswer
                | Fault::Keys(_)
                | Fault::Seal(_)
                | Fault::Moved
        )
    }

    pub fn face(&self) -> Face {
        let face = self.told();
        match self.under() {
            Some(under) => face.under(under),
            None => face,
        }
    }

    /// The provision a refusal stands on; none for what is a matter of this program or of a disk.
    pub(crate) fn under(&self) -> Option<Citation> {
        match self {
            // “…使用国家统一电子印章系统制发的电子印章。”
            Fault::NoSeal(_) => Some(law::citations::online_service(9, 1)),
            // “（一）电子签名制作数据用于电子签名时，属于电子签名人专有；”
            Fault::Seal(SealFault::NotAHolder { .. }) => Some(law::citations::e_signature(13, 1).item(1)),
            // “（二）签署时电子签名制作数据仅由电子签名人控制；”: of a bureau by the posts it names.
            Fault::NotAUser { .. } | Fault::NotOpen(NotOpen::NoUsers) => {
                Some(law::citations::e_signature(13, 1).item(2))
            }
            // “（三）签署后对电子签名的任何改动能够被发现；”
            Fault::WrongAnswer => Some(law::citations::e_signature(13, 1).item(3)),
            // Out of its time or under a certificate that doesn't hold, it is no reliable signature.
            Fault::Seal(_)
            | Fault::Keys(KeyFault::Chain(ChainFault::NotYetValid { .. } | ChainFault::Expired { .. })) => {
                Some(law::citations::e_signature(13, 1))
            }
            _ => None,
        }
    }

    fn told(&self) -> Face {
        let conflict = StatusCode::CONFLICT;
        let (status, code, says, next) = match self {
            Fault::Unknown => {
                (StatusCode::NOT_FOUND, "seal-unknown", "未找到该印章".to_owned(), "请从印章列表重新打开")
            }
            Fault::NoSeal(kind) => (
                conflict,
                "seal-missing",
                format!("本局没有使用中的“{}”，不能出具这份文书", kind.says()),
                "请联系印章管理员办理制章或者恢复使用，您填写的内容不会丢失",
            ),
            Fault::NeedsNone(kind) => (
                conflict,
                "seal-not-needed",
                format!("“{}”由经办人和当事人签名，不加盖电子印章", kind.title()),
                "请直接打印签名",
            ),
            Fault::NotAUser { name } => (
                StatusCode::FORBIDDEN,
                "seal-not-a-user",
                format!("您的岗位不能使用“{name}”"),
                "请由有权使用的岗位办理，或者联系印章管理员调整使用岗位",
            ),
            Fault::Unavailable(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "seal-service-away",
                "签章服务暂时不可用，这一步没有办成，什么都没有改变".to_owned(),
                "请过几分钟再办；一直不行的，请联系系统管理员检查签章服务",
            ),
            Fault::Refused(_) => (conflict, "seal-refused", "签章服务拒绝签名".to_owned(), ASK_KEEPER),
            Fault::WrongAnswer => (
                StatusCode::BAD_GATEWAY,
                "seal-wrong-answer",
                "签章服务返回的签名不正确，文书没有盖章".to_owned(),
                "请停止用印，并联系印章管理员检查签章服务",
            ),
            Fault::Keys(fault) => return of_keys(fault),
            // The keeper can authorise nobody: what is there was made for a certificate that was replaced.
            Fault::Seal(SealFault::NotAHolder { .. }) => (
                conflict,
                "seal-not-a-holder",
                "这枚印章是为换发以前的签章证书制作的，不能再盖章".to_owned(),
                "请印章管理员销毁这枚印章，再申请、制作并启用新的印章",
            ),
            Fault::Seal(fault) => (conflict, fault.code(), fault.to_string(), fault.next()),
            Fault::Typeset(fault) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "seal-paper",
                format!("文书不能排版：{fault}"),
                "姓名、店名里的生僻字不要改写，请系统管理员把含有这个字的字体放进数据文件夹的 fonts 中，再办理",
            ),
            Fault::Ofd(fault) => (conflict, "seal-ofd", format!("{fault}，文书没有盖章"), ASK_ADMIN),
            Fault::NoPlace(kind) => (
                conflict,
                "seal-no-place",
                format!("“{}”的模板没有写明印章位置，文书没有盖章", kind.title()),
                ASK_ADMIN,
            ),
            Fault::Package(why) => (conflict, "seal-package", why.clone(), ASK_ADMIN),
            Fault::NoOriginal => (
                StatusCode::NOT_FOUND,
                "seal-no-original",
                "没有找到这份盖章文书".to_owned(),
                "请从办件或者许可证页面重新打开",
            ),
            Fault::NotOpen(fault) => of_step(fault),
            Fault::AnotherInUse { name } => (
                conflict,
                "seal-another-in-use",
                format!("同一种印章只能有一枚使用中，“{name}”正在使用"),
                "请先停用或者销毁原来的印章",
            ),
            Fault::Moved => (
                conflict,
                "seal-moved",
                "这枚印章的状态刚刚变了，这一步没有办成".to_owned(),
                "请返回上一页刷新，看清现在的状态后再办",
            ),
            Fault::Typed { says, next } => {
                (StatusCode::UNPROCESSABLE_ENTITY, "seal-typed", says.clone(), *next)
            }
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

/// Which file is at fault is for whoever runs the server; officers read what kind of trouble it is.
fn of_keys(fault: &KeyFault) -> Face {
    let says = match fault {
        KeyFault::Chain(chain @ (ChainFault::NotYetValid { .. } | ChainFault::Expired { .. })) => {
            format!("{chain}，不能盖章")
        }
        KeyFault::Missing { what, .. } => format!("缺少{what}，不能盖章"),
        KeyFault::Box { fault, .. } => format!("签章密钥打不开，不能盖章：{fault}"),
        KeyFault::NoPassphrase { .. } => "没有签章密钥的口令，不能盖章".to_owned(),
        _ => "签章密钥不能使用，不能盖章".to_owned(),
    };
    Face::new(StatusCode::CONFLICT, fault.code(), says, ASK_ADMIN)
}

fn of_step(fault: &NotOpen) -> (StatusCode, &'static str, String, &'static str) {
    match fault {
        NotOpen::State { state, step } => (
            StatusCode::CONFLICT,
            "seal-step",
            format!("这枚印章现在是“{state}”，不能办理“{step}”"),
            "请返回上一页刷新，看清现在的状态后再办",
        ),
        NotOpen::SamePerson => (
            StatusCode::FORBIDDEN,
            "seal-same-person",
            "不能审批自己提出的制章申请".to_owned(),
            "请由另一位有审批权限的负责人办理",
        ),
        NotOpen::NoUsers => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "seal-no-users",
            "没有指定使用岗位".to_owned(),
            "请至少选择一个可以使用这枚印章的岗位",
        ),
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
