//! SQLite: one writer whose commits are grouped, many readers.

mod readers;
mod run;
mod writer;

pub(crate) use run::{fault_of, only_reads};
pub(crate) use writer::SqliteTx;

use crate::exec::Text;
use crate::settings::{PATIENCE, Settings, Sync};
use crate::{Fault, Row, Value};
use readers::Readers;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use writer::Writer;

/// The statements a connection keeps prepared: more than all stores of the program have in one busy path.
const STATEMENT_CACHE: usize = 256;

/// One database file: `yanzheng.db` in its folder.
pub(crate) struct Sqlite {
    writer: Arc<tokio::sync::Mutex<Writer>>,
    readers: Arc<Readers>,
    path: PathBuf,
    /// A folder to remove when the last handle is gone (tests).
    throw_away: Option<PathBuf>,
}

impl Sqlite {
    pub(crate) async fn open(settings: &Settings) -> Result<Sqlite, Fault> {
        let settings = settings.clone();
        blocking(move || Sqlite::open_now(&settings)).await
    }

    /// A database in `folder`, which goes when the database goes.
    pub(crate) async fn open_thrown_away(settings: &Settings) -> Result<Sqlite, Fault> {
        let mut opened = Sqlite::open(settings).await?;
        opened.throw_away = Some(settings.data.clone());
        Ok(opened)
    }

    fn open_now(settings: &Settings) -> Result<Sqlite, Fault> {
        std::fs::create_dir_all(&settings.data)
            .map_err(|fault| Fault::Unavailable(format!("{}: {fault}", settings.data.display())))?;
        let path = settings.data.join("yanzheng.db");
        let writer = connect(&path, settings).map_err(fault_of)?;
        let readers = (0..settings.readers.max(1))
            .map(|_| {
                let reader = connect(&path, settings)?;
                reader.pragma_update(None, "query_only", true)?;
                Ok(reader)
            })
            .collect::<Result<Vec<_>, rusqlite::Error>>()
            .map_err(fault_of)?;
        let short = Duration::from_millis(settings.statement_timeout_ms);
        Ok(Sqlite {
            writer: Arc::new(tokio::sync::Mutex::new(Writer::new(writer))),
            readers: Arc::new(Readers::new(readers, short)?),
            path,
            throw_away: None,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Wait for the writer's turn and open a transaction in the group that is being gathered.
    pub(crate) async fn begin(&self) -> Result<SqliteTx, Fault> {
        SqliteTx::begin(&self.writer).await
    }

    /// Read on a reader, write as a transaction of its own.
    pub(crate) async fn rows(&self, sql: Text, params: Vec<Value>) -> Result<Vec<Row>, Fault> {
        if run::only_reads(&sql) {
            return self.readers.read(&sql, &params).await;
        }
        let mut tx = self.begin().await?;
        let rows = tx.rows(&sql, &params)?;
        tx.commit().await?;
        Ok(rows)
    }

    pub(crate) async fn touched(&self, sql: Text, params: Vec<Value>) -> Result<u64, Fault> {
        let mut tx = self.begin().await?;
        let touched = tx.touched(&sql, &params)?;
        tx.commit().await?;
        Ok(touched)
    }

    /// A long read, off the threads that serve requests.
    pub(crate) async fn rows_slowly(&self, sql: Text, params: Vec<Value>) -> Result<Vec<Row>, Fault> {
        self.readers.read_off_thread(sql, params).await
    }

    pub(crate) async fn close(&self) {
        let mut guard = self.writer.clone().lock_owned().await;
        let closed = blocking(move || {
            guard.close();
            Ok(())
        });
        if let Err(fault) = closed.await {
            tracing::error!(%fault, "closing the database");
        }
        self.readers.close();
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        if let Some(folder) = &self.throw_away {
            // Only tests get here; a folder that cannot be removed is left for the system's own tidying.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

pub(crate) fn connect(path: &Path, settings: &Settings) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        // Each connection is used by one thread at a time: readers are handed out, the writer is behind a mutex.
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(PATIENCE)?;
    conn.pragma_update(None, "journal_mode", "wal")?;
    conn.pragma_update(
        None,
        "synchronous",
        match settings.synchronous {
            Sync::Full => "full",
            Sync::Normal => "normal",
            Sync::Off => "off",
        },
    )?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "wal_autocheckpoint", 1000)?;
    // After a checkpoint the WAL goes back to at most this size instead of keeping its largest.
    conn.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    conn.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    Ok(conn)
}

/// The rows of a statement on a connection of one's own.
pub(crate) fn rows(conn: &Connection, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault> {
    run::run(conn, sql, params).map(|(rows, _)| rows)
}

/// Run blocking work on a thread made for it; a panic there becomes a fault here.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|stopped| {
        Err(Fault::UnknownOutcome(format!("the database thread stopped: {stopped}")))
    })
}
