//! What can go wrong with a licence and what the person is told.

use axum::http::StatusCode;
use jiff::civil::Date;
use law::codes::CodeFault;
use web::{Face, Refusal};

use crate::elicence::StateFault;
use crate::elicence::bulk::BulkFault;
use crate::elicence::ending::EndingFault;
use crate::elicence::grant::GrantFault;
use crate::status::{Standing, StepFault};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Also the licence of another holder or bureau: the two must look the same.
    #[error("no such licence")]
    Unknown,
    #[error("not a licence number")]
    Number(CodeFault),
    #[error("all serials of division {division}, kind {kind} are used")]
    NumbersUsedUp { division: String, kind: u8 },
    #[error("the step is not open: {0}")]
    Step(#[from] StepFault),
    #[error("somebody else changed the licence first")]
    Overtaken,
    #[error("a licence with number {0} exists")]
    NumberTaken(String),
    #[error("licence {0} is in force at these premises")]
    PremisesTaken(String),
    #[error("a licence can't be valid for {0} years")]
    Years(u8),
    #[error("a renewal would end on {new}, before {old}")]
    EndsSooner { old: Date, new: Date },
    #[error("a number of the file is held by another bureau")]
    NumberElsewhere,
    #[error("the file could not be read: {0}")]
    Reader(String),
    #[error("the document could not be typeset: {0}")]
    Typeset(String),
    #[error("the paper is not sealed: {0}")]
    Seal(#[from] seals::Fault),
    #[error("the step is not open for the edition: {0}")]
    State(#[from] StateFault),
    #[error("bureau {0} has no credit code: no identifier can be made")]
    NoIssuerCode(String),
    #[error("no identifier can be made")]
    Identifier(CodeFault),
    #[error("the licence is not in force")]
    NotInForce(Standing),
    #[error("the licence has edition {0} already")]
    HasEdition(u16),
    #[error("the licence has no edition yet")]
    NoEdition,
    #[error("the amendment changes nothing, or leaves a field empty")]
    NothingChanged,
    #[error("not an economic type")]
    EcoType,
    #[error("a kept file can't be read: {0}")]
    Files(#[from] files::Fault),
    #[error(transparent)]
    Grant(#[from] GrantFault),
    #[error(transparent)]
    Bulk(#[from] BulkFault),
    #[error(transparent)]
    Ending(#[from] EndingFault),
    /// What `identity` says of the caller.
    #[error(transparent)]
    Identity(#[from] identity::Fault),
    #[error("the database: {0}")]
    Store(#[source] db::Fault),
}

impl From<db::Fault> for Fault {
    fn from(fault: db::Fault) -> Fault {
        match fault {
            // Every statement of this matter with an expected count is a compare-and-set on `version`.
            db::Fault::Expected { .. } => Fault::Overtaken,
            fault => Fault::Store(fault),
        }
    }
}

impl Fault {
    pub fn face(&self) -> Face {
        match self {
            Fault::Unknown => Face::unknown(
                "licence-unknown",
                "没有找到这张许可证",
                "请核对 12 位许可证号；本人的证在“我的许可证”里。",
            )
            .action("查验许可证", "/verify"),
            Fault::Number(fault) => Face::invalid(
                "licence-number",
                fault.explain(),
                "请对照许可证右上方的许可证号，重新填写 12 位数字。",
            )
            .action("查验许可证", "/verify"),
            Fault::NumbersUsedUp { division, kind } => Face::conflict(
                "licence-numbers-used-up",
                format!("区划 {division}、类别 {kind} 的许可证号已经用完，不能再制发新证"),
                "许可证号的流水只有 5 位，用过的号不能再用。请报上级局申请启用新的编号区段；本次决定没有保存，可在启用后重新提交。",
            ),
            Fault::Step(fault) => Face::conflict(
                "licence-step",
                fault.to_string(),
                "请刷新页面，查看许可证现在可以办理的事项。",
            ),
            Fault::Overtaken => Face::conflict(
                "licence-overtaken",
                "刚才有人先一步改动了这张许可证，您的操作没有保存",
                "请刷新页面，看过最新情况后再决定是否办理。",
            ),
            Fault::NumberTaken(number) => Face::conflict(
                "licence-number-taken",
                format!("许可证号 {number} 已经存在，没有重复制证"),
                "请检查编号计数是否低于已有证号；导入历史许可证会自动抬高计数。",
            ),
            Fault::PremisesTaken(number) => Face::conflict(
                "licence-premises-taken",
                format!("该经营场所已有一张有效的许可证（证号 {number}）"),
                "一处经营场所只能有一张有效许可证。请先核实原证是否应当注销，再作决定。",
            ),
            Fault::Years(years) => Face::invalid(
                "licence-years",
                format!("许可证有效期不能是 {years} 年"),
                "有效期最短 1 年，最长 5 年。",
            ),
            Fault::EndsSooner { old, new } => Face::conflict(
                "licence-ends-sooner",
                format!("延续以后的有效期到 {new}，比现在的 {old} 还早，没有办理"),
                "延续从制证之日起算。请在快到期时再延续，或者选更长的年限。",
            ),
            Fault::NumberElsewhere => Face::conflict(
                "licence-number-elsewhere",
                "文件里有许可证号已被其他机关占用，没有导入任何许可证",
                "请核对证号前 6 位的区划与发证机关是否一致，改正后重新导入。",
            ),
            Fault::Reader(_) => Face::internal(),
            Fault::Seal(fault) => fault.face(),
            Fault::State(fault) => Face::conflict(
                "elicence-step",
                fault.to_string(),
                "请刷新页面，查看电子证照现在可以办理的事项。",
            ),
            Fault::NoIssuerCode(_) => Face::conflict(
                "elicence-issuer",
                "本局没有登记统一社会信用代码，不能编制电子证照标识",
                "请系统管理员用 yanzheng bureau import 补录本局的统一社会信用代码，再重新办理。这一步没有保存。",
            ),
            Fault::Identifier(fault) => Face::conflict(
                "elicence-identifier",
                format!("电子证照标识编不出来：{}", fault.explain()),
                "请系统管理员核对证照类型代码和本局的统一社会信用代码；同一张证最多 999 个版本。这一步没有保存。",
            ),
            Fault::NotInForce(standing) => Face::conflict(
                "licence-not-in-force",
                format!("许可证现在是“{}”，不能制发电子证照", standing.label()),
                standing.meaning(),
            ),
            Fault::HasEdition(edition) => Face::conflict(
                "elicence-exists",
                format!("这张许可证已有电子证照（第 {edition} 版），没有重复补发"),
                "需要换新的，请办理补办或者换章重发。",
            ),
            Fault::NoEdition => Face::conflict(
                "elicence-missing",
                "这张许可证由旧系统转入，还没有电子证照",
                "有效的许可证可以由发证机关补发电子证照（工作台里的“补发电子证照”）；持证人请联系发证机关。",
            ),
            Fault::NothingChanged => Face::invalid(
                "licence-nothing-changed",
                "没有填写要变更的内容",
                "请至少填写一项要变更的登记内容，填写的内容不能为空。",
            ),
            Fault::EcoType => Face::invalid(
                "licence-eco-type",
                "企业类型不在字典里",
                "请从列表中选择企业类型（1401 至 1410）。",
            ),
            Fault::Files(files::Fault::Full) => web::face::database_face(&db::Fault::Full),
            Fault::Files(_) => Face::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "elicence-file",
                "电子证照文件暂时读不出来",
                "许可证本身有效，网上查验不受影响。请稍后再试；仍不行的，请联系发证机关。",
            ),
            Fault::Grant(fault) => fault.face(),
            Fault::Bulk(fault) => fault.face(),
            Fault::Ending(fault) => fault.face(),
            Fault::Identity(fault) => fault.face(),
            Fault::Typeset(_) => Face::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "licence-typeset",
                "许可证文件没有排好版，暂时不能下载",
                "许可证本身有效，网上查验不受影响。请稍后再试，或到窗口领取纸质证。",
            ),
            Fault::Store(fault) => web::face::database_face(fault),
        }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Refusal {
        let face = fault.face();
        match fault {
            Fault::Store(cause) => Refusal::caused(face, cause),
            Fault::Seal(cause) => Refusal::caused(face, cause),
            Fault::Files(cause) => Refusal::caused(face, cause),
            Fault::Identity(cause) => cause.into(),
            Fault::Reader(cause) | Fault::Typeset(cause) => Refusal::caused(face, cause),
            _ => Refusal::new(face),
        }
    }
}
