//! Papers between the application and its acceptance.

use super::{Head, PaperData, Remedies};
use crate::kind::Kind;
use crate::samples;
use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// 申请表: what the applicant filled in. The fields come from the service item, so they are rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApplicationForm {
    pub head: Head,
    /// “烟草专卖零售许可证新办申请表”.
    pub form_name: String,
    pub groups: Vec<FormGroup>,
    pub materials: Vec<MaterialLine>,
    #[serde(default)]
    pub agent: Option<Agent>,
    /// What the applicant promises, one sentence each.
    pub promises: Vec<String>,
    /// None on a form that is printed to be signed by hand.
    #[serde(default)]
    pub signature: Option<Signature>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormGroup {
    pub title: String,
    pub rows: Vec<FormRow>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormRow {
    pub label: String,
    /// As people read it; empty prints as “—”.
    pub value: String,
}

/// 代理人.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agent {
    pub name: String,
    pub id_masked: String,
    pub phone: String,
    /// Scope and time of the mandate in words.
    pub mandate: String,
}

/// An electronic signature or confirmation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signature {
    pub name: String,
    pub at: DateTime,
    /// “短信验证码确认”, “手写签名” …
    pub method: String,
}

/// 接收材料清单 has one such line for each material.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaterialLine {
    pub name: String,
    /// “电子件”, “原件”, “复印件”, “部门共享”.
    pub form: String,
    pub copies: u16,
    #[serde(default)]
    pub pages: Option<u16>,
    /// SM3 digest in hex, of which the paper shows the first 16 digits.
    #[serde(default)]
    pub digest: Option<String>,
    #[serde(default)]
    pub note: Option<String>,
}

/// 申请材料接收凭证.
///
/// It proves that and when the papers came in (the five days of article 32 run from there); it is not an
/// acceptance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    pub head: Head,
    /// To the millisecond.
    pub received_at: DateTime,
    /// “网上申请”, “窗口” …
    pub channel: String,
    /// The officer at a counter; none when the system received it.
    #[serde(default)]
    pub receiver: Option<String>,
    pub materials: Vec<MaterialLine>,
    /// 查询密码.
    pub query_code: String,
    /// How to ask: address and telephone, in words.
    pub query_how: String,
    /// The last day for saying what is missing (article 32).
    pub answer_due: Date,
    /// True when the working calendar of that year is not published yet.
    #[serde(default)]
    pub answer_provisional: bool,
    /// What happens next, one sentence each.
    pub next: Vec<String>,
}

/// 受理通知书, also for an application that is deemed accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acceptance {
    pub head: Head,
    pub applied_on: Date,
    pub accepted_on: Date,
    #[serde(default)]
    pub deemed: Option<Deemed>,
    /// 法定办结时限 in working days.
    pub limit_days: u16,
    /// 承诺办结时限 in working days, if the bureau promises less.
    #[serde(default)]
    pub promised_days: Option<u16>,
    /// The last day to decide that the bureau binds itself to.
    pub due_on: Date,
    /// True when the working calendar of that year is not published yet.
    #[serde(default)]
    pub due_provisional: bool,
    /// Names of procedures whose time is not counted (“听证”, “鉴定”), article 45.
    #[serde(default)]
    pub not_counted: Vec<String>,
    pub under: Vec<String>,
    #[serde(default)]
    pub query_code: Option<String>,
}

/// 《行政许可法》第三十二条第一款第四项: “逾期不告知的，自收到申请材料之日起即为受理”.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deemed {
    pub received_on: Date,
    /// The day on which the time for asking for more ran out.
    pub notice_due: Date,
}

/// 补正材料告知书: everything that is missing, told once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Supplement {
    pub head: Head,
    pub applied_on: Date,
    pub items: Vec<SupplementItem>,
    /// The day until which the bureau asks for the answer.
    #[serde(default)]
    pub answer_by: Option<Date>,
    /// What follows when nothing comes.
    pub consequence: String,
    pub under: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SupplementItem {
    pub material: String,
    /// What is wrong with it.
    pub reason: String,
    /// What to hand in.
    pub wanted: String,
    #[serde(default)]
    pub example: Option<String>,
    #[serde(default)]
    pub under: Option<String>,
}

/// 不予受理决定书.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotAccepted {
    pub head: Head,
    pub applied_on: Date,
    pub ground: NotAcceptedGround,
    /// What the bureau found, one paragraph each, besides the ground, which the template words.
    pub facts: Vec<String>,
    pub under: Vec<String>,
    pub remedies: Remedies,
}

/// Why an application is not taken in; article 32 (1) and (2), article 78.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum NotAcceptedGround {
    /// The matter needs no licence.
    NoLicenceNeeded,
    /// Another organ is competent; it must be named.
    NotOurs { competent: String },
    /// The applicant hid facts or handed in false materials.
    FalseMaterials,
    /// Another ground, in words that finish “因…”.
    Other { says: String },
}

impl PaperData for ApplicationForm {
    fn kind(&self) -> Kind {
        Kind::ApplicationForm
    }

    fn samples() -> Vec<Self> {
        samples::application_forms()
    }
}

impl PaperData for Receipt {
    fn kind(&self) -> Kind {
        Kind::Receipt
    }

    fn samples() -> Vec<Self> {
        samples::receipts()
    }
}

impl PaperData for Acceptance {
    fn kind(&self) -> Kind {
        if self.deemed.is_some() { Kind::DeemedAcceptance } else { Kind::Acceptance }
    }

    fn samples() -> Vec<Self> {
        samples::acceptances()
    }
}

impl PaperData for Supplement {
    fn kind(&self) -> Kind {
        Kind::Supplement
    }

    fn samples() -> Vec<Self> {
        samples::supplements()
    }
}

impl PaperData for NotAccepted {
    fn kind(&self) -> Kind {
        Kind::NotAccepted
    }

    fn samples() -> Vec<Self> {
        samples::not_accepteds()
    }
}
