//! Which seals a bureau has, and which of them goes on which paper.

use papers::Kind;
use serde::{Deserialize, Serialize};

/// A kind of seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SealKind {
    /// 公章 of the bureau.
    Official,
    /// 行政许可专用章: decisions and licences.
    Licensing,
    /// 受理专用章: what is told about an application before the decision.
    Acceptance,
}

impl SealKind {
    pub const ALL: [SealKind; 3] = [SealKind::Official, SealKind::Licensing, SealKind::Acceptance];

    pub fn code(self) -> &'static str {
        match self {
            SealKind::Official => "official",
            SealKind::Licensing => "licensing",
            SealKind::Acceptance => "acceptance",
        }
    }

    pub fn from_code(code: &str) -> Option<SealKind> {
        SealKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// 公章, 行政许可专用章, 受理专用章.
    pub fn says(self) -> &'static str {
        match self {
            SealKind::Official => "公章",
            SealKind::Licensing => "行政许可专用章",
            SealKind::Acceptance => "受理专用章",
        }
    }

    /// The seal that a paper must bear; none for forms, receipts and records, which people sign.
    ///
    /// 《行政许可法》第三十二条第二款: “行政机关受理或者不予受理行政许可申请，应当出具加盖本行政机关专用印章和注明日期的书面凭证。”
    /// 《行政许可法》第三十九条第一款: a licence bears the seal of the organ.
    pub fn for_paper(paper: Kind) -> Option<SealKind> {
        match paper {
            Kind::Acceptance | Kind::DeemedAcceptance | Kind::Supplement | Kind::NotAccepted => {
                Some(SealKind::Acceptance)
            }
            Kind::Grant
            | Kind::Refusal
            | Kind::ExtensionNotice
            | Kind::PauseNotice
            | Kind::LicenceOriginal
            | Kind::LicenceDuplicate
            | Kind::Cancellation
            | Kind::Revocation
            | Kind::WithdrawalByBureau
            | Kind::Recall => Some(SealKind::Licensing),
            Kind::ApplicationForm
            | Kind::Receipt
            | Kind::InspectionRecord
            | Kind::WithdrawalRecord
            | Kind::ServiceReceipt
            | Kind::Guide
            | Kind::BlankForm => None,
        }
    }
}
