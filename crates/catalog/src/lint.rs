//! Refuses vague items. Pure: a catalogue in, findings out.
//!
//! The rules are those a city's checker runs on 实施清单 (承诺时限, 到现场次数, 收费, 电话, 环节 …), and the ones people
//! suffer from most when they are broken: “其他材料”, limits and phones left open, examples that don't pass.

mod changes;
mod codes;
mod list;
mod local;
mod plain;
mod references;
mod rules;
mod vague;

use std::fmt;

pub(crate) use local::whole_number;

use crate::catalogue::{Catalogue, SourceFile};
use crate::fault::Fault;
use crate::item::Item;

/// One thing wrong in the data, where it stands and under which rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Finding {
    pub file: String,
    pub line: usize,
    /// Stable word for the rule: `promise-longer-than-law`.
    pub rule: &'static str,
    /// What is wrong and what to write instead, in Chinese.
    pub says: String,
}

impl Finding {
    /// The element it is about, as the desk names it; empty when it is about the whole.
    pub fn element(&self) -> &'static str {
        match self.rule {
            "phones-same" | "phone-wrong" => "咨询电话、监督电话",
            "promise-longer-than-law" | "promise-for-nothing" | "limit-unexplained" => "承诺办结时限",
            "hall-missing" | "hall-vague" => "办理地点",
            "waived-unknown" => "免交材料",
            "code-wrong" => "实施编码",
            "code-table" => "通办范围、行使层级",
            "validity-backwards" => "有效期",
            _ => "",
        }
    }
}

impl Finding {
    /// “咨询电话、监督电话：”, before what is wrong with it; nothing when it is about the whole.
    pub fn element_before(&self) -> String {
        let element = self.element();
        if element.is_empty() { String::new() } else { format!("{element}：") }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: [{}] {}", self.file, self.line, self.rule, self.says)
    }
}

/// Everything wrong with the catalogue, by file and line; empty when it may be published.
pub fn lint(catalogue: &Catalogue) -> Vec<Finding> {
    let mut report = Report { catalogue, findings: Vec::new() };
    report.nation();
    for item in catalogue.items() {
        for local in catalogue.locals(item) {
            local::local(item, local, &mut report);
        }
    }
    report.findings.sort();
    report.findings.dedup();
    report.findings
}

/// What is wrong with the national list by itself, whatever bureaus say.
pub fn lint_nation(catalogue: &Catalogue) -> Vec<Finding> {
    let mut report = Report { catalogue, findings: Vec::new() };
    report.nation();
    report.findings.sort();
    report.findings.dedup();
    report.findings
}

/// What is wrong with one bureau's own words on an item: what its editor is told while writing.
pub fn lint_local(catalogue: &Catalogue, item: &Item, local: &crate::LocalItem) -> Vec<Finding> {
    let mut report = Report { catalogue, findings: Vec::new() };
    local::local(item, local, &mut report);
    report.findings.sort();
    report.findings.dedup();
    report.findings
}

/// What is wrong with one item of the national list.
pub fn lint_item(catalogue: &Catalogue, item: &Item) -> Vec<Finding> {
    let mut report = Report { catalogue, findings: Vec::new() };
    rules::item(item, &mut report);
    list::elements(item, &mut report);
    for business in &item.types {
        rules::business(item, business, &mut report);
        references::business(item, business, &mut report);
    }
    report.findings.sort();
    report.findings.dedup();
    report.findings
}

/// As [`lint`], of files that may not even read: what stops the reader is a finding too, and every field that a bureau
/// may not set is told at once.
pub fn lint_files(files: Vec<SourceFile>) -> (Option<Catalogue>, Vec<Finding>) {
    let mut refused: Vec<Finding> = files.iter().flat_map(local::refused).collect();
    match Catalogue::of_files(files) {
        Ok(catalogue) => {
            let findings = lint(&catalogue);
            (Some(catalogue), findings)
        }
        Err(fault) => {
            let told = of_fault(&fault);
            if !refused.iter().any(|one| (&one.file, one.line) == (&told.file, told.line)) {
                refused.push(told);
            }
            refused.sort();
            (None, refused)
        }
    }
}

fn of_fault(fault: &Fault) -> Finding {
    let (file, line, says) = match fault {
        Fault::Unreadable { file, line, says } => (file.clone(), *line, says.clone()),
        Fault::Incomplete { file, says } => (file.clone(), 1, says.clone()),
        other => ("items".to_owned(), 1, other.to_string()),
    };
    Finding { file, line, rule: "unreadable", says }
}

/// Collects findings and knows where things stand.
struct Report<'a> {
    catalogue: &'a Catalogue,
    findings: Vec<Finding>,
}

impl Report<'_> {
    /// Every rule on the national list.
    fn nation(&mut self) {
        list::tree(self);
        codes::all(self);
        changes::all(self);
        for item in self.catalogue.items() {
            rules::item(item, self);
            list::elements(item, self);
            for business in &item.types {
                rules::business(item, business, self);
                references::business(item, business, self);
            }
        }
        references::citations(self);
        references::vague_words(self);
        plain::words(self);
        plain::identities(self);
    }

    /// Adds a finding at the first line of `file` that holds `mark` (line 1 when none does).
    fn at(&mut self, file: &str, mark: &str, rule: &'static str, says: impl Into<String>) {
        let text = self.catalogue.files().iter().find(|one| one.path == file);
        let line = text.and_then(|one| one.text.lines().position(|line| line.contains(mark)));
        let line = line.map_or(1, |at| at + 1);
        self.findings.push(Finding { file: file.to_owned(), line, rule, says: says.into() });
    }

    /// Adds the finding unless `good`.
    fn hold(&mut self, good: bool, file: &str, mark: &str, rule: &'static str, says: impl Into<String>) {
        if !good {
            self.at(file, mark, rule, says);
        }
    }

    /// The file of a business type: in the item's folder, or in the one it takes its types from.
    fn file_of(&self, item: &Item, name: &str) -> String {
        let own = format!("items/{}/{name}.toml", item.slug);
        let lent = format!("items/{}/{name}.toml", item.types_from);
        let is_there = |path: &str| self.catalogue.files().iter().any(|file| file.path == path);
        if !is_there(&own) && is_there(&lent) { lent } else { own }
    }

    /// The file that describes a part: the type's own, or one of those with shared records.
    fn home_of(&self, item: &Item, own: &str, key: &str) -> String {
        let mark = format!("key = \"{key}\"");
        let shared = [&item.slug, &item.types_from].map(|folder| format!("items/{folder}/shared.toml"));
        let holds = |file: &&SourceFile| file.text.contains(&mark);
        let by = |path: &str| self.catalogue.files().iter().filter(holds).find(|file| file.path == path);
        let nation = || {
            let mut all = self.catalogue.files().iter().filter(holds);
            all.find(|file| file.path.starts_with("items/shared/"))
        };
        let home = by(own).or_else(|| by(&shared[0])).or_else(|| by(&shared[1])).or_else(nation);
        home.map_or_else(|| own.to_owned(), |file| file.path.clone())
    }
}

#[cfg(test)]
mod tests;
