//! The one writer, and the group commit.
//!
//! Durable commits wait for the disk, and one wait can serve many transactions. So there is one outer transaction, and
//! each [`SqliteTx`] is a savepoint in it. Who commits releases the savepoint, leaves a waiter, and lets the next one
//! in; the first of a group also sends for the flush, which queues for the same first-in-first-out mutex. Everybody who
//! queued before the flush joins the group, then one COMMIT is made and all waiters are told its outcome. Nobody is
//! told "done" before the disk has said so.

use super::{blocking, run};
use crate::exec::{Statement, Text};
use crate::settings::PATIENCE;
use crate::{Fault, Row, Value};
use rusqlite::Connection;
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

/// A group no larger than this: more would save no fsync worth having and make the first one wait.
const GROUP: usize = 64;

const BEGIN_SAVEPOINT: &str = "savepoint one";
const RELEASE_SAVEPOINT: &str = "release one";
const UNDO_SAVEPOINT: &str = "rollback to one; release one";

type Waiter = oneshot::Sender<Result<(), Fault>>;

pub(super) struct Writer {
    /// Gone when closed.
    conn: Option<Connection>,
    /// Is the outer transaction open?
    open: bool,
    /// Who has released a savepoint in the outer transaction and waits for its COMMIT.
    waiters: Vec<Waiter>,
    /// Has the first of the group sent for the flush?
    flush_is_coming: bool,
}

impl Writer {
    pub(super) fn new(conn: Connection) -> Writer {
        Writer { conn: Some(conn), open: false, waiters: Vec::new(), flush_is_coming: false }
    }

    fn conn(&self) -> Result<&Connection, Fault> {
        self.conn.as_ref().ok_or(Fault::Closed)
    }

    pub(super) fn close(&mut self) {
        self.flush();
        if let Some(conn) = self.conn.take()
            && let Err((_, error)) = conn.close()
        {
            tracing::error!(%error, "closing the writer");
        }
    }

    fn open_savepoint(&mut self) -> Result<(), Fault> {
        let conn = self.conn.as_ref().ok_or(Fault::Closed)?;
        if !self.open {
            batch(conn, "begin immediate")?;
            self.open = true;
        }
        if let Err(fault) = batch(conn, BEGIN_SAVEPOINT) {
            self.notice_lost_group(&fault);
            return Err(fault);
        }
        Ok(())
    }

    /// Some errors (disk full, I/O) make SQLite undo the whole outer transaction by itself. Then everybody in the
    /// group has lost, and must hear it now: a COMMIT later would only commit what came after.
    fn notice_lost_group(&mut self, fault: &Fault) -> bool {
        let lost = self.open && self.conn.as_ref().is_none_or(Connection::is_autocommit);
        if lost {
            self.open = false;
            self.answer(Err(fault.clone()));
        }
        lost
    }

    fn undo_savepoint(&mut self) {
        let Some(conn) = self.conn.as_ref() else { return };
        if !self.open {
            return;
        }
        if let Err(fault) = batch(conn, UNDO_SAVEPOINT) {
            // The savepoint cannot be taken back alone, so nothing of the group may be kept.
            tracing::error!(%fault, "undoing a savepoint; the whole group is undone");
            let _ = batch(conn, "rollback");
            self.open = false;
            self.answer(Err(Fault::Unavailable(fault.to_string())));
        } else if self.waiters.is_empty() {
            // Nothing released yet, so no flush is on its way: leave no write lock behind.
            let _ = batch(conn, "rollback");
            self.open = false;
        }
    }

    /// COMMIT, and tell everybody in the group how it went.
    pub(super) fn flush(&mut self) {
        self.flush_is_coming = false;
        if !self.open {
            return;
        }
        self.open = false;
        let Some(conn) = self.conn.as_ref() else { return self.answer(Err(Fault::Closed)) };
        let outcome = match conn.execute_batch("commit") {
            Ok(()) => Ok(()),
            Err(error) => Err(self.undo_failed_commit(conn, error)),
        };
        self.answer(outcome);
    }

    /// After a failed COMMIT the outer transaction is still open. It is undone, so that the next one starts fresh and
    /// writes go on by themselves once the disk has space again.
    fn undo_failed_commit(&self, conn: &Connection, error: rusqlite::Error) -> Fault {
        let disk_failed = error.sqlite_error_code() == Some(rusqlite::ErrorCode::SystemIoFailure);
        let fault = run::fault_of(error);
        tracing::error!(%fault, waiting = self.waiters.len(), "commit failed");
        if !conn.is_autocommit() {
            let _ = conn.execute_batch("rollback");
        }
        match fault {
            // The commit record may have reached the disk although the fsync failed: a crash now could bring it back.
            Fault::Unavailable(why) if disk_failed => Fault::UnknownOutcome(why),
            fault => fault,
        }
    }

    fn answer(&mut self, outcome: Result<(), Fault>) {
        for waiter in self.waiters.drain(..) {
            // A waiter that has gone away (its request was cancelled) needs no answer.
            let _ = waiter.send(outcome.clone());
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.flush();
    }
}

fn batch(conn: &Connection, sql: &'static str) -> Result<(), Fault> {
    for one in sql.split("; ") {
        conn.prepare_cached(one).and_then(|mut statement| statement.raw_execute()).map_err(run::fault_of)?;
    }
    Ok(())
}

async fn flush_later(writer: Arc<Mutex<Writer>>) {
    let mut guard = writer.lock_owned().await;
    let flushed = blocking(move || {
        guard.flush();
        Ok(())
    });
    if let Err(fault) = flushed.await {
        tracing::error!(%fault, "flushing a group");
    }
}

/// A transaction: a savepoint in the group. It holds the writer until it ends.
pub(crate) struct SqliteTx {
    writer: Arc<Mutex<Writer>>,
    guard: Option<OwnedMutexGuard<Writer>>,
}

impl SqliteTx {
    pub(super) async fn begin(writer: &Arc<Mutex<Writer>>) -> Result<SqliteTx, Fault> {
        let turn = tokio::time::timeout(PATIENCE, writer.clone().lock_owned());
        let mut guard = turn.await.map_err(|_| Fault::Busy)?;
        guard.open_savepoint()?;
        Ok(SqliteTx { writer: writer.clone(), guard: Some(guard) })
    }

    pub(crate) fn rows(&mut self, sql: &Text, params: &[Value]) -> Result<Vec<Row>, Fault> {
        self.run(sql, params).map(|(rows, _)| rows)
    }

    pub(crate) fn touched(&mut self, sql: &Text, params: &[Value]) -> Result<u64, Fault> {
        self.run(sql, params).map(|(_, touched)| touched)
    }

    pub(crate) fn batch(&mut self, statements: &[Statement]) -> Result<Vec<u64>, Fault> {
        let perform = |statement: &Statement| {
            self.run(&statement.sql.into(), &statement.params)
                .and_then(|(_, touched)| statement.check(touched))
        };
        statements.iter().map(perform).collect()
    }

    pub(crate) fn copy_in(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: &[Vec<Value>],
    ) -> Result<u64, Fault> {
        let places: Vec<String> = (1..=columns.len()).map(|i| format!("${i}")).collect();
        let sql = format!("insert into {table} ({}) values ({})", columns.join(", "), places.join(", "));
        let sql = Text::Owned(sql);
        for row in rows {
            self.run(&sql, row)?;
        }
        Ok(rows.len() as u64)
    }

    fn run(&mut self, sql: &Text, params: &[Value]) -> Result<(Vec<Row>, u64), Fault> {
        let guard = self.guard.as_mut().ok_or(Fault::Closed)?;
        let answer = run::run(guard.conn()?, sql, params);
        if let Err(fault) = &answer
            && guard.notice_lost_group(fault)
        {
            // The savepoint has gone with the group: there is nothing left to undo.
            self.guard = None;
        }
        answer
    }

    /// Join the group and wait until it is on the disk.
    pub(crate) async fn commit(mut self) -> Result<(), Fault> {
        let mut guard = self.guard.take().ok_or(Fault::Closed)?;
        if let Err(fault) = batch(guard.conn()?, RELEASE_SAVEPOINT) {
            if !guard.notice_lost_group(&fault) {
                guard.undo_savepoint();
            }
            return Err(fault);
        }
        let (waiter, outcome) = oneshot::channel();
        guard.waiters.push(waiter);
        if guard.waiters.len() >= GROUP {
            blocking(move || {
                guard.flush();
                Ok(())
            })
            .await?;
        } else {
            if !guard.flush_is_coming {
                guard.flush_is_coming = true;
                tokio::spawn(flush_later(self.writer.clone()));
            }
            drop(guard);
        }
        outcome.await.unwrap_or_else(|_| Err(Fault::UnknownOutcome("the program is stopping".into())))
    }
}

impl Drop for SqliteTx {
    fn drop(&mut self) {
        if let Some(guard) = self.guard.as_mut() {
            guard.undo_savepoint();
        }
    }
}
