//! Codes of service items. Two generations live side by side: 10 and 24 to 26 characters (guide of 2016, GB/T 39046), 12 and 31
//! on the national platform since 2018 (GB/T 39554.1). The segments of the newer ones are read off real codes.

use serde::Serialize;

use super::{CodeFault, CreditCode, Reason, all, is_digit_or_capital, signs};

/// 基本编码, ten characters: kind of item 2, main item 5, sub-item 3 (000, 00Y, 001…).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct BasicCode10(String);

/// 基本编码, twelve characters: area 2 (00 national), kind of item 2, department 2, main item 3, sub-item 3.
///
/// The last one may be a letter: `00016211200Y` is a main item that has sub-items.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct BasicCode12(String);

/// 实施编码 of the older scheme, 26 characters as seen: basic code 10, level 1, organisation code 9, division 6. Only 24 are
/// allowed by GB/T 39046, whose inner order isn't published: those are held to their length and characters alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct ImplementCodeOld(String);

/// 实施编码, 31 characters: credit code of the competent organ 18, level 1, basic code 12.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct ImplementCode31 {
    pub organ: CreditCode,
    /// 行使层级: 1 national … 6 village, 7 graded.
    pub level: u8,
    pub basic: BasicCode12,
    /// The organ's code fails its check character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

const BASIC: &str = "事项基本编码";
const IMPLEMENT: &str = "事项实施编码";

impl BasicCode10 {
    pub fn parse(written: &str) -> Result<BasicCode10, CodeFault> {
        let code = signs(BASIC, written, 10)?;
        all(BASIC, &code, "数字或大写字母", |_, sign| is_digit_or_capital(sign))?;
        all(BASIC, &code, "数字（主项编码）", |at, sign| {
            !(2..7).contains(&at) || sign.is_ascii_digit()
        })?;
        sub_item(&written[7..])?;
        Ok(BasicCode10(written.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_container(&self) -> bool {
        self.0.ends_with("00Y")
    }
}

impl BasicCode12 {
    pub fn parse(written: &str) -> Result<BasicCode12, CodeFault> {
        let code = signs(BASIC, written, 12)?;
        all(BASIC, &code, "数字（末位可为 Y）", |at, sign| {
            sign.is_ascii_digit() || (at == 11 && sign == 'Y')
        })?;
        sub_item(&written[9..])?;
        Ok(BasicCode12(written.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `00` national, else the first two digits of the province.
    pub fn area(&self) -> &str {
        &self.0[..2]
    }

    /// GB/T 39046 表 A.1, in words where listed.
    pub fn kind(&self) -> &'static str {
        item_kind(&self.0[2..4])
    }

    /// `62` is tobacco in the national catalogue, as read off two codes.
    pub fn department(&self) -> &str {
        &self.0[4..6]
    }

    pub fn main_item(&self) -> &str {
        &self.0[6..9]
    }

    pub fn sub_item(&self) -> &str {
        &self.0[9..]
    }

    /// `00Y`: a main item whose guides and cases hang on its sub-items.
    pub fn is_container(&self) -> bool {
        self.sub_item() == "00Y"
    }
}

impl ImplementCodeOld {
    /// Takes 24 or 26 characters.
    pub fn parse(written: &str) -> Result<ImplementCodeOld, CodeFault> {
        let code: Vec<char> = written.chars().collect();
        if code.len() != 24 && code.len() != 26 {
            let want = String::from("24 或 26");
            return Err(CodeFault::new(IMPLEMENT, Reason::Length { want, got: code.len() }));
        }
        all(IMPLEMENT, &code, "数字或大写字母", |_, sign| is_digit_or_capital(sign))?;
        if code.len() == 26 {
            BasicCode10::parse(&written[..10])?;
            all(IMPLEMENT, &code, "行政区划数字", |at, sign| at < 20 || sign.is_ascii_digit())?;
        }
        Ok(ImplementCodeOld(written.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Basic code, level, organisation code and division, if the code has 26 characters.
    pub fn segments(&self) -> Option<[&str; 4]> {
        (self.0.len() == 26).then(|| [&self.0[..10], &self.0[10..11], &self.0[11..20], &self.0[20..]])
    }
}

impl ImplementCode31 {
    pub fn parse(written: &str) -> Result<ImplementCode31, CodeFault> {
        let code = signs(IMPLEMENT, written, 31)?;
        all(IMPLEMENT, &code, "数字或大写字母", |_, sign| is_digit_or_capital(sign))?;
        let level = code[18];
        if !('1'..='7').contains(&level) {
            let want = "1 至 7（国家、省、市、县、乡、村、分级）";
            return Err(CodeFault::new(
                IMPLEMENT,
                Reason::Part { name: "行使层级", found: level.to_string(), want },
            ));
        }
        let (organ, warning) = CreditCode::parse_or_warn(&written[..18])?;
        let basic = BasicCode12::parse(&written[19..])?;
        Ok(ImplementCode31 {
            organ,
            level: level as u8 - b'0',
            basic,
            warning: warning.map(|fault| fault.explain()),
        })
    }

    /// 行使层级 in words.
    pub fn level_label(&self) -> &'static str {
        level_label(self.level)
    }
}

/// GB/T 39046 表 A.2.
pub fn level_label(level: u8) -> &'static str {
    match level {
        1 => "国家级",
        2 => "省级",
        3 => "市级",
        4 => "县级",
        5 => "镇（乡、街道）级",
        6 => "村（社区）级",
        7 => "分级管理",
        _ => "未列名",
    }
}

/// GB/T 39046 表 A.1.
pub fn item_kind(code: &str) -> &'static str {
    match code {
        "00" => "行政权力事项",
        "01" => "行政许可",
        "02" => "行政处罚",
        "03" => "行政强制",
        "04" => "行政征收",
        "05" => "行政给付",
        "06" => "行政检查",
        "07" => "行政确认",
        "08" => "行政奖励",
        "09" => "行政裁决",
        "10" => "其他类别事项",
        "20" => "公共服务事项",
        _ => "扩展类别",
    }
}

/// 000 no sub-items, 00Y a main item with sub-items, 001 to 999 a sub-item.
fn sub_item(written: &str) -> Result<(), CodeFault> {
    let digits = written.bytes().all(|byte| byte.is_ascii_digit());
    if digits || written == "00Y" {
        return Ok(());
    }
    let want = "000（无子项）、00Y（有子项的主项）或 001 至 999";
    Err(CodeFault::new(BASIC, Reason::Part { name: "子项编码", found: written.to_owned(), want }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_retail_licence_in_both_catalogues() {
        let now = BasicCode12::parse("00016211200Y").unwrap();
        assert_eq!(
            (now.area(), now.kind(), now.department(), now.main_item()),
            ("00", "行政许可", "62", "112")
        );
        assert!(now.is_container());
        let before = BasicCode12::parse("000162004000").unwrap();
        assert!(!before.is_container() && before.sub_item() == "000");
    }

    #[test]
    fn local_codes_in_use_pass() {
        assert_eq!(BasicCode12::parse("370117002011").unwrap().area(), "37");
        assert_eq!(BasicCode12::parse("442199806003").unwrap().kind(), "扩展类别");
    }

    #[test]
    fn implementing_codes_are_taken_apart() {
        let code = ImplementCode31::parse("91440600714701386D3440149001003").unwrap();
        assert_eq!((code.level_label(), code.basic.as_str()), ("市级", "440149001003"));
        assert_eq!(code.warning, None);
        for real in [
            "12441500196720244T3442199806003",
            "11370800MB285591843370117002011",
            "11450721348531435D4001033002000",
        ] {
            assert!(ImplementCode31::parse(real).unwrap().warning.is_none(), "{real}");
        }
    }

    #[test]
    fn the_older_scheme_too() {
        let code = ImplementCodeOld::parse("01001900120024824212330000").unwrap();
        assert_eq!(code.segments(), Some(["0100190012", "0", "024824212", "330000"]));
        assert!(BasicCode10::parse("XK0019000Y").unwrap().is_container());
        assert!(ImplementCodeOld::parse("0100190012002482421233000").is_err());
    }

    #[test]
    fn a_wrong_part_is_named() {
        assert!(matches!(
            BasicCode12::parse("00016211201Y").unwrap_err().reason,
            Reason::Part { name: "子项编码", .. }
        ));
        assert!(matches!(
            BasicCode12::parse("0001621120OY").unwrap_err().reason,
            Reason::Character { at: 11, .. }
        ));
        let level = ImplementCode31::parse("91440600714701386D8440149001003").unwrap_err();
        assert!(matches!(level.reason, Reason::Part { name: "行使层级", .. }));
    }
}
