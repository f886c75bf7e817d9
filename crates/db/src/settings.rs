//! Where the database is and how it is kept.

use std::path::PathBuf;
use std::time::Duration;

/// How hard SQLite makes sure that what it acknowledged survives a power cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sync {
    /// fsync before every acknowledgement. Measured: a power cut loses nothing.
    #[default]
    Full,
    /// fsync at checkpoints. Measured: a power cut lost 28 % of acknowledged commits. For trials only.
    Normal,
    /// No fsync at all. For tests.
    Off,
}

/// How to open a database: PostgreSQL when there is a URL, SQLite otherwise.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `postgres://user@host:port/name`.
    pub url: Option<String>,
    /// The folder of SQLite's `yanzheng.db`; made when it does not exist.
    pub data: PathBuf,
    pub synchronous: Sync,
    /// SQLite: connections that read beside the one that writes.
    pub readers: usize,
    /// PostgreSQL: connections at most.
    pub pool: usize,
    /// A statement that runs longer is stopped.
    pub statement_timeout_ms: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            url: None,
            data: PathBuf::from("data"),
            synchronous: Sync::Full,
            readers: 4,
            pool: 16,
            statement_timeout_ms: 4_000,
        }
    }
}

/// How long anyone waits for the writer's turn or for a pooled connection before being told that the database is busy:
/// a page must answer within seconds even when the database does not.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

/// A report may take this long; everything else [`Settings::statement_timeout_ms`].
pub(crate) const SLOW: Duration = Duration::from_secs(60);
