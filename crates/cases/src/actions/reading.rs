//! Reading a case: an officer's look at somebody's personal data leaves a mark.

use db::history;
use identity::{Act, Officer};
use serde_json::json;
use web::App;

use super::{allow, load};
use crate::Fault;
use crate::case::Case;

/// The chain of readings stands beside the case's own: looks never come between two steps, and whoever was first
/// in a conflict is still the last row of the case's history.
pub const READINGS: &str = "case-reading";

/// The case as an officer of its bureau opens it. The first look of each officer on each day is written down:
/// 《个人信息保护法》第五十一条 asks for measures against access without authority, and a log of every refresh would hide
/// the looks that matter.
pub async fn open_case(app: &App, officer: &Officer, bureau: &str, id: &str) -> Result<Case, Fault> {
    allow(officer, Act::ReadCase, bureau)?;
    let mut db = app.db.clone();
    let case = load(&mut db, bureau, id, None).await?;
    note_reading(app, officer, &case).await?;
    Ok(case)
}

/// Who looked, newest first: time, id and name.
pub async fn readings(app: &App, case: &Case) -> Result<Vec<history::Entry>, Fault> {
    let mut looks = history::read(&mut app.db.clone(), &case.bureau, READINGS, &case.id).await?;
    looks.reverse();
    Ok(looks)
}

async fn note_reading(app: &App, officer: &Officer, case: &Case) -> Result<(), Fault> {
    // Two colleagues who open the case at the same moment append to one chain: the second tries again.
    for _ in 0..3 {
        if seen_today(app, officer, case).await? {
            return Ok(());
        }
        let entry = history::Entry::new(
            (&case.bureau, READINGS, &case.id),
            app.now(),
            (&officer.id, &officer.name),
            "read",
            json!({ "stage": case.stage.code() }).to_string(),
        );
        let mut tx = app.db.begin().await?;
        match history::append(&mut tx, &entry).await {
            Ok(_) => {
                tx.commit_with(vec![]).await?;
                return Ok(());
            }
            Err(db::Fault::Unique { .. }) => tx.rollback().await,
            Err(fault) => return Err(fault.into()),
        }
    }
    Err(Fault::Store(db::Fault::Busy))
}

async fn seen_today(app: &App, officer: &Officer, case: &Case) -> Result<bool, Fault> {
    let today = app.today();
    let looks = readings(app, case).await?;
    let of_today = looks.iter().take_while(|look| web::clock::office_day(look.at) == today);
    Ok(of_today.into_iter().any(|look| look.actor == officer.id))
}
