//! What stands on each kind of paper: one struct a kind.
//!
//! Dates are civil dates and times civil times of Asia/Shanghai; the template words them
//! (“2026年11月23日”). Rules are given in words (“《行政许可法》第三十二条第一款第五项”), because
//! a paper says what was cited on its day even after the law has changed. Fields follow the documents of
//! 《烟草专卖许可证申请办理文书使用指南（2024年版）》 and of 行政许可法 articles 32, 34, 38, 42, 44 and 45.

mod decision;
mod ending;
mod handout;
mod inspection;
mod intake;
mod licence;
mod service;

pub use decision::{ExtensionNotice, Grant, PauseNotice, Reason, Refusal};
pub use ending::{Ending, Way};
pub use handout::{Handout, Pair, Section};
pub use inspection::{
    DistanceLine, Finding, InspectingOfficer, InspectionRecord, PartySign, PhotoLine, UnitQuota,
};
pub use intake::{
    Acceptance, Agent, ApplicationForm, Deemed, FormGroup, FormRow, MaterialLine, NotAccepted,
    NotAcceptedGround, Receipt, Signature, Supplement, SupplementItem,
};
pub use licence::{Licence, Sheet};
pub use service::{Delivery, RefusedToSign, Served, ServiceReceipt, WithdrawalRecord};

use crate::kind::Kind;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The data of one kind of paper.
pub trait PaperData: Serialize + DeserializeOwned {
    fn kind(&self) -> Kind;

    /// Invented but lifelike content: a plain one first, then long and rare ones.
    fn samples() -> Vec<Self>;
}

/// Whether `value` has the shape of `kind`; the message names the field.
pub(crate) fn check(kind: Kind, value: &serde_json::Value) -> Result<(), String> {
    match kind {
        Kind::ApplicationForm => shaped::<ApplicationForm>(kind, value),
        Kind::Receipt => shaped::<Receipt>(kind, value),
        Kind::Acceptance | Kind::DeemedAcceptance => shaped::<Acceptance>(kind, value),
        Kind::Supplement => shaped::<Supplement>(kind, value),
        Kind::NotAccepted => shaped::<NotAccepted>(kind, value),
        Kind::InspectionRecord => shaped::<InspectionRecord>(kind, value),
        Kind::Grant => shaped::<Grant>(kind, value),
        Kind::Refusal => shaped::<Refusal>(kind, value),
        Kind::ExtensionNotice => shaped::<ExtensionNotice>(kind, value),
        Kind::PauseNotice => shaped::<PauseNotice>(kind, value),
        Kind::WithdrawalRecord => shaped::<WithdrawalRecord>(kind, value),
        Kind::ServiceReceipt => shaped::<ServiceReceipt>(kind, value),
        Kind::LicenceOriginal | Kind::LicenceDuplicate => shaped::<Licence>(kind, value),
        Kind::Cancellation | Kind::Revocation | Kind::WithdrawalByBureau | Kind::Recall => {
            shaped::<Ending>(kind, value)
        }
        Kind::Guide | Kind::BlankForm => shaped::<Handout>(kind, value),
    }
}

fn shaped<D: PaperData>(kind: Kind, value: &serde_json::Value) -> Result<(), String> {
    let data = D::deserialize(value).map_err(|fault| format!("{}: {fault}", kind.code()))?;
    if data.kind() == kind { Ok(()) } else { Err(format!("{}: data of {}", kind.code(), data.kind().code())) }
}

/// What every letter of a case carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// The full name of the bureau that issues the paper, “城中区烟草专卖局”.
    pub bureau: String,
    pub case_number: String,
    /// The matter applied for, “烟草专卖零售许可证核发（新办）”.
    pub item: String,
    pub party: Party,
    pub contact: Contact,
}

/// The applicant as a letter addresses them. Numbers of identity papers come in masked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Party {
    /// Name of the shop, enterprise or person.
    pub name: String,
    /// 经营者、法定代表人 or 负责人.
    #[serde(default)]
    pub person: Option<String>,
    /// 统一社会信用代码.
    #[serde(default)]
    pub credit_code: Option<String>,
    /// Masked, see [`crate::chinese::mask_id`].
    #[serde(default)]
    pub id_masked: Option<String>,
    #[serde(default)]
    pub phone: Option<String>,
    /// Place of business.
    #[serde(default)]
    pub address: Option<String>,
}

/// Whom to ask at the bureau.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    #[serde(default)]
    pub person: Option<String>,
    pub phone: String,
    #[serde(default)]
    pub address: Option<String>,
}

/// Where and until when a decision can be fought: 复议 within 60 days, 诉讼 within 6 months.
///
/// 《行政复议法》（2023年修订）第二十条第一款, 《行政诉讼法》第四十六条第一款.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remedies {
    /// The organ that reviews.
    pub review_organ: String,
    /// Calendar days; 60.
    #[serde(default = "sixty")]
    pub review_days: u16,
    /// The court that has jurisdiction.
    pub court: String,
    /// Calendar months; 6.
    #[serde(default = "six")]
    pub litigation_months: u16,
}

fn sixty() -> u16 {
    60
}

fn six() -> u16 {
    6
}

#[cfg(test)]
mod tests {
    use crate::{ALL_KINDS, Kind, Paper};

    #[test]
    fn every_kind_has_samples_of_its_shape() {
        for kind in ALL_KINDS {
            let papers = Paper::samples(kind);
            assert!(papers.len() >= 2, "{kind:?}");
            for paper in papers {
                assert_eq!(paper.kind, kind);
                assert_eq!(paper.number.is_some(), kind.numbered());
                paper.check().unwrap();
                let text = serde_json::to_string(&paper).unwrap();
                assert_eq!(serde_json::from_str::<Paper>(&text).unwrap(), paper);
            }
        }
    }

    #[test]
    fn data_of_another_kind_is_refused() {
        let mut paper = Paper::samples(Kind::Acceptance).remove(0);
        paper.kind = Kind::DeemedAcceptance;
        assert!(paper.check().is_err());
        paper.kind = Kind::Grant;
        assert!(paper.check().is_err());
    }
}
