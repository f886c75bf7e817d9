//! The five outcomes of 《行政许可法》第三十二条, and silence.

use identity::{Act, Officer, Post};
use jiff::civil::Date;
use serde_json::json;
use web::App;

use super::{By, Moved, Next, Terms, Under, allow, finish, load, task_due, terms_of, write_paper};
use crate::case::{Case, Finding};
use crate::intake::{self, Declined};
use crate::stage::{Gap, Step};
use crate::{Fault, clock, letters, store};

/// What the officer's page knew when the button was pressed.
#[derive(Clone, Debug)]
pub struct At {
    pub bureau: String,
    pub id: String,
    /// Version of the case on the page; a later step of somebody else is told.
    pub seen: Option<i64>,
}

/// Writes down what the clerk found on one material or entry.
pub async fn note_finding(app: &App, officer: &Officer, at: &At, finding: Finding) -> Result<(), Fault> {
    allow(officer, Act::Accept, &at.bureau)?;
    let mut db = app.db.clone();
    let case = load(&mut db, &at.bureau, &at.id, None).await?;
    let mut tx = app.db.begin().await?;
    let entry = db::history::Entry::new(
        (&case.bureau, "case", &case.id),
        app.now(),
        (&officer.id, &officer.name),
        "finding",
        json!({ "of": finding.of, "verdict": finding.verdict.code(), "note": finding.note }).to_string(),
    );
    db::history::append(&mut tx, &entry).await?;
    tx.commit_with(vec![store::find(&case.bureau, &case.id, &finding, app.now())]).await?;
    Ok(())
}

/// 受理: 第三十二条第一款第五项.
pub async fn accept(app: &App, officer: &Officer, at: &At) -> Result<Case, Fault> {
    allow(officer, Act::Accept, &at.bureau)?;
    let mut tx = app.db.begin().await?;
    let case = load(&mut tx, &at.bureau, &at.id, at.seen).await?;
    let terms = terms_of(app, &mut tx, &case).await?;
    let warned = case.warnings.clone();
    let case = moved(case, Step::Accept, app.today())?;
    let paper = acceptance_paper(app, &mut tx, &terms, &case, &By::officer(officer), "accept").await?;
    let tell = accepted_words(&case, &terms, app);
    let moved = Moved {
        by: By::officer(officer),
        step: "accept",
        data: json!({ "confirmed": warned }),
        papers: vec![paper],
        tell,
        next: Some(paper_review_task(&case, &terms, app)),
        moves_work: true,
        lends_hand: true,
        also: vec![],
        case,
    };
    finish(app, tx, &terms, moved).await
}

/// 视为受理: the bureau kept silent past the fifth working day. Safe to run twice: the stage closes the door.
pub async fn lapse(app: &App, bureau: &str, id: &str) -> Result<Case, Fault> {
    let mut tx = app.db.begin().await?;
    let case = load(&mut tx, bureau, id, None).await?;
    let received = case.received_on();
    let Some(lapsed) = intake::silence(received, app.today(), &app.calendar()) else {
        return Err(Fault::TooEarly);
    };
    let terms = terms_of(app, &mut tx, &case).await?;
    let notice_due = case.due.notice;
    let case = moved(case, Step::Lapse(lapsed), app.today())?;
    let paper = acceptance_paper(app, &mut tx, &terms, &case, &By::system(), "lapse").await?;
    let says = format!("逾期未告知补正，自收到之日起视为受理（收到日期{received}）");
    let also = vec![store::alert(bureau, id, "deemed", &says, app.now())];
    let (_, words) = accepted_words(&case, &terms, app);
    let moved = Moved {
        by: By::system(),
        step: "lapse",
        data: json!({ "notice_due": notice_due, "under": law::licensing(32, 1).item(4).to_string() }),
        papers: vec![paper],
        tell: (
            "您的申请视为受理".to_owned(),
            format!("我们没有在五个工作日内告知补正，依法视为受理。{words}"),
        ),
        next: Some(paper_review_task(&case, &terms, app)),
        moves_work: true,
        lends_hand: false,
        also,
        case,
    };
    finish(app, tx, &terms, moved).await
}

/// 补正: one notice that lists everything (第三十二条第一款第四项).
pub async fn ask_for_more(
    app: &App,
    officer: &Officer,
    at: &At,
    gaps: Vec<Gap>,
    days: u16,
) -> Result<Case, Fault> {
    allow(officer, Act::AskForMore, &at.bureau)?;
    let gaps = intake::gaps(gaps)?;
    let mut tx = app.db.begin().await?;
    let case = load(&mut tx, &at.bureau, &at.id, at.seen).await?;
    let terms = terms_of(app, &mut tx, &case).await?;
    let respond_by = respond_by(app, days)?;
    let data = letters::supplement(&case, &terms.office, &terms.matter(), &gaps, respond_by);
    let case = moved(case, Step::AskForMore { respond_by, gaps: gaps.clone() }, app.today())?;
    let under = Under { case: &case, by: &By::officer(officer), step: "ask_for_more" };
    let paper = write_paper(app, &mut tx, &terms.office, &under, &data).await?;
    let words = format!(
        "请于{}前补正{}项：{}。没有列出的材料不用再交。",
        web::text::date_cn(respond_by),
        gaps.len(),
        gaps.iter().map(|gap| gap.name.as_str()).collect::<Vec<_>>().join("、")
    );
    let moved = Moved {
        by: By::officer(officer),
        step: "ask_for_more",
        data: json!({ "gaps": gaps, "respond_by": respond_by }),
        papers: vec![paper],
        tell: ("请补正申请材料".to_owned(), words),
        next: None,
        moves_work: true,
        lends_hand: true,
        also: vec![],
        case,
    };
    finish(app, tx, &terms, moved).await
}

/// Days for the answer come from the clerk within bounds: the law sets none, so the bureau may not ask the impossible.
fn respond_by(app: &App, days: u16) -> Result<Date, Fault> {
    if !(1..=60).contains(&days) {
        return Err(Fault::BadEntry("补正期限应为 1 至 60 个工作日".to_owned()));
    }
    Ok(app.calendar().nth_workday_after(app.today(), law::Workdays(days), |_| false).on)
}

/// 不予受理: 第三十二条第一款第一项、第二项, 第七十八条.
pub async fn decline(
    app: &App,
    officer: &Officer,
    at: &At,
    why: Declined,
    facts: &str,
) -> Result<Case, Fault> {
    allow(officer, Act::Decline, &at.bureau)?;
    match &why {
        Declined::NotOurs { competent } if competent.trim().is_empty() => {
            return Err(Fault::BadEntry("请写明应向哪个行政机关申请".to_owned()));
        }
        Declined::FalseMaterials { fact } if fact.trim().chars().count() < 4 => {
            return Err(Fault::BadEntry("请写明哪一份材料不真实、怎样核实".to_owned()));
        }
        _ => {}
    }
    let mut tx = app.db.begin().await?;
    let case = load(&mut tx, &at.bureau, &at.id, at.seen).await?;
    let terms = terms_of(app, &mut tx, &case).await?;
    let data = letters::not_accepted(&case, &terms.office, &terms.matter(), &why, facts);
    let case = moved(case, Step::Decline, app.today())?;
    let under = Under { case: &case, by: &By::officer(officer), step: "decline" };
    let paper = write_paper(app, &mut tx, &terms.office, &under, &data).await?;
    let words = format!("{}依据{}。不服可以依法申请复议或者提起诉讼，详见决定书。", why.says(), why.under());
    let moved = Moved {
        by: By::officer(officer),
        step: "decline",
        data: json!({ "why": why.says(), "under": why.under().to_string() }),
        papers: vec![paper],
        tell: ("您的申请不予受理".to_owned(), words),
        next: None,
        moves_work: true,
        lends_hand: true,
        also: vec![],
        case,
    };
    finish(app, tx, &terms, moved).await
}

/// The case with its stage moved, or the reason why this step isn't open.
pub(crate) fn moved(mut case: Case, step: Step, today: Date) -> Result<Case, Fault> {
    case.stage = case.stage.take(step, today)?;
    Ok(case)
}

pub(super) async fn acceptance_paper(
    app: &App,
    tx: &mut db::Tx,
    terms: &Terms,
    case: &Case,
    by: &By,
    step: &'static str,
) -> Result<crate::case::CasePaper, Fault> {
    let run = case.stage.running().expect("an accepted case runs");
    let due = clock::promised(run, terms.allowed, app.today(), &app.calendar());
    let days = (terms.allowed.statutory, terms.allowed.promised);
    let data = letters::acceptance(case, &terms.office, &terms.matter(), days, &due);
    write_paper(app, tx, &terms.office, &Under { case, by, step }, &data).await
}

pub(super) fn accepted_words(case: &Case, terms: &Terms, app: &App) -> (String, String) {
    let run = case.stage.running().expect("an accepted case runs");
    let due = clock::promised(run, terms.allowed, app.today(), &app.calendar());
    let words = format!(
        "承诺{}个工作日（{}前）办结，其间会有两名工作人员到店核查。{}",
        terms.allowed.promised.0,
        web::text::date_cn(due.on),
        if due.provisional { "该年放假安排尚未公布，日期为暂定。" } else { "" }
    );
    ("您的申请已受理".to_owned(), words)
}

pub(super) fn paper_review_task(case: &Case, terms: &Terms, app: &App) -> Next {
    Next {
        kind: "paper_review",
        post: Post::LicenceHead,
        officers: vec![],
        due_on: task_due(case, terms, app),
    }
}
