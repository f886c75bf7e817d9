//! One numbered list of migrations for all engines.
//!
//! A file `NNNN-name.sql` is a list of statements ended by `;`. Each statement is a step in a transaction of its own,
//! recorded in `schema_step` in that same transaction: killed in the middle, the next start goes on with the next step.

use crate::exec::Exec;
use crate::{Db, Engine, Fault, Tx, params};
use sm3::{Digest, Sm3};
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

/// One file of `/migrations`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    pub number: i64,
    pub name: Cow<'static, str>,
    pub sql: Cow<'static, str>,
}

impl Migration {
    /// From a file name `0010-identity.sql` and its text.
    pub fn new(file_name: &str, sql: impl Into<Cow<'static, str>>) -> Result<Migration, Fault> {
        let wrong = || Fault::Schema(format!("{file_name} is not named like 0010-identity.sql"));
        let stem = file_name.strip_suffix(".sql").ok_or_else(wrong)?;
        let (number, name) = stem.split_once('-').ok_or_else(wrong)?;
        let number = number.parse().map_err(|_| wrong())?;
        Ok(Migration { number, name: name.to_owned().into(), sql: sql.into() })
    }
}

/// The migrations in a folder, in order.
pub fn migrations_in(folder: &Path) -> Result<Vec<Migration>, Fault> {
    let unreadable = |fault: std::io::Error| Fault::Unavailable(format!("{}: {fault}", folder.display()));
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if let Some(name) =
            path.file_name().and_then(|name| name.to_str()).filter(|name| name.ends_with(".sql"))
        {
            found.push(Migration::new(name, std::fs::read_to_string(&path).map_err(unreadable)?)?);
        }
    }
    found.sort_by_key(|migration| migration.number);
    Ok(found)
}

/// A statement of a migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) sql: String,
    /// `by bureau`, `by key COLUMN`, `reference` or `local`, from the `-- @dist` line after it.
    pub(crate) dist: Option<String>,
}

/// The statements of a file, without comments.
pub(crate) fn steps(sql: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut text = String::new();
    for line in sql.lines() {
        if let Some(directive) = line.trim().strip_prefix("-- @dist ") {
            if let Some(step) = steps.last_mut() {
                step.dist = Some(directive.trim().to_owned());
            }
            continue;
        }
        let code = without_comment(line).trim_end();
        for (i, piece) in code.split(';').enumerate() {
            if i > 0 {
                push_step(&mut steps, &mut text);
            }
            text.push_str(piece);
        }
        text.push('\n');
    }
    push_step(&mut steps, &mut text);
    steps
}

fn push_step(steps: &mut Vec<Step>, text: &mut String) {
    let sql = text.trim().to_owned();
    text.clear();
    if !sql.is_empty() {
        steps.push(Step { sql, dist: None });
    }
}

fn without_comment(line: &str) -> &str {
    line.split_once("--").map_or(line, |(code, _)| code)
}

/// Bring the database forward to `migrations`. Returns how many steps were taken.
///
/// Refuses (`Fault::Schema`) a database that holds a step this program does not know, or a step whose text has changed.
pub async fn migrate(db: &Db, migrations: &[Migration]) -> Result<u64, Fault> {
    keep_the_list(db).await?;
    let mut on = db.clone();
    let done = done_steps(&mut on).await?;
    refuse_unknown(&done, migrations)?;
    let mut taken = 0;
    for migration in migrations {
        for (i, step) in steps(&migration.sql).into_iter().enumerate() {
            let place = (migration.number, i as i64);
            let checksum = hex::encode(Sm3::digest(step.sql.as_bytes()));
            match done.get(&place) {
                Some(known) if *known == checksum => {}
                Some(_) => {
                    return Err(Fault::Schema(format!(
                        "step {} of {:04}-{} has changed after it was taken",
                        i + 1,
                        migration.number,
                        migration.name
                    )));
                }
                None => {
                    taken += u64::from(take(db, migration, place, &step, checksum).await?);
                }
            }
        }
    }
    Ok(taken)
}

async fn done_steps(on: &mut Db) -> Result<HashMap<(i64, i64), String>, Fault> {
    let rows = on.query("select number, step, checksum from schema_step", params![]).await?;
    rows.iter().map(|row| Ok(((row.int(0)?, row.int(1)?), row.text(2)?))).collect()
}

fn refuse_unknown(done: &HashMap<(i64, i64), String>, migrations: &[Migration]) -> Result<(), Fault> {
    let known: HashMap<i64, usize> = migrations.iter().map(|m| (m.number, steps(&m.sql).len())).collect();
    let unknown = done
        .keys()
        .filter(|(number, step)| known.get(number).is_none_or(|count| *step >= *count as i64))
        .min();
    match unknown {
        Some((number, step)) => Err(Fault::Schema(format!(
            "the database holds step {} of migration {number:04}, which this program does not know: it was written \
             by a newer program",
            step + 1
        ))),
        None => Ok(()),
    }
}

/// Several nodes may start at once; one takes a step, the others find it taken.
const ONE_AT_A_TIME: &str = "select pg_advisory_xact_lock(hashtext('schema_step ' || current_schema())) \
    -- one engine: SQLite has one writer as it is";

/// Building an index on a large table takes its time.
const PATIENT: Duration = Duration::from_secs(3600);

async fn begin_step(db: &Db) -> Result<Tx, Fault> {
    let mut tx = db.begin().await?;
    tx.take_time(PATIENT).await?;
    if db.engine() != Engine::Sqlite {
        tx.query(ONE_AT_A_TIME, params![]).await?;
    }
    Ok(tx)
}

async fn keep_the_list(db: &Db) -> Result<(), Fault> {
    let mut tx = begin_step(db).await?;
    tx.execute(
        "create table if not exists schema_step (number bigint not null, step bigint not null, name text not null, \
         checksum text not null, primary key (number, step))",
        params![],
    )
    .await?;
    tx.commit().await
}

/// True when this call took it.
async fn take(
    db: &Db,
    migration: &Migration,
    (number, i): (i64, i64),
    step: &Step,
    checksum: String,
) -> Result<bool, Fault> {
    let mut tx = begin_step(db).await?;
    let taken =
        tx.query_opt("select 1 from schema_step where number = $1 and step = $2", params![number, i]).await?;
    if taken.is_some() {
        return Ok(false);
    }
    let named = |fault: Fault| match fault {
        Fault::Sql(why) => Fault::Schema(format!("{number:04}-{} step {}: {why}", migration.name, i + 1)),
        fault => fault,
    };
    tx.touched(for_engine(db.engine(), &step.sql).into(), params![]).await.map_err(named)?;
    if db.engine() == Engine::Citus
        && let Some(place) = placing(step)
    {
        tx.rows(place.into(), params![]).await.map_err(named)?;
    }
    tx.execute(
        "insert into schema_step (number, step, name, checksum) values ($1, $2, $3, $4)",
        params![number, i, migration.name.as_ref(), checksum],
    )
    .await?;
    tx.commit().await?;
    Ok(true)
}

/// How Citus is told where a table lives. Tables by bureau stand together, and so do those by key.
fn placing(step: &Step) -> Option<String> {
    let table = table_made_by(&step.sql)?;
    match step.dist.as_deref()? {
        "by bureau" => Some(distributed(&table, "bureau", "counter")),
        "reference" => Some(format!("select create_reference_table('{table}')")),
        "local" => None,
        by_key => Some(distributed(&table, by_key.strip_prefix("by key ")?.trim(), "uniq")),
    }
}

/// `first` is the table the group began with: the ground makes it before any other.
fn distributed(table: &str, column: &str, first: &str) -> String {
    let with = if table == first { "none" } else { first };
    format!("select create_distributed_table('{table}', '{column}', colocate_with => '{with}')")
}

/// The name in `create table NAME (`.
pub(crate) fn table_made_by(sql: &str) -> Option<String> {
    let words: Vec<&str> =
        sql.split(|c: char| c.is_whitespace() || c == '(').filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        [create, table, name, ..]
            if create.eq_ignore_ascii_case("create") && table.eq_ignore_ascii_case("table") =>
        {
            Some((*name).to_owned())
        }
        _ => None,
    }
}

/// SQLite's tables are STRICT, so that it refuses a wrong type as PostgreSQL does; there the type is called INTEGER.
fn for_engine(engine: Engine, sql: &str) -> String {
    let is_table = sql.trim_start().to_ascii_lowercase().starts_with("create table");
    if engine != Engine::Sqlite || !is_table {
        return sql.to_owned();
    }
    let words = sql.replace(" bigint", " integer").replace(" BIGINT", " INTEGER");
    format!("{words} strict")
}
