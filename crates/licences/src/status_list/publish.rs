//! Publishing: a watchman that makes a bureau's list anew when something about its licences has changed, and in time
//! before the last one counts no more.
//!
//! Nothing marks a list as out of date: `licence_head.seq`, which every change of a licence raises in its own
//! transaction, says so already.

use std::sync::Arc;

use async_trait::async_trait;
use db::{Db, Exec};
use jiff::{SignedDuration, Timestamp};
use jobs::{Failed, Sweep};
use seals::Seals;

use super::store::{self, Published};
use super::{Mark, StatusList, VALID_FOR, sign};
use crate::check::SealOffice;

/// Made anew when it counts for less than this: a day without the program leaves half a day of good lists.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_hours(12);

/// Who knows the editions of licences.
#[async_trait]
pub trait Editions: Send + Sync {
    /// Status index and mark of each edition of a bureau.
    async fn marks(&self, db: &mut Db, bureau: &str) -> Result<Vec<(u64, Mark)>, db::Fault>;

    /// The mark of one edition; `None` when there is none of that number.
    async fn mark(
        &self,
        db: &mut Db,
        bureau: &str,
        number: &str,
        edition: i64,
    ) -> Result<Option<Mark>, db::Fault>;
}

pub struct Publisher {
    db: Db,
    seals: Arc<dyn Seals>,
    office: Arc<dyn SealOffice>,
    editions: Arc<dyn Editions>,
}

impl Publisher {
    pub fn new(
        db: Db,
        seals: Arc<dyn Seals>,
        office: Arc<dyn SealOffice>,
        editions: Arc<dyn Editions>,
    ) -> Publisher {
        Publisher { db, seals, office, editions }
    }

    /// The list of a bureau as its licences stand now, for whoever asks before the watchman has come by.
    pub async fn freshen(&self, bureau: &str, now: Timestamp) -> Result<(), Stuck> {
        let seq = crate::store::head(&mut self.db.clone(), bureau).await?;
        self.look_after(bureau, seq, now).await
    }

    /// Publishes the list of a bureau if it is due. `seq` was read before anything else: what changes meanwhile makes the
    /// list due again.
    async fn look_after(&self, bureau: &str, seq: i64, now: Timestamp) -> Result<(), Stuck> {
        let last = store::freshness(&mut self.db.clone(), bureau).await?;
        if last.is_some_and(|(held, until)| held == seq && now + RENEW_BEFORE < until) {
            return Ok(());
        }
        let marks = self.editions.marks(&mut self.db.clone(), bureau).await?;
        if marks.is_empty() {
            return Ok(());
        }
        let list = StatusList::new(bureau, &marks, self.certs(bureau), now);
        let seals = self.seals.clone();
        let signed = tokio::task::spawn_blocking(move || sign(&*seals, &list)).await;
        let body = signed.map_err(|fault| Stuck::Other(fault.to_string()))??;
        let digest = hex::encode(guomi::sm3::digest(&body));
        let list = Published { seq, issued_at: now, next_update: now + VALID_FOR, body, digest };
        self.db.clone().perform(store::publish(bureau, &list)).await?;
        Ok(())
    }

    fn certs(&self, bureau: &str) -> Vec<Vec<u8>> {
        let all = self.office.signatories();
        let own = all.into_iter().filter(|signatory| signatory.bureau == bureau);
        own.map(|signatory| signatory.cert.der().to_vec()).collect()
    }
}

/// Why a list could not be published.
#[derive(Debug, thiserror::Error)]
pub enum Stuck {
    #[error(transparent)]
    Store(#[from] db::Fault),
    #[error(transparent)]
    Seals(#[from] seals::Fault),
    #[error("{0}")]
    Other(String),
}

#[async_trait]
impl Sweep for Publisher {
    /// One bureau whose key is missing must not keep the lists of the others from coming out.
    async fn sweep(&self, now: Timestamp) -> Result<(), Failed> {
        let heads = crate::store::heads(&mut self.db.clone()).await;
        let mut stuck = None;
        for (bureau, seq) in heads.map_err(|fault| Failed::Again(fault.to_string()))? {
            if let Err(fault) = self.look_after(&bureau, seq, now).await {
                tracing::warn!(%fault, bureau, "the status list could not be published; the last one stays");
                stuck = Some(fault.to_string());
            }
        }
        stuck.map_or(Ok(()), |fault| Err(Failed::Again(fault)))
    }
}
