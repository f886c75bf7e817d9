//! The words around a command: the shape of its help, and what is said when it was called wrongly.

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

pub const HELP: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// clap's own words, which its templates leave in English.
const OWN_WORDS: [(&str, &str); 8] = [
    ("Usage:", "用法："),
    ("Options:", "选项："),
    ("Arguments:", "参数："),
    ("[OPTIONS]", "[选项]"),
    ("<COMMAND>", "<命令>"),
    ("Print help", "显示说明"),
    ("Print version", "显示版本"),
    ("命令:", "命令："),
];

fn in_chinese(text: impl ToString) -> String {
    OWN_WORDS.iter().fold(text.to_string(), |text, (english, chinese)| text.replace(english, chinese))
}

/// Shows help where help was asked for (exit 0), else says in Chinese what was wrong (exit 2).
pub fn explain(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        super::say(in_chinese(error.render()).trim_end());
        return ExitCode::SUCCESS;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        eprint!("{}", in_chinese(error.render()));
        return ExitCode::from(2);
    }
    eprintln!("{}", fault(error));
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        eprintln!("{}", in_chinese(usage));
    }
    eprintln!("加 --help 查看说明。");
    ExitCode::from(2)
}

fn fault(error: &clap::Error) -> String {
    let told = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        Some(ContextValue::StyledStrs(texts)) => {
            texts.iter().map(|t| t.to_string()).collect::<Vec<_>>().join("、")
        }
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        _ => String::new(),
    };
    let argument = told(ContextKind::InvalidArg);
    let value = told(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let near = told(ContextKind::SuggestedArg);
            let near = if near.is_empty() { String::new() } else { format!("是不是想写 {near}？") };
            format!("没有 {argument} 这个选项。{near}")
        }
        ErrorKind::InvalidSubcommand => {
            let near = told(ContextKind::SuggestedSubcommand);
            let near = if near.is_empty() { String::new() } else { format!("是不是想写 {near}？") };
            format!("没有 {} 这个命令。{near}", told(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingRequiredArgument => format!("还缺 {argument}。"),
        ErrorKind::ValueValidation | ErrorKind::InvalidValue if value.is_empty() => {
            format!("{argument} 后面要写一个值。")
        }
        ErrorKind::ValueValidation | ErrorKind::InvalidValue => {
            let why = std::error::Error::source(error).map(|why| format!("（{}）", reason(&why.to_string())));
            let why = why.unwrap_or_default();
            format!("{argument} 的值“{value}”不对{why}。")
        }
        ErrorKind::ArgumentConflict => {
            format!("{argument} 不能与 {} 同时使用。", told(ContextKind::PriorArg))
        }
        _ => error.render().to_string().lines().next().unwrap_or_default().to_owned(),
    }
}

/// Why a number was not taken, which clap and the standard library say in English; our own readers speak Chinese.
fn reason(why: &str) -> String {
    if let Some((_, range)) = why.split_once(" is not in ")
        && let Some((least, most)) = range.split_once("..=")
    {
        return format!("应在 {least} 到 {most} 之间");
    }
    match why {
        "invalid digit found in string" | "cannot parse integer from empty string" => "应当是整数".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_range_are_explained_in_chinese() {
        assert_eq!(reason("0 is not in 1..=12"), "应在 1 到 12 之间");
        assert_eq!(reason("invalid digit found in string"), "应当是整数");
        assert_eq!(reason("日期写作 2026-02-12"), "日期写作 2026-02-12");
    }
}
