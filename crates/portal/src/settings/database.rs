//! Which database, and how it is used.

use serde::{Deserialize, Serialize};

use super::{Secret, SettingsFault};

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `postgres://user:password@host/name`. Empty: SQLite in the data folder.
    pub url: Option<Secret>,
    /// SQLite: `full` (each acknowledged case survives a power cut) or `normal` (faster; a power cut lost 28 % of the
    /// acknowledged commits in our trial).
    pub synchronous: String,
    /// SQLite: connections that read beside the one that writes.
    pub readers: usize,
    /// PostgreSQL: connections at most, four for each core of this machine when not said. More only wait for each other in
    /// the database; too few, and pages wait two seconds and then say “busy”.
    pub pool: usize,
    /// A statement that runs longer is stopped.
    pub statement_timeout_ms: u64,
}

impl Default for Database {
    fn default() -> Database {
        let pool = usual_pool();
        Database { url: None, synchronous: "full".into(), readers: 4, pool, statement_timeout_ms: 15_000 }
    }
}

fn usual_pool() -> usize {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    (4 * cores).clamp(8, 64)
}

impl Database {
    pub(super) fn check(&self) -> Result<(), SettingsFault> {
        let postgres = |url: &str| url.starts_with("postgres://") || url.starts_with("postgresql://");
        if self.url.as_ref().is_some_and(|url| !url.reveal().is_empty() && !postgres(url.reveal())) {
            let why = "应以 postgres:// 开头；不填则使用数据文件夹里的 SQLite";
            return Err(SettingsFault::value("database.url", why));
        }
        if !["full", "normal"].contains(&self.synchronous.as_str()) {
            return Err(SettingsFault::value("database.synchronous", "只能是 full 或 normal"));
        }
        if self.readers == 0 || self.pool == 0 {
            return Err(SettingsFault::value("database.readers / database.pool", "至少为 1"));
        }
        Ok(())
    }

    /// In the words of the database layer; `data` is where SQLite's file stands.
    pub fn for_db(&self, data: &std::path::Path) -> db::Settings {
        db::Settings {
            url: self.url.as_ref().map(|url| url.reveal().to_owned()).filter(|url| !url.is_empty()),
            data: data.to_owned(),
            synchronous: if self.synchronous == "full" { db::Sync::Full } else { db::Sync::Normal },
            readers: self.readers,
            pool: self.pool,
            statement_timeout_ms: self.statement_timeout_ms,
        }
    }
}
