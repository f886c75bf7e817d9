//! Words that must not stand in the tree, and files that have become two things.

use crate::finding::Finding;
use crate::house::{House, Plan};

pub fn check(house: &House, plan: &Plan) -> Vec<Finding> {
    let mut found = Vec::new();
    for text in house.texts.iter().filter(|text| !text.under("crates/tidy")) {
        for (number, line) in text.lines() {
            for (word, reason) in &plan.words {
                if line.contains(word.as_str()) {
                    found.push(Finding::fail(
                        "words",
                        &text.path,
                        number,
                        format!("`{word}` stands here: {reason}"),
                    ));
                }
            }
        }
        let lines = text.body.lines().count();
        if text.is("rs") && lines > plan.lengths.warn {
            let says =
                format!("{lines} lines: when you scroll to find a function, there are two files in there");
            found.push(Finding::warn("length", &text.path, 0, says));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Weight;
    use crate::planted;

    #[test]
    fn unfinished_work_is_found_and_a_long_file_only_shown() {
        let long = "\n".repeat(701);
        let house =
            planted(&[("crates/law/src/a.rs", "fn f() {\n    todo!()\n}"), ("crates/law/src/b.rs", &long)]);
        let found = check(&house, &Plan::ours());
        assert_eq!(
            found.iter().map(|f| (f.line, f.weight)).collect::<Vec<_>>(),
            [(2, Weight::Fail), (0, Weight::Warn)]
        );
    }
}
