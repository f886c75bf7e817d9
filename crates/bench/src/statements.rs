//! What one submit asks of PostgreSQL, taken from the server's own log and written down as a script for pgbench.
//!
//! Two submits are recorded. Texts that differ between them (ids, numbers, keys) must differ in each transaction of
//! pgbench, too, and are made from its counter in the same length; all other parameters are sent as they were.

use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::postgres::{Postgres, connect};
use crate::shop::BUREAUS;

/// A statement as it was executed.
#[derive(Clone, Debug, PartialEq)]
pub struct Executed {
    pub sql: String,
    pub params: Vec<Option<String>>,
}

/// Records what PostgreSQL executes while `work` runs, without what it executes anyway (sweeps, the register's look).
pub async fn recorded<F: Future<Output = Result<()>>>(postgres: &Postgres, work: F) -> Result<Vec<Executed>> {
    let client = connect(&postgres.url).await?;
    set_logging(&client, "all").await?;
    let from = end_of(&postgres.log())?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let middle = end_of(&postgres.log())?;
    work.await?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let to = end_of(&postgres.log())?;
    set_logging(&client, "none").await?;
    let anyway = executed(&postgres.log(), from, middle)?;
    let all = executed(&postgres.log(), middle, to)?;
    let ours = |one: &Executed| {
        !anyway.iter().any(|other| other.sql == one.sql) && !one.sql.starts_with("alter system")
    };
    Ok(all.into_iter().filter(ours).collect())
}

async fn set_logging(client: &tokio_postgres::Client, what: &str) -> Result<()> {
    client.batch_execute(&format!("alter system set log_statement = '{what}'")).await?;
    client.batch_execute("select pg_reload_conf()").await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    Ok(())
}

fn end_of(log: &Path) -> Result<u64> {
    Ok(std::fs::metadata(log).with_context(|| log.display().to_string())?.len())
}

fn executed(log: &Path, from: u64, to: u64) -> Result<Vec<Executed>> {
    let mut file = std::fs::File::open(log)?;
    file.seek(SeekFrom::Start(from))?;
    let mut text = String::new();
    file.take(to - from).read_to_string(&mut text)?;
    let lines = text.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    Ok(lines.iter().filter_map(read).collect())
}

/// `execute s7: insert …` with `Parameters: $1 = 'a', $2 = NULL` beside it, or `statement: begin`.
fn read(line: &Value) -> Option<Executed> {
    let message = line["message"].as_str()?;
    if let Some(sql) = message.strip_prefix("statement: ") {
        return Some(Executed { sql: sql.to_owned(), params: Vec::new() });
    }
    let (_, sql) = message.strip_prefix("execute ")?.split_once(": ")?;
    let detail = line["detail"].as_str().unwrap_or_default();
    Some(Executed { sql: sql.to_owned(), params: parameters(detail) })
}

fn parameters(detail: &str) -> Vec<Option<String>> {
    let mut params = Vec::new();
    let mut rest = detail;
    while let Some((_, after)) = rest.split_once(" = ") {
        if let Some(text) = after.strip_prefix('\'') {
            let (value, behind) = quoted(text);
            params.push(Some(value));
            rest = behind;
        } else {
            params.push(None);
            rest = after;
        }
    }
    params
}

/// The text up to its closing quote, where a doubled quote stands for one; and what follows.
fn quoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\'') {
        value.push_str(before);
        match after.strip_prefix('\'') {
            Some(after) => {
                value.push('\'');
                rest = after;
            }
            None => return (value, after),
        }
    }
    (value, "")
}

/// A script for pgbench and the values it takes with `-D`.
pub struct Script {
    pub text: String,
    pub values: Vec<String>,
    pub statements: usize,
}

/// Digits of the number that tells one transaction from the other.
const DIGITS: usize = 15;
/// Longer texts are documents: they differ, but nothing asks that they do.
const LONGEST_KEY: usize = 70;

/// `one` and `other` are two submits at the same bureau.
pub fn script(one: &[Executed], other: &[Executed], bureau: &str) -> Result<Script> {
    let same = one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.sql == other.sql);
    ensure!(same, "two submits did not run the same statements: {one:#?}\n{other:#?}");
    let mut writing = Writing { bureau, values: Vec::new(), unique: HashMap::new() };
    let mut text = String::from("\\set n :n + 1\n");
    text.push_str(&format!("\\set id 1{:0>1$} + :n * 256 + :client_id\n", "", DIGITS - 1));
    text.push_str(&bureau_of_client());
    for (one, other) in one.iter().zip(other) {
        let params: Vec<String> =
            one.params.iter().zip(&other.params).map(|(one, other)| writing.expression(one, other)).collect();
        text.push_str(&filled(&one.sql, &params));
        text.push_str(";\n");
    }
    Ok(Script { text, values: writing.values, statements: one.len() })
}

/// Clients are spread over the bureaus as the clients of the product are.
fn bureau_of_client() -> String {
    let cases: Vec<String> = BUREAUS
        .iter()
        .enumerate()
        .map(|(place, code)| format!("when mod(:client_id, {}) = {place} then {code}", BUREAUS.len()))
        .collect();
    format!("\\set bureau case {} end\n", cases.join(" "))
}

struct Writing<'a> {
    bureau: &'a str,
    values: Vec<String>,
    /// The expression for a text that must differ, by the text as it was recorded.
    unique: HashMap<String, String>,
}

impl Writing<'_> {
    fn expression(&mut self, one: &Option<String>, other: &Option<String>) -> String {
        let Some(text) = one else { return "null".to_owned() };
        if text == self.bureau {
            return ":bureau".to_owned();
        }
        // pgbench takes no empty value.
        if text.is_empty() {
            return "''".to_owned();
        }
        let is_number = text.parse::<i64>().is_ok() && text.len() < 18;
        let differs = one != other && !is_number && text.chars().count() <= LONGEST_KEY;
        if !differs {
            return format!(":{}", self.value(text.clone()));
        }
        if let Some(known) = self.unique.get(text) {
            return known.clone();
        }
        let stem = stem(text, self.unique.len());
        let expression = format!("cast(:{} as text) || cast(:id as text)", self.value(stem));
        self.unique.insert(text.clone(), expression.clone());
        expression
    }

    fn value(&mut self, text: String) -> String {
        let name = format!("v{}", self.values.len());
        self.values.push(format!("{name}={text}"));
        name
    }
}

/// What stands before the number, so that the whole is as long as the text was; `which` keeps texts of one case apart.
fn stem(text: &str, which: usize) -> String {
    let keep = text.chars().count().saturating_sub(DIGITS + 2);
    let kept: String = text.chars().take(keep).collect();
    format!("{kept}{which:02}")
}

/// `$n` replaced by the nth expression; the text of a statement holds no `$` elsewhere.
fn filled(sql: &str, params: &[String]) -> String {
    let mut parts = sql.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: usize = part[..digits].parse().unwrap_or(0);
        let expression = number.checked_sub(1).and_then(|place| params.get(place));
        text.push_str(expression.map_or("$", String::as_str));
        text.push_str(if expression.is_some() { &part[digits..] } else { part });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_with_quotes_and_nulls() {
        let read = parameters("Parameters: $1 = 'it''s, $2 = x', $2 = NULL, $3 = '7'");
        assert_eq!(read, [Some("it's, $2 = x".into()), None, Some("7".into())]);
    }

    #[test]
    fn what_differs_between_two_submits_differs_between_transactions() {
        let executed = |id: &str| Executed {
            sql: "insert into t (a, b, c) values ($1, $2, $10)".replace("$10", "$3"),
            params: vec![Some("990101".into()), Some(id.into()), Some("same".into())],
        };
        let one = [executed("0199-aaaa-bbbb-cccc-dddd"), executed("0199-aaaa-bbbb-cccc-dddd")];
        let other = [executed("0199-aaaa-bbbb-cccc-eeee"), executed("0199-aaaa-bbbb-cccc-eeee")];
        let script = script(&one, &other, "990101").unwrap();
        assert_eq!(script.values, ["v0=0199-aa00", "v1=same", "v2=same"]);
        assert!(script.text.contains("values (:bureau, cast(:v0 as text) || cast(:id as text), :v1)"));
    }
}
