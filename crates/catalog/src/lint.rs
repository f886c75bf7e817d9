//! Refuses vague items. Pure: a catalogue in, findings out.
//!
//! The rules are those a city's checker runs on 实施清单 (承诺时限, 到现场次数, 收费, 电话, 环节 …), and the ones people
//! suffer from most when they are broken: “其他材料”, limits and phones left open, examples that don't pass.

mod references;
mod rules;

use std::fmt;

use crate::catalogue::Catalogue;

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

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: [{}] {}", self.file, self.line, self.rule, self.says)
    }
}

/// Everything wrong with the catalogue, by file and line; empty when it may be published.
pub fn lint(catalogue: &Catalogue) -> Vec<Finding> {
    let mut report = Report { catalogue, findings: Vec::new() };
    for item in catalogue.items() {
        rules::item(item, &mut report);
        for business in &item.types {
            rules::business(item, business, &mut report);
            references::business(item, business, &mut report);
        }
        for local in catalogue.locals(item) {
            rules::local(item, local, &mut report);
        }
    }
    references::citations(&mut report);
    references::vague_words(&mut report);
    report.findings.sort();
    report.findings.dedup();
    report.findings
}

/// Collects findings and knows where things stand.
struct Report<'a> {
    catalogue: &'a Catalogue,
    findings: Vec<Finding>,
}

impl Report<'_> {
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

    /// The file that describes a part: the type's own, or what is shared.
    fn home_of(&self, own: &str, shared: &str, key: &str) -> String {
        let mark = format!("key = \"{key}\"");
        let holds = |path: &str| {
            self.catalogue.files().iter().any(|file| file.path == path && file.text.contains(&mark))
        };
        if !holds(own) && holds(shared) { shared.to_owned() } else { own.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::SourceFile;

    /// Findings after replacing `from` by `to` in one file, as `rule file`.
    fn after(file: &str, from: &str, to: &str) -> Vec<String> {
        let mut files: Vec<SourceFile> = Catalogue::embedded().unwrap().files().to_vec();
        let source = files.iter_mut().find(|one| one.path == file).unwrap();
        assert!(source.text.contains(from), "{file} has no {from}");
        source.text = source.text.replacen(from, to, 1);
        let findings = lint(&Catalogue::of_files(files).unwrap());
        findings.iter().map(|finding| format!("{} {}", finding.rule, finding.file)).collect()
    }

    #[test]
    fn the_published_items_have_no_findings() {
        let findings = lint(&Catalogue::embedded().unwrap());
        let told: Vec<String> = findings.iter().map(Finding::to_string).collect();
        assert!(told.is_empty(), "{}", told.join("\n"));
    }

    #[test]
    fn each_rule_finds_its_fault() {
        const ITEM: &str = "items/retail-licence/item.toml";
        const NEW: &str = "items/retail-licence/xinban.toml";
        const SHARED: &str = "items/retail-licence/shared.toml";
        const PLACE: &str = "places/990101/items/retail-licence.toml";
        let cases = [
            ("promise-longer-than-law", NEW, "promised = 8", "promised = 21"),
            ("promise-longer-than-law", PLACE, "days = 7", "days = 9"),
            ("handling-contradicts", NEW, "promised = 8", "promised = 0"),
            ("phones-same", PLACE, "0990-9901019", "0990-9901010"),
            ("phone-wrong", PLACE, "0990-9901019", "9901019"),
            ("code-wrong", PLACE, "1199010109901003X0", "1199010109901003X1"),
            ("code-wrong", ITEM, "00016211200Y", "000162112000"),
            ("visits-contradict", ITEM, "visits = 0", "visits = 1"),
            ("visits-unexplained", ITEM, "visits = 0", "visits = 1"),
            ("fee-contradicts", ITEM, "pay_online = false", "pay_online = true"),
            ("topics-contradict", ITEM, "topics_person = [\"开店经营\"]", "topics_person = []"),
            ("result-kind", ITEM, "kind = \"证照\"", "kind = \"批文\""),
            ("citation-unknown", NEW, "第四十二条第一款\"", "第四十二条第九款\""),
            ("vague-words", NEW, "申请人自备\"", "申请人自备，以及其他材料\""),
            ("process-gap", NEW, "审批（办结）", "审批"),
            ("example-fails", NEW, "92990101MA0DEM013Q", "92990101MA0DEM0130"),
            ("opening-vague", "items/retail-licence/yanxu.toml", "2027年第一季度", "不久以后"),
            ("hint-missing", SHARED, "hint = \"11位手机号。\"", "hint = \"\""),
            ("material-sample", SHARED, "sample = \"form\"", ""),
            ("remedy-missing", ITEM, "name = \"行政诉讼\"", "name = \"诉讼\""),
        ];
        for (rule, file, from, to) in cases {
            let found = after(file, from, to);
            assert!(found.contains(&format!("{rule} {file}")), "{rule}: {found:?}");
        }
        let moved = after(NEW, "equals = [\"2801\", \"2802\"]", "equals = [\"2801\", \"9999\"]");
        assert_eq!(moved, [format!("condition-unknown {NEW}")]);
    }

    #[test]
    fn a_finding_names_its_line() {
        let mut files: Vec<SourceFile> = Catalogue::embedded().unwrap().files().to_vec();
        let source = files.iter_mut().find(|one| one.path.ends_with("xinban.toml")).unwrap();
        source.text = source.text.replacen("promised = 8", "promised = 30", 1);
        let line = source.text.lines().position(|line| line == "promised = 30").unwrap() + 1;
        let findings = lint(&Catalogue::of_files(files).unwrap());
        assert!(findings.iter().any(|one| one.line == line && one.rule == "promise-longer-than-law"));
    }
}
