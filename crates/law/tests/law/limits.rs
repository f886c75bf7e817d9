use jiff::civil::{Date, date};
use law::{
    Citation, Due, Extension, LimitFault, Pause, PauseKind, WorkCalendar, Workdays, ledger,
    ledger_with_extension, licensing,
    limits::{self, as_of},
    numbers, remaining,
};
use proptest::prelude::*;

fn cal() -> WorkCalendar {
    WorkCalendar::published()
}

fn hearing(from: Date, to: Option<Date>, told_in_writing: bool) -> Pause {
    let document = told_in_writing.then(|| String::from("演烟听通〔2026〕1号"));
    Pause {
        kind: PauseKind::Hearing,
        from,
        to,
        told_in_writing,
        why: String::from("申请人要求听证"),
        document,
    }
}

fn extension(days: u16, on: Date) -> Extension {
    Extension {
        days: Workdays(days), approved_by: "局长".into(), on, reason: "需要再次实地核查".into()
    }
}

#[test]
fn silence_for_five_workdays_accepts_from_the_day_of_receipt() {
    let received = date(2026, 9, 24);
    let last = limits::supplement_notice_due(received, &cal());
    // 25 to 27 September is the autumn festival, so the five days are 28, 29, 30 September and 8, 9 October.
    assert_eq!(last.on, date(2026, 10, 9));
    assert_eq!(last.under[0], licensing(32, 1).item(4));
    assert_eq!(limits::lapse(received, date(2026, 10, 9), &cal()), None);
    let lapsed = limits::lapse(received, date(2026, 10, 10), &cal()).unwrap();
    assert_eq!((lapsed.accepted_on(), lapsed.notice_was_due().on), (received, date(2026, 10, 9)));
}

#[test]
fn nothing_lapses_on_a_guess() {
    assert_eq!(limits::lapse(date(2026, 12, 30), date(2027, 3, 1), &cal()), None);
}

#[test]
fn a_decision_has_twenty_days_and_ten_more_once() {
    let accepted = date(2026, 2, 12);
    let plain = limits::decision_due(accepted, None, &[], &cal());
    assert_eq!(plain.on, date(2026, 3, 18));
    assert_eq!(plain.under, [licensing(42, 1), licensing(82, 1)]);
    let longer = limits::decision_due(accepted, Some(&extension(10, date(2026, 3, 18))), &[], &cal());
    assert_eq!(cal().workdays_between(accepted, longer.on), 30);
    // A record of more than ten days, however it came about, gives no more than ten.
    let too_long = limits::decision_due(accepted, Some(&extension(25, date(2026, 3, 18))), &[], &cal());
    assert_eq!(too_long.on, longer.on);
}

#[test]
fn an_extension_needs_ten_days_at_most_a_reason_an_approval_and_to_be_in_time() {
    let accepted = date(2026, 2, 12);
    let check = |extension: Extension| extension.check(accepted, &[], &cal());
    assert_eq!(check(extension(10, date(2026, 3, 18))), Ok(()));
    assert_eq!(check(extension(11, date(2026, 3, 18))), Err(LimitFault::ExtensionTooLong(Workdays(11))));
    assert_eq!(check(extension(0, date(2026, 3, 18))), Err(LimitFault::ExtensionTooLong(Workdays(0))));
    let last_day = date(2026, 3, 18);
    assert_eq!(check(extension(10, date(2026, 3, 19))), Err(LimitFault::ExtensionTooLate { last_day }));
    let silent = Extension { reason: " ".into(), ..extension(10, date(2026, 3, 18)) };
    assert_eq!(check(silent), Err(LimitFault::ExtensionWithoutReason));
}

#[test]
fn a_hearing_stops_the_clock_only_if_the_applicant_was_told_in_writing() {
    let accepted = date(2026, 3, 2);
    let plain = limits::decision_due(accepted, None, &[], &cal());
    let told = [hearing(date(2026, 3, 9), Some(date(2026, 3, 13)), true)];
    let paused = limits::decision_due(accepted, None, &told, &cal());
    assert_eq!(cal().workdays_between(plain.on, paused.on), 5);
    assert!(paused.under.contains(&licensing(45, 1)));
    let untold = [hearing(date(2026, 3, 9), Some(date(2026, 3, 13)), false)];
    assert_eq!(limits::decision_due(accepted, None, &untold, &cal()).on, plain.on);
}

#[test]
fn two_pauses_over_the_same_day_stop_it_once() {
    let accepted = date(2026, 3, 2);
    let one = hearing(date(2026, 3, 9), Some(date(2026, 3, 13)), true);
    let within =
        Pause { kind: PauseKind::Appraisal, ..hearing(date(2026, 3, 11), Some(date(2026, 3, 12)), true) };
    let once = limits::decision_due(accepted, None, std::slice::from_ref(&one), &cal());
    assert_eq!(limits::decision_due(accepted, None, &[one, within], &cal()).on, once.on);
}

#[test]
fn an_open_pause_moves_the_day_as_time_goes_and_is_never_late() {
    let accepted = date(2026, 3, 2);
    let open = [hearing(date(2026, 3, 9), None, true)];
    let due = limits::decision_due(accepted, None, &open, &cal());
    assert_eq!(due.stopped_since, Some(date(2026, 3, 9)));
    assert!(!due.is_over(date(2026, 12, 1)));
    let early = limits::decision_due(accepted, None, &as_of(&open, date(2026, 3, 10)), &cal());
    let later = limits::decision_due(accepted, None, &as_of(&open, date(2026, 3, 20)), &cal());
    assert_eq!(cal().workdays_between(early.on, later.on), 8);
    assert!(as_of(&open, date(2026, 3, 8)).is_empty());
}

#[test]
fn a_pause_begun_after_the_last_day_does_not_hide_lateness() {
    let accepted = date(2026, 3, 2);
    let due = limits::decision_due(accepted, None, &[], &cal());
    let after = [hearing(due.on.tomorrow().unwrap(), None, true)];
    assert_eq!(limits::decision_due(accepted, None, &after, &cal()), due);
    assert!(due.is_over(due.on.tomorrow().unwrap()) && !due.is_over(due.on));
    assert_eq!(ledger(accepted, Workdays(20), &after, &cal()).due.stopped_since, None);
}

#[test]
fn the_days_of_an_extension_say_so() {
    let (accepted, longer) = (date(2026, 3, 2), extension(10, date(2026, 3, 30)));
    let counted = ledger_with_extension(accepted, Workdays(20), Some(&longer), &[], &cal());
    assert_eq!(counted.due.on, limits::decision_due(accepted, Some(&longer), &[], &cal()).on);
    assert_eq!(counted.total, Workdays(30));
    let first = counted.days.iter().find(|day| day.running == 21).unwrap();
    assert_eq!(first.why, "工作日，计第21日（延长期限第1日）");
    assert_eq!(first.under, Some(licensing(42, 1)));
    let plain = ledger_with_extension(accepted, Workdays(20), None, &[], &cal());
    assert_eq!(plain, ledger(accepted, Workdays(20), &[], &cal()));
}

#[test]
fn the_promise_is_shorter_but_never_passes_the_statute() {
    let accepted = date(2026, 2, 12);
    let promise = limits::promised_due(accepted, Workdays(8), None, &[], &cal());
    assert_eq!(promise.on, date(2026, 3, 2));
    let statute = limits::decision_due(accepted, None, &[], &cal());
    assert_eq!(limits::promised_due(accepted, Workdays(60), None, &[], &cal()), statute);
}

#[test]
fn hearings_have_their_own_days() {
    assert_eq!(limits::hearing_request_due(date(2026, 3, 2), &cal()).on, date(2026, 3, 9));
    assert_eq!(limits::hearing_held_due(date(2026, 3, 2), &cal()).on, date(2026, 3, 30));
    // Seven working days before Thursday 19 March: 18, 17, 16, 13, 12, 11, 10.
    assert_eq!(limits::hearing_notice(date(2026, 3, 19), &cal()).on, date(2026, 3, 10));
    assert_eq!(limits::delivery_due(date(2026, 3, 2), &cal()).on, date(2026, 3, 16));
    assert_eq!(limits::joint_decision_due(date(2026, 3, 2), false, &[], &cal()).under[0], licensing(42, 2));
    assert_eq!(limits::review_below_due(date(2026, 3, 2), &[], &cal()).on, date(2026, 3, 30));
}

#[test]
fn remedies_run_in_calendar_days_and_end_on_a_working_day() {
    // 60 days after 3 August is 2 October, in the national holiday: the first working day after it is the 8th.
    assert_eq!(limits::reconsideration_last_day(date(2026, 8, 3), &cal()).on, date(2026, 10, 8));
    assert_eq!(limits::reconsideration_last_day(date(2026, 3, 2), &cal()).on, date(2026, 5, 6));
    assert_eq!(limits::reconsideration_last_day(date(2026, 6, 1), &cal()).on, date(2026, 7, 31));
    // No 31 February: the month's last day, which in 2026 is a Saturday worked in exchange.
    assert_eq!(limits::litigation_last_day(date(2025, 8, 31), &cal()).on, date(2026, 2, 28));
    assert_eq!(limits::litigation_last_day(date(2026, 1, 15), &cal()).on, date(2026, 7, 15));
}

#[test]
fn a_remedy_ending_in_an_unpublished_year_says_so() {
    assert!(limits::litigation_last_day(date(2026, 9, 1), &cal()).provisional);
    assert!(!limits::litigation_last_day(date(2026, 3, 2), &cal()).provisional);
}

#[test]
fn a_renewal_is_asked_for_thirty_days_before() {
    let due = limits::renewal_application_last_day(date(2026, 12, 31));
    assert_eq!(due.on, date(2026, 12, 1));
    let granted = |applied, today| limits::renewal_deemed_granted(date(2026, 12, 31), applied, today);
    assert!(granted(date(2026, 12, 1), date(2027, 1, 1)));
    assert!(!granted(date(2026, 12, 1), date(2026, 12, 31)));
    assert!(!granted(date(2026, 12, 2), date(2027, 1, 1)));
}

#[test]
fn a_licence_ends_the_day_before_its_anniversary() {
    let ends = |from, years| limits::licence_valid_to(from, years).unwrap();
    assert_eq!(ends(date(2026, 3, 1), 5), date(2031, 2, 28));
    assert_eq!(ends(date(2023, 3, 1), 5), date(2028, 2, 29));
    assert_eq!(ends(date(2024, 2, 29), 5), date(2029, 2, 28));
    assert_eq!(ends(date(2024, 2, 29), 4), date(2028, 2, 28));
    assert_eq!(ends(date(2021, 2, 18), 5), date(2026, 2, 17));
    for years in [0, 6, 255] {
        let refused = limits::licence_valid_to(date(2026, 3, 1), years).unwrap_err();
        assert_eq!(refused, LimitFault::LicenceYears { years, most: 5 });
        assert!(refused.under().second_hand());
    }
}

#[test]
fn the_numbers_in_the_data_are_those_in_the_functions() {
    let day = date(2026, 3, 2);
    let amount = |key| u32::from(numbers::on(key, day).unwrap().amount);
    let counted = |due: Due| cal().workdays_between(day, due.on);
    assert_eq!(counted(limits::decision_due(day, None, &[], &cal())), amount("decision_days"));
    assert_eq!(counted(limits::supplement_notice_due(day, &cal())), amount("supplement_notice_days"));
    assert_eq!(counted(limits::delivery_due(day, &cal())), amount("delivery_days"));
    let extended = limits::decision_due(day, Some(&extension(99, day)), &[], &cal());
    assert_eq!(counted(extended), amount("decision_days") + amount("decision_extension_days"));
}

#[test]
fn every_provision_a_limit_stands_on_is_kept_word_for_word() {
    let (day, cal) = (date(2026, 3, 2), cal());
    let pause = [hearing(date(2026, 3, 9), Some(date(2026, 3, 10)), true)];
    let dues = [
        limits::supplement_notice_due(day, &cal),
        limits::decision_due(day, None, &pause, &cal),
        limits::joint_decision_due(day, true, &pause, &cal),
        limits::review_below_due(day, &[], &cal),
        limits::promised_due(day, Workdays(8), None, &pause, &cal),
        limits::delivery_due(day, &cal),
        limits::hearing_request_due(day, &cal),
        limits::hearing_held_due(day, &cal),
        limits::hearing_notice(day, &cal),
        limits::reconsideration_last_day(day, &cal),
        limits::litigation_last_day(day, &cal),
        limits::renewal_application_last_day(day),
        limits::renewal_decision_due(day),
        ledger(day, Workdays(20), &pause, &cal).due,
    ];
    let in_days = ledger(day, Workdays(20), &pause, &cal).days.into_iter().filter_map(|day| day.under);
    let cited: Vec<Citation> = dues.into_iter().flat_map(|due| due.under).chain(in_days).collect();
    for citation in cited {
        assert!(citation.words().is_some(), "{citation} is not in law/texts");
        assert!(!citation.second_hand(), "{citation} is known only second-hand");
    }
}

#[test]
fn the_ledger_tells_each_day_and_why() {
    let pauses = [
        hearing(date(2026, 2, 25), Some(date(2026, 2, 26)), true),
        hearing(date(2026, 2, 27), Some(date(2026, 2, 27)), false),
    ];
    let ledger = ledger(date(2026, 2, 12), Workdays(5), &pauses, &cal());
    let told: Vec<String> =
        ledger.days.iter().map(|day| format!("{} {} {}", day.date, day.running, day.why)).collect();
    assert_eq!(told[0], "2026-02-12 0 起算当日不计入，自次日开始计算");
    assert_eq!(told[1], "2026-02-13 1 工作日，计第1日");
    assert_eq!(told[2], "2026-02-14 2 春节调休上班，计第2日");
    assert_eq!(told[3], "2026-02-15 2 春节放假，不计入");
    assert_eq!(told[13], "2026-02-25 3 听证期间，已书面告知（演烟听通〔2026〕1号），不计入");
    assert_eq!(told[15], "2026-02-27 4 听证期间，未书面告知所需时间，照常计第4日");
    assert_eq!(told.last().unwrap(), "2026-02-28 5 春节调休上班，计第5日");
    assert_eq!(remaining(date(2026, 2, 13), &ledger, &cal()), 4);
    assert_eq!(remaining(date(2026, 3, 1), &ledger, &cal()), -1);
    assert_eq!(remaining(date(2026, 3, 4), &ledger, &cal()), -3);
}

#[test]
fn a_ledger_survives_json() {
    let pauses = [hearing(date(2026, 12, 28), Some(date(2027, 1, 4)), true)];
    let ledger = ledger(date(2026, 12, 25), Workdays(8), &pauses, &cal());
    assert!(ledger.due.provisional);
    let json = serde_json::to_string(&ledger).unwrap();
    assert_eq!(serde_json::from_str::<law::Ledger>(&json).unwrap(), ledger);
}

proptest! {
    #[test]
    fn the_promise_never_passes_the_statute(offset in 0..8000_i32, promised in 0..60_u16, extended in 0..20_u16) {
        let accepted = date(2004, 7, 1).saturating_add(jiff::Span::new().days(offset));
        let extension = (extended > 0).then(|| extension(extended, accepted));
        let promise = limits::promised_due(accepted, Workdays(promised), extension.as_ref(), &[], &cal());
        let statute = limits::decision_due(accepted, extension.as_ref(), &[], &cal());
        prop_assert!(promise.on <= statute.on);
    }
}
