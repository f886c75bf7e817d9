//! The records of this very site, as the verification asks them.

use std::sync::Arc;

use async_trait::async_trait;
use db::Db;
use guomi::x509::Trust;
use jiff::Timestamp;
use seals::{SealKeys, store};

use super::gather::{FileCopy, Offices, SealOffice, Stood};
use crate::statement::Signatory;
use crate::status_list::Issued;

/// The seals whose keys and records are kept here.
pub struct OwnSeals(pub Arc<SealKeys>);

impl Offices {
    /// Everything that is asked is kept at this site.
    pub fn own(keys: Arc<SealKeys>) -> Offices {
        Offices { seals: Arc::new(OwnSeals(keys)), editions: Arc::new(Issued) }
    }
}

#[async_trait]
impl SealOffice for OwnSeals {
    fn trust(&self) -> Option<Arc<Trust>> {
        if !self.0.is_founded() {
            return None;
        }
        self.0.trust().inspect_err(|fault| tracing::error!(%fault, "the roots can't be read")).ok()
    }

    fn signatories(&self) -> Vec<Signatory> {
        let certs = self.0.certs().inspect_err(|fault| tracing::error!(%fault, "certificates can't be read"));
        let certs = certs.unwrap_or_default().into_iter();
        certs.map(|(bureau, cert)| Signatory { bureau, cert }).collect()
    }

    async fn stood(&self, db: &mut Db, seal: &str, at: Timestamp) -> Result<Stood, db::Fault> {
        let Some(record) = store::by_number(db, seal).await? else { return Ok(Stood::Unknown) };
        if record.in_use_at(at) {
            return Ok(Stood::InUse { bureau: record.bureau });
        }
        Ok(Stood::NotInUse {
            says: format!("印章登记为“{}”，盖章时间不在使用期间内", record.state.says())
        })
    }

    async fn copy(&self, db: &mut Db, digest: &str) -> Result<Option<FileCopy>, db::Fault> {
        let copies = store::copies_of(db, digest).await?;
        Ok(copies.into_iter().next().map(|copy| FileCopy {
            bureau: copy.bureau,
            paper_kind: copy.paper_kind,
            number: copy.number,
            subject_kind: copy.subject_kind,
            subject: copy.subject,
            paper_id: copy.paper_id,
            made_at: copy.made_at,
        }))
    }
}
