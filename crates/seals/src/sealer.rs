//! Sealing, as other matters ask for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use db::history::{self, Entry};
use db::{Db, Exec, Tx, counter};
use files::{Files, Stored};
use guomi::seal::Seal;
use identity::officers;
use jiff::Timestamp;
use papers::{Paper, Typesetter};
use web::Clock;
use web::clock::office_day;

use crate::keys::SealKeys;
use crate::order::{Order, PayloadSignature, Sealed, Seals, User};
use crate::press::{Sheet, meta};
use crate::record::{Copy, Record, Use};
use crate::state::State;
use crate::{Fault, SealKind, reading, store};

/// Seals with the keys of this site.
pub struct Sealer {
    pub(crate) keys: Arc<SealKeys>,
    pub(crate) files: Files,
    pub(crate) typesetter: Arc<dyn Typesetter>,
    clock: Arc<dyn Clock>,
    /// Seals by their number. What was made never changes, so a seal is read and parsed once.
    made: Mutex<HashMap<String, Arc<Seal>>>,
}

impl Sealer {
    pub fn new(
        keys: Arc<SealKeys>,
        files: Files,
        typesetter: Arc<dyn Typesetter>,
        clock: Arc<dyn Clock>,
    ) -> Sealer {
        Sealer { keys, files, typesetter, clock, made: Mutex::default() }
    }

    /// The seal as it was made, parsed.
    pub async fn made(&self, on: &mut impl Exec, bureau: &str, id: &str) -> Result<Arc<Seal>, Fault> {
        if let Some(seal) = self.made.lock().expect("nothing panics inside").get(id) {
            return Ok(seal.clone());
        }
        let body = store::body(on, bureau, id).await?.ok_or(Fault::Unknown)?;
        let seal = Arc::new(made_from(&body)?);
        self.made.lock().expect("nothing panics inside").insert(id.to_owned(), seal.clone());
        Ok(seal)
    }

    async fn press(&self, order: &Order<'_>, seal: Arc<Seal>, at: Timestamp) -> Result<Vec<u8>, Fault> {
        let sheet = Sheet {
            typesetter: self.typesetter.clone(),
            keys: self.keys.clone(),
            seal,
            bureau: order.bureau.to_owned(),
            paper: order.paper.clone(),
            meta: meta(order),
            at,
        };
        off_thread(move || sheet.sealed()).await
    }
}

#[async_trait]
impl Seals for Sealer {
    async fn seal(&self, tx: &mut Tx, order: &Order<'_>, now: Timestamp) -> Result<Sealed, Fault> {
        let kind = SealKind::for_paper(order.paper.kind).ok_or(Fault::NeedsNone(order.paper.kind))?;
        let record = store::in_use(tx, order.bureau, kind).await?.ok_or(Fault::NoSeal(kind))?;
        check_user(tx, &record, order.user, now).await?;
        let seal = self.made(tx, order.bureau, &record.id).await?;
        let file = self.press(order, seal, now).await?;
        let stored = self.files.put_bytes(file).await?;
        enter(tx, order, &record, &stored, now).await
    }

    fn sign_payload(&self, bureau: &str, message: &[u8]) -> Result<PayloadSignature, Fault> {
        let now = self.clock.now();
        may_block(|| {
            let held = self.keys.signer(bureau, now)?;
            let signature = held.signer().sign(message)?;
            let raw = guomi::sm2::der_to_raw(&signature).map_err(|_| Fault::WrongAnswer)?;
            Ok(PayloadSignature { kid: held.kid, raw })
        })
    }

    async fn reading_copy(
        &self,
        db: &mut Db,
        bureau: &str,
        digest: Option<&str>,
        paper: &Paper,
    ) -> Result<Vec<u8>, Fault> {
        match digest {
            Some(digest) => reading::of_sealed(self, db, bureau, digest, paper).await,
            None => {
                let (typesetter, paper) = (self.typesetter.clone(), paper.clone());
                off_thread(move || Ok(typesetter.pdf(&paper)?)).await
            }
        }
    }
}

/// A seal as the database keeps it, parsed.
pub fn made_from(body: &str) -> Result<Seal, Fault> {
    let der = STANDARD.decode(body).map_err(|_| Fault::Package("印章数据已损坏".into()))?;
    Ok(Seal::parse(&der)?)
}

/// Who acts without a session: the sweeps, and whoever runs commands on the server.
const UNATTENDED: [&str; 2] = ["system", "console"];

async fn check_user(
    on: &mut impl Exec,
    record: &Record,
    user: User<'_>,
    now: Timestamp,
) -> Result<(), Fault> {
    let State::InUse { users } = &record.state else { return Err(Fault::NoSeal(record.kind)) };
    let may = if UNATTENDED.contains(&user.id) {
        users.unattended
    } else {
        let held = officers::posts_of(on, &record.bureau, user.id, office_day(now)).await?;
        held.into_iter().any(|post| users.include(post))
    };
    if may { Ok(()) } else { Err(Fault::NotAUser { name: record.name.clone() }) }
}

/// Writes the use down. The counter's row lets one use in at a time; the history's head is read behind it and the state
/// of the seal behind that, so a seal that somebody suspends meanwhile is either used before the suspension or not at all.
async fn enter(
    tx: &mut Tx,
    order: &Order<'_>,
    record: &Record,
    stored: &Stored,
    now: Timestamp,
) -> Result<Sealed, Fault> {
    let (bureau, seal) = (order.bureau, record.id.as_str());
    let serial = counter::next(tx, bureau, &format!("seal-use:{seal}")).await?;
    let head = history::head(tx, bureau, "seal", seal).await?;
    if store::version(tx, bureau, seal).await? != Some(record.version) {
        return Err(Fault::Moved);
    }
    let used = entry(order, record, stored, serial, now);
    let mut statements = history::follow(&line_of_history(&used), head.as_ref());
    statements.push(store::enter_use(&used));
    statements.push(store::keep_copy(&copy(&used, "ofd", &used.digest, now)));
    tx.batch(statements).await.map_err(|fault| match fault {
        fault if fault.is_unique_on("history") => Fault::Moved,
        fault => Fault::Store(fault),
    })?;
    Ok(Sealed { seal: used.seal_id, serial, digest: used.digest, bytes: stored.bytes })
}

fn entry(order: &Order<'_>, record: &Record, stored: &Stored, serial: i64, now: Timestamp) -> Use {
    Use {
        bureau: record.bureau.clone(),
        seal_id: record.id.clone(),
        serial,
        at: now,
        officer: order.user.id.to_owned(),
        officer_name: order.user.name.to_owned(),
        under: order.under.to_owned(),
        subject_kind: order.subject.0.to_owned(),
        subject: order.subject.1.to_owned(),
        paper_id: order.paper_id.to_owned(),
        paper_kind: order.paper.kind.code().to_owned(),
        number: order.paper.number.clone(),
        digest: stored.digest.clone(),
    }
}

/// The facts of the ledger once more, under the hash of the chain.
fn line_of_history(used: &Use) -> Entry {
    let data = serde_json::json!({
        "serial": used.serial,
        "under": used.under,
        "subject": [used.subject_kind, used.subject],
        "paper": used.paper_id,
        "paper_kind": used.paper_kind,
        "number": used.number,
        "digest": used.digest,
    });
    Entry::new(
        (&used.bureau, "seal", &used.seal_id),
        used.at,
        (&used.officer, &used.officer_name),
        "used",
        data.to_string(),
    )
}

/// A file that came about by this use.
pub(crate) fn copy(used: &Use, form: &str, digest: &str, at: Timestamp) -> Copy {
    Copy {
        digest: digest.to_owned(),
        form: form.to_owned(),
        bureau: used.bureau.clone(),
        paper_kind: used.paper_kind.clone(),
        number: used.number.clone(),
        subject_kind: used.subject_kind.clone(),
        subject: used.subject.clone(),
        paper_id: used.paper_id.clone(),
        made_at: at,
    }
}

/// Work for the processor, or a service that is waited for, away from the threads that serve requests.
pub(crate) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(stopped) => Err(Fault::Package(format!("盖章中断：{stopped}"))),
    }
}

/// As [`off_thread`] for a caller who can't wait: the other tasks of this thread move to another one.
fn may_block<T>(work: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}
