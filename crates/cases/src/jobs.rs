//! Watchmen: they look at rows, not at events, and may run twice.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use jobs::{Failed, Runner, Sweep};
use web::App;

use crate::{Fault, actions, store};

/// Registers what cases need to have watched.
pub fn register(runner: Runner, app: &App) -> Runner {
    let every = SignedDuration::from_mins(10);
    runner
        .sweep("cases-silence", every, Arc::new(Silence(app.clone())))
        .sweep("cases-unanswered", every, Arc::new(Unanswered(app.clone())))
        .sweep("cases-overdue", every, Arc::new(Overdue(app.clone())))
        .sweep("cases-sealing", SignedDuration::from_mins(1), Arc::new(Sealing(app.clone())))
}

/// Papers and decisions that the signing service kept waiting.
struct Sealing(App);

#[async_trait]
impl Sweep for Sealing {
    async fn sweep(&self, _now: Timestamp) -> Result<(), Failed> {
        for bureau in bureaus(&self.0).await? {
            actions::seal_what_waits(&self.0, &bureau).await.map_err(again)?;
        }
        Ok(())
    }
}

/// 第三十二条第一款第四项: silence past the fifth working day has accepted.
struct Silence(App);

#[async_trait]
impl Sweep for Silence {
    async fn sweep(&self, _now: Timestamp) -> Result<(), Failed> {
        for bureau in bureaus(&self.0).await? {
            let silent =
                store::silent(&mut self.0.db.clone(), &bureau, self.0.today()).await.map_err(again)?;
            for id in silent {
                settle(actions::lapse(&self.0, &bureau, &id).await)?;
            }
        }
        Ok(())
    }
}

/// A supplement that did not come in time.
struct Unanswered(App);

#[async_trait]
impl Sweep for Unanswered {
    async fn sweep(&self, _now: Timestamp) -> Result<(), Failed> {
        for bureau in bureaus(&self.0).await? {
            let waiting =
                store::waiting_for_supplement(&mut self.0.db.clone(), &bureau).await.map_err(again)?;
            for id in waiting {
                settle(actions::give_up_waiting(&self.0, &bureau, &id).await)?;
            }
        }
        Ok(())
    }
}

/// Statutory limits that passed without a decision raise an alert once.
struct Overdue(App);

#[async_trait]
impl Sweep for Overdue {
    async fn sweep(&self, _now: Timestamp) -> Result<(), Failed> {
        let app = &self.0;
        for bureau in bureaus(app).await? {
            let mut db = app.db.clone();
            let late = store::overdue(&mut db, &bureau, app.today()).await.map_err(again)?;
            for id in late {
                let Some(case) = store::by_id(&mut db, &bureau, &id).await.map_err(again)? else { continue };
                if case.stage.is_paused() {
                    continue;
                }
                let due = case.due.decide.map_or_else(String::new, web::text::date_cn);
                let says = format!("法定期限（{due}）已过，仍未作出决定");
                let alert = store::alert(&bureau, &id, "overdue", &says, app.now());
                app.db.begin().await.map_err(again)?.commit_with(vec![alert]).await.map_err(again)?;
            }
        }
        Ok(())
    }
}

async fn bureaus(app: &App) -> Result<Vec<String>, Failed> {
    let all = identity::bureaus::all(&mut app.db.clone()).await.map_err(again)?;
    Ok(all.into_iter().map(|bureau| bureau.code).collect())
}

fn again(fault: impl std::fmt::Display) -> Failed {
    Failed::Again(fault.to_string())
}

/// Somebody moved the case meanwhile: nothing to do. A case that can't be moved must not keep the others waiting.
fn settle(answer: Result<crate::Case, Fault>) -> Result<(), Failed> {
    match answer {
        Ok(_) | Err(Fault::NotOpen(_) | Fault::Overtaken { .. } | Fault::TooEarly | Fault::Unknown) => Ok(()),
        Err(Fault::Store(fault)) => Err(again(fault)),
        Err(fault) => {
            tracing::error!(%fault, "a sweep could not move a case");
            Ok(())
        }
    }
}
