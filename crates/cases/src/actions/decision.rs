//! Review, extension, pauses and the decision. The licence and the decision letter come into being in one transaction.

use identity::{Act, Officer, Post};
use jiff::civil::Date;
use law::{Extension, Pause, PauseKind, Workdays};
use serde::{Deserialize, Serialize};
use serde_json::json;
use web::App;

use super::inspection::said;
use super::intake::{At, moved};
use super::waiting::{no_other_waits, wait_for_seal};
use super::{By, Moved, Next, Terms, Under, allow, finish, load, task_due, terms_of, write_paper};
use crate::case::{Case, CasePaper};
use crate::decide::{self, Decision, Reason};
use crate::grant::{Granted, Issued, Issuer};
use crate::stage::{Advice, Outcome, Stage, Step};
use crate::{Fault, clock, fields, letters, store};

/// Nobody takes two of the separated steps. See docs/decisions/0010.
async fn separate(
    db: &mut impl db::Exec,
    case: &Case,
    step: &'static str,
    officer: &Officer,
) -> Result<(), Fault> {
    let hands = store::hands(db, &case.bureau, &case.id).await?;
    match decide::barred(step, &officer.id, &hands) {
        Some(hand) => {
            Err(Fault::Separated { officer: officer.name.clone(), earlier: hand.step.clone(), step })
        }
        None => Ok(()),
    }
}

/// 审查: by somebody who neither accepted nor inspected.
pub async fn examine(
    app: &App,
    officer: &Officer,
    at: &At,
    advice: Advice,
    opinion: &str,
) -> Result<Case, Fault> {
    allow(officer, Act::Review, &at.bureau)?;
    let opinion = said(opinion, "审查意见")?;
    let mut tx = app.db.begin().await?;
    let case = load(&mut tx, &at.bureau, &at.id, at.seen).await?;
    separate(&mut tx, &case, "examine", officer).await?;
    let terms = terms_of(app, &mut tx, &case).await?;
    let case = moved(case, Step::Examine(advice), app.today())?;
    let due_on = task_due(&case, &terms, app);
    let moved = Moved {
        by: By::officer(officer),
        step: "examine",
        data: json!({ "advice": advice.says(), "opinion": opinion }),
        papers: vec![],
        tell: ("审查已完成".to_owned(), "您的申请已进入审批环节。".to_owned()),
        next: Some(Next { kind: "decide", post: Post::BureauHead, officers: vec![], due_on }),
        moves_work: true,
        lends_hand: true,
        also: vec![],
        case,
    };
    finish(app, tx, &terms, moved).await
}

/// 退回补充核查: something must be looked at again before anybody can decide.
pub async fn send_back(app: &App, officer: &Officer, at: &At, why: &str) -> Result<Case, Fault> {
    let why = said(why, "退回原因")?;
    let mut tx = app.db.begin().await?;
    let case = load(&mut tx, &at.bureau, &at.id, at.seen).await?;
    let act = if matches!(case.stage, Stage::Deciding { .. }) { Act::Decide } else { Act::Review };
    allow(officer, act, &at.bureau)?;
    let terms = terms_of(app, &mut tx, &case).await?;
    let case = moved(case, Step::SendBack, app.today())?;
    let due_on = task_due(&case, &terms, app);
    let moved = Moved {
        by: By::officer(officer),
        step: "send_back",
        data: json!({ "why": why }),
        papers: vec![],
        tell: ("需要补充核查".to_owned(), "审查中有情况需要再次到现场核实，不影响办理期限。".to_owned()),
        next: Some(Next { kind: "assign", post: Post::TeamHead, officers: vec![], due_on }),
        moves_work: true,
        lends_hand: true,
        also: vec![],
        case,
    };
    finish(app, tx, &terms, moved).await
}

/// 延长审批期限: once, at most ten working days, approved by the head, with the reason told.
/// 《行政许可法》第四十二条第一款: “…经本行政机关负责人批准，可以延长十日，并应当将延长期限的理由告知申请人。”
pub async fn extend(app: &App, officer: &Officer, at: &At, days: u16, reason: &str) -> Result<Case, Fault> {
    allow(officer, Act::Extend, &at.bureau)?;
    let mut tx = app.db.begin().await?;
    let case = load(&mut tx, &at.bureau, &at.id, at.seen).await?;
    let terms = terms_of(app, &mut tx, &case).await?;
    let extension = Extension {
        days: Workdays(days),
        approved_by: officer.name.clone(),
        on: app.today(),
        reason: reason.trim().to_owned(),
    };
    let run = case.stage.running().cloned();
    let before = run.as_ref().map(|run| clock::decision(run, app.today(), &app.calendar()).on);
    let case = moved(case, Step::Extend(extension.clone()), app.today())?;
    let run = case.stage.running().expect("an extended case runs");
    let pauses = law::limits::as_of(&run.pauses, app.today());
    extension.check(run.accepted_on, &pauses, &app.calendar())?;
    let after = clock::decision(run, app.today(), &app.calendar());
    let data = letters::extension(&case, &terms.office, &terms.matter(), before.unwrap_or(after.on), &after);
    let under = Under { case: &case, by: &By::officer(officer), step: "extend" };
    let paper = write_paper(app, &mut tx, &terms.office, &under, &data).await?;
    let words = format!(
        "经本局负责人批准延长{days}个工作日，最迟{}前作出决定。原因：{}",
        web::text::date_cn(after.on),
        extension.reason
    );
    let moved =
        still(By::officer(officer), "extend", json!({ "days": days, "reason": extension.reason }), case)
            .with(paper, ("审批期限已延长", words));
    finish(app, tx, &terms, moved).await
}

/// 暂停计时 under 第四十五条: only for the procedures the article names, and only with the written notice.
pub async fn pause(
    app: &App,
    officer: &Officer,
    at: &At,
    kind: PauseKind,
    why: &str,
    needed: Option<u16>,
) -> Result<Case, Fault> {
    allow(officer, Act::Pause, &at.bureau)?;
    let why = said(why, "暂停原因")?;
    let mut tx = app.db.begin().await?;
    let case = load(&mut tx, &at.bureau, &at.id, at.seen).await?;
    let terms = terms_of(app, &mut tx, &case).await?;
    let mut pause =
        Pause { kind, from: app.today(), to: None, told_in_writing: true, why: why.clone(), document: None };
    // Asked for the stage first, so that a closed case gets no document number.
    moved(case.clone(), Step::Pause(pause.clone()), app.today())?;
    let data = letters::pause(&case, &terms.office, &terms.matter(), &pause, needed);
    let under = Under { case: &case, by: &By::officer(officer), step: "pause" };
    let paper = write_paper(app, &mut tx, &terms.office, &under, &data).await?;
    pause.document = paper.number.clone();
    let case = moved(case, Step::Pause(pause), app.today())?;
    let words = format!("因{}（{why}），自今日起暂停计算办理期限，结束后恢复计算。", kind.label());
    let moved = still(By::officer(officer), "pause", json!({ "kind": kind.label(), "why": why }), case)
        .with(paper, ("办理期限暂停计算", words));
    finish(app, tx, &terms, moved).await
}

pub async fn resume(app: &App, officer: &Officer, at: &At) -> Result<Case, Fault> {
    allow(officer, Act::Pause, &at.bureau)?;
    let mut tx = app.db.begin().await?;
    let case = load(&mut tx, &at.bureau, &at.id, at.seen).await?;
    let terms = terms_of(app, &mut tx, &case).await?;
    let case = moved(case, Step::Resume { on: app.today() }, app.today())?;
    let mut moved = still(By::officer(officer), "resume", json!({ "on": app.today() }), case);
    moved.tell = ("办理期限恢复计算".to_owned(), "暂停事由已经结束，办理期限自明日起继续计算。".to_owned());
    finish(app, tx, &terms, moved).await
}

/// A step that leaves the work with whoever has it.
fn still(by: By, step: &'static str, data: serde_json::Value, case: Case) -> Moved {
    let tell = (String::new(), String::new());
    Moved {
        case,
        by,
        step,
        data,
        papers: vec![],
        tell,
        next: None,
        moves_work: false,
        lends_hand: true,
        also: vec![],
    }
}

impl Moved {
    fn with(mut self, paper: CasePaper, tell: (&str, String)) -> Moved {
        self.papers.push(paper);
        self.tell = (tell.0.to_owned(), tell.1);
        self
    }
}

/// What the head of the bureau put into the form.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Verdict {
    Grant { opinion: String, valid_years: u8 },
    Refuse { opinion: String, reasons: Vec<Reason> },
}

impl Verdict {
    pub fn says(&self) -> &'static str {
        match self {
            Verdict::Grant { .. } => "准予许可",
            Verdict::Refuse { .. } => "不予许可",
        }
    }
}

/// 作出决定: by somebody who took no earlier step. Letter and licence with their seals, history and message in one
/// transaction. While the signing service is away the decision is kept and the case comes back undecided: see
/// [`super::waiting`].
pub async fn decide(app: &App, officer: &Officer, at: &At, verdict: Verdict) -> Result<Case, Fault> {
    allow(officer, Act::Decide, &at.bureau)?;
    no_other_waits(&mut app.db.clone(), at).await?;
    match decide_now(app, officer, at, &verdict).await {
        Err(Fault::Seal(fault)) if fault.may_pass() => wait_for_seal(app, officer, at, verdict, &fault).await,
        answer => answer,
    }
}

pub(super) async fn decide_now(
    app: &App,
    officer: &Officer,
    at: &At,
    verdict: &Verdict,
) -> Result<Case, Fault> {
    allow(officer, Act::Decide, &at.bureau)?;
    let decision = match verdict {
        Verdict::Grant { opinion, .. } => decide::grant(opinion),
        Verdict::Refuse { opinion, reasons } => decide::refuse(reasons.clone(), opinion)?,
    };
    let mut tx = app.db.begin().await?;
    let case = load(&mut tx, &at.bureau, &at.id, at.seen).await?;
    separate(&mut tx, &case, "decide", officer).await?;
    not_while_paused(&case)?;
    let terms = terms_of(app, &mut tx, &case).await?;
    // Asked for the stage before anything is issued: a case that isn't open takes no number.
    moved(case.clone(), Step::Decide(Outcome::Refused), app.today())?;
    let version = case.version;
    let moved = match verdict {
        Verdict::Grant { valid_years, .. } => {
            grant(app, &mut tx, officer, &terms, case, decision, *valid_years).await
        }
        Verdict::Refuse { .. } => refuse(app, &mut tx, officer, &terms, case, decision).await,
    };
    let moved = match moved {
        Ok(moved) => moved,
        // On PostgreSQL a colleague's decision may have become visible while this one waited for the counter: then the
        // licence is there already, and what went wrong is that somebody was first.
        Err(fault) => {
            tx.rollback().await;
            let now = load(&mut app.db.clone(), &at.bureau, &at.id, Some(version)).await;
            return Err(now.err().unwrap_or(fault));
        }
    };
    let issued = matches!(&moved.case.stage, Stage::Decided { outcome: Outcome::Granted { .. }, .. });
    let case = finish(app, tx, &terms, moved).await?;
    if issued && let Some(issuer) = app.try_part::<Issuer>() {
        issuer.0.committed();
    }
    Ok(case)
}

fn not_while_paused(case: &Case) -> Result<(), Fault> {
    match case.stage.running().and_then(|run| run.open_pause()).filter(|_| case.stage.is_pending()) {
        Some(pause) => Err(Fault::Paused { since: web::text::date_cn(pause.from), why: pause.why.clone() }),
        None => Ok(()),
    }
}

async fn grant(
    app: &App,
    tx: &mut db::Tx,
    officer: &Officer,
    terms: &Terms,
    case: Case,
    decision: Decision,
    valid_years: u8,
) -> Result<Moved, Fault> {
    let granted = handed_over(&case, terms, officer, app.today(), valid_years);
    let issued = app.part::<Issuer>().0.issue(tx, &granted, app.now()).await?;
    let outcome = Outcome::Granted {
        licence: issued.number.clone(),
        valid_from: issued.valid_from,
        valid_to: issued.valid_to,
    };
    let case = moved(case, Step::Decide(outcome), app.today())?;
    let deliver = law::limits::delivery_due(app.today(), &app.calendar());
    let data = letters::grant(&case, &terms.office, &terms.matter(), &decision, &issued, &deliver);
    let under = Under { case: &case, by: &By::officer(officer), step: "decide" };
    let paper = write_paper(app, tx, &terms.office, &under, &data).await?;
    let words = granted_words(&issued, &deliver);
    Ok(decided(app, officer, terms, case, &decision, paper, ("准予许可", words)))
}

fn granted_words(issued: &Issued, deliver: &law::Due) -> String {
    format!(
        "许可证号{}，有效期{}至{}。电子许可证已放入“我的许可证”，纸质证件将在{}前送达{}。",
        issued.number,
        web::text::date_cn(issued.valid_from),
        web::text::date_cn(issued.valid_to),
        web::text::date_cn(deliver.on),
        if deliver.provisional { "（放假安排未公布，日期暂定）" } else { "" }
    )
}

async fn refuse(
    app: &App,
    tx: &mut db::Tx,
    officer: &Officer,
    terms: &Terms,
    case: Case,
    decision: Decision,
) -> Result<Moved, Fault> {
    let case = moved(case, Step::Decide(Outcome::Refused), app.today())?;
    let data = letters::refusal(&case, &terms.office, &terms.matter(), &decision);
    let under = Under { case: &case, by: &By::officer(officer), step: "decide" };
    let paper = write_paper(app, tx, &terms.office, &under, &data).await?;
    let words =
        "理由和依据见决定书。不服的，可以自收到决定书之日起六十日内申请行政复议，或者六个月内提起行政诉讼。"
            .to_owned();
    Ok(decided(app, officer, terms, case, &decision, paper, ("不予许可", words)))
}

fn decided(
    app: &App,
    officer: &Officer,
    terms: &Terms,
    case: Case,
    decision: &Decision,
    paper: CasePaper,
    (title, words): (&str, String),
) -> Moved {
    let delivery = super::delivery::electronic(app, officer, &paper);
    let due_on = task_due(&case, terms, app);
    let under: Vec<String> = decision.under.iter().map(law::Citation::to_string).collect();
    Moved {
        by: By::officer(officer),
        step: "decide",
        data: json!({
            "outcome": title, "opinion": decision.opinion, "reasons": decision.reasons, "under": under,
            "paper": paper.number,
        }),
        also: vec![
            store::add_delivery(&case.bureau, &case.id, &delivery),
            store::end_wait(&case.bureau, &case.id),
        ],
        papers: vec![paper],
        tell: (format!("决定：{title}"), words),
        next: Some(Next { kind: "deliver", post: Post::LicenceClerk, officers: vec![], due_on }),
        moves_work: true,
        lends_hand: true,
        case,
    }
}

fn handed_over(case: &Case, terms: &Terms, officer: &Officer, today: Date, valid_years: u8) -> Granted {
    let place = fields::place(case);
    Granted {
        bureau: case.bureau.clone(),
        case_id: case.id.clone(),
        case_number: case.number.clone(),
        item_slug: terms.item.slug.clone(),
        business_type: case.business.clone(),
        holder: case.subject.clone(),
        shop_name: case.shop.clone(),
        person_name: case.value(fields::PERSON).to_owned(),
        person_id: case.value(fields::PERSON_ID).to_owned(),
        credit_code: case.credit_code.clone(),
        company_type: fields::company_type(case, terms.business()),
        eco_type: fields::eco_type(case).to_owned(),
        biz_format: case.value(fields::BIZ_FORMAT).to_owned(),
        area_type: case.value(fields::AREA_TYPE).to_owned(),
        area_m2: case.value(fields::AREA).split('.').next().and_then(|whole| whole.parse().ok()).unwrap_or(0),
        address: case.value(fields::ADDRESS).to_owned(),
        division: case.bureau.clone(),
        lat: place.map(|place| place.0),
        lon: place.map(|place| place.1),
        scope: fields::scope(case),
        supply_company: terms.office.supply_company.clone(),
        issuer_name: terms.office.name.clone(),
        decided_on: today,
        decided_by: officer.id.clone(),
        decided_by_name: officer.name.clone(),
        valid_years,
    }
}
