//! Refuses vague items. Pure: a catalogue in, findings out.
//!
//! The rules are those a city's checker runs on 实施清单 (承诺时限, 到现场次数, 收费, 电话, 环节 …), and the ones people
//! suffer from most when they are broken: “其他材料”, limits and phones left open, examples that don't pass.

mod blank;
mod changes;
mod codes;
mod list;
mod local;
mod plain;
mod process;
mod references;
mod rules;
mod vague;
mod widths;

use std::collections::BTreeSet;
use std::fmt;

pub(crate) use list::COPIED;
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
            "too-long" if self.says.starts_with("办理时间") => "办理时间",
            "hall-missing" | "hall-vague" => "办理地点",
            "waived-unknown" => "免交材料",
            "code-wrong" => "实施编码",
            "code-table" => "代码",
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
    for file in catalogue.files() {
        report.words(file);
    }
    plain::identities(&mut report);
    report.sorted()
}

/// What is wrong with some items of the national list, with the list as a whole, and in the words of some of its files: what a draft
/// may have made wrong.
pub fn lint_draft(catalogue: &Catalogue, items: &BTreeSet<String>, files: &BTreeSet<&str>) -> Vec<Finding> {
    let mut report = Report { catalogue, findings: Vec::new() };
    report.list();
    for item in catalogue.items().iter().filter(|item| items.contains(&item.slug)) {
        report.item(item);
    }
    for file in catalogue.files().iter().filter(|file| files.contains(file.path.as_str())) {
        report.words(file);
    }
    report.sorted()
}

/// What is wrong with one bureau's own words on an item: what its editor is told while writing.
pub fn lint_local(catalogue: &Catalogue, item: &Item, local: &crate::LocalItem) -> Vec<Finding> {
    let mut report = Report { catalogue, findings: Vec::new() };
    local::local(item, local, &mut report);
    report.sorted()
}

/// What is wrong with one item of the national list.
pub fn lint_item(catalogue: &Catalogue, item: &Item) -> Vec<Finding> {
    let mut report = Report { catalogue, findings: Vec::new() };
    report.item(item);
    let own = format!("items/{}/", item.slug);
    for file in catalogue.files().iter().filter(|file| file.path.starts_with(&own)) {
        blank::words(file, &mut report);
    }
    report.sorted()
}

/// As [`lint`], of files that may not even read: what stops the reader is a finding too, and every field that a bureau
/// may not set is told at once.
pub fn lint_files(files: Vec<SourceFile>) -> (Option<Catalogue>, Vec<Finding>) {
    let mut refused: Vec<Finding> = files.iter().flat_map(local::refused).collect();
    match Catalogue::of_files(files) {
        Ok(catalogue) => {
            let mut findings = lint(&catalogue);
            if catalogue.items().is_empty() {
                let says = "没有一个事项：请在 items 下为每个事项建一个文件夹，里面放 item.toml".to_owned();
                findings.push(Finding { file: "items".to_owned(), line: 1, rule: "list-empty", says });
            }
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

/// What is wrong with files of bureaus that are laid over a catalogue: no other file is looked at again.
pub fn lint_places(catalogue: &Catalogue, files: &[SourceFile]) -> Vec<Finding> {
    let refused: Vec<Finding> = files.iter().flat_map(local::refused).collect();
    if !refused.is_empty() {
        return refused;
    }
    let next = match catalogue.with_files(files) {
        Ok(next) => next,
        Err(fault) => return vec![of_fault(&fault)],
    };
    let fresh: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let mut report = Report { catalogue: &next, findings: Vec::new() };
    for item in next.items() {
        for local in next.locals(item).filter(|local| fresh.contains(local.file.as_str())) {
            local::local(item, local, &mut report);
        }
    }
    for file in files {
        report.words(file);
    }
    plain::identities(&mut report);
    report.findings.retain(|finding| fresh.contains(finding.file.as_str()));
    report.sorted()
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
        self.list();
        for item in self.catalogue.items() {
            self.item(item);
        }
    }

    /// The rules on what items are to each other.
    fn list(&mut self) {
        list::tree(self);
        codes::all(self);
        changes::all(self);
    }

    /// The rules on one item by itself.
    fn item(&mut self, item: &Item) {
        rules::item(item, self);
        list::elements(item, self);
        for business in &item.types {
            rules::business(item, business, self);
            references::business(item, business, self);
        }
    }

    /// Adds a finding at the first line of `file` that holds `mark` (line 1 when none does).
    fn at(&mut self, file: &str, mark: &str, rule: &'static str, says: impl Into<String>) {
        let text = self.catalogue.file(file);
        let line = text.and_then(|one| one.text.lines().position(|line| line.contains(mark)));
        let line = line.map_or(1, |at| at + 1);
        self.findings.push(Finding { file: file.to_owned(), line, rule, says: says.into() });
    }

    /// What can be told from the lines of a file alone.
    fn words(&mut self, file: &SourceFile) {
        references::citations(file, self);
        references::vague_words(file, self);
        blank::words(file, self);
        plain::markup(file, self);
    }

    /// Whether any line of a file holds `mark`.
    fn has(&self, file: &str, mark: &str) -> bool {
        self.catalogue.file(file).is_some_and(|one| one.text.lines().any(|line| line.contains(mark)))
    }

    fn sorted(mut self) -> Vec<Finding> {
        self.findings.sort();
        self.findings.dedup();
        self.findings
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
        let is_there = |path: &str| self.catalogue.file(path).is_some();
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
