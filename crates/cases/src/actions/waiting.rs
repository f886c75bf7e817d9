//! A decision while the signing service is away: kept, visible, and taken as soon as its papers can be sealed.
//!
//! Until then it has no effect, no number and no letter; the limits of the case run on. Whatever happens to the case
//! meanwhile (a withdrawal, another decision) undoes it, because it was taken on the case as it was.

use identity::{Act, Officer, Post, inbox};
use serde_json::json;
use web::App;

use super::decision::decide_now;
use super::intake::At;
use super::{Verdict, allow, load, seal_later};
use crate::case::Case;
use crate::store::Wait;
use crate::{Fault, store};

/// A decision that waits already stands in the way of another one, until it is taken back.
pub async fn no_other_waits(db: &mut impl db::Exec, at: &At) -> Result<(), Fault> {
    match store::wait_of(db, &at.bureau, &at.id).await? {
        None => Ok(()),
        Some(wait) => Err(Fault::DecisionWaits {
            who: wait.officer_name,
            since: web::text::minute(wait.since),
            outcome: wait.verdict.says(),
        }),
    }
}

/// Keeps the decision. Answers the case as it stands: still to be decided.
pub(super) async fn wait_for_seal(
    app: &App,
    officer: &Officer,
    at: &At,
    verdict: Verdict,
    fault: &seals::Fault,
) -> Result<Case, Fault> {
    let mut tx = app.db.begin().await?;
    let case = load(&mut tx, &at.bureau, &at.id, at.seen).await?;
    let wait = Wait {
        bureau: at.bureau.clone(),
        case_id: at.id.clone(),
        officer: officer.id.clone(),
        officer_name: officer.name.clone(),
        verdict,
        seen: case.version,
        since: app.now(),
        tries: 1,
        last_says: fault.face().says,
    };
    let entry = entry_of(app, &wait, "seal_wait", &wait.last_says, (&officer.id, &officer.name));
    db::history::append(&mut tx, &entry).await?;
    match tx.commit_with(vec![store::begin_wait(&wait)]).await {
        Ok(_) => Ok(case),
        Err(fault @ db::Fault::Expected { .. }) => {
            no_other_waits(&mut app.db.clone(), at).await?;
            Err(fault.into())
        }
        Err(fault) => Err(fault.into()),
    }
}

/// 撤回签批: whoever may decide takes a waiting decision back; the case can be decided anew.
pub async fn call_off_decision(app: &App, officer: &Officer, at: &At) -> Result<(), Fault> {
    allow(officer, Act::Decide, &at.bureau)?;
    let wait = store::wait_of(&mut app.db.clone(), &at.bureau, &at.id).await?;
    let wait = wait.ok_or_else(|| Fault::BadEntry("没有等待盖章的决定，可能已经生效".to_owned()))?;
    over(app, &wait, &format!("{}撤回签批", officer.name), (&officer.id, &officer.name)).await
}

/// Takes up what waits in this bureau: papers first, then decisions. Safe to run twice and at any time.
pub async fn seal_what_waits(app: &App, bureau: &str) -> Result<(), Fault> {
    let mut db = app.db.clone();
    for (case, paper) in store::waiting_for_seal(&mut db, bureau, 100).await? {
        match seal_later(app, bureau, &case, &paper).await {
            Ok(true) => {}
            // The service is still away: no use in setting a hundred papers in type to hear it again.
            Ok(false) => break,
            Err(Fault::Store(db::Fault::Expected { .. })) => {}
            Err(fault @ Fault::Store(_)) => return Err(fault),
            Err(fault) => tracing::error!(%fault, "a paper could not be sealed later"),
        }
    }
    for wait in store::waits(&mut db, bureau).await? {
        resume(app, &wait).await?;
    }
    Ok(())
}

async fn resume(app: &App, wait: &Wait) -> Result<(), Fault> {
    let at = At { bureau: wait.bureau.clone(), id: wait.case_id.clone(), seen: Some(wait.seen) };
    let mut db = app.db.clone();
    let heads = identity::officers::holding(&mut db, &wait.bureau, Post::BureauHead, app.today()).await?;
    let Some(head) = heads.into_iter().find(|one| one.id == wait.officer) else {
        return call_off(app, wait, &format!("{}已不再担任机关负责人", wait.officer_name)).await;
    };
    let officer = Officer::standing_in(&head.id, &head.name, &wait.bureau, &[Post::BureauHead]);
    match decide_now(app, &officer, &at, &wait.verdict).await {
        Ok(_) => Ok(()),
        Err(Fault::Seal(fault)) if fault.is_about_the_seal() => {
            let again = store::tried_again(wait, &fault.face().says);
            app.db.begin().await?.commit_with(vec![again]).await?;
            Ok(())
        }
        Err(fault @ Fault::Store(_)) => Err(fault),
        Err(fault) => call_off(app, wait, &fault.face().says).await,
    }
}

/// By the house itself: the decision can't be taken any more as it was taken.
async fn call_off(app: &App, wait: &Wait, why: &str) -> Result<(), Fault> {
    let system = super::By::system();
    over(app, wait, why, (&system.id, &system.name)).await
}

async fn over(app: &App, wait: &Wait, why: &str, by: (&str, &str)) -> Result<(), Fault> {
    let mut tx = app.db.begin().await?;
    db::history::append(&mut tx, &entry_of(app, wait, "seal_wait_over", why, by)).await?;
    let (bureau, case) = (&wait.bureau, &wait.case_id);
    let words = format!("等待盖章的决定没有生效：{why}。请打开办件查看，需要时重新作出决定。");
    let says = format!("等待盖章的决定没有生效：{why}");
    tx.commit_with(vec![
        store::end_wait(bureau, case),
        store::alert(bureau, case, "seal_wait", &says, app.now()),
        inbox::tell(app, &wait.officer, "决定没有生效", &words, &format!("/desk/cases/{bureau}/{case}")),
    ])
    .await?;
    Ok(())
}

fn entry_of(app: &App, wait: &Wait, act: &str, why: &str, by: (&str, &str)) -> db::history::Entry {
    let data = json!({ "outcome": wait.verdict.says(), "why": why });
    db::history::Entry::new((&wait.bureau, "case", &wait.case_id), app.now(), by, act, data.to_string())
}
