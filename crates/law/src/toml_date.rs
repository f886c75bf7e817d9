//! Bare dates of TOML (`from = 2021-03-01`) read as civil dates.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, de::Error};
use toml::value::Datetime;

/// One TOML local date. A date with a time, or one that no calendar holds, is an error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TomlDate(pub Date);

impl<'de> Deserialize<'de> for TomlDate {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let written = Datetime::deserialize(input)?;
        let (Some(date), None) = (written.date, written.time) else {
            return Err(D::Error::custom(format!("{written} 不是日期，应写作 2026-01-01")));
        };
        Date::new(date.year as i16, date.month as i8, date.day as i8)
            .map(TomlDate)
            .map_err(|_| D::Error::custom(format!("{written} 不是存在的日期")))
    }
}
