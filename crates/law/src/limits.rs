//! The time limits of the licensing act, one function a provision. Every answer is a [`Due`]: the last day, the provisions it
//! stands on, and whether a year without a published calendar was passed on the way.

mod open;
mod pause;
mod remedies;
mod terms;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use open::disclosure_due;
pub use pause::{Extension, LimitFault, Pause, PauseKind, as_of};
pub use remedies::{litigation_last_day, reconsideration_last_day};
pub use terms::{
    licence_valid_to, renewal_application_last_day, renewal_decision_due, renewal_deemed_granted,
};

use crate::{
    calendar::WorkCalendar,
    citations::{Citation, business_environment, licensing},
};

/// A number of working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Workdays(pub u16);

/// The last day of a period; the whole of it still belongs to whoever has to act (docs/decisions/0004).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    pub on: Date,
    /// What the day stands on, the main provision first.
    pub under: Vec<Citation>,
    /// Some day on the way lies in a year whose holidays are not published yet. Page and paper must say so.
    pub provisional: bool,
    /// A pause is still open since this day, so `on` is only the earliest the period can end. See [`as_of`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_since: Option<Date>,
}

impl Due {
    /// Whether the period is over at the end of the day before `today`. Never while the clock stands still.
    pub fn is_over(&self, today: Date) -> bool {
        self.stopped_since.is_none() && today > self.on
    }

    fn first_of_all(mut self, provision: Citation) -> Due {
        self.under.insert(0, provision);
        self
    }
}

/// 《行政许可法》第三十二条第一款第四项:
/// “申请材料不齐全或者不符合法定形式的，应当当场或者在五日内一次告知申请人需要补正的全部内容…”
pub fn supplement_notice_due(received: Date, cal: &WorkCalendar) -> Due {
    cal.nth_workday_after(received, Workdays(5), |_| false).first_of_all(licensing(32, 1).item(4))
}

/// Proof that the days for asking for more have run out in silence. Only [`lapse`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lapsed {
    accepted_on: Date,
    notice_was_due: Due,
}

impl Lapsed {
    /// The day from which the application is deemed accepted: the day its materials were received.
    pub fn accepted_on(&self) -> Date {
        self.accepted_on
    }

    /// The day that passed in silence, with its provisions.
    pub fn notice_was_due(&self) -> &Due {
        &self.notice_was_due
    }
}

/// 《行政许可法》第三十二条第一款第四项: “…逾期不告知的，自收到申请材料之日起即为受理”
///
/// `None` on the last day itself, and in a year whose holidays aren't published: a legal effect can't rest on a guess, so
/// the sweep waits for the notice and the office is reminded instead.
pub fn lapse(received: Date, today: Date, cal: &WorkCalendar) -> Option<Lapsed> {
    let notice_was_due = supplement_notice_due(received, cal);
    let certain = !notice_was_due.provisional;
    (certain && today > notice_was_due.on).then_some(Lapsed { accepted_on: received, notice_was_due })
}

/// 《行政许可法》第四十二条第一款:
/// “…自受理行政许可申请之日起二十日内作出行政许可决定。二十日内不能作出决定的，经本行政机关负责人批准，可以延长十日…”
pub fn decision_due(
    accepted: Date,
    extension: Option<&Extension>,
    pauses: &[Pause],
    cal: &WorkCalendar,
) -> Due {
    let days = Workdays(20 + longer_by(extension));
    period(accepted, days, pauses, cal).first_of_all(licensing(42, 1))
}

/// 《行政许可法》第四十二条第二款:
/// “…采取统一办理或者联合办理、集中办理的，办理的时间不得超过四十五日；四十五日内不能办结的，经本级人民政府负责人批准，可以延长十五日…”
pub fn joint_decision_due(accepted: Date, extended: bool, pauses: &[Pause], cal: &WorkCalendar) -> Due {
    let days = Workdays(if extended { 45 + 15 } else { 45 });
    period(accepted, days, pauses, cal).first_of_all(licensing(42, 2))
}

/// 《行政许可法》第四十三条: “…下级行政机关应当自其受理行政许可申请之日起二十日内审查完毕…”
pub fn review_below_due(accepted: Date, pauses: &[Pause], cal: &WorkCalendar) -> Due {
    period(accepted, Workdays(20), pauses, cal).first_of_all(licensing(43, 1))
}

/// The limit an office promised, which is shorter than the statute's. An approved extension lengthens it by the same days,
/// but never past the statute's own last day.
///
/// 《优化营商环境条例》第三十六条第二款:
/// “…各地区可以在国家规定的政务服务事项办理时限内进一步压减时间，并应当向社会公开；超过办理时间的，办理单位应当公开说明理由。”
pub fn promised_due(
    accepted: Date,
    promised: Workdays,
    extension: Option<&Extension>,
    pauses: &[Pause],
    cal: &WorkCalendar,
) -> Due {
    let days = Workdays(promised.0.saturating_add(longer_by(extension)));
    let promise = period(accepted, days, pauses, cal).first_of_all(business_environment(36, 2));
    let statute = decision_due(accepted, extension, pauses, cal);
    if promise.on <= statute.on { promise } else { statute }
}

/// 《行政许可法》第四十四条: “…应当自作出决定之日起十日内向申请人颁发、送达行政许可证件…”
pub fn delivery_due(decided: Date, cal: &WorkCalendar) -> Due {
    cal.nth_workday_after(decided, Workdays(10), |_| false).first_of_all(licensing(44, 1))
}

/// 《行政许可法》第四十七条第一款: “…申请人、利害关系人在被告知听证权利之日起五日内提出听证申请的…” Counted in working days for
/// the applicant too: docs/decisions/0005.
pub fn hearing_request_due(told: Date, cal: &WorkCalendar) -> Due {
    cal.nth_workday_after(told, Workdays(5), |_| false).first_of_all(licensing(47, 1))
}

/// 《行政许可法》第四十七条第一款: “…行政机关应当在二十日内组织听证”
pub fn hearing_held_due(requested: Date, cal: &WorkCalendar) -> Due {
    cal.nth_workday_after(requested, Workdays(20), |_| false).first_of_all(licensing(47, 1))
}

/// The last day to send the notice of a hearing held on `hearing`.
///
/// 《行政许可法》第四十八条第一款第一项: “行政机关应当于举行听证的七日前将举行听证的时间、地点通知申请人、利害关系人…”
pub fn hearing_notice(hearing: Date, cal: &WorkCalendar) -> Due {
    cal.nth_workday_before(hearing, Workdays(7)).first_of_all(licensing(48, 1).item(1))
}

/// An extension lengthens by at most the statute's ten days, whatever its record says.
pub(crate) fn longer_by(extension: Option<&Extension>) -> u16 {
    extension.map_or(0, |extension| extension.days.0.min(10))
}

/// A period in working days with its pauses.
///
/// 《行政许可法》第四十五条: “…依法需要听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审的，所需时间不计算在本节规定的期限内。行政机关应当
/// 将所需时间书面告知申请人。” We read the second sentence as a condition of the first: docs/decisions/0002.
fn period(from: Date, days: Workdays, pauses: &[Pause], cal: &WorkCalendar) -> Due {
    with_pauses(cal.nth_workday_after(from, days, |day| pauses.iter().any(|pause| pause.stops(day))), pauses)
}

/// Adds to a counted period what its pauses mean: art. 45, and since when the clock stands still. A pause that begins after
/// the last day changes nothing, or it could hide a period that is already over.
pub(crate) fn with_pauses(mut due: Due, pauses: &[Pause]) -> Due {
    let within = || pauses.iter().filter(|pause| pause.told_in_writing && pause.from <= due.on);
    let paused = within().next().is_some();
    due.stopped_since = within().filter(|pause| pause.to.is_none()).map(|pause| pause.from).min();
    if paused {
        due.under.push(licensing(45, 1));
    }
    due
}
