//! Connections that only read. Each is lent to one reader at a time.

use super::{blocking, run};
use crate::exec::Text;
use crate::settings::PATIENCE;
use crate::{Fault, Row, Value};
use rusqlite::Connection;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

pub(super) struct Readers {
    free: Mutex<Vec<Connection>>,
    /// As many permits as there are free connections.
    turns: Semaphore,
}

impl Readers {
    pub(super) fn new(connections: Vec<Connection>) -> Readers {
        Readers { turns: Semaphore::new(connections.len()), free: Mutex::new(connections) }
    }

    /// A short read, on the thread of the caller: a point read takes 5–10 µs, less than a hop to another thread.
    pub(super) async fn read(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault> {
        let _turn = self.turn().await?;
        let reader = Lent::take(self)?;
        run::run(reader.conn(), sql, params).map(|(rows, _)| rows)
    }

    /// A read that may take long.
    pub(super) async fn read_off_thread(
        self: &Arc<Self>,
        sql: Text,
        params: Vec<Value>,
    ) -> Result<Vec<Row>, Fault> {
        let readers = self.clone();
        let turn = self.turn().await?;
        // The permit goes with the work: if the caller goes away, the connection is still in use until it is done.
        turn.forget();
        blocking(move || {
            let answer = Lent::take(&readers).and_then(|reader| run::run(reader.conn(), &sql, &params));
            readers.turns.add_permits(1);
            answer.map(|(rows, _)| rows)
        })
        .await
    }

    async fn turn(&self) -> Result<tokio::sync::SemaphorePermit<'_>, Fault> {
        match tokio::time::timeout(PATIENCE, self.turns.acquire()).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(_)) => Err(Fault::Closed),
            Err(_) => Err(Fault::Busy),
        }
    }

    pub(super) fn close(&self) {
        self.turns.close();
        self.free.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A connection that goes back by itself, also when the statement panics.
struct Lent<'a> {
    conn: Option<Connection>,
    home: &'a Readers,
}

impl<'a> Lent<'a> {
    fn take(home: &'a Readers) -> Result<Lent<'a>, Fault> {
        let conn = home.free.lock().unwrap_or_else(PoisonError::into_inner).pop().ok_or(Fault::Closed)?;
        Ok(Lent { conn: Some(conn), home })
    }

    fn conn(&self) -> &Connection {
        self.conn.as_ref().expect("lent until dropped")
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take()
            && !self.home.turns.is_closed()
        {
            self.home.free.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
        }
    }
}
