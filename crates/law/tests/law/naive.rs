//! Counting as a clerk would with a paper calendar: one day at a time, over the raw notices.

use jiff::civil::{Date, Weekday};
use law::{Pause, WorkCalendar};

pub fn worked(day: Date, cal: &WorkCalendar) -> bool {
    for year in [day.year(), day.year() + 1] {
        for holiday in cal.notice(year).iter().flat_map(|notice| &notice.holidays) {
            if holiday.workdays.contains(&day) {
                return true;
            }
            if holiday.days_off.contains(&day) {
                return false;
            }
        }
    }
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

pub fn deadline(from: Date, days: u16, pauses: &[Pause], cal: &WorkCalendar) -> Date {
    let mut left = days;
    let mut day = from;
    while left > 0 {
        day = day.tomorrow().unwrap();
        let stopped =
            pauses.iter().any(|p| p.told_in_writing && p.from <= day && p.to.is_some_and(|to| day <= to));
        if worked(day, cal) && !stopped {
            left -= 1;
        }
    }
    day
}
