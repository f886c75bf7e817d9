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
    day_by_day(run, allowed.promised, promised(run, allowed, today, cal), today, cal)
}

/// The statutory limit day by day.
pub fn statutory_ledger(run: &Running, allowed: Allowed, today: Date, cal: &WorkCalendar) -> Ledger {
    day_by_day(run, allowed.statutory, decision(run, today, cal), today, cal)
}

/// Counting alone knows only art. 82; which article gives the number of days is known to the limit.
fn day_by_day(run: &Running, days: Workdays, limit: Due, today: Date, cal: &WorkCalendar) -> Ledger {
    let pauses = limits::as_of(&run.pauses, today);
    let mut ledger =
        law::ledger::ledger_with_extension(run.accepted_on, days, run.extension.as_ref(), &pauses, cal);
    ledger.due.under = limit.under;
    ledger
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

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use law::{Extension, Pause, PauseKind};

    const RETAIL: Allowed = Allowed { statutory: Workdays(20), promised: Workdays(8) };

    fn run(accepted: Date) -> Running {
        Running { accepted_on: accepted, deemed: false, pauses: vec![], extension: None }
    }

    #[test]
    fn eight_promised_days_over_spring_festival_end_on_the_second_of_march() {
        let cal = WorkCalendar::published();
        let stage = Stage::PaperReview { run: run(date(2026, 2, 12)) };
        let due = due_dates(&stage, RETAIL, date(2026, 2, 12), &cal);
        assert_eq!(due.promise, Some(date(2026, 3, 2)));
    }

    #[test]
    fn a_ledger_names_the_article_that_gives_its_days() {
        let cal = WorkCalendar::published();
        let run = run(date(2026, 9, 1));
        let first = |ledger: Ledger| ledger.due.under.first().map(ToString::to_string).unwrap_or_default();
        let statutory = statutory_ledger(&run, RETAIL, date(2026, 9, 2), &cal);
        assert_eq!(statutory.due.on, decision(&run, date(2026, 9, 2), &cal).on);
        assert_eq!(first(statutory), "《行政许可法》第四十二条第一款");
        let promised = promised_ledger(&run, RETAIL, date(2026, 9, 2), &cal);
        assert_eq!(first(promised), "《优化营商环境条例》第三十六条第二款");
    }

    #[test]
    fn an_extension_moves_both_last_days_by_ten_working_days() {
        let cal = WorkCalendar::published();
        let mut run = run(date(2026, 9, 1));
        let before = decision(&run, date(2026, 9, 2), &cal).on;
        let reason = "案情复杂".to_owned();
        run.extension = Some(Extension {
            days: Workdays(10),
            approved_by: "局长".to_owned(),
            on: date(2026, 9, 10),
            reason,
        });
        let after = decision(&run, date(2026, 9, 11), &cal).on;
        assert_eq!(cal.nth_workday_after(before, Workdays(10), |_| false).on, after);
    }

    #[test]
    fn days_of_an_open_pause_are_not_counted_and_the_light_is_grey() {
        let cal = WorkCalendar::published();
        let mut run = run(date(2026, 9, 1));
        let without = promised(&run, RETAIL, date(2026, 9, 7), &cal).on;
        let why = "检验".to_owned();
        run.pauses.push(Pause {
            kind: PauseKind::ALL[0],
            from: date(2026, 9, 3),
            to: None,
            told_in_writing: true,
            why,
            document: None,
        });
        // Thursday, Friday and Monday stood still.
        let with = promised(&run, RETAIL, date(2026, 9, 7), &cal).on;
        assert_eq!(cal.nth_workday_after(without, Workdays(3), |_| false).on, with);
        assert_eq!(light(Some(with), true, date(2026, 9, 7), &cal), Some(Light::Grey));
    }

    #[test]
    fn the_light_turns_yellow_two_working_days_before_and_red_the_day_after() {
        let cal = WorkCalendar::published();
        let due = Some(date(2026, 9, 30));
        let at = |day| light(due, false, date(2026, 9, day), &cal).expect("something is due");
        assert_eq!(at(25), Light::Green);
        assert_eq!(at(28), Light::Yellow);
        assert_eq!(at(30), Light::Yellow);
        assert_eq!(light(due, false, date(2026, 10, 1), &cal), Some(Light::Red));
    }
}
