//! What others ask of this matter: put the seal on this paper, under this step.

use std::sync::Arc;

use async_trait::async_trait;
use db::Tx;
use jiff::Timestamp;
use papers::Paper;

use crate::Fault;

/// A paper to be sealed.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// The bureau whose seal goes on it.
    pub bureau: &'a str,
    /// The name of the bureau, as the author of the document.
    pub bureau_name: &'a str,
    /// Identifier of the paper in its own table; new papers only.
    pub paper_id: &'a str,
    pub paper: &'a Paper,
    /// What it belongs to: `("case", id)`, `("licence", number)`.
    pub subject: (&'a str, &'a str),
    /// The step and the number it stands under, for the ledger: “准予许可 城中烟申〔2026〕第00001号”.
    pub under: &'a str,
    pub user: User<'a>,
    /// Names and values that other systems read from the file (`CustomDatas`).
    pub custom: Vec<(String, String)>,
}

/// Who takes the step under which the seal is used.
#[derive(Clone, Copy, Debug)]
pub struct User<'a> {
    pub id: &'a str,
    pub name: &'a str,
}

/// A paper that bears its seal. The file lies in the object store; row and ledger are in the caller's transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Number of the seal (`esID`).
    pub seal: String,
    /// Running number of this use in the seal's ledger, from 1 without gap.
    pub serial: i64,
    /// SM3 of the OFD file, 64 hexadecimal digits: its name in the object store.
    pub digest: String,
    pub bytes: u64,
}

/// A signature over plain bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayloadSignature {
    /// The first eight bytes of SM3 over the signer's certificate (DER).
    pub kid: [u8; 8],
    /// r and s, 32 bytes each.
    pub raw: [u8; 64],
}

/// Who seals. `portal` puts the real one in; tests of other matters may put in their own.
#[async_trait]
pub trait Seals: Send + Sync {
    /// Sets the paper in type, writes it as OFD, seals it, keeps the file, and enters the use in the ledger of the seal,
    /// within `tx`. A transaction that is undone leaves at most a file that nothing names.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the signing service is away and waiting helps; the caller undoes its transaction and
    /// keeps the step waiting. Every other fault needs a person.
    async fn seal(&self, tx: &mut Tx, order: &Order<'_>, now: Timestamp) -> Result<Sealed, Fault>;

    /// Signs what is not a document (the payload of a QR code, a status list) with the key of the bureau.
    ///
    /// # Errors
    /// As [`Seals::seal`].
    fn sign_payload(&self, bureau: &str, message: &[u8]) -> Result<PayloadSignature, Fault>;

    /// The reading copy of a paper sealed earlier: PDF from the same layout, with the pictures of its seals. A paper
    /// that was never sealed comes without a picture.
    async fn reading_copy(
        &self,
        db: &mut db::Db,
        bureau: &str,
        digest: Option<&str>,
        paper: &Paper,
    ) -> Result<Vec<u8>, Fault>;
}

/// The part of `App` under which the portal hands in who seals.
#[derive(Clone)]
pub struct Desk(pub Arc<dyn Seals>);
