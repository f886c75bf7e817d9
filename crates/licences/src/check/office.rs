//! The records of this very site, as the verification asks them.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use db::Db;
use guomi::x509::{Cert, Trust};
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

/// The certificates that `SealKeys` has set aside for newer ones, `old-bureau-990101-2030-01-01-0a1b2c3d.pem`: what they
/// signed is still out there.
fn earlier(folder: &Path) -> Vec<Signatory> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let one = |file: std::fs::DirEntry| {
        let name = file.file_name().into_string().ok()?;
        let (bureau, _) = name.strip_prefix("old-bureau-")?.strip_suffix(".pem")?.split_once('-')?;
        let pem = std::fs::read_to_string(file.path()).ok()?;
        let cert = Cert::all_from_pem(&pem).ok()?.into_iter().next()?;
        Some(Signatory { bureau: bureau.to_owned(), cert })
    };
    let mut earlier: Vec<Signatory> = files.filter_map(one).collect();
    earlier.sort_by_key(|signatory| std::cmp::Reverse(signatory.cert.not_after()));
    earlier
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
        let present = certs.unwrap_or_default().into_iter();
        let present = present.map(|(bureau, cert)| Signatory { bureau, cert });
        present.chain(earlier(&self.0.settings().folder)).collect()
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
            sealed: copy.form != seals::PLAIN,
        }))
    }
}
