//! 送达回证 and 撤回申请登记表.

use super::{Head, PaperData};
use crate::kind::Kind;
use crate::samples;
use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// 撤回申请登记表.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WithdrawalRecord {
    pub head: Head,
    pub applied_on: Date,
    /// Where the case stood, in words.
    pub stage: String,
    pub reason: String,
    pub requested_at: DateTime,
    pub signed_by: String,
    /// “短信验证码确认”, “手写签名” …
    pub signed_how: String,
    #[serde(default)]
    pub handled_by: Option<String>,
    /// What follows, in words.
    pub outcome: String,
    pub under: Vec<String>,
}

/// 送达回证.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceReceipt {
    pub head: Head,
    pub served: Vec<Served>,
    pub recipient: String,
    /// Address or electronic mailbox.
    pub place: String,
    pub delivery: Delivery,
    pub servers: Vec<String>,
    pub delivered_at: DateTime,
    /// Who received it, when not the recipient, with their relation.
    #[serde(default)]
    pub received_by: Option<String>,
    #[serde(default)]
    pub relation: Option<String>,
    #[serde(default)]
    pub refused: Option<RefusedToSign>,
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Served {
    pub title: String,
    #[serde(default)]
    pub number: Option<String>,
    #[serde(default = "one")]
    pub copies: u16,
}

fn one() -> u16 {
    1
}

/// The ways of 送达.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Delivery {
    /// 直接送达 (also pick-up at the hall).
    Direct,
    /// 留置送达.
    Left,
    /// 邮寄送达.
    Post { carrier: String, tracking: String },
    /// 公告送达.
    Announced { where_at: String, until: Date },
    /// 电子送达, with what proves it.
    Electronic { sent_at: DateTime, read_at: Option<DateTime>, digest: Option<String> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RefusedToSign {
    pub reason: String,
    pub witnesses: Vec<String>,
}

impl PaperData for WithdrawalRecord {
    fn kind(&self) -> Kind {
        Kind::WithdrawalRecord
    }

    fn samples() -> Vec<Self> {
        samples::withdrawals()
    }
}

impl PaperData for ServiceReceipt {
    fn kind(&self) -> Kind {
        Kind::ServiceReceipt
    }

    fn samples() -> Vec<Self> {
        samples::service_receipts()
    }
}
