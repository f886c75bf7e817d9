//! Decisions and what may lengthen the way to them.

use super::{Head, PaperData, Remedies};
use crate::kind::Kind;
use crate::samples;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// 准予行政许可决定书.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grant {
    pub head: Head,
    pub applied_on: Date,
    pub accepted_on: Date,
    /// What the review came to, one paragraph each.
    pub findings: Vec<String>,
    pub licence_number: String,
    /// 许可范围.
    pub scope: String,
    /// 经营场所.
    pub address: String,
    pub valid_from: Date,
    pub valid_to: Date,
    /// How the licence reaches the holder: “电子送达，并可到窗口领取”.
    pub delivery: String,
    /// The last day to deliver it, article 44.
    pub deliver_by: Date,
    /// True when the working calendar of that year is not published yet.
    #[serde(default)]
    pub deliver_provisional: bool,
    /// Where the public can read the decision, “烟政通‘许可公示’栏目”; article 40.
    pub publicity: String,
    pub under: Vec<String>,
    #[serde(default)]
    pub remedies: Option<Remedies>,
}

/// 不予行政许可决定书.
///
/// 《行政许可法》第三十八条第二款: “…应当说明理由，并告知申请人享有依法申请行政复议或者提起行政诉讼的权利。”
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    pub head: Head,
    pub applied_on: Date,
    pub accepted_on: Date,
    /// What was found, one paragraph each; the template sees to the full stop.
    pub facts: Vec<String>,
    pub reasons: Vec<Reason>,
    pub under: Vec<String>,
    pub remedies: Remedies,
    /// What the applicant can do next besides the remedies, in words.
    #[serde(default)]
    pub advice: Option<String>,
}

/// A reason with the rule that carries it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    pub says: String,
    pub rule: String,
}

/// 延长审批期限告知书, article 42: at most ten working days, once, with the approval of the head.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExtensionNotice {
    pub head: Head,
    pub applied_on: Date,
    pub accepted_on: Date,
    pub original_due: Date,
    /// Working days.
    pub days: u16,
    pub reason: String,
    pub approved_by: String,
    pub approved_on: Date,
    pub new_due: Date,
    #[serde(default)]
    pub due_provisional: bool,
    pub under: Vec<String>,
}

/// 特别程序告知书, article 45: the time of the procedure is not counted and must be told in writing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PauseNotice {
    pub head: Head,
    pub applied_on: Date,
    pub accepted_on: Date,
    /// “听证”, “鉴定” …
    pub procedure: String,
    pub reason: String,
    pub from: Date,
    /// The time it needs, in working days.
    #[serde(default)]
    pub needed_days: Option<u16>,
    #[serde(default)]
    pub until: Option<Date>,
    pub under: Vec<String>,
}

impl PaperData for Grant {
    fn kind(&self) -> Kind {
        Kind::Grant
    }

    fn samples() -> Vec<Self> {
        samples::grants()
    }
}

impl PaperData for Refusal {
    fn kind(&self) -> Kind {
        Kind::Refusal
    }

    fn samples() -> Vec<Self> {
        samples::refusals()
    }
}

impl PaperData for ExtensionNotice {
    fn kind(&self) -> Kind {
        Kind::ExtensionNotice
    }

    fn samples() -> Vec<Self> {
        samples::extensions()
    }
}

impl PaperData for PauseNotice {
    fn kind(&self) -> Kind {
        Kind::PauseNotice
    }

    fn samples() -> Vec<Self> {
        samples::pauses()
    }
}
