//! The steps that only change the state: licence and edition move together, with history and message.

use db::history::{self, Entry};
use db::{Statement, Tx};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;

use super::change::{Under, overtaken};
use super::edition::Edition;
use super::state::Step as Move;
use super::store as editions;
use crate::licence::Licence;
use crate::status::{CancelReason, Status, Step, StepFault};
use crate::{Fault, Licences, store};

impl Licences {
    /// Takes a step of the licence's life that makes no new document.
    ///
    /// # Errors
    /// Nothing is changed on any: the caller undoes the transaction.
    pub async fn step(
        &self,
        tx: &mut Tx,
        (bureau, number): (&str, &str),
        step: Step,
        under: &Under<'_>,
        now: Timestamp,
    ) -> Result<Licence, Fault> {
        let today = web::clock::office_day(now);
        let licence = store::by_number(tx, bureau, number).await?.ok_or(Fault::Unknown)?;
        if matches!(step, Step::Amend | Step::Renew | Step::Reprint) {
            // These make a document, and go by `remake`.
            return Err(StepFault::NotOpen { status: licence.status, step }.into());
        }
        let next = licence.status.take(step, licence.valid_to, today)?;
        let edition = editions::current(tx, bureau, number).await?;
        history::append(tx, &entry(&licence, step, under, now)).await.map_err(overtaken)?;
        let seq = store::next_seq(tx, bureau).await?;
        let mut writes = vec![store::save_status(&licence, next, seq, now)];
        if let (Some(edition), Some(moved)) = (&edition, edition_move(step, today)) {
            writes.extend(move_edition(edition, moved, seq, now)?);
        }
        writes.extend(message(&licence, step, under, now));
        tx.batch(writes).await?;
        self.register.nudge();
        Ok(Licence { status: next, version: licence.version + 1, changed_at: now, ..licence })
    }
}

/// What the step does to the edition. A pause that begins later leaves it as it is until then (`paused`); 收回 ends an
/// edition as 注销 does, why stands with the licence.
fn edition_move(step: Step, today: Date) -> Option<Move> {
    match step {
        Step::Pause { from, .. } if from > today => None,
        Step::Pause { .. } | Step::OrderStop => Some(Move::Suspend),
        Step::Resume | Step::EndStop => Some(Move::Resume),
        Step::Cancel(CancelReason::Revoked) => Some(Move::Revoke),
        Step::Cancel(_) | Step::Recall => Some(Move::Cancel),
        Step::Amend | Step::Renew | Step::Reprint => None,
    }
}

/// The write, unless the edition is there already: a pause that was to begin later and ended before it did has never
/// suspended it.
pub(super) fn move_edition(
    edition: &Edition,
    moved: Move,
    seq: i64,
    now: Timestamp,
) -> Result<Option<Statement>, Fault> {
    use super::state::State::Valid;
    if (edition.state, moved) == (Valid, Move::Resume) {
        return Ok(None);
    }
    let state = edition.state.take(moved, edition.valid_to, web::clock::office_day(now))?;
    Ok(Some(editions::save_state(edition, state, seq, now)))
}

/// The verb of a step in the history.
pub(crate) fn verb(step: Step) -> &'static str {
    match step {
        Step::Pause { .. } => "paused",
        Step::Resume => "resumed",
        Step::OrderStop => "stopped",
        Step::EndStop => "stop_ended",
        Step::Amend => "amend",
        Step::Renew => "renew",
        Step::Reprint => "reprint",
        Step::Cancel(CancelReason::Revoked) => "revoked",
        Step::Cancel(_) => "cancelled",
        Step::Recall => "recalled",
    }
}

fn entry(licence: &Licence, step: Step, under: &Under<'_>, now: Timestamp) -> Entry {
    let mut data = json!({ "reason": under.reason, "document": under.document });
    match step {
        Step::Pause { from, until } => {
            data["from"] = json!(from);
            data["until"] = json!(until);
        }
        Step::Cancel(why) => data["why"] = json!(why.label()),
        _ => {}
    }
    Entry::new(
        (&licence.bureau, "licence", &licence.number),
        now,
        (under.by.id, under.by.name),
        verb(step),
        data.to_string(),
    )
}

fn message(licence: &Licence, step: Step, under: &Under<'_>, now: Timestamp) -> Option<Statement> {
    let holder = licence.holder.as_deref()?;
    let (title, what) = told(step);
    let document =
        if under.document.is_empty() { String::new() } else { format!("（{}）", under.document) };
    let words =
        format!("“{}”（{}）{what}{document}。原因：{}。", licence.shop_name, licence.number, under.reason);
    // The version makes the id new at each step and the same when the step is tried again.
    let id = format!("licence-step-{}-{}", licence.number, licence.version);
    let link = format!("/me/licences/{}/{}", licence.bureau, licence.number);
    Some(identity::inbox::tell_once(holder, &id, now, title, &words, &link))
}

fn told(step: Step) -> (&'static str, String) {
    match step {
        Step::Pause { from, until } => (
            "许可证已办理停业",
            format!(
                "已办理停业，停业期间自{}至{}，期间不能零售烟草制品",
                web::text::date_cn(from),
                web::text::date_cn(until)
            ),
        ),
        Step::Resume => ("许可证已恢复营业", "已恢复营业，可以零售烟草制品".into()),
        Step::OrderStop => ("责令停业整顿", "被责令停业整顿，整顿期间不能零售烟草制品".into()),
        Step::EndStop => ("整顿结束", "整顿结束，已恢复营业".into()),
        Step::Cancel(why) => ("许可证已注销", format!("的许可证已注销（{}），不再有效", why.label())),
        Step::Recall => ("许可证已收回", "的许可证已被收回，不再有效".into()),
        Step::Amend | Step::Renew | Step::Reprint => ("许可证已办理", format!("已办理{}", step.label())),
    }
}

/// Whether a licence is at rest on a day, a pause that begins later not counted.
pub(super) fn at_rest(status: Status, today: Date) -> bool {
    match status {
        Status::Paused { since, .. } => since.is_none_or(|since| since <= today),
        Status::Stopped { .. } => true,
        Status::Trading | Status::Cancelled { .. } | Status::Recalled { .. } => false,
    }
}
