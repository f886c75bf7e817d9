//! Somebody who seals nothing, for the tests of other matters: it counts, keeps no key and writes no ledger.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use db::Tx;
use jiff::Timestamp;
use papers::Paper;

use crate::{Fault, Order, PayloadSignature, SealKind, Sealed, Seals};

/// What was asked to be sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub bureau: String,
    pub paper_id: String,
    pub kind: papers::Kind,
    pub number: Option<String>,
    /// Identifier of the officer.
    pub user: String,
    pub under: String,
    pub at: Timestamp,
}

/// Takes every order and seals nothing.
#[derive(Default)]
pub struct Unsealed {
    asked: Mutex<Vec<Asked>>,
    away: AtomicBool,
    refuses: AtomicBool,
    files: Option<files::Files>,
}

impl Unsealed {
    pub fn new() -> Unsealed {
        Unsealed::default()
    }

    /// As [`Unsealed::new`], but the text of the paper is kept in `files` under the digest that is answered, so that a
    /// download finds it.
    pub fn keeping(files: files::Files) -> Unsealed {
        Unsealed { files: Some(files), ..Unsealed::default() }
    }

    /// From now on the signing service is away, or back again.
    pub fn goes_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    /// From now on the signing service refuses, or signs again.
    pub fn refuses(&self, refuses: bool) {
        self.refuses.store(refuses, Ordering::SeqCst);
    }

    /// Every order that was taken, in order. One whose transaction was undone stays in it.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("nothing panics inside").clone()
    }

    pub fn count(&self) -> usize {
        self.asked().len()
    }

    fn answers(&self) -> Result<(), Fault> {
        if self.away.load(Ordering::SeqCst) {
            return Err(Fault::Unavailable("away, as the test wants it".into()));
        }
        if self.refuses.load(Ordering::SeqCst) {
            return Err(Fault::Refused("refused, as the test wants it".into()));
        }
        Ok(())
    }
}

#[async_trait]
impl Seals for Unsealed {
    async fn seal(&self, _tx: &mut Tx, order: &Order<'_>, now: Timestamp) -> Result<Sealed, Fault> {
        self.answers()?;
        let paper = order.paper;
        let kind = SealKind::for_paper(paper.kind).ok_or(Fault::NeedsNone(paper.kind))?;
        let text = format!("{}\n{}\n{now}\n{}", order.bureau, order.paper_id, plain(paper));
        let (digest, bytes) = match &self.files {
            Some(files) => {
                let stored = files.put_bytes(text.into_bytes()).await?;
                (stored.digest, stored.bytes)
            }
            None => (hex::encode(guomi::sm3::digest(text.as_bytes())), text.len() as u64),
        };
        let mut asked = self.asked.lock().expect("nothing panics inside");
        asked.push(Asked {
            bureau: order.bureau.to_owned(),
            paper_id: order.paper_id.to_owned(),
            kind: paper.kind,
            number: paper.number.clone(),
            user: order.user.id.to_owned(),
            under: order.under.to_owned(),
            at: now,
        });
        let serial = asked.len() as i64;
        Ok(Sealed { seal: format!("{}-{}", order.bureau, kind.code()), serial, digest, bytes })
    }

    fn sign_payload(&self, bureau: &str, message: &[u8]) -> Result<PayloadSignature, Fault> {
        self.answers()?;
        let mut raw = [0; 64];
        let digest = guomi::sm3::digest(message);
        raw[..32].copy_from_slice(&digest);
        raw[32..].copy_from_slice(&digest);
        let mut kid = [0; 8];
        kid.copy_from_slice(&guomi::sm3::digest(bureau.as_bytes())[..8]);
        Ok(PayloadSignature { kid, raw })
    }

    async fn reading_copy(
        &self,
        _db: &mut db::Db,
        _bureau: &str,
        digest: Option<&str>,
        paper: &Paper,
    ) -> Result<Vec<u8>, Fault> {
        let sealed = digest.map(|digest| format!("\nsealed {digest}")).unwrap_or_default();
        Ok(format!("{}{sealed}\n", plain(paper)).into_bytes())
    }
}

/// As `web::testing` writes a paper.
fn plain(paper: &Paper) -> String {
    let number = paper.number.as_deref().unwrap_or_default();
    format!("{}\n{number}\n{}\n{}", paper.kind.code(), paper.issued_on, paper.data)
}
