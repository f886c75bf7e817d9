//! A period counted day by day, so that an applicant can follow it and a court can replay it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    calendar::{DayKind, WorkCalendar},
    citations::{Citation, licensing},
    limits::{Due, Extension, Pause, Workdays, longer_by, with_pauses},
};

/// Every day from the start to the last day of a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// The day that sets the period going, itself not counted.
    pub start: Date,
    pub total: Workdays,
    /// The start first, the last day last.
    pub days: Vec<LedgerDay>,
    pub due: Due,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerDay {
    pub date: Date,
    pub kind: DayKind,
    pub counted: bool,
    /// Why it counts or doesn't, in Chinese.
    pub why: String,
    /// The provision it stands on.
    pub under: Option<Citation>,
    /// Working days counted so far, this one included.
    pub running: u16,
}

/// Counts `total` working days from the day after `start`, leaving out the pauses told in writing.
///
/// Its last day is the one [`WorkCalendar::nth_workday_after`] gives: a test holds the two together.
pub fn ledger(start: Date, total: Workdays, pauses: &[Pause], cal: &WorkCalendar) -> Ledger {
    count(start, total, total, pauses, cal)
}

/// The same with the extension of art. 42: `own` working days, then those of the extension (ten at most), which say so.
pub fn ledger_with_extension(
    start: Date,
    own: Workdays,
    extension: Option<&Extension>,
    pauses: &[Pause],
    cal: &WorkCalendar,
) -> Ledger {
    let total = Workdays(own.0.saturating_add(longer_by(extension)));
    count(start, own, total, pauses, cal)
}

fn count(start: Date, own: Workdays, total: Workdays, pauses: &[Pause], cal: &WorkCalendar) -> Ledger {
    let mut days = vec![first_day(start, cal)];
    let mut date = start;
    let mut running = 0;
    while running < total.0 {
        date = date.tomorrow().unwrap_or_else(|_| unreachable!("periods end long before the year 9999"));
        let mut day = ledger_day(date, running, pauses, cal);
        if day.counted && day.running > own.0 {
            day.why += &format!("（延长期限第{}日）", day.running - own.0);
            day.under = Some(licensing(42, 1));
        }
        running = day.running;
        days.push(day);
    }
    let extended = (total > own).then(|| licensing(42, 1));
    let counted = Due {
        on: date,
        under: vec![licensing(82, 1)],
        provisional: cal.guesses_between(start, date),
        stopped_since: None,
    };
    let mut due = with_pauses(counted, pauses);
    due.under.extend(extended);
    Ledger { start, total, days, due }
}

/// Working days left after `today`: 0 on the last day, negative when late (at least −1, even on a weekend). Days left out
/// of the count don't count here either.
pub fn remaining(today: Date, ledger: &Ledger, cal: &WorkCalendar) -> i32 {
    if today > ledger.due.on {
        let late = cal.workdays_between(ledger.due.on, today).max(1);
        return -i32::try_from(late).unwrap_or(i32::MAX);
    }
    ledger.days.iter().filter(|day| day.counted && day.date > today).count() as i32
}

/// 《民法典》第二百零一条第一款: “按照年、月、日计算期间的，开始的当日不计入，自下一日开始计算。” Why it is applied: docs/decisions/0001.
fn first_day(date: Date, cal: &WorkCalendar) -> LedgerDay {
    let why = String::from("起算当日不计入，自次日开始计算");
    let under = Some(crate::citations::civil_code(201, 1));
    LedgerDay { date, kind: cal.day(date), counted: false, why, under, running: 0 }
}

fn ledger_day(date: Date, so_far: u16, pauses: &[Pause], cal: &WorkCalendar) -> LedgerDay {
    let kind = cal.day(date);
    let stopping = pauses.iter().find(|pause| pause.stops(date));
    let counted = kind.is_workday() && stopping.is_none();
    let running = so_far + u16::from(counted);
    let (why, under) = match (stopping, pauses.iter().find(|pause| pause.covers(date))) {
        (Some(pause), _) => (stopped(pause), Some(licensing(45, 1))),
        (None, Some(pause)) if counted => (untold(pause, running), Some(licensing(45, 1))),
        _ if counted => (format!("{}，计第{running}日", kind.label()), Some(licensing(82, 1))),
        _ => (format!("{}，不计入", kind.label()), Some(licensing(82, 1))),
    };
    LedgerDay { date, kind, counted, why, under, running }
}

fn stopped(pause: &Pause) -> String {
    let document = pause.document.as_deref().map_or(String::new(), |number| format!("（{number}）"));
    format!("{}期间，已书面告知{document}，不计入", pause.kind.label())
}

fn untold(pause: &Pause, running: u16) -> String {
    format!("{}期间，未书面告知所需时间，照常计第{running}日", pause.kind.label())
}
