//! Which steps are open for a licence at the desk, and under what.

use jiff::Span;
use jiff::civil::Date;

use crate::elicence::Edition;
use crate::elicence::ending::{Ending, Stand};
use crate::licence::Licence;
use crate::status::{CancelReason, Standing, Step};

/// A step as the desk offers it.
#[derive(Debug)]
pub(super) struct Kind {
    pub code: &'static str,
    pub label: &'static str,
    /// What follows from it, told before it is taken.
    pub follows: &'static str,
    pub under: &'static str,
    /// Decisions against the holder stand under a document with a number.
    pub needs_document: bool,
}

impl Kind {
    /// Goes to the head of the bureau, and gets its letter from there.
    pub(super) fn is_ending(&self) -> bool {
        matches!(self.code, "cancel" | "recall")
    }
}

const KINDS: [Kind; 9] = [
    Kind {
        code: "take-over",
        label: "补发电子证照",
        follows: "按现在的登记内容制发第 1 版电子证照（正本、副本），登记内容不变。",
        under: "《国务院关于在线政务服务的若干规定》第十条",
        needs_document: false,
    },
    Kind {
        code: "pause",
        label: "停业",
        follows: "停业期间不能零售烟草制品，电子证照从停业第一天起停用，恢复营业后自动启用。",
        under: "《烟草专卖许可证管理办法实施细则》第二十三条（转引要点）",
        needs_document: false,
    },
    Kind {
        code: "resume",
        label: "恢复营业",
        follows: "可以继续零售烟草制品，电子证照恢复有效。",
        under: "《烟草专卖许可证管理办法实施细则》第二十三条（转引要点）",
        needs_document: false,
    },
    Kind {
        code: "order-stop",
        label: "责令停业整顿",
        follows: "整顿期间不能零售烟草制品，电子证照停用。查验页面会马上显示。",
        under: "责令停业整顿通知书",
        needs_document: true,
    },
    Kind {
        code: "end-stop",
        label: "整顿结束，恢复营业",
        follows: "可以继续零售烟草制品，电子证照恢复有效。",
        under: "整顿终结通知书",
        needs_document: true,
    },
    Kind {
        code: "reprint",
        label: "补办",
        follows: "制发新一版电子证照，许可证号和有效期不变；以前的版本不再有效。",
        under: "持证人的补办申请",
        needs_document: false,
    },
    Kind {
        code: "reseal",
        label: "换章重发",
        follows: "用本局现在启用的印章制发新一版电子证照，内容不变；以前的版本不再有效。",
        under: "本局更换印章的通知",
        needs_document: false,
    },
    Kind {
        code: "cancel",
        label: "注销（含撤销、撤回）",
        follows: "提交后由机关负责人决定。决定时自动制发盖章的决定书，许可证和电子证照随即失效，不能恢复。",
        under: "《行政许可法》第六十九条、第七十条",
        needs_document: false,
    },
    Kind {
        code: "recall",
        label: "收回",
        follows: "提交后由机关负责人决定。决定时自动制发盖章的决定书，许可证和电子证照随即失效，不能恢复。提出前应当已经公告期满。",
        under: "长期未经营公告、收回许可证公告",
        needs_document: false,
    },
];

pub(super) fn by_code(code: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.code == code)
}

/// The steps open on a day.
pub(super) fn open(
    licence: &Licence,
    edition: Option<&Edition>,
    ending: Option<&Ending>,
    today: Date,
) -> Vec<&'static Kind> {
    let asked = ending.is_some_and(|ending| ending.stand == Stand::Asked);
    let may = |kind: &&Kind| !(asked && kind.is_ending()) && is_open(kind.code, licence, edition, today);
    KINDS.iter().filter(may).collect()
}

fn is_open(code: &str, licence: &Licence, edition: Option<&Edition>, today: Date) -> bool {
    let may = |step: Step| licence.status.take(step, licence.valid_to, today).is_ok();
    let standing = licence.standing(today);
    let over =
        matches!(standing, Standing::Expired { .. } | Standing::Cancelled { .. } | Standing::Recalled { .. });
    match code {
        "take-over" => edition.is_none() && standing == Standing::InForce,
        // The days are the form's: a month fits wherever any pause does.
        "pause" => may(Step::Pause { from: today, until: a_month_on(today) }),
        "resume" => may(Step::Resume),
        "order-stop" => may(Step::OrderStop),
        "end-stop" => may(Step::EndStop),
        "reprint" => edition.is_some() && may(Step::Reprint),
        "reseal" => edition.is_some() && !over,
        "cancel" => !reasons(licence, today).is_empty(),
        _ => may(Step::Recall),
    }
}

fn a_month_on(today: Date) -> Date {
    today.saturating_add(Span::new().months(1))
}

/// Why the licence may be cancelled on a day.
pub(super) fn reasons(licence: &Licence, today: Date) -> Vec<CancelReason> {
    let may = |why: &CancelReason| licence.status.take(Step::Cancel(*why), licence.valid_to, today).is_ok();
    CancelReason::ALL.into_iter().filter(may).collect()
}
