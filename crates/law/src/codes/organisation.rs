//! 全国组织机构代码, GB 11714: eight characters and a check character. Lives on as characters 9 to 17 of the credit code.

use serde::Serialize;

use super::{CodeFault, Reason, all, is_digit_or_capital, signs};

pub(crate) const NAME: &str = "组织机构代码";
const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// Nine characters, without the hyphen in which it is often printed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct OrgCode(String);

impl OrgCode {
    /// Takes `12345678-5` and `123456785`.
    pub fn parse(written: &str) -> Result<OrgCode, CodeFault> {
        let bare = match written.chars().position(|sign| sign == '-') {
            Some(8) => written.replacen('-', "", 1),
            _ => written.to_owned(),
        };
        let code = signs(NAME, &bare, 9)?;
        all(NAME, &code[..8], "数字或大写字母", |_, sign| is_digit_or_capital(sign))?;
        all(NAME, &code, "数字或大写字母 X", |at, sign| {
            at < 8 || sign.is_ascii_digit() || sign == 'X'
        })?;
        let expected = check_character(&code[..8]);
        if code[8] != expected {
            return Err(CodeFault::new(NAME, Reason::CheckDigit { at: 9, expected, found: code[8] }));
        }
        Ok(OrgCode(bare))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// C = 11 − Σ value·weight mod 11, where 10 is written X and 11 is written 0.
pub(crate) fn check_character(body: &[char]) -> char {
    let sum: u32 =
        body.iter().zip(WEIGHTS).map(|(sign, weight)| sign.to_digit(36).unwrap_or(0) * weight).sum();
    match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(digit, 10).unwrap_or('0'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_codes_have_their_check_character() {
        for code in ["196720244", "000013338", "101623741", "134764540", "71181655-9"] {
            assert!(OrgCode::parse(code).is_ok(), "{code}");
        }
    }

    #[test]
    fn a_wrong_one_is_told_what_was_expected() {
        let fault = OrgCode::parse("196720245").unwrap_err();
        assert_eq!(fault.reason, Reason::CheckDigit { at: 9, expected: '4', found: '5' });
        assert!(OrgCode::parse("19672024").is_err() && OrgCode::parse("1967-20244").is_err());
    }
}
