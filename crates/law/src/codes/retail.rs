//! 烟草专卖零售许可证号: twelve digits, division 6, kind of holder 1, serial 5 (东方烟草报, 2023-03-23). It has no check digit, and a
//! renewal keeps it, so its division may have been withdrawn since.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{CodeFault, Reason, all, division, signs};

pub(crate) const NAME: &str = "烟草专卖零售许可证号";

/// The seventh digit: who holds the licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LicenceKind {
    /// 1, 个体工商户
    Individual,
    /// 2, 企业、其他组织
    Organisation,
}

impl LicenceKind {
    pub fn digit(self) -> char {
        match self {
            LicenceKind::Individual => '1',
            LicenceKind::Organisation => '2',
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            LicenceKind::Individual => "个体工商户",
            LicenceKind::Organisation => "企业或者其他组织",
        }
    }
}

/// A well-written number of a known division.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RetailLicenceNo(String);

impl RetailLicenceNo {
    /// `serial` from 1 to 99,999; each division and kind has its own row.
    pub fn new(division: &str, kind: LicenceKind, serial: u32) -> Result<RetailLicenceNo, CodeFault> {
        if !(1..=99_999).contains(&serial) {
            let (found, want) = (u64::from(serial), "1 至 99999");
            return Err(CodeFault::new(NAME, Reason::Range { name: "流水号", found, want }));
        }
        RetailLicenceNo::parse(&format!("{division}{}{serial:05}", kind.digit()))
    }

    pub fn parse(written: &str) -> Result<RetailLicenceNo, CodeFault> {
        let number = signs(NAME, written, 12)?;
        all(NAME, &number, "数字", |_, sign| sign.is_ascii_digit())?;
        let part = |name, found: &str, want| {
            Err(CodeFault::new(NAME, Reason::Part { name, found: found.to_owned(), want }))
        };
        if division::any(&written[..6]).is_none() {
            return part("行政区划（前 6 位）", &written[..6], "名录中现行或曾用的区划代码");
        }
        if !matches!(number[6], '1' | '2') {
            return part("持证人类别（第 7 位）", &written[6..7], "1（个体工商户）或 2（企业或者其他组织）");
        }
        if &written[7..] == "00000" {
            return part("流水号（后 5 位）", &written[7..], "00001 至 99999");
        }
        Ok(RetailLicenceNo(written.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn division(&self) -> &str {
        &self.0[..6]
    }

    pub fn kind(&self) -> LicenceKind {
        if self.0.as_bytes()[6] == b'1' { LicenceKind::Individual } else { LicenceKind::Organisation }
    }

    pub fn serial(&self) -> u32 {
        self.0[7..].parse().unwrap_or(0)
    }

    /// The next number of the same row; an error when 99,999 is used up.
    pub fn next(&self) -> Result<RetailLicenceNo, CodeFault> {
        RetailLicenceNo::new(self.division(), self.kind(), self.serial() + 1)
    }
}

impl fmt::Display for RetailLicenceNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RetailLicenceNo {
    type Err = CodeFault;

    fn from_str(written: &str) -> Result<RetailLicenceNo, CodeFault> {
        RetailLicenceNo::parse(written)
    }
}

impl TryFrom<String> for RetailLicenceNo {
    type Error = CodeFault;

    fn try_from(written: String) -> Result<RetailLicenceNo, CodeFault> {
        RetailLicenceNo::parse(&written)
    }
}

impl From<RetailLicenceNo> for String {
    fn from(number: RetailLicenceNo) -> String {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_use_is_taken_apart() {
        let number = RetailLicenceNo::parse("150425101056").unwrap();
        assert_eq!(
            (number.division(), number.kind(), number.serial()),
            ("150425", LicenceKind::Individual, 1056)
        );
    }

    #[test]
    fn a_number_is_made_and_followed() {
        let first = RetailLicenceNo::new("990101", LicenceKind::Organisation, 1).unwrap();
        assert_eq!(first.as_str(), "990101200001");
        assert_eq!(first.next().unwrap().as_str(), "990101200002");
        let last = RetailLicenceNo::new("990101", LicenceKind::Organisation, 99_999).unwrap();
        assert!(matches!(last.next().unwrap_err().reason, Reason::Range { .. }));
        assert!(RetailLicenceNo::new("990101", LicenceKind::Individual, 0).is_err());
    }

    #[test]
    fn a_withdrawn_division_still_opens_a_number() {
        assert!(RetailLicenceNo::parse("110103100001").is_ok());
    }

    #[test]
    fn wrong_parts_are_named() {
        for wrong in ["990101300001", "000000100001", "990101100000", "99010110000", "99010110000a"] {
            assert!(RetailLicenceNo::parse(wrong).is_err(), "{wrong}");
        }
        assert!(serde_json::from_str::<RetailLicenceNo>("\"990101300001\"").is_err());
    }
}
