//! Words that people read and that aren't there: empty, or nothing but spaces. The file is read with the place of every value, so
//! that the finding names its line in whatever way the text is written.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Finding, Report};
use crate::catalogue::SourceFile;
use crate::read::line_at;

/// What people read under these keys, wherever they stand; none of them may be empty.
const READ: [&str; 9] = ["name", "wish", "summary", "ask", "label", "title", "q", "a", "question"];

/// What may be left out elsewhere and not here: the table and the keys in it. Role, time, standard and result of a step are held
/// by the rule for steps.
const READ_IN: [(&str, &[&str]); 6] = [
    ("condition", &["says"]),
    ("self_check", &["remedy_if_no"]),
    ("special", &["says"]),
    ("fault", &["reason", "remedy", "example"]),
    ("remedy", &["says"]),
    ("change", &["reason"]),
];

/// Lists of which every line is read.
const LISTS: [&str; 4] = ["notices", "results", "everyday_words", "sources"];

pub fn words(file: &SourceFile, report: &mut Report) {
    // What can't be read at all is told by the reader.
    let Ok(whole) = DeTable::parse(&file.text) else { return };
    let mut blank = Vec::new();
    table("", whole.get_ref(), &mut blank);
    for (key, byte) in blank {
        let says = format!("“{key}”是给人看的文字，这里是空的：请填写");
        let line = line_at(&file.text, byte);
        report.findings.push(Finding { file: file.path.clone(), line, rule: "words-missing", says });
    }
}

/// Collects the key and the place of every blank text below a table; `name` is what the table is called.
fn table(name: &str, of: &DeTable<'_>, blank: &mut Vec<(String, usize)>) {
    for (key, held) in of {
        let key = key.get_ref().as_ref();
        match held.get_ref() {
            DeValue::String(text) if text.trim().is_empty() && is_read(name, key) => {
                blank.push((key.to_owned(), held.span().start));
            }
            DeValue::Table(inner) => table(key, inner, blank),
            DeValue::Array(list) => list.iter().for_each(|one| element(key, one, blank)),
            _ => {}
        }
    }
}

fn element(list: &str, one: &Spanned<DeValue<'_>>, blank: &mut Vec<(String, usize)>) {
    match one.get_ref() {
        DeValue::String(text) if text.trim().is_empty() && LISTS.contains(&list) => {
            blank.push((list.to_owned(), one.span().start));
        }
        DeValue::Table(inner) => table(list, inner, blank),
        _ => {}
    }
}

fn is_read(table: &str, key: &str) -> bool {
    READ.contains(&key) || READ_IN.iter().any(|(name, keys)| *name == table && keys.contains(&key))
}
