//! 行政区划代码, GB/T 2260: province 2, prefecture 2, county 2; 9 digits down to the township, 12 down to the village. Codes
//! come and go, and a licence keeps the prefix it was given, so withdrawn codes are kept with when they were last listed.

use std::{collections::BTreeMap, fmt, sync::LazyLock};

use jiff::civil::Date;
use serde::Serialize;

use super::{CodeFault, Reason, all};
use crate::LAW;

pub(crate) const NAME: &str = "行政区划代码";

/// One code of six digits as our lists know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Division {
    pub code: String,
    pub name: String,
    /// Prefecture; empty for provinces, prefectures themselves and divisions directly under a province.
    pub city: String,
    pub province: String,
    /// First list that holds the code; `None` if the oldest list (2002) already does.
    pub first_listed: Option<Date>,
    /// Last list that holds the code, which was withdrawn some time later; `None` if the newest list holds it.
    pub last_listed: Option<Date>,
}

/// Whether a code is in use on a day, as far as yearly lists can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    InUse,
    /// Listed for the last time before that day.
    Withdrawn,
    /// First listed after that day.
    NotYet,
}

impl Division {
    /// Reads 6, 9 or 12 digits and answers with the division of the first six.
    pub fn parse(written: &str) -> Result<Division, CodeFault> {
        let code: Vec<char> = written.chars().collect();
        if ![6, 9, 12].contains(&code.len()) {
            let want = String::from("6、9 或 12");
            return Err(CodeFault::new(NAME, Reason::Length { want, got: code.len() }));
        }
        all(NAME, &code, "数字", |_, sign| sign.is_ascii_digit())?;
        let county = &written[..6];
        DIVISIONS.get(county).cloned().ok_or_else(|| {
            let want = "名录中现行或曾用的代码，请核对前 6 位";
            CodeFault::new(NAME, Reason::Part { name: "前 6 位", found: county.to_owned(), want })
        })
    }

    /// 内蒙古自治区赤峰市克什克腾旗.
    pub fn full_name(&self) -> String {
        let province = if self.province == self.name { "" } else { &self.province };
        format!("{province}{}{}", self.city, self.name)
    }

    pub fn standing_on(&self, day: Date) -> Standing {
        if self.first_listed.is_some_and(|first| day < first) {
            Standing::NotYet
        } else if self.last_listed.is_some_and(|last| last < day) {
            Standing::Withdrawn
        } else {
            Standing::InUse
        }
    }
}

impl fmt::Display for Division {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.full_name())
    }
}

/// The division of a six-digit code if it was in use on `on`; ask [`any`] for withdrawn ones too.
pub fn lookup(code: &str, on: Date) -> Option<&'static Division> {
    any(code).filter(|division| division.standing_on(on) == Standing::InUse)
}

/// The division of a six-digit code, in use or not.
pub fn any(code: &str) -> Option<&'static Division> {
    DIVISIONS.get(code)
}

/// The divisions right below a code, in order: prefectures of `370000`, counties of `370100`. Only those in use on `on`.
pub fn below(code: &str, on: Date) -> Vec<&'static Division> {
    let (stem, deeper) = match (code.get(..2), code.get(2..4), code.get(4..)) {
        (Some(province), Some("00"), Some("00")) => (province, 4),
        (Some(_), Some(_), Some("00")) => (&code[..4], 6),
        _ => return Vec::new(),
    };
    let children = DIVISIONS.range(stem.to_owned()..).take_while(|(key, _)| key.starts_with(stem));
    children
        .filter(|(key, _)| key.as_str() != code && (deeper == 6 || key.ends_with("00")))
        .map(|(_, division)| division)
        .filter(|division| division.standing_on(on) == Standing::InUse)
        .collect()
}

static DIVISIONS: LazyLock<BTreeMap<String, Division>> = LazyLock::new(|| {
    let file = LAW.get_file("divisions/divisions.csv").expect("law/divisions/divisions.csv is compiled in");
    let lines = file.contents_utf8().expect("divisions.csv is UTF-8").lines().skip(1);
    lines.map(|line| read(line).unwrap_or_else(|| panic!("divisions.csv: {line}"))).collect()
});

// No field holds a comma or a quote, so the line is its fields.
fn read(line: &str) -> Option<(String, Division)> {
    let mut fields = line.split(',');
    let mut next = || fields.next().map(str::to_owned);
    let division = Division {
        code: next()?,
        name: next()?,
        city: next()?,
        province: next()?,
        first_listed: day(&next()?)?,
        last_listed: day(&next()?)?,
    };
    fields.next().is_none().then(|| (division.code.clone(), division))
}

/// An empty field is no day; a broken one breaks the line.
fn day(field: &str) -> Option<Option<Date>> {
    if field.is_empty() { Some(None) } else { field.parse().ok().map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_county_is_found_with_its_prefecture_and_province() {
        let found = lookup("150425", date(2026, 3, 1)).unwrap();
        assert_eq!(found.full_name(), "内蒙古自治区赤峰市克什克腾旗");
        assert_eq!(Division::parse("150425100").unwrap().name, "克什克腾旗");
        assert_eq!(any("441900").unwrap().full_name(), "广东省东莞市");
    }

    #[test]
    fn a_withdrawn_code_is_known_but_not_in_use() {
        assert_eq!(lookup("110103", date(2009, 6, 1)).unwrap().name, "崇文区");
        assert_eq!(lookup("110103", date(2026, 1, 1)), None);
        assert_eq!(Division::parse("110103").unwrap().standing_on(date(2026, 1, 1)), Standing::Withdrawn);
    }

    #[test]
    fn the_demo_town_has_five_counties() {
        let names: Vec<_> = below("990100", date(2026, 1, 1)).iter().map(|d| d.name.as_str()).collect();
        assert_eq!(names, ["城中区", "高新区", "南河县", "北山县", "东港市"]);
        assert_eq!(below("990000", date(2026, 1, 1)).len(), 1);
        assert!(below("990101", date(2026, 1, 1)).is_empty());
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for wrong in ["12345", "11010a", "000000", "９９０１０１", ""] {
            assert!(Division::parse(wrong).is_err(), "{wrong}");
        }
    }
}
