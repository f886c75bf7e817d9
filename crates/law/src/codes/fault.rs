//! What is wrong with a code, in words that say which character and what was expected.

use std::fmt;

use serde::Serialize;

/// Why a code was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CodeFault {
    /// The code's Chinese name.
    pub kind: &'static str,
    pub reason: Reason,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum Reason {
    /// The number of characters is wrong.
    Length { want: String, got: usize },
    /// Character `at` (from 1) can't stand there.
    Character { at: usize, found: char, want: &'static str },
    /// The check character doesn't belong to the others.
    CheckDigit { at: usize, expected: char, found: char },
    /// No such day, or a birth that can't be.
    Date { written: String, why: &'static str },
    /// A part is well written but means nothing.
    Part { name: &'static str, found: String, want: &'static str },
    /// A number can't be made or followed by a next one.
    Range { name: &'static str, found: u64, want: &'static str },
    /// `check` was asked for a kind of code it doesn't know.
    UnknownKind { asked: String, known: String },
}

impl CodeFault {
    pub(crate) fn new(kind: &'static str, reason: Reason) -> CodeFault {
        CodeFault { kind, reason }
    }

    /// True for the check digit of a unified social credit code: codes in use are known that fail it (domain facts, GB 32100),
    /// so the applicant is warned and an officer may confirm.
    pub fn warn_only(&self) -> bool {
        self.kind == super::credit::NAME && matches!(self.reason, Reason::CheckDigit { .. })
    }

    /// What is wrong and what to do, in Chinese.
    pub fn explain(&self) -> String {
        let kind = self.kind;
        match &self.reason {
            Reason::Length { got: 0, want } => format!("{kind}没有填写，应为 {want} 位"),
            Reason::Length { want, got } => {
                format!("{kind}应为 {want} 位，现为 {got} 位，请核对是否漏填或多填")
            }
            Reason::Character { at, found, want } => {
                format!("{kind}第 {at} 位“{}”有误，此处应为{want}", visible(*found))
            }
            Reason::CheckDigit { at, expected, found } => format!(
                "{kind}第 {at} 位校验码不符：按其余各位计算应为“{expected}”，现为“{}”。请对照证件逐位核对{}",
                visible(*found),
                if self.warn_only() {
                    "；确认证件上就是如此的，可继续提交，由工作人员核实"
                } else {
                    ""
                },
            ),
            Reason::Date { written, why } => format!("{kind}中的出生日期“{written}”{why}，请对照证件核对"),
            Reason::Part { name, found, want } => format!("{kind}的{name}“{found}”有误，应为{want}"),
            Reason::Range { name, found, want } => format!("{kind}的{name} {found} 超出范围，应为{want}"),
            Reason::UnknownKind { asked, known } => format!("没有“{asked}”这种代码，可用的有：{known}"),
        }
    }
}

/// A blank or control character would be shown as nothing.
fn visible(sign: char) -> String {
    match sign {
        ' ' | '　' => String::from("空格"),
        other if other.is_control() => format!("U+{:04X}", other as u32),
        other => other.to_string(),
    }
}

impl fmt::Display for CodeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.explain())
    }
}

impl std::error::Error for CodeFault {}
