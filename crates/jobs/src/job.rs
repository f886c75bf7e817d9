//! A job and who does it.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use std::hash::{BuildHasher, RandomState};
use thiserror::Error;

/// A piece of work, as leased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub bureau: String,
    pub kind: String,
    /// Names the work among those of its kind and bureau.
    pub key: String,
    /// JSON.
    pub payload: String,
    /// When it was due.
    pub run_at: Timestamp,
    /// Which attempt this is, from 1.
    pub attempts: u32,
}

impl Job {
    /// The payload as `T`. What cannot be read today cannot be read tomorrow: it fails for good.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Failed> {
        serde_json::from_str(&self.payload).map_err(|fault| Failed::GiveUp(format!("payload: {fault}")))
    }
}

/// Why a job was not done.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Failed {
    /// Something was away; try again later.
    #[error("try again: {0}")]
    Again(String),
    /// It will never work; a person must look at it.
    #[error("given up: {0}")]
    GiveUp(String),
}

/// A fault of the database passes, unless the statement or the row itself is wrong.
impl From<db::Fault> for Failed {
    fn from(fault: db::Fault) -> Failed {
        match fault {
            db::Fault::Sql(_) | db::Fault::Shape(_) | db::Fault::Schema(_) => {
                Failed::GiveUp(fault.to_string())
            }
            _ => Failed::Again(fault.to_string()),
        }
    }
}

/// Does the jobs of a kind. It may be handed the same job twice.
#[async_trait]
pub trait Handler: Send + Sync {
    async fn run(&self, job: &Job) -> Result<(), Failed>;
}

/// How long to wait after failed attempt `attempts`: doubling from two seconds to an hour, and up to a quarter more by
/// chance, so that what failed together does not come back together.
pub(crate) fn backoff(attempts: u32) -> SignedDuration {
    let seconds = (1_i64 << attempts.min(12)).min(3600);
    let quarter = (seconds * 1000 / 4).max(1) as u64;
    let chance = RandomState::new().hash_one(attempts) % quarter;
    SignedDuration::from_secs(seconds) + SignedDuration::from_millis(chance as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_an_hour_and_differ() {
        for (attempts, least) in [(1, 2), (2, 4), (5, 32), (11, 2048), (12, 3600), (40, 3600)] {
            let waited = backoff(attempts);
            assert!(waited >= SignedDuration::from_secs(least), "{attempts}: {waited}");
            assert!(waited <= SignedDuration::from_secs(least + least / 4 + 1), "{attempts}: {waited}");
        }
        let waits: std::collections::HashSet<_> = (0..20).map(|_| backoff(12)).collect();
        assert!(waits.len() > 1, "no chance in it");
    }
}
