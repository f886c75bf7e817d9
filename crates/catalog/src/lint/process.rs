//! Rules on the steps of 办理流程: which there are, in which order, and what each must say.

use super::Report;
use crate::item::{BusinessType, Item, Step};

/// Names of the steps in which somebody looks before somebody decides.
const REVIEW: [&str; 3] = ["审核", "审查", "核查"];
/// 审批（办结）: the step that ends with the decision.
const DECISION: &str = "审批";
/// Times that bind nobody.
const NO_TIMES: [&str; 10] =
    ["尽快", "及时", "适时", "待定", "另行通知", "视情况", "视情", "不确定", "无", "暂无"];

/// 许可事项 ≥ 5 环节: 受理、审核、审批、办结、送达; each says who, how long, by what standard, with what result.
pub fn all(item: &Item, business: &BusinessType, file: &str, report: &mut Report) {
    report.hold(
        business.process.len() >= 5,
        file,
        "[[step]]",
        "process-short",
        format!("办理流程只有 {} 个环节，至少应当有 5 个", business.process.len()),
    );
    for needed in ["受理", "审核", "审批", "办结", "送达"] {
        report.hold(
            business.process.iter().any(|step| step.name.contains(needed)),
            file,
            "[[step]]",
            "process-gap",
            format!("办理流程里没有“{needed}”环节"),
        );
    }
    for step in &business.process {
        let home = report.home_of(item, file, &step.key);
        told(step, &home, report);
    }
    order(&business.process, file, report);
}

fn told(step: &Step, file: &str, report: &mut Report) {
    let mark = format!("key = \"{}\"", step.key);
    let told = [&step.role, &step.time, &step.standard, &step.result];
    report.hold(
        told.iter().all(|text| !text.trim().is_empty()),
        file,
        &mark,
        "step-vague",
        format!("“{}”环节没有写全：谁来办、多久、按什么标准、出什么结果", step.name),
    );
    let time = step.time.trim().trim_end_matches(['。', '，', '；']);
    report.hold(
        !NO_TIMES.contains(&time) && time.chars().any(char::is_alphanumeric) || time.is_empty(),
        file,
        &mark,
        "step-time",
        format!("“{}”环节的时间写的是“{time}”，等于没有写：请写几个工作日，或者什么时候", step.name),
    );
}

/// 申请, 受理, then whoever looks, then who decides, then 送达 (行政许可法 arts. 29, 32, 34, 37, 44).
fn order(steps: &[Step], file: &str, report: &mut Report) {
    let mut say = |step: &Step, says: String| {
        // Where shared steps are put in order, the order is what is wrong.
        let ordered = steps.len() > 1 && !report.has(file, &mark(step));
        let mark = if ordered { "step_order".to_owned() } else { mark(step) };
        report.at(file, &mark, "process-order", says);
    };
    let first = |name: &str| steps.iter().position(|step| step.name.contains(name));
    let last = |name: &str| steps.iter().rposition(|step| step.name.contains(name));
    if let Some(at) = first("申请").filter(|at| *at > 0) {
        say(&steps[at], format!("“{}”应当是第一个环节，现在是第 {} 个", steps[at].name, at + 1));
    }
    let begins = usize::from(steps.first().is_some_and(|step| step.name.contains("申请")));
    if let Some(at) = first("受理").filter(|at| *at > begins) {
        say(&steps[at], format!("申请以后先要受理：“{}”前面还有“{}”", steps[at].name, steps[at - 1].name));
    }
    let Some(decision) = first(DECISION) else { return };
    let looked = REVIEW.iter().filter_map(|name| last(name)).max();
    if let Some(at) = looked.filter(|at| *at > decision) {
        let says = format!("“{}”排在“{}”以后：先审核，再决定", steps[at].name, steps[decision].name);
        say(&steps[at], says);
    }
    if let (Some(at), Some(decided)) = (first("送达"), last(DECISION))
        && at < decided
    {
        let says = format!("“{}”排在“{}”以前：先作出决定，再送达", steps[at].name, steps[decided].name);
        say(&steps[at], says);
    }
}

fn mark(step: &Step) -> String {
    format!("key = \"{}\"", step.key)
}
