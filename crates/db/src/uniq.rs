//! What must be unique in the whole country: a row by the hash of its key, in the transaction that claims it.

use crate::exec::Exec;
use crate::{Fault, params};

/// Who holds a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    pub bureau: String,
    pub value: String,
}

/// Hold `key_hash` of `kind` for `bureau`. `Fault::Unique` when somebody holds it.
pub async fn claim(
    tx: &mut impl Exec,
    key_hash: &str,
    kind: &str,
    bureau: &str,
    value: &str,
) -> Result<(), Fault> {
    tx.execute(
        "insert into uniq (key_hash, kind, bureau, value) values ($1, $2, $3, $4)",
        params![key_hash, kind, bureau, value],
    )
    .await
    .map(|_| ())
}

/// Who holds `key_hash` of `kind`.
pub async fn holder(on: &mut impl Exec, key_hash: &str, kind: &str) -> Result<Option<Holder>, Fault> {
    let row = on
        .query_opt(
            "select bureau, value from uniq where key_hash = $1 and kind = $2",
            params![key_hash, kind],
        )
        .await?;
    row.map(|row| Ok(Holder { bureau: row.text(0)?, value: row.text(1)? })).transpose()
}

/// Give a key back. True when it was held by `bureau`.
pub async fn release(tx: &mut impl Exec, key_hash: &str, kind: &str, bureau: &str) -> Result<bool, Fault> {
    let gone = tx
        .execute(
            "delete from uniq where key_hash = $1 and kind = $2 and bureau = $3",
            params![key_hash, kind, bureau],
        )
        .await?;
    Ok(gone > 0)
}
