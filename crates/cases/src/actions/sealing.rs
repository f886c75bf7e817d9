//! Putting the seal on a paper, within the step's own transaction.
//!
//! A decision leaves with its seal or not at all. A notice (受理通知书, 补正材料告知书 …) must not cost the applicant a day: when
//! the signing service is away the step is taken, the paper is marked, and a watchman seals it as soon as it can.

use db::Tx;
use papers::{Kind, Paper};
use seals::{Desk, Order, SealKind, User};
use web::App;

use super::By;
use crate::case::{Case, CasePaper, Sealing};
use crate::letters::Office;
use crate::stage::{Outcome, Stage, step_says};
use crate::{Fault, store};

/// What a paper is written under: the case as the step leaves it, who takes the step, and which it is.
pub(crate) struct Under<'a> {
    pub case: &'a Case,
    pub by: &'a By,
    pub step: &'static str,
}

/// Without these the step itself is not taken.
fn is_decision(kind: Kind) -> bool {
    matches!(kind, Kind::Grant | Kind::Refusal | Kind::NotAccepted)
}

/// The paper as it is typeset: what is on it, and where anybody can check it.
pub(crate) fn sheet(paper: &CasePaper) -> Paper {
    Paper {
        kind: paper.kind,
        number: paper.number.clone(),
        issued_on: paper.issued_on,
        data: paper.data.clone(),
        verify_url: paper.verify_url.clone(),
    }
}

/// Where anybody can check the paper: a grant by the licence's number, all else by the case's progress.
pub(crate) fn verify_url(app: &App, case: &Case, kind: Kind) -> String {
    let base = &app.settings().base_url;
    match (kind, &case.stage) {
        (
            Kind::Grant,
            Stage::Decided { outcome: Outcome::Granted { licence, .. }, .. }
            | Stage::Delivered { outcome: Outcome::Granted { licence, .. }, .. },
        ) => format!("{base}/v/{licence}"),
        _ => format!("{base}/progress?number={}", case.number),
    }
}

/// How the paper stands with its seal after this step.
pub(crate) async fn seal(
    app: &App,
    tx: &mut Tx,
    office: &Office,
    under: &Under<'_>,
    paper: &CasePaper,
) -> Result<Sealing, Fault> {
    if SealKind::for_paper(paper.kind).is_none() {
        return Ok(Sealing::None);
    }
    let words = format!("{} {}", step_says(under.step), under.case.number);
    let order = Order {
        bureau: &office.code,
        bureau_name: &office.name,
        paper_id: &paper.id,
        paper: &sheet(paper),
        subject: ("case", &under.case.id),
        under: &words,
        user: User { id: &under.by.id, name: &under.by.name },
        custom: vec![("办件编号".to_owned(), under.case.number.clone())],
    };
    match app.part::<Desk>().0.seal(tx, &order, app.now()).await {
        Ok(sealed) => Ok(Sealing::Done { ofd: sealed.digest }),
        Err(fault) if may_follow(&fault, paper.kind, under) => {
            tracing::warn!(%fault, kind = paper.kind.code(), "a paper waits for its seal");
            Ok(Sealing::Waiting)
        }
        Err(fault) => Err(fault.into()),
    }
}

/// What the law brings about by itself (视为受理) does not wait for a seal that the bureau lacks.
fn may_follow(fault: &seals::Fault, kind: Kind, under: &Under<'_>) -> bool {
    let by_itself = under.by.id == By::system().id && fault.is_about_the_seal();
    !is_decision(kind) && (fault.may_pass() || by_itself)
}

/// Seals a paper whose step was taken while the service was away. Safe to run twice: the row says that it is done.
/// Answers whether the paper has its seal now.
pub(crate) async fn seal_later(
    app: &App,
    bureau: &str,
    case_id: &str,
    paper_id: &str,
) -> Result<bool, Fault> {
    let mut tx = app.db.begin().await?;
    let case = store::by_id(&mut tx, bureau, case_id).await?.ok_or(Fault::Unknown)?;
    let paper = store::paper(&mut tx, bureau, case_id, paper_id).await?.ok_or(Fault::Unknown)?;
    if paper.sealing != Sealing::Waiting {
        return Ok(true);
    }
    let terms = super::terms_of(app, &mut tx, &case).await?;
    let under = Under { case: &case, by: &By::system(), step: "seal_later" };
    match seal(app, &mut tx, &terms.office, &under, &paper).await? {
        Sealing::Done { ofd } => {
            let entry = db::history::Entry::new(
                (bureau, "case", case_id),
                app.now(),
                (&By::system().id, &By::system().name),
                "seal_later",
                serde_json::json!({ "paper": paper.number, "ofd": ofd }).to_string(),
            );
            db::history::append(&mut tx, &entry).await?;
            tx.commit_with(vec![store::mark_sealed(bureau, case_id, paper_id, &ofd)]).await?;
            Ok(true)
        }
        Sealing::None | Sealing::Waiting => {
            tx.rollback().await;
            Ok(false)
        }
    }
}
