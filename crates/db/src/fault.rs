//! What can go wrong between a statement and its rows.
//!
//! Faults are told apart by SQLSTATE on PostgreSQL and by extended result code on SQLite, never by the name of a
//! constraint: Citus leaves that name empty and adds shard numbers to the table names in its messages.

use thiserror::Error;

/// A fault of the database. `Clone`, because every transaction of a group commit is told the same one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// A row with this key exists. The text is `table(column,column)` on every engine.
    #[error("a row with this key exists already: {table_or_index}")]
    Unique { table_or_index: String },
    /// Somebody else holds what this transaction needs, or two transactions crossed. Trying again helps.
    #[error("the database is busy, try again")]
    Busy,
    /// The database cannot be reached, or its files cannot be read or written.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// No space left. Reads go on; writes resume by themselves when there is space again.
    #[error("the disk of the database is full")]
    Full,
    /// This program has closed the database and is going down.
    #[error("the database has been closed")]
    Closed,
    /// The connection was lost while committing: the work may be there or not. Ask `idem` with the same key.
    #[error("the outcome of the commit is not known: {0}")]
    UnknownOutcome(String),
    /// A statement said how many rows it must touch (a compare-and-set) and touched another number.
    #[error("expected {expected} rows but touched {actual}: {statement}")]
    Expected { statement: String, expected: u64, actual: u64 },
    /// The schema in the database is not one this program knows how to bring forward.
    #[error("the schema does not fit this program: {0}")]
    Schema(String),
    /// The statement itself is wrong or breaks a rule of the schema other than uniqueness.
    #[error("the statement failed: {0}")]
    Sql(String),
    /// A row or a parameter has another shape than the caller expects.
    #[error("unexpected shape: {0}")]
    Shape(String),
}

impl Fault {
    /// Is this the duplicate of a key of `table`?
    pub fn is_unique_on(&self, table: &str) -> bool {
        match self {
            Fault::Unique { table_or_index } => table_or_index.split('(').next() == Some(table),
            _ => false,
        }
    }

    /// Was nothing done, so that the same transaction may be tried again from its beginning?
    pub fn may_retry(&self) -> bool {
        matches!(self, Fault::Busy | Fault::Unavailable(_))
    }
}
