//! One year's notice: what was published, where, and which days differ from Monday to Friday.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday, date};
use serde::{Deserialize, Serialize};

use crate::toml_date::TomlDate;

/// The arrangement of one year, as `law/calendar/YYYY.toml` or an imported file gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct YearNotice {
    pub year: i16,
    /// Title and number of the State Council notice. Empty if it has not been seen: then `source` is all there is.
    pub notice: String,
    /// Where the notice is published.
    pub addresses: Vec<String>,
    /// Where the dates were taken from and how they were checked.
    pub source: String,
    pub holidays: Vec<HolidayEntry>,
}

/// One holiday of the year: all its days off, weekends within included, and the weekend days worked in exchange.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HolidayEntry {
    pub name: String,
    pub days_off: Vec<Date>,
    pub workdays: Vec<Date>,
}

/// Why a year's file was refused. The words are for the person who imports it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarFault {
    #[error("文件格式有误：{0}")]
    Unreadable(String),
    #[error("年份 {0} 不在 2004–2100 之间，请核对")]
    Year(i16),
    #[error("{year} 年的安排没有写明国务院办公厅通知的名称，也没有写明来源，请补上 notice 或 source")]
    NoSource { year: i16 },
    #[error("{year} 年的安排没有任何放假日，请核对文件是否完整")]
    Empty { year: i16 },
    #[error("“{holiday}”的日期 {date} 不属于 {year} 年（仅允许上一年 12 月 25 日以后的日期随元旦一并安排）")]
    OutOfYear { year: i16, holiday: String, date: Date },
    #[error("“{holiday}”的上班日 {date} 不是周六或周日，本来就要上班，请核对日期")]
    WorkdayNotWeekend { holiday: String, date: Date },
    #[error("{date} 重复出现（“{holiday}”处），同一天只能写一次，也不能既放假又上班")]
    Twice { holiday: String, date: Date },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearFile {
    year: i16,
    notice: String,
    #[serde(default)]
    addresses: Vec<String>,
    source: String,
    #[serde(default)]
    holiday: Vec<HolidayFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidayFile {
    name: String,
    #[serde(default)]
    days_off: Vec<TomlDate>,
    #[serde(default)]
    workdays: Vec<TomlDate>,
}

/// Reads and checks one year in the form of `law/calendar/2026.toml`.
pub fn parse_year(written: &str) -> Result<YearNotice, CalendarFault> {
    let file: YearFile =
        toml::from_str(written).map_err(|fault| CalendarFault::Unreadable(fault.to_string()))?;
    let bare = |days: Vec<TomlDate>| days.into_iter().map(|day| day.0).collect();
    let notice = YearNotice {
        year: file.year,
        notice: file.notice.trim().to_owned(),
        addresses: file.addresses,
        source: file.source.trim().to_owned(),
        holidays: file
            .holiday
            .into_iter()
            .map(|h| HolidayEntry { name: h.name, days_off: bare(h.days_off), workdays: bare(h.workdays) })
            .collect(),
    };
    notice.check()?;
    Ok(notice)
}

impl YearNotice {
    fn check(&self) -> Result<(), CalendarFault> {
        let year = self.year;
        if !(2004..=2100).contains(&year) {
            return Err(CalendarFault::Year(year));
        }
        if self.notice.is_empty() && self.source.is_empty() {
            return Err(CalendarFault::NoSource { year });
        }
        if self.holidays.iter().all(|holiday| holiday.days_off.is_empty()) {
            return Err(CalendarFault::Empty { year });
        }
        let mut seen = BTreeSet::new();
        for holiday in &self.holidays {
            for &day in holiday.days_off.iter().chain(&holiday.workdays) {
                self.check_day(holiday, day, &mut seen)?;
            }
            if let Some(&date) = holiday.workdays.iter().find(|day| !is_weekend(**day)) {
                return Err(CalendarFault::WorkdayNotWeekend { holiday: holiday.name.clone(), date });
            }
        }
        Ok(())
    }

    fn check_day(
        &self,
        of: &HolidayEntry,
        day: Date,
        seen: &mut BTreeSet<Date>,
    ) -> Result<(), CalendarFault> {
        // The notice for 2019 also set 29 to 31 December 2018.
        let eve = date(self.year - 1, 12, 25);
        if day < eve || day.year() > self.year {
            return Err(CalendarFault::OutOfYear { year: self.year, holiday: of.name.clone(), date: day });
        }
        if !seen.insert(day) {
            return Err(CalendarFault::Twice { holiday: of.name.clone(), date: day });
        }
        Ok(())
    }
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year(body: &str) -> Result<YearNotice, CalendarFault> {
        parse_year(&format!(
            "year = 2027\nnotice = \"通知\"\nsource = \"\"\n[[holiday]]\nname = \"元旦\"\n{body}"
        ))
    }

    #[test]
    fn a_year_as_published_is_read() {
        let read = year("days_off = [2026-12-31, 2027-01-01]\nworkdays = [2026-12-27]").unwrap();
        assert_eq!(read.holidays[0].days_off, [date(2026, 12, 31), date(2027, 1, 1)]);
    }

    #[test]
    fn what_cannot_be_right_is_refused_with_the_day_named() {
        let holiday = || String::from("元旦");
        let (new_year, friday) = (date(2027, 1, 1), date(2027, 1, 8));
        assert_eq!(
            year("days_off = [2027-01-01, 2027-01-01]"),
            Err(CalendarFault::Twice { holiday: holiday(), date: new_year })
        );
        assert_eq!(
            year("days_off = [2027-01-01]\nworkdays = [2027-01-08]"),
            Err(CalendarFault::WorkdayNotWeekend { holiday: holiday(), date: friday })
        );
        assert_eq!(
            year("days_off = [2027-01-02]\nworkdays = [2027-01-02]"),
            Err(CalendarFault::Twice { holiday: holiday(), date: date(2027, 1, 2) })
        );
        assert_eq!(
            year("days_off = [2028-01-01]"),
            Err(CalendarFault::OutOfYear { year: 2027, holiday: holiday(), date: date(2028, 1, 1) })
        );
        assert_eq!(year("days_off = []"), Err(CalendarFault::Empty { year: 2027 }));
        for broken in ["days_off = [2027-02-30]", "days_off = [\"一月一日\"]", "days_of = [2027-01-01]"] {
            assert!(matches!(year(broken), Err(CalendarFault::Unreadable(_))), "{broken}");
        }
        let unsigned = "year = 2027\nnotice = \"\"\nsource = \" \"\n[[holiday]]\nname = \"元旦\"\ndays_off = [2027-01-01]";
        assert_eq!(parse_year(unsigned), Err(CalendarFault::NoSource { year: 2027 }));
    }
}
