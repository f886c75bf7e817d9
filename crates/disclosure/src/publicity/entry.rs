//! A decision in the public list.

use jiff::Timestamp;
use jiff::civil::Date;

use super::Decisions;
use super::columns::Row;
use super::row::{IN_FORCE, NOT_IN_FORCE};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub bureau: String,
    /// The case.
    pub id: String,
    pub number: String,
    pub licence: String,
    /// `granted` or `refused`.
    pub outcome: String,
    pub decided_on: Date,
    /// The last day to make it public.
    pub due_on: Date,
    pub row: Row,
    pub state: EntryState,
    pub decided_at: Timestamp,
    pub published_at: Option<Timestamp>,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryState {
    Published,
    /// A column is wrong: what, in words.
    Held(String),
    /// Taken down after an objection: why.
    TakenDown(String),
}

impl EntryState {
    pub fn code(&self) -> &'static str {
        match self {
            EntryState::Published => "published",
            EntryState::Held(_) => "held",
            EntryState::TakenDown(_) => "taken-down",
        }
    }

    pub fn problem(&self) -> &str {
        match self {
            EntryState::Published => "",
            EntryState::Held(why) | EntryState::TakenDown(why) => why,
        }
    }

    pub fn of(code: &str, problem: &str) -> Option<EntryState> {
        match code {
            "published" => Some(EntryState::Published),
            "held" => Some(EntryState::Held(problem.to_owned())),
            "taken-down" => Some(EntryState::TakenDown(problem.to_owned())),
            _ => None,
        }
    }
}

impl Entry {
    pub fn url(&self) -> String {
        format!("/disclosure/permits/{}/{}", self.bureau, self.id)
    }

    pub fn is_granted(&self) -> bool {
        self.outcome == "granted"
    }

    pub fn is_published(&self) -> bool {
        self.state == EntryState::Published
    }

    /// Past its last day and not public.
    pub fn is_late(&self, today: Date) -> bool {
        matches!(self.state, EntryState::Held(_)) && today > self.due_on
    }

    /// The row as it holds today: 当前状态 turns to 无效 when the licence has ended, whatever it was when it was made public.
    pub fn row_on(&self, today: Date, decisions: Option<&dyn Decisions>) -> Row {
        let mut row = self.row.clone();
        if !self.is_granted() {
            return row;
        }
        let over = row.get("XK_YXQZI").parse::<Date>().is_ok_and(|last| last < today);
        let ended = decisions.and_then(|known| known.in_force(&self.licence, today)) == Some(false);
        row.set("XK_ZT", if over || ended { NOT_IN_FORCE } else { IN_FORCE });
        row
    }
}
