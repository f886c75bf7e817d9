//! The steps that only move the state. Making, which needs keys, stands in `make`.

use db::{Exec, Tx, counter, uniq};
use web::App;

use super::{By, record, tell};
use crate::record::Record;
use crate::state::{State, Step, periods_after};
use crate::{Fault, store};

/// Takes a step on a seal that was seen at `version`; with none, on the seal as it stands.
pub async fn take(
    app: &App,
    by: &By,
    (bureau, id): (&str, &str),
    version: Option<i64>,
    step: Step,
) -> Result<Record, Fault> {
    let mut tx = app.db.begin().await?;
    // Takes the row that every use of the seal takes first, so that uses and steps come one behind the other.
    counter::raise_to(&mut tx, bureau, &format!("seal-use:{id}"), 0).await?;
    let seal = store::by_id(&mut tx, bureau, id).await?.ok_or(Fault::Unknown)?;
    if version.is_some_and(|version| version != seal.version) {
        return Err(Fault::Moved);
    }
    let asked = match &seal.state {
        State::Requested { by, .. } => Some(by.id.clone()),
        _ => None,
    };
    let moved = moved(&mut tx, seal, by, step, None).await?;
    if let (true, Some(asked)) = (by.tells, asked) {
        let (title, words) = answer(&moved);
        tell(app, &mut tx, &asked, &moved, title, &words).await?;
    }
    tx.commit().await?;
    Ok(moved)
}

/// What whoever asked for a seal is told.
fn answer(seal: &Record) -> (&'static str, String) {
    match &seal.state {
        State::Refused { by, why } => {
            ("印章申请没有获得批准", format!("{}没有批准“{}”：{why}。", by.name, seal.name))
        }
        _ => ("印章申请已批准", format!("“{}”已获批准，请制作印章，并指定使用岗位。", seal.name)),
    }
}

/// The seal after the step, with its history, in the caller's transaction. `body` comes with the making.
pub(super) async fn moved(
    tx: &mut Tx,
    seal: Record,
    by: &By,
    step: Step,
    body: Option<&str>,
) -> Result<Record, Fault> {
    let (act, data) = (step.code(), details(&step));
    let was = seal.state.is_in_use();
    let state = seal.state.clone().take(step)?;
    let is = state.is_in_use();
    if is && !was {
        claim(tx, &seal).await?;
    }
    if was && !is {
        uniq::release(tx, &place(&seal), PLACE, &seal.bureau).await?;
    }
    let periods = periods_after(seal.periods.clone(), was, is, by.at);
    let moved = Record { state, periods, changed_at: by.at, ..seal };
    record(tx, &moved, by, act, data).await?;
    tx.perform(store::move_to(&moved, body)).await.map_err(|fault| match fault {
        db::Fault::Expected { .. } => Fault::Moved,
        fault => Fault::Store(fault),
    })?;
    Ok(Record { version: moved.version + 1, ..moved })
}

/// The kind of key under which the one place of a seal in use is held.
const PLACE: &str = "seal-in-use";

/// One seal of a kind in a bureau.
fn place(seal: &Record) -> String {
    hex::encode(guomi::sm3::digest(format!("{}\n{}", seal.bureau, seal.kind.code()).as_bytes()))
}

/// The look before says which one stands in the way; the key decides between two who come at once.
async fn claim(tx: &mut Tx, seal: &Record) -> Result<(), Fault> {
    if let Some(other) = store::in_use(tx, &seal.bureau, seal.kind).await? {
        return Err(Fault::AnotherInUse { name: format!("{}（{}）", other.name, other.id) });
    }
    match uniq::claim(tx, &place(seal), PLACE, &seal.bureau, &seal.id).await {
        Ok(()) => Ok(()),
        Err(fault) if fault.is_unique_on("uniq") => Err(Fault::AnotherInUse { name: seal.name.clone() }),
        Err(fault) => Err(fault.into()),
    }
}

fn details(step: &Step) -> serde_json::Value {
    match step {
        Step::Refuse { why, .. } | Step::Suspend { why } | Step::Destroy { why } => {
            serde_json::json!({ "why": why })
        }
        Step::HandOut { users } => serde_json::json!({ "users": users }),
        Step::Approve { .. } | Step::Make | Step::Resume => serde_json::json!({}),
    }
}
