//! The one clock of the program. A deadline that can't be tested on a chosen day is worth nothing, so everything else
//! takes the instant or the day as a parameter.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// Says what time it is.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// The machine's own clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the program reads the time")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands still until it is moved: for tests, and for loading the demo town's past.
pub struct FixedClock {
    micros: AtomicI64,
}

impl FixedClock {
    pub fn at(instant: Timestamp) -> FixedClock {
        FixedClock { micros: AtomicI64::new(instant.as_microsecond()) }
    }

    /// Nine in the morning of `day`, Beijing time.
    pub fn on(day: Date) -> FixedClock {
        FixedClock::at(beijing(day, 9, 0))
    }

    pub fn set(&self, instant: Timestamp) {
        self.micros.store(instant.as_microsecond(), Ordering::SeqCst);
    }

    pub fn advance(&self, by: std::time::Duration) {
        let micros = i64::try_from(by.as_micros()).expect("a clock is not moved by 290,000 years");
        self.micros.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.micros.load(Ordering::SeqCst)).expect("only instants are stored")
    }
}

/// The office's time zone. China has one, without summer time since 1992.
pub fn office_zone() -> TimeZone {
    static ZONE: std::sync::LazyLock<TimeZone> =
        std::sync::LazyLock::new(|| TimeZone::get("Asia/Shanghai").expect("the zone is bundled"));
    ZONE.clone()
}

/// The day it is in the office at `instant`.
pub fn office_day(instant: Timestamp) -> Date {
    instant.to_zoned(office_zone()).date()
}

/// An hour and minute of a day in the office.
pub fn beijing(day: Date, hour: i8, minute: i8) -> Timestamp {
    day.at(hour, minute, 0, 0).to_zoned(office_zone()).expect("no gap in this zone's recent past").timestamp()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_office_day_turns_at_sixteen_hours_utc() {
        let late: Timestamp = "2026-11-22T15:59:59Z".parse().unwrap();
        let next: Timestamp = "2026-11-22T16:00:00Z".parse().unwrap();
        assert_eq!(office_day(late), date(2026, 11, 22));
        assert_eq!(office_day(next), date(2026, 11, 23));
    }

    #[test]
    fn a_fixed_clock_moves_only_when_told() {
        let clock = FixedClock::on(date(2026, 2, 12));
        assert_eq!(clock.now(), clock.now());
        clock.advance(std::time::Duration::from_secs(3600));
        assert_eq!(clock.now(), beijing(date(2026, 2, 12), 10, 0));
    }
}
