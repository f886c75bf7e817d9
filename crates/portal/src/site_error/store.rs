//! Every query on reports, each named by the question it answers.

use db::{Exec, Fault, Row, Statement, params};
use jiff::Timestamp;
use web::{Fields, text};

#[derive(Clone, Debug)]
pub(super) struct Report {
    /// Whose page it is; 000000 is the site as a whole.
    pub bureau: String,
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
    pub fn new(bureau: String, id: String, typed: &Fields, at: Timestamp) -> Report {
        let words = |field| typed.get(field).trim().to_owned();
        Report {
            bureau,
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

pub(super) fn insert(report: &Report) -> Statement {
    Statement::new(
        "insert into site_error (bureau, id, page, says, contact, state, answer, answered_by, at)
         values ($1, $2, $3, $4, $5, 'open', '', '', $6)",
        params![&report.bureau, &report.id, &report.page, &report.says, &report.contact, report.at],
    )
}

/// Those of a bureau that wait for an answer, the oldest first; or those answered, the newest first.
pub(super) async fn of_bureau(
    on: &mut impl Exec,
    bureau: &str,
    answered: bool,
    most: i64,
) -> Result<Vec<Report>, Fault> {
    let sql = if answered {
        "select bureau, id, page, says, contact, answer, answered_by, at, answered_at from site_error
          where bureau = $1 and state = 'answered' order by at desc, id limit $2"
    } else {
        "select bureau, id, page, says, contact, answer, answered_by, at, answered_at from site_error
          where bureau = $1 and state = 'open' order by at, id limit $2"
    };
    let rows = on.query(sql, params![bureau, most]).await?;
    rows.iter().map(report).collect()
}

/// As [`of_bureau`], of everybody.
pub(super) async fn all(on: &mut impl Exec, answered: bool, most: i64) -> Result<Vec<Report>, Fault> {
    let sql = if answered {
        "select bureau, id, page, says, contact, answer, answered_by, at, answered_at from site_error
          where state = 'answered' order by at desc, bureau, id limit $1 -- all bureaus: the national operator"
    } else {
        "select bureau, id, page, says, contact, answer, answered_by, at, answered_at from site_error
          where state = 'open' order by at, bureau, id limit $1 -- all bureaus: the national operator"
    };
    let rows = on.query(sql, params![most]).await?;
    rows.iter().map(report).collect()
}

pub(super) async fn one(on: &mut impl Exec, bureau: &str, id: &str) -> Result<Option<Report>, Fault> {
    let row = on
        .query_opt(
            "select bureau, id, page, says, contact, answer, answered_by, at, answered_at from site_error
              where bureau = $1 and id = $2",
            params![bureau, id],
        )
        .await?;
    row.as_ref().map(report).transpose()
}

/// Closes an open report and forgets how its sender could be reached. Touches nothing when it is closed already.
pub(super) fn answer(report: &Report, words: &str, by: &str, at: Timestamp) -> Statement {
    Statement::expecting(
        "update site_error set state = 'answered', answer = $1, answered_by = $2, answered_at = $3, contact = ''
          where bureau = $4 and id = $5 and state = 'open'",
        params![words, by, at, &report.bureau, &report.id],
        1,
    )
}

fn report(row: &Row) -> Result<Report, Fault> {
    Ok(Report {
        bureau: row.text(0)?,
        id: row.text(1)?,
        page: row.text(2)?,
        says: row.text(3)?,
        contact: row.text(4)?,
        answer: row.text(5)?,
        answered_by: row.text(6)?,
        at: row.instant(7)?,
        answered_at: row.opt_instant(8)?,
    })
}
