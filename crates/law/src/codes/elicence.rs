//! 电子证照标识, GB/T 36904: `1.2.156.3005.2.` type of licence `.` issuing organ `.` serial `.` version `.` check character. The check
//! character is ISO 7064 MOD 37,36 over the four middle segments without their dots; the root is left out.

use std::fmt;

use serde::Serialize;

use super::{CodeFault, Reason, is_digit_or_capital};

pub(crate) const NAME: &str = "电子证照标识";
pub const ROOT: &str = "1.2.156.3005.2";

/// An identifier whose check character fits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct ELicenceId {
    /// 证照类型代码: credit code of who defined the type, and three digits.
    pub type_code: String,
    /// 颁发机构代码: usually its credit code; some provinces write a shorter one.
    pub issuer: String,
    /// 流水号, set by the issuer; the licence number is usual.
    pub serial: String,
    /// 版本号, from 001; a changed or renewed licence gets the next.
    pub version: u16,
    pub check: char,
}

impl ELicenceId {
    /// Makes an identifier with its check character.
    pub fn new(type_code: &str, issuer: &str, serial: &str, version: u16) -> Result<ELicenceId, CodeFault> {
        if type_code.chars().count() != 21 {
            let want = "21 位（定义机构统一社会信用代码 18 位和 3 位顺序号）";
            return Err(part("证照类型代码", type_code, want));
        }
        for (name, segment) in [("证照类型代码", type_code), ("颁发机构代码", issuer), ("流水号", serial)]
        {
            if segment.is_empty() || !segment.chars().all(is_digit_or_capital) {
                return Err(part(name, segment, "数字和大写字母"));
            }
        }
        if !(1..=999).contains(&version) {
            return Err(part("版本号", &version.to_string(), "001 至 999"));
        }
        let check = check_character(&format!("{type_code}{issuer}{serial}{version:03}"));
        let own = str::to_owned;
        Ok(ELicenceId { type_code: own(type_code), issuer: own(issuer), serial: own(serial), version, check })
    }

    pub fn parse(written: &str) -> Result<ELicenceId, CodeFault> {
        let Some(rest) = written.strip_prefix(ROOT).and_then(|rest| rest.strip_prefix('.')) else {
            return Err(part("开头", written.get(..ROOT.len()).unwrap_or(written), "1.2.156.3005.2"));
        };
        let segments: Vec<&str> = rest.split('.').collect();
        let [type_code, issuer, serial, version, check] = segments[..] else {
            let found = format!("{} 段", segments.len());
            return Err(part("构成", &found, "5 段：证照类型代码、颁发机构代码、流水号、版本号、校验位"));
        };
        let three_digits = version.len() == 3 && version.bytes().all(|byte| byte.is_ascii_digit());
        let number = version.parse().ok().filter(|_| three_digits);
        let number = number.ok_or_else(|| part("版本号", version, "三位数字，如 001"))?;
        let id = ELicenceId::new(type_code, issuer, serial, number)?;
        let mut given = check.chars();
        match (given.next(), given.next()) {
            (Some(found), None) if found == id.check => Ok(id),
            (Some(found), None) => {
                let at = written.chars().count();
                Err(CodeFault::new(NAME, Reason::CheckDigit { at, expected: id.check, found }))
            }
            _ => Err(part("校验位", check, "一位数字或大写字母")),
        }
    }
}

impl fmt::Display for ELicenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ELicenceId { type_code, issuer, serial, version, check } = self;
        write!(f, "{ROOT}.{type_code}.{issuer}.{serial}.{version:03}.{check}")
    }
}

fn part(name: &'static str, found: &str, want: &'static str) -> CodeFault {
    CodeFault::new(NAME, Reason::Part { name, found: found.to_owned(), want })
}

/// ISO 7064 MOD 37,36.
fn check_character(body: &str) -> char {
    let product = body.chars().fold(36, |product, sign| {
        let sum = (product + sign.to_digit(36).unwrap_or(0)) % 36;
        (if sum == 0 { 36 } else { sum }) * 2 % 37
    });
    char::from_digit((37 - product) % 36, 36).unwrap_or('0').to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REAL: [&str; 2] = [
        "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
        "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9",
    ];

    #[test]
    fn identifiers_in_use_pass_and_print_back() {
        for written in REAL {
            assert_eq!(ELicenceId::parse(written).unwrap().to_string(), written);
        }
    }

    #[test]
    fn a_made_one_reads_back() {
        let made = ELicenceId::new("11990000099010005Y001", "1199010109901003X0", "990101100001", 2).unwrap();
        assert_eq!(ELicenceId::parse(&made.to_string()).unwrap(), made);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let wrong = REAL[0].replace(".U", ".M");
        let expected = ELicenceId::parse(&wrong).unwrap_err().reason;
        assert!(matches!(expected, Reason::CheckDigit { expected: 'U', found: 'M', .. }));
        for wrong in ["", "1.2.156.3005.2", "1.2.156.3005.2.A.B.C.001.X", "1.2.156.3005.2.A.B.C", "2.1.156"] {
            assert!(ELicenceId::parse(wrong).is_err(), "{wrong}");
        }
        assert!(ELicenceId::parse(&REAL[0].replace(".001.", ".1.")).is_err());
        assert!(ELicenceId::parse(&REAL[0].replace(".001.", ".+01.")).is_err());
    }
}
