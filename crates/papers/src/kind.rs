//! The kinds of documents, one row each.

use serde::{Deserialize, Serialize};

/// A kind of document. The set follows 《烟草专卖许可证申请办理文书使用指南（2024年版）》 as far as a new
/// retail licence needs it; the last two are for everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// 申请表
    ApplicationForm,
    /// 申请材料接收凭证
    Receipt,
    /// 受理通知书
    Acceptance,
    /// 受理通知书 for a case that the law deems accepted because no supplement was asked for in time
    DeemedAcceptance,
    /// 补正材料告知书
    Supplement,
    /// 不予受理决定书
    NotAccepted,
    /// 实地核查记录
    InspectionRecord,
    /// 准予行政许可决定书
    Grant,
    /// 不予行政许可决定书
    Refusal,
    /// 延长审批期限告知书
    ExtensionNotice,
    /// 特别程序告知书
    PauseNotice,
    /// 撤回申请登记表
    WithdrawalRecord,
    /// 送达回证
    ServiceReceipt,
    /// 许可证正本
    LicenceOriginal,
    /// 许可证副本
    LicenceDuplicate,
    /// 注销行政许可决定书
    Cancellation,
    /// 撤销行政许可决定书
    Revocation,
    /// 撤回行政许可决定书
    WithdrawalByBureau,
    /// 收回烟草专卖零售许可证决定书
    Recall,
    /// 办事指南, for everybody and of no case
    Guide,
    /// A blank form to fill in by hand, or an example of one filled in
    BlankForm,
}

/// Every kind, in the order in which a case meets them.
pub const ALL_KINDS: [Kind; 21] = [
    Kind::ApplicationForm,
    Kind::Receipt,
    Kind::Acceptance,
    Kind::DeemedAcceptance,
    Kind::Supplement,
    Kind::NotAccepted,
    Kind::InspectionRecord,
    Kind::Grant,
    Kind::Refusal,
    Kind::ExtensionNotice,
    Kind::PauseNotice,
    Kind::WithdrawalRecord,
    Kind::ServiceReceipt,
    Kind::LicenceOriginal,
    Kind::LicenceDuplicate,
    Kind::Cancellation,
    Kind::Revocation,
    Kind::WithdrawalByBureau,
    Kind::Recall,
    Kind::Guide,
    Kind::BlankForm,
];

struct Row {
    code: &'static str,
    title: &'static str,
    /// The word in the document number; none for papers that carry only the case number.
    abbreviation: Option<&'static str>,
    template: &'static str,
    /// More pages than this are an overflow.
    pages: usize,
}

const fn row(
    code: &'static str,
    title: &'static str,
    abbreviation: Option<&'static str>,
    template: &'static str,
    pages: usize,
) -> Row {
    Row { code, title, abbreviation, template, pages }
}

/// A letter may run on; one that needs more sheets than this holds a mistake rather than reasons.
const LETTER: usize = 30;
/// A guide quotes every article it names and lists every hall.
const GUIDE: usize = 80;

impl Kind {
    fn row(self) -> Row {
        match self {
            Kind::ApplicationForm => row("application-form", "申请表", None, "application-form.typ", LETTER),
            Kind::Receipt => row("receipt", "申请材料接收凭证", None, "receipt.typ", LETTER),
            Kind::Acceptance => row("acceptance", "受理通知书", Some("受"), "acceptance.typ", LETTER),
            Kind::DeemedAcceptance => {
                row("deemed-acceptance", "受理通知书", Some("受"), "acceptance.typ", LETTER)
            }
            Kind::Supplement => row("supplement", "补正材料告知书", Some("补"), "supplement.typ", LETTER),
            Kind::NotAccepted => {
                row("not-accepted", "不予受理决定书", Some("不受"), "not-accepted.typ", LETTER)
            }
            Kind::InspectionRecord => {
                row("inspection-record", "实地核查记录", None, "inspection-record.typ", LETTER)
            }
            Kind::Grant => row("grant", "准予行政许可决定书", Some("准"), "grant.typ", LETTER),
            Kind::Refusal => row("refusal", "不予行政许可决定书", Some("不准"), "refusal.typ", LETTER),
            Kind::ExtensionNotice => {
                row("extension", "延长审批期限告知书", Some("延"), "extension.typ", LETTER)
            }
            Kind::PauseNotice => row("pause", "特别程序告知书", Some("特"), "pause.typ", LETTER),
            Kind::WithdrawalRecord => row("withdrawal", "撤回申请登记表", None, "withdrawal.typ", LETTER),
            Kind::ServiceReceipt => row("service-receipt", "送达回证", None, "service-receipt.typ", LETTER),
            Kind::LicenceOriginal => {
                row("licence-original", "烟草专卖零售许可证（正本）", None, "licence-original.typ", 1)
            }
            Kind::LicenceDuplicate => {
                row("licence-duplicate", "烟草专卖零售许可证（副本）", None, "licence-duplicate.typ", 1)
            }
            Kind::Cancellation => row("cancellation", "注销行政许可决定书", Some("注"), "ending.typ", LETTER),
            Kind::Revocation => row("revocation", "撤销行政许可决定书", Some("撤"), "ending.typ", LETTER),
            Kind::WithdrawalByBureau => {
                row("withdrawal-by-bureau", "撤回行政许可决定书", Some("撤回"), "ending.typ", LETTER)
            }
            Kind::Recall => row("recall", "收回烟草专卖零售许可证决定书", Some("收"), "ending.typ", LETTER),
            Kind::Guide => row("guide", "办事指南", None, "handout.typ", GUIDE),
            Kind::BlankForm => row("blank-form", "空白表", None, "handout.typ", LETTER),
        }
    }

    /// The stable word for this kind in databases, addresses and counters.
    pub fn code(self) -> &'static str {
        self.row().code
    }

    /// The kind with this [`code`](Self::code), if any.
    pub fn from_code(code: &str) -> Option<Kind> {
        ALL_KINDS.into_iter().find(|kind| kind.code() == code)
    }

    /// The title people read.
    pub fn title(self) -> &'static str {
        self.row().title
    }

    /// The word that tells this kind apart in a document number (受, 补, 不受, 准, 不准 …); empty for
    /// papers without a number of their own.
    pub fn abbreviation(self) -> &'static str {
        self.row().abbreviation.unwrap_or_default()
    }

    /// Whether the paper carries a document number of its own.
    pub fn numbered(self) -> bool {
        self.row().abbreviation.is_some()
    }

    /// The file of wording and layout below `templates/papers`.
    pub fn template(self) -> &'static str {
        self.row().template
    }

    /// The most pages a paper of this kind may have; a licence face is one page.
    pub fn page_limit(self) -> usize {
        self.row().pages
    }

    /// The kind whose running numbers this kind takes. A deemed acceptance is worded as an acceptance
    /// and stands in the same series, or two letters would carry one number.
    pub fn series(self) -> Kind {
        match self {
            Kind::DeemedAcceptance => Kind::Acceptance,
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_distinct_and_lead_back() {
        let codes: HashSet<_> = ALL_KINDS.iter().map(|kind| kind.code()).collect();
        assert_eq!(codes.len(), ALL_KINDS.len());
        for kind in ALL_KINDS {
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
        }
        assert_eq!(Kind::from_code("letter"), None);
    }

    #[test]
    fn abbreviations_differ_between_series() {
        let mut seen = HashSet::new();
        for kind in ALL_KINDS.into_iter().filter(|kind| kind.numbered() && kind.series() == *kind) {
            assert!(seen.insert(kind.abbreviation()), "{kind:?}");
        }
    }
}
