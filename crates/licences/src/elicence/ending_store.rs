//! Every query on the decisions by which licences end.

use db::{Exec, Fault, Row, Statement, params};

use super::ending::{Ending, How, Stand};

fn ending_from(row: &Row) -> Result<Ending, Fault> {
    let shape = |what: String| Fault::Shape(format!("licence_ending: {what}"));
    let stand = row.text(3)?;
    let how: How = serde_json::from_str(&row.text(4)?).map_err(|fault| shape(fault.to_string()))?;
    let paper = row.opt_text(15)?.map(|paper| serde_json::from_str(&paper)).transpose();
    Ok(Ending {
        bureau: row.text(0)?,
        number: row.text(1)?,
        version: row.int(2)?,
        stand: Stand::ALL.into_iter().find(|known| known.code() == stand).ok_or_else(|| shape(stand))?,
        how,
        reason: row.text(5)?,
        basis: row.text(6)?,
        seen: row.int(7)?,
        asked_by: row.text(8)?,
        asked_name: row.text(9)?,
        asked_at: row.instant(10)?,
        answered_by: row.opt_text(11)?,
        answered_name: row.opt_text(12)?,
        answered_at: row.opt_instant(13)?,
        answer: row.text(14)?,
        paper: paper.map_err(|fault| shape(fault.to_string()))?,
        ofd: row.opt_text(16)?,
    })
}

/// What was asked for or decided about a licence.
pub async fn of_licence(on: &mut impl Exec, bureau: &str, number: &str) -> Result<Option<Ending>, Fault> {
    let row = on
        .query_opt(
            "select bureau, number, version, stand, step, reason, basis, seen, asked_by, asked_name, asked_at,
                    answered_by, answered_name, answered_at, answer, paper, ofd
               from licence_ending
              where bureau = $1 and number = $2",
            params![bureau, number],
        )
        .await?;
    row.as_ref().map(ending_from).transpose()
}

/// What waits for the head of a bureau, the oldest first.
pub async fn asked_of(on: &mut impl Exec, bureau: &str, most: i64) -> Result<Vec<Ending>, Fault> {
    let rows = on
        .query(
            "select bureau, number, version, stand, step, reason, basis, seen, asked_by, asked_name, asked_at,
                    answered_by, answered_name, answered_at, answer, paper, ofd
               from licence_ending
              where bureau = $1 and stand = 'asked'
              order by asked_at, number
              limit $2",
            params![bureau, most],
        )
        .await?;
    rows.iter().map(ending_from).collect()
}

fn how(ending: &Ending) -> String {
    serde_json::to_string(&ending.how).expect("plain data")
}

/// A first request, or one in the place of what was sent back.
pub(super) fn ask(ending: &Ending, before: Option<&Ending>) -> Statement {
    match before {
        None => Statement::expecting(
            "insert into licence_ending
                (bureau, number, version, stand, step, reason, basis, seen, asked_by, asked_name, asked_at, answer)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '')",
            params![
                &ending.bureau,
                &ending.number,
                ending.version,
                ending.stand.code(),
                how(ending),
                &ending.reason,
                &ending.basis,
                ending.seen,
                &ending.asked_by,
                &ending.asked_name,
                ending.asked_at
            ],
            1,
        ),
        Some(before) => Statement::expecting(
            "update licence_ending
                set version = $1, stand = $2, step = $3, reason = $4, basis = $5, seen = $6, asked_by = $7,
                    asked_name = $8, asked_at = $9, answered_by = null, answered_name = null, answered_at = null,
                    answer = ''
              where bureau = $10 and number = $11 and version = $12",
            params![
                ending.version,
                ending.stand.code(),
                how(ending),
                &ending.reason,
                &ending.basis,
                ending.seen,
                &ending.asked_by,
                &ending.asked_name,
                ending.asked_at,
                &ending.bureau,
                &ending.number,
                before.version
            ],
            1,
        ),
    }
}

/// Decided or sent back.
pub(super) fn answer(ending: &Ending, before: &Ending) -> Statement {
    Statement::expecting(
        "update licence_ending
            set version = $1, stand = $2, answered_by = $3, answered_name = $4, answered_at = $5, answer = $6,
                paper = $7, ofd = $8
          where bureau = $9 and number = $10 and version = $11",
        params![
            ending.version,
            ending.stand.code(),
            &ending.answered_by,
            &ending.answered_name,
            ending.answered_at,
            &ending.answer,
            ending.paper.as_ref().map(|paper| serde_json::to_string(paper).expect("plain data")),
            &ending.ofd,
            &ending.bureau,
            &ending.number,
            before.version
        ],
        1,
    )
}
