//! PostgreSQL and Citus: a pool of connections, prepared statements kept by their text, and pipelined writes.

mod fault;
mod tx;
mod value;

pub(crate) use tx::PostgresTx;

use crate::exec::Text;
use crate::settings::{PATIENCE, SLOW, Settings};
use crate::sqlite::only_reads;
use crate::{Engine, Fault, Row, Value};
use deadpool_postgres::{
    Hook, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, TimeoutType,
};
use fault::fault_of;
use std::future::Future;
use std::time::Duration;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, NoTls};

pub(crate) struct Postgres {
    pool: Pool,
    engine: Engine,
    /// A statement without an answer after this is given up: the server stops it sooner by itself, unless it hangs.
    give_up: Duration,
}

/// Documents are a few kilobytes of JSON, which PostgreSQL packs before it keeps them. With its old method that took as long
/// as the insert itself; lz4 takes a third of the time at about the same size. A server built without it goes on as it was.
fn quick_compression() -> Hook {
    Hook::async_fn(|client, _| {
        Box::pin(async move {
            if let Err(error) = client.batch_execute("set default_toast_compression = 'lz4'").await {
                tracing::debug!(%error, "this server knows no lz4");
            }
            Ok(())
        })
    })
}

impl Postgres {
    /// `more` are further `-c name=value` settings of each session.
    pub(crate) async fn open(url: &str, settings: &Settings, more: &str) -> Result<Postgres, Fault> {
        let mut config: tokio_postgres::Config =
            url.parse().map_err(|error| Fault::Unavailable(format!("the URL of the database: {error}")))?;
        let timeout = settings.statement_timeout_ms;
        let given = config.get_options().unwrap_or_default();
        config.options(format!(
            "{given} -c statement_timeout={timeout} -c lock_timeout={timeout} \
             -c idle_in_transaction_session_timeout={timeout} {more}"
        ));
        config.application_name("yanzheng").connect_timeout(PATIENCE);
        let keep = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let pool = Pool::builder(Manager::from_config(config, NoTls, keep))
            .max_size(settings.pool.max(1))
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .recycle_timeout(Some(PATIENCE))
            .runtime(Runtime::Tokio1)
            .post_create(quick_compression())
            .build()
            .map_err(|error| Fault::Unavailable(error.to_string()))?;
        let give_up = Duration::from_millis(timeout) + Duration::from_millis(500);
        let mut opened = Postgres { pool, engine: Engine::Postgres, give_up };
        opened.engine = opened.look_for_citus().await?;
        Ok(opened)
    }

    async fn look_for_citus(&self) -> Result<Engine, Fault> {
        let sql = "select count(*) from pg_extension where extname = 'citus'";
        let rows = self.rows(sql.into(), Vec::new()).await?;
        let found = rows.first().map_or(Ok(0), |row| row.int(0))?;
        Ok(if found > 0 { Engine::Citus } else { Engine::Postgres })
    }

    pub(crate) fn engine(&self) -> Engine {
        self.engine
    }

    async fn connection(&self) -> Result<Object, Fault> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Timeout(TimeoutType::Wait) => Fault::Busy,
            PoolError::Timeout(_) => Fault::Unavailable("no connection within two seconds".into()),
            PoolError::Backend(error) => match fault_of(&error) {
                fault @ Fault::Busy => fault,
                fault => Fault::Unavailable(fault.to_string()),
            },
            PoolError::Closed => Fault::Closed,
            PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
                Fault::Unavailable(error.to_string())
            }
        })
    }

    /// A transaction; `BEGIN` goes out with its first statement.
    pub(crate) async fn begin(&self) -> Result<PostgresTx, Fault> {
        Ok(PostgresTx::new(self.connection().await?, self.engine, self.give_up))
    }

    pub(crate) async fn rows(&self, sql: Text, params: Vec<Value>) -> Result<Vec<Row>, Fault> {
        let client = self.connection().await?;
        let answer = in_time(self.give_up, query(&client, &sql, &params)).await;
        self.hand_back(client, &sql, answer)
    }

    pub(crate) async fn touched(&self, sql: Text, params: Vec<Value>) -> Result<u64, Fault> {
        let client = self.connection().await?;
        let answer = in_time(self.give_up, execute(&client, &sql, &params)).await;
        self.hand_back(client, &sql, answer)
    }

    /// A connection that failed leaves the pool at once: it may not have noticed yet that it is closed. A write whose
    /// answer was lost may have been done.
    fn hand_back<T>(&self, client: Object, sql: &str, answer: Result<T, Fault>) -> Result<T, Fault> {
        match answer {
            Err(Fault::Unavailable(why)) => {
                drop(Object::take(client));
                Err(if only_reads(sql) { Fault::Unavailable(why) } else { Fault::UnknownOutcome(why) })
            }
            answer => answer,
        }
    }

    /// A long read, with a minute instead of seconds.
    pub(crate) async fn rows_slowly(&self, sql: Text, params: Vec<Value>) -> Result<Vec<Row>, Fault> {
        let mut tx = self.begin().await?;
        tx.take_time(SLOW).await?;
        let rows = tx.rows(&sql, &params).await?;
        tx.commit().await?;
        Ok(rows)
    }

    pub(crate) fn close(&self) {
        self.pool.close();
    }
}

/// What is left unanswered is given up.
async fn in_time<T>(patience: Duration, work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    let gave_up = || Fault::Unavailable(format!("no answer within {} ms", patience.as_millis()));
    tokio::time::timeout(patience, work).await.unwrap_or_else(|_| Err(gave_up()))
}

type Bound<'a> = Vec<&'a (dyn ToSql + Sync)>;

fn bound(params: &[Value]) -> Bound<'_> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

/// The types of a statement that is not prepared: told by the values, and left to the server where there is none.
fn typed(params: &[Value]) -> Vec<(&(dyn ToSql + Sync), Type)> {
    let type_of = |value: &Value| match value {
        Value::Null => Type::UNKNOWN,
        Value::Int(_) => Type::INT8,
        Value::Text(_) => Type::TEXT,
    };
    params.iter().map(|value| (value as &(dyn ToSql + Sync), type_of(value))).collect()
}

/// Texts from the source are prepared once for each connection. Texts made at run time are not: there is no end of them,
/// and the cache forgets nothing.
async fn query(client: &Object, sql: &Text, params: &[Value]) -> Result<Vec<Row>, Fault> {
    let answer = match sql {
        Text::Borrowed(sql) => {
            let statement = client.prepare_cached(sql).await.map_err(|error| fault_of(&error))?;
            of_right_number(&statement, sql, params)?;
            client.query(&statement, &bound(params)).await
        }
        Text::Owned(sql) => plain(client).query_typed(sql, &typed(params)).await,
    };
    let rows = answer.map_err(|error| fault_of(&error))?;
    rows.iter().map(value::row_of).collect()
}

async fn execute(client: &Object, sql: &Text, params: &[Value]) -> Result<u64, Fault> {
    let answer = match sql {
        Text::Borrowed(sql) => {
            let statement = client.prepare_cached(sql).await.map_err(|error| fault_of(&error))?;
            of_right_number(&statement, sql, params)?;
            client.execute(&statement, &bound(params)).await
        }
        Text::Owned(sql) => plain(client).execute_typed(sql, &typed(params)).await,
    };
    answer.map_err(|error| fault_of(&error))
}

/// The client below the pool's wrappings.
fn plain(client: &Object) -> &Client {
    client
}

/// The driver panics on a wrong number of parameters; we do not.
fn of_right_number(statement: &tokio_postgres::Statement, sql: &str, params: &[Value]) -> Result<(), Fault> {
    let wanted = statement.params().len();
    if wanted == params.len() {
        return Ok(());
    }
    Err(Fault::Shape(format!("{wanted} parameters wanted, {} given: {sql}", params.len())))
}
