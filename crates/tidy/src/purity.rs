//! Files that only decide: no database, no web, no waiting, no clock.

use crate::finding::Finding;
use crate::house::{House, Plan, Text};

pub fn check(house: &House, plan: &Plan) -> Vec<Finding> {
    let mut found = Vec::new();
    for listed in &plan.pure.files {
        let texts: Vec<&Text> = match listed.strip_suffix("/**") {
            Some(folder) => house.texts.iter().filter(|text| text.under(folder) && text.is("rs")).collect(),
            None => house.text(listed).into_iter().collect(),
        };
        if texts.is_empty() {
            let says =
                format!("the pure file {listed} does not exist; correct the list in crates/tidy/house.toml");
            found.push(Finding::fail("pure", listed, 0, says));
        }
        found.extend(texts.into_iter().flat_map(|text| impurities(text, plan)));
    }
    found
}

fn impurities(text: &Text, plan: &Plan) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, line) in rule_part(text) {
        let code = without_comment(line);
        for (name, reason) in &plan.pure.forbidden {
            if names(code, name) {
                found.push(Finding::fail("pure", &text.path, number, format!("names `{name}`: {reason}")));
            }
        }
    }
    found
}

/// The lines up to the file's own tests, which may read files and wait.
fn rule_part(text: &Text) -> impl Iterator<Item = (usize, &str)> {
    text.lines().take_while(|(_, line)| !line.trim_start().starts_with("#[cfg(test)]"))
}

fn without_comment(line: &str) -> &str {
    match line.find("//") {
        // `https://` inside a string is no comment.
        Some(at) if !line[..at].ends_with(':') => &line[..at],
        _ => line,
    }
}

/// `db::` is named in `use db::Tx` but not in `my_db::Tx`.
fn names(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let starts_a_word = name.starts_with(|c: char| c.is_alphanumeric());
        !starts_a_word || before.is_none_or(|c| !c.is_alphanumeric() && c != '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planted;

    fn only_stage(body: &str) -> Vec<Finding> {
        let mut plan = Plan::ours();
        plan.pure.files = vec!["crates/cases/src/stage.rs".into()];
        check(&planted(&[("crates/cases/src/stage.rs", body)]), &plan)
    }

    #[test]
    fn a_pure_file_that_reads_the_database_is_found() {
        let found = only_stage("//! stages\nuse db::Tx;\n");
        assert_eq!((found[0].rule, found[0].line), ("pure", 2));
    }

    #[test]
    fn a_pure_file_that_reads_the_clock_is_found() {
        assert_eq!(only_stage("fn f() { let t = jiff::Timestamp::now(); }").len(), 1);
    }

    #[test]
    fn comments_tests_and_longer_names_are_no_impurity() {
        let body = "// db:: is elsewhere\nuse my_db::Tx;\n#[cfg(test)]\nmod tests { use std::fs; }\n";
        assert_eq!(only_stage(body), vec![]);
    }

    #[test]
    fn a_listed_file_that_is_gone_is_found() {
        let mut plan = Plan::ours();
        plan.pure.files = vec!["crates/cases/src/gone.rs".into()];
        assert_eq!(check(&planted(&[]), &plan).len(), 1);
    }
}
