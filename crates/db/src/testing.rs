//! Fresh databases for the tests of stores, one of each engine at hand.

use crate::{Db, migrate, migrations_in};
use std::path::Path;

/// Fresh databases with every migration of the repository: SQLite always.
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
    vec![("sqlite".to_owned(), Db::temp().await.expect("a temporary SQLite database"))]
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
