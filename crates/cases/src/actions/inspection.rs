//! From the paper review to the record of the inspection.

use identity::{Act, Officer, Post};
use jiff::civil::Date;
use serde_json::json;
use web::App;

use super::intake::{At, moved};
use super::{By, Moved, Next, Terms, Under, allow, finish, load, task_due, terms_of, write_paper};
use crate::case::{Case, Hand};
use crate::decide::INSPECTORS_AT_LEAST;
use crate::inspect::{self, Record};
use crate::letters::{self, InspectorName};
use crate::stage::{Stage, Step};
use crate::store::{self, Inspection, Photo};
use crate::{Fault, fields};

/// 书面审查: the head of licensing has read the papers; the check on the spot may begin.
pub async fn review_paper(app: &App, officer: &Officer, at: &At, opinion: &str) -> Result<Case, Fault> {
    allow(officer, Act::ReviewPaper, &at.bureau)?;
    let opinion = said(opinion, "书面审查意见")?;
    let mut tx = app.db.begin().await?;
    let case = load(&mut tx, &at.bureau, &at.id, at.seen).await?;
    let terms = terms_of(app, &mut tx, &case).await?;
    let case = moved(case, Step::ReviewPaper, app.today())?;
    let due_on = task_due(&case, &terms, app);
    let moved = Moved {
        by: By::officer(officer),
        step: "review_paper",
        data: json!({ "opinion": opinion }),
        papers: vec![],
        tell: ("申请材料已通过书面审查".to_owned(), "下一步安排两名工作人员到经营场所核查。".to_owned()),
        next: Some(Next { kind: "assign", post: Post::TeamHead, officers: vec![], due_on }),
        moves_work: true,
        lends_hand: true,
        also: vec![],
        case,
    };
    finish(app, tx, &terms, moved).await
}

/// An opinion that will stand in the file.
pub(super) fn said(text: &str, what: &str) -> Result<String, Fault> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Fault::BadEntry(format!("请填写{what}"))),
        1..=2000 => Ok(text.to_owned()),
        more => Err(Fault::BadEntry(format!("{what}最多2000字，现在有{more}字"))),
    }
}

/// 分派: at least two inspectors of this bureau and the day of the visit.
/// 《行政许可法》第三十四条第三款: “…行政机关应当指派两名以上工作人员进行核查。”
pub async fn assign(
    app: &App,
    officer: &Officer,
    at: &At,
    mut inspectors: Vec<String>,
    planned_on: Date,
) -> Result<Case, Fault> {
    allow(officer, Act::AssignInspection, &at.bureau)?;
    inspectors.sort();
    inspectors.dedup();
    if inspectors.len() < INSPECTORS_AT_LEAST {
        return Err(Fault::TooFewInspectors);
    }
    if planned_on < app.today() {
        return Err(Fault::BadEntry("核查日期不能早于今天".to_owned()));
    }
    let mut tx = app.db.begin().await?;
    let known = identity::officers::holding(&mut tx, &at.bureau, Post::Inspector, app.today()).await?;
    if let Some(stranger) = inspectors.iter().find(|id| !known.iter().any(|officer| officer.id == **id)) {
        return Err(Fault::BadEntry(format!("{stranger}不是本局的实地核查人员，请重新选择")));
    }
    let case = load(&mut tx, &at.bureau, &at.id, at.seen).await?;
    let terms = terms_of(app, &mut tx, &case).await?;
    let step = Step::Assign { officers: inspectors.clone(), planned_on };
    let case = moved(case, step, app.today())?;
    let inspection = Inspection {
        id: app.new_id(),
        officers: inspectors.clone(),
        planned_on,
        record: Record::default(),
        started_at: None,
        finished_at: None,
        version: 1,
    };
    let names: Vec<&str> = known
        .iter()
        .filter(|officer| inspectors.contains(&officer.id))
        .map(|officer| officer.name.as_str())
        .collect();
    let words = format!(
        "核查人员{}将于{}到店，请保持电话畅通，备好营业执照和身份证。工作人员会出示证件，不收取任何费用。",
        names.join("、"),
        web::text::date_cn(planned_on)
    );
    let moved = Moved {
        by: By::officer(officer),
        step: "assign",
        data: json!({ "officers": names, "planned_on": planned_on }),
        papers: vec![],
        tell: ("已安排实地核查".to_owned(), words),
        next: Some(Next {
            kind: "inspect",
            post: Post::Inspector,
            officers: inspectors,
            due_on: Some(planned_on),
        }),
        moves_work: true,
        lends_hand: true,
        also: vec![store::plan_inspection(&case.bureau, &case.id, &inspection)],
        case,
    };
    finish(app, tx, &terms, moved).await
}

/// The inspection under way, open to its own inspectors only.
pub async fn current_inspection(app: &App, officer: &Officer, at: &At) -> Result<(Case, Inspection), Fault> {
    allow(officer, Act::Inspect, &at.bureau)?;
    let mut db = app.db.clone();
    let case = load(&mut db, &at.bureau, &at.id, None).await?;
    let Stage::Inspecting { officers, .. } = &case.stage else {
        return Err(Fault::NotOpen(crate::stage::NotOpen {
            stage: case.stage.code(),
            step: "inspect",
            open: case.stage.open_steps(),
        }));
    };
    if !officers.contains(&officer.id) {
        return Err(Fault::NotYours { act: "本次实地核查" });
    }
    let inspection = store::inspections(&mut db, &at.bureau, &at.id)
        .await?
        .into_iter()
        .find(|one| one.finished_at.is_none());
    Ok((case, inspection.ok_or(Fault::Unknown)?))
}

/// Saves what has been written so far. Two inspectors on two phones: entries of the other that this phone has not
/// touched are kept, because `change` works on the record as it is now.
pub async fn save_record(
    app: &App,
    officer: &Officer,
    at: &At,
    change: impl Fn(&mut Record),
) -> Result<Inspection, Fault> {
    for attempt in 0..8 {
        // The other save may stand in a batch that is on its way to the disk: nobody sees it before it is there.
        tokio::time::sleep(std::time::Duration::from_millis(attempt * 15)).await;
        let (case, mut inspection) = current_inspection(app, officer, at).await?;
        change(&mut inspection.record);
        inspection.started_at = inspection.started_at.or(Some(app.now()));
        let saved = app
            .db
            .begin()
            .await?
            .commit_with(vec![store::save_inspection(&case.bureau, &case.id, &inspection)])
            .await;
        match saved {
            Ok(_) => {
                inspection.version += 1;
                return Ok(inspection);
            }
            Err(db::Fault::Expected { .. }) => continue,
            Err(fault) => return Err(fault.into()),
        }
    }
    Err(Fault::Store(db::Fault::Busy))
}

pub async fn add_photo(app: &App, officer: &Officer, at: &At, photo: Photo) -> Result<(), Fault> {
    let (case, inspection) = current_inspection(app, officer, at).await?;
    app.db
        .begin()
        .await?
        .commit_with(vec![store::add_photo(&case.bureau, &case.id, &inspection.id, &photo)])
        .await?;
    Ok(())
}

/// 提交核查记录: complete, signed by both inspectors, and with the applicant's signature or its witnessed refusal.
pub async fn submit_record(app: &App, officer: &Officer, at: &At) -> Result<Case, Fault> {
    let (_, mut inspection) = current_inspection(app, officer, at).await?;
    let mut tx = app.db.begin().await?;
    let case = load(&mut tx, &at.bureau, &at.id, at.seen).await?;
    let photos = store::photos(&mut tx, &at.bureau, &at.id, &inspection.id).await?;
    let shown: Vec<String> = photos.iter().map(|photo| photo.of.clone()).collect();
    let missing = inspect::missing(
        &inspection.record,
        &inspection.officers,
        &shown,
        inspection.planned_on,
        app.today(),
    );
    if !missing.is_empty() {
        return Err(Fault::Incomplete(missing));
    }
    let terms = terms_of(app, &mut tx, &case).await?;
    inspection.finished_at = Some(app.now());
    let names = inspector_names(app, &mut tx, &at.bureau, &inspection.officers).await?;
    let data =
        letters::inspection_record(&case, &terms.office, &terms.matter(), &inspection, &names, &photos);
    let case = moved(case, Step::Inspect, app.today())?;
    let under = Under { case: &case, by: &By::officer(officer), step: "inspect" };
    let paper = write_paper(app, &mut tx, &terms.office, &under, &data).await?;
    let moved = inspected(app, officer, &terms, case, &inspection, paper, &names);
    finish(app, tx, &terms, moved).await
}

fn inspected(
    app: &App,
    officer: &Officer,
    terms: &Terms,
    case: Case,
    inspection: &Inspection,
    paper: crate::case::CasePaper,
    names: &[InspectorName],
) -> Moved {
    let mut also = vec![store::save_inspection(&case.bureau, &case.id, inspection)];
    // Both inspectors inspected, whoever pressed the button: neither may examine or decide afterwards.
    also.extend(names.iter().filter(|name| name.id != officer.id).map(|name| {
        let hand =
            Hand { step: "inspect".to_owned(), officer: name.id.clone(), officer_name: name.name.clone() };
        store::lend_hand(&case.bureau, &case.id, &hand, app.now())
    }));
    let due_on = task_due(&case, terms, app);
    Moved {
        by: By::officer(officer),
        step: "inspect",
        data: json!({
            "conclusion": inspection.record.conclusion,
            "officers": names.iter().map(|name| &name.name).collect::<Vec<_>>(),
            "address": case.value(fields::ADDRESS),
        }),
        papers: vec![paper],
        tell: ("实地核查已完成".to_owned(), "核查记录已提交，进入审查环节。".to_owned()),
        next: Some(Next { kind: "examine", post: Post::LicenceHead, officers: vec![], due_on }),
        moves_work: true,
        lends_hand: true,
        also,
        case,
    }
}

async fn inspector_names(
    app: &App,
    db: &mut impl db::Exec,
    bureau: &str,
    ids: &[String],
) -> Result<Vec<InspectorName>, Fault> {
    let known = identity::officers::holding(db, bureau, Post::Inspector, app.today()).await?;
    let name = |id: &String| {
        let officer = known.iter().find(|officer| officer.id == *id);
        InspectorName {
            id: id.clone(),
            name: officer.map_or_else(|| id.clone(), |officer| officer.name.clone()),
            badge: officer.map_or_else(String::new, |officer| officer.badge.clone()),
        }
    };
    Ok(ids.iter().map(name).collect())
}
