//! A transaction on PostgreSQL. What waits costs most here: each answer is a round trip and wakes the server up. So
//! `BEGIN` goes out together with the first statement, and writes known beforehand go out in one flush.

use super::{bound, execute, fault_of, in_time, of_right_number, query};
use crate::exec::{Statement, Text};
use crate::{Engine, Fault, Row, Value};
use bytes::Bytes;
use deadpool_postgres::Object;
use futures_util::SinkExt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;
use tokio_postgres::Error;

/// An import may take longer than a request.
const COPY: Duration = Duration::from_secs(600);

type Sent<'a> = Pin<Box<dyn Future<Output = Result<u64, Error>> + Send + 'a>>;

/// What a pipelined compare-and-set raises when it touched another number of rows: it cannot wait for us to count.
const TOUCHED: &str = "touched ";

pub(crate) struct PostgresTx {
    /// Gone when it ended.
    client: Option<Object>,
    engine: Engine,
    give_up: Duration,
    begun: bool,
}

impl PostgresTx {
    pub(super) fn new(client: Object, engine: Engine, give_up: Duration) -> PostgresTx {
        PostgresTx { client: Some(client), engine, give_up, begun: false }
    }

    fn client(&self) -> Result<&Object, Fault> {
        self.client.as_ref().ok_or(Fault::Closed)
    }

    pub(crate) async fn rows(&mut self, sql: &Text, params: &[Value]) -> Result<Vec<Row>, Fault> {
        let (give_up, begun) = (self.give_up, std::mem::replace(&mut self.begun, true));
        let client = self.client()?;
        in_time(give_up, after_begin(client, begun, sql, query(client, sql, params))).await
    }

    pub(crate) async fn touched(&mut self, sql: &Text, params: &[Value]) -> Result<u64, Fault> {
        let (give_up, begun) = (self.give_up, std::mem::replace(&mut self.begun, true));
        let client = self.client()?;
        in_time(give_up, after_begin(client, begun, sql, execute(client, sql, params))).await
    }

    /// Give this transaction more time than others have.
    pub(crate) async fn take_time(&mut self, time: Duration) -> Result<(), Fault> {
        self.give_up = time + Duration::from_secs(1);
        let sql = format!(
            "set local statement_timeout = {0}; set local lock_timeout = {0}; \
             set local idle_in_transaction_session_timeout = {0}",
            time.as_millis()
        );
        self.simple("begin").await?;
        self.begun = true;
        self.simple(&sql).await
    }

    async fn simple(&self, sql: &str) -> Result<(), Fault> {
        let client = self.client()?;
        in_time(self.give_up, async { client.batch_execute(sql).await.map_err(|error| fault_of(&error)) })
            .await
    }

    pub(crate) async fn commit(mut self) -> Result<(), Fault> {
        if !self.begun {
            return Ok(());
        }
        let outcome = self.simple("commit").await.map_err(lost_in_commit);
        self.end(&outcome);
        outcome
    }

    /// Send everything at once. The rows each touched.
    pub(crate) async fn batch(&mut self, statements: &[Statement]) -> Result<Vec<u64>, Fault> {
        let touched = self.flush(statements, false).await?;
        statements.iter().zip(touched).map(|(statement, touched)| statement.check(touched)).collect()
    }

    /// Send everything and the COMMIT at once.
    pub(crate) async fn commit_with(mut self, statements: &[Statement]) -> Result<Vec<u64>, Fault> {
        let must_count =
            |statement: &Statement| statement.expect.is_some() && self.guarded(statement).is_none();
        if statements.iter().any(must_count) {
            let touched = self.batch(statements).await?;
            self.commit().await?;
            return Ok(touched);
        }
        let outcome = self.flush(statements, true).await.map_err(lost_in_commit);
        // Also after a fault the COMMIT was sent, and ended the failed transaction.
        self.end(&outcome);
        outcome
    }

    async fn flush(&mut self, statements: &[Statement], commit: bool) -> Result<Vec<u64>, Fault> {
        let (give_up, begun) = (self.give_up, std::mem::replace(&mut self.begun, true));
        let texts: Vec<Text> = statements
            .iter()
            .map(|statement| match self.guarded(statement) {
                Some(guarded) if commit => guarded.into(),
                _ => statement.sql.into(),
            })
            .collect();
        let client = self.client()?;
        let work = async {
            let mut prepared = Vec::with_capacity(statements.len());
            for (text, statement) in texts.iter().zip(statements) {
                let ready = client.prepare_cached(text).await.map_err(|error| fault_of(&error))?;
                of_right_number(&ready, text, &statement.params)?;
                prepared.push(ready);
            }
            let params: Vec<_> = statements.iter().map(|statement| bound(&statement.params)).collect();
            let mut sent: Vec<Sent<'_>> = Vec::with_capacity(statements.len() + 2);
            if !begun {
                sent.push(simply(client, "begin"));
            }
            for (ready, params) in prepared.iter().zip(&params) {
                sent.push(Box::pin(client.execute(ready, params)));
            }
            if commit {
                sent.push(simply(client, "commit"));
            }
            let answers = in_order(sent).await;
            let skip = usize::from(!begun);
            let touched = answers.into_iter().collect::<Result<Vec<u64>, _>>();
            touched.map(|all| all[skip..skip + statements.len()].to_vec()).map_err(|error| fault_of(&error))
        };
        let touched = in_time(give_up, work).await.map_err(|fault| told_by_guard(fault, statements))?;
        if !commit {
            return Ok(touched);
        }
        // A guarded statement that got through touched what it expected; what it reports is the row of the guard.
        Ok(statements
            .iter()
            .zip(touched)
            .map(|(statement, touched)| statement.expect.unwrap_or(touched))
            .collect())
    }

    /// The statement with its expectation built in, so that the server itself undoes the transaction. `None` when the
    /// statement expects nothing or cannot be wrapped; not on Citus, which does not take all of them.
    fn guarded(&self, statement: &Statement) -> Option<String> {
        let expected = statement.expect?;
        let lower = statement.sql.to_ascii_lowercase();
        let is_write =
            ["insert ", "update ", "delete "].iter().any(|word| lower.trim_start().starts_with(word));
        if !is_write || lower.contains("returning") || lower.contains("--") || self.engine != Engine::Postgres
        {
            return None;
        }
        Some(format!(
            "with done as ({} returning 1) select case when count(*) = {expected} then 1 \
             else cast('{TOUCHED}' || count(*) as bigint) end from done",
            statement.sql
        ))
    }

    pub(crate) async fn copy_in(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: &[Vec<Value>],
    ) -> Result<u64, Fault> {
        if !std::mem::replace(&mut self.begun, true) {
            self.simple("begin").await?;
        }
        let sql = format!("copy {table} ({}) from stdin", columns.join(", "));
        let client = self.client()?;
        // Pieces of a few hundred rows, so that no copy of the whole import is made in memory.
        let pieces = rows.chunks(500).map(|rows| Ok(copy_text(rows)));
        let copy = async {
            let mut sink = std::pin::pin!(client.copy_in(&sql).await?);
            sink.send_all(&mut futures_util::stream::iter(pieces)).await?;
            sink.finish().await
        };
        in_time(COPY, async { copy.await.map_err(|error| fault_of(&error)) }).await
    }

    /// The transaction has ended with this outcome: a connection that works goes back to the pool.
    fn end<T>(&mut self, outcome: &Result<T, Fault>) {
        let Some(client) = self.client.take() else { return };
        if matches!(outcome, Err(Fault::UnknownOutcome(_) | Fault::Unavailable(_))) {
            drop(Object::take(client));
        }
    }

    pub(crate) async fn rollback(mut self) {
        if let Some(client) = self.client.take()
            && self.begun
        {
            undo(client).await;
        }
    }
}

/// Rows in the text format of COPY: tabs between, `\N` for nothing, a backslash before what would be misread.
fn copy_text(rows: &[Vec<Value>]) -> Bytes {
    let mut text = String::new();
    for row in rows {
        for (i, value) in row.iter().enumerate() {
            if i > 0 {
                text.push('\t');
            }
            match value {
                Value::Null => text.push_str("\\N"),
                Value::Int(number) => text.push_str(&number.to_string()),
                Value::Text(words) => words.chars().for_each(|c| match c {
                    '\\' => text.push_str("\\\\"),
                    '\t' => text.push_str("\\t"),
                    '\n' => text.push_str("\\n"),
                    '\r' => text.push_str("\\r"),
                    c => text.push(c),
                }),
            }
        }
        text.push('\n');
    }
    Bytes::from(text)
}

/// What was lost on the way to or during COMMIT may have been done.
fn lost_in_commit(fault: Fault) -> Fault {
    match fault {
        Fault::Unavailable(why) => Fault::UnknownOutcome(why),
        fault => fault,
    }
}

/// The cast in a guard fails with the number of rows in its message. Which statement it was the server does not say
/// when several expect; the first that expects another number than this is named.
fn told_by_guard(fault: Fault, statements: &[Statement]) -> Fault {
    let Fault::Shape(message) = &fault else { return fault };
    let Some(told) =
        message.rsplit_once(TOUCHED).and_then(|(_, rest)| rest.trim_end_matches('"').parse().ok())
    else {
        return fault;
    };
    let missed = |statement: &&Statement| statement.expect.is_some_and(|expected| expected != told);
    match statements.iter().find(missed) {
        Some(statement) => statement.check(told).err().unwrap_or(fault),
        None => fault,
    }
}

/// The first statement goes out right behind `BEGIN`. It is prepared before: that would be a round trip in between.
async fn after_begin<T>(
    client: &Object,
    begun: bool,
    sql: &Text,
    work: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    if begun {
        return work.await;
    }
    if let Text::Borrowed(sql) = sql {
        client.prepare_cached(sql).await.map_err(|error| fault_of(&error))?;
    }
    // `join` polls in this order, and each sends when it is first polled.
    let (began, answer) = futures_util::future::join(client.batch_execute("begin"), work).await;
    began.map_err(|error| fault_of(&error))?;
    answer
}

fn simply<'a>(client: &'a Object, sql: &'static str) -> Sent<'a> {
    Box::pin(async move { client.batch_execute(sql).await.map(|()| 0) })
}

/// Poll in this order, so that they are sent in this order, until all have answered.
async fn in_order(mut sent: Vec<Sent<'_>>) -> Vec<Result<u64, Error>> {
    let mut answers: Vec<Option<Result<u64, Error>>> = sent.iter().map(|_| None).collect();
    poll_fn(|cx| {
        let mut waiting = false;
        for (one, answer) in sent.iter_mut().zip(&mut answers) {
            if answer.is_none() {
                match one.as_mut().poll(cx) {
                    Poll::Ready(answered) => *answer = Some(answered),
                    Poll::Pending => waiting = true,
                }
            }
        }
        if waiting { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    answers.into_iter().flatten().collect()
}

/// Undo what is open and give the connection back; a connection that does not answer is thrown away.
async fn undo(client: Object) {
    let undone = tokio::time::timeout(crate::settings::PATIENCE, client.batch_execute("rollback")).await;
    if !matches!(undone, Ok(Ok(()))) {
        drop(Object::take(client));
    }
}

impl Drop for PostgresTx {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        if !self.begun {
            return;
        }
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(undo(client))),
            // Closing the connection undoes it, too.
            Err(_) => drop(Object::take(client)),
        }
    }
}
