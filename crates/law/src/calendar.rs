//! Which days count. Statutory periods run in working days without statutory holidays (行政许可法 art. 82), and which days
//! those are is set each autumn, for the year to come, by a notice of the State Council's office: 全国年节及纪念日放假办法 gives
//! the holidays, only the notice says which weekends are worked in exchange. So nothing is calculated here. Past the
//! last published year a Monday to Friday is *taken* to be a working day and the answer is marked provisional.

mod notice;

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

pub use notice::{CalendarFault, HolidayEntry, YearNotice, parse_year};

use crate::{
    LAW,
    citations::licensing,
    limits::{Due, Workdays},
};

/// What kind of day a date is, and by what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "of")]
pub enum DayKind {
    /// Monday to Friday, no holiday.
    Workday,
    /// Saturday or Sunday, not worked.
    Weekend,
    /// Off by the notice; the name of the holiday.
    Holiday(String),
    /// A Saturday or Sunday worked in exchange; the name of the holiday it was exchanged for.
    AdjustedWorkday(String),
    /// No notice published for this year: taken as a working day (`true`) if it is a Monday to Friday.
    Provisional(bool),
}

impl DayKind {
    pub fn is_workday(&self) -> bool {
        matches!(self, DayKind::Workday | DayKind::AdjustedWorkday(_) | DayKind::Provisional(true))
    }

    pub fn is_provisional(&self) -> bool {
        matches!(self, DayKind::Provisional(_))
    }

    /// 工作日, 周末, 国庆节放假, 国庆节调休上班, or the provisional two.
    pub fn label(&self) -> String {
        match self {
            DayKind::Workday => String::from("工作日"),
            DayKind::Weekend => String::from("周末"),
            DayKind::Holiday(name) => format!("{name}放假"),
            DayKind::AdjustedWorkday(name) => format!("{name}调休上班"),
            DayKind::Provisional(true) => String::from("暂按工作日（放假安排未公布）"),
            DayKind::Provisional(false) => String::from("暂按周末（放假安排未公布）"),
        }
    }
}

/// The working calendar of all published years. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct WorkCalendar {
    years: Arc<BTreeMap<i16, YearNotice>>,
    /// Only the exceptions from Monday to Friday, over all years.
    exceptions: Arc<BTreeMap<Date, Exception>>,
}

#[derive(Clone, Debug)]
struct Exception {
    worked: bool,
    holiday: String,
}

static PUBLISHED: LazyLock<WorkCalendar> = LazyLock::new(|| {
    let folder = LAW.get_dir("calendar").expect("law/calendar is compiled in");
    let years = folder.files().map(|file| {
        let path = file.path().display();
        let written = file.contents_utf8().unwrap_or_else(|| panic!("{path} is not UTF-8"));
        parse_year(written).unwrap_or_else(|fault| panic!("{path}: {fault}"))
    });
    WorkCalendar::of(years.map(|notice| (notice.year, notice)).collect())
});

impl WorkCalendar {
    /// The years that came with the program: 2004 (when the licensing act took force) to the last notice known at build.
    pub fn published() -> WorkCalendar {
        PUBLISHED.clone()
    }

    /// The same calendar with one more year, or with that year replaced (a notice may be changed, as in January 2020).
    pub fn with_year(&self, notice: YearNotice) -> WorkCalendar {
        let mut years = (*self.years).clone();
        years.insert(notice.year, notice);
        WorkCalendar::of(years)
    }

    fn of(years: BTreeMap<i16, YearNotice>) -> WorkCalendar {
        let exceptions = years
            .values()
            .flat_map(|year| &year.holidays)
            .flat_map(|holiday| {
                let off = holiday.days_off.iter().map(|&day| (day, false));
                let worked = holiday.workdays.iter().map(|&day| (day, true));
                off.chain(worked)
                    .map(|(day, worked)| (day, Exception { worked, holiday: holiday.name.clone() }))
            })
            .collect();
        WorkCalendar { years: Arc::new(years), exceptions: Arc::new(exceptions) }
    }

    /// The first year with a notice.
    pub fn first_year(&self) -> i16 {
        self.years.keys().next().copied().unwrap_or(i16::MAX)
    }

    /// The last year with a notice and no gap before it. What lies behind is provisional.
    pub fn last_year(&self) -> i16 {
        let first = self.first_year();
        self.years
            .keys()
            .zip(first..)
            .take_while(|(year, expected)| *year == expected)
            .last()
            .map_or(first, |(y, _)| *y)
    }

    /// The notice that set a year, to be named on page and paper.
    pub fn notice(&self, year: i16) -> Option<&YearNotice> {
        self.years.get(&year)
    }

    pub fn day(&self, date: Date) -> DayKind {
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        match self.exceptions.get(&date) {
            Some(exception) if exception.worked => DayKind::AdjustedWorkday(exception.holiday.clone()),
            Some(exception) => DayKind::Holiday(exception.holiday.clone()),
            None if !self.years.contains_key(&date.year()) => DayKind::Provisional(!weekend),
            None if weekend => DayKind::Weekend,
            None => DayKind::Workday,
        }
    }

    /// Whether `date` counts. Past the last notice this is the provisional answer; ask [`WorkCalendar::day`] to know.
    pub fn is_workday(&self, date: Date) -> bool {
        match self.exceptions.get(&date) {
            Some(exception) => exception.worked,
            None => !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday),
        }
    }

    /// The last day of a period of `days` working days that begins the day after `from`; working days for which `stops`
    /// holds are passed over. Zero days end on `from` itself.
    ///
    /// 《行政许可法》第八十二条: “本法规定的行政机关实施行政许可的期限以工作日计算，不含法定节假日。” That the first day is not counted is
    /// a reading: docs/decisions/0001.
    pub fn nth_workday_after(&self, from: Date, days: Workdays, stops: impl Fn(Date) -> bool) -> Due {
        let mut on = from;
        let mut counted = 0;
        while counted < days.0 {
            on = on.tomorrow().unwrap_or_else(|_| unreachable!("periods end long before the year 9999"));
            if self.is_workday(on) && !stops(on) {
                counted += 1;
            }
        }
        Due {
            on,
            under: vec![licensing(82, 1)],
            provisional: self.guesses_between(from, on),
            stopped_since: None,
        }
    }

    /// The latest day with `days` working days strictly between it and `before`, the nearest of which may be `before`'s eve
    /// and the furthest of which is the day itself.
    pub fn nth_workday_before(&self, before: Date, days: Workdays) -> Due {
        let mut on = before;
        let mut counted = 0;
        while counted < days.0 {
            on = on.yesterday().unwrap_or_else(|_| unreachable!("no licence is as old as year -9999"));
            if self.is_workday(on) {
                counted += 1;
            }
        }
        Due {
            on,
            under: vec![licensing(82, 1)],
            provisional: self.guesses_between(on, before),
            stopped_since: None,
        }
    }

    /// `date` itself if it is a working day, else the next one.
    pub fn this_or_next_workday(&self, date: Date) -> Date {
        let mut on = date;
        while !self.is_workday(on) {
            on = on.tomorrow().unwrap_or_else(|_| unreachable!("periods end long before the year 9999"));
        }
        on
    }

    /// Working days after `a`, up to and with `b`. Zero if `b` is not after `a`.
    pub fn workdays_between(&self, a: Date, b: Date) -> u32 {
        let mut day = a;
        let mut counted = 0;
        while day < b {
            day = day.tomorrow().unwrap_or_else(|_| unreachable!("periods end long before the year 9999"));
            counted += u32::from(self.is_workday(day));
        }
        counted
    }

    /// Whether any day from `a` to `b` lies in a year without a notice.
    pub fn guesses_between(&self, a: Date, b: Date) -> bool {
        (a.year()..=b.year()).any(|year| !self.years.contains_key(&year))
    }
}
