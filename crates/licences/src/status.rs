//! 经营状态: the state a licence is in and the steps that move it. What the public is told on a given day is [`Standing`].
//! A licence past its last day is not moved by the calendar: 注销 is an act of the bureau (《行政许可法》第七十条),
//! 已过期 is only what today makes of an unmoved licence.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The stored state. Dates are absent only on licences taken over from an older system that did not keep them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Status {
    /// 正常营业
    Trading,
    /// 停业, at the holder's wish
    Paused { since: Option<Date>, until: Option<Date> },
    /// 责令整顿停业
    Stopped { since: Option<Date> },
    /// 注销
    Cancelled { on: Option<Date>, why: CancelReason },
    /// 收回, after a public notice to a shop that no longer trades
    Recalled { on: Option<Date> },
}

/// 注销原因, the ten of the licence system's dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// 歇业
    ClosedDown,
    /// 撤回
    WithdrawnByBureau,
    /// 撤销
    Revoked,
    /// 许可证到期
    Expired,
    /// 取消经营资格
    Disqualified,
    /// 责令变更超期
    ChangeOverdue,
    /// 停业到期
    PauseRanOut,
    /// 长期未经营
    LongIdle,
    /// 新办未经营
    NeverTraded,
    /// 其他
    Other,
}

/// What may be done with a licence, named as the office names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// 1004 停业
    Pause { from: Date, until: Date },
    /// 1005 恢复营业
    Resume,
    /// 1010 责令停业整顿
    OrderStop,
    /// 1011 责令整顿恢复
    EndStop,
    /// 1002 变更
    Amend,
    /// 1003 延续
    Renew,
    /// 1006 补办
    Reprint,
    /// 1007, 1009, 1012–1014: every way to 注销
    Cancel(CancelReason),
    /// 收回
    Recall,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepFault {
    #[error("许可证当前状态是“{}”，不能办理“{}”", .status.label(), .step.label())]
    NotOpen { status: Status, step: Step },
    #[error("停业申请的期间至少一个月，最长一年")]
    PauseLength,
    #[error("停业的结束日期不能晚于许可证有效期")]
    PausePastValidity,
    #[error("许可证还在有效期内，不能以“许可证到期”注销")]
    NotExpired,
    #[error("停业期限还没有届满，不能以“停业到期”注销")]
    PauseNotOver,
}

impl Status {
    pub const CODES: [&'static str; 5] = ["trading", "paused", "stopped", "cancelled", "recalled"];

    /// The code the table keeps beside the data, for lists by state.
    pub fn code(self) -> &'static str {
        match self {
            Status::Trading => "trading",
            Status::Paused { .. } => "paused",
            Status::Stopped { .. } => "stopped",
            Status::Cancelled { .. } => "cancelled",
            Status::Recalled { .. } => "recalled",
        }
    }

    /// The office's word.
    pub fn label(self) -> &'static str {
        match self {
            Status::Trading => "正常营业",
            Status::Paused { .. } => "停业",
            Status::Stopped { .. } => "责令整顿停业",
            Status::Cancelled { .. } => "注销",
            Status::Recalled { .. } => "收回",
        }
    }

    /// The state meant by the word in an older system's list, which gives no dates with it.
    pub fn from_label(label: &str) -> Option<Status> {
        Some(match label {
            "正常营业" => Status::Trading,
            "停业" => Status::Paused { since: None, until: None },
            "责令整顿停业" => Status::Stopped { since: None },
            "注销" => Status::Cancelled { on: None, why: CancelReason::Other },
            "收回" => Status::Recalled { on: None },
            _ => return None,
        })
    }

    pub fn is_over(self) -> bool {
        matches!(self, Status::Cancelled { .. } | Status::Recalled { .. })
    }

    /// Moves the state, or says why not. `valid_to` is the licence's last day.
    pub fn take(self, step: Step, valid_to: Date, today: Date) -> Result<Status, StepFault> {
        use CancelReason::*;
        use Status::*;
        let expired = today > valid_to;
        match (self, step) {
            (Trading, Step::Pause { from, until }) if !expired => paused(from, until, valid_to),
            (Paused { .. }, Step::Resume) if !expired => Ok(Trading),
            (Trading, Step::OrderStop) if !expired => Ok(Stopped { since: Some(today) }),
            (Stopped { .. }, Step::EndStop) if !expired => Ok(Trading),
            (Trading, Step::Amend | Step::Renew | Step::Reprint) if !expired => Ok(Trading),
            (Trading, Step::Recall) => Ok(Recalled { on: Some(today) }),

            (Trading | Paused { .. } | Stopped { .. }, Step::Cancel(Expired)) if !expired => {
                Err(StepFault::NotExpired)
            }
            (Paused { until: Some(until), .. }, Step::Cancel(PauseRanOut)) if today <= until => {
                Err(StepFault::PauseNotOver)
            }
            (Trading | Paused { .. }, Step::Cancel(why @ ClosedDown))
            | (Paused { .. }, Step::Cancel(why @ PauseRanOut))
            | (Stopped { .. }, Step::Cancel(why @ Disqualified))
            | (Trading, Step::Cancel(why @ (LongIdle | NeverTraded)))
            | (
                Trading | Paused { .. } | Stopped { .. },
                Step::Cancel(why @ (WithdrawnByBureau | Revoked | Expired | ChangeOverdue | Other)),
            ) => Ok(Cancelled { on: Some(today), why }),

            (status, step) => Err(StepFault::NotOpen { status, step }),
        }
    }
}

/// 停业 of a month and more needs an application, and may last a year at most (domain facts B.2).
fn paused(from: Date, until: Date, valid_to: Date) -> Result<Status, StepFault> {
    let a_month_on = from.saturating_add(jiff::Span::new().months(1));
    let a_year_on = from.saturating_add(jiff::Span::new().years(1));
    // `until` is the last day of the pause, so a year from 1 March ends on the last of February.
    if until.tomorrow().is_ok_and(|next| next < a_month_on || next > a_year_on) {
        return Err(StepFault::PauseLength);
    }
    if until > valid_to {
        return Err(StepFault::PausePastValidity);
    }
    Ok(Status::Paused { since: Some(from), until: Some(until) })
}

impl CancelReason {
    pub const ALL: [CancelReason; 10] = {
        use CancelReason::*;
        [
            ClosedDown,
            WithdrawnByBureau,
            Revoked,
            Expired,
            Disqualified,
            ChangeOverdue,
            PauseRanOut,
            LongIdle,
            NeverTraded,
            Other,
        ]
    };

    pub fn label(self) -> &'static str {
        match self {
            CancelReason::ClosedDown => "歇业",
            CancelReason::WithdrawnByBureau => "撤回",
            CancelReason::Revoked => "撤销",
            CancelReason::Expired => "许可证到期",
            CancelReason::Disqualified => "取消经营资格",
            CancelReason::ChangeOverdue => "责令变更超期",
            CancelReason::PauseRanOut => "停业到期",
            CancelReason::LongIdle => "长期未经营",
            CancelReason::NeverTraded => "新办未经营",
            CancelReason::Other => "其他",
        }
    }
}

impl Step {
    pub fn label(self) -> &'static str {
        match self {
            Step::Pause { .. } => "停业",
            Step::Resume => "恢复营业",
            Step::OrderStop => "责令停业整顿",
            Step::EndStop => "责令整顿恢复",
            Step::Amend => "变更",
            Step::Renew => "延续",
            Step::Reprint => "补办",
            Step::Cancel(_) => "注销",
            Step::Recall => "收回",
        }
    }
}

/// What a licence is worth today, as the public is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    InForce,
    /// Issued, but its first day is still to come.
    NotYet {
        from: Date,
    },
    Paused {
        until: Option<Date>,
    },
    Stopped,
    /// Past its last day and not yet 注销.
    Expired {
        since: Date,
    },
    Cancelled {
        on: Option<Date>,
        why: CancelReason,
    },
    Recalled {
        on: Option<Date>,
    },
}

impl Standing {
    /// What ends a licence outweighs what suspends it: an expired licence that is also paused is expired.
    pub fn on(today: Date, status: Status, valid_from: Date, valid_to: Date) -> Standing {
        match status {
            Status::Cancelled { on, why } => Standing::Cancelled { on, why },
            Status::Recalled { on } => Standing::Recalled { on },
            _ if today > valid_to => Standing::Expired { since: valid_to },
            Status::Stopped { .. } => Standing::Stopped,
            // A pause that begins later leaves the shop trading until then.
            Status::Paused { since: Some(since), .. } if since > today => Standing::InForce,
            Status::Paused { until, .. } => Standing::Paused { until },
            Status::Trading if today < valid_from => Standing::NotYet { from: valid_from },
            Status::Trading => Standing::InForce,
        }
    }

    /// Stable code for machines.
    pub fn code(self) -> &'static str {
        match self {
            Standing::InForce => "in-force",
            Standing::NotYet { .. } => "not-yet",
            Standing::Paused { .. } => "paused",
            Standing::Stopped => "stopped",
            Standing::Expired { .. } => "expired",
            Standing::Cancelled { .. } => "cancelled",
            Standing::Recalled { .. } => "recalled",
        }
    }

    /// Two or three words for the big sign.
    pub fn label(self) -> &'static str {
        match self {
            Standing::InForce => "有效",
            Standing::NotYet { .. } => "尚未生效",
            Standing::Paused { .. } => "停业中",
            Standing::Stopped => "责令停业整顿",
            Standing::Expired { .. } => "已过期",
            Standing::Cancelled { why: CancelReason::Revoked, .. } => "已撤销",
            Standing::Cancelled { why: CancelReason::WithdrawnByBureau, .. } => "已撤回",
            Standing::Cancelled { .. } => "已注销",
            Standing::Recalled { .. } => "已收回",
        }
    }

    /// Colour of the light: green, yellow, red or grey. The words and the icon say the same without colour.
    pub fn light(self) -> &'static str {
        match self {
            Standing::InForce => "green",
            Standing::NotYet { .. } | Standing::Paused { .. } => "yellow",
            Standing::Stopped | Standing::Expired { .. } => "red",
            Standing::Cancelled { why: CancelReason::Revoked | CancelReason::Disqualified, .. } => "red",
            Standing::Cancelled { .. } | Standing::Recalled { .. } => "grey",
        }
    }

    pub fn icon(self) -> &'static str {
        match self {
            Standing::InForce => "✓",
            Standing::NotYet { .. } | Standing::Paused { .. } => "‖",
            _ => "✕",
        }
    }

    /// May the shop sell tobacco today?
    pub fn may_sell(self) -> bool {
        self == Standing::InForce
    }

    /// What the standing means, in a sentence for anyone.
    pub fn meaning(self) -> String {
        match self {
            Standing::InForce => "这张许可证有效，持证人可以在证上写明的经营场所零售烟草制品。".into(),
            Standing::NotYet { from } => {
                format!("这张许可证从{}起有效，在这之前不能零售烟草制品。", words(from))
            }
            Standing::Paused { until: Some(until) } => {
                format!("持证人申请了停业，停业到{}。停业期间不能零售烟草制品。", words(until))
            }
            Standing::Paused { until: None } => "持证人申请了停业。停业期间不能零售烟草制品。".into(),
            Standing::Stopped => "发证机关责令停业整顿。整顿期间不能零售烟草制品。".into(),
            Standing::Expired { since } => {
                format!("这张许可证的有效期到{}为止，现在不能凭它零售烟草制品。", words(since))
            }
            Standing::Cancelled { on: Some(on), why } => {
                format!("这张许可证已于{}注销（原因：{}），不再有效。", words(on), why.label())
            }
            Standing::Cancelled { on: None, why: CancelReason::Other } => {
                "这张许可证已注销，不再有效。".into()
            }
            Standing::Cancelled { on: None, why } => {
                format!("这张许可证已注销（原因：{}），不再有效。", why.label())
            }
            Standing::Recalled { on: Some(on) } => {
                format!("这张许可证已于{}被发证机关收回，不再有效。", words(on))
            }
            Standing::Recalled { on: None } => "这张许可证已被发证机关收回，不再有效。".into(),
        }
    }

    /// What the reader can do next.
    pub fn next(self) -> &'static str {
        match self {
            Standing::InForce => {
                "请核对店名、负责人和经营场所与现场是否一致。不一致的，可以拨打 12313 反映。"
            }
            Standing::NotYet { .. } => "开始日期之前发现店里卖烟，可以拨打 12313 反映。",
            Standing::Paused { .. } | Standing::Stopped => {
                "发现店里仍在卖烟，可以拨打 12313 反映。您是持证人的，恢复营业前请先向发证机关申请。"
            }
            Standing::Expired { .. } => {
                "发现店里仍在卖烟，可以拨打 12313 反映。您是持证人的，请停止零售，并联系发证机关办理。"
            }
            Standing::Cancelled { .. } | Standing::Recalled { .. } => {
                "发现店里仍在卖烟，可以拨打 12313 反映。想继续经营的，需要重新申请许可证。"
            }
        }
    }
}

fn words(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const FROM: Date = date(2022, 1, 1);
    const TO: Date = date(2026, 12, 31);
    const TODAY: Date = date(2026, 11, 23);

    fn states() -> Vec<(&'static str, Status)> {
        vec![
            ("正常营业", Status::Trading),
            ("停业", Status::Paused { since: Some(date(2026, 3, 1)), until: Some(date(2026, 10, 31)) }),
            ("责令整顿停业", Status::Stopped { since: Some(date(2026, 11, 1)) }),
            ("注销", Status::Cancelled { on: Some(date(2026, 1, 1)), why: CancelReason::ClosedDown }),
            ("收回", Status::Recalled { on: Some(date(2026, 1, 1)) }),
        ]
    }

    fn steps() -> Vec<Step> {
        let mut steps = vec![
            Step::Pause { from: date(2026, 11, 24), until: date(2026, 12, 31) },
            Step::Resume,
            Step::OrderStop,
            Step::EndStop,
            Step::Amend,
            Step::Renew,
            Step::Reprint,
            Step::Recall,
        ];
        steps.extend(CancelReason::ALL.map(Step::Cancel));
        steps
    }

    fn named(step: Step) -> String {
        match step {
            Step::Cancel(why) => format!("注销（{}）", why.label()),
            step => step.label().into(),
        }
    }

    fn table(title: &str, today: Date) -> String {
        let mut page = format!("{title}\n");
        for step in steps() {
            let line: Vec<String> = states()
                .into_iter()
                .map(|(name, status)| match status.take(step, TO, today) {
                    Ok(next) => format!("{name}→{}", next.label()),
                    Err(_) => format!("{name}→—"),
                })
                .collect();
            page += &format!("  {}: {}\n", named(step), line.join("  "));
        }
        page
    }

    /// A changed rule shows as one changed cell of tests/status-steps.txt.
    #[test]
    fn the_table_of_states_and_steps_is_the_one_in_review() {
        let printed = table("有效期内（2026-11-23）", TODAY)
            + "\n"
            + &table("有效期届满后（2027-01-01）", date(2027, 1, 1));
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/status-steps.txt");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(path, &printed).expect("the expectation can be written");
        }
        let expected = std::fs::read_to_string(path).expect("tests/status-steps.txt is checked in");
        assert_eq!(printed, expected, "run with UPDATE_EXPECT=1 and read the difference");
    }

    #[test]
    fn a_pause_lasts_a_month_to_a_year_and_ends_within_validity() {
        let pause = |from, until| Status::Trading.take(Step::Pause { from, until }, TO, TODAY);
        assert_eq!(pause(date(2026, 12, 1), date(2026, 12, 30)), Err(StepFault::PauseLength));
        assert!(pause(date(2026, 12, 1), date(2026, 12, 31)).is_ok());
        assert_eq!(pause(date(2026, 12, 1), date(2027, 1, 15)), Err(StepFault::PausePastValidity));
        let long = Status::Trading.take(
            Step::Pause { from: date(2026, 3, 1), until: date(2027, 3, 1) },
            date(2029, 1, 1),
            TODAY,
        );
        assert_eq!(long, Err(StepFault::PauseLength));
    }

    #[test]
    fn the_last_day_of_validity_still_counts() {
        assert_eq!(Standing::on(TO, Status::Trading, FROM, TO), Standing::InForce);
        assert_eq!(
            Standing::on(date(2027, 1, 1), Status::Trading, FROM, TO),
            Standing::Expired { since: TO }
        );
        assert_eq!(
            Status::Trading.take(Step::Cancel(CancelReason::Expired), TO, TO),
            Err(StepFault::NotExpired)
        );
    }

    #[test]
    fn only_a_licence_in_force_may_sell_and_every_standing_speaks() {
        for (_, status) in states() {
            let standing = Standing::on(TODAY, status, FROM, TO);
            assert_eq!(standing.may_sell(), status == Status::Trading);
            assert!(!standing.meaning().is_empty() && !standing.next().is_empty());
        }
        assert!(!Standing::on(date(2021, 12, 31), Status::Trading, FROM, TO).may_sell());
    }

    #[test]
    fn a_state_survives_the_table() {
        for (_, status) in states() {
            let text = serde_json::to_string(&status).expect("a state can be written");
            assert_eq!(serde_json::from_str::<Status>(&text).expect("and read"), status);
            assert!(text.contains(status.code()));
        }
    }
}
