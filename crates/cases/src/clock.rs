//! The case's clock: which last days follow from its stage, and the light they show.
//! Pure; the counting itself is `law`'s.

use jiff::civil::Date;
use law::{Due, Ledger, WorkCalendar, Workdays, limits};

use crate::case::DueDates;
use crate::stage::{Running, Stage};

/// Days an item allows: by statute and as promised, in working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed {
    pub statutory: Workdays,
    pub promised: Workdays,
}

/// The last days that belong to a stage. Nothing is due once a case is closed.
pub fn due_dates(stage: &Stage, allowed: Allowed, today: Date, cal: &WorkCalendar) -> DueDates {
    let mut due = DueDates::default();
    match stage {
        Stage::Received { on } => due.notice = Some(limits::supplement_notice_due(*on, cal).on),
        Stage::Decided { on, .. } => due.deliver = Some(limits::delivery_due(*on, cal).on),
        _ => {}
    }
    if let Some(run) = stage.running().filter(|_| stage.is_pending()) {
        due.promise = Some(promised(run, allowed, today, cal).on);
        due.decide = Some(decision(run, today, cal).on);
    }
    due
}

/// 法定: 《行政许可法》第四十二条 with its extension and the pauses of 第四十五条.
/// A pause still open is taken to end today, so the day is the earliest possible.
pub fn decision(run: &Running, today: Date, cal: &WorkCalendar) -> Due {
    limits::decision_due(run.accepted_on, run.extension.as_ref(), &limits::as_of(&run.pauses, today), cal)
}

/// 承诺: the shorter limit the bureau set itself.
pub fn promised(run: &Running, allowed: Allowed, today: Date, cal: &WorkCalendar) -> Due {
    let pauses = limits::as_of(&run.pauses, today);
    limits::promised_due(run.accepted_on, allowed.promised, run.extension.as_ref(), &pauses, cal)
}

/// The promised limit day by day: what the applicant may open and a court replay.
pub fn promised_ledger(run: &Running, allowed: Allowed, today: Date, cal: &WorkCalendar) -> Ledger {
    let total = Workdays(allowed.promised.0 + extended(run));
    law::ledger(run.accepted_on, total, &limits::as_of(&run.pauses, today), cal)
}

/// The statutory limit day by day.
pub fn statutory_ledger(run: &Running, allowed: Allowed, today: Date, cal: &WorkCalendar) -> Ledger {
    let total = Workdays(allowed.statutory.0 + extended(run));
    law::ledger(run.accepted_on, total, &limits::as_of(&run.pauses, today), cal)
}

fn extended(run: &Running) -> u16 {
    run.extension.as_ref().map_or(0, |extension| extension.days.0)
}

/// 绿黄红灰: colour, sign and word together, never the colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Light {
    Green,
    Yellow,
    Red,
    Grey,
}

impl Light {
    pub fn code(self) -> &'static str {
        match self {
            Light::Green => "green",
            Light::Yellow => "yellow",
            Light::Red => "red",
            Light::Grey => "grey",
        }
    }

    pub fn says(self) -> &'static str {
        match self {
            Light::Green => "正常",
            Light::Yellow => "临期",
            Light::Red => "超期",
            Light::Grey => "停表",
        }
    }
}

/// How near the last day is: yellow within two working days, red past it, grey while the clock stands.
pub fn light(due: Option<Date>, paused: bool, today: Date, cal: &WorkCalendar) -> Option<Light> {
    let due = due?;
    if paused {
        return Some(Light::Grey);
    }
    if today > due {
        return Some(Light::Red);
    }
    let left = cal.workdays_between(today, due);
    Some(if left <= 2 { Light::Yellow } else { Light::Green })
}
