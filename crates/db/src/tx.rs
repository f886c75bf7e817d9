//! A transaction on either engine.

use crate::exec::{Exec, Statement, Text};
use crate::postgres::PostgresTx;
use crate::sqlite::SqliteTx;
use crate::{Fault, Row, Value};
use std::time::Duration;

/// A transaction. Dropped without `commit`, it is undone.
///
/// After any fault it can only be undone, on every engine: PostgreSQL works that way, and SQLite is held to it, so that
/// code which passes on one passes on the other. Whoever wants to go on after a duplicate starts a new transaction.
pub struct Tx {
    on: On,
    broken: Option<Fault>,
}

#[expect(
    clippy::large_enum_variant,
    reason = "one for each transaction, on the stack: a box would cost more"
)]
enum On {
    Sqlite(SqliteTx),
    Postgres(PostgresTx),
}

impl Tx {
    pub(crate) fn sqlite(tx: SqliteTx) -> Tx {
        Tx { on: On::Sqlite(tx), broken: None }
    }

    pub(crate) fn postgres(tx: PostgresTx) -> Tx {
        Tx { on: On::Postgres(tx), broken: None }
    }

    /// Make it lasting. `Fault::UnknownOutcome` when the connection was lost while doing so.
    pub async fn commit(self) -> Result<(), Fault> {
        if let Some(fault) = self.broken {
            return Err(fault);
        }
        match self.on {
            On::Sqlite(tx) => tx.commit().await,
            On::Postgres(tx) => tx.commit().await,
        }
    }

    /// Undo everything.
    pub async fn rollback(self) {
        match self.on {
            On::Sqlite(tx) => drop(tx),
            On::Postgres(tx) => tx.rollback().await,
        }
    }

    /// Several writes in one go; on PostgreSQL in one flush. The rows each touched.
    pub async fn batch(&mut self, statements: Vec<Statement>) -> Result<Vec<u64>, Fault> {
        self.still_good()?;
        let answer = match &mut self.on {
            On::Sqlite(tx) => tx.batch(&statements),
            On::Postgres(tx) => tx.batch(&statements).await,
        };
        self.remember(answer)
    }

    /// Several writes and the commit in one go; on PostgreSQL in one flush.
    pub async fn commit_with(self, statements: Vec<Statement>) -> Result<Vec<u64>, Fault> {
        self.still_good()?;
        match self.on {
            On::Sqlite(mut tx) => {
                let touched = tx.batch(&statements)?;
                tx.commit().await?;
                Ok(touched)
            }
            On::Postgres(tx) => tx.commit_with(&statements).await,
        }
    }

    /// Many rows into one table, fast: COPY on PostgreSQL, one prepared statement on SQLite. How many went in.
    ///
    /// `table` and `columns` are names from the source, never from what a person typed.
    pub async fn copy_in(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: Vec<Vec<Value>>,
    ) -> Result<u64, Fault> {
        self.still_good()?;
        let answer = match rows.iter().find(|row| row.len() != columns.len()) {
            Some(row) => {
                Err(Fault::Shape(format!("{} values for {} columns of {table}", row.len(), columns.len())))
            }
            None => match &mut self.on {
                On::Sqlite(tx) => tx.copy_in(table, columns, &rows),
                On::Postgres(tx) => tx.copy_in(table, columns, &rows).await,
            },
        };
        self.remember(answer)
    }

    /// Give this transaction more time than a request has (migrations, imports, backups).
    pub(crate) async fn take_time(&mut self, time: Duration) -> Result<(), Fault> {
        match &mut self.on {
            On::Sqlite(_) => Ok(()),
            On::Postgres(tx) => tx.take_time(time).await,
        }
    }

    fn still_good(&self) -> Result<(), Fault> {
        match &self.broken {
            Some(fault) => Err(fault.clone()),
            None => Ok(()),
        }
    }

    fn remember<T>(&mut self, answer: Result<T, Fault>) -> Result<T, Fault> {
        if let Err(fault) = &answer {
            self.broken = Some(fault.clone());
        }
        answer
    }
}

impl Exec for Tx {
    async fn rows(&mut self, sql: Text, params: Vec<Value>) -> Result<Vec<Row>, Fault> {
        self.still_good()?;
        let answer = match &mut self.on {
            On::Sqlite(tx) => tx.rows(&sql, &params),
            On::Postgres(tx) => tx.rows(&sql, &params).await,
        };
        self.remember(answer)
    }

    async fn touched(&mut self, sql: Text, params: Vec<Value>) -> Result<u64, Fault> {
        self.still_good()?;
        let answer = match &mut self.on {
            On::Sqlite(tx) => tx.touched(&sql, &params),
            On::Postgres(tx) => tx.touched(&sql, &params).await,
        };
        self.remember(answer)
    }

    async fn perform(&mut self, statement: Statement) -> Result<u64, Fault> {
        let touched = self.touched(statement.sql.into(), statement.params.clone()).await?;
        let answer = statement.check(touched);
        self.remember(answer)
    }
}
