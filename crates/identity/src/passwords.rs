//! Passwords: argon2id, at most two at a time, and never faster for a name nobody has.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::Fault;

/// Hashing takes 19 MiB and a core for tens of milliseconds: more at once would let a crowd of guesses stop the site.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Verified when the name is unknown, so that the answer takes as long as for a known one.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash_now("nobody signs in with this").expect("argon2 works"));

pub const SHORTEST: usize = 8;
const LONGEST: usize = 128;

/// What the person must be told before this password can be taken; `known` are names and numbers that stand in the
/// same form.
pub fn weakness(password: &str, known: &[&str]) -> Option<String> {
    let len = password.chars().count();
    if len < SHORTEST {
        return Some(format!("密码至少 {SHORTEST} 个字符，现在只有 {len} 个"));
    }
    if len > LONGEST {
        return Some(format!("密码最多 {LONGEST} 个字符"));
    }
    let kinds = [char::is_alphabetic as fn(char) -> bool, char::is_numeric, |c| !c.is_alphanumeric()];
    let mixed = kinds.iter().filter(|kind| password.chars().any(kind)).count() >= 2;
    if !mixed && len < 16 {
        return Some("密码请同时包含字母、数字、符号中的两种，或者用 16 个以上的字符".into());
    }
    if is_common(password) {
        return Some("这个密码太常见，别人很容易猜到，请换一个".into());
    }
    let in_it = |name: &&&str| name.chars().count() >= 4 && password.contains(**name);
    known.iter().find(in_it).map(|_| "密码里不要包含您的姓名、手机号或证件号码".into())
}

fn is_common(password: &str) -> bool {
    const COMMON: [&str; 14] = [
        "password1",
        "passw0rd",
        "admin123",
        "admin888",
        "abc12345",
        "abcd1234",
        "a1234567",
        "a12345678",
        "qwer1234",
        "1q2w3e4r",
        "asdf1234",
        "aa123456",
        "yancao123",
        "iloveyou1",
    ];
    let lower = password.to_lowercase();
    COMMON.contains(&lower.as_str()) || lower.starts_with("password") || lower.starts_with("12345678")
}

/// The PHC string of a password.
pub async fn hash(password: &str) -> Result<String, Fault> {
    let password = password.to_owned();
    off_the_road(move || hash_now(&password)).await?
}

/// As [`hash`], on the spot: for loading a demo, where one hash serves many accounts.
pub fn hash_now(password: &str) -> Result<String, Fault> {
    let phc =
        Argon2::default().hash_password(password.as_bytes()).map_err(|e| Fault::Hashing(e.to_string()))?;
    Ok(phc.to_string())
}

/// Whether `password` is the one of `phc`. `None` costs the same time and is never right.
pub async fn verify(password: &str, phc: Option<String>) -> Result<bool, Fault> {
    let password = password.to_owned();
    off_the_road(move || {
        let known = phc.is_some();
        let phc = phc.as_deref().unwrap_or(&NOBODY);
        let phc = PasswordHash::new(phc).map_err(|e| Fault::Hashing(e.to_string()))?;
        let right = Argon2::default().verify_password(password.as_bytes(), &phc).is_ok();
        Ok(known && right)
    })
    .await?
}

async fn off_the_road<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
    let _turn = AT_ONCE.acquire().await.expect("never closed");
    tokio::task::spawn_blocking(work).await.map_err(|e| Fault::Hashing(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_refused_with_the_reason() {
        let refused = |password: &str| weakness(password, &["李明", "19999010001"]);
        assert!(refused("a1b2c3").unwrap().contains("至少 8 个字符，现在只有 6 个"));
        assert!(refused("abcdefgh").unwrap().contains("两种"));
        assert!(refused("Password1").unwrap().contains("常见"));
        assert!(refused("x19999010001").unwrap().contains("手机号"));
        assert_eq!(refused("xiaodian-2026"), None);
    }

    #[tokio::test]
    async fn only_the_right_password_opens_and_nobody_never_does() {
        let phc = hash("xiaodian-2026").await.unwrap();
        assert!(phc.starts_with("$argon2id$"));
        assert!(verify("xiaodian-2026", Some(phc.clone())).await.unwrap());
        assert!(!verify("xiaodian-2027", Some(phc)).await.unwrap());
        assert!(!verify("nobody signs in with this", None).await.unwrap());
    }
}
