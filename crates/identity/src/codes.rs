//! One-time codes by text message: six digits, five minutes, five tries, once a minute.

use db::{Exec, params};
use jiff::SignedDuration;
use subtle::ConstantTimeEq;
use web::App;

use crate::{Fault, Identity, key_hash};

/// What a code opens; a code asked for one thing doesn't open another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Purpose {
    Login,
    Register,
    /// Setting a new password without the old one.
    Password,
}

impl Purpose {
    fn code(self) -> &'static str {
        match self {
            Purpose::Login => "login",
            Purpose::Register => "register",
            Purpose::Password => "password",
        }
    }
}

const GOOD_FOR: SignedDuration = SignedDuration::from_mins(5);
const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(60);
const TRIES: i64 = 5;

/// Sends a code to a phone. In a demo, answers the code so that the page can show it.
///
/// `known` is false when a code is asked for a phone nobody has: everything looks the same, nothing is sent.
pub async fn send(app: &App, purpose: Purpose, phone: &str, known: bool) -> Result<Option<String>, Fault> {
    let (now, mut db) = (app.now(), app.db.clone());
    let hash = key_hash(app, "phone", phone);
    let code = six_digits();
    // The minute between two codes is held by the row itself: a second one at the same time changes nothing.
    let sent = db
        .execute(
            "insert into one_time_code (key_hash, purpose, code_hash, sent_at, expires_at, tries)
             values ($1, $2, $3, $4, $5, 0)
             on conflict (key_hash, purpose) do update
             set code_hash = excluded.code_hash, sent_at = excluded.sent_at, expires_at = excluded.expires_at, tries = 0
             where one_time_code.sent_at <= $6",
            params![&hash, purpose.code(), code_hash(app, &hash, &code), now, now + GOOD_FOR, now - AGAIN_AFTER],
        )
        .await?;
    if sent == 0 {
        return Err(Fault::CodeTooSoon { seconds: AGAIN_AFTER.as_secs() });
    }
    if known {
        let text =
            format!("【{}】验证码 {code}，5 分钟内有效。请勿告诉他人，工作人员不会索要。", app.site().name);
        app.part::<Identity>().messenger.send(phone, &text).await.map_err(Fault::NotSent)?;
    }
    Ok((app.settings().demo && known).then_some(code))
}

/// Whether this is the code; it is used up when it is, and after five wrong tries.
pub async fn check(app: &App, purpose: Purpose, phone: &str, typed: &str) -> Result<bool, Fault> {
    let hash = key_hash(app, "phone", phone);
    let mut db = app.db.clone();
    let row = db
        .query_opt(
            "update one_time_code set tries = tries + 1
              where key_hash = $1 and purpose = $2 and expires_at > $3 and tries < $4
              returning code_hash",
            params![&hash, purpose.code(), app.now(), TRIES],
        )
        .await?;
    let Some(row) = row else { return Ok(false) };
    let right = row.text(0)?.as_bytes().ct_eq(code_hash(app, &hash, typed.trim()).as_bytes());
    if !bool::from(right) {
        return Ok(false);
    }
    // Two browsers with the same right code: the one that deletes the row has it.
    let used = db
        .execute(
            "delete from one_time_code where key_hash = $1 and purpose = $2 and code_hash = $3",
            params![&hash, purpose.code(), row.text(0)?],
        )
        .await?;
    Ok(used == 1)
}

pub(crate) async fn sweep(db: &mut impl Exec, now: jiff::Timestamp) -> Result<u64, db::Fault> {
    db.execute("delete from one_time_code where expires_at < $1", params![now]).await
}

fn code_hash(app: &App, phone_hash: &str, code: &str) -> String {
    key_hash(app, "one-time-code", &format!("{phone_hash}|{code}"))
}

/// Each of the million codes equally likely: values past the last full million are drawn again.
fn six_digits() -> String {
    loop {
        let drawn = u32::from_be_bytes(web::app::random());
        if drawn < u32::MAX - u32::MAX % 1_000_000 {
            return format!("{:06}", drawn % 1_000_000);
        }
    }
}
