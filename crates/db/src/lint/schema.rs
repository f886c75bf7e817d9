//! The rules for the schema, and what the migrations make of it.

use crate::Migration;
use crate::migrate::{Step, steps, table_made_by};
use std::collections::BTreeMap;

/// Where Citus puts a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placed {
    /// With everything else of its bureau.
    ByBureau,
    /// By the hash of a key, in this column.
    ByKey(String),
    /// A copy on every node.
    Reference,
    /// On the node that coordinates.
    Local,
}

/// The tables that the migrations make.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    pub tables: BTreeMap<String, Placed>,
}

/// A key over columns, and for a foreign key what it refers to.
struct Key {
    what: &'static str,
    columns: Vec<String>,
    refers: Option<(String, Vec<String>)>,
}

impl Schema {
    /// Read the migrations, and say what breaks a rule.
    pub fn read(migrations: &[Migration]) -> (Schema, Vec<String>) {
        let mut schema = Schema::default();
        let mut problems = Vec::new();
        for migration in migrations {
            for (i, step) in steps(&migration.sql).iter().enumerate() {
                let place = format!("{:04}-{} step {}", migration.number, migration.name, i + 1);
                let told = schema.step(step);
                problems.extend(told.into_iter().map(|problem| format!("{place}: {problem}")));
            }
        }
        (schema, problems)
    }

    fn step(&mut self, step: &Step) -> Vec<String> {
        let lower = step.sql.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let mut problems = forbidden_in_schema(&lower);
        if let Some(table) = table_made_by(&lower) {
            match step.dist.as_deref().map(placed) {
                Some(Some(placed)) => {
                    problems.extend(self.table(&lower, &table, &placed));
                    self.tables.insert(table, placed);
                }
                Some(None) => problems
                    .push(format!("{table}: what is `-- @dist {}`?", step.dist.as_deref().unwrap_or(""))),
                None => problems.push(format!("{table}: no `-- @dist` line behind it")),
            }
        } else if let Some(rest) = lower.strip_prefix("create unique index ") {
            problems.extend(self.unique_index(rest));
        } else if lower.starts_with("alter table")
            && (lower.contains(" constraint ") || lower.contains(" references "))
        {
            problems.push("SQLite adds no constraint to a table: write it into CREATE TABLE".into());
        }
        problems
    }

    fn table(&self, sql: &str, table: &str, placed: &Placed) -> Vec<String> {
        let parts = parts_of(sql);
        let columns: Vec<&String> = parts.iter().filter(|part| !is_constraint(part)).collect();
        let keys: Vec<Key> = parts.iter().flat_map(|part| keys_of(part)).collect();
        let mut problems = Vec::new();
        for column in &columns {
            let kind = column.split_whitespace().nth(1).unwrap_or_default();
            if kind != "text" && kind != "bigint" {
                problems.push(format!("{table}: `{column}` is neither TEXT nor BIGINT"));
            }
        }
        if !keys.iter().any(|key| key.what == "primary key") {
            problems.push(format!("{table}: no primary key"));
        }
        let first = match placed {
            Placed::ByBureau => "bureau",
            Placed::ByKey(column) => column,
            Placed::Reference | Placed::Local => "",
        };
        if first.is_empty() {
            let refers = |key: &&Key| key.refers.as_ref().is_some_and(|(to, _)| !self.is_reference(to));
            problems.extend(
                keys.iter().filter(refers).map(|_| format!("{table}: refers to a table that is spread")),
            );
            return problems;
        }
        let declared = columns.iter().find(|column| column.split_whitespace().next() == Some(first));
        if !declared.is_some_and(|column| column.contains("not null")) {
            problems.push(format!("{table}: `{first}` must be there and NOT NULL"));
        }
        problems.extend(keys.iter().filter_map(|key| self.key(table, first, key)));
        problems
    }

    fn key(&self, table: &str, first: &str, key: &Key) -> Option<String> {
        match &key.refers {
            Some((to, _)) if self.is_reference(to) => None,
            Some((to, there)) if there.first().map(String::as_str) != Some(first) => {
                Some(format!("{table}: refers to {to} without `{first}` first"))
            }
            _ if key.columns.first().map(String::as_str) != Some(first) => Some(format!(
                "{table}: `{first}` must stand first in {} ({})",
                key.what,
                key.columns.join(", ")
            )),
            _ => None,
        }
    }

    fn is_reference(&self, table: &str) -> bool {
        matches!(self.tables.get(table), Some(Placed::Reference | Placed::Local))
    }

    /// `NAME on TABLE (COLUMNS)`.
    fn unique_index(&self, rest: &str) -> Option<String> {
        let (_, rest) = rest.split_once(" on ")?;
        let (table, columns) = rest.split_once('(')?;
        let table = table.trim();
        let first = match self.tables.get(table)? {
            Placed::ByBureau => "bureau",
            Placed::ByKey(column) => column,
            Placed::Reference | Placed::Local => return None,
        };
        let starts = columns.trim_start().split([',', ')', ' ']).next() == Some(first);
        (!starts).then(|| format!("{table}: `{first}` must stand first in a unique index"))
    }
}

fn placed(directive: &str) -> Option<Placed> {
    match directive {
        "by bureau" => Some(Placed::ByBureau),
        "reference" => Some(Placed::Reference),
        "local" => Some(Placed::Local),
        other => other.strip_prefix("by key ").map(|column| Placed::ByKey(column.trim().to_owned())),
    }
}

fn forbidden_in_schema(sql: &str) -> Vec<String> {
    const WORDS: [&str; 11] = [
        "trigger",
        "serial",
        "sequence",
        "autoincrement",
        "identity",
        "jsonb",
        "timestamp",
        "default now",
        "current_timestamp",
        "on delete set",
        "create function",
    ];
    let words = WORDS.iter().filter(|word| format!(" {sql} ").contains(&format!(" {word}")));
    words.map(|word| format!("`{word}` is not for all engines: {sql}")).collect()
}

/// The parts between the outer parentheses, split at their commas.
fn parts_of(sql: &str) -> Vec<String> {
    let inner = match (sql.find('('), sql.rfind(')')) {
        (Some(open), Some(close)) if open < close => &sql[open + 1..close],
        _ => return Vec::new(),
    };
    let (mut parts, mut depth) = (vec![String::new()], 0);
    for c in inner.chars() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if c == ',' && depth == 0 {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

fn is_constraint(part: &str) -> bool {
    ["primary key", "unique", "foreign key", "check", "constraint"].iter().any(|word| part.starts_with(word))
}

/// The keys in a part: of the table, or behind a column.
fn keys_of(part: &str) -> Vec<Key> {
    let own = part.split_whitespace().next().unwrap_or_default().to_owned();
    let refers = part.split_once("references ").map(|(_, to)| {
        let (table, columns) = to.split_once('(').unwrap_or((to, ""));
        (table.trim().to_owned(), names(columns))
    });
    let mut keys = Vec::new();
    for what in ["primary key", "unique", "foreign key"] {
        match part.split_once(what) {
            Some((before, after)) if is_constraint(part) && before.split_whitespace().count() != 1 => {
                let columns = after.split_once('(').map(|(_, columns)| names(columns)).unwrap_or_default();
                let refers = refers.clone().filter(|_| what == "foreign key");
                keys.push(Key { what, columns, refers });
            }
            Some(_) if !is_constraint(part) => {
                keys.push(Key { what, columns: vec![own.clone()], refers: None })
            }
            _ => {}
        }
    }
    if !is_constraint(part) && refers.is_some() {
        keys.push(Key { what: "foreign key", columns: vec![own], refers });
    }
    keys
}

/// `a, b) more` → a, b.
fn names(columns: &str) -> Vec<String> {
    let inner = columns.split(')').next().unwrap_or_default();
    inner.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(sql: &'static str) -> Vec<String> {
        Schema::read(&[Migration::new("0001-x.sql", sql).unwrap()]).1
    }

    #[test]
    fn good_tables_pass() {
        let sql = "create table org (code text primary key, name text not null);\n-- @dist reference\n\
            create table a (bureau text not null references org (code), id text not null, n bigint,\n\
            primary key (bureau, id), unique (bureau, n), check (n in (1, 2)));\n-- @dist by bureau\n\
            create table b (bureau text not null, id text not null, primary key (bureau, id),\n\
            foreign key (bureau, id) references a (bureau, id) on delete cascade);\n-- @dist by bureau\n\
            create table k (h text not null, kind text not null, primary key (h, kind));\n-- @dist by key h\n\
            create unique index a_n on a (bureau, n);\ncreate index a_m on a (n);";
        assert_eq!(problems(sql), Vec::<String>::new());
    }

    #[test]
    fn each_broken_rule_is_told() {
        for (sql, told) in [
            ("create table a (bureau text not null, primary key (bureau));", "no `-- @dist`"),
            ("create table a (bureau text not null, primary key (bureau));\n-- @dist somehow", "what is"),
            (
                "create table a (bureau text, id text, primary key (bureau, id));\n-- @dist by bureau",
                "NOT NULL",
            ),
            (
                "create table a (bureau text not null, id text, primary key (id, bureau));\n-- @dist by bureau",
                "first in primary",
            ),
            ("create table a (bureau text not null, id text);\n-- @dist by bureau", "no primary key"),
            (
                "create table a (bureau text not null, id text unique, primary key (bureau, id));\n-- @dist by bureau",
                "first in unique",
            ),
            (
                "create table a (bureau text not null, x real, primary key (bureau));\n-- @dist by bureau",
                "neither TEXT",
            ),
            (
                "create table a (bureau text not null, x timestamp, primary key (bureau));\n-- @dist by bureau",
                "not for all engines",
            ),
            (
                "create table k (h text not null, v text not null, primary key (v));\n-- @dist by key h",
                "`h` must stand first",
            ),
            (
                "create table a (bureau text not null, primary key (bureau));\n-- @dist by bureau\ncreate unique index i on a (x, bureau);",
                "unique index",
            ),
            (
                "create table a (bureau text not null, id text, primary key (bureau, id));\n-- @dist by bureau\ncreate table b (bureau text not null, x text, primary key (bureau, x), foreign key (x, bureau) references a (id, bureau));\n-- @dist by bureau",
                "without `bureau` first",
            ),
            ("create trigger t after insert on a begin select 1", "trigger"),
            ("alter table a add constraint f foreign key (x) references b (x)", "adds no constraint"),
        ] {
            let found = problems(sql);
            assert!(found.iter().any(|problem| problem.contains(told)), "{sql}: {found:?}");
        }
    }
}
