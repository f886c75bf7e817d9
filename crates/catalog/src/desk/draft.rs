//! What an editor is told above the form of a draft: who else writes, what waits for its day, what the reviewer said.

use web::{App, Fields};

use super::subject::Subject;
use super::{item_at, subject, text_at};
use crate::fault::Fault;
use crate::store;
use crate::text::{self, State as Stands, Text};

/// Where the form goes and what is told above it.
pub struct Draft {
    pub action: String,
    pub back: String,
    /// Version of the text the form was filled from; 0 for a new one.
    pub version: i64,
    /// Digest of what is in force, over which a new one is written.
    pub base: String,
    /// Somebody else wrote in between: who and when.
    pub overtaken: Option<String>,
    /// What was in force when the form was opened is so no longer.
    pub moved: bool,
    /// A reviewed text that hasn't begun.
    pub coming: Option<Text>,
    /// What is being written on the item by whoever came first.
    pub others: Vec<Text>,
    /// Somebody began while this form was being filled in.
    pub surprised: bool,
    /// What the reviewer said.
    pub note: String,
}

/// Field of the form: which texts of the item its reader was told of.
const KNOWN: &str = "known";

impl Draft {
    fn new(at: String, back: String) -> Draft {
        let (action, base, note) = (format!("{at}/edit"), String::new(), String::new());
        let (overtaken, coming, others) = Default::default();
        let (moved, surprised, version) = Default::default();
        Draft { action, back, version, base, overtaken, moved, coming, others, surprised, note }
    }

    /// A new one: whoever else writes on the item, and what waits for its day, is told before anything is typed.
    pub async fn first(app: &App, subject: &Subject) -> Result<Draft, Fault> {
        let Subject { catalogue, bureau, item } = subject;
        let all = store::texts::of_item(&mut app.db.clone(), &bureau.code, &item.slug).await?;
        let (waiting, others): (Vec<Text>, Vec<Text>) =
            all.into_iter().partition(|one| one.state == Stands::Reviewed);
        let coming = waiting.into_iter().find(|one| one.effective > app.today());
        let back = subject::at(catalogue, &bureau.code, &item.slug);
        let base = text::base(catalogue, &bureau.code, &item.slug);
        Ok(Draft { coming, others, base, ..Draft::new(item_at(&bureau.code, &item.slug), back) })
    }

    pub fn of(text: &Text) -> Draft {
        let at = text_at(&text.bureau, &text.id);
        let note = text.note.clone();
        Draft { version: text.version, note, ..Draft::new(at.clone(), at) }
    }

    /// Ids of what the reader is told of, so that only what began since then stops the form.
    pub fn known(&self) -> String {
        self.others.iter().map(|one| one.id.as_str()).collect::<Vec<_>>().join(",")
    }

    /// With what the sender of a new draft couldn't know: another draft that was begun, words that took effect meanwhile.
    #[must_use]
    pub fn held_against(self, sent: &Fields) -> Draft {
        let known = |other: &Text| sent.get(KNOWN).split(',').any(|id| id == other.id);
        let moved = sent.first("base").is_some_and(|base| base != self.base);
        Draft { surprised: !self.others.iter().all(known), moved, ..self }
    }

    /// Something was told that must be seen before the form is sent again.
    pub fn stops(&self) -> bool {
        self.overtaken.is_some() || self.surprised || self.moved
    }
}
