//! Every query on reports, each named by the question it answers.

use db::{Exec, Fault, Row, Statement, params};
use jiff::Timestamp;
use web::{Fields, text};

/// The site as a whole belongs to the office that runs it, not to a county: one key for all its rows.
const SITE: &str = "000000";

#[derive(Clone, Debug)]
pub(super) struct Report {
    pub id: String,
    /// The page, as the visitor names it.
    pub page: String,
    pub says: String,
    /// Empty when none was left, and once it is answered.
    pub contact: String,
    pub answer: String,
    pub answered_by: String,
    pub at: Timestamp,
    pub answered_at: Option<Timestamp>,
}

impl Report {
    pub fn new(id: String, typed: &Fields, at: Timestamp) -> Report {
        let words = |field| typed.get(field).trim().to_owned();
        Report {
            id,
            page: words("page"),
            says: words("says"),
            contact: words("contact"),
            answer: String::new(),
            answered_by: String::new(),
            at,
            answered_at: None,
        }
    }

    pub fn sent(&self) -> String {
        text::minute(self.at)
    }

    pub fn closed(&self) -> String {
        self.answered_at.map(text::minute).unwrap_or_default()
    }
}

pub(super) async fn insert(on: &mut impl Exec, report: &Report) -> Result<(), Fault> {
    let sql = "insert into site_error (bureau, id, page, says, contact, state, answer, answered_by, at)
               values ($1, $2, $3, $4, $5, 'open', '', '', $6)";
    let params = params![SITE, &report.id, &report.page, &report.says, &report.contact, report.at];
    on.execute(sql, params).await.map(|_| ())
}

/// Those that wait for an answer, the oldest first; or those answered, the newest first.
pub(super) async fn some(on: &mut impl Exec, answered: bool, most: i64) -> Result<Vec<Report>, Fault> {
    let sql = if answered {
        "select id, page, says, contact, answer, answered_by, at, answered_at from site_error
          where bureau = $1 and state = 'answered' order by at desc, id limit $2"
    } else {
        "select id, page, says, contact, answer, answered_by, at, answered_at from site_error
          where bureau = $1 and state = 'open' order by at, id limit $2"
    };
    let rows = on.query(sql, params![SITE, most]).await?;
    rows.iter().map(report).collect()
}

/// Closes an open report and forgets how its sender could be reached. Touches nothing when it is closed already.
pub(super) fn answer(id: &str, words: &str, by: &str, at: Timestamp) -> Statement {
    Statement::expecting(
        "update site_error set state = 'answered', answer = $1, answered_by = $2, answered_at = $3, contact = ''
          where bureau = $4 and id = $5 and state = 'open'",
        params![words, by, at, SITE, id],
        1,
    )
}

fn report(row: &Row) -> Result<Report, Fault> {
    Ok(Report {
        id: row.text(0)?,
        page: row.text(1)?,
        says: row.text(2)?,
        contact: row.text(3)?,
        answer: row.text(4)?,
        answered_by: row.text(5)?,
        at: row.instant(6)?,
        answered_at: row.opt_instant(7)?,
    })
}
