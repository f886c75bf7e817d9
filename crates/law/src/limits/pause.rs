//! What stops the clock of art. 45, and the one extension of art. 42.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Workdays, decision_due};
use crate::{
    calendar::WorkCalendar,
    citations::{Citation, licensing},
};

/// The list of 《行政许可法》第四十五条, which is closed: 听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审. 实地核查 is not in it
/// (docs/decisions/0002), and 补正 comes before acceptance, when no period for the decision runs yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseKind {
    /// 听证
    Hearing,
    /// 招标
    Tender,
    /// 拍卖
    Auction,
    /// 检验
    Inspection,
    /// 检测
    Testing,
    /// 检疫
    Quarantine,
    /// 鉴定
    Appraisal,
    /// 专家评审
    ExpertReview,
}

impl PauseKind {
    pub const ALL: [PauseKind; 8] = [
        PauseKind::Hearing,
        PauseKind::Tender,
        PauseKind::Auction,
        PauseKind::Inspection,
        PauseKind::Testing,
        PauseKind::Quarantine,
        PauseKind::Appraisal,
        PauseKind::ExpertReview,
    ];

    /// The statute's own word.
    pub fn label(self) -> &'static str {
        match self {
            PauseKind::Hearing => "听证",
            PauseKind::Tender => "招标",
            PauseKind::Auction => "拍卖",
            PauseKind::Inspection => "检验",
            PauseKind::Testing => "检测",
            PauseKind::Quarantine => "检疫",
            PauseKind::Appraisal => "鉴定",
            PauseKind::ExpertReview => "专家评审",
        }
    }

    /// The code under which a pause is stored: the serde name.
    pub fn code(self) -> &'static str {
        match self {
            PauseKind::Hearing => "hearing",
            PauseKind::Tender => "tender",
            PauseKind::Auction => "auction",
            PauseKind::Inspection => "inspection",
            PauseKind::Testing => "testing",
            PauseKind::Quarantine => "quarantine",
            PauseKind::Appraisal => "appraisal",
            PauseKind::ExpertReview => "expert_review",
        }
    }

    pub fn from_code(code: &str) -> Option<PauseKind> {
        PauseKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Days taken out of the count, both ends included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    pub kind: PauseKind,
    pub from: Date,
    /// The last day of the pause; `None` while it lasts.
    pub to: Option<Date>,
    /// The applicant was told the needed time in writing. Without it the days go on counting.
    pub told_in_writing: bool,
    pub why: String,
    /// Number of the document that told the applicant.
    pub document: Option<String>,
}

impl Pause {
    /// Whether `day` is taken out of the count. An open pause takes only its first day: close it with [`as_of`] first.
    pub fn stops(&self, day: Date) -> bool {
        self.told_in_writing && self.covers(day)
    }

    /// Whether `day` lies within, told in writing or not.
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && day <= self.to.unwrap_or(self.from)
    }

    pub fn check(&self) -> Result<(), LimitFault> {
        match self.to {
            Some(to) if to < self.from => Err(LimitFault::PauseEndsBeforeItBegins { from: self.from, to }),
            _ => Ok(()),
        }
    }
}

/// The pauses as they stand at the end of `today`: one still open is taken to end today, one that has not begun is left out.
///
/// Without this step an open pause would have no end to count to. Days reckoned from the result are the earliest possible.
pub fn as_of(pauses: &[Pause], today: Date) -> Vec<Pause> {
    let begun = pauses.iter().filter(|pause| pause.to.is_some() || pause.from <= today);
    begun.map(|pause| Pause { to: pause.to.or(Some(today)), ..pause.clone() }).collect()
}

/// The one extension of the decision, at most ten working days, approved by the head of the organ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// At most ten; more has no effect.
    pub days: Workdays,
    pub approved_by: String,
    /// Day of the approval.
    pub on: Date,
    /// Told to the applicant.
    pub reason: String,
}

impl Extension {
    /// Whether the extension may be granted on `self.on` for an application accepted on `accepted`.
    ///
    /// 《行政许可法》第四十二条第一款: “二十日内不能作出决定的，经本行政机关负责人批准，可以延长十日，并应当将延长期限的理由告知申请人。”
    pub fn check(&self, accepted: Date, pauses: &[Pause], cal: &WorkCalendar) -> Result<(), LimitFault> {
        if !(1..=10).contains(&self.days.0) {
            return Err(LimitFault::ExtensionTooLong(self.days));
        }
        if self.reason.trim().is_empty() {
            return Err(LimitFault::ExtensionWithoutReason);
        }
        if self.approved_by.trim().is_empty() {
            return Err(LimitFault::ExtensionWithoutApproval);
        }
        let due = decision_due(accepted, None, pauses, cal);
        if due.is_over(self.on) { Err(LimitFault::ExtensionTooLate { last_day: due.on }) } else { Ok(()) }
    }
}

/// What the law of time limits refuses, with the rule in [`LimitFault::under`] and what to do in the words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitFault {
    #[error("延长期限应为 1 至 10 个工作日，现为 {} 个。请改短后重新报批", .0.0)]
    ExtensionTooLong(Workdays),
    #[error("没有写明延长期限的理由。理由要告知申请人，请补充")]
    ExtensionWithoutReason,
    #[error("延长期限须经本机关负责人批准，请先报批")]
    ExtensionWithoutApproval,
    #[error("原期限已于 {last_day} 届满，不能再延长。请尽快作出决定")]
    ExtensionTooLate { last_day: Date },
    #[error("暂停的结束日 {to} 早于开始日 {from}，请核对日期")]
    PauseEndsBeforeItBegins { from: Date, to: Date },
    #[error("许可证有效期应为 1 至 {most} 年，现为 {years} 年，请改正")]
    LicenceYears { years: u8, most: u8 },
}

impl LimitFault {
    /// The provision behind the refusal.
    pub fn under(&self) -> Citation {
        match self {
            LimitFault::PauseEndsBeforeItBegins { .. } => licensing(45, 1),
            LimitFault::LicenceYears { .. } => crate::citations::permit_details(48, 1),
            _ => licensing(42, 1),
        }
    }
}
