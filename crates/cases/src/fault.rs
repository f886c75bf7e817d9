//! What can go wrong with a case, and what the person is told: status, code, words, next step, rule.

use axum::http::StatusCode;
use web::{Face, Refusal};

use crate::decide::Unfounded;
use crate::intake::Unclear;
use crate::stage::{NotOpen, step_says};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("no such case")]
    Unknown,
    #[error("no such draft")]
    UnknownDraft,
    #[error("draft was sent as case {number}")]
    DraftSent { bureau: String, id: String, number: String },
    #[error(transparent)]
    NotOpen(#[from] NotOpen),
    /// A sweep looked before the day had passed.
    #[error("too early")]
    TooEarly,
    #[error("the officer's posts do not include {act}")]
    NotYours { act: &'static str },
    /// Somebody was first: who, when, and what they did.
    #[error("{who} did {what} at {when}")]
    Overtaken { who: String, when: String, what: String },
    #[error("{officer} took step {earlier} and may not take {step}")]
    Separated { officer: String, earlier: String, step: &'static str },
    /// Taken, and waiting for its seal.
    #[error("{who} decided {outcome} at {since}; it waits for its seal")]
    DecisionWaits { who: String, since: String, outcome: &'static str },
    #[error("not complete: {0:?}")]
    Incomplete(Vec<String>),
    #[error(transparent)]
    Unfounded(#[from] Unfounded),
    #[error(transparent)]
    Unclear(#[from] Unclear),
    #[error("promise not given")]
    NoPromise,
    #[error("business type {0} is not open online")]
    NotOpenYet(String),
    /// Paused, cancelled or not begun: what the guide says of it.
    #[error("the item takes no applications now: {says}")]
    NotNow { says: String, opens_again: bool },
    #[error("clock stands still")]
    Paused { since: String, why: String },
    #[error("{0}")]
    Limit(law::LimitFault),
    #[error("a valid licence stands at this address: {0}")]
    PremisesTaken(String),
    #[error("the number space of {0} is used up")]
    NumbersUsedUp(String),
    #[error("too few inspectors")]
    TooFewInspectors,
    #[error("document: {0}")]
    Paper(String),
    #[error("item version {0} is gone")]
    ItemGone(String),
    /// An entry of an officer's form that can't be used, in words.
    #[error("{0}")]
    BadEntry(String),
    #[error(transparent)]
    Seal(#[from] seals::Fault),
    /// A paper that is still without its seal is not handed out.
    #[error("the paper waits for its seal")]
    BeingSealed,
    #[error(transparent)]
    Refused(#[from] files::Refused),
    #[error(transparent)]
    Files(#[from] files::Fault),
    #[error(transparent)]
    Store(#[from] db::Fault),
}

impl Fault {
    /// The one place where an inner fault becomes words.
    pub fn face(&self) -> Face {
        match self {
            Fault::Unknown => unknown(),
            Fault::UnknownDraft => unknown_draft(),
            Fault::DraftSent { bureau, id, number } => draft_sent(bureau, id, number),
            Fault::NotOpen(closed) => not_open(closed),
            Fault::TooEarly => too_early(),
            Fault::NotYours { act } => not_yours(act),
            Fault::Overtaken { who, when, what } => overtaken(who, when, what),
            Fault::Separated { officer, earlier, step } => separated(officer, earlier, step),
            Fault::DecisionWaits { who, since, outcome } => decision_waits(who, since, outcome),
            Fault::Incomplete(missing) => incomplete(missing),
            Fault::Unfounded(unfounded) => unfounded_face(unfounded),
            Fault::Unclear(unclear) => unclear_face(unclear),
            Fault::NoPromise => no_promise(),
            Fault::NotOpenYet(says) => not_open_yet(says),
            Fault::NotNow { says, opens_again } => not_now(says, *opens_again),
            Fault::Paused { since, why } => paused(since, why),
            Fault::Limit(limit) => Face::invalid("limit", limit.to_string(), "请修改后再提交。"),
            Fault::PremisesTaken(number) => premises_taken(number),
            Fault::NumbersUsedUp(division) => numbers_used_up(division),
            Fault::TooFewInspectors => too_few_inspectors(),
            Fault::Paper(_) => paper(),
            Fault::ItemGone(_) => Face::internal(),
            Fault::BadEntry(says) => bad_entry(says),
            Fault::Seal(fault) => fault.face(),
            Fault::BeingSealed => being_sealed(),
            Fault::Refused(refused) => Face::invalid("file-refused", refused.says(), refused.remedy()),
            Fault::Files(fault) => files_face(fault),
            Fault::Store(fault) => web::face::database_face(fault),
        }
    }
}

/// Another bureau's case looks just like a missing one, so that numbers can't be probed.
fn unknown() -> Face {
    Face::unknown("case-unknown", "没有找到这件申请", "请核对办件编号；查询他人的办件请使用编号和查询码。")
        .action("查进度", "/progress")
}

fn unknown_draft() -> Face {
    Face::unknown("draft-unknown", "没有找到这份草稿", "它可能已经提交或删除，请到“我的办件”查看。")
        .action("我的办件", "/me/cases")
}

fn draft_sent(bureau: &str, id: &str, number: &str) -> Face {
    let says = format!("这份申请已经提交，办件编号 {number}");
    Face::conflict("draft-sent", says, "不用再次提交，请查看办理进度。")
        .action("查看这件申请", format!("/cases/{bureau}/{id}"))
}

fn too_early() -> Face {
    Face::conflict("too-early", "期限还没有到，现在不能这样办理", "请刷新页面查看截止日期。")
}

fn not_yours(act: &str) -> Face {
    Face::new(
        StatusCode::FORBIDDEN,
        "not-yours",
        format!("您的岗位不能办理“{act}”"),
        "请由有相应岗位的同事办理；岗位有变动的，请联系系统管理员。",
    )
}

fn overtaken(who: &str, when: &str, what: &str) -> Face {
    Face::conflict(
        "overtaken",
        format!("{who}已于{when}{what}，您的这一步没有生效"),
        "请刷新页面，按最新进度办理。您填写的意见可以复制留用。",
    )
}

fn separated(officer: &str, earlier: &str, step: &str) -> Face {
    Face::new(
        StatusCode::FORBIDDEN,
        "separated",
        format!("{officer}已经办理过“{}”，不能再办理“{}”", step_says(earlier), step_says(step)),
        "请由其他有权限的同事办理，这是审查与决定分离的要求。",
    )
    .under(law::licensing(34, 3))
}

fn decision_waits(who: &str, since: &str, outcome: &str) -> Face {
    Face::conflict(
        "decision-waits",
        format!("本件已经作出决定，正在等待盖章：{who}于 {since} 签批“{outcome}”。"),
        "签章服务恢复后自动盖章生效。要改变决定的，请先在办件页面点“撤回签批”，再重新作出决定。",
    )
}

fn incomplete(missing: &[String]) -> Face {
    let says = format!("还有{}处没有完成：{}", missing.len(), missing.join("；"));
    Face::invalid("incomplete", says, "请补齐后再提交，已经填写的内容都保留着。")
}

fn unfounded_face(unfounded: &Unfounded) -> Face {
    Face::invalid("unfounded", unfounded.to_string(), "请补充后再提交。").under(law::licensing(38, 2))
}

fn unclear_face(unclear: &Unclear) -> Face {
    Face::invalid("unclear", unclear.to_string(), "请补充后再提交。").under(law::licensing(32, 1).item(4))
}

fn no_promise() -> Face {
    Face::invalid("no-promise", "请先阅读并勾选承诺", "申请人对申请材料的真实性负责。")
        .under(law::licensing(31, 1))
}

fn not_now(says: &str, opens_again: bool) -> Face {
    let after = if opens_again {
        "，恢复以后可以接着提交"
    } else {
        "，可以在“我的办件”里查看"
    };
    let next = format!("{says}您填写的内容和上传的材料都保留着{after}。");
    Face::conflict("item-not-now", "现在不收这个事项的新申请", next).action("我的办件", "/me/cases")
}

fn not_open_yet(says: &str) -> Face {
    Face::new(
        StatusCode::NOT_FOUND,
        "not-open-yet",
        format!("这个业务还不能网上申请。{says}"),
        "可以先查看办事指南，到窗口办理。",
    )
    .action("查看办事指南", "/items")
}

fn paused(since: &str, why: &str) -> Face {
    Face::conflict(
        "paused",
        format!("本件自{since}起暂停计时（{why}），现在不能作出决定"),
        "请先恢复计时，再作出决定。",
    )
    .under(law::licensing(45, 1))
}

fn premises_taken(number: &str) -> Face {
    Face::conflict(
        "licence-exists",
        format!("该经营场所已有有效许可证（{number}）"),
        "如需变更持证人或者名称，请办理变更或者先办理歇业。",
    )
    .under(law::citations::tobacco_rules(9, 1))
}

fn numbers_used_up(division: &str) -> Face {
    Face::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "numbers-used-up",
        format!("区划{division}的许可证号已经用完，决定没有作出"),
        "请联系系统管理员和上级局处理，本件仍在审批环节。",
    )
}

fn too_few_inspectors() -> Face {
    Face::invalid("too-few-inspectors", "实地核查须指派两名以上工作人员", "请再选择至少一名核查人员。")
        .under(law::licensing(34, 3))
}

fn paper() -> Face {
    Face::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "paper",
        "文书没有生成，这一步没有办成",
        "请检查名称、地址中是否有无法打印的字；仍不成功请联系系统管理员。",
    )
}

fn bad_entry(says: &str) -> Face {
    Face::invalid("bad-entry", says.to_owned(), "请修改后再提交，已经填写的内容都保留着。")
}

fn not_open(closed: &NotOpen) -> Face {
    let open: Vec<&str> = closed.open.iter().map(|step| step_says(step)).collect();
    let now = if open.is_empty() {
        "本件已经办结，没有可办的环节。".to_owned()
    } else {
        format!("现在可以办理：{}。", open.join("、"))
    };
    Face::conflict(
        "step-not-open",
        format!("当前环节不能办理“{}”", step_says(closed.step)),
        format!("{now}请刷新页面查看最新进度。"),
    )
}

fn being_sealed() -> Face {
    Face::conflict(
        "being-sealed",
        "这份文书正在盖章，还不能打开",
        "签章服务恢复后会自动盖好章，请稍后再来；办理进度和期限不受影响。",
    )
}

fn files_face(fault: &files::Fault) -> Face {
    if matches!(fault, files::Fault::Full) {
        return web::face::database_face(&db::Fault::Full);
    }
    Face::internal()
}

impl From<law::LimitFault> for Fault {
    fn from(fault: law::LimitFault) -> Fault {
        Fault::Limit(fault)
    }
}

impl From<papers::NumberFault> for Fault {
    fn from(fault: papers::NumberFault) -> Fault {
        Fault::Paper(fault.to_string())
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Refusal {
        Refusal::caused(fault.face(), &fault)
    }
}
