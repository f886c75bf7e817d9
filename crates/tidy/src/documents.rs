//! Our own pages do not drift: paths they name exist, decisions they point to are written, and the
//! glossary has one English word for each term.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::house::{House, Text};

pub fn check(house: &House) -> Vec<Finding> {
    let mut found = Vec::new();
    for text in house.texts.iter().filter(|text| text.is("md")) {
        found.extend(broken_links(house, text));
        if text.path.ends_with("ARCHITECTURE.md") {
            found.extend(missing_paths(house, text));
        }
    }
    found.extend(decisions(house));
    if let Some(glossary) = house.text("docs/glossary.md") {
        found.extend(terms_listed_twice(glossary));
    }
    found
}

/// `` `crates/law/src` `` in ARCHITECTURE.md must exist. Routes (`/healthz`) and Rust paths are no paths.
fn missing_paths(house: &House, text: &Text) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, line) in text.lines() {
        for span in line.split('`').skip(1).step_by(2).filter(|span| is_path(span)) {
            if !exists(house, span.trim_end_matches('/')) {
                let says = format!("names `{span}`, which does not exist");
                found.push(Finding::fail("path", &text.path, number, says));
            }
        }
    }
    found
}

fn is_path(span: &str) -> bool {
    let of_path = |c: char| c.is_alphanumeric() || "/._-*@".contains(c);
    // A bare `lib.rs` names a room that every matter has.
    let file = [".md", ".toml"].iter().any(|end| span.ends_with(end));
    (span.contains('/') || file) && !span.starts_with('/') && span.chars().all(of_path)
}

/// Understands one `*` a part: `migrations/0001-*.sql`, `crates/*/src`.
fn exists(house: &House, path: &str) -> bool {
    if !path.contains('*') {
        return house.has(path);
    }
    let mut folders = vec![house.root.clone()];
    for part in path.split('/') {
        let Some((before, after)) = part.split_once('*') else {
            folders = folders.into_iter().map(|f| f.join(part)).filter(|f| f.exists()).collect();
            continue;
        };
        let entries = folders.iter().filter_map(|f| std::fs::read_dir(f).ok()).flatten().flatten();
        folders = entries
            .filter(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                name.len() >= before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
            })
            .map(|entry| entry.path())
            .collect();
    }
    !folders.is_empty()
}

/// Relative links `](docs/glossary.md#word)` lead somewhere.
fn broken_links(house: &House, text: &Text) -> Vec<Finding> {
    let mut found = Vec::new();
    let folder = text.path.parent().map(|p| p.to_owned()).unwrap_or_default();
    for (number, line) in text.lines() {
        for (at, _) in line.match_indices("](") {
            let Some(target) = line[at + 2..].split(')').next() else { continue };
            let target = target.split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            if !house.root.join(&folder).join(target).exists() {
                let says = format!("links to {target}, which does not exist");
                found.push(Finding::fail("link", &text.path, number, says));
            }
        }
    }
    found
}

/// Decision numbers are used once, and whoever points to `docs/decisions/0002` finds it.
fn decisions(house: &House) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut written: BTreeMap<String, &Text> = BTreeMap::new();
    for text in house.texts.iter().filter(|text| text.under("docs/decisions") && text.is("md")) {
        let name = text.path.file_name().unwrap_or_default().to_string_lossy();
        let number: String = name.chars().take_while(char::is_ascii_digit).collect();
        if number.len() != 4 {
            continue;
        }
        if let Some(other) = written.insert(number.clone(), text) {
            let says = format!("decision {number} is also {}", other.path.display());
            found.push(Finding::fail("decision", &text.path, 0, says));
        }
    }
    if let Some(index) = house.text("docs/decisions/README.md") {
        for (number, text) in
            written.iter().filter(|(number, _)| !index.body.contains(&format!("[{number}]")))
        {
            let says = format!("decision {number} is not listed in docs/decisions/README.md");
            found.push(Finding::fail("decision", &text.path, 0, says));
        }
    }
    for text in house.texts.iter().filter(|text| !text.under("crates/tidy")) {
        for (line, body) in text.lines() {
            for (at, pointer) in body.match_indices("docs/decisions/") {
                let number: String =
                    body[at + pointer.len()..].chars().take_while(char::is_ascii_digit).collect();
                if number.len() == 4 && !written.contains_key(&number) {
                    let says = format!("points to decision {number}, which is not written");
                    found.push(Finding::fail("decision", &text.path, line, says));
                }
            }
        }
    }
    found
}

/// Rows `| 受理 | accept | … |`: neither a term nor an English word stands twice.
fn terms_listed_twice(glossary: &Text) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut seen: BTreeMap<(usize, String), usize> = BTreeMap::new();
    for (number, line) in glossary.lines() {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        let is_row = line.trim_start().starts_with('|') && cells.len() >= 2;
        let is_head = cells[0] == "术语" || cells[0].starts_with("--") || cells[0].starts_with(":-");
        if !is_row || is_head {
            continue;
        }
        for (column, what) in [(0, "term"), (1, "word")] {
            let word = cells[column].trim_matches('`').to_lowercase();
            if let Some(first) = seen.insert((column, word.clone()), number) {
                let says = format!("the {what} “{word}” is already listed in line {first}");
                found.push(Finding::fail("glossary", &glossary.path, number, says));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planted;

    fn rules(files: &[(&str, &str)]) -> Vec<(&'static str, usize)> {
        check(&planted(files)).iter().map(|f| (f.rule, f.line)).collect()
    }

    #[test]
    fn a_path_in_the_architecture_that_does_not_exist_is_found() {
        let files = [
            ("ARCHITECTURE.md", "see `crates/law/src`\nand `crates/gone/src` and `/healthz` and `law::due`"),
            ("crates/law/src/lib.rs", ""),
        ];
        assert_eq!(rules(&files), [("path", 2)]);
    }

    #[test]
    fn stars_in_paths_are_understood() {
        let files = [
            ("ARCHITECTURE.md", "`migrations/0001-*.sql` `crates/*/src`\n`migrations/9*.sql`"),
            ("migrations/0001-ground.sql", ""),
            ("crates/a/src/lib.rs", ""),
        ];
        assert_eq!(rules(&files), [("path", 2)]);
    }

    #[test]
    fn a_broken_link_is_found_and_a_web_address_is_not_followed() {
        let files = [
            ("docs/a.md", "[x](b.md) [y](https://example.org/z) [z](#here)\n[q](../README.md)"),
            ("README.md", ""),
        ];
        assert_eq!(rules(&files), [("link", 1)]);
    }

    #[test]
    fn a_decision_pointed_to_must_be_written_and_written_once() {
        let files = [
            ("docs/decisions/0001-a.md", ""),
            ("docs/decisions/0001-b.md", ""),
            ("crates/law/src/a.rs", "// docs/decisions/0007"),
        ];
        assert_eq!(rules(&files), [("decision", 0), ("decision", 1)]);
    }

    #[test]
    fn a_decision_must_stand_in_the_index() {
        let files = [
            ("docs/decisions/README.md", "| [0001](0001-a.md) |"),
            ("docs/decisions/0001-a.md", ""),
            ("docs/decisions/0002-b.md", ""),
        ];
        assert_eq!(rules(&files), [("decision", 0)]);
    }

    #[test]
    fn a_term_listed_twice_is_found() {
        let table = "| 术语 | English | source |\n|---|---|---|\n| 受理 | accept | a |\n| 受理 | take in | b |\n| 收件 | Accept | c |\n";
        assert_eq!(rules(&[("docs/glossary.md", table)]), [("glossary", 4), ("glossary", 5)]);
    }
}
