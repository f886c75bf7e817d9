//! 统一社会信用代码, GB 32100-2015: 18 characters, the last a check character.

use serde::Serialize;

use super::{CodeFault, Reason, all, signs};

pub(crate) const NAME: &str = "统一社会信用代码";

/// Without I, O, S, V and Z, which read like digits.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A well-written code. Whether its check character fits is another question: see [`CreditCode::parse_or_warn`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct CreditCode(String);

impl CreditCode {
    /// Strict: a wrong check character is refused.
    pub fn parse(written: &str) -> Result<CreditCode, CodeFault> {
        match CreditCode::parse_or_warn(written)? {
            (code, None) => Ok(code),
            (_, Some(warning)) => Err(warning),
        }
    }

    /// For forms: a wrong check character comes back as a warning beside the code, since real codes exist that fail it. An
    /// officer then confirms it against the licence. Anything else wrong is refused.
    pub fn parse_or_warn(written: &str) -> Result<(CreditCode, Option<CodeFault>), CodeFault> {
        let code = signs(NAME, written, 18)?;
        all(NAME, &code, "数字或大写字母（不用 I、O、S、V、Z）", |_, sign| {
            ALPHABET.contains(sign)
        })?;
        all(NAME, &code, "行政区划数字", |at, sign| !(2..8).contains(&at) || sign.is_ascii_digit())?;
        let expected = check_character(&code[..17]);
        let warning = (code[17] != expected)
            .then(|| CodeFault::new(NAME, Reason::CheckDigit { at: 18, expected, found: code[17] }));
        Ok((CreditCode(written.to_owned()), warning))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// 登记管理部门 and 机构类别, the first two characters, in words.
    pub fn category(&self) -> &'static str {
        match &self.0[..2] {
            "11" => "机构编制部门登记的机关",
            "12" => "机构编制部门登记的事业单位",
            "13" => "机构编制部门管理的群众团体",
            "51" => "民政部门登记的社会团体",
            "52" => "民政部门登记的民办非企业单位",
            "53" => "民政部门登记的基金会",
            "91" => "市场监管部门登记的企业",
            "92" => "市场监管部门登记的个体工商户",
            "93" => "市场监管部门登记的农民专业合作社",
            other if other.starts_with('Y') => "其他部门登记的组织",
            _ => "未列名的登记类别",
        }
    }

    /// Whether the holder is an 个体工商户 (prefix 92), which decides the kind digit of a retail licence number.
    pub fn is_individual_business(&self) -> bool {
        self.0.starts_with("92")
    }

    /// Characters 3 to 8.
    pub fn division(&self) -> &str {
        &self.0[2..8]
    }

    /// Characters 9 to 17, an organisation code with a check character of its own.
    pub fn organisation(&self) -> &str {
        &self.0[8..17]
    }
}

/// C = 31 − Σ value·3^(i−1) mod 31, and 31 is written 0: the case many programs forget.
fn check_character(body: &[char]) -> char {
    let mut weight = 1;
    let mut sum = 0;
    for sign in body {
        sum += ALPHABET.find(*sign).unwrap_or(0) * weight;
        weight = weight * 3 % 31;
    }
    ALPHABET.as_bytes()[(31 - sum % 31) % 31] as char
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: [&str; 10] = [
        "91350100M000100Y43",
        "91110000101623741K",
        "911101066976941872",
        "12441500196720244T",
        "11100000000013338W",
        "914101001700305280",
        "913200001347645408",
        "11370800MB28559184",
        "92150425MA0QTX105Q",
        "11430000006122244L",
    ];

    #[test]
    fn codes_in_use_pass() {
        for code in VALID {
            assert!(CreditCode::parse(code).is_ok(), "{code}");
        }
    }

    #[test]
    fn a_company_whose_code_fails_its_check_is_warned_not_refused() {
        let (code, warning) = CreditCode::parse_or_warn("91350211M0000XUF46").unwrap();
        let warning = warning.unwrap();
        assert_eq!(code.as_str(), "91350211M0000XUF46");
        assert_eq!(warning.reason, Reason::CheckDigit { at: 18, expected: 'R', found: '6' });
        assert!(warning.warn_only());
        assert!(CreditCode::parse("91350211M0000XUF46").is_err());
    }

    #[test]
    fn a_wrong_sign_is_refused_with_its_place() {
        let fault = CreditCode::parse_or_warn("9144060071470I386D").unwrap_err();
        assert!(matches!(fault.reason, Reason::Character { at: 14, found: 'I', .. }) && !fault.warn_only());
        assert!(CreditCode::parse_or_warn("91A40600714701386D").is_err());
        assert!(CreditCode::parse_or_warn("😀1440600714701386D").is_err());
    }

    #[test]
    fn parts_are_told() {
        let code = CreditCode::parse("92150425MA0QTX105Q").unwrap();
        assert_eq!((code.division(), code.organisation()), ("150425", "MA0QTX105"));
        assert!(code.is_individual_business());
    }
}
