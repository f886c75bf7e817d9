//! What other matters tell the catalogue, by interface: it keeps no cases, but an item doesn't end over the heads of people
//! who wait for a decision.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

/// Knows how many cases and drafts of an item are open.
#[async_trait]
pub trait OpenWork: Send + Sync {
    /// Cases that are not closed, by slug of their item: of one bureau, or of all.
    async fn cases(&self, db: &db::Db, bureau: Option<&str>) -> Result<BTreeMap<String, u64>, db::Fault>;
}

/// Who counts open cases on this site; the portal puts it in.
#[derive(Clone)]
pub struct Work(pub Arc<dyn OpenWork>);

/// A site without cases: tests of this matter alone.
pub struct NoWork;

#[async_trait]
impl OpenWork for NoWork {
    async fn cases(&self, _db: &db::Db, _bureau: Option<&str>) -> Result<BTreeMap<String, u64>, db::Fault> {
        Ok(BTreeMap::new())
    }
}
