//! A backup of every table as lines of JSON, the same on every engine: what a county kept in SQLite can be restored into
//! the PostgreSQL of its province.
//!
//! The first line says which schema it is; then for each table its name and columns and its rows; the last line holds
//! counts and the SM3 of all bytes before it, so that a backup cut off or altered is never restored.

mod restore;
mod snapshot;

use crate::{Db, Fault, Value};
use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};
use snapshot::Snapshot;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Duration;

/// A backup may take as long as it takes.
const PATIENT: Duration = Duration::from_secs(6 * 3600);

/// Rows read and written in one go.
const PIECE: usize = 1000;

/// The list of steps is compared and not restored.
const SCHEMA_STEP: &str = "schema_step";

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// The first line: version of this format, and the steps of the schema.
    Backup {
        version: u32,
        steps: Vec<(i64, i64, String)>,
    },
    Table {
        name: String,
        columns: Vec<String>,
    },
    Row(Vec<serde_json::Value>),
    /// The last line.
    End {
        tables: u64,
        rows: u64,
        sm3: String,
    },
}

/// How much was backed up or restored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    pub tables: u64,
    pub rows: u64,
}

struct Table {
    name: String,
    columns: Vec<String>,
}

impl Db {
    /// Write everything, as of one moment, to a new file at `path`. Work goes on meanwhile.
    ///
    /// On Citus the moment is one for each node, not one for all: take the backup when nothing crosses bureaus.
    pub async fn backup_to(&self, path: &Path) -> Result<Moved, Fault> {
        let half = path.with_extension("part");
        let written = self.write_backup(&half).await;
        if written.is_err() {
            let _ = std::fs::remove_file(&half);
        }
        let moved = written?;
        let settled = std::fs::rename(&half, path).and_then(|()| match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
            _ => Ok(()),
        });
        settled.map_err(|error| on_disk(path, &error))?;
        Ok(moved)
    }

    async fn write_backup(&self, path: &Path) -> Result<Moved, Fault> {
        let file = File::create(path).map_err(|error| on_disk(path, &error))?;
        let mut lines = Lines { file: BufWriter::new(file), hash: Sm3::new(), path };
        let mut snapshot = self.snapshot().await?;
        lines.write(&Line::Backup { version: 1, steps: snapshot.steps().await? })?;
        let mut moved = Moved::default();
        for table in snapshot.tables().await? {
            if table.name == SCHEMA_STEP {
                continue;
            }
            lines.write(&Line::Table { name: table.name.clone(), columns: table.columns.clone() })?;
            snapshot.open(&table).await?;
            loop {
                let piece = snapshot.next(&table).await?;
                for row in &piece {
                    lines.write(&Line::Row(row.values().iter().map(json_of).collect()))?;
                }
                moved.rows += piece.len() as u64;
                if piece.is_empty() {
                    break;
                }
            }
            moved.tables += 1;
        }
        let sm3 = hex::encode(lines.hash.clone().finalize());
        lines.write(&Line::End { tables: moved.tables, rows: moved.rows, sm3 })?;
        lines.finish()?;
        Ok(moved)
    }

    async fn snapshot(&self) -> Result<Snapshot, Fault> {
        match self.sqlite() {
            Some(db) => Snapshot::of_sqlite(db.path()),
            None => Snapshot::of_postgres(self.begin().await?).await,
        }
    }
}

/// The file on its way out, and the digest of what went.
struct Lines<'a> {
    file: BufWriter<File>,
    hash: Sm3,
    path: &'a Path,
}

impl Lines<'_> {
    fn write(&mut self, line: &Line) -> Result<(), Fault> {
        let mut text = serde_json::to_vec(line).map_err(|error| Fault::Shape(error.to_string()))?;
        text.push(b'\n');
        self.hash.update(&text);
        self.file.write_all(&text).map_err(|error| on_disk(self.path, &error))
    }

    fn finish(mut self) -> Result<(), Fault> {
        let flushed = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        flushed.map_err(|error| on_disk(self.path, &error))
    }
}

fn json_of(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Int(number) => (*number).into(),
        Value::Text(text) => text.as_str().into(),
    }
}

fn on_disk(path: &Path, error: &std::io::Error) -> Fault {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    match error.kind() {
        StorageFull | QuotaExceeded => Fault::Full,
        _ => Fault::Unavailable(format!("{}: {error}", path.display())),
    }
}
