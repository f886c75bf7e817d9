//! The brake on guessing: five wrong tries close a name for a quarter of an hour, twenty close an address, sixty a secret
//! that everybody may try.
//!
//! A try is counted before it is checked and taken back when it was right. Counted after, a thousand guesses sent at
//! once would all be checked before the first was counted.

use db::{Exec, params};
use jiff::{SignedDuration, Timestamp};
use web::App;

use crate::{Fault, key_hash};

/// What is being counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Door {
    /// One account's name, as typed; whether anybody has it makes no difference.
    Name,
    /// One address. A whole office may stand behind it, so it gets more tries.
    Address,
    /// A secret that strangers try from anywhere. Whoever closes it closes it to everybody, so that must take many
    /// addresses; sixty tries in a quarter of an hour are still nothing against eight digits.
    Secret,
}

impl Door {
    fn kind(self) -> &'static str {
        match self {
            Door::Name => "name",
            Door::Address => "address",
            Door::Secret => "secret",
        }
    }
    fn tries(self) -> i64 {
        match self {
            Door::Name => 5,
            Door::Address => 20,
            Door::Secret => 60,
        }
    }
}

const CLOSED_FOR: SignedDuration = SignedDuration::from_mins(15);

/// Counts a try at each door; refuses when one is closed, and says until when.
pub async fn try_doors(app: &App, doors: &[(Door, String)]) -> Result<(), Fault> {
    for (door, value) in doors {
        try_door(app, *door, value).await?;
    }
    Ok(())
}

async fn try_door(app: &App, door: Door, value: &str) -> Result<(), Fault> {
    let now = app.now();
    let mut db = app.db.clone();
    let forgotten = now - CLOSED_FOR;
    let row = db
        .query_one(
            "insert into login_failure (key_hash, kind, fails, first_at, locked_until) values ($1, $2, 1, $3, 0)
             on conflict (key_hash, kind) do update
             set fails = case when login_failure.first_at <= $4 and login_failure.locked_until <= $3
                              then 1 else login_failure.fails + 1 end,
                 first_at = case when login_failure.first_at <= $4 and login_failure.locked_until <= $3
                                 then $3 else login_failure.first_at end,
                 locked_until = case when login_failure.locked_until <= $3 then 0 else login_failure.locked_until end
             returning fails, locked_until",
            params![key_hash(app, door.kind(), value), door.kind(), now, forgotten],
        )
        .await?;
    let (fails, locked) = (row.int(0)?, row.instant(1)?);
    if locked > now {
        return Err(Fault::Locked { until: locked });
    }
    if fails > door.tries() {
        let until = now + CLOSED_FOR;
        db.execute(
            "update login_failure set locked_until = $1 where key_hash = $2 and kind = $3",
            params![until, key_hash(app, door.kind(), value), door.kind()],
        )
        .await?;
        return Err(Fault::Locked { until });
    }
    Ok(())
}

/// Tries left at a name's door, to be told after a wrong one.
pub async fn tries_left(app: &App, name: &str) -> Result<i64, Fault> {
    let row = app
        .db
        .clone()
        .query_opt(
            "select fails from login_failure where key_hash = $1 and kind = $2",
            params![key_hash(app, Door::Name.kind(), &name.to_lowercase()), Door::Name.kind()],
        )
        .await?;
    let fails = row.map_or(Ok(0), |row| row.int(0))?;
    Ok((Door::Name.tries() - fails).max(0))
}

/// Opens the doors again after a right one.
pub async fn forget(app: &App, doors: &[(Door, String)]) -> Result<(), Fault> {
    for (door, value) in doors {
        let taken_back = match door {
            Door::Name => "delete from login_failure where key_hash = $1 and kind = $2",
            // One right password must not wipe out what the same address did to other names, nor one right code the guesses
            // of others.
            Door::Address | Door::Secret => {
                "update login_failure set fails = fails - 1 where key_hash = $1 and kind = $2 and fails > 0"
            }
        };
        app.db.clone().execute(taken_back, params![key_hash(app, door.kind(), value), door.kind()]).await?;
    }
    Ok(())
}

/// Drops what has been quiet for a day.
pub async fn sweep(db: &mut impl Exec, now: Timestamp) -> Result<u64, db::Fault> {
    let day_ago = now - SignedDuration::from_hours(24);
    db.execute("delete from login_failure where first_at < $1 and locked_until < $1", params![day_ago]).await
}
