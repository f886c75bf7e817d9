//! The watchman that makes decisions public: it looks at decisions, not at events, and may run twice.

use std::sync::Arc;

use db::Exec;
use identity::{Post, inbox, officers};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use jobs::{Failed, Sweep};
use web::App;
use web::clock::office_day;

use super::{Decided, Decisions, Entry, EntryState, Source, due, row};
use crate::store;

/// Decisions read at a time.
const PAGE: i64 = 200;
/// A transaction that began before the last decision seen may commit after it; so much is looked at again.
const OVERLAP: SignedDuration = SignedDuration::from_hours(1);
/// Held decisions tried again in one round.
const RETRIES: i64 = 500;

pub struct Following(pub App);

#[async_trait::async_trait]
impl Sweep for Following {
    async fn sweep(&self, now: Timestamp) -> Result<(), Failed> {
        let Some(source) = self.0.try_part::<Source>() else { return Ok(()) };
        let again = |fault: db::Fault| Failed::Again(fault.to_string());
        let bureaus = identity::bureaus::all(&mut self.0.db.clone()).await.map_err(again)?;
        for bureau in bureaus {
            self.bureau(&source.0, &bureau.code, now).await.map_err(again)?;
        }
        Ok(())
    }
}

impl Following {
    async fn bureau(
        &self,
        source: &Arc<dyn Decisions>,
        bureau: &str,
        now: Timestamp,
    ) -> Result<(), db::Fault> {
        let mut db = self.0.db.clone();
        let last = store::followed_to(&mut db, bureau).await?;
        let mut from = last.map_or(Timestamp::UNIX_EPOCH, |at| at.saturating_sub(OVERLAP).unwrap_or(at));
        loop {
            let page = source.since(&self.0.db, bureau, from, PAGE).await?;
            self.enter(&page, now).await?;
            match page.last() {
                Some(last) if page.len() as i64 == PAGE && last.at > from => from = last.at,
                _ => break,
            }
        }
        for held in store::decisions_in(&mut db, bureau, "held", RETRIES).await? {
            if let Some(decided) = source.of_case(&self.0.db, bureau, &held.id).await? {
                self.enter(&[decided], now).await?;
            }
        }
        self.remind(bureau, now).await
    }

    /// What is past its seven working days is brought before those who can mend it, once for each decision.
    async fn remind(&self, bureau: &str, now: Timestamp) -> Result<(), db::Fault> {
        let mut db = self.0.db.clone();
        let late = late(&mut db, bureau, now).await?;
        if late.is_empty() {
            return Ok(());
        }
        let editors = editors_of(&mut db, bureau, office_day(now)).await?;
        let mut messages = Vec::new();
        for entry in &late {
            let says = format!(
                "{}（{} 作出）最迟 {} 公示，现在还没有公示：{}。请在办件或者单位资料里改正，系统会自动再试。",
                entry.number,
                entry.decided_on,
                entry.due_on,
                entry.state.problem()
            );
            let id = format!("publicity-late-{}-{}", entry.bureau, entry.id);
            let to = format!("/desk/disclosure/permits?bureau={bureau}");
            messages.extend(editors.iter().map(|editor| {
                inbox::tell_once(&editor.id, &id, now, "有许可决定超过七个工作日没有公示", &says, &to)
            }));
        }
        if messages.is_empty() {
            tracing::warn!(bureau, late = late.len(), "decisions are late and nobody edits the public list");
            return Ok(());
        }
        self.0.db.begin().await?.commit_with(messages).await.map(|_| ())
    }

    async fn enter(&self, decisions: &[Decided], now: Timestamp) -> Result<(), db::Fault> {
        let mut db = self.0.db.clone();
        let mut writes = Vec::new();
        for decided in decisions {
            let known = store::decision(&mut db, &decided.bureau, &decided.id).await?;
            let entry = self.entry(decided, now);
            // Looked at again every round; written only when something is new, so that a round without news writes nothing.
            if known
                .is_none_or(|known| matches!(known.state, EntryState::Held(_)) && known.state != entry.state)
            {
                writes.push(store::enter(&entry));
            }
        }
        if writes.is_empty() {
            return Ok(());
        }
        let mut tx = self.0.db.begin().await?;
        for write in writes {
            tx.perform(write).await?;
        }
        tx.commit().await
    }

    fn entry(&self, decided: &Decided, now: Timestamp) -> Entry {
        let (row, state) = match row(decided) {
            Ok(row) => (row, EntryState::Published),
            Err(wrong) => (super::Row::default(), EntryState::Held(wrong.join("；"))),
        };
        let licence = match &decided.outcome {
            super::Outcome::Granted { licence, .. } => licence.clone(),
            super::Outcome::Refused { .. } => String::new(),
        };
        Entry {
            bureau: decided.bureau.clone(),
            id: decided.id.clone(),
            number: decided.number.clone(),
            licence,
            outcome: decided.outcome.code().to_owned(),
            decided_on: decided.on,
            due_on: due(decided.on, &self.0.calendar()).on,
            published_at: (state == EntryState::Published).then_some(now),
            row,
            state,
            decided_at: decided.at,
            version: 1,
        }
    }
}

/// Who edits the public list of a bureau: its own editors, else those of the nearest bureau above that has some.
async fn editors_of(
    on: &mut impl Exec,
    bureau: &str,
    today: Date,
) -> Result<Vec<officers::Colleague>, db::Fault> {
    let heads = [6, 4, 2, 0].into_iter().filter_map(|kept| bureau.get(..kept));
    for code in heads.map(|head| format!("{head:0<6}")) {
        let editors = officers::holding(on, &code, Post::DisclosureEditor, today).await?;
        if !editors.is_empty() {
            return Ok(editors);
        }
    }
    Ok(Vec::new())
}

/// Decisions of a bureau that are past their last day and not public, the oldest first.
pub async fn late(on: &mut impl Exec, bureau: &str, now: Timestamp) -> Result<Vec<Entry>, db::Fault> {
    let today: Date = office_day(now);
    let held = store::decisions_in(on, bureau, "held", RETRIES).await?;
    Ok(held.into_iter().filter(|entry| entry.is_late(today)).collect())
}
