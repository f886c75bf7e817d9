//! Who may take part in a decision, on what grounds it may refuse, and the decision itself as a value.
//! Pure: letter, page and history row are all drawn from the same [`Decision`], so they can't disagree.

use law::Citation;
use serde::{Deserialize, Serialize};

use crate::case::Hand;
use crate::stage::Advice;

/// Two hands are wanted for the check on the spot.
/// 《行政许可法》第三十四条第三款: “…需要对申请材料的实质内容进行核实的，行政机关应当指派两名以上工作人员进行核查。”
pub const INSPECTORS_AT_LEAST: usize = 2;

/// Steps whose taker may not take `step` too. 审查与决定分离: whoever accepted or inspected does not examine,
/// and whoever did any of these does not decide. See docs/decisions/0010.
fn excluded_by(step: &str) -> &'static [&'static str] {
    match step {
        "examine" => &["accept", "inspect"],
        "decide" => &["accept", "review_paper", "inspect", "examine"],
        _ => &[],
    }
}

/// An earlier step of the same officer that keeps them from this one.
pub fn barred<'a>(step: &str, officer: &str, hands: &'a [Hand]) -> Option<&'a Hand> {
    hands.iter().find(|hand| hand.officer == officer && excluded_by(step).contains(&hand.step.as_str()))
}

/// A reason for which the law lets a retail licence be refused, with its rule and what the person can do.
#[derive(Clone, Debug)]
pub struct Ground {
    pub code: &'static str,
    pub says: &'static str,
    /// The fact the officer must state, such as a distance; the hint shown beside the entry.
    pub fact_wanted: &'static str,
    pub remedy: &'static str,
    pub under: fn() -> Citation,
}

/// Grounds that can be cited from texts held in `law/texts`. 《烟草专卖法实施条例》第九条 names the four conditions,
/// 《未成年人保护法》第五十九条 the surroundings of schools, 《行政许可法》第七十八条 false materials.
pub static GROUNDS: &[Ground] = &[
    Ground {
        code: "no-premises",
        says: "没有固定的经营场所，或者经营场所与住所不相独立",
        fact_wanted: "写明核查时所见，例如：申请地址为住宅卧室，无独立出入口",
        remedy: "落实与住所相独立的固定经营场所后可以重新申请",
        under: || law::citations::tobacco_rules(9, 1).item(2),
    },
    Ground {
        code: "layout",
        says: "不符合当地烟草制品零售点合理布局要求",
        fact_wanted: "写明差多少，例如：距最近零售点步行28.4米，规定不少于40米",
        remedy: "可以更换经营地址，或者在本单元有余量时重新申请",
        under: || law::citations::tobacco_rules(9, 1).item(3),
    },
    Ground {
        code: "no-capital",
        says: "没有与经营烟草制品零售业务相适应的资金",
        fact_wanted: "写明依据的材料和核查情况",
        remedy: "条件具备后可以重新申请",
        under: || law::citations::tobacco_rules(9, 1).item(1),
    },
    Ground {
        code: "near-school",
        says: "经营场所位于学校、幼儿园周边",
        fact_wanted: "写明学校名称、出入口和距离，例如：距桥城小学正门直线42米",
        remedy: "可以更换到学校、幼儿园周边规定距离以外的地址后重新申请",
        under: || law::citations::minors(59, 1),
    },
    Ground {
        code: "false-materials",
        says: "隐瞒有关情况或者提供虚假材料申请许可",
        fact_wanted: "写明哪一份材料、怎样核实为虚假",
        remedy: "如对认定有异议，可以陈述、申辩，或者依法申请复议、提起诉讼",
        under: || law::licensing(78, 1),
    },
];

pub fn ground(code: &str) -> Option<&'static Ground> {
    GROUNDS.iter().find(|ground| ground.code == code)
}

/// One reason in a refusal: the ground and the fact found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    pub ground: String,
    pub fact: String,
}

/// What the head of the bureau decides. Built by [`grant`] or [`refuse`] only.
#[derive(Clone, Debug)]
pub struct Decision {
    pub advice: Advice,
    pub reasons: Vec<Reason>,
    pub opinion: String,
    pub under: Vec<Citation>,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfounded {
    #[error("不予许可必须说明理由，请至少选择一项法定情形")]
    NoReason,
    #[error("“{0}”不是可以引用的不予许可情形")]
    UnknownGround(String),
    #[error("“{0}”没有写明事实，当事人无法知道差在哪里")]
    NoFact(String),
}

/// 《行政许可法》第三十八条第一款: “申请人的申请符合法定条件、标准的，行政机关应当依法作出准予行政许可的书面决定。”
pub fn grant(opinion: &str) -> Decision {
    Decision {
        advice: Advice::Grant,
        reasons: vec![],
        opinion: opinion.to_owned(),
        under: vec![
            law::licensing(38, 1),
            law::citations::tobacco(16, 1),
            law::citations::tobacco_rules(9, 1),
        ],
    }
}

/// 《行政许可法》第三十八条第二款: “行政机关依法作出不予行政许可的书面决定的，应当说明理由，
/// 并告知申请人享有依法申请行政复议或者提起行政诉讼的权利。”
pub fn refuse(reasons: Vec<Reason>, opinion: &str) -> Result<Decision, Unfounded> {
    if reasons.is_empty() {
        return Err(Unfounded::NoReason);
    }
    let mut under = vec![law::licensing(38, 2)];
    for reason in &reasons {
        let ground = ground(&reason.ground).ok_or_else(|| Unfounded::UnknownGround(reason.ground.clone()))?;
        if reason.fact.trim().chars().count() < 4 {
            return Err(Unfounded::NoFact(ground.says.to_owned()));
        }
        under.push((ground.under)());
    }
    Ok(Decision { advice: Advice::Refuse, reasons, opinion: opinion.to_owned(), under })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hand(step: &str, officer: &str) -> Hand {
        Hand { step: step.to_owned(), officer: officer.to_owned(), officer_name: officer.to_owned() }
    }

    #[test]
    fn whoever_accepted_or_inspected_does_not_examine() {
        let hands = [hand("accept", "王"), hand("inspect", "李"), hand("review_paper", "赵")];
        assert!(barred("examine", "王", &hands).is_some());
        assert!(barred("examine", "李", &hands).is_some());
        assert!(barred("examine", "赵", &hands).is_none());
    }

    #[test]
    fn whoever_did_anything_before_does_not_decide() {
        let hands =
            [hand("accept", "王"), hand("review_paper", "赵"), hand("examine", "钱"), hand("assign", "孙")];
        for officer in ["王", "赵", "钱"] {
            assert!(barred("decide", officer, &hands).is_some(), "{officer}");
        }
        // Sending people out is no judgement of the case.
        assert!(barred("decide", "孙", &hands).is_none());
        assert!(barred("decide", "周", &hands).is_none());
    }

    #[test]
    fn a_refusal_without_reason_or_fact_is_no_refusal() {
        let reason = |ground: &str, fact: &str| Reason { ground: ground.to_owned(), fact: fact.to_owned() };
        assert_eq!(refuse(vec![], "不行").unwrap_err(), Unfounded::NoReason);
        assert_eq!(
            refuse(vec![reason("because", "没有理由")], "").unwrap_err(),
            Unfounded::UnknownGround("because".to_owned())
        );
        assert!(matches!(refuse(vec![reason("layout", " ")], ""), Err(Unfounded::NoFact(_))));
        let decision = refuse(vec![reason("layout", "距最近零售点步行28.4米")], "").expect("founded");
        assert!(decision.under.contains(&law::licensing(38, 2)));
        assert!(decision.under.len() == 2);
    }

    #[test]
    fn every_ground_cites_words_that_are_kept_and_names_a_remedy() {
        for ground in GROUNDS {
            let citation = (ground.under)();
            assert!(citation.words().is_some(), "{}: {citation}", ground.code);
            assert!(!ground.remedy.is_empty());
        }
    }
}
