//! A watchman: looks at the rows every so often and does what has become due. It may run twice.

use crate::Failed;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// Looks at rows, not at events. `now` is the clock of the program, which tests and demos may set.
#[async_trait]
pub trait Sweep: Send + Sync {
    async fn sweep(&self, now: Timestamp) -> Result<(), Failed>;
}

pub(crate) struct Scheduled {
    pub(crate) name: &'static str,
    pub(crate) every: SignedDuration,
    pub(crate) sweep: Arc<dyn Sweep>,
}

impl Scheduled {
    /// When it is next due. After a failure it does not wait longer than a minute.
    pub(crate) fn wait(&self, failed: bool) -> SignedDuration {
        if failed { self.every.min(SignedDuration::from_mins(1)) } else { self.every }
    }
}
