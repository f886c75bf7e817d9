//! What may be done with a case now, by this officer or by whom else.

use identity::{Act, Officer, Post};

use crate::actions::At;
use crate::case::{Case, Hand};
use crate::decide;
use crate::stage::{Stage, step_says};

/// Who can take an open step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    Yours,
    /// Your post allows it, but you did something in this case that keeps you from it; in words.
    Barred(String),
    /// Somebody else's; the posts in words.
    Theirs(String),
}

/// A step that is open now.
#[derive(Clone, Debug)]
pub struct Possible {
    pub step: &'static str,
    pub says: &'static str,
    pub href: String,
    pub whose: Whose,
    /// The step that moves the case on; the others stand beside it.
    pub main: bool,
}

impl Possible {
    pub fn is_yours(&self) -> bool {
        self.whose == Whose::Yours
    }

    /// Why it is not yours.
    pub fn why_not(&self) -> &str {
        match &self.whose {
            Whose::Yours => "",
            Whose::Barred(says) | Whose::Theirs(says) => says,
        }
    }

    pub fn class(&self) -> &'static str {
        match (self.main, self.step) {
            (true, _) => "button",
            (_, "decline") => "button danger",
            _ => "button quiet",
        }
    }
}

/// Every step that is open at the case's stage and belongs to an officer, yours first.
pub fn possible(case: &Case, hands: &[Hand], officer: &Officer) -> Vec<Possible> {
    let open = case.stage.open_steps();
    let mut steps: Vec<Possible> = open.iter().filter_map(|step| one(step, case, hands, officer)).collect();
    steps.sort_by_key(|step| (!step.is_yours(), !step.main));
    steps
}

fn one(step: &'static str, case: &Case, hands: &[Hand], officer: &Officer) -> Option<Possible> {
    let act = act_of(step, &case.stage)?;
    let at = At { bureau: case.bureau.clone(), id: case.id.clone(), seen: None };
    let tail = if step == "ask_for_more" { "supplement" } else { step };
    Some(Possible {
        step,
        says: step_says(step),
        href: super::href(&at, &format!("/{tail}")),
        whose: whose(step, act, case, hands, officer),
        main: matches!(
            step,
            "accept" | "review_paper" | "assign" | "inspect" | "examine" | "decide" | "deliver"
        ),
    })
}

/// The act a step needs; none for what the applicant or the system does.
pub fn act_of(step: &str, stage: &Stage) -> Option<Act> {
    match step {
        "accept" => Some(Act::Accept),
        "ask_for_more" => Some(Act::AskForMore),
        "decline" => Some(Act::Decline),
        "review_paper" => Some(Act::ReviewPaper),
        "assign" => Some(Act::AssignInspection),
        "inspect" => Some(Act::Inspect),
        "examine" => Some(Act::Review),
        "send_back" if matches!(stage, Stage::Deciding { .. }) => Some(Act::Decide),
        "send_back" => Some(Act::Review),
        "extend" => Some(Act::Extend),
        "pause" | "resume" => Some(Act::Pause),
        "decide" => Some(Act::Decide),
        "deliver" => Some(Act::Deliver),
        _ => None,
    }
}

fn whose(step: &str, act: Act, case: &Case, hands: &[Hand], officer: &Officer) -> Whose {
    if officer.may(act, &case.bureau).is_err() {
        return Whose::Theirs(format!("由{}办理", posts_for(act)));
    }
    if let Some(hand) = decide::barred(step, &officer.id, hands) {
        let did = step_says(&hand.step);
        return Whose::Barred(format!("您办理过本件的“{did}”，须由其他同事办理（审查与决定分离）"));
    }
    match &case.stage {
        Stage::Inspecting { officers, .. } if step == "inspect" && !officers.contains(&officer.id) => {
            Whose::Theirs("由被指派的核查人员办理".to_owned())
        }
        _ => Whose::Yours,
    }
}

/// 证件管理员、专卖证件负责人
fn posts_for(act: Act) -> String {
    let posts = Post::ALL.into_iter().filter(|post| identity::may(*post, act));
    posts.map(Post::says).collect::<Vec<_>>().join("或者")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Channel, DueDates};
    use crate::stage::{Advice, Running};
    use jiff::{Timestamp, civil::date};

    fn case(stage: Stage) -> Case {
        let text = String::new;
        Case {
            bureau: "990101".into(),
            id: "x".into(),
            number: text(),
            item: text(),
            item_version: text(),
            local_digest: None,
            business: text(),
            subject: text(),
            filed_by: text(),
            channel: Channel::Web,
            applicant: text(),
            shop: text(),
            credit_code: text(),
            stage,
            form: Default::default(),
            warnings: vec![],
            query_code: text(),
            received_at: Timestamp::UNIX_EPOCH,
            due: DueDates::default(),
            version: 1,
            changed_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn run() -> Running {
        Running { accepted_on: date(2026, 9, 1), deemed: false, pauses: vec![], extension: None }
    }

    #[test]
    fn a_clerk_may_take_in_and_a_head_is_told_whose_it_is() {
        let case = case(Stage::Received { on: date(2026, 9, 1) });
        let clerk = Officer::standing_in("a", "甲", "990101", &[Post::LicenceClerk]);
        let yours: Vec<&str> =
            possible(&case, &[], &clerk).iter().filter(|one| one.is_yours()).map(|one| one.step).collect();
        assert_eq!(yours, ["accept", "ask_for_more", "decline"]);
        let head = Officer::standing_in("b", "乙", "990101", &[Post::BureauHead]);
        let seen = possible(&case, &[], &head);
        assert!(seen.iter().all(|one| !one.is_yours() && one.why_not().contains("证件管理员")), "{seen:?}");
    }

    #[test]
    fn whoever_reviewed_is_told_why_he_may_not_decide() {
        let case = case(Stage::Deciding { run: run(), advice: Advice::Grant });
        let head = Officer::standing_in("b", "乙", "990101", &[Post::BureauHead]);
        let hand = Hand { step: "examine".into(), officer: "b".into(), officer_name: "乙".into() };
        let steps = possible(&case, &[hand], &head);
        let decide = steps.iter().find(|one| one.step == "decide").expect("open");
        assert!(matches!(&decide.whose, Whose::Barred(says) if says.contains("审查")), "{decide:?}");
    }

    #[test]
    fn only_the_inspectors_sent_there_inspect() {
        let stage = Stage::Inspecting {
            run: run(),
            officers: vec!["a".into(), "b".into()],
            planned_on: date(2026, 9, 3),
        };
        let whose_is = |id: &str| {
            let officer = Officer::standing_in(id, "甲", "990101", &[Post::Inspector]);
            let steps = possible(&case(stage.clone()), &[], &officer);
            steps.into_iter().find(|one| one.step == "inspect").expect("open").is_yours()
        };
        assert!(whose_is("a") && !whose_is("c"));
    }
}
