//! Where two editors' texts differ, field by field and line by line. Pure.

use std::collections::BTreeMap;

use web::Fields;

/// A line of a text, and whether the other text has it too.
pub struct Line {
    pub text: String,
    pub differs: bool,
}

/// One field in which two texts differ.
pub struct Apart {
    pub label: &'static str,
    pub theirs: Vec<Line>,
    pub ours: Vec<Line>,
}

/// The fields of the form by name, as its labels call them.
const LABELS: [(&str, &str); 14] = [
    ("kind", "类别"),
    ("title", "标题"),
    ("organ", "发文机关"),
    ("doc_number", "文号"),
    ("summary", "摘要"),
    ("made_on", "成文日期"),
    ("effective_on", "实施日期"),
    ("expires_on", "失效日期"),
    ("body", "正文"),
    ("items", "涉及的事项"),
    ("cites", "依据的条文"),
    ("asked_from", "开始征求意见"),
    ("asked_to", "截止日期"),
    ("asked_contact", "联系方式"),
];

/// What differs, in the order of the form; `says` puts a value into the words of the page.
pub fn apart(theirs: &Fields, ours: &Fields, says: impl Fn(&str, &str) -> String) -> Vec<Apart> {
    let lines = |fields: &Fields, name: &str| -> Vec<String> {
        let whole: Vec<String> = fields.all(name).iter().map(|value| says(name, value)).collect();
        whole.join("\n").replace("\r\n", "\n").trim_end().split('\n').map(str::to_owned).collect()
    };
    let pairs = LABELS.iter().map(|(name, label)| (*label, lines(theirs, name), lines(ours, name)));
    let differing = pairs.filter(|(_, theirs, ours)| theirs != ours);
    differing
        .map(|(label, theirs, ours)| Apart {
            label,
            theirs: marked(&theirs, &ours),
            ours: marked(&ours, &theirs),
        })
        .collect()
}

/// The lines of a text; one differs when the other text doesn't have it (as many times).
fn marked(lines: &[String], other: &[String]) -> Vec<Line> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for line in other {
        *left.entry(line).or_default() += 1;
    }
    let line = |text: &String| {
        let there = left.get_mut(text.as_str()).filter(|count| **count > 0);
        let differs = match there {
            Some(count) => {
                *count -= 1;
                false
            }
            None => !text.trim().is_empty(),
        };
        Line { text: text.clone(), differs }
    };
    lines.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Fields::from_iter(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn only_what_differs_is_told_with_the_lines_that_do() {
        let theirs = fields(&[("title", "一样"), ("summary", "旧"), ("body", "甲\n乙\n乙\n丙")]);
        let ours = fields(&[("title", "一样"), ("summary", ""), ("body", "甲\r\n乙\r\n丁\r\n丙\r\n")]);
        let found = apart(&theirs, &ours, |_, value| value.to_owned());
        let labels: Vec<&str> = found.iter().map(|one| one.label).collect();
        assert_eq!(labels, ["摘要", "正文"]);
        let differing = |lines: &[Line]| -> Vec<String> {
            lines.iter().filter(|line| line.differs).map(|line| line.text.clone()).collect()
        };
        assert_eq!((differing(&found[0].theirs), differing(&found[0].ours)), (vec!["旧".into()], vec![]));
        assert_eq!(
            (differing(&found[1].theirs), differing(&found[1].ours)),
            (vec!["乙".into()], vec!["丁".into()])
        );
    }

    #[test]
    fn the_same_text_has_nothing_apart() {
        let one = fields(&[("title", "题"), ("items", "a"), ("items", "b")]);
        assert!(apart(&one, &one, |_, value| value.to_owned()).is_empty());
    }
}
