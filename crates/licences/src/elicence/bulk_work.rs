//! Doing bulk work, a slice a job, so that nobody else's jobs wait long.

use db::Tx;
use jiff::Timestamp;
use jobs::{Failed, Handler, Job, Sweep};
use seals::User;
use serde::Deserialize;
use web::App;

use super::bulk::{Bulk, Outcome, State, next_slice};
use super::bulk_store as bulks;
use super::change::Under;
use crate::{Fault, Licences};

/// The kind of the jobs.
pub const JOB: &str = "licences-bulk";

/// Licences in a slice: a few seconds of typesetting and sealing.
const SLICE: i64 = 25;

/// Does the slices.
pub struct Work(pub App);

#[derive(Deserialize)]
struct Payload {
    id: String,
}

#[async_trait::async_trait]
impl Handler for Work {
    async fn run(&self, job: &Job) -> Result<(), Failed> {
        let Payload { id } = job.read()?;
        let Some(bulk) = bulks::by_id(&mut self.0.db.clone(), &job.bureau, &id).await? else { return Ok(()) };
        slice(&self.0, &bulk).await
    }
}

/// Work that is running has a job for its next slice, whatever became of the last one.
pub struct Bulks(pub App);

#[async_trait::async_trait]
impl Sweep for Bulks {
    async fn sweep(&self, now: Timestamp) -> Result<(), Failed> {
        for bulk in bulks::running(&mut self.0.db.clone()).await? {
            self.0.db.begin().await?.commit_with(vec![next_slice(&bulk, now)]).await?;
        }
        Ok(())
    }
}

async fn slice(app: &App, bulk: &Bulk) -> Result<(), Failed> {
    if bulk.state != State::Running {
        return Ok(());
    }
    for number in bulks::waiting(&mut app.db.clone(), bulk, SLICE).await? {
        match one(app, bulk, &number).await {
            Ok(Went::On) => let_others_write(app).await,
            Ok(Went::Stopped) => return Ok(()),
            Err(fault) => return Err(stand_still(app, bulk, fault).await),
        }
    }
    after_slice(app, bulk).await
}

/// SQLite has one writer, and a licence is set in type while it writes: people at the counter go in between.
async fn let_others_write(app: &App) {
    if app.db.engine() == db::Engine::Sqlite {
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    }
}

/// The job for the next slice, or the end.
async fn after_slice(app: &App, bulk: &Bulk) -> Result<(), Failed> {
    let now = app.now();
    let Some(bulk) = bulks::by_id(&mut app.db.clone(), &bulk.bureau, &bulk.id).await? else { return Ok(()) };
    let rest = bulks::waiting(&mut app.db.clone(), &bulk, 1).await?;
    let next = if rest.is_empty() { bulks::move_to(&bulk, State::Done, now) } else { next_slice(&bulk, now) };
    match app.db.begin().await?.commit_with(vec![next]).await {
        // Somebody paused or ended it in between.
        Ok(_) | Err(db::Fault::Expected { .. }) => Ok(()),
        Err(fault) => Err(fault.into()),
    }
}

/// Whether the work goes on after a licence.
enum Went {
    On,
    /// It was paused or called off, or another node does the same.
    Stopped,
}

/// Makes one licence anew, or writes down why not. An error only for what passes by itself.
async fn one(app: &App, bulk: &Bulk, number: &str) -> Result<Went, Fault> {
    let mut tries = 0;
    let fault = loop {
        match made(app, bulk, number).await {
            Ok(went) => return Ok(went),
            Err(fault) if passes(&fault) => return Err(fault),
            Err(fault) if crossed(&fault) && tries < 3 => tries += 1,
            Err(fault) => break fault,
        }
    };
    let face = fault.face();
    tracing::info!(bulk = bulk.id, number, code = face.code, "a licence of a bulk was not made");
    let tx = app.db.begin().await?;
    written(tx, bulk, number, Outcome::Failed, &format!("{}。{}", face.says, face.next), app.now()).await
}

/// Nothing is wrong with the licence; later it will do.
fn passes(fault: &Fault) -> bool {
    match fault {
        // Without a seal that can be used every licence would fail alike: the work stands until somebody has mended it.
        Fault::Seal(seals::Fault::NoSeal(_) | seals::Fault::NotAUser { .. } | seals::Fault::Keys(_)) => true,
        Fault::Seal(fault) => fault.may_pass(),
        Fault::Store(fault) => !matches!(
            fault,
            db::Fault::Unique { .. } | db::Fault::Shape(_) | db::Fault::Sql(_) | db::Fault::Expected { .. }
        ),
        _ => false,
    }
}

/// A colleague changed the same licence or used the same seal: look again and decide again.
fn crossed(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::Overtaken | Fault::Store(db::Fault::Unique { .. }) | Fault::Seal(seals::Fault::Moved)
    )
}

async fn made(app: &App, bulk: &Bulk, number: &str) -> Result<Went, Fault> {
    let mut tx = app.db.begin().await?;
    let under = Under {
        by: User { id: &bulk.officer, name: &bulk.officer_name },
        reason: &bulk.reason,
        document: &bulk.document,
    };
    let licences = app.part::<Licences>();
    let at = (bulk.bureau.as_str(), number);
    let edition = licences.remake(&mut tx, at, &bulk.change.remake(), &under, app.now()).await?;
    written(tx, bulk, number, Outcome::Made, &edition.identifier, app.now()).await
}

/// The report's row and the count, in the transaction of the licence.
async fn written(
    tx: Tx,
    bulk: &Bulk,
    number: &str,
    outcome: Outcome,
    detail: &str,
    now: Timestamp,
) -> Result<Went, Fault> {
    let (made, failed) = if outcome == Outcome::Made { (1, 0) } else { (0, 1) };
    let writes =
        vec![bulks::count(bulk, made, failed, now), bulks::settle(bulk, number, outcome, detail, now)];
    match tx.commit_with(writes).await {
        Ok(_) => Ok(Went::On),
        Err(db::Fault::Expected { .. }) => Ok(Went::Stopped),
        Err(fault) => Err(fault.into()),
    }
}

/// Says at the desk why nothing goes on, and has the job tried again later.
async fn stand_still(app: &App, bulk: &Bulk, fault: Fault) -> Failed {
    let why = fault.face().says;
    if let Ok(tx) = app.db.begin().await
        && let Err(fault) = tx.commit_with(vec![bulks::wait(bulk, &why, app.now())]).await
    {
        tracing::warn!(%fault, "why a bulk stands still could not be written down");
    }
    Failed::Again(fault.to_string())
}
