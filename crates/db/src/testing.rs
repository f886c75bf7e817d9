//! Fresh databases for the tests of stores, one of each engine at hand.

use crate::database::chance;
use crate::{Db, Exec, Settings, migrate, migrations_in, params};
use std::path::Path;

/// Where a PostgreSQL server for tests is, and where a Citus one: URLs of databases in which schemas may be made.
/// `scripts/private-postgres` starts one.
const SERVERS: [(&str, &str); 2] = [("postgres", "YANZHENG_TEST_PG"), ("citus", "CITUS_URL")];

/// Fresh databases with every migration of the repository: SQLite always, PostgreSQL and Citus where there is a server.
pub async fn databases() -> Vec<(String, Db)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let migrations = migrations_in(&folder).expect("the migrations of the repository");
    let mut fresh = bare().await;
    for (name, db) in &mut fresh {
        migrate(db, &migrations).await.unwrap_or_else(|fault| panic!("migrating {name}: {fault}"));
    }
    fresh
}

/// As [`databases`], with nothing in them.
pub async fn bare() -> Vec<(String, Db)> {
    let mut fresh = vec![("sqlite".to_owned(), Db::temp().await.expect("a temporary SQLite database"))];
    for (name, variable) in SERVERS {
        if let Ok(url) = std::env::var(variable) {
            let db = schema_of_its_own(&url).await.unwrap_or_else(|fault| panic!("{variable}: {fault}"));
            fresh.push((name.to_owned(), db));
        }
    }
    fresh
}

/// A schema is a hundred times cheaper than a database, and as separate for one that never names a schema.
async fn schema_of_its_own(url: &str) -> Result<Db, crate::Fault> {
    let settings = Settings { pool: 8, ..Settings::default() };
    let schema = format!("test_{}_{}", std::process::id(), chance());
    let mut server = Db::open_postgres(url, &settings, "").await?;
    server.execute_dyn(format!("create schema {schema}"), params![]).await?;
    server.close().await;
    let session = format!("-c search_path={schema} -c synchronous_commit=off");
    Db::open_postgres(url, &settings, &session).await
}

/// Run a test on each database: `on_each_database!(async |db| { … })`.
#[macro_export]
macro_rules! on_each_database {
    ($test:expr) => {{
        for (name, db) in $crate::testing::databases().await {
            eprintln!("on {name}");
            ($test)(db).await;
        }
    }};
}
