//! Connections that only read. Each is lent to one reader at a time.

use super::{blocking, run};
use crate::exec::Text;
use crate::settings::{PATIENCE, SLOW};
use crate::{Fault, Row, Value};
use rusqlite::Connection;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// How many steps of SQLite's machine pass between two looks at the watch: well under a millisecond.
const STEPS: i32 = 10_000;

/// A connection that stops a read which takes too long: a read that never ends keeps the WAL from being taken over into
/// the database, and it grows and grows.
struct Reader {
    conn: Connection,
    /// When to stop, in microseconds since `began`.
    deadline: Arc<AtomicU64>,
    began: Instant,
}

impl Reader {
    fn new(mut conn: Connection) -> Result<Reader, Fault> {
        let (deadline, began) = (Arc::new(AtomicU64::new(u64::MAX)), Instant::now());
        let watched = deadline.clone();
        let too_late = move || micros(began.elapsed()) > watched.load(Ordering::Relaxed);
        conn.progress_handler(STEPS, Some(too_late)).map_err(run::fault_of)?;
        Ok(Reader { conn, deadline, began })
    }

    fn rows(&self, within: Duration, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault> {
        self.deadline.store(micros(self.began.elapsed() + within), Ordering::Relaxed);
        run::run(&self.conn, sql, params).map(|(rows, _)| rows)
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

pub(super) struct Readers {
    free: Mutex<Vec<Reader>>,
    /// How long a short read may take.
    short: Duration,
    /// As many permits as there are free connections.
    turns: Semaphore,
}

impl Readers {
    pub(super) fn new(connections: Vec<Connection>, short: Duration) -> Result<Readers, Fault> {
        let readers = connections.into_iter().map(Reader::new).collect::<Result<Vec<_>, _>>()?;
        Ok(Readers { turns: Semaphore::new(readers.len()), free: Mutex::new(readers), short })
    }

    /// A short read, on the thread of the caller: a point read takes 5–10 µs, less than a hop to another thread.
    pub(super) async fn read(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault> {
        let _turn = self.turn().await?;
        let reader = Lent::take(self)?;
        reader.get().rows(self.short, sql, params)
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
            let answer = Lent::take(&readers).and_then(|reader| reader.get().rows(SLOW, &sql, &params));
            readers.turns.add_permits(1);
            answer
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
    reader: Option<Reader>,
    home: &'a Readers,
}

impl<'a> Lent<'a> {
    fn take(home: &'a Readers) -> Result<Lent<'a>, Fault> {
        let reader = home.free.lock().unwrap_or_else(PoisonError::into_inner).pop().ok_or(Fault::Closed)?;
        Ok(Lent { reader: Some(reader), home })
    }

    fn get(&self) -> &Reader {
        self.reader.as_ref().expect("lent until dropped")
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(reader) = self.reader.take()
            && !self.home.turns.is_closed()
        {
            self.home.free.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
        }
    }
}
