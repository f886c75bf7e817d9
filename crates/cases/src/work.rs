//! What the catalogue asks of cases: how many of an item are open before it is paused or cancelled.

use std::collections::BTreeMap;

use async_trait::async_trait;
use catalog::OpenWork;

use crate::store;

/// Counts the cases of this site.
pub struct OpenCases;

#[async_trait]
impl OpenWork for OpenCases {
    async fn cases(&self, db: &db::Db, bureau: Option<&str>) -> Result<BTreeMap<String, u64>, db::Fault> {
        store::open_by_item(&mut db.clone(), bureau).await
    }
}
