//! The pages of seals at the officer's desk: the seals of a bureau, one seal with its steps, and the ledger.

mod ledger;
mod list;
mod making;
mod one;
mod steps;
mod wanted;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use db::Exec;
use guomi::seal::MAX_PICTURE;
use identity::{Act, Bureau, Officer, bureaus};
use web::{App, Refusal};

use crate::{Fault, Record, store};

pub fn routes() -> Router<App> {
    // Room for the words around the picture; a larger body is read to its end and refused in words.
    let picture = DefaultBodyLimit::max(MAX_PICTURE + (64 << 10));
    Router::new()
        .route("/desk/seals", get(list::list))
        .route("/desk/seals/new", get(wanted::form).post(wanted::send))
        .route("/desk/seals/ledger", get(ledger::page))
        .route("/desk/seals/ledger.csv", get(ledger::csv))
        .route("/desk/seals/{bureau}/{id}", get(one::show))
        .route("/desk/seals/{bureau}/{id}/picture.png", get(one::picture))
        .route("/desk/seals/{bureau}/{id}/approve", post(steps::approve))
        .route("/desk/seals/{bureau}/{id}/refuse", post(steps::refuse))
        .route("/desk/seals/{bureau}/{id}/make", post(making::make).layer(picture))
        .route("/desk/seals/{bureau}/{id}/hand-out", post(steps::hand_out))
        .route("/desk/seals/{bureau}/{id}/suspend", post(steps::suspend))
        .route("/desk/seals/{bureau}/{id}/resume", post(steps::resume))
        .route("/desk/seals/{bureau}/{id}/destroy", post(steps::destroy))
}

/// A seal that this officer may read; another's looks like a missing one.
async fn read(app: &App, officer: &Officer, bureau: &str, id: &str) -> Result<Record, Refusal> {
    officer.may(Act::ReadSeals, bureau)?;
    let seal = store::by_id(&mut app.db.clone(), bureau, id).await?;
    Ok(seal.ok_or(Fault::Unknown)?)
}

/// The bureaus whose seals this officer may read, and the one asked for.
async fn within_reach(
    on: &mut impl Exec,
    officer: &Officer,
    asked: &str,
) -> Result<(Vec<Bureau>, Bureau), Refusal> {
    let code = if asked.is_empty() { officer.bureau.as_str() } else { asked };
    officer.may(Act::ReadSeals, code)?;
    let reach = officer.reach();
    let all = bureaus::all(on).await?;
    let within: Vec<Bureau> = all.into_iter().filter(|one| reach.contains(&one.code.as_str())).collect();
    let bureau = within.iter().find(|one| one.code == code).cloned().ok_or(Fault::Unknown)?;
    Ok((within, bureau))
}

fn at(bureau: &str, id: &str) -> String {
    format!("/desk/seals/{bureau}/{id}")
}
