//! Every query on bulk work, each named by the question it answers.

use db::{Exec, Fault, Row, Statement, Tx, params};
use jiff::Timestamp;
use jiff::civil::Date;

use super::bulk::{Bulk, Outcome, RowOf, State};

fn bulk_from(row: &Row) -> Result<Bulk, Fault> {
    let (state, change) = (row.text(3)?, row.text(4)?);
    Ok(Bulk {
        bureau: row.text(0)?,
        id: row.text(1)?,
        version: row.int(2)?,
        state: State::from_code(&state).ok_or_else(|| Fault::Shape(format!("bulk state {state}")))?,
        change: serde_json::from_str(&change).map_err(|fault| Fault::Shape(format!("bulk: {fault}")))?,
        chosen: row.text(5)?,
        reason: row.text(6)?,
        document: row.text(7)?,
        total: row.int(8)?,
        made: row.int(9)?,
        failed: row.int(10)?,
        waits_for: row.text(11)?,
        officer: row.text(12)?,
        officer_name: row.text(13)?,
        asked_at: row.instant(14)?,
        changed_at: row.instant(15)?,
    })
}

pub(super) fn insert(bulk: &Bulk) -> Statement {
    Statement::expecting(
        "insert into elicence_bulk
            (bureau, id, version, state, change, chosen, reason, document, total, made, failed, waits_for, officer,
             officer_name, asked_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        params![
            &bulk.bureau,
            &bulk.id,
            bulk.version,
            bulk.state.code(),
            serde_json::to_string(&bulk.change).expect("plain data"),
            &bulk.chosen,
            &bulk.reason,
            &bulk.document,
            bulk.total,
            bulk.made,
            bulk.failed,
            &bulk.waits_for,
            &bulk.officer,
            &bulk.officer_name,
            bulk.asked_at,
            bulk.changed_at
        ],
        1,
    )
}

/// Rows written in one go.
const AT_ONCE: usize = 500;

/// Writes down what is to do, a row a licence.
pub(super) async fn insert_rows(tx: &mut Tx, bulk: &Bulk, numbers: &[String]) -> Result<(), Fault> {
    for some in numbers.chunks(AT_ONCE) {
        tx.batch(some.iter().map(|number| insert_row(bulk, number)).collect()).await?;
    }
    Ok(())
}

fn insert_row(bulk: &Bulk, number: &str) -> Statement {
    Statement::new(
        "insert into elicence_bulk_row (bureau, bulk, number, outcome, detail, changed_at)
         values ($1, $2, $3, 'waiting', '', $4)",
        params![&bulk.bureau, &bulk.id, number, bulk.asked_at],
    )
}

pub(super) async fn by_id(on: &mut impl Exec, bureau: &str, id: &str) -> Result<Option<Bulk>, Fault> {
    let row = on
        .query_opt(
            "select bureau, id, version, state, change, chosen, reason, document, total, made, failed, waits_for,
                    officer, officer_name, asked_at, changed_at
               from elicence_bulk
              where bureau = $1 and id = $2",
            params![bureau, id],
        )
        .await?;
    row.as_ref().map(bulk_from).transpose()
}

/// What a bureau has asked for, newest first.
pub async fn of_bureau(on: &mut impl Exec, bureau: &str, most: i64) -> Result<Vec<Bulk>, Fault> {
    let rows = on
        .query(
            "select bureau, id, version, state, change, chosen, reason, document, total, made, failed, waits_for,
                    officer, officer_name, asked_at, changed_at
               from elicence_bulk
              where bureau = $1
              order by asked_at desc, id
              limit $2",
            params![bureau, most],
        )
        .await?;
    rows.iter().map(bulk_from).collect()
}

/// What is running or paused in a bureau.
pub(super) async fn open_of_bureau(on: &mut impl Exec, bureau: &str) -> Result<Vec<Bulk>, Fault> {
    let rows = on
        .query(
            "select bureau, id, version, state, change, chosen, reason, document, total, made, failed, waits_for,
                    officer, officer_name, asked_at, changed_at
               from elicence_bulk
              where bureau = $1 and state in ('running', 'paused')
              order by asked_at, id",
            params![bureau],
        )
        .await?;
    rows.iter().map(bulk_from).collect()
}

/// What is running anywhere.
pub(super) async fn running(on: &mut impl Exec) -> Result<Vec<Bulk>, Fault> {
    let rows = on
        .query(
            "-- all bureaus: the sweep looks after every bureau
             select bureau, id, version, state, change, chosen, reason, document, total, made, failed, waits_for,
                    officer, officer_name, asked_at, changed_at
               from elicence_bulk
              where state = 'running'
              order by bureau, id",
            params![],
        )
        .await?;
    rows.iter().map(bulk_from).collect()
}

/// The next licences to do.
pub(super) async fn waiting(on: &mut impl Exec, bulk: &Bulk, most: i64) -> Result<Vec<String>, Fault> {
    let rows = on
        .query(
            "select number
               from elicence_bulk_row
              where bureau = $1 and bulk = $2 and outcome = 'waiting'
              order by number
              limit $3",
            params![&bulk.bureau, &bulk.id, most],
        )
        .await?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// A page of the report, after a number.
pub async fn rows_after(
    on: &mut impl Exec,
    bulk: &Bulk,
    after: &str,
    most: i64,
) -> Result<Vec<RowOf>, Fault> {
    let rows = on
        .query(
            "select number, outcome, detail, changed_at
               from elicence_bulk_row
              where bureau = $1 and bulk = $2 and number > $3
              order by number
              limit $4",
            params![&bulk.bureau, &bulk.id, after, most],
        )
        .await?;
    rows.iter().map(row_from).collect()
}

/// What could not be made, by number.
pub async fn failures(on: &mut impl Exec, bulk: &Bulk, most: i64) -> Result<Vec<RowOf>, Fault> {
    let rows = on
        .query(
            "select number, outcome, detail, changed_at
               from elicence_bulk_row
              where bureau = $1 and bulk = $2 and outcome = 'failed'
              order by number
              limit $3",
            params![&bulk.bureau, &bulk.id, most],
        )
        .await?;
    rows.iter().map(row_from).collect()
}

fn row_from(row: &Row) -> Result<RowOf, Fault> {
    let outcome = row.text(1)?;
    Ok(RowOf {
        number: row.text(0)?,
        outcome: Outcome::from_code(&outcome)
            .ok_or_else(|| Fault::Shape(format!("bulk outcome {outcome}")))?,
        detail: row.text(2)?,
        at: row.instant(3)?,
    })
}

/// A licence is dealt with. Touches nothing when another node was first.
pub(super) fn settle(bulk: &Bulk, number: &str, outcome: Outcome, detail: &str, now: Timestamp) -> Statement {
    Statement::expecting(
        "update elicence_bulk_row
            set outcome = $1, detail = $2, changed_at = $3
          where bureau = $4 and bulk = $5 and number = $6 and outcome = 'waiting'",
        params![outcome.code(), detail, now, &bulk.bureau, &bulk.id, number],
        1,
    )
}

/// One more made or failed. Touches nothing when the work was stopped meanwhile.
pub(super) fn count(bulk: &Bulk, made: i64, failed: i64, now: Timestamp) -> Statement {
    Statement::expecting(
        "update elicence_bulk
            set made = made + $1, failed = failed + $2, waits_for = '', version = version + 1, changed_at = $3
          where bureau = $4 and id = $5 and state = 'running'",
        params![made, failed, now, &bulk.bureau, &bulk.id],
        1,
    )
}

/// The work stands still; why, for the desk to see.
pub(super) fn wait(bulk: &Bulk, why: &str, now: Timestamp) -> Statement {
    Statement::new(
        "update elicence_bulk
            set waits_for = $1, version = version + 1, changed_at = $2
          where bureau = $3 and id = $4 and state = 'running'",
        params![why, now, &bulk.bureau, &bulk.id],
    )
}

/// Moves the work from one state to the next, unless somebody else did.
pub(super) fn move_to(bulk: &Bulk, next: State, now: Timestamp) -> Statement {
    Statement::expecting(
        "update elicence_bulk
            set state = $1, waits_for = '', version = version + 1, changed_at = $2
          where bureau = $3 and id = $4 and state = $5",
        params![next.code(), now, &bulk.bureau, &bulk.id, bulk.state.code()],
        1,
    )
}

/// The work runs again, and what failed counts as not yet dealt with. Touches nothing when somebody was first.
pub(super) fn run_again(bulk: &Bulk, now: Timestamp) -> Statement {
    Statement::expecting(
        "update elicence_bulk
            set state = 'running', failed = 0, waits_for = '', version = version + 1, changed_at = $1
          where bureau = $2 and id = $3 and version = $4",
        params![now, &bulk.bureau, &bulk.id, bulk.version],
        1,
    )
}

/// What could not be made stands at the end of the row again.
pub(super) fn wait_again(bulk: &Bulk, now: Timestamp) -> Statement {
    Statement::new(
        "update elicence_bulk_row
            set outcome = 'waiting', detail = '', changed_at = $1
          where bureau = $2 and bulk = $3 and outcome = 'failed'",
        params![now, &bulk.bureau, &bulk.id],
    )
}

/// What was not done when the work was called off.
pub(super) fn leave_rest(bulk: &Bulk, now: Timestamp) -> Statement {
    Statement::new(
        "update elicence_bulk_row
            set outcome = 'left', changed_at = $1
          where bureau = $2 and bulk = $3 and outcome = 'waiting'",
        params![now, &bulk.bureau, &bulk.id],
    )
}

/// Licences in force without an edition, taken over from an older system.
pub(super) async fn without_edition(
    on: &mut impl Exec,
    bureau: &str,
    today: Date,
) -> Result<Vec<String>, Fault> {
    let rows = on
        .query(
            "select l.number
               from licence l
              where l.bureau = $1 and l.status = 'trading' and l.valid_to >= $2
                and not exists (select 1 from elicence e where e.bureau = l.bureau and e.number = l.number)
              order by l.number",
            params![bureau, today],
        )
        .await?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// Licences with an edition that are not over, with their last day between two days.
pub(super) async fn ending_between(
    on: &mut impl Exec,
    bureau: &str,
    from: Date,
    to: Date,
) -> Result<Vec<String>, Fault> {
    let rows = on
        .query(
            "select l.number
               from licence l
              where l.bureau = $1 and l.valid_to >= $2 and l.valid_to <= $3
                and l.status in ('trading', 'paused', 'stopped')
                and exists (select 1 from elicence e where e.bureau = l.bureau and e.number = l.number)
              order by l.number",
            params![bureau, from, to],
        )
        .await?;
    rows.iter().map(|row| row.text(0)).collect()
}
