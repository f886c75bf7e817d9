//! The decisions by which a licence ends before or at its last day.

use super::{Head, PaperData, Remedies};
use crate::kind::Kind;
use crate::samples;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How a licence ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// 注销, 《行政许可法》第七十条
    Cancellation,
    /// 撤销, 《行政许可法》第六十九条
    Revocation,
    /// 撤回, 《行政许可法》第八条第二款
    WithdrawalByBureau,
    /// 收回
    Recall,
}

/// 注销, 撤销, 撤回行政许可决定书, 收回许可证决定书. `head.case_number` is the number of the licence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ending {
    pub head: Head,
    pub way: Way,
    pub licence_number: String,
    pub valid_from: Date,
    pub valid_to: Date,
    /// 注销原因 in the office's words, “歇业”; none where the title says it.
    #[serde(default)]
    pub cause: Option<String>,
    /// What was found, one paragraph each; the template sees to the full stop.
    pub facts: Vec<String>,
    pub under: Vec<String>,
    pub remedies: Remedies,
}

impl PaperData for Ending {
    fn kind(&self) -> Kind {
        match self.way {
            Way::Cancellation => Kind::Cancellation,
            Way::Revocation => Kind::Revocation,
            Way::WithdrawalByBureau => Kind::WithdrawalByBureau,
            Way::Recall => Kind::Recall,
        }
    }

    fn samples() -> Vec<Self> {
        samples::endings()
    }
}
