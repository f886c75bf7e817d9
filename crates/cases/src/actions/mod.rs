//! The verbs: load, may, take, save, answer. Each step is one transaction that holds the moved case, its history row,
//! the next task, the paper and the message together or not at all.

mod apply;
mod decision;
mod delivery;
mod draft_files;
mod inspection;
mod intake;
mod printable;
mod reading;
mod sealing;
mod supplement;
mod terms;
mod waiting;

pub use apply::*;
pub use decision::*;
pub use delivery::*;
pub use draft_files::*;
pub use inspection::*;
pub use intake::*;
pub use printable::*;
pub use reading::*;
pub use supplement::*;
pub use terms::{Terms, WaivedMaterial, terms, terms_of};
pub use waiting::*;

pub(crate) use sealing::{Under, seal_later, sheet, verify_url};
pub(crate) use terms::terms_of_draft;

use db::{Exec, Statement, Tx};
use identity::{Act, Officer};
use jiff::civil::Date;
use papers::{DocumentNumber, Kind, data::PaperData};
use web::App;

use crate::case::{Case, CasePaper, Hand, Sealing, Task};
use crate::clock::due_dates;
use crate::letters::Office;
use crate::stage::{Stage, step_says};
use crate::{Fault, store};

/// Who takes a step: an officer, the applicant, or the house itself when a limit runs out.
#[derive(Clone, Debug)]
pub struct By {
    pub id: String,
    pub name: String,
}

impl By {
    /// The sweep that looks at rows; shown as 系统 in histories.
    pub fn system() -> By {
        By { id: "system".to_owned(), name: "系统".to_owned() }
    }

    /// The applicant, or the agent who sits there for them.
    pub fn person(person: &identity::Person) -> By {
        By { id: person.actor().to_owned(), name: person.actor_name() }
    }

    pub fn officer(officer: &Officer) -> By {
        By { id: officer.id.clone(), name: officer.name.clone() }
    }
}

/// Whoever works on a task next.
pub(crate) struct Next {
    pub kind: &'static str,
    pub post: identity::Post,
    /// Empty: anybody with the post.
    pub officers: Vec<String>,
    pub due_on: Option<Date>,
}

/// What a step leaves behind.
pub(crate) struct Moved {
    /// The case with its new stage.
    pub case: Case,
    pub by: By,
    pub step: &'static str,
    /// Details for the history row.
    pub data: serde_json::Value,
    pub papers: Vec<CasePaper>,
    /// Title and words for the applicant's inbox.
    pub tell: (String, String),
    pub next: Option<Next>,
    /// False for steps that leave the work where it is (pause, resume, extension).
    pub moves_work: bool,
    /// False for steps of the applicant and the system.
    pub lends_hand: bool,
    pub also: Vec<Statement>,
}

/// The officer may take this act in this bureau; otherwise the case looks missing or the post is named.
pub(crate) fn allow(officer: &Officer, act: Act, bureau: &str) -> Result<(), Fault> {
    match officer.may(act, bureau) {
        Ok(()) => Ok(()),
        Err(identity::Fault::NotAllowed { act }) => Err(Fault::NotYours { act }),
        Err(_) => Err(Fault::Unknown),
    }
}

/// The case as the officer's page showed it. Somebody else's later step is told by name and time.
pub(crate) async fn load(
    db: &mut impl Exec,
    bureau: &str,
    id: &str,
    seen: Option<i64>,
) -> Result<Case, Fault> {
    let case = store::by_id(db, bureau, id).await?.ok_or(Fault::Unknown)?;
    match seen {
        Some(seen) if seen != case.version => Err(overtaken(db, bureau, id).await),
        _ => Ok(case),
    }
}

/// Who was first, from the last row of the case's history.
pub(crate) async fn overtaken(db: &mut impl Exec, bureau: &str, id: &str) -> Fault {
    let history = match db::history::read(db, bureau, "case", id).await {
        Ok(history) => history,
        Err(fault) => return Fault::Store(fault),
    };
    // Notes on materials and papers that were read are rows too, but they move nothing.
    let last = history.iter().rfind(|row| {
        !matches!(row.act.as_str(), "finding" | "read_paper" | "seal_wait" | "seal_wait_over" | "seal_later")
    });
    last.map_or(Fault::Unknown, |last| Fault::Overtaken {
        who: last.actor_name.clone(),
        when: web::text::second(last.at),
        what: step_says(&last.act).to_owned(),
    })
}

/// A paper with its number and its seal. The number comes from the bureau's counter in this transaction, the use of the
/// seal stands in its ledger in this transaction: no gap, no repeat, nothing half.
pub(crate) async fn write_paper<D: PaperData>(
    app: &App,
    tx: &mut Tx,
    office: &Office,
    under: &Under<'_>,
    data: &D,
) -> Result<CasePaper, Fault> {
    let (now, today) = (app.now(), app.today());
    let kind = data.kind();
    let number = if kind.numbered() {
        let serial = db::counter::next(tx, &office.code, &papers::counter_name(kind, today.year())).await?;
        let serial = u32::try_from(serial).map_err(|_| Fault::Paper("serial".to_owned()))?;
        Some(DocumentNumber::new(&office.short, kind, today.year(), serial)?.to_string())
    } else {
        None
    };
    let mut paper = CasePaper {
        id: app.new_id(),
        kind,
        number,
        issued_on: today,
        data: json(data),
        made_at: now,
        verify_url: Some(verify_url(app, under.case, kind)),
        sealing: Sealing::None,
    };
    paper.sealing = sealing::seal(app, tx, office, under, &paper).await?;
    Ok(paper)
}

pub(crate) fn json<D: serde::Serialize>(data: &D) -> serde_json::Value {
    serde_json::to_value(data).expect("plain structs become JSON")
}

/// Saves what the step left behind and commits. Whoever comes second is told who was first.
pub(crate) async fn finish(app: &App, mut tx: Tx, terms: &Terms, moved: Moved) -> Result<Case, Fault> {
    let now = app.now();
    let mut case = moved.case;
    case.changed_at = now;
    case.due = due_dates(&case.stage, terms.allowed, app.today(), &app.calendar());
    let entry = db::history::Entry::new(
        (&case.bureau, "case", &case.id),
        now,
        (&moved.by.id, &moved.by.name),
        moved.step,
        moved.data.to_string(),
    );
    let head = db::history::head(&mut tx, &case.bureau, "case", &case.id).await?;
    // The compare-and-set on the case comes first: whoever is second stops here.
    let mut rest = vec![store::save(&case)];
    rest.extend(db::history::follow(&entry, head.as_ref()));
    rest.extend(moved.also);
    rest.push(store::mirror(&case, &terms.matter()));
    if moved.lends_hand {
        let hand =
            Hand { step: moved.step.to_owned(), officer: moved.by.id.clone(), officer_name: moved.by.name };
        rest.push(store::lend_hand(&case.bureau, &case.id, &hand, now));
    }
    if moved.moves_work {
        rest.push(store::close_tasks(&case.bureau, &case.id, &moved.by.id, now));
        rest.extend(moved.next.into_iter().flat_map(|next| open_tasks(app, &case, next)));
    } else {
        rest.push(store::redate_tasks(&case.bureau, &case.id, case.due.promise));
    }
    rest.extend(moved.papers.iter().map(|paper| store::add_paper(&case.bureau, &case.id, paper)));
    let (title, words) = &moved.tell;
    let link = format!("/cases/{}/{}", case.bureau, case.id);
    rest.extend(tell(app, &case, title, words, &link));
    if let Err(fault) = tx.commit_with(rest).await {
        return Err(second_hand(app, &case, fault).await);
    }
    case.version += 1;
    Ok(case)
}

fn tell(app: &App, case: &Case, title: &str, words: &str, link: &str) -> Vec<Statement> {
    let mut people = vec![case.subject.as_str()];
    people.extend((case.filed_by != case.subject).then_some(case.filed_by.as_str()));
    people.into_iter().map(|subject| identity::inbox::tell(app, subject, title, words, link)).collect()
}

pub(crate) fn open_tasks(app: &App, case: &Case, next: Next) -> Vec<Statement> {
    let officers = if next.officers.is_empty() { vec![String::new()] } else { next.officers };
    let task = |officer: String| Task {
        id: app.new_id(),
        case_id: case.id.clone(),
        kind: next.kind.to_owned(),
        post: next.post.code().to_owned(),
        officer,
        due_on: next.due_on,
    };
    officers.into_iter().map(|officer| store::open_task(&case.bureau, &task(officer), app.now())).collect()
}

/// Somebody moved the case, or wrote into its history or its inspection, between our reading and our writing.
async fn second_hand(app: &App, case: &Case, fault: db::Fault) -> Fault {
    match fault {
        db::Fault::Expected { .. } => overtaken(&mut app.db.clone(), &case.bureau, &case.id).await,
        unique if unique.is_unique_on("history") => {
            overtaken(&mut app.db.clone(), &case.bureau, &case.id).await
        }
        other => Fault::Store(other),
    }
}

/// The last day shown on the task of a running case: the promise if it is nearer.
pub(crate) fn task_due(case: &Case, terms: &Terms, app: &App) -> Option<Date> {
    let due = due_dates(&case.stage, terms.allowed, app.today(), &app.calendar());
    due.notice.or(due.promise).or(due.decide).or(due.deliver)
}

/// Words for the history and the applicant: 受理 → 已受理.
pub(crate) fn stood(stage: &Stage) -> String {
    stage.says().to_owned()
}

/// The kinds of papers an applicant may read; the record of an inspection is read after the decision.
pub fn open_to_applicant(kind: Kind, stage: &Stage) -> bool {
    match kind {
        Kind::InspectionRecord => matches!(stage, Stage::Decided { .. } | Stage::Delivered { .. }),
        _ => true,
    }
}
