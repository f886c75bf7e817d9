//! Lists: an officer's tasks, a bureau's cases, a person's cases, and what the sweeps must look at.

use std::collections::BTreeMap;

use db::{Exec, Fault, Row, params};
use jiff::{Timestamp, civil::Date};

use super::work::task_from;
use crate::case::Task;

/// One line of an officer's task list.
#[derive(Clone, Debug)]
pub struct Work {
    pub task: Task,
    pub number: String,
    pub applicant: String,
    pub shop: String,
    pub stage: String,
    pub paused: bool,
    pub received_at: Timestamp,
    pub promise_due: Option<Date>,
    pub decide_due: Option<Date>,
}

fn work_from(row: &Row) -> Result<Work, Fault> {
    let stage: crate::stage::Stage = super::parsed(&row.text(9)?)?;
    Ok(Work {
        task: task_from(row)?,
        number: row.text(6)?,
        applicant: row.text(7)?,
        shop: row.text(8)?,
        stage: stage.says().to_owned(),
        paused: stage.is_paused(),
        received_at: row.instant(10)?,
        promise_due: row.opt_date(11)?,
        decide_due: row.opt_date(12)?,
    })
}

/// Open tasks of one post, those addressed to `officer` or to nobody in particular, the most urgent first.
pub async fn tasks_for(
    db: &mut impl Exec,
    bureau: &str,
    post: &str,
    officer: &str,
    most: i64,
) -> Result<Vec<Work>, Fault> {
    let rows = db
        .query(
            "select t.id, t.case_id, t.kind, t.post, t.officer, t.due_on, c.number, c.applicant, c.shop, c.stage_data,
                    c.received_at, c.promise_due, c.decide_due
               from task t
               join case_file c on c.bureau = t.bureau and c.id = t.case_id
              where t.bureau = $1 and t.post = $2 and t.officer in ('', $3) and t.closed_at is null
              order by coalesce(t.due_on, '9999-12-31'), t.id
              limit $4",
            params![bureau, post, officer, most],
        )
        .await?;
    rows.iter().map(work_from).collect()
}

/// Open tasks addressed to officers of a post by name: how much each one has already.
pub async fn open_work(db: &mut impl Exec, bureau: &str, post: &str) -> Result<Vec<(String, i64)>, Fault> {
    let rows = db
        .query(
            "select officer, count(*) from task
              where bureau = $1 and post = $2 and officer <> '' and closed_at is null
              group by officer
              order by officer",
            params![bureau, post],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
}

/// One line of a list of cases.
#[derive(Clone, Debug)]
pub struct Line {
    pub id: String,
    pub number: String,
    pub applicant: String,
    pub shop: String,
    pub stage: crate::stage::Stage,
    pub received_at: Timestamp,
    pub promise_due: Option<Date>,
    pub decide_due: Option<Date>,
}

/// Cases of the bureau, the latest first, after the last one seen (`before`, in µs, and its id).
pub async fn cases_of_bureau(
    db: &mut impl Exec,
    bureau: &str,
    stages: Stages,
    before: (i64, &str),
    most: i64,
) -> Result<Vec<Line>, Fault> {
    let rows = db
        .query(
            "select id, number, applicant, shop, stage_data, received_at, promise_due, decide_due
               from case_file
              where bureau = $1
                and ($2 = 'all' or ($2 = 'closed') = (stage in ('delivered', 'not_accepted', 'withdrawn', 'returned')))
                and (received_at < $3 or (received_at = $3 and id < $4))
              order by received_at desc, id desc
              limit $5",
            params![bureau, stages.code(), before.0, before.1, most],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Line {
                id: row.text(0)?,
                number: row.text(1)?,
                applicant: row.text(2)?,
                shop: row.text(3)?,
                stage: super::parsed(&row.text(4)?)?,
                received_at: row.instant(5)?,
                promise_due: row.opt_date(6)?,
                decide_due: row.opt_date(7)?,
            })
        })
        .collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stages {
    Open,
    Closed,
    All,
}

impl Stages {
    pub fn code(self) -> &'static str {
        match self {
            Stages::Open => "open",
            Stages::Closed => "closed",
            Stages::All => "all",
        }
    }

    pub fn from_code(code: &str) -> Stages {
        match code {
            "closed" => Stages::Closed,
            "all" => Stages::All,
            _ => Stages::Open,
        }
    }
}

/// One of the person's own cases.
#[derive(Clone, Debug)]
pub struct Mine {
    pub bureau: String,
    pub case_id: String,
    pub number: String,
    pub title: String,
    pub shop: String,
    pub stage: String,
    pub received_at: Timestamp,
    pub changed_at: Timestamp,
}

/// The person's cases in all bureaus, the latest first.
pub async fn cases_of_person(db: &mut impl Exec, subject: &str) -> Result<Vec<Mine>, Fault> {
    let rows = db
        .query(
            "select bureau, case_id, number, title, shop, stage, received_at, changed_at
               from my_case
              where subject = $1
              order by changed_at desc, case_id
              limit 100",
            params![subject],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Mine {
                bureau: row.text(0)?,
                case_id: row.text(1)?,
                number: row.text(2)?,
                title: row.text(3)?,
                shop: row.text(4)?,
                stage: row.text(5)?,
                received_at: row.instant(6)?,
                changed_at: row.instant(7)?,
            })
        })
        .collect()
}

/// Received cases whose last day to ask for more is before `today`: the bureau kept silent.
pub async fn silent(db: &mut impl Exec, bureau: &str, today: Date) -> Result<Vec<String>, Fault> {
    let rows = db
        .query(
            "select id from case_file
              where bureau = $1 and stage = 'received' and notice_due < $2
              order by received_at, id
              limit 200",
            params![bureau, today],
        )
        .await?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// Cases waiting for the applicant; the sweep reads each one's own last day.
pub async fn waiting_for_supplement(db: &mut impl Exec, bureau: &str) -> Result<Vec<String>, Fault> {
    let rows = db
        .query(
            "select id from case_file
              where bureau = $1 and stage = 'supplementing'
              order by received_at, id
              limit 500",
            params![bureau],
        )
        .await?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// Cases of an item that are not closed and of whose end nobody was told yet.
pub async fn untold_of_item(db: &mut impl Exec, bureau: &str, item: &str) -> Result<Vec<String>, Fault> {
    let rows = db
        .query(
            "select id from case_file
              where bureau = $1 and item = $2
                and stage not in ('delivered', 'not_accepted', 'withdrawn', 'returned')
                and not exists (
                  select 1 from case_alert
                   where case_alert.bureau = case_file.bureau and case_alert.case_id = case_file.id
                     and case_alert.kind = 'item_over')
              order by received_at, id
              limit 1000",
            params![bureau, item],
        )
        .await?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// Undecided cases whose statutory last day is before `today`.
pub async fn overdue(db: &mut impl Exec, bureau: &str, today: Date) -> Result<Vec<String>, Fault> {
    let rows = db
        .query(
            "select id from case_file
              where bureau = $1
                and stage in ('paper_review', 'assigning', 'inspecting', 'examining', 'deciding')
                and decide_due < $2
              order by decide_due, id
              limit 200",
            params![bureau, today],
        )
        .await?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// How many cases of each item are not closed: of one bureau, or of all.
pub async fn open_by_item(db: &mut impl Exec, bureau: Option<&str>) -> Result<BTreeMap<String, u64>, Fault> {
    let rows = match bureau {
        Some(bureau) => {
            db.query(
                "select item, count(*) from case_file
                  where bureau = $1 and stage not in ('delivered', 'not_accepted', 'withdrawn', 'returned')
                  group by item order by item",
                params![bureau],
            )
            .await?
        }
        None => {
            db.query(
                "select item, count(*) from case_file
                  where stage not in ('delivered', 'not_accepted', 'withdrawn', 'returned')
                  group by item order by item -- all bureaus: the national list ends an item for all of them",
                params![],
            )
            .await?
        }
    };
    rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?.unsigned_abs()))).collect()
}

/// Materials that this person has handed in with any case: slot, and the day of the latest.
pub async fn handed_in_before(db: &mut impl Exec, subject: &str) -> Result<BTreeMap<String, String>, Fault> {
    let mut latest = BTreeMap::new();
    let mut cases = cases_of_person(db, subject).await?;
    cases.sort_by_key(|one| one.received_at);
    for case in cases {
        let rows = db
            .query(
                "select slot from case_material where bureau = $1 and case_id = $2 order by slot",
                params![&case.bureau, &case.case_id],
            )
            .await?;
        for row in &rows {
            latest.insert(row.text(0)?, web::text::date_cn(web::clock::office_day(case.received_at)));
        }
    }
    Ok(latest)
}

/// How many cases of the bureau stand at each stage.
pub async fn count_by_stage(db: &mut impl Exec, bureau: &str) -> Result<Vec<(String, i64)>, Fault> {
    let rows = db
        .query(
            "select stage, count(*) from case_file where bureau = $1 group by stage order by stage",
            params![bureau],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
}

/// Alerts of the bureau, the latest first: case id, number, words, when.
pub async fn alerts(
    db: &mut impl Exec,
    bureau: &str,
    most: i64,
) -> Result<Vec<(String, String, String, Timestamp)>, Fault> {
    let rows = db
        .query(
            "select a.case_id, c.number, a.says, a.at
               from case_alert a
               join case_file c on c.bureau = a.bureau and c.id = a.case_id
              where a.bureau = $1
              order by a.at desc, a.case_id, a.kind
              limit $2",
            params![bureau, most],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?, row.text(2)?, row.instant(3)?))).collect()
}
