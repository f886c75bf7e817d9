//! Everything as of one moment, read a piece at a time.

use super::{PATIENT, PIECE, Table};
use crate::exec::Exec;
use crate::{Fault, Row, Settings, Tx, Value, params, sqlite};
use rusqlite::Connection;
use std::path::Path;

/// A reading transaction with a place in the table being read.
pub(super) enum Snapshot {
    /// The last `rowid` read.
    Sqlite(Connection, i64),
    Postgres(Tx),
}

impl Snapshot {
    pub(super) fn of_sqlite(path: &Path) -> Result<Snapshot, Fault> {
        let conn = sqlite::connect(path, &Settings::default()).map_err(sqlite::fault_of)?;
        // The snapshot begins with the first read; the writer goes on beside it.
        conn.execute_batch("pragma query_only = true; begin").map_err(sqlite::fault_of)?;
        Ok(Snapshot::Sqlite(conn, i64::MIN))
    }

    pub(super) async fn of_postgres(mut tx: Tx) -> Result<Snapshot, Fault> {
        tx.take_time(PATIENT).await?;
        tx.execute_dyn("set transaction isolation level repeatable read, read only".into(), params![])
            .await?;
        Ok(Snapshot::Postgres(tx))
    }

    async fn rows(&mut self, sql: String, params: Vec<Value>) -> Result<Vec<Row>, Fault> {
        match self {
            Snapshot::Sqlite(conn, _) => sqlite::rows(conn, &sql, &params),
            Snapshot::Postgres(tx) => tx.query_dyn(sql, params).await,
        }
    }

    pub(super) async fn steps(&mut self) -> Result<Vec<(i64, i64, String)>, Fault> {
        let sql = "select number, step, checksum from schema_step order by number, step";
        let rows = self.rows(sql.into(), params![]).await?;
        rows.iter().map(|row| Ok((row.int(0)?, row.int(1)?, row.text(2)?))).collect()
    }

    /// All our tables, in the order they were made: a table that others refer to comes before them.
    pub(super) async fn tables(&mut self) -> Result<Vec<Table>, Fault> {
        let (names, columns) = match self {
            Snapshot::Sqlite(..) => (
                "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by rowid",
                "select name from pragma_table_info($1) order by cid",
            ),
            Snapshot::Postgres(_) => (
                "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace \
                 where n.nspname = current_schema() and c.relkind in ('r', 'p') order by c.oid",
                "select cast(column_name as text) from information_schema.columns \
                 where table_schema = current_schema() and table_name = $1 order by ordinal_position",
            ),
        };
        let mut tables = Vec::new();
        for row in self.rows(names.into(), params![]).await? {
            let name = row.text(0)?;
            let rows = self.rows(columns.into(), params![&name]).await?;
            let columns = rows.iter().map(|row| row.text(0)).collect::<Result<_, _>>()?;
            tables.push(Table { name, columns });
        }
        Ok(tables)
    }

    /// Begin to read `table`.
    pub(super) async fn open(&mut self, table: &Table) -> Result<(), Fault> {
        match self {
            Snapshot::Sqlite(_, last) => *last = i64::MIN,
            Snapshot::Postgres(tx) => {
                let columns = table.columns.join(", ");
                let sql = format!("declare piece no scroll cursor for select {columns} from {}", table.name);
                tx.execute_dyn(sql, params![]).await?;
            }
        }
        Ok(())
    }

    /// The next piece; empty, and closed, when there is no more.
    pub(super) async fn next(&mut self, table: &Table) -> Result<Vec<Row>, Fault> {
        match self {
            Snapshot::Sqlite(conn, last) => {
                let columns = table.columns.join(", ");
                let sql = format!(
                    "select {columns}, rowid from {} where rowid > $1 order by rowid limit {PIECE}",
                    table.name
                );
                let rows = sqlite::rows(conn, &sql, &params![*last])?;
                if let Some(row) = rows.last() {
                    *last = row.int(table.columns.len())?;
                }
                let without = |row: Row| Row::new(row.values()[..table.columns.len()].to_vec());
                Ok(rows.into_iter().map(without).collect())
            }
            Snapshot::Postgres(tx) => {
                let rows = tx.query_dyn(format!("fetch {PIECE} from piece"), params![]).await?;
                if rows.is_empty() {
                    tx.execute_dyn("close piece".into(), params![]).await?;
                }
                Ok(rows)
            }
        }
    }
}
