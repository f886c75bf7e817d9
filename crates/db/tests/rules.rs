//! Every migration and every statement of the repository keeps the rules that let it run on all engines.

use db::lint::{self, Schema};
use db::{Migration, migrations_in};
use std::fs;
use std::path::{Path, PathBuf};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn migrations() -> Vec<Migration> {
    migrations_in(&repository().join("migrations")).unwrap()
}

fn sources_in(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // The lint speaks of statements without making any.
        if path.ends_with("db/src/lint") {
            continue;
        }
        if path.is_dir() {
            sources_in(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn the_schema_keeps_the_rules() {
    let (schema, problems) = Schema::read(&migrations());
    assert!(schema.tables.len() >= 7, "{schema:?}");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn numbers_of_migrations_are_used_once() {
    let numbers: Vec<i64> = migrations().iter().map(|migration| migration.number).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:?}");
}

#[test]
fn the_statements_keep_the_rules() {
    let (schema, _) = Schema::read(&migrations());
    let mut sources = Vec::new();
    for entry in fs::read_dir(repository().join("crates")).unwrap() {
        let folder = entry.unwrap().path().join("src");
        // The bench stands beside the house: it fills and reads a PostgreSQL of its own in that engine's words.
        if folder.is_dir() && !folder.starts_with(repository().join("crates/bench")) {
            sources_in(&folder, &mut sources);
        }
    }
    let (mut seen, mut problems) = (0, Vec::new());
    for path in sources {
        for found in lint::statements(&fs::read_to_string(&path).unwrap()) {
            seen += 1;
            let told = lint::check(&found.sql, &schema);
            problems
                .extend(told.iter().map(|problem| format!("{}:{}: {problem}", path.display(), found.line)));
        }
    }
    assert!(seen > 20, "only {seen} statements were found");
    assert!(problems.is_empty(), "{} of {seen}:\n{}", problems.len(), problems.join("\n"));
}
