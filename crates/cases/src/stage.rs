//! Where a case stands. A stage holds what is true only then; [`Stage::take`] is the one place that moves it.
//! Who may take a step is `identity`'s table, whether grounds suffice is [`crate::decide`]'s; here stands only the order.

use jiff::civil::Date;
use law::limits::{Extension, Pause};
use serde::{Deserialize, Serialize};

/// Proof that the bureau's days for asking for more have run out. Only [`crate::intake::silence`] makes one.
pub use law::limits::Lapsed;

/// What has been true since acceptance: the day the clock started and everything that stopped or stretched it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Running {
    pub accepted_on: Date,
    /// Accepted because the bureau kept silent (《行政许可法》第三十二条第一款第四项).
    pub deemed: bool,
    #[serde(default)]
    pub pauses: Vec<Pause>,
    #[serde(default)]
    pub extension: Option<Extension>,
}

impl Running {
    /// The pause that has begun and not ended, if the clock stands still now.
    pub fn open_pause(&self) -> Option<&Pause> {
        self.pauses.iter().find(|pause| pause.to.is_none())
    }
}

/// One thing the applicant is asked to correct or add. 《行政许可法》第三十二条第一款第四项: “一次告知申请人需要补正的全部内容”.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// Key of the material, or `form:FIELD` for an entry of the form.
    pub of: String,
    pub name: String,
    pub reason: String,
    pub remedy: String,
    #[serde(default)]
    pub example: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    Granted { licence: String, valid_from: Date, valid_to: Date },
    Refused,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// 待受理
    Received { on: Date },
    /// 待补正
    Supplementing { received_on: Date, asked_on: Date, respond_by: Date, gaps: Vec<Gap> },
    /// 书面审查
    PaperReview { run: Running },
    /// 待派核查
    Assigning { run: Running },
    /// 实地核查
    Inspecting { run: Running, officers: Vec<String>, planned_on: Date },
    /// 审查
    Examining { run: Running },
    /// 审批
    Deciding { run: Running, advice: Advice },
    /// 准予或不予，待送达
    Decided { run: Running, on: Date, outcome: Outcome },
    /// 已送达，办结
    Delivered { run: Running, decided_on: Date, on: Date, outcome: Outcome },
    /// 不予受理
    NotAccepted { on: Date },
    /// 申请人撤回
    Withdrawn { on: Date },
    /// 逾期未补正，退件
    Returned { on: Date },
}

/// What the examiner proposes to the head of the bureau.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    Grant,
    Refuse,
}

impl Advice {
    pub fn says(self) -> &'static str {
        match self {
            Advice::Grant => "建议准予许可",
            Advice::Refuse => "建议不予许可",
        }
    }
}

#[derive(Debug, PartialEq)]
pub enum Step {
    Accept,
    AskForMore {
        respond_by: Date,
        gaps: Vec<Gap>,
    },
    Decline,
    Lapse(Lapsed),
    Supply,
    GiveUpWaiting,
    ReviewPaper,
    Assign {
        officers: Vec<String>,
        planned_on: Date,
    },
    Inspect,
    Examine(Advice),
    /// Back from the head of the bureau: inspect again before deciding.
    SendBack,
    Extend(Extension),
    Pause(Pause),
    Resume {
        on: Date,
    },
    Decide(Outcome),
    Deliver,
    Withdraw,
}

/// The step is not open at this stage. Carries what is possible now, for the answer 409.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("step {step} is not open at stage {stage}")]
pub struct NotOpen {
    pub stage: &'static str,
    pub step: &'static str,
    pub open: Vec<&'static str>,
}

impl Stage {
    /// Every legal move of a case, one line each.
    pub fn take(self, step: Step, today: Date) -> Result<Stage, NotOpen> {
        use Stage::*;
        let started =
            |on: Date, deemed: bool| Running { accepted_on: on, deemed, pauses: vec![], extension: None };
        match (self, step) {
            (Received { .. }, Step::Accept) => Ok(PaperReview { run: started(today, false) }),
            (Received { on }, Step::AskForMore { respond_by, gaps }) => {
                Ok(Supplementing { received_on: on, asked_on: today, respond_by, gaps })
            }
            (Received { .. }, Step::Decline) => Ok(NotAccepted { on: today }),
            // “逾期不告知的，自收到申请材料之日起即为受理”: the clock starts on the day of receipt, not today.
            (Received { .. }, Step::Lapse(lapsed)) => {
                Ok(PaperReview { run: started(lapsed.accepted_on(), true) })
            }
            // “按照本行政机关的要求提交全部补正申请材料的，应当受理” (第三十二条第一款第五项): supplying all accepts.
            (Supplementing { .. }, Step::Supply) => Ok(PaperReview { run: started(today, false) }),
            (Supplementing { .. }, Step::GiveUpWaiting) => Ok(Returned { on: today }),
            (PaperReview { run }, Step::ReviewPaper) => Ok(Assigning { run }),
            (Assigning { run }, Step::Assign { officers, planned_on }) => {
                Ok(Inspecting { run, officers, planned_on })
            }
            (Inspecting { run, .. }, Step::Inspect) => Ok(Examining { run }),
            (Examining { run }, Step::Examine(advice)) => Ok(Deciding { run, advice }),
            (Examining { run } | Deciding { run, .. }, Step::SendBack) => Ok(Assigning { run }),
            (Deciding { run, .. }, Step::Decide(outcome)) => Ok(Decided { run, on: today, outcome }),
            (Decided { run, on, outcome }, Step::Deliver) => {
                Ok(Delivered { run, decided_on: on, on: today, outcome })
            }
            (mut stage, Step::Extend(extension)) if stage.may_extend() => {
                stage.running_mut().expect("only a running case may be extended").extension = Some(extension);
                Ok(stage)
            }
            (mut stage, Step::Pause(pause)) if stage.may_pause() => {
                stage.running_mut().expect("only a running case may be paused").pauses.push(pause);
                Ok(stage)
            }
            (mut stage, Step::Resume { on }) if stage.is_paused() => {
                let pauses = &mut stage.running_mut().expect("only a running case may be resumed").pauses;
                for pause in pauses.iter_mut().filter(|pause| pause.to.is_none()) {
                    pause.to = Some(on);
                }
                Ok(stage)
            }
            (stage, Step::Withdraw) if stage.may_withdraw() => Ok(Withdrawn { on: today }),
            (stage, step) => {
                Err(NotOpen { stage: stage.code(), step: step.code(), open: stage.open_steps() })
            }
        }
    }

    pub fn code(&self) -> &'static str {
        use Stage::*;
        match self {
            Received { .. } => "received",
            Supplementing { .. } => "supplementing",
            PaperReview { .. } => "paper_review",
            Assigning { .. } => "assigning",
            Inspecting { .. } => "inspecting",
            Examining { .. } => "examining",
            Deciding { .. } => "deciding",
            Decided { .. } => "decided",
            Delivered { .. } => "delivered",
            NotAccepted { .. } => "not_accepted",
            Withdrawn { .. } => "withdrawn",
            Returned { .. } => "returned",
        }
    }

    /// The word on pages, of the ten public states of a case.
    pub fn says(&self) -> &'static str {
        use Stage::*;
        match self {
            Received { .. } => "待受理",
            Supplementing { .. } => "待补正",
            PaperReview { .. } => "已受理",
            Assigning { .. } | Inspecting { .. } => "核查中",
            Examining { .. } | Deciding { .. } => "审批中",
            Decided { outcome: Outcome::Granted { .. }, .. } => "准予许可，待送达",
            Decided { outcome: Outcome::Refused, .. } => "不予许可，待送达",
            Delivered { outcome: Outcome::Granted { .. }, .. } => "已办结（准予）",
            Delivered { outcome: Outcome::Refused, .. } => "已办结（不予）",
            NotAccepted { .. } => "不予受理",
            Withdrawn { .. } => "已撤回",
            Returned { .. } => "已退件（逾期未补正）",
        }
    }

    pub fn running(&self) -> Option<&Running> {
        use Stage::*;
        match self {
            PaperReview { run }
            | Assigning { run }
            | Inspecting { run, .. }
            | Examining { run }
            | Deciding { run, .. }
            | Decided { run, .. }
            | Delivered { run, .. } => Some(run),
            Received { .. }
            | Supplementing { .. }
            | NotAccepted { .. }
            | Withdrawn { .. }
            | Returned { .. } => None,
        }
    }

    fn running_mut(&mut self) -> Option<&mut Running> {
        use Stage::*;
        match self {
            PaperReview { run }
            | Assigning { run }
            | Inspecting { run, .. }
            | Examining { run }
            | Deciding { run, .. }
            | Decided { run, .. }
            | Delivered { run, .. } => Some(run),
            Received { .. }
            | Supplementing { .. }
            | NotAccepted { .. }
            | Withdrawn { .. }
            | Returned { .. } => None,
        }
    }

    /// Accepted and not yet decided: the statutory clock is what matters.
    pub fn is_pending(&self) -> bool {
        use Stage::*;
        matches!(
            self,
            PaperReview { .. } | Assigning { .. } | Inspecting { .. } | Examining { .. } | Deciding { .. }
        )
    }

    pub fn is_closed(&self) -> bool {
        use Stage::*;
        matches!(self, Delivered { .. } | NotAccepted { .. } | Withdrawn { .. } | Returned { .. })
    }

    pub fn is_paused(&self) -> bool {
        self.is_pending() && self.running().is_some_and(|run| run.open_pause().is_some())
    }

    /// 《行政许可法》第四十二条第一款: “经本行政机关负责人批准，可以延长十日”: once, and only before the decision.
    fn may_extend(&self) -> bool {
        self.is_pending() && self.running().is_some_and(|run| run.extension.is_none())
    }

    fn may_pause(&self) -> bool {
        self.is_pending() && !self.is_paused()
    }

    /// An application may be taken back until it is decided.
    fn may_withdraw(&self) -> bool {
        matches!(self, Stage::Received { .. } | Stage::Supplementing { .. }) || self.is_pending()
    }

    /// Names of the steps that are open now, for the answer to a step out of order.
    pub fn open_steps(&self) -> Vec<&'static str> {
        use Stage::*;
        let mut open = match self {
            Received { .. } => vec!["accept", "ask_for_more", "decline", "lapse"],
            Supplementing { .. } => vec!["supply", "give_up_waiting"],
            PaperReview { .. } => vec!["review_paper"],
            Assigning { .. } => vec!["assign"],
            Inspecting { .. } => vec!["inspect"],
            Examining { .. } => vec!["examine", "send_back"],
            Deciding { .. } => vec!["decide", "send_back"],
            Decided { .. } => vec!["deliver"],
            Delivered { .. } | NotAccepted { .. } | Withdrawn { .. } | Returned { .. } => vec![],
        };
        open.extend(self.may_extend().then_some("extend"));
        open.extend(self.may_pause().then_some("pause"));
        open.extend(self.is_paused().then_some("resume"));
        open.extend(self.may_withdraw().then_some("withdraw"));
        open
    }
}

impl Step {
    pub fn code(&self) -> &'static str {
        match self {
            Step::Accept => "accept",
            Step::AskForMore { .. } => "ask_for_more",
            Step::Decline => "decline",
            Step::Lapse(_) => "lapse",
            Step::Supply => "supply",
            Step::GiveUpWaiting => "give_up_waiting",
            Step::ReviewPaper => "review_paper",
            Step::Assign { .. } => "assign",
            Step::Inspect => "inspect",
            Step::Examine(_) => "examine",
            Step::SendBack => "send_back",
            Step::Extend(_) => "extend",
            Step::Pause(_) => "pause",
            Step::Resume { .. } => "resume",
            Step::Decide(_) => "decide",
            Step::Deliver => "deliver",
            Step::Withdraw => "withdraw",
        }
    }
}

/// The word for a step on pages and in the answer 409.
pub fn step_says(code: &str) -> &'static str {
    match code {
        "finding" => "核对材料",
        "accept" => "受理",
        "ask_for_more" => "告知补正",
        "decline" => "不予受理",
        "lapse" => "视为受理",
        "supply" => "提交补正材料",
        "give_up_waiting" => "退件",
        "review_paper" | "paper_review" => "书面审查",
        "assign" => "分派实地核查",
        "inspect" => "提交核查记录",
        "examine" => "审查",
        "send_back" => "退回补充核查",
        "extend" => "延长审批期限",
        "pause" => "暂停计时",
        "resume" => "恢复计时",
        "decide" => "作出决定",
        "deliver" => "送达",
        "withdraw" => "撤回申请",
        "seal_wait" => "决定等待盖章",
        "seal_wait_over" => "等待盖章的决定取消",
        "seal_later" => "补盖印章",
        _ => "其他",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use law::{PauseKind, WorkCalendar, Workdays};

    fn run() -> Running {
        Running { accepted_on: date(2026, 9, 1), deemed: false, pauses: vec![], extension: None }
    }

    fn pause() -> Pause {
        let why = "鉴定真伪".to_owned();
        Pause {
            kind: PauseKind::ALL[0],
            from: date(2026, 9, 2),
            to: None,
            told_in_writing: true,
            why,
            document: None,
        }
    }

    fn every_stage() -> Vec<Stage> {
        use Stage::*;
        let (on, run) = (date(2026, 9, 1), run());
        let mut paused = run.clone();
        paused.pauses.push(pause());
        let outcome = Outcome::Refused;
        vec![
            Received { on },
            Supplementing { received_on: on, asked_on: on, respond_by: on, gaps: vec![] },
            PaperReview { run: run.clone() },
            PaperReview { run: paused },
            Assigning { run: run.clone() },
            Inspecting { run: run.clone(), officers: vec![], planned_on: on },
            Examining { run: run.clone() },
            Deciding { run: run.clone(), advice: Advice::Grant },
            Decided { run: run.clone(), on, outcome: outcome.clone() },
            Delivered { run, decided_on: on, on, outcome },
            NotAccepted { on },
            Withdrawn { on },
            Returned { on },
        ]
    }

    fn every_step() -> Vec<Step> {
        let on = date(2026, 9, 1);
        let calendar = WorkCalendar::published();
        let lapsed = law::limits::lapse(on, date(2026, 9, 20), &calendar).expect("five workdays have passed");
        let extension = Extension {
            days: Workdays(10),
            approved_by: "局长".to_owned(),
            on,
            reason: "情况复杂".to_owned(),
        };
        vec![
            Step::Accept,
            Step::AskForMore { respond_by: on, gaps: vec![] },
            Step::Decline,
            Step::Lapse(lapsed),
            Step::Supply,
            Step::GiveUpWaiting,
            Step::ReviewPaper,
            Step::Assign { officers: vec![], planned_on: on },
            Step::Inspect,
            Step::Examine(Advice::Grant),
            Step::SendBack,
            Step::Extend(extension),
            Step::Pause(pause()),
            Step::Resume { on },
            Step::Decide(Outcome::Refused),
            Step::Deliver,
            Step::Withdraw,
        ]
    }

    fn table() -> String {
        let names: Vec<&str> = every_step().iter().map(Step::code).collect();
        let mut text = String::new();
        for (i, stage) in every_stage().into_iter().enumerate() {
            let paused = if stage.is_paused() { " (paused)" } else { "" };
            let open: Vec<&str> = names
                .iter()
                .zip(every_step())
                .filter_map(|(name, step)| {
                    stage.clone().take(step, date(2026, 9, 21)).is_ok().then_some(*name)
                })
                .collect();
            let open = if open.is_empty() { "-".to_owned() } else { open.join(" ") };
            text += &format!("{i:2} {}{paused}: {open}\n", stage.code());
        }
        text
    }

    /// The whole table is a text file in review: a changed rule shows as one changed line.
    #[test]
    fn every_legal_move_stands_in_the_table() {
        assert_eq!(table(), include_str!("../tests/stages-and-steps.txt"));
    }

    #[test]
    fn what_a_stage_says_is_open_is_what_it_takes() {
        for stage in every_stage() {
            for step in every_step() {
                let (name, says) = (step.code(), stage.open_steps());
                let taken = stage.clone().take(step, date(2026, 9, 21)).is_ok();
                assert_eq!(says.contains(&name), taken, "{} {name}", stage.code());
            }
        }
    }

    #[test]
    fn silence_accepts_from_the_day_of_receipt() {
        let received = date(2026, 9, 1);
        let calendar = WorkCalendar::published();
        let lapsed =
            law::limits::lapse(received, date(2026, 9, 9), &calendar).expect("past the fifth workday");
        let stage =
            Stage::Received { on: received }.take(Step::Lapse(lapsed), date(2026, 9, 9)).expect("open");
        let run = stage.running().expect("it runs");
        assert_eq!((run.accepted_on, run.deemed), (received, true));
    }

    #[test]
    fn a_case_is_extended_once() {
        let stage = Stage::Deciding { run: run(), advice: Advice::Grant };
        let extension = || Extension {
            days: Workdays(10),
            approved_by: "局长".to_owned(),
            on: date(2026, 9, 10),
            reason: "情况复杂".to_owned(),
        };
        let once = stage.take(Step::Extend(extension()), date(2026, 9, 10)).expect("the first is open");
        assert!(once.take(Step::Extend(extension()), date(2026, 9, 11)).is_err());
    }

    #[test]
    fn a_stage_survives_its_own_json() {
        for stage in every_stage() {
            let text = serde_json::to_string(&stage).expect("plain data");
            assert_eq!(serde_json::from_str::<Stage>(&text).expect("its own json"), stage);
        }
    }
}
