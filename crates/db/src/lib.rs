//! SQLite and PostgreSQL (and Citus) behind one `Db` and one `Tx`: the same text of a statement for all of them.
//!
//! Knows no table of a matter. What it keeps itself (counters, idempotency keys, nation-wide unique keys, the history
//! chain) is in `/migrations/0001-ground.sql`.

mod backup;
pub mod counter;
mod database;
mod exec;
mod fault;
pub mod history;
pub mod idem;
pub mod lint;
mod migrate;
mod postgres;
mod row;
mod settings;
mod sqlite;
pub mod testing;
mod tx;
pub mod uniq;
mod value;

pub use backup::Moved;
pub use database::{Db, Engine};
pub use exec::{Exec, Statement, Text};
pub use fault::Fault;
pub use migrate::{Migration, migrate, migrations_in};
pub use row::{FromValue, Row};
pub use settings::{Settings, Sync};
pub use tx::Tx;
pub use value::Value;
