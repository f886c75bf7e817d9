//! Watchmen: they look at rows, not at events, and may run twice.

use std::sync::Arc;

use async_trait::async_trait;
use catalog::change::{Change, OpenCases};
use catalog::{Catalogue, Item, Standing};
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
        .sweep("cases-item-over", every, Arc::new(ItemOver(app.clone())))
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

/// An item that was cancelled, split or merged while cases of it are open: the officer and the applicant are told once what
/// becomes of each.
struct ItemOver(App);

#[async_trait]
impl Sweep for ItemOver {
    async fn sweep(&self, _now: Timestamp) -> Result<(), Failed> {
        let app = &self.0;
        let catalogue = app.part::<Catalogue>();
        let over = |item: &Arc<Item>| match catalogue.standing(item, app.today()) {
            Standing::Over(change) => Some((item.slug.clone(), change.clone())),
            _ => None,
        };
        let over: Vec<(String, Change)> = catalogue.items().iter().filter_map(over).collect();
        if over.is_empty() {
            return Ok(());
        }
        for bureau in bureaus(app).await? {
            for (item, change) in &over {
                let open = store::untold_of_item(&mut app.db.clone(), &bureau, item).await.map_err(again)?;
                for id in open {
                    tell_of_the_end(app, (&bureau, &id), change).await?;
                }
            }
        }
        Ok(())
    }
}

async fn tell_of_the_end(app: &App, (bureau, id): (&str, &str), change: &Change) -> Result<(), Failed> {
    let Some(case) = store::by_id(&mut app.db.clone(), bureau, id).await.map_err(again)? else {
        return Ok(());
    };
    let day = web::text::date_cn(change.effective);
    let what = format!("事项自{day}起已{}（{}）", change.kind.label(), change.reason);
    let (officers, applicant) = match change.open_cases {
        OpenCases::TellNotRequired => (
            "安排：书面告知申请人不再需要许可，办结本件",
            "您申请的事项不再需要许可，受理单位会书面告知您，这件申请随后办结。",
        ),
        OpenCases::FinishUnderOld | OpenCases::Unplanned => {
            ("安排：本件按申请时的版本继续办完", "您这件申请按申请时的规定继续办理，不受影响，不用重新提交。")
        }
    };
    let alert = store::alert(bureau, id, "item_over", &format!("{what}。{officers}"), app.now());
    let words = format!("{what}。{applicant}");
    let message = identity::inbox::tell_once(
        &case.subject,
        &format!("item-over-{id}"),
        app.now(),
        &format!("办件 {} 的事项有变动", case.number),
        &words,
        &format!("/cases/{bureau}/{id}"),
    );
    app.db.begin().await.map_err(again)?.commit_with(vec![alert, message]).await.map_err(again)?;
    Ok(())
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
