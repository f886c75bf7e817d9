//! One numbered list of migrations for all engines.
//!
//! A file `NNNN-name.sql` is a list of statements ended by `;`. Each statement is a step in a transaction of its own,
//! recorded in `schema_step` in that same transaction: killed in the middle, the next start goes on with the next step.

use crate::exec::Exec;
use crate::{Db, Engine, Fault, params};
use sm3::{Digest, Sm3};
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

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
    let mut on = db.clone();
    on.execute(
        "create table if not exists schema_step (number bigint not null, step bigint not null, name text not null, \
         checksum text not null, primary key (number, step))",
        params![],
    )
    .await?;
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
                    take(db, migration, place, &step, checksum).await?;
                    taken += 1;
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

async fn take(
    db: &Db,
    migration: &Migration,
    place: (i64, i64),
    step: &Step,
    checksum: String,
) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    let named = |fault: Fault| match fault {
        Fault::Sql(why) => {
            Fault::Schema(format!("{:04}-{} step {}: {why}", migration.number, migration.name, place.1 + 1))
        }
        fault => fault,
    };
    tx.touched(for_engine(db.engine(), &step.sql).into(), params![]).await.map_err(named)?;
    tx.execute(
        "insert into schema_step (number, step, name, checksum) values ($1, $2, $3, $4)",
        params![place.0, place.1, migration.name.as_ref(), checksum],
    )
    .await?;
    tx.commit().await
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
