//! Arrows between crates run down only, and heavy libraries are named by one crate.

use crate::finding::Finding;
use crate::house::{House, Plan, Text};

pub fn check(house: &House, plan: &Plan) -> Vec<Finding> {
    house
        .texts
        .iter()
        .filter_map(|text| Some((crate_of(text)?, text)))
        .flat_map(|(name, text)| manifest(&name, text, plan))
        .collect()
}

/// `crates/cases/Cargo.toml` → `cases`.
fn crate_of(text: &Text) -> Option<String> {
    let mut parts = text.path.iter().map(|part| part.to_string_lossy());
    let (first, name, file, rest) = (parts.next()?, parts.next()?, parts.next()?, parts.next());
    (first == "crates" && file == "Cargo.toml" && rest.is_none()).then(|| name.into_owned())
}

fn manifest(name: &str, text: &Text, plan: &Plan) -> Vec<Finding> {
    let parsed: toml::Table = match toml::from_str(&text.body) {
        Ok(parsed) => parsed,
        Err(error) => {
            return vec![Finding::fail("manifest", &text.path, 0, format!("cannot be read: {error}"))];
        }
    };
    let Some(own_floor) = floor(name, plan) else {
        let says =
            format!("crate `{name}` has no floor; give it one in crates/tidy/house.toml and ARCHITECTURE.md");
        return vec![Finding::fail("arrow", &text.path, 0, says)];
    };
    let mut found = Vec::new();
    for used in dependencies(&parsed) {
        let line = line_of(text, &used.name);
        if plan.beside.contains(&used.name) {
            let says =
                format!("`{name}` uses `{}`, which stands beside the house: nothing may use it", used.name);
            found.push(Finding::fail("arrow", &text.path, line, says));
        }
        // Tests may look up the house: a story about a case needs the portal's front door.
        if let Some(floor) = floor(&used.name, plan)
            && floor >= own_floor
            && !used.for_tests
        {
            let says = format!("`{name}` uses `{}`, which stands above it: arrows run down only", used.name);
            found.push(Finding::fail("arrow", &text.path, line, says));
        }
        if let Some(only) = plan.only.get(&used.name)
            && !only.by.iter().any(|by| by == name)
            // What stands beside the house is not in the program that offices run.
            && own_floor != usize::MAX
            && !used.for_tests
        {
            let by = only.by.join(", ");
            let says = format!("`{name}` names `{}`, which only {by} may: {}", used.name, only.because);
            found.push(Finding::fail("only", &text.path, line, says));
        }
    }
    found
}

/// The place in the list, counted from the ground; what stands beside the house is above all.
fn floor(name: &str, plan: &Plan) -> Option<usize> {
    let beside = plan.beside.iter().any(|b| b == name).then_some(usize::MAX);
    plan.floors.iter().position(|f| f == name).or(beside)
}

struct Used {
    name: String,
    for_tests: bool,
}

fn dependencies(manifest: &toml::Table) -> Vec<Used> {
    let mut used = Vec::new();
    for (table, for_tests) in
        [("dependencies", false), ("build-dependencies", false), ("dev-dependencies", true)]
    {
        let Some(toml::Value::Table(listed)) = manifest.get(table) else { continue };
        for (key, value) in listed {
            // `pg = { package = "tokio-postgres" }` names tokio-postgres.
            let package = value.get("package").and_then(|p| p.as_str()).unwrap_or(key);
            used.push(Used { name: package.to_owned(), for_tests });
        }
    }
    used
}

fn line_of(text: &Text, name: &str) -> usize {
    let names = |line: &str| {
        line.trim_start().strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
            || line.contains(&format!("\"{name}\""))
    };
    text.lines().find(|(_, line)| names(line)).map_or(0, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planted;

    #[test]
    fn an_arrow_that_runs_up_is_found_with_its_line() {
        let house = planted(&[(
            "crates/law/Cargo.toml",
            "[package]\nname=\"law\"\n[dependencies]\ndb.workspace = true\n",
        )]);
        let found = check(&house, &Plan::ours());
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].rule, found[0].line), ("arrow", 4));
    }

    #[test]
    fn two_matters_that_use_each_other_cannot_both_pass() {
        let house = planted(&[
            ("crates/cases/Cargo.toml", "[dependencies]\nlicences.workspace = true\n"),
            ("crates/licences/Cargo.toml", "[dependencies]\ncases.workspace = true\n"),
        ]);
        let found = check(&house, &Plan::ours());
        assert_eq!(found.len(), 1);
        assert!(found[0].path.starts_with("crates/cases"));
    }

    #[test]
    fn a_renamed_dependency_is_still_seen() {
        let house = planted(&[(
            "crates/cases/Cargo.toml",
            "[dependencies]\nt = { package = \"typst\", version = \"1\" }\n",
        )]);
        let found = check(&house, &Plan::ours());
        assert_eq!((found[0].rule, found[0].line), ("only", 2));
    }

    #[test]
    fn a_crate_without_a_floor_is_found() {
        let house = planted(&[("crates/utils/Cargo.toml", "[package]\nname=\"utils\"\n")]);
        assert_eq!(check(&house, &Plan::ours())[0].rule, "arrow");
    }

    #[test]
    fn tests_may_look_up_the_house_but_nobody_may_use_tidy() {
        let house = planted(&[("crates/db/Cargo.toml", "[dev-dependencies]\nportal.workspace = true\n")]);
        assert_eq!(check(&house, &Plan::ours()), vec![]);
        let house = planted(&[("crates/portal/Cargo.toml", "[dependencies]\ntidy.workspace = true\n")]);
        assert!(!check(&house, &Plan::ours()).is_empty());
    }
}
