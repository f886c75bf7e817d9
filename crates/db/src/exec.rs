//! What a store function runs its statements on.

use crate::{Fault, Row, Value};
use std::borrow::Cow;
use std::future::Future;

/// The text of a statement. It is written in the source (`&'static str`, which the lint reads) or, for lists with
/// filters, put together at run time.
pub type Text = Cow<'static, str>;

/// A transaction, or the database itself (then each statement is a transaction of its own).
///
/// A store function takes `on: &mut impl Exec`; its caller hands it `&mut tx` or `&mut app.db.clone()`.
/// `$1…$n` must appear in order of first use: SQLite numbers them by appearance.
pub trait Exec: Send {
    /// All rows of a statement: what the methods below are made of.
    fn rows(&mut self, sql: Text, params: Vec<Value>)
    -> impl Future<Output = Result<Vec<Row>, Fault>> + Send;

    /// How many rows a statement touched: what the methods below are made of.
    fn touched(&mut self, sql: Text, params: Vec<Value>) -> impl Future<Output = Result<u64, Fault>> + Send;

    /// The rows of a statement.
    fn query(
        &mut self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Row>, Fault>> + Send {
        self.rows(Cow::Borrowed(sql), params)
    }

    /// How many rows a statement touched.
    fn execute(
        &mut self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> impl Future<Output = Result<u64, Fault>> + Send {
        self.touched(Cow::Borrowed(sql), params)
    }

    /// The first row, if there is one.
    fn query_opt(
        &mut self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> impl Future<Output = Result<Option<Row>, Fault>> + Send {
        async move { Ok(self.query(sql, params).await?.into_iter().next()) }
    }

    /// The first row. `Fault::Shape` when there is none.
    fn query_one(
        &mut self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> impl Future<Output = Result<Row, Fault>> + Send {
        async move {
            let row = self.query_opt(sql, params).await?;
            row.ok_or_else(|| Fault::Shape(format!("no row where one was expected: {sql}")))
        }
    }

    /// The rows of a statement put together at run time from fixed pieces (never from what a person typed).
    fn query_dyn(
        &mut self,
        sql: String,
        params: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Row>, Fault>> + Send {
        self.rows(Cow::Owned(sql), params)
    }

    /// How many rows a statement put together at run time from fixed pieces touched.
    fn execute_dyn(
        &mut self,
        sql: String,
        params: Vec<Value>,
    ) -> impl Future<Output = Result<u64, Fault>> + Send {
        self.touched(Cow::Owned(sql), params)
    }

    /// Run a prepared [`Statement`] and hold it to the number of rows it expects.
    fn perform(&mut self, statement: Statement) -> impl Future<Output = Result<u64, Fault>> + Send {
        async move {
            let touched = self.touched(Cow::Borrowed(statement.sql), statement.params.clone()).await?;
            statement.check(touched)
        }
    }
}

/// A write known beforehand, to ride in somebody's transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub sql: &'static str,
    pub params: Vec<Value>,
    /// How many rows it must touch; any other number undoes the transaction. This is the compare-and-set.
    pub expect: Option<u64>,
}

impl Statement {
    /// A write that may touch any number of rows.
    pub fn new(sql: &'static str, params: Vec<Value>) -> Statement {
        Statement { sql, params, expect: None }
    }

    /// A write that must touch exactly `rows` rows.
    pub fn expecting(sql: &'static str, params: Vec<Value>, rows: u64) -> Statement {
        Statement { sql, params, expect: Some(rows) }
    }

    pub(crate) fn check(&self, actual: u64) -> Result<u64, Fault> {
        match self.expect {
            Some(expected) if expected != actual => {
                Err(Fault::Expected { statement: self.sql.to_owned(), expected, actual })
            }
            _ => Ok(actual),
        }
    }
}
