//! Papers that bear no seal (forms, receipts, records): their files are remembered too, so that whoever drops one on the
//! verification page is told what it is, instead of being warned of it.

use db::{Db, Exec};
use jiff::Timestamp;
use papers::Paper;

use crate::record::Copy;
use crate::{Fault, store};

/// The form of a file that bears no seal.
pub const PLAIN: &str = "plain";

/// The file of a paper, as it is handed out.
pub struct Plain<'a> {
    pub bureau: &'a str,
    pub paper: &'a Paper,
    /// Kind and id of what it is about: `("case", …)`.
    pub subject: (&'a str, &'a str),
    pub paper_id: &'a str,
    pub made_at: Timestamp,
}

/// Remembers the file once; the next who opens it costs one read.
pub async fn remember(db: &mut Db, plain: &Plain<'_>, file: &[u8]) -> Result<(), Fault> {
    let digest = hex::encode(guomi::sm3::digest(file));
    if !store::copies_of(db, &digest).await?.is_empty() {
        return Ok(());
    }
    let copy = Copy {
        digest,
        form: PLAIN.to_owned(),
        bureau: plain.bureau.to_owned(),
        paper_kind: plain.paper.kind.code().to_owned(),
        number: plain.paper.number.clone(),
        subject_kind: plain.subject.0.to_owned(),
        subject: plain.subject.1.to_owned(),
        paper_id: plain.paper_id.to_owned(),
        made_at: plain.made_at,
    };
    db.perform(store::keep_copy(&copy)).await?;
    Ok(())
}
