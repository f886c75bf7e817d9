//! The handle everybody holds.

use crate::exec::{Exec, Text};
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::{Fault, Row, Settings, Sync, Tx, Value};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A database. Cheap to clone; all clones are the same one.
#[derive(Clone)]
pub struct Db {
    on: On,
}

#[derive(Clone)]
enum On {
    Sqlite(Arc<Sqlite>),
    Postgres(Arc<Postgres>),
}

/// What is underneath.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
    Citus,
}

impl Db {
    /// Open the database of `settings`. It is not migrated yet: see [`crate::migrate`].
    pub async fn open(settings: &Settings) -> Result<Db, Fault> {
        match &settings.url {
            Some(url) => Db::open_postgres(url, settings, "").await,
            None => Ok(Db { on: On::Sqlite(Arc::new(Sqlite::open(settings).await?)) }),
        }
    }

    pub(crate) async fn open_postgres(url: &str, settings: &Settings, more: &str) -> Result<Db, Fault> {
        Ok(Db { on: On::Postgres(Arc::new(Postgres::open(url, settings, more).await?)) })
    }

    /// An empty SQLite database that goes when its last handle goes: for tests and trials.
    pub async fn temp() -> Result<Db, Fault> {
        let data = std::env::temp_dir().join(format!("yanzheng-{}-{}", std::process::id(), chance()));
        let settings = Settings { data, synchronous: Sync::Off, ..Settings::default() };
        Ok(Db { on: On::Sqlite(Arc::new(Sqlite::open_thrown_away(&settings).await?)) })
    }

    /// As [`Db::temp`].
    pub async fn memory() -> Result<Db, Fault> {
        Db::temp().await
    }

    pub(crate) fn sqlite(&self) -> Option<&Sqlite> {
        match &self.on {
            On::Sqlite(db) => Some(db),
            On::Postgres(_) => None,
        }
    }

    pub fn engine(&self) -> Engine {
        match &self.on {
            On::Sqlite(_) => Engine::Sqlite,
            On::Postgres(db) => db.engine(),
        }
    }

    /// Open a transaction. On SQLite it holds the one writer until it ends: do nothing slow inside.
    ///
    /// `Fault::Busy` when its turn does not come within two seconds.
    pub async fn begin(&self) -> Result<Tx, Fault> {
        match &self.on {
            On::Sqlite(db) => Ok(Tx::sqlite(db.begin().await?)),
            On::Postgres(db) => Ok(Tx::postgres(db.begin().await?)),
        }
    }

    /// A long read (list, report): off the threads that serve requests.
    pub async fn query_slow(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>, Fault> {
        match &self.on {
            On::Sqlite(db) => db.rows_slowly(sql.into(), params).await,
            On::Postgres(db) => db.rows_slowly(sql.into(), params).await,
        }
    }

    /// Can it be reached?
    pub async fn ping(&self) -> Result<(), Fault> {
        self.clone().query("select 1", Vec::new()).await.map(|_| ())
    }

    /// Let open groups finish, then answer everybody else with `Fault::Closed`.
    pub async fn close(&self) {
        match &self.on {
            On::Sqlite(db) => db.close().await,
            On::Postgres(db) => db.close(),
        }
    }
}

impl Exec for Db {
    async fn rows(&mut self, sql: Text, params: Vec<Value>) -> Result<Vec<Row>, Fault> {
        match &self.on {
            On::Sqlite(db) => db.rows(sql, params).await,
            On::Postgres(db) => db.rows(sql, params).await,
        }
    }

    async fn touched(&mut self, sql: Text, params: Vec<Value>) -> Result<u64, Fault> {
        match &self.on {
            On::Sqlite(db) => db.touched(sql, params).await,
            On::Postgres(db) => db.touched(sql, params).await,
        }
    }
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Db({:?})", self.engine())
    }
}

/// Sixteen hex digits that nobody else has: for names of things that live only for a test.
pub(crate) fn chance() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("{:016x}", RandomState::new().hash_one(NEXT.fetch_add(1, Ordering::Relaxed)))
}
