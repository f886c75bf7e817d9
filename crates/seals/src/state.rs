//! The life of a seal: requested, approved by somebody else, made, handed out to posts, perhaps suspended for a while,
//! and in the end destroyed.

use identity::Post;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a seal stands, with what is true only then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    Requested {
        by: Person,
        why: String,
    },
    Refused {
        by: Person,
        why: String,
    },
    Approved {
        by: Person,
    },
    /// The seal exists and nobody may use it yet.
    Made,
    InUse {
        users: Users,
    },
    Suspended {
        users: Users,
        why: String,
    },
    Destroyed {
        why: String,
    },
}

/// Somebody by the name shown at that time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: String,
    pub name: String,
}

/// Who may use a seal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Users {
    /// Codes of posts. An officer may use the seal while he holds one of them.
    pub posts: Vec<String>,
    /// Whether the system may use it without an officer, where the law acts by itself (视为受理), and an operator from
    /// the command line.
    pub unattended: bool,
}

impl Users {
    pub fn new(posts: &[Post], unattended: bool) -> Users {
        Users { posts: posts.iter().map(|post| post.code().to_owned()).collect(), unattended }
    }

    pub fn include(&self, post: Post) -> bool {
        self.posts.iter().any(|code| code == post.code())
    }

    /// 证件管理员、机关负责人、系统自动办理
    pub fn say(&self) -> String {
        let posts = self.posts.iter().filter_map(|code| Post::from_code(code)).map(Post::says);
        let unattended = self.unattended.then_some("系统自动办理");
        posts.chain(unattended).collect::<Vec<_>>().join("、")
    }
}

/// What is done with a seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Approve {
        by: Person,
    },
    Refuse {
        by: Person,
        why: String,
    },
    Make,
    /// Also of a seal in use, to hand it to others.
    HandOut {
        users: Users,
    },
    Suspend {
        why: String,
    },
    Resume,
    Destroy {
        why: String,
    },
}

/// Why a step is not open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOpen {
    #[error("{step} is not open while {state}")]
    State { state: &'static str, step: &'static str },
    /// Who asks for a seal does not approve it.
    #[error("requested by the same person")]
    SamePerson,
    #[error("nobody to use it")]
    NoUsers,
}

impl State {
    /// All moves. Whatever follows (history, message, the period of use) is done by the action.
    pub fn take(self, step: Step) -> Result<State, NotOpen> {
        use State::*;
        match (self, step) {
            (Requested { by: asked, .. }, Step::Approve { by } | Step::Refuse { by, .. })
                if asked.id == by.id =>
            {
                Err(NotOpen::SamePerson)
            }
            (Requested { .. }, Step::Approve { by }) => Ok(Approved { by }),
            (Requested { .. }, Step::Refuse { by, why }) => Ok(Refused { by, why }),
            (Approved { .. }, Step::Make) => Ok(Made),
            (Made | InUse { .. }, Step::HandOut { users }) if users.posts.is_empty() && !users.unattended => {
                Err(NotOpen::NoUsers)
            }
            (Made | InUse { .. }, Step::HandOut { users }) => Ok(InUse { users }),
            (InUse { users }, Step::Suspend { why }) => Ok(Suspended { users, why }),
            (Suspended { users, .. }, Step::Resume) => Ok(InUse { users }),
            // A seal that was made is destroyed, not forgotten, even if nobody ever used it.
            (Approved { .. } | Made | InUse { .. } | Suspended { .. }, Step::Destroy { why }) => {
                Ok(Destroyed { why })
            }
            (state, step) => Err(NotOpen::State { state: state.says(), step: step.says() }),
        }
    }

    /// As the database keeps it.
    pub fn code(&self) -> &'static str {
        match self {
            State::Requested { .. } => "requested",
            State::Refused { .. } => "refused",
            State::Approved { .. } => "approved",
            State::Made => "made",
            State::InUse { .. } => IN_USE,
            State::Suspended { .. } => "suspended",
            State::Destroyed { .. } => "destroyed",
        }
    }

    pub fn says(&self) -> &'static str {
        match self {
            State::Requested { .. } => "待审批",
            State::Refused { .. } => "未批准",
            State::Approved { .. } => "待制作",
            State::Made => "待启用",
            State::InUse { .. } => "使用中",
            State::Suspended { .. } => "已停用",
            State::Destroyed { .. } => "已销毁",
        }
    }

    /// Colour of the light; the words say the same.
    pub fn light(&self) -> &'static str {
        match self {
            State::InUse { .. } => "green",
            State::Requested { .. } | State::Approved { .. } | State::Made => "yellow",
            State::Suspended { .. } => "red",
            State::Refused { .. } | State::Destroyed { .. } => "grey",
        }
    }

    pub fn icon(&self) -> &'static str {
        match self {
            State::InUse { .. } => "✓",
            State::Requested { .. } | State::Approved { .. } | State::Made => "‖",
            _ => "✕",
        }
    }

    pub fn is_in_use(&self) -> bool {
        matches!(self, State::InUse { .. })
    }
}

/// The code of [`State::InUse`], for the statement that looks for one.
pub const IN_USE: &str = "in-use";

impl Step {
    /// The verb in the history.
    pub fn code(&self) -> &'static str {
        match self {
            Step::Approve { .. } => "approved",
            Step::Refuse { .. } => "refused",
            Step::Make => "made",
            Step::HandOut { .. } => "handed-out",
            Step::Suspend { .. } => "suspended",
            Step::Resume => "resumed",
            Step::Destroy { .. } => "destroyed",
        }
    }

    pub fn says(&self) -> &'static str {
        match self {
            Step::Approve { .. } => "批准",
            Step::Refuse { .. } => "不批准",
            Step::Make => "制作",
            Step::HandOut { .. } => "启用并指定使用岗位",
            Step::Suspend { .. } => "停用",
            Step::Resume => "恢复使用",
            Step::Destroy { .. } => "销毁",
        }
    }
}

/// A time during which a seal was in use; open at the end while it still is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    pub from: Timestamp,
    pub to: Option<Timestamp>,
}

/// The times of use after a move at `now`.
pub fn periods_after(mut periods: Vec<Period>, was: bool, is: bool, now: Timestamp) -> Vec<Period> {
    if is && !was {
        periods.push(Period { from: now, to: None });
    }
    if let (true, false, Some(last)) = (was, is, periods.last_mut()) {
        last.to = Some(now);
    }
    periods
}

/// Whether a signature that states `at` was made while the seal was in use. A signature states whole seconds, so a
/// document sealed in the very second of a hand-out or a suspension counts as sealed in time.
pub fn in_use_at(periods: &[Period], at: Timestamp) -> bool {
    let second = at.as_second();
    periods.iter().any(|period| {
        period.from.as_second() <= second && period.to.is_none_or(|to| second <= to.as_second())
    })
}

#[cfg(test)]
#[path = "state/tests.rs"]
mod tests;
