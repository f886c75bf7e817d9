//! Decisions made public.

use db::{Exec, Fault, Row, Statement, params};
use jiff::Timestamp;
use jiff::civil::Date;

use super::{json, parsed};
use crate::publicity::{Entry, EntryState};

const LIKE_ESCAPES: [char; 3] = ['%', '_', '\\'];

/// How far the decisions of a bureau have been followed: the last instant and case.
pub async fn followed_to(on: &mut impl Exec, bureau: &str) -> Result<Option<Timestamp>, Fault> {
    let row = on
        .query_opt(
            "select decided_at from public_decision where bureau = $1 order by decided_at desc, id desc limit 1",
            params![bureau],
        )
        .await?;
    row.map(|row| row.instant(0)).transpose()
}

/// The decision of a case, in whatever state.
pub async fn decision(on: &mut impl Exec, bureau: &str, id: &str) -> Result<Option<Entry>, Fault> {
    let row = on
        .query_opt(
            "select bureau, id, number, licence, outcome, decided_on, due_on, row_data, state, problem, decided_at,
                    published_at, version
               from public_decision where bureau = $1 and id = $2",
            params![bureau, id],
        )
        .await?;
    row.as_ref().map(entry).transpose()
}

/// What somebody looks for among published decisions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    pub bureau: String,
    /// `granted` or `refused`.
    pub outcome: String,
    /// Part of a name, or a whole document or licence number.
    pub words: String,
}

/// Published decisions, newest first.
pub async fn published_decisions(
    on: &mut impl Exec,
    sought: &Sought,
    before: (i64, &str),
    most: i64,
) -> Result<Vec<Entry>, Fault> {
    // What somebody types is looked for as it is; `%` is no wildcard of theirs.
    let words: String = sought.words.chars().filter(|c| !LIKE_ESCAPES.contains(c)).collect();
    let part = if words.is_empty() { String::new() } else { format!("%{words}%") };
    let rows = on
        .query(
            "select bureau, id, number, licence, outcome, decided_on, due_on, row_data, state, problem, decided_at,
                    published_at, version
               from public_decision
              where state = 'published' and (decided_at < $1 or (decided_at = $1 and id < $2))
                and ($3 = '' or bureau = $3) and ($4 = '' or outcome = $4)
                and ($5 = '' or party like $5 or number = $6 or licence = $6)
              order by decided_at desc, id desc limit $7 -- all bureaus: the public list of the site",
            params![before.0, before.1, &sought.bureau, &sought.outcome, part, words, most],
        )
        .await?;
    rows.iter().map(entry).collect()
}

/// Changes whenever the newest `most` published decisions do: how many, the oldest of them, the last publication, and the sum of
/// their versions.
pub async fn decisions_mark(on: &mut impl Exec, most: i64) -> Result<[i64; 4], Fault> {
    let row = on
        .query_one(
            "select count(*), coalesce(min(decided_at), 0), coalesce(max(published_at), 0),
                    cast(coalesce(sum(version), 0) as bigint)
               from (select decided_at, published_at, version from public_decision where state = 'published'
                      order by decided_at desc, id desc limit $1) newest -- all bureaus: has anything changed",
            params![most],
        )
        .await?;
    Ok([row.int(0)?, row.int(1)?, row.int(2)?, row.int(3)?])
}

/// Decisions of a bureau in a state, the oldest first.
pub async fn decisions_in(
    on: &mut impl Exec,
    bureau: &str,
    state: &str,
    most: i64,
) -> Result<Vec<Entry>, Fault> {
    let rows = on
        .query(
            "select bureau, id, number, licence, outcome, decided_on, due_on, row_data, state, problem, decided_at,
                    published_at, version
               from public_decision where bureau = $1 and state = $2 order by decided_at, id limit $3",
            params![bureau, state, most],
        )
        .await?;
    rows.iter().map(entry).collect()
}

/// How many decisions of a bureau are in each state.
pub async fn count_decisions(on: &mut impl Exec, bureau: &str) -> Result<Vec<(String, i64)>, Fault> {
    let rows = on
        .query(
            "select state, count(*) from public_decision where bureau = $1 group by state order by state",
            params![bureau],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
}

/// Enters a decision, or tries one again that was held. One that is public or taken down stays as it is.
pub fn enter(one: &Entry) -> Statement {
    Statement::new(
        "insert into public_decision (bureau, id, number, party, licence, outcome, decided_on, due_on, row_data, state,
                                      problem, decided_at, published_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         on conflict (bureau, id) do update
         set number = excluded.number, party = excluded.party, licence = excluded.licence,
             row_data = excluded.row_data, state = excluded.state, problem = excluded.problem,
             published_at = excluded.published_at, version = public_decision.version + 1
         where public_decision.state = 'held'",
        params![
            &one.bureau,
            &one.id,
            &one.number,
            one.row.get("XK_XDR_MC"),
            &one.licence,
            &one.outcome,
            one.decided_on,
            one.due_on,
            json(&one.row),
            one.state.code(),
            one.state.problem(),
            one.decided_at,
            one.published_at,
            one.version,
        ],
    )
}

/// Takes a decision down, or puts it back, if nobody came in between.
pub fn move_decision(one: &Entry) -> Statement {
    Statement::expecting(
        "update public_decision set state = $1, problem = $2, version = version + 1
          where bureau = $3 and id = $4 and version = $5",
        params![one.state.code(), one.state.problem(), &one.bureau, &one.id, one.version],
        1,
    )
}

fn entry(row: &Row) -> Result<Entry, Fault> {
    let (state, problem) = (row.text(8)?, row.text(9)?);
    let (decided_on, due_on): (Date, Date) = (row.date(5)?, row.date(6)?);
    Ok(Entry {
        bureau: row.text(0)?,
        id: row.text(1)?,
        number: row.text(2)?,
        licence: row.text(3)?,
        outcome: row.text(4)?,
        decided_on,
        due_on,
        row: parsed(&row.text(7)?)?,
        state: EntryState::of(&state, &problem).ok_or_else(|| Fault::Shape(format!("decision {state}")))?,
        decided_at: row.instant(10)?,
        published_at: row.opt_instant(11)?,
        version: row.int(12)?,
    })
}
