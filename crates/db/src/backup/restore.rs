//! Restoring a backup: all of it or nothing.

use super::{Line, Moved, PATIENT, PIECE, SCHEMA_STEP, Table, on_disk};
use crate::exec::Exec;
use crate::{Db, Fault, Tx, Value, params};
use sm3::{Digest, Sm3};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Restored by keeping the larger number: one given out after the backup must not be given out again.
const COUNTER: &str = "counter";

impl Db {
    /// Restore a backup into this database: migrated to the same schema, and empty but for counters, which never go back.
    pub async fn restore_from(&self, path: &Path) -> Result<Moved, Fault> {
        let told = whole_backup(path)?;
        let mut look = self.snapshot().await?;
        let (here, steps) = (look.tables().await?, look.steps().await?);
        drop(look);
        let mut tx = self.begin().await?;
        tx.take_time(PATIENT).await?;
        refuse_unless_empty(&mut tx, &here).await?;
        let mut restoring =
            Restoring { tx, here, steps, table: None, rows: Vec::new(), moved: Moved::default() };
        for line in lines_of(path)? {
            restoring.take(line?.1).await?;
        }
        let moved = restoring.moved;
        if moved != told {
            return Err(unfit("its counts do not fit"));
        }
        restoring.tx.commit().await?;
        Ok(moved)
    }
}

async fn refuse_unless_empty(tx: &mut Tx, here: &[Table]) -> Result<(), Fault> {
    for table in here.iter().filter(|table| table.name != SCHEMA_STEP && table.name != COUNTER) {
        let rows = tx.query_dyn(format!("select 1 from {} limit 1", table.name), params![]).await?;
        if !rows.is_empty() {
            return Err(Fault::Schema(format!(
                "the database is not empty: there are rows in {}",
                table.name
            )));
        }
    }
    Ok(())
}

struct Restoring {
    tx: Tx,
    here: Vec<Table>,
    steps: Vec<(i64, i64, String)>,
    /// The table whose rows are coming, and its columns in the order of the backup.
    table: Option<Table>,
    rows: Vec<Vec<Value>>,
    moved: Moved,
}

impl Restoring {
    async fn take(&mut self, line: Line) -> Result<(), Fault> {
        match line {
            Line::Backup { version: 1, steps } if steps == self.steps => Ok(()),
            Line::Backup { .. } => {
                Err(unfit("it is of another schema; restore it with the program that wrote it"))
            }
            Line::Table { name, columns } => {
                self.flush().await?;
                self.moved.tables += 1;
                self.table = Some(self.known(name, columns)?);
                Ok(())
            }
            Line::Row(values) => {
                self.rows.push(values.into_iter().map(value_of).collect::<Result<_, _>>()?);
                self.moved.rows += 1;
                if self.rows.len() >= PIECE { self.flush().await } else { Ok(()) }
            }
            Line::End { .. } => self.flush().await,
        }
    }

    /// Names go into the text of a statement, so only names that this database has itself are taken.
    fn known(&self, name: String, columns: Vec<String>) -> Result<Table, Fault> {
        let known = self.here.iter().find(|table| table.name == name);
        match known {
            Some(table) if columns.iter().all(|column| table.columns.contains(column)) => {
                Ok(Table { name, columns })
            }
            _ => Err(unfit("it holds a table that is not here")),
        }
    }

    async fn flush(&mut self) -> Result<(), Fault> {
        let rows = std::mem::take(&mut self.rows);
        let Some(table) = self.table.as_ref().filter(|_| !rows.is_empty()) else { return Ok(()) };
        let columns: Vec<&str> = table.columns.iter().map(String::as_str).collect();
        if table.name != COUNTER {
            return self.tx.copy_in(&table.name, &columns, rows).await.map(|_| ());
        }
        for row in rows {
            let [Value::Text(bureau), Value::Text(name), Value::Int(val)] = row.as_slice() else {
                return Err(unfit("a counter has another shape"));
            };
            crate::counter::raise_to(&mut self.tx, bureau, name, *val).await?;
        }
        Ok(())
    }
}

fn value_of(value: serde_json::Value) -> Result<Value, Fault> {
    match value {
        serde_json::Value::Null => Ok(Value::Null),
        serde_json::Value::String(text) => Ok(Value::Text(text)),
        serde_json::Value::Number(number) => {
            number.as_i64().map(Value::Int).ok_or_else(|| unfit("a number is no whole number"))
        }
        _ => Err(unfit("a value is neither text nor number")),
    }
}

/// Read it once to the end before a row is written: is it whole, and unaltered?
fn whole_backup(path: &Path) -> Result<Moved, Fault> {
    let mut hash = Sm3::new();
    let mut end = None;
    for line in lines_of(path)? {
        let (text, line) = line?;
        if end.is_some() {
            return Err(unfit("there is something after its end"));
        }
        match line {
            Line::End { tables, rows, sm3 } if hex::encode(hash.clone().finalize()) == sm3 => {
                end = Some(Moved { tables, rows });
            }
            Line::End { .. } => return Err(unfit("it has been altered")),
            _ => hash.update(&text),
        }
    }
    end.ok_or_else(|| unfit("its end is missing"))
}

/// Each line as it stands there, and what it says.
fn lines_of(path: &Path) -> Result<impl Iterator<Item = Result<(Vec<u8>, Line), Fault>>, Fault> {
    let mut file = BufReader::new(File::open(path).map_err(|error| on_disk(path, &error))?);
    let path = path.to_owned();
    Ok(std::iter::from_fn(move || {
        let mut text = Vec::new();
        match file.read_until(b'\n', &mut text) {
            Ok(0) => None,
            Ok(_) => Some(
                serde_json::from_slice(&text).map(|line| (text, line)).map_err(|_| unfit("a line is broken")),
            ),
            Err(error) => Some(Err(on_disk(&path, &error))),
        }
    }))
}

fn unfit(why: &str) -> Fault {
    Fault::Schema(format!("this backup cannot be restored: {why}"))
}
