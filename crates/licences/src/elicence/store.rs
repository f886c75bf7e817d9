//! Every query on the editions, each named by the question it answers.

use db::{Exec, Fault, Row, Statement, params};
use jiff::Timestamp;

use super::edition::{Cause, Edition};
use super::state::State;

fn edition_from(row: &Row) -> Result<Edition, Fault> {
    let (state, cause, paper) = (row.text(5)?, row.text(7)?, row.text(15)?);
    Ok(Edition {
        bureau: row.text(0)?,
        number: row.text(1)?,
        edition: row.get(2)?,
        version: row.int(3)?,
        identifier: row.text(4)?,
        state: State::from_code(&state).ok_or_else(|| Fault::Shape(format!("elicence state {state}")))?,
        status_index: row.int(6)?,
        cause: Cause::from_code(&cause).ok_or_else(|| Fault::Shape(format!("elicence cause {cause}")))?,
        under: row.text(8)?,
        previous: row.opt_text(9)?,
        next: row.opt_text(10)?,
        holder_name: row.text(11)?,
        holder_code: row.text(12)?,
        issuer_name: row.text(13)?,
        issuer_code: row.text(14)?,
        paper: serde_json::from_str(&paper)
            .map_err(|fault| Fault::Shape(format!("elicence.paper: {fault}")))?,
        original: row.text(16)?,
        duplicate: row.text(17)?,
        issued_on: row.date(18)?,
        valid_from: row.date(19)?,
        valid_to: row.date(20)?,
        made_at: row.instant(21)?,
        changed_at: row.instant(22)?,
    })
}

/// The newest edition of a licence; none of one taken over and not made out yet.
pub async fn current(on: &mut impl Exec, bureau: &str, number: &str) -> Result<Option<Edition>, Fault> {
    let row = on
        .query_opt(
            "select bureau, number, edition, version, identifier, state, status_index, cause, under, previous, next,
                    holder_name, holder_code, issuer_name, issuer_code, paper, original, duplicate, issued_on,
                    valid_from, valid_to, made_at, changed_at
               from elicence
              where bureau = $1 and number = $2
              order by edition desc
              limit 1",
            params![bureau, number],
        )
        .await?;
    row.as_ref().map(edition_from).transpose()
}

/// All editions of a licence, newest first.
pub async fn all_of(on: &mut impl Exec, bureau: &str, number: &str) -> Result<Vec<Edition>, Fault> {
    let rows = on
        .query(
            "select bureau, number, edition, version, identifier, state, status_index, cause, under, previous, next,
                    holder_name, holder_code, issuer_name, issuer_code, paper, original, duplicate, issued_on,
                    valid_from, valid_to, made_at, changed_at
               from elicence
              where bureau = $1 and number = $2
              order by edition desc",
            params![bureau, number],
        )
        .await?;
    rows.iter().map(edition_from).collect()
}

/// The edition under an identifier, in a bureau.
pub async fn of_identifier(
    on: &mut impl Exec,
    bureau: &str,
    identifier: &str,
) -> Result<Option<Edition>, Fault> {
    let row = on
        .query_opt(
            "select bureau, number, edition, version, identifier, state, status_index, cause, under, previous, next,
                    holder_name, holder_code, issuer_name, issuer_code, paper, original, duplicate, issued_on,
                    valid_from, valid_to, made_at, changed_at
               from elicence
              where bureau = $1 and identifier = $2",
            params![bureau, identifier],
        )
        .await?;
    row.as_ref().map(edition_from).transpose()
}

/// What lists show of the newest edition of some licences.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Brief {
    pub number: String,
    pub edition: u16,
    pub identifier: String,
    pub state: State,
}

/// The newest editions of the licences of a bureau from `first` to `last`, in the order of their numbers.
pub(crate) async fn newest_between(
    on: &mut impl Exec,
    bureau: &str,
    first: &str,
    last: &str,
) -> Result<Vec<Brief>, Fault> {
    let rows = on
        .query(
            "select number, edition, identifier, state
               from elicence
              where bureau = $1 and number >= $2 and number <= $3 and next is null
              order by number, edition",
            params![bureau, first, last],
        )
        .await?;
    rows.iter().map(brief_from).collect()
}

fn brief_from(row: &Row) -> Result<Brief, Fault> {
    let state = row.text(3)?;
    Ok(Brief {
        number: row.text(0)?,
        edition: row.get(1)?,
        identifier: row.text(2)?,
        state: State::from_code(&state).ok_or_else(|| Fault::Shape(format!("elicence state {state}")))?,
    })
}

/// How many licences of a bureau have an edition in each stored state.
pub(crate) async fn count_by_state(on: &mut impl Exec, bureau: &str) -> Result<Vec<(State, i64)>, Fault> {
    let rows = on
        .query(
            "select state, count(*)
               from elicence
              where bureau = $1 and next is null
              group by state
              order by state",
            params![bureau],
        )
        .await?;
    let counted = rows.iter().map(|row| Ok((State::from_code(&row.text(0)?), row.int(1)?)));
    let counted: Vec<(Option<State>, i64)> = counted.collect::<Result<_, Fault>>()?;
    Ok(counted.into_iter().filter_map(|(state, count)| Some((state?, count))).collect())
}

/// Licences at rest whose edition still says 有效: pauses asked for ahead whose first day may have come.
pub(crate) async fn paused_but_valid(
    on: &mut impl Exec,
    bureau: &str,
    after: &str,
    most: i64,
) -> Result<Vec<String>, Fault> {
    let rows = on
        .query(
            "select e.number
               from elicence e
               join licence l on l.bureau = e.bureau and l.number = e.number
              where e.bureau = $1 and e.state = 'valid' and e.number > $2 and l.status = 'paused'
              order by e.number
              limit $3",
            params![bureau, after, most],
        )
        .await?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// Writes a new edition. A second one with the same number fails: somebody else was first.
pub(crate) fn insert(edition: &Edition, seq: i64) -> Statement {
    let e = edition;
    Statement::expecting(
        "insert into elicence
            (bureau, number, edition, version, seq, identifier, state, status_index, cause, under, previous, next,
             holder_name, holder_code, issuer_name, issuer_code, paper, original, duplicate, issued_on, valid_from,
             valid_to, made_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                 $22, $23, $24)",
        params![
            &e.bureau,
            &e.number,
            e.edition,
            e.version,
            seq,
            &e.identifier,
            e.state.code(),
            e.status_index,
            e.cause.code(),
            &e.under,
            &e.previous,
            &e.next,
            &e.holder_name,
            &e.holder_code,
            &e.issuer_name,
            &e.issuer_code,
            serde_json::to_string(&e.paper).expect("a paper is plain data"),
            &e.original,
            &e.duplicate,
            e.issued_on,
            e.valid_from,
            e.valid_to,
            e.made_at,
            e.changed_at
        ],
        1,
    )
}

/// Saves a moved state against the version it was read at.
pub(crate) fn save_state(edition: &Edition, state: State, seq: i64, now: Timestamp) -> Statement {
    Statement::expecting(
        "update elicence
            set state = $1, seq = $2, version = version + 1, changed_at = $3
          where bureau = $4 and number = $5 and edition = $6 and version = $7",
        params![state.code(), seq, now, &edition.bureau, &edition.number, edition.edition, edition.version],
        1,
    )
}

/// The edition gives way to `next`.
pub(crate) fn replace(edition: &Edition, state: State, next: &str, seq: i64, now: Timestamp) -> Statement {
    Statement::expecting(
        "update elicence
            set state = $1, next = $2, seq = $3, version = version + 1, changed_at = $4
          where bureau = $5 and number = $6 and edition = $7 and version = $8",
        params![
            state.code(),
            next,
            seq,
            now,
            &edition.bureau,
            &edition.number,
            edition.edition,
            edition.version
        ],
        1,
    )
}
