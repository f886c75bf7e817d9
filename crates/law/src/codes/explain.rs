//! A code taken apart for a person: what each part means, and what is doubtful. For the command line and the check page.

use std::fmt;

use serde::Serialize;

use super::{
    CitizenId, CodeFault, CreditCode, Division, ELicenceId, OrgCode, Reason, RetailLicenceNo,
    division::{self, Standing},
    item::{BasicCode10, BasicCode12, ImplementCode31, ImplementCodeOld, item_kind},
};

/// A valid code with its parts in reading order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explained {
    pub kind: &'static str,
    pub value: String,
    pub parts: Vec<Part>,
    /// What a person should look at though the code is accepted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    pub name: &'static str,
    pub value: String,
    pub meaning: String,
}

/// The kinds [`check`] knows: the word for the command line, other words for the same, and the Chinese name.
pub const KINDS: [(&str, &[&str], &str); 7] = [
    ("credit", &["uscc", "统一社会信用代码"], super::credit::NAME),
    ("organisation", &["org", "组织机构代码"], super::organisation::NAME),
    ("citizen", &["id", "idcard", "公民身份号码", "身份证", "身份证号", "身份证号码"], super::citizen::NAME),
    ("division", &["行政区划"], super::division::NAME),
    ("item", &["事项编码"], "事项编码"),
    ("retail", &["licence", "许可证号"], super::retail::NAME),
    ("elicence", &["电子证照标识"], super::elicence::NAME),
];

/// [`inspect`], as text: one line a part.
pub fn check(kind: &str, value: &str) -> Result<String, CodeFault> {
    inspect(kind, value).map(|explained| explained.to_string())
}

/// Takes a code apart, strictly: a credit code with a wrong check character is an error here as well, with
/// [`CodeFault::warn_only`] true.
pub fn inspect(kind: &str, value: &str) -> Result<Explained, CodeFault> {
    let asked = kind.to_lowercase();
    let known = KINDS
        .iter()
        .find(|(word, others, name)| *word == asked || *name == asked || others.contains(&asked.as_str()));
    match known.map(|(word, ..)| *word) {
        Some("credit") => credit(value),
        Some("organisation") => organisation(value),
        Some("citizen") => citizen(value),
        Some("division") => division(value),
        Some("item") => item(value),
        Some("retail") => retail(value),
        Some("elicence") => elicence(value),
        _ => {
            let known = KINDS.map(|(word, _, name)| format!("{word}（{name}）")).join("、");
            Err(CodeFault::new("代码种类", Reason::UnknownKind { asked: kind.to_owned(), known }))
        }
    }
}

fn credit(value: &str) -> Result<Explained, CodeFault> {
    let code = CreditCode::parse(value)?;
    let parts = vec![
        part("登记管理部门和机构类别", &value[..2], code.category()),
        division_part("登记管理机关行政区划", code.division()),
        part("主体标识码", code.organisation(), "组织机构代码"),
        part("校验码", &value[17..], "相符"),
    ];
    Ok(Explained { kind: super::credit::NAME, value: value.to_owned(), parts, notes: Vec::new() })
}

fn organisation(value: &str) -> Result<Explained, CodeFault> {
    let code = OrgCode::parse(value)?;
    let parts = vec![part("本体代码", &code.as_str()[..8], ""), part("校验码", &code.as_str()[8..], "相符")];
    Ok(Explained {
        kind: super::organisation::NAME,
        value: code.as_str().to_owned(),
        parts,
        notes: Vec::new(),
    })
}

fn citizen(value: &str) -> Result<Explained, CodeFault> {
    let id = CitizenId::parse(value)?;
    let parts = vec![
        division_part("首次登记地行政区划", id.division()),
        part("出生日期", &value[6..14], &id.birth().to_string()),
        part("顺序码", &value[14..17], id.sex().label()),
        part("校验码", &value[17..], "相符"),
    ];
    Ok(Explained { kind: super::citizen::NAME, value: value.to_owned(), parts, notes: Vec::new() })
}

fn division(value: &str) -> Result<Explained, CodeFault> {
    let found = Division::parse(value)?;
    let parts = vec![
        part("省级", &value[..2], &found.province),
        part("地级", &value[2..4], &found.city),
        part("县级", &value[4..6], if value[4..6] == *"00" { "" } else { &found.name }),
    ];
    let notes = match (found.last_listed, value.len()) {
        (Some(last), _) => vec![format!("{}的代码已撤销，最后见于 {last} 的名录", found.name)],
        (None, 6) => Vec::new(),
        (None, _) => vec![String::from("乡级以下代码仅检查长度和数字，未与名录核对")],
    };
    Ok(Explained { kind: super::division::NAME, value: value.to_owned(), parts, notes })
}

fn item(value: &str) -> Result<Explained, CodeFault> {
    match value.chars().count() {
        10 => basic10(value),
        12 => basic12(value),
        24 | 26 => implement_old(value),
        31 => implement31(value),
        got => {
            let want = String::from("10、12（基本编码）或 24、26、31（实施编码）");
            Err(CodeFault::new("事项编码", Reason::Length { want, got }))
        }
    }
}

fn basic10(value: &str) -> Result<Explained, CodeFault> {
    BasicCode10::parse(value)?;
    let parts = vec![
        part("事项类型", &value[..2], item_kind(&value[..2])),
        part("主项", &value[2..7], ""),
        sub_item_part(&value[7..]),
    ];
    Ok(Explained {
        kind: "事项基本编码（10 位）", value: value.to_owned(), parts, notes: Vec::new()
    })
}

fn basic12(value: &str) -> Result<Explained, CodeFault> {
    let code = BasicCode12::parse(value)?;
    Ok(Explained {
        kind: "事项基本编码（12 位）",
        value: value.to_owned(),
        parts: basic12_parts(&code),
        notes: Vec::new(),
    })
}

fn basic12_parts(code: &BasicCode12) -> Vec<Part> {
    let province = division::any(&format!("{}0000", code.area())).map_or("", |found| found.name.as_str());
    vec![
        part("区域", code.area(), if code.area() == "00" { "国家" } else { province }),
        part("事项类型", &code.as_str()[2..4], code.kind()),
        part("部门（领域）", code.department(), if code.department() == "62" { "烟草" } else { "" }),
        part("主项", code.main_item(), ""),
        sub_item_part(code.sub_item()),
    ]
}

fn implement_old(value: &str) -> Result<Explained, CodeFault> {
    let code = ImplementCodeOld::parse(value)?;
    let (parts, notes) = match code.segments() {
        Some([basic, level, organisation, area]) => (
            vec![
                part("基本编码", basic, ""),
                part("行使层级", level, ""),
                part("组织机构代码", organisation, ""),
                division_part("行政区划", area),
            ],
            Vec::new(),
        ),
        None => (Vec::new(), vec![String::from("24 位编码的内部构成没有公布，仅检查长度和字符")]),
    };
    Ok(Explained { kind: "事项实施编码（旧）", value: value.to_owned(), parts, notes })
}

fn implement31(value: &str) -> Result<Explained, CodeFault> {
    let code = ImplementCode31::parse(value)?;
    let mut parts = vec![
        part("实施主体", code.organ.as_str(), code.organ.category()),
        part("行使层级", &value[18..19], code.level_label()),
    ];
    parts.extend(basic12_parts(&code.basic));
    let notes = code.warning.into_iter().collect();
    Ok(Explained { kind: "事项实施编码（31 位）", value: value.to_owned(), parts, notes })
}

fn retail(value: &str) -> Result<Explained, CodeFault> {
    let number = RetailLicenceNo::parse(value)?;
    let parts = vec![
        division_part("行政区划", number.division()),
        part("持证人类别", &value[6..7], number.kind().label()),
        part("流水号", &value[7..], ""),
    ];
    Ok(Explained { kind: super::retail::NAME, value: value.to_owned(), parts, notes: Vec::new() })
}

fn elicence(value: &str) -> Result<Explained, CodeFault> {
    let id = ELicenceId::parse(value)?;
    let parts = vec![
        part("证照类型代码", &id.type_code, ""),
        part("颁发机构代码", &id.issuer, ""),
        part("流水号", &id.serial, ""),
        part("版本号", &format!("{:03}", id.version), ""),
        part("校验位", &id.check.to_string(), "相符"),
    ];
    Ok(Explained { kind: super::elicence::NAME, value: value.to_owned(), parts, notes: Vec::new() })
}

fn part(name: &'static str, value: &str, meaning: &str) -> Part {
    Part { name, value: value.to_owned(), meaning: meaning.to_owned() }
}

fn sub_item_part(value: &str) -> Part {
    let meaning = match value {
        "000" => "无子项",
        "00Y" => "有子项的主项，办事指南和办件挂在子项上",
        _ => "子项",
    };
    part("子项", value, meaning)
}

/// A division inside another code: unknown or withdrawn is told, not refused.
fn division_part(name: &'static str, code: &str) -> Part {
    let meaning = match division::any(code) {
        Some(found) if found.standing_on(jiff::civil::Date::MAX) == Standing::Withdrawn => {
            format!("{}（代码已撤销）", found.full_name())
        }
        Some(found) => found.full_name(),
        None => String::from("名录中没有"),
    };
    Part { name, value: code.to_owned(), meaning }
}

impl fmt::Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} 有效", self.kind, self.value)?;
        for Part { name, value, meaning } in &self.parts {
            write!(f, "\n  {name} {value}{}{meaning}", if meaning.is_empty() { "" } else { "　" })?;
        }
        self.notes.iter().try_for_each(|note| write!(f, "\n  注意：{note}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_code_is_taken_apart() {
        let told = check("retail", "150425101056").unwrap();
        assert!(told.contains("内蒙古自治区赤峰市克什克腾旗") && told.contains("个体工商户"), "{told}");
        assert!(check("ITEM", "00016211200Y").unwrap().contains("烟草"));
        assert!(check("division", "110103").unwrap().contains("已撤销"));
        assert!(check("id", "11010519491231002X").unwrap().contains("1949-12-31"));
        assert!(check("org", "71181655-9").is_ok());
    }

    #[test]
    fn a_kind_is_known_by_the_name_it_is_listed_under() {
        for (word, _, name) in KINDS {
            let by_word = check(word, "x").unwrap_err().explain();
            assert_eq!(check(name, "x").unwrap_err().explain(), by_word, "{name}");
        }
    }

    #[test]
    fn a_bad_code_says_which_character() {
        let fault = check("credit", "91350211M0000XUF46").unwrap_err();
        assert!(fault.explain().contains("应为“R”") && fault.warn_only());
        assert!(check("passport", "E1").unwrap_err().explain().contains("credit"));
        assert!(check("citizen", "").unwrap_err().explain().contains("没有填写"));
    }

    #[test]
    fn no_input_however_odd_breaks_it() {
        let odd = [
            "",
            "𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷",
            "１２３４５６",
            "😀",
            "\0\0\0\0\0\0",
            "...............",
            "1.2.156.3005.2.𠮷.B.C.001.X",
        ];
        for (word, ..) in KINDS {
            for value in odd {
                assert!(check(word, value).is_err(), "{word} {value}");
            }
        }
    }
}
