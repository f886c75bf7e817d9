//! The life of an article. Two things move: the work on its text (written, submitted, approved by somebody else) and how it
//! stands before the public (published, withdrawn, repealed). While a new text is being written the old one stays public.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Somebody by the name shown at that time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    pub work: Work,
    pub standing: Standing,
}

/// The work on a text that is not public yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "work", rename_all = "kebab-case")]
pub enum Work {
    /// Nothing is being written: the public has the newest text, or the draft was given up.
    Idle,
    Writing {
        /// Everybody who has written in this draft; none of them approves it.
        authors: Vec<Person>,
        /// Why the reviewer sent it back.
        returned: Option<String>,
    },
    Submitted {
        authors: Vec<Person>,
        by: Person,
    },
    Approved {
        authors: Vec<Person>,
        by: Person,
        /// When it becomes public.
        at: Timestamp,
    },
}

/// How the article stands before the public. `version` is the text they have, or had last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "standing", rename_all = "kebab-case")]
pub enum Standing {
    Unpublished,
    Published {
        version: i64,
        since: Timestamp,
        /// When it is taken down by itself.
        until: Option<Timestamp>,
    },
    Withdrawn {
        version: i64,
        at: Timestamp,
        why: String,
    },
    Repealed {
        version: i64,
        on: Date,
        why: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Write { by: Person },
    Submit { by: Person },
    Return { by: Person, why: String },
    Approve { by: Person, at: Timestamp },
    Discard,
    Publish { now: Timestamp },
    PlanWithdrawal { until: Option<Timestamp> },
    Withdraw { at: Timestamp, why: String },
    Repeal { on: Date, why: String },
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOpen {
    #[error("{step} is not open while {state}")]
    State { state: &'static str, step: &'static str },
    #[error("whoever wrote does not approve")]
    SamePerson,
    #[error("the instant has not come")]
    TooEarly,
}

impl State {
    /// A new article, in the hands of whoever began it.
    pub fn begun(by: Person) -> State {
        State { work: Work::Writing { authors: vec![by], returned: None }, standing: Standing::Unpublished }
    }

    /// All moves. What follows (history, the public copy, messages) is done by the action.
    pub fn take(self, step: Step) -> Result<State, NotOpen> {
        use Work::*;
        let refused = NotOpen::State { state: self.says(), step: step.says() };
        let State { work, standing } = self;
        let still_open = !matches!(standing, Standing::Repealed { .. });
        match (work, step) {
            (Idle, Step::Write { by }) if still_open => {
                Ok(State { work: Writing { authors: vec![by], returned: None }, standing })
            }
            (Writing { authors, returned }, Step::Write { by }) => {
                Ok(State { work: Writing { authors: with(authors, by), returned }, standing })
            }
            (Writing { authors, .. }, Step::Submit { by }) => {
                Ok(State { work: Submitted { authors: with(authors, by.clone()), by }, standing })
            }
            (Submitted { authors, .. } | Approved { authors, .. }, Step::Return { why, .. }) => {
                Ok(State { work: Writing { authors, returned: Some(why) }, standing })
            }
            (Submitted { authors, .. }, Step::Approve { by, .. })
                if authors.iter().any(|a| a.id == by.id) =>
            {
                Err(NotOpen::SamePerson)
            }
            (Submitted { authors, .. }, Step::Approve { by, at }) => {
                Ok(State { work: Approved { authors, by, at }, standing })
            }
            (Writing { .. }, Step::Discard) => Ok(State { work: Idle, standing }),
            (Approved { at, .. }, Step::Publish { now }) if now < at => Err(NotOpen::TooEarly),
            (Approved { .. }, Step::Publish { now }) if still_open => {
                let version = standing.version() + 1;
                let until = standing.until().filter(|until| *until > now);
                Ok(State { work: Idle, standing: Standing::Published { version, since: now, until } })
            }
            // Nothing is written any more on a text that has ended.
            (_, step @ Step::Repeal { .. }) => {
                standing.take(step, refused).map(|standing| State { work: Idle, standing })
            }
            (work, step) => standing.take(step, refused).map(|standing| State { work, standing }),
        }
    }

    /// When a watchman must next look at it.
    pub fn due(&self) -> Option<Timestamp> {
        let publish = match &self.work {
            Work::Approved { at, .. } => Some(*at),
            _ => None,
        };
        publish.into_iter().chain(self.standing.until()).min()
    }

    pub fn says(&self) -> &'static str {
        match (&self.work, &self.standing) {
            (Work::Writing { .. }, Standing::Unpublished) => "起草中",
            (Work::Writing { .. }, _) => "修订起草中",
            (Work::Submitted { .. }, _) => "待审核",
            (Work::Approved { .. }, _) => "已审核，待发布",
            (Work::Idle, standing) => standing.says(),
        }
    }

    pub fn light(&self) -> &'static str {
        match (&self.work, &self.standing) {
            (Work::Writing { .. }, _) => "grey",
            (Work::Submitted { .. } | Work::Approved { .. }, _) => "yellow",
            (Work::Idle, Standing::Published { .. }) => "green",
            (Work::Idle, Standing::Withdrawn { .. }) => "red",
            (Work::Idle, _) => "grey",
        }
    }
}

impl Standing {
    fn take(self, step: Step, refused: NotOpen) -> Result<Standing, NotOpen> {
        use Standing::*;
        match (self, step) {
            (Published { version, since, .. }, Step::PlanWithdrawal { until }) => {
                Ok(Published { version, since, until })
            }
            (Published { version, .. }, Step::Withdraw { at, why }) => Ok(Withdrawn { version, at, why }),
            (Published { version, .. } | Withdrawn { version, .. }, Step::Repeal { on, why }) => {
                Ok(Repealed { version, on, why })
            }
            _ => Err(refused),
        }
    }

    /// The newest text the public was given; 0 before the first.
    pub fn version(&self) -> i64 {
        match self {
            Standing::Unpublished => 0,
            Standing::Published { version, .. }
            | Standing::Withdrawn { version, .. }
            | Standing::Repealed { version, .. } => *version,
        }
    }

    /// When it is taken down by itself: a plan that outlives the text it was made for.
    pub fn until(&self) -> Option<Timestamp> {
        match self {
            Standing::Published { until, .. } => *until,
            _ => None,
        }
    }

    pub fn is_public(&self) -> bool {
        matches!(self, Standing::Published { .. })
    }

    pub fn code(&self) -> &'static str {
        match self {
            Standing::Unpublished => "unpublished",
            Standing::Published { .. } => "published",
            Standing::Withdrawn { .. } => "withdrawn",
            Standing::Repealed { .. } => "repealed",
        }
    }

    pub fn says(&self) -> &'static str {
        match self {
            Standing::Unpublished => "已作废",
            Standing::Published { .. } => "已发布",
            Standing::Withdrawn { .. } => "已撤回",
            Standing::Repealed { .. } => "已废止",
        }
    }
}

impl Work {
    pub fn code(&self) -> &'static str {
        match self {
            Work::Idle => "idle",
            Work::Writing { .. } => "writing",
            Work::Submitted { .. } => "submitted",
            Work::Approved { .. } => "approved",
        }
    }

    pub fn authors(&self) -> &[Person] {
        match self {
            Work::Idle => &[],
            Work::Writing { authors, .. }
            | Work::Submitted { authors, .. }
            | Work::Approved { authors, .. } => authors,
        }
    }
}

impl Step {
    /// The verb in the history.
    pub fn code(&self) -> &'static str {
        match self {
            Step::Write { .. } => "written",
            Step::Submit { .. } => "submitted",
            Step::Return { .. } => "returned",
            Step::Approve { .. } => "approved",
            Step::Discard => "discarded",
            Step::Publish { .. } => "published",
            Step::PlanWithdrawal { .. } => "withdrawal-planned",
            Step::Withdraw { .. } => "withdrawn",
            Step::Repeal { .. } => "repealed",
        }
    }

    pub fn says(&self) -> &'static str {
        match self {
            Step::Write { .. } => "修改",
            Step::Submit { .. } => "提交审核",
            Step::Return { .. } => "退回修改",
            Step::Approve { .. } => "审核通过",
            Step::Discard => "作废草稿",
            Step::Publish { .. } => "发布",
            Step::PlanWithdrawal { .. } => "设定到期撤下时间",
            Step::Withdraw { .. } => "撤回",
            Step::Repeal { .. } => "废止",
        }
    }
}

fn with(mut authors: Vec<Person>, by: Person) -> Vec<Person> {
    if authors.iter().all(|author| author.id != by.id) {
        authors.push(by);
    }
    authors
}

#[cfg(test)]
#[path = "state/tests.rs"]
mod tests;
