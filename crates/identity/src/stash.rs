//! What was typed into a form when the session turned out to be over: kept, sealed, for a day, for the same person only.

use db::{Exec, params};
use jiff::{SignedDuration, Timestamp};
use sm3::{Digest, Sm3};
use web::App;
use web::form::{Kept, Pairs, keepable};

use crate::{Fault, seal};

const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Keeps what `subject` typed; answers the key to get it back by.
pub async fn keep(app: &App, subject: &str, action: &str, pairs: Pairs) -> Result<String, Fault> {
    let key = hex::encode(web::app::random::<16>());
    let body = serde_urlencoded::to_string(keepable(pairs)).map_err(|_| Fault::Sealed("stash"))?;
    app.db
        .clone()
        .execute(
            "insert into stash (id_hash, subject, action, body, at) values ($1, $2, $3, $4, $5)",
            params![digest(&key), subject, action, seal::seal(app, "stash", &body), app.now()],
        )
        .await?;
    Ok(key)
}

/// Gives it back, to the person it came from and no one else.
pub async fn find(app: &App, subject: &str, key: &str) -> Result<Option<Kept>, Fault> {
    let row = app
        .db
        .clone()
        .query_opt(
            "select action, body from stash where id_hash = $1 and subject = $2 and at > $3",
            params![digest(key), subject, app.now() - KEPT_FOR],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let body = seal::open(app, "stash", &row.text(1)?)?;
    let pairs = serde_urlencoded::from_str(&body).map_err(|_| Fault::Sealed("stash"))?;
    Ok(Some(Kept { action: row.text(0)?, pairs }))
}

pub(crate) async fn sweep(db: &mut impl Exec, now: Timestamp) -> Result<u64, db::Fault> {
    db.execute("delete from stash where at < $1", params![now - KEPT_FOR]).await
}

fn digest(key: &str) -> String {
    hex::encode(Sm3::digest(key.as_bytes()))
}
