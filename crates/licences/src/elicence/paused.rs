//! The watchman of pauses asked for ahead: on their first day the edition becomes 停用. It looks at rows and may run twice.

use jiff::Timestamp;
use jobs::{Failed, Sweep};
use web::App;

use super::state::Step as Move;
use super::step::{at_rest, move_edition};
use super::store as editions;
use crate::{Fault, Licences, store};

/// Licences looked at in one reading.
const PAGE: i64 = 200;

pub struct Pauses(pub App);

#[async_trait::async_trait]
impl Sweep for Pauses {
    async fn sweep(&self, now: Timestamp) -> Result<(), Failed> {
        let heads = store::heads(&mut self.0.db.clone()).await?;
        for (bureau, _) in heads {
            let mut after = String::new();
            loop {
                let db = &mut self.0.db.clone();
                let numbers = editions::paused_but_valid(db, &bureau, &after, PAGE).await?;
                let Some(last) = numbers.last() else { break };
                after = last.clone();
                for number in &numbers {
                    settle(begin(&self.0, &bureau, number, now).await)?;
                }
            }
        }
        Ok(())
    }
}

/// Suspends the edition if the pause has begun.
async fn begin(app: &App, bureau: &str, number: &str, now: Timestamp) -> Result<(), Fault> {
    let mut tx = app.db.begin().await?;
    let licence = store::by_number(&mut tx, bureau, number).await?.ok_or(Fault::Unknown)?;
    let edition = editions::current(&mut tx, bureau, number).await?;
    let Some(edition) = edition.filter(|_| at_rest(licence.status, web::clock::office_day(now))) else {
        return Ok(());
    };
    let seq = store::next_seq(&mut tx, bureau).await?;
    let moved = move_edition(&edition, Move::Suspend, seq, now)?;
    tx.commit_with(moved.into_iter().collect()).await?;
    app.part::<Licences>().register.nudge();
    Ok(())
}

/// Somebody else moved it meanwhile, or it has run out: nothing to do. One that can't be moved must not keep the others waiting.
fn settle(answer: Result<(), Fault>) -> Result<(), Failed> {
    match answer {
        Ok(()) | Err(Fault::Overtaken | Fault::State(_) | Fault::Unknown) => Ok(()),
        Err(Fault::Store(fault)) => Err(fault.into()),
        Err(fault) => {
            tracing::error!(%fault, "a sweep could not suspend an electronic licence");
            Ok(())
        }
    }
}
