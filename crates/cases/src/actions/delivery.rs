//! 送达: how each decision reached the applicant, with its proof.

use identity::{Act, Officer};
use papers::Kind;
use serde_json::json;
use web::App;

use super::intake::{At, moved};
use super::{By, Moved, Under, allow, finish, load, terms_of, write_paper};
use crate::case::{Case, CasePaper, Delivery, Way};
use crate::stage::Step;
use crate::{Fault, letters, store};

/// The electronic delivery that goes out with the decision itself.
pub(super) fn electronic(app: &App, officer: &Officer, paper: &CasePaper) -> Delivery {
    Delivery {
        id: app.new_id(),
        paper_id: paper.id.clone(),
        way: Way::Electronic,
        sent_at: app.now(),
        sent_by: officer.name.clone(),
        tracking: String::new(),
        read_at: None,
        received_at: None,
        received_by: String::new(),
    }
}

/// What the clerk records of a delivery.
#[derive(Clone, Debug)]
pub struct Handed {
    pub way: Way,
    /// Number of the mail piece, for 邮寄.
    pub tracking: String,
    pub received_by: String,
}

/// Records the delivery of the decision and writes the 送达回证; the case is done.
pub async fn deliver(app: &App, officer: &Officer, at: &At, handed: Handed) -> Result<Case, Fault> {
    allow(officer, Act::Deliver, &at.bureau)?;
    if handed.way == Way::Post && handed.tracking.trim().is_empty() {
        return Err(Fault::BadEntry("邮寄送达请填写邮件号".to_owned()));
    }
    let mut tx = app.db.begin().await?;
    let case = load(&mut tx, &at.bureau, &at.id, at.seen).await?;
    let terms = terms_of(app, &mut tx, &case).await?;
    let papers = store::papers_of(&mut tx, &at.bureau, &at.id).await?;
    let decision = papers.into_iter().rev().find(|paper| matches!(paper.kind, Kind::Grant | Kind::Refusal));
    let decision = decision.ok_or(Fault::Unknown)?;
    let sent = store::deliveries(&mut tx, &at.bureau, &at.id).await?;
    let electronic = sent.into_iter().find(|one| one.paper_id == decision.id && one.way == Way::Electronic);
    let delivery = match (handed.way, electronic) {
        // 电子送达 is proved by the applicant's own opening of the paper, not by the clerk's word.
        (Way::Electronic, Some(one)) if one.read_at.is_some() => Delivery { received_at: one.read_at, ..one },
        (Way::Electronic, _) => {
            return Err(Fault::BadEntry(
                "申请人还没有打开电子文书，不能记为电子送达；请提醒申请人查看，或者改用其他方式".to_owned(),
            ));
        }
        (way, _) => Delivery {
            id: app.new_id(),
            paper_id: decision.id.clone(),
            way,
            sent_at: app.now(),
            sent_by: officer.name.clone(),
            tracking: handed.tracking.trim().to_owned(),
            read_at: None,
            received_at: Some(app.now()),
            received_by: received_by(&handed, &case),
        },
    };
    let data = letters::service_receipt(&case, &terms.office, &terms.matter(), &decision, &delivery);
    let case = moved(case, Step::Deliver, app.today())?;
    let under = Under { case: &case, by: &By::officer(officer), step: "deliver" };
    let paper = write_paper(app, &mut tx, &terms.office, &under, &data).await?;
    let also = match delivery.way {
        Way::Electronic => vec![],
        _ => vec![store::add_delivery(&case.bureau, &case.id, &delivery)],
    };
    let moved = Moved {
        by: By::officer(officer),
        step: "deliver",
        data: json!({ "way": delivery.way.says(), "tracking": delivery.tracking, "received_by": delivery.received_by }),
        papers: vec![paper],
        tell: (
            "文书已送达，本件办结".to_owned(),
            format!("送达方式：{}。感谢您的配合。", delivery.way.says()),
        ),
        next: None,
        moves_work: true,
        lends_hand: true,
        also,
        case,
    };
    finish(app, tx, &terms, moved).await
}

fn received_by(handed: &Handed, case: &Case) -> String {
    let typed = handed.received_by.trim();
    if typed.is_empty() { case.applicant.clone() } else { typed.to_owned() }
}

/// The applicant opened an electronic paper: the first time is the proof of reading. Keyed by the row, safe to repeat.
pub async fn read_paper(app: &App, case: &Case, paper: &CasePaper, reader: &By) -> Result<(), Fault> {
    let mut db = app.db.clone();
    let unread = store::deliveries(&mut db, &case.bureau, &case.id).await?;
    let Some(delivery) = unread.iter().find(|one| one.paper_id == paper.id && one.read_at.is_none()) else {
        return Ok(());
    };
    let mut tx = app.db.begin().await?;
    let entry = db::history::Entry::new(
        (&case.bureau, "case", &case.id),
        app.now(),
        (&reader.id, &reader.name),
        "read_paper",
        json!({ "paper": paper.number, "delivery": delivery.id }).to_string(),
    );
    db::history::append(&mut tx, &entry).await?;
    tx.commit_with(vec![store::mark_read(&case.bureau, &case.id, &paper.id, app.now())]).await?;
    Ok(())
}
