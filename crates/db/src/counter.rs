//! Series of numbers without gaps: one row a bureau and name, taken in the transaction that uses the number.

use crate::exec::Exec;
use crate::{Fault, params};

/// The next number of a series, from 1. A transaction that is undone gives its number back.
pub async fn next(tx: &mut impl Exec, bureau: &str, name: &str) -> Result<i64, Fault> {
    let row = tx
        .query_one(
            "insert into counter (bureau, name, val) values ($1, $2, 1) \
             on conflict (bureau, name) do update set val = counter.val + 1 returning val",
            params![bureau, name],
        )
        .await?;
    row.int(0)
}

/// The last number given out, 0 when none has been.
pub async fn peek(on: &mut impl Exec, bureau: &str, name: &str) -> Result<i64, Fault> {
    let row = on
        .query_opt("select val from counter where bureau = $1 and name = $2", params![bureau, name])
        .await?;
    row.map_or(Ok(0), |row| row.int(0))
}

/// Make sure that the next number is above `least` (after an import). Never lowers a series.
pub async fn raise_to(tx: &mut impl Exec, bureau: &str, name: &str, least: i64) -> Result<(), Fault> {
    tx.execute(
        "insert into counter (bureau, name, val) values ($1, $2, $3) \
         on conflict (bureau, name) do update set val = excluded.val where excluded.val > counter.val",
        params![bureau, name, least],
    )
    .await
    .map(|_| ())
}
