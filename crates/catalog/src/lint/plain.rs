//! Rules that need no understanding of what a line is for: markup where words belong, a bureau that passes for another, two items
//! under one name.

use std::collections::BTreeMap;

use super::{Finding, Report};
use crate::catalogue::SourceFile;

pub fn markup(file: &SourceFile, report: &mut Report) {
    let lines = file.text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with('#'));
    for (at, _) in lines.filter(|(_, line)| has_markup(line)) {
        let says = "文字里不能写网页代码（尖括号加字母）：请只写文字".to_owned();
        report.findings.push(Finding { file: file.path.clone(), line: at + 1, rule: "markup", says });
    }
}

/// `<b`, `</p`, `<!--` in any text.
fn has_markup(line: &str) -> bool {
    let behind = line.split('<').skip(1).filter_map(|rest| rest.chars().next());
    line.contains('"')
        && behind.into_iter().any(|sign| sign.is_ascii_alphabetic() || matches!(sign, '/' | '!'))
}

/// One credit code is one bureau's, one name one item's.
pub fn identities(report: &mut Report) {
    let catalogue = report.catalogue;
    let mut codes: BTreeMap<&str, &str> = BTreeMap::new();
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    for item in catalogue.items() {
        let first = *names.entry(item.name.trim()).or_insert(&item.slug);
        if first != item.slug {
            let file = format!("items/{}/item.toml", item.slug);
            report.at(&file, "name", "name-twice", format!("与“{first}”同名：每个事项的名称只能用一次"));
        }
        for local in catalogue.locals(item) {
            let owner = *codes.entry(&local.credit_code).or_insert(&local.bureau);
            if owner != local.bureau {
                let says = format!("统一社会信用代码是单位 {owner} 的：请核对");
                report.at(&local.file.clone(), "credit_code", "credit-code-twice", says);
            }
        }
    }
}
