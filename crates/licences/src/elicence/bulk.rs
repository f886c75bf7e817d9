//! 批量办理: giving many licences a new edition (a new seal, a changed rule, a renewal of many, the first edition of
//! licences taken over). What is to do is written down a row a licence when it is asked for; the work takes one licence
//! a transaction, so that it can be stopped, killed and run twice, and what went wrong with one holds up no other.

use axum::http::StatusCode;
use db::history::{self, Entry};
use db::{Db, Statement, idem};
use identity::{Act, Officer};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;
use web::{App, Face};

use super::bulk_store as bulks;
pub use super::bulk_store::{failures, of_bureau, rows_after};
pub use super::bulk_work::{Bulks, JOB, Work};
use super::change::Remake;
use crate::{Fault, number};

/// What is done to each of the licences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Change {
    TakeOver,
    Reseal,
    Reprint,
    Renew { years: u8 },
}

/// Which licences.
#[derive(Clone, Debug, PartialEq)]
pub enum Chosen {
    /// All of the bureau the change is for.
    All,
    /// By their last day, both days in.
    Ending {
        from: Date,
        to: Date,
    },
    Listed(Vec<String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Running,
    Paused,
    Cancelled,
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Waiting,
    Made,
    Failed,
    /// Not done, because the work was called off.
    Left,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Bulk {
    pub bureau: String,
    pub id: String,
    /// Raised by everything that happens to it.
    pub version: i64,
    pub state: State,
    pub change: Change,
    /// Which licences, in words.
    pub chosen: String,
    pub reason: String,
    pub document: String,
    pub total: i64,
    pub made: i64,
    pub failed: i64,
    /// Why it stands still; empty while it goes on.
    pub waits_for: String,
    pub officer: String,
    pub officer_name: String,
    pub asked_at: Timestamp,
    pub changed_at: Timestamp,
}

/// A line of the report.
#[derive(Clone, Debug, PartialEq)]
pub struct RowOf {
    pub number: String,
    pub outcome: Outcome,
    /// The identifier made, or why not.
    pub detail: String,
    pub at: Timestamp,
}

/// What an officer asks for.
#[derive(Clone, Debug)]
pub struct Asked {
    pub change: Change,
    pub chosen: Chosen,
    pub reason: String,
    pub document: String,
}

/// A list typed or pasted holds no more.
pub const LISTED_AT_MOST: usize = 5_000;

#[derive(Debug, thiserror::Error)]
pub enum BulkFault {
    #[error("no such work in this bureau")]
    Unknown,
    #[error("no licence was chosen")]
    Nothing,
    #[error("the list is empty")]
    NothingListed,
    #[error("{0} is not a licence number")]
    NotANumber(String),
    #[error("too many numbers")]
    TooMany,
    #[error("the work is {0}")]
    NotOpen(&'static str),
    #[error("the same work goes on already")]
    SameGoesOn { officer_name: String, asked_at: Timestamp },
}

impl BulkFault {
    pub fn face(&self) -> Face {
        match self {
            BulkFault::Unknown => {
                Face::unknown("bulk-unknown", "没有找到这项批量办理", "请从“批量办理”列表重新打开。")
                    .action("批量办理", "/desk/licences/bulk")
            }
            BulkFault::Nothing => Face::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "bulk-nothing",
                "没有符合条件的许可证，没有开始办理",
                "请检查办理内容和范围。补发只选没有电子证照的有效许可证；换章、补办和延续只选已有电子证照的许可证。",
            ),
            BulkFault::NothingListed => Face::invalid(
                "bulk-nothing-listed",
                "还没有写许可证号",
                "请每行写一个 12 位许可证号，或者改选别的范围。",
            ),
            BulkFault::NotANumber(written) => Face::invalid(
                "bulk-number",
                format!("“{written}”不是许可证号，没有开始办理"),
                "请每行写一个 12 位许可证号，改正后再提交。",
            ),
            BulkFault::TooMany => Face::invalid(
                "bulk-too-many",
                format!("一次最多列 {LISTED_AT_MOST} 个许可证号，没有开始办理"),
                "请分几次办理，或按到期日选择。",
            ),
            BulkFault::SameGoesOn { officer_name, asked_at } => Face::conflict(
                "bulk-same",
                format!(
                    "{officer_name}在 {} 已经开始了同样的批量办理，没有重复开始",
                    web::text::minute(*asked_at)
                ),
                "请在“批量办理”列表里查看它的进度。要另办的，请先暂停并取消那一项，或改变办理的范围。",
            )
            .action("批量办理", "/desk/licences/bulk"),
            BulkFault::NotOpen(state) => Face::conflict(
                "bulk-state",
                format!("这项批量办理{state}，不能这样操作"),
                "请刷新页面，查看最新进度。",
            ),
        }
    }
}

impl Change {
    pub fn label(self) -> String {
        match self {
            Change::TakeOver => "补发电子证照".into(),
            Change::Reseal => "换章重发".into(),
            Change::Reprint => "补办".into(),
            Change::Renew { years } => format!("延续 {years} 年"),
        }
    }

    pub fn remake(self) -> Remake {
        match self {
            Change::TakeOver => Remake::TakeOver,
            Change::Reseal => Remake::Reseal,
            Change::Reprint => Remake::Reprint,
            Change::Renew { years } => Remake::Renew { years },
        }
    }
}

impl Chosen {
    /// Reads a pasted list: a number a line, or between commas and spaces.
    pub fn listed(written: &str) -> Result<Chosen, BulkFault> {
        let mut numbers = Vec::new();
        let apart = |sign: char| sign.is_whitespace() || matches!(sign, ',' | '，' | '、' | ';' | '；');
        for part in written.split(apart).filter(|part| !part.is_empty()) {
            let number =
                number::read(part).map_err(|_| BulkFault::NotANumber(part.chars().take(30).collect()))?;
            numbers.push(number);
            if numbers.len() > LISTED_AT_MOST {
                return Err(BulkFault::TooMany);
            }
        }
        if numbers.is_empty() {
            return Err(BulkFault::NothingListed);
        }
        numbers.sort();
        numbers.dedup();
        Ok(Chosen::Listed(numbers))
    }

    fn says(&self) -> String {
        match self {
            Chosen::All => "本局全部".into(),
            Chosen::Ending { from, to } => format!("有效期至 {from} 到 {to}"),
            Chosen::Listed(numbers) => format!("列明的 {} 张", numbers.len()),
        }
    }

    async fn numbers(
        &self,
        db: &Db,
        bureau: &str,
        change: Change,
        today: Date,
    ) -> Result<Vec<String>, Fault> {
        let on = &mut db.clone();
        Ok(match (self, change) {
            (Chosen::Listed(numbers), _) => numbers.clone(),
            (_, Change::TakeOver) => bulks::without_edition(on, bureau, today).await?,
            (Chosen::All, _) => bulks::ending_between(on, bureau, today, Date::MAX).await?,
            (Chosen::Ending { from, to }, _) => bulks::ending_between(on, bureau, *from, *to).await?,
        })
    }
}

impl State {
    pub const ALL: [State; 4] = [State::Running, State::Paused, State::Cancelled, State::Done];

    pub fn code(self) -> &'static str {
        match self {
            State::Running => "running",
            State::Paused => "paused",
            State::Cancelled => "cancelled",
            State::Done => "done",
        }
    }

    pub fn from_code(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.code() == code)
    }

    pub fn label(self) -> &'static str {
        match self {
            State::Running => "办理中",
            State::Paused => "已暂停",
            State::Cancelled => "已取消",
            State::Done => "已办完",
        }
    }
}

impl Outcome {
    pub const ALL: [Outcome; 4] = [Outcome::Waiting, Outcome::Made, Outcome::Failed, Outcome::Left];

    pub fn code(self) -> &'static str {
        match self {
            Outcome::Waiting => "waiting",
            Outcome::Made => "made",
            Outcome::Failed => "failed",
            Outcome::Left => "left",
        }
    }

    pub fn from_code(code: &str) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|outcome| outcome.code() == code)
    }

    pub fn label(self) -> &'static str {
        match self {
            Outcome::Waiting => "等待办理",
            Outcome::Made => "已制发",
            Outcome::Failed => "没有办成",
            Outcome::Left => "未办理（已取消）",
        }
    }
}

impl Bulk {
    pub fn dealt_with(&self) -> i64 {
        self.made + self.failed
    }

    /// About how many minutes the rest takes, at the pace so far; unknown at the beginning and while it stands still.
    pub fn minutes_left(&self) -> Option<i64> {
        let dealt_with = self.dealt_with();
        let goes_on = self.state == State::Running && self.waits_for.is_empty();
        if !goes_on || dealt_with < 5 || dealt_with >= self.total {
            return None;
        }
        let so_far = self.changed_at.as_second() - self.asked_at.as_second();
        Some(((self.total - dealt_with) * so_far / dealt_with / 60).max(1))
    }

    pub fn percent(&self) -> i64 {
        if self.total == 0 { 100 } else { self.dealt_with() * 100 / self.total }
    }
}

/// Asks for the work. The same form sent twice leads to the same work.
pub async fn ask(app: &App, officer: &Officer, asked: Asked, key: &str) -> Result<Bulk, Fault> {
    officer.may(Act::ChangeLicence, &officer.bureau)?;
    let now = app.now();
    let numbers = asked.chosen.numbers(&app.db, &officer.bureau, asked.change, app.today()).await?;
    if numbers.is_empty() {
        return Err(BulkFault::Nothing.into());
    }
    let listed = matches!(asked.chosen, Chosen::Listed(_));
    let bulk = Bulk {
        bureau: officer.bureau.clone(),
        id: app.new_id(),
        version: 1,
        state: State::Running,
        change: asked.change,
        chosen: asked.chosen.says(),
        reason: asked.reason,
        document: asked.document,
        total: i64::try_from(numbers.len()).unwrap_or(i64::MAX),
        made: 0,
        failed: 0,
        waits_for: String::new(),
        officer: officer.id.clone(),
        officer_name: officer.name.clone(),
        asked_at: now,
        changed_at: now,
    };
    let key = format!("elicence-bulk:{}:{key}", officer.id);
    let mut tx = app.db.begin().await?;
    match idem::claim(&mut tx, &bulk.bureau, &key, &bulk.id, now).await {
        Err(db::Fault::Unique { .. }) => {
            tx.rollback().await;
            return sent_before(app, &bulk.bureau, &key).await;
        }
        answer => answer?,
    }
    if !listed {
        nothing_like_it_goes_on(&mut tx, &bulk).await?;
    }
    bulks::insert_rows(&mut tx, &bulk, &numbers).await?;
    let told = json!({ "change": bulk.change.label(), "chosen": bulk.chosen, "total": bulk.total, "document": bulk.document });
    history::append(&mut tx, &entry(&bulk, officer, "asked", told, now)).await?;
    tx.commit_with(vec![bulks::insert(&bulk), next_slice(&bulk, now)]).await?;
    Ok(bulk)
}

/// Two officers who start the same work would give each licence two new editions. A list is its own affair: who writes
/// numbers down means these.
async fn nothing_like_it_goes_on(tx: &mut db::Tx, bulk: &Bulk) -> Result<(), Fault> {
    let open = bulks::open_of_bureau(tx, &bulk.bureau).await?;
    match open.into_iter().find(|other| (other.change, &other.chosen) == (bulk.change, &bulk.chosen)) {
        Some(Bulk { officer_name, asked_at, .. }) => {
            Err(BulkFault::SameGoesOn { officer_name, asked_at }.into())
        }
        None => Ok(()),
    }
}

async fn sent_before(app: &App, bureau: &str, key: &str) -> Result<Bulk, Fault> {
    let db = &mut app.db.clone();
    let id = idem::answer(db, bureau, key).await?.ok_or(BulkFault::Unknown)?;
    Ok(bulks::by_id(db, bureau, &id).await?.ok_or(BulkFault::Unknown)?)
}

/// The work under an id, for officers of its bureau.
pub async fn open(app: &App, officer: &Officer, id: &str) -> Result<Bulk, Fault> {
    officer.may(Act::ChangeLicence, &officer.bureau)?;
    Ok(bulks::by_id(&mut app.db.clone(), &officer.bureau, id).await?.ok_or(BulkFault::Unknown)?)
}

/// 暂停
pub async fn pause(app: &App, officer: &Officer, id: &str) -> Result<Bulk, Fault> {
    moved(app, officer, id, &[State::Running], State::Paused, "paused").await
}

/// 继续, also what stands still for want of the seal service.
pub async fn resume(app: &App, officer: &Officer, id: &str) -> Result<Bulk, Fault> {
    moved(app, officer, id, &[State::Paused, State::Running], State::Running, "resumed").await
}

/// 取消: what has been made stays made.
pub async fn cancel(app: &App, officer: &Officer, id: &str) -> Result<Bulk, Fault> {
    moved(app, officer, id, &[State::Paused, State::Running], State::Cancelled, "cancelled").await
}

/// 重办: what could not be done is tried again, after somebody has mended what stood in its way.
pub async fn retry(app: &App, officer: &Officer, id: &str) -> Result<Bulk, Fault> {
    let bulk = open(app, officer, id).await?;
    if bulk.state == State::Cancelled || bulk.failed == 0 {
        let state = if bulk.failed == 0 { "没有未办成的" } else { bulk.state.label() };
        return Err(BulkFault::NotOpen(state).into());
    }
    let now = app.now();
    let mut tx = app.db.begin().await?;
    history::append(&mut tx, &entry(&bulk, officer, "retried", json!({ "failed": bulk.failed }), now))
        .await?;
    tx.commit_with(vec![
        bulks::run_again(&bulk, now),
        bulks::wait_again(&bulk, now),
        next_slice(&Bulk { version: bulk.version + 1, ..bulk.clone() }, now),
    ])
    .await?;
    open(app, officer, id).await
}

async fn moved(
    app: &App,
    officer: &Officer,
    id: &str,
    from: &[State],
    next: State,
    act: &str,
) -> Result<Bulk, Fault> {
    let bulk = open(app, officer, id).await?;
    if !from.contains(&bulk.state) {
        return Err(BulkFault::NotOpen(bulk.state.label()).into());
    }
    let now = app.now();
    let mut tx = app.db.begin().await?;
    history::append(&mut tx, &entry(&bulk, officer, act, json!({}), now)).await?;
    let mut writes = vec![bulks::move_to(&bulk, next, now)];
    match next {
        State::Running => writes.push(next_slice(&Bulk { version: bulk.version + 1, ..bulk.clone() }, now)),
        State::Cancelled => writes.push(bulks::leave_rest(&bulk, now)),
        State::Paused | State::Done => {}
    }
    tx.commit_with(writes).await?;
    open(app, officer, id).await
}

/// The job that does the next slice. The version makes its key new each time.
pub(super) fn next_slice(bulk: &Bulk, now: Timestamp) -> Statement {
    let key = format!("{}-{}", bulk.id, bulk.version);
    jobs::enqueue(JOB, &key, &bulk.bureau, json!({ "id": bulk.id }), now)
}

fn entry(bulk: &Bulk, officer: &Officer, act: &str, data: serde_json::Value, now: Timestamp) -> Entry {
    Entry::new(
        (&bulk.bureau, "licence-bulk", &bulk.id),
        now,
        (&officer.id, &officer.name),
        act,
        data.to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_list_is_read_however_it_is_written() {
        let Ok(Chosen::Listed(numbers)) =
            Chosen::listed("990101100002\n 990101-100001，990101100002；９９0101100003\n\n")
        else {
            panic!("a list")
        };
        assert_eq!(numbers.len(), 3);
    }

    #[test]
    fn what_is_no_number_is_named() {
        assert!(matches!(Chosen::listed(" ，\n"), Err(BulkFault::NothingListed)));
        assert!(
            matches!(Chosen::listed("990101100001\n店名"), Err(BulkFault::NotANumber(part)) if part == "店名")
        );
        let many = "990101100001\n".repeat(LISTED_AT_MOST + 1);
        assert!(matches!(Chosen::listed(&many), Err(BulkFault::TooMany)));
    }
}
