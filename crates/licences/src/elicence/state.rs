//! 电子证照状态: the seven states of an edition and the steps that move it. The calendar moves no row: 过期 is what today
//! makes of an edition past its last day, as with the licence itself.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 待签发: made out, not yet sealed. It lasts as long as the transaction that makes an edition; no row shows it.
    Pending,
    /// 有效
    Valid,
    /// 停用: the shop is closed for a time, by its own wish or by order
    Suspended,
    /// 变更: a later edition stands in its place
    Replaced,
    /// 注销
    Cancelled,
    /// 撤销
    Revoked,
    /// 过期
    Expired,
}

/// What moves an edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// 签发: both sheets bear their seal
    Sign,
    /// 停用
    Suspend,
    /// 恢复
    Resume,
    /// 变更: the next edition is made
    Replace,
    /// 注销
    Cancel,
    /// 撤销
    Revoke,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("电子证照当前状态是“{}”，不能办理“{}”", .state.label(), .step.label())]
pub struct StateFault {
    pub state: State,
    pub step: Step,
}

impl State {
    pub const ALL: [State; 7] = [
        State::Pending,
        State::Valid,
        State::Suspended,
        State::Replaced,
        State::Cancelled,
        State::Revoked,
        State::Expired,
    ];

    pub fn code(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Valid => "valid",
            State::Suspended => "suspended",
            State::Replaced => "replaced",
            State::Cancelled => "cancelled",
            State::Revoked => "revoked",
            State::Expired => "expired",
        }
    }

    pub fn from_code(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.code() == code)
    }

    pub fn label(self) -> &'static str {
        match self {
            State::Pending => "待签发",
            State::Valid => "有效",
            State::Suspended => "停用",
            State::Replaced => "变更",
            State::Cancelled => "注销",
            State::Revoked => "撤销",
            State::Expired => "过期",
        }
    }

    /// The label with a word for whoever doesn't know the standard's.
    pub fn says(self) -> String {
        match self {
            State::Replaced => format!("{}（已换新版）", self.label()),
            state => state.label().to_owned(),
        }
    }

    /// Colour of the light; the words say the same without colour.
    pub fn light(self) -> &'static str {
        match self {
            State::Valid => "green",
            State::Pending | State::Suspended => "yellow",
            State::Expired | State::Revoked => "red",
            State::Replaced | State::Cancelled => "grey",
        }
    }

    /// The state as of a day; `valid_to` still belongs to the licence.
    pub fn on(self, valid_to: Date, today: Date) -> State {
        match self {
            State::Valid | State::Suspended if today > valid_to => State::Expired,
            state => state,
        }
    }

    /// Moves the state, or says why not.
    pub fn take(self, step: Step, valid_to: Date, today: Date) -> Result<State, StateFault> {
        use State::*;
        match (self.on(valid_to, today), step) {
            (Pending, Step::Sign) => Ok(Valid),
            (Valid, Step::Suspend) => Ok(Suspended),
            (Suspended, Step::Resume) => Ok(Valid),
            (Valid | Suspended, Step::Replace) => Ok(Replaced),
            (Valid | Suspended | Expired, Step::Cancel) => Ok(Cancelled),
            (Valid | Suspended | Expired, Step::Revoke) => Ok(Revoked),
            (state, step) => Err(StateFault { state, step }),
        }
    }
}

impl Step {
    pub const ALL: [Step; 6] =
        [Step::Sign, Step::Suspend, Step::Resume, Step::Replace, Step::Cancel, Step::Revoke];

    pub fn label(self) -> &'static str {
        match self {
            Step::Sign => "签发",
            Step::Suspend => "停用",
            Step::Resume => "恢复",
            Step::Replace => "变更",
            Step::Cancel => "注销",
            Step::Revoke => "撤销",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TO: Date = date(2031, 11, 22);

    fn table(title: &str, today: Date) -> String {
        let mut page = format!("{title}\n");
        for step in Step::ALL {
            let line: Vec<String> = State::ALL
                .into_iter()
                .map(|state| match state.take(step, TO, today) {
                    Ok(next) => format!("{}→{}", state.label(), next.label()),
                    Err(_) => format!("{}→—", state.label()),
                })
                .collect();
            page += &format!("  {}: {}\n", step.label(), line.join("  "));
        }
        page
    }

    /// A changed rule shows as one changed cell of tests/elicence-steps.txt.
    #[test]
    fn the_table_of_states_and_steps_of_an_edition_is_the_one_in_review() {
        let printed = table("有效期内（2031-11-22，最后一天）", TO)
            + "\n"
            + &table("有效期届满后（2031-11-23）", date(2031, 11, 23));
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/elicence-steps.txt");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(path, &printed).expect("the expectation can be written");
        }
        let expected = std::fs::read_to_string(path).expect("tests/elicence-steps.txt is checked in");
        assert_eq!(printed, expected, "run with UPDATE_EXPECT=1 and read the difference");
    }

    #[test]
    fn a_code_leads_back_to_its_state_and_no_two_states_share_a_word() {
        let words: std::collections::HashSet<_> = State::ALL.map(State::label).into();
        assert_eq!(words.len(), State::ALL.len());
        for state in State::ALL {
            assert_eq!(State::from_code(state.code()), Some(state));
        }
    }

    #[test]
    fn only_a_signed_edition_is_ever_valid_and_nothing_comes_back_from_the_end() {
        let today = date(2027, 1, 1);
        assert_eq!(State::Pending.take(Step::Sign, TO, today), Ok(State::Valid));
        for over in [State::Replaced, State::Cancelled, State::Revoked] {
            for step in Step::ALL {
                assert!(over.take(step, TO, today).is_err(), "{over:?} {step:?}");
            }
        }
    }
}
