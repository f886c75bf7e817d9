//! 公民身份号码, GB 11643-1999: division 6, birth date 8, sequence 3 (odd for men), check character by ISO 7064 MOD 11-2.

use std::fmt;

use jiff::civil::Date;

use super::{CodeFault, Reason, all, signs};

pub(crate) const NAME: &str = "公民身份号码";
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

/// A number whose date exists and whose check character fits. Prints masked, so that a log can't leak it; the whole
/// number is only to be had by [`CitizenId::as_str`].
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CitizenId {
    number: String,
    birth: Date,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    Female,
    Male,
}

impl Sex {
    pub fn label(self) -> &'static str {
        match self {
            Sex::Female => "女",
            Sex::Male => "男",
        }
    }
}

impl CitizenId {
    /// Strict: an X must be a capital. Whether the birth lies in the future needs a today: see [`CitizenId::born_by`].
    pub fn parse(written: &str) -> Result<CitizenId, CodeFault> {
        let id = signs(NAME, written, 18)?;
        all(NAME, &id[..17], "数字", |_, sign| sign.is_ascii_digit())?;
        all(NAME, &id, "数字或大写字母 X", |at, sign| {
            at < 17 || sign.is_ascii_digit() || sign == 'X'
        })?;
        let birth = birth_date(&written[6..14])?;
        let expected = check_character(&id[..17]);
        if id[17] != expected {
            return Err(CodeFault::new(NAME, Reason::CheckDigit { at: 18, expected, found: id[17] }));
        }
        Ok(CitizenId { number: written.to_owned(), birth })
    }

    /// Refuses a birth after `today`.
    pub fn born_by(self, today: Date) -> Result<CitizenId, CodeFault> {
        if self.birth <= today {
            return Ok(self);
        }
        Err(CodeFault::new(NAME, Reason::Date { written: self.birth.to_string(), why: "晚于今天" }))
    }

    pub fn as_str(&self) -> &str {
        &self.number
    }

    pub fn birth(&self) -> Date {
        self.birth
    }

    pub fn sex(&self) -> Sex {
        if self.number.as_bytes()[16] % 2 == 1 { Sex::Male } else { Sex::Female }
    }

    /// Full years on `today`; on the birthday itself the year is full. One born on 29 February grows older on 1 March.
    pub fn age_on(&self, today: Date) -> i16 {
        let not_yet = (today.month(), today.day()) < (self.birth.month(), self.birth.day());
        today.year() - self.birth.year() - i16::from(not_yet)
    }

    /// The division that first issued the number.
    pub fn division(&self) -> &str {
        &self.number[..6]
    }

    /// First three and last one: the rest tells birth date and sex.
    pub fn masked(&self) -> String {
        format!("{}**************{}", &self.number[..3], &self.number[17..])
    }
}

impl fmt::Debug for CitizenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CitizenId({})", self.masked())
    }
}

fn birth_date(digits: &str) -> Result<Date, CodeFault> {
    let fault = |why| CodeFault::new(NAME, Reason::Date { written: digits.to_owned(), why });
    let part = |range: std::ops::Range<usize>| digits[range].parse::<i16>().unwrap_or(0);
    let (year, month, day) = (part(0..4), part(4..6), part(6..8));
    let birth = Date::new(year, month as i8, day as i8).map_err(|_| fault("不存在"))?;
    // The standard's own second example was born in 1880.
    if year < 1800 { Err(fault("早于 1800 年")) } else { Ok(birth) }
}

fn check_character(body: &[char]) -> char {
    let sum: u32 =
        body.iter().zip(WEIGHTS).map(|(sign, weight)| sign.to_digit(10).unwrap_or(0) * weight).sum();
    CHECKS[(sum % 11) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_examples_of_the_standard_pass() {
        let id = CitizenId::parse("11010519491231002X").unwrap();
        assert_eq!((id.birth(), id.sex(), id.division()), (date(1949, 12, 31), Sex::Female, "110105"));
        let oldest = CitizenId::parse("440524188001010014").unwrap();
        assert_eq!((oldest.birth(), oldest.sex()), (date(1880, 1, 1), Sex::Male));
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for (number, written) in [("110105194902290023", "19490229"), ("110105194913010023", "19491301")] {
            let reason = CitizenId::parse(number).unwrap_err().reason;
            assert_eq!(reason, Reason::Date { written: written.into(), why: "不存在" });
        }
    }

    #[test]
    fn small_x_wrong_check_and_old_numbers_are_told_apart() {
        let reason = |number: &str| CitizenId::parse(number).unwrap_err().reason;
        assert!(matches!(reason("11010519491231002x"), Reason::Character { at: 18, .. }));
        assert_eq!(reason("110105194912310021"), Reason::CheckDigit { at: 18, expected: 'X', found: '1' });
        assert_eq!(reason("110105491231002"), Reason::Length { want: "18".into(), got: 15 });
    }

    #[test]
    fn a_birth_in_the_future_is_refused_on_that_day_only() {
        let id = CitizenId::parse("11010519491231002X").unwrap();
        assert!(id.clone().born_by(date(1949, 12, 30)).is_err());
        assert!(id.clone().born_by(date(1949, 12, 31)).is_ok());
        assert_eq!((id.age_on(date(1967, 12, 30)), id.age_on(date(1967, 12, 31))), (17, 18));
    }

    #[test]
    fn a_log_shows_neither_birth_nor_sex() {
        let id = CitizenId::parse("11010519491231002X").unwrap();
        assert_eq!(format!("{id:?}"), "CitizenId(110**************X)");
    }
}
