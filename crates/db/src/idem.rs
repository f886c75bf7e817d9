//! Idempotency keys: every submit carries one, and its answer is kept in the same transaction as its effect. A double
//! click, a retry after a timeout or after an unknown commit finds the answer instead of doing the work twice.

use crate::exec::Exec;
use crate::{Fault, Statement, params};
use jiff::Timestamp;

/// Keep `answer` for `key`. `Fault::Unique` when the key was used: undo the transaction and give back [`answer`].
pub async fn claim(
    tx: &mut impl Exec,
    bureau: &str,
    key: &str,
    answer: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.perform(claim_statement(bureau, key, answer, now)).await.map(|_| ())
}

/// As [`claim`], as a write to ride in a `commit_with`.
pub fn claim_statement(bureau: &str, key: &str, answer: &str, now: Timestamp) -> Statement {
    Statement::new(
        "insert into idem (bureau, key, answer, at) values ($1, $2, $3, $4)",
        params![bureau, key, answer, now],
    )
}

/// The answer given for `key`, if it was used.
pub async fn answer(on: &mut impl Exec, bureau: &str, key: &str) -> Result<Option<String>, Fault> {
    let row =
        on.query_opt("select answer from idem where bureau = $1 and key = $2", params![bureau, key]).await?;
    row.map(|row| row.text(0)).transpose()
}

/// Forget keys used before `instant`: nobody sends a form again after days. How many went.
pub async fn forget_before(on: &mut impl Exec, instant: Timestamp) -> Result<u64, Fault> {
    on.execute("delete from idem where at < $1 -- all bureaus: housekeeping", params![instant]).await
}
