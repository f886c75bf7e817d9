//! Tasks, hands, inspections, deliveries and alerts of a case.

use db::{Exec, Fault, Row, Statement, params};
use jiff::{Timestamp, civil::Date};

use super::{json, parsed};
use crate::case::{Delivery, Hand, Task, Way};
use crate::inspect::Record;

/// Who took which step of the case.
pub async fn hands(db: &mut impl Exec, bureau: &str, case_id: &str) -> Result<Vec<Hand>, Fault> {
    let rows = db
        .query(
            "select step, officer, officer_name
               from case_hand
              where bureau = $1 and case_id = $2
              order by at, step, officer",
            params![bureau, case_id],
        )
        .await?;
    rows.iter()
        .map(|row| Ok(Hand { step: row.text(0)?, officer: row.text(1)?, officer_name: row.text(2)? }))
        .collect()
}

pub fn lend_hand(bureau: &str, case_id: &str, hand: &Hand, at: Timestamp) -> Statement {
    Statement::new(
        "insert into case_hand (bureau, case_id, step, officer, officer_name, at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (bureau, case_id, step, officer) do update set at = excluded.at",
        params![bureau, case_id, &hand.step, &hand.officer, &hand.officer_name, at],
    )
}

pub fn open_task(bureau: &str, task: &Task, at: Timestamp) -> Statement {
    Statement::new(
        "insert into task (bureau, id, case_id, kind, post, officer, due_on, opened_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![bureau, &task.id, &task.case_id, &task.kind, &task.post, &task.officer, task.due_on, at],
    )
}

/// Closes whatever is open on the case; the next step opens its own task.
pub fn close_tasks(bureau: &str, case_id: &str, by: &str, at: Timestamp) -> Statement {
    Statement::new(
        "update task set closed_at = $1, closed_by = $2 where bureau = $3 and case_id = $4 and closed_at is null",
        params![at, by, bureau, case_id],
    )
}

/// A limit moved (pause, extension): open tasks show the new last day.
pub fn redate_tasks(bureau: &str, case_id: &str, due_on: Option<Date>) -> Statement {
    Statement::new(
        "update task set due_on = $1 where bureau = $2 and case_id = $3 and closed_at is null",
        params![due_on, bureau, case_id],
    )
}

/// The open task of a case: who holds it now.
pub async fn open_task_of(db: &mut impl Exec, bureau: &str, case_id: &str) -> Result<Option<Task>, Fault> {
    let row = db
        .query_opt(
            "select id, case_id, kind, post, officer, due_on
               from task
              where bureau = $1 and case_id = $2 and closed_at is null
              order by opened_at, id
              limit 1",
            params![bureau, case_id],
        )
        .await?;
    row.as_ref().map(task_from).transpose()
}

pub(super) fn task_from(row: &Row) -> Result<Task, Fault> {
    Ok(Task {
        id: row.text(0)?,
        case_id: row.text(1)?,
        kind: row.text(2)?,
        post: row.text(3)?,
        officer: row.text(4)?,
        due_on: row.opt_date(5)?,
    })
}

/// An inspection on the spot: planned for two officers, its record filled in on a phone.
#[derive(Clone, Debug)]
pub struct Inspection {
    pub id: String,
    pub officers: Vec<String>,
    pub planned_on: Date,
    pub record: Record,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    pub version: i64,
}

fn inspection_from(row: &Row) -> Result<Inspection, Fault> {
    Ok(Inspection {
        id: row.text(0)?,
        officers: parsed(&row.text(1)?)?,
        planned_on: row.date(2)?,
        record: parsed(&row.text(3)?)?,
        started_at: row.opt_instant(4)?,
        finished_at: row.opt_instant(5)?,
        version: row.int(6)?,
    })
}

/// The inspections of the case, the latest first.
pub async fn inspections(db: &mut impl Exec, bureau: &str, case_id: &str) -> Result<Vec<Inspection>, Fault> {
    let rows = db
        .query(
            "select id, officers, planned_on, record, started_at, finished_at, version
               from inspection
              where bureau = $1 and case_id = $2
              order by planned_on desc, id desc",
            params![bureau, case_id],
        )
        .await?;
    rows.iter().map(inspection_from).collect()
}

pub fn plan_inspection(bureau: &str, case_id: &str, inspection: &Inspection) -> Statement {
    Statement::new(
        "insert into inspection (bureau, case_id, id, officers, planned_on, record, started_at, finished_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            bureau,
            case_id,
            &inspection.id,
            json(&inspection.officers),
            inspection.planned_on,
            json(&inspection.record),
            inspection.started_at,
            inspection.finished_at,
            1
        ],
    )
}

/// Saves the record unless the other inspector saved in between.
pub fn save_inspection(bureau: &str, case_id: &str, inspection: &Inspection) -> Statement {
    Statement::expecting(
        "update inspection
            set record = $1, started_at = $2, finished_at = $3, version = version + 1
          where bureau = $4 and case_id = $5 and id = $6 and version = $7 and finished_at is null",
        params![
            json(&inspection.record),
            inspection.started_at,
            inspection.finished_at,
            bureau,
            case_id,
            &inspection.id,
            inspection.version
        ],
        1,
    )
}

/// A photo taken on the spot, with its place (1e-7 degrees) and accuracy in metres where the phone gave them.
#[derive(Clone, Debug)]
pub struct Photo {
    pub id: String,
    pub of: String,
    pub digest: String,
    pub kind: String,
    pub bytes: i64,
    pub taken_at: Timestamp,
    pub lat: Option<i64>,
    pub lon: Option<i64>,
    pub accuracy_m: Option<i64>,
    pub officer: String,
}

pub async fn photos(
    db: &mut impl Exec,
    bureau: &str,
    case_id: &str,
    inspection_id: &str,
) -> Result<Vec<Photo>, Fault> {
    let rows = db
        .query(
            "select id, subject_of, digest, kind, bytes, taken_at, lat, lon, accuracy_m, officer
               from inspection_photo
              where bureau = $1 and case_id = $2 and inspection_id = $3
              order by taken_at, id",
            params![bureau, case_id, inspection_id],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Photo {
                id: row.text(0)?,
                of: row.text(1)?,
                digest: row.text(2)?,
                kind: row.text(3)?,
                bytes: row.int(4)?,
                taken_at: row.instant(5)?,
                lat: row.opt_int(6)?,
                lon: row.opt_int(7)?,
                accuracy_m: row.opt_int(8)?,
                officer: row.text(9)?,
            })
        })
        .collect()
}

pub fn add_photo(bureau: &str, case_id: &str, inspection_id: &str, photo: &Photo) -> Statement {
    Statement::new(
        "insert into inspection_photo (bureau, case_id, inspection_id, id, subject_of, digest, kind, bytes, taken_at,
                                       lat, lon, accuracy_m, officer)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        params![
            bureau,
            case_id,
            inspection_id,
            &photo.id,
            &photo.of,
            &photo.digest,
            &photo.kind,
            photo.bytes,
            photo.taken_at,
            photo.lat,
            photo.lon,
            photo.accuracy_m,
            &photo.officer
        ],
    )
}

/// How the papers of the case were delivered.
pub async fn deliveries(db: &mut impl Exec, bureau: &str, case_id: &str) -> Result<Vec<Delivery>, Fault> {
    let rows = db
        .query(
            "select id, paper_id, way, sent_at, sent_by, tracking, read_at, received_at, received_by
               from delivery
              where bureau = $1 and case_id = $2
              order by sent_at, id",
            params![bureau, case_id],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let way = row.text(2)?;
            Ok(Delivery {
                id: row.text(0)?,
                paper_id: row.text(1)?,
                way: Way::from_code(&way).ok_or_else(|| Fault::Shape(format!("way {way}")))?,
                sent_at: row.instant(3)?,
                sent_by: row.text(4)?,
                tracking: row.text(5)?,
                read_at: row.opt_instant(6)?,
                received_at: row.opt_instant(7)?,
                received_by: row.text(8)?,
            })
        })
        .collect()
}

pub fn add_delivery(bureau: &str, case_id: &str, delivery: &Delivery) -> Statement {
    Statement::new(
        "insert into delivery (bureau, case_id, id, paper_id, way, sent_at, sent_by, tracking, read_at, received_at,
                               received_by, proof)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        params![
            bureau,
            case_id,
            &delivery.id,
            &delivery.paper_id,
            delivery.way.code(),
            delivery.sent_at,
            &delivery.sent_by,
            &delivery.tracking,
            delivery.read_at,
            delivery.received_at,
            &delivery.received_by,
            ""
        ],
    )
}

/// The first opening of an electronic paper by its addressee: the proof of reading.
pub fn mark_read(bureau: &str, case_id: &str, paper_id: &str, at: Timestamp) -> Statement {
    Statement::new(
        "update delivery set read_at = $1
          where bureau = $2 and case_id = $3 and paper_id = $4 and read_at is null",
        params![at, bureau, case_id, paper_id],
    )
}

pub fn mark_received(
    bureau: &str,
    case_id: &str,
    id: &str,
    at: Timestamp,
    by: &str,
    proof: &str,
) -> Statement {
    Statement::new(
        "update delivery set received_at = $1, received_by = $2, proof = $3
          where bureau = $4 and case_id = $5 and id = $6 and received_at is null",
        params![at, by, proof, bureau, case_id, id],
    )
}

/// Raises an alert once; saying it twice changes nothing.
pub fn alert(bureau: &str, case_id: &str, kind: &str, says: &str, at: Timestamp) -> Statement {
    Statement::new(
        "insert into case_alert (bureau, case_id, kind, says, at)
         values ($1, $2, $3, $4, $5)
         on conflict (bureau, case_id, kind) do nothing",
        params![bureau, case_id, kind, says, at],
    )
}

/// Alerts of one case, in words.
pub async fn alerts_of(
    db: &mut impl Exec,
    bureau: &str,
    case_id: &str,
) -> Result<Vec<(String, Timestamp)>, Fault> {
    let rows = db
        .query(
            "select says, at from case_alert where bureau = $1 and case_id = $2 order by at, kind",
            params![bureau, case_id],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.instant(1)?))).collect()
}
