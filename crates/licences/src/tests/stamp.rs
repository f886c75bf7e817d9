//! A seal for tests: keeps the paper's data as the file, takes its place in the ledger's series, and can be away.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use db::{Exec, Tx, counter, params};
use files::Files;
use jiff::Timestamp;
use papers::Paper;
use seals::{Fault, Order, PayloadSignature, Sealed, Seals};

pub(crate) struct Stamp {
    files: Files,
    away: AtomicBool,
    /// Refuses from this use on; none when 0.
    fails_at: AtomicU32,
    uses: AtomicU32,
}

impl Stamp {
    pub fn new(files: Files) -> Stamp {
        let (away, none) = (AtomicBool::new(false), AtomicU32::new(0));
        Stamp { files, away, fails_at: none, uses: AtomicU32::new(0) }
    }

    pub fn go_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    /// The `n`th use from now on fails, and those after it.
    pub fn fail_at(&self, n: u32) {
        self.uses.store(0, Ordering::SeqCst);
        self.fails_at.store(n, Ordering::SeqCst);
    }
}

#[async_trait::async_trait]
impl Seals for Stamp {
    async fn seal(&self, tx: &mut Tx, order: &Order<'_>, _now: Timestamp) -> Result<Sealed, Fault> {
        if self.away.load(Ordering::SeqCst) {
            return Err(Fault::Unavailable("away".into()));
        }
        let use_of = self.uses.fetch_add(1, Ordering::SeqCst) + 1;
        let fails_at = self.fails_at.load(Ordering::SeqCst);
        let serial = counter::next(tx, order.bureau, "seal-use:stamp").await?;
        if fails_at > 0 && use_of >= fails_at {
            return Err(Fault::Refused("told to".into()));
        }
        let file = format!("OFD {:?} {}", order.custom, order.paper.data);
        let stored = self.files.put_bytes(file.into_bytes()).await?;
        tx.execute(
            "insert into document_copy
                (digest, form, bureau, paper_kind, number, subject_kind, subject, paper_id, made_at)
             values ($1, 'ofd', $2, $3, null, $4, $5, $6, 0)",
            params![
                &stored.digest,
                order.bureau,
                order.paper.kind.code(),
                order.subject.0,
                order.subject.1,
                order.paper_id
            ],
        )
        .await?;
        Ok(Sealed { seal: "stamp".into(), serial, digest: stored.digest, bytes: stored.bytes })
    }

    fn sign_payload(&self, _bureau: &str, _message: &[u8]) -> Result<PayloadSignature, Fault> {
        Ok(PayloadSignature { kid: [7; 8], raw: [7; 64] })
    }

    async fn reading_copy(
        &self,
        _db: &mut db::Db,
        _bureau: &str,
        digest: Option<&str>,
        paper: &Paper,
    ) -> Result<Vec<u8>, Fault> {
        Ok(format!("{}\nPDF {} {}", paper.kind.code(), digest.unwrap_or("unsealed"), paper.data).into_bytes())
    }
}
