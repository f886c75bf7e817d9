use jiff::civil::{Date, date};
use law::{DayKind, Pause, PauseKind, WorkCalendar, Workdays, ledger, parse_year, remaining};
use proptest::prelude::*;

use crate::naive;

fn due(from: Date, days: u16) -> Date {
    WorkCalendar::published().nth_workday_after(from, Workdays(days), |_| false).on
}

#[test]
fn every_day_of_eleven_years_agrees_with_the_second_source() {
    let cal = WorkCalendar::published();
    let mut seen = 0;
    for line in include_str!("../data/workdays_2016_2026.txt").lines() {
        let (year, days) = line.split_once(' ').unwrap();
        let mut day = date(year.parse().unwrap(), 1, 1);
        for expected in days.chars() {
            assert_eq!(cal.is_workday(day), expected == '1', "{day}");
            assert_eq!(cal.day(day).is_workday(), expected == '1', "{day}");
            day = day.tomorrow().unwrap();
            seen += 1;
        }
        assert_eq!(day, date(day.year(), 1, 1), "{year} is not whole");
    }
    assert_eq!(seen, 4018);
}

#[test]
fn each_published_year_has_its_known_number_of_working_days() {
    let cal = WorkCalendar::published();
    let known = [
        252, 250, 251, 249, 251, 250, 250, 250, 249, 250, 250, 249, 250, 249, 250, 250, 249, 250, 249, 249,
        251, 248, 248,
    ];
    for (year, expected) in (2004..).zip(known) {
        assert_eq!(cal.workdays_between(date(year - 1, 12, 31), date(year, 12, 31)), expected, "{year}");
    }
    assert_eq!((cal.first_year(), cal.last_year()), (2004, 2026));
}

#[test]
fn the_oracle_of_deadlines_agrees() {
    let cal = WorkCalendar::published();
    let mut rows = 0;
    for line in include_str!("../data/deadline_oracle.csv").lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let (from, expected): (Date, Date) = (fields[0].parse().unwrap(), fields[3].parse().unwrap());
        assert_eq!(cal.is_workday(from), fields[1] == "1", "{line}");
        assert_eq!(due(from, fields[2].parse().unwrap()), expected, "{line}");
        rows += 1;
    }
    assert_eq!(rows, 58);
}

#[test]
fn deadlines_around_festivals() {
    for (from, days, expected) in [
        (date(2025, 1, 20), 5, date(2025, 1, 26)),
        (date(2025, 1, 24), 20, date(2025, 2, 27)),
        (date(2025, 9, 25), 8, date(2025, 10, 13)),
        (date(2025, 9, 25), 20, date(2025, 10, 29)),
        (date(2025, 9, 30), 5, date(2025, 10, 14)),
        (date(2025, 10, 11), 10, date(2025, 10, 24)),
        (date(2026, 2, 10), 5, date(2026, 2, 24)),
        (date(2026, 2, 10), 20, date(2026, 3, 16)),
        (date(2026, 2, 14), 8, date(2026, 3, 4)),
        (date(2026, 4, 30), 5, date(2026, 5, 11)),
        (date(2026, 9, 18), 8, date(2026, 9, 30)),
        (date(2026, 9, 24), 20, date(2026, 10, 29)),
        (date(2024, 2, 5), 20, date(2024, 3, 8)),
        (date(2023, 9, 28), 5, date(2023, 10, 11)),
        (date(2020, 1, 23), 5, date(2020, 2, 7)),
    ] {
        assert_eq!(due(from, days), expected, "{from} + {days}");
    }
}

#[test]
fn a_day_says_why_it_counts_or_not() {
    let cal = WorkCalendar::published();
    let label = |day| cal.day(day).label();
    assert_eq!(label(date(2026, 2, 16)), "春节放假");
    assert_eq!(label(date(2026, 2, 14)), "春节调休上班");
    assert_eq!(label(date(2026, 3, 7)), "周末");
    assert_eq!(label(date(2026, 3, 9)), "工作日");
    assert_eq!(label(date(2018, 12, 29)), "元旦调休上班");
    assert_eq!(label(date(2015, 9, 3)), "抗战胜利70周年纪念日放假");
}

#[test]
fn past_the_last_notice_the_answer_is_provisional_and_a_notice_settles_it() {
    let cal = WorkCalendar::published();
    let due = cal.nth_workday_after(date(2026, 12, 30), Workdays(5), |_| false);
    assert!(due.provisional);
    assert_eq!(cal.day(date(2027, 1, 1)), DayKind::Provisional(true));
    assert_eq!(cal.day(date(2027, 1, 2)), DayKind::Provisional(false));
    assert!(!cal.nth_workday_after(date(2026, 12, 21), Workdays(5), |_| false).provisional);

    let notice = parse_year(
        "year = 2027\nnotice = \"测试用安排\"\nsource = \"test\"\n[[holiday]]\nname = \"元旦\"\ndays_off = [2027-01-01]",
    )
    .unwrap();
    let settled = cal.with_year(notice);
    let later = settled.nth_workday_after(date(2026, 12, 30), Workdays(5), |_| false);
    assert_eq!((later.on, later.provisional), (date(2027, 1, 7), false));
    assert_eq!((settled.last_year(), cal.last_year()), (2027, 2026));
}

#[test]
fn a_year_beyond_a_gap_does_not_hide_the_gap() {
    let far = "year = 2028\nnotice = \"测试\"\nsource = \"\"\n[[holiday]]\nname = \"元旦\"\ndays_off = [2028-01-01]";
    let cal = WorkCalendar::published().with_year(parse_year(far).unwrap());
    assert_eq!(cal.last_year(), 2026);
    assert!(cal.nth_workday_after(date(2026, 12, 30), Workdays(300), |_| false).provisional);
}

prop_compose! {
    fn any_day()(offset in 0..8_000_i32) -> Date {
        date(2004, 1, 1).saturating_add(jiff::Span::new().days(offset))
    }
}

prop_compose! {
    fn any_pause()(from in any_day(), length in 0..40_i32, told in any::<bool>(), kind in 0..8_usize) -> Pause {
        let to = from.saturating_add(jiff::Span::new().days(length));
        Pause { kind: PauseKind::ALL[kind], from, to: Some(to), told_in_writing: told, why: String::new(), document: None }
    }
}

proptest! {
    #[test]
    fn the_calendar_counts_like_a_clerk(from in any_day(), days in 0..90_u16) {
        let cal = WorkCalendar::published();
        let due = cal.nth_workday_after(from, Workdays(days), |_| false);
        prop_assert_eq!(due.on, naive::deadline(from, days, &[], &cal));
        prop_assert_eq!(cal.workdays_between(from, due.on), u32::from(days));
    }

    #[test]
    fn the_ledger_ends_where_the_period_ends(
        from in any_day(),
        days in 0..60_u16,
        mut pauses in prop::collection::vec(any_pause(), 0..4),
    ) {
        // Pauses far away would never meet the period.
        for pause in &mut pauses {
            let length = pause.from.until(pause.to.unwrap()).unwrap();
            pause.from = from.saturating_add(jiff::Span::new().days(i32::from(pause.from.day())));
            pause.to = Some(pause.from.saturating_add(length));
        }
        let cal = WorkCalendar::published();
        let ledger = ledger(from, Workdays(days), &pauses, &cal);
        let due = cal.nth_workday_after(from, Workdays(days), |day| pauses.iter().any(|pause| pause.stops(day)));
        prop_assert_eq!(ledger.due.on, due.on);
        prop_assert_eq!(ledger.due.on, naive::deadline(from, days, &pauses, &cal));
        prop_assert_eq!(ledger.days.last().unwrap().date, due.on);
        prop_assert_eq!(ledger.days.last().unwrap().running, days);
        prop_assert_eq!(ledger.days.iter().filter(|day| day.counted).count(), usize::from(days));
        for two in ledger.days.windows(2) {
            prop_assert_eq!(two[0].date.tomorrow().unwrap(), two[1].date);
        }
        prop_assert_eq!(remaining(from, &ledger, &cal), i32::from(days));
        prop_assert_eq!(remaining(due.on, &ledger, &cal), 0);
        prop_assert!(remaining(due.on.tomorrow().unwrap(), &ledger, &cal) < 0);
    }

    #[test]
    fn counting_back_is_counting_forward(from in any_day(), days in 1..60_u16) {
        let cal = WorkCalendar::published();
        let last = cal.nth_workday_before(from, Workdays(days)).on;
        prop_assert!(cal.is_workday(last) && last < from);
        let eve = from.yesterday().unwrap();
        prop_assert_eq!(cal.workdays_between(last.yesterday().unwrap(), eve), u32::from(days));
    }
}
