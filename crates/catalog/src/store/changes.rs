//! Every query on the `item_change` table: 目录变动 drafted by one officer and reviewed by another.

use std::collections::BTreeMap;

use db::history::{self, Entry};
use db::{Exec, Row, params};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::catalogue::Catalogue;
use crate::change::{Change, Kind, refusals};
use crate::fault::Fault;

/// The bureau whose list is the national one.
pub use crate::catalogue::NATION;

/// Who does it: an identifier, and the name shown.
#[derive(Clone, Copy, Debug)]
pub struct Officer<'a> {
    pub id: &'a str,
    pub name: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Drafted,
    Reviewed,
    Withdrawn,
}

impl State {
    pub fn says(self) -> &'static str {
        match self {
            State::Drafted => "等待审核",
            State::Reviewed => "审核通过",
            State::Withdrawn => "已撤回",
        }
    }
}

/// A change as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub change: Change,
    pub state: State,
    pub drafted_by: String,
    /// Given back when something is done to it: whoever saw an older one is told.
    pub version: i64,
}

/// Keeps a draft. It has no effect until somebody else has reviewed it.
///
/// # Errors
/// [`Fault::ChangeThere`] when the number is taken.
pub async fn draft(
    tx: &mut impl Exec,
    bureau: &str,
    change: &Change,
    by: Officer<'_>,
    at: Timestamp,
) -> Result<(), Fault> {
    let day = at.to_zoned(web::clock::office_zone()).date();
    let change = Change {
        drafted_by: by.name.to_owned(),
        drafted_on: day,
        reviewed_by: String::new(),
        reviewed_on: None,
        ..change.clone()
    };
    let body = written(&change)?;
    let added = tx
        .execute(
            "insert into item_change (bureau, id, state, effective, body, drafted_by, version, changed_at)
             values ($1, $2, 'drafted', $3, $4, $5, 1, $6)
             on conflict do nothing",
            params![bureau, &change.id, change.effective, &body, by.id, at.as_microsecond()],
        )
        .await?;
    if added == 0 {
        return Err(Fault::ChangeThere(change.id));
    }
    enter(tx, bureau, &change, by, at, "drafted").await
}

/// Lets a draft take effect from its day, if nothing speaks against it. `open` says how many cases of an item are not
/// closed: the matter of cases knows.
///
/// # Errors
/// [`Fault::ChangeRefused`] with every reason, the same officer's among them; [`Fault::ChangedMeanwhile`] when `seen` is not the
/// version that is kept.
pub async fn review(
    tx: &mut impl Exec,
    catalogue: &Catalogue,
    (bureau, id, seen): (&str, &str, i64),
    by: Officer<'_>,
    at: Timestamp,
    open: &BTreeMap<String, u64>,
) -> Result<Change, Fault> {
    let kept = one(tx, bureau, id).await?.ok_or_else(|| Fault::ChangeUnknown(id.to_owned()))?;
    if kept.state != State::Drafted {
        return Err(Fault::ChangeClosed(id.to_owned()));
    }
    let day = at.to_zoned(web::clock::office_zone()).date();
    // The rule compares names; two officers of one name are two, and one officer of two names is one.
    let reviewer = if kept.drafted_by == by.id {
        kept.change.drafted_by.clone()
    } else {
        format!("{}（{}）", by.name, by.id)
    };
    let change = Change { reviewed_by: reviewer, reviewed_on: Some(day), ..kept.change };
    if bureau != NATION && !matches!(change.kind, Kind::Pause | Kind::Resume) {
        return Err(Fault::NotALocalChange(change.kind.label()));
    }
    let mut all: Vec<Change> = if bureau == NATION { catalogue.changes().to_vec() } else { Vec::new() };
    let kept = of_state(tx, bureau, "reviewed").await?.into_iter().map(|one| one.change);
    // A running catalogue knows those that were reviewed before.
    let unknown: Vec<Change> = kept.filter(|one| !all.iter().any(|known| known.id == one.id)).collect();
    all.extend(unknown);
    all.push(change.clone());
    let against: Vec<_> =
        refusals(&all, &catalogue.codes(), open).into_iter().filter(|one| one.id == change.id).collect();
    if !against.is_empty() {
        return Err(Fault::ChangeRefused(against));
    }
    let body = written(&change)?;
    let touched = tx
        .execute(
            "update item_change set state = 'reviewed', body = $1, reviewed_by = $2, version = version + 1, changed_at = $3
             where bureau = $4 and id = $5 and version = $6 and state = 'drafted'",
            params![&body, by.id, at.as_microsecond(), bureau, id, seen],
        )
        .await?;
    if touched == 0 {
        return Err(Fault::ChangedMeanwhile(id.to_owned()));
    }
    enter(tx, bureau, &change, by, at, "reviewed").await?;
    Ok(change)
}

/// Takes a change back before its day.
///
/// # Errors
/// [`Fault::ChangeClosed`] when it has begun already or was withdrawn before; [`Fault::ChangedMeanwhile`] as in [`review`].
pub async fn withdraw(
    tx: &mut impl Exec,
    (bureau, id, seen): (&str, &str, i64),
    by: Officer<'_>,
    at: Timestamp,
) -> Result<(), Fault> {
    let kept = one(tx, bureau, id).await?.ok_or_else(|| Fault::ChangeUnknown(id.to_owned()))?;
    let day = at.to_zoned(web::clock::office_zone()).date();
    let begun = kept.state == State::Reviewed && kept.change.effective <= day;
    if begun || kept.state == State::Withdrawn {
        return Err(Fault::ChangeClosed(id.to_owned()));
    }
    let touched = tx
        .execute(
            "update item_change set state = 'withdrawn', version = version + 1, changed_at = $1
             where bureau = $2 and id = $3 and version = $4",
            params![at.as_microsecond(), bureau, id, seen],
        )
        .await?;
    if touched == 0 {
        return Err(Fault::ChangedMeanwhile(id.to_owned()));
    }
    enter(tx, bureau, &kept.change, by, at, "withdrawn").await
}

/// One change of a bureau's list.
pub async fn one(on: &mut impl Exec, bureau: &str, id: &str) -> Result<Option<Kept>, Fault> {
    let row = on
        .query_opt(
            "select body, state, drafted_by, version from item_change where bureau = $1 and id = $2",
            params![bureau, id],
        )
        .await?;
    row.map(|row| kept(&row)).transpose()
}

/// The calendar of a bureau's list: what becomes effective from `from` on, first things first.
pub async fn coming(on: &mut impl Exec, bureau: &str, from: Date) -> Result<Vec<Kept>, Fault> {
    let rows = on
        .query(
            "select body, state, drafted_by, version from item_change
             where bureau = $1 and effective >= $2 and state <> 'withdrawn'
             order by effective, id",
            params![bureau, from],
        )
        .await?;
    rows.iter().map(kept).collect()
}

/// Changes that wait for a reviewer, the earliest day first.
pub async fn waiting(on: &mut impl Exec) -> Result<Vec<super::Waiting>, Fault> {
    let rows = on
        .query(
            "select bureau, id, body, drafted_by from item_change where state = 'drafted'
              order by effective, id -- all bureaus: the few that wait, and an officer reviews for bureaus below",
            params![],
        )
        .await?;
    let one = |row: &Row| {
        let (bureau, id) = (row.text(0)?, row.text(1)?);
        let change: Change =
            serde_json::from_str(&row.text(2)?).map_err(|fault| Fault::Body(fault.to_string()))?;
        Ok(super::Waiting {
            href: format!("/desk/catalog/{bureau}/changes/{id}"),
            what: "目录的变动",
            why: format!("{}，{}", change.kind.label(), change.reason),
            hands: vec![row.text(3)?],
            returned: false,
            bureau,
        })
    };
    rows.iter().map(one).collect()
}

/// How many changes there are and when the last was touched: whoever holds a catalogue in memory sees by it that it is old.
pub async fn mark(on: &mut impl Exec) -> Result<(i64, i64), Fault> {
    let row = on
        .query_one(
            "select count(*), max(changed_at) from item_change -- all bureaus: one look for the whole catalogue",
            params![],
        )
        .await?;
    Ok((row.int(0)?, row.opt_int(1)?.unwrap_or(0)))
}

/// The reviewed changes of the national list: what a catalogue must know besides its files.
pub async fn reviewed(on: &mut impl Exec) -> Result<Vec<Change>, Fault> {
    Ok(of_state(on, NATION, "reviewed").await?.into_iter().map(|one| one.change).collect())
}

/// The reviewed changes of single bureaus' own lists, by bureau.
pub async fn reviewed_below(on: &mut impl Exec) -> Result<BTreeMap<String, Vec<Change>>, Fault> {
    let rows = on
        .query(
            "select bureau, body, state, drafted_by, version from item_change
             where bureau <> $1 and state = 'reviewed'
             order by bureau, effective, id -- all bureaus: every node holds the whole catalogue in memory",
            params![NATION],
        )
        .await?;
    let mut all: BTreeMap<String, Vec<Change>> = BTreeMap::new();
    for row in &rows {
        let change = serde_json::from_str(&row.text(1)?).map_err(|fault| Fault::Body(fault.to_string()))?;
        all.entry(row.text(0)?).or_default().push(change);
    }
    Ok(all)
}

/// All changes of a bureau's list but the withdrawn, those that are still to be reviewed first.
pub async fn of_bureau(on: &mut impl Exec, bureau: &str) -> Result<Vec<Kept>, Fault> {
    let mut all = of_state(on, bureau, "drafted").await?;
    all.extend(of_state(on, bureau, "reviewed").await?);
    Ok(all)
}

async fn of_state(on: &mut impl Exec, bureau: &str, state: &str) -> Result<Vec<Kept>, Fault> {
    let rows = on
        .query(
            "select body, state, drafted_by, version from item_change
             where bureau = $1 and state = $2
             order by effective, id",
            params![bureau, state],
        )
        .await?;
    rows.iter().map(kept).collect()
}

async fn enter(
    tx: &mut impl Exec,
    bureau: &str,
    change: &Change,
    by: Officer<'_>,
    at: Timestamp,
    act: &str,
) -> Result<(), Fault> {
    let subject = (bureau, "item_change", change.id.as_str());
    let entry = Entry::new(subject, at, (by.id, by.name), act, written(change)?);
    history::append(tx, &entry).await?;
    Ok(())
}

fn written(change: &Change) -> Result<String, Fault> {
    serde_json::to_string(change).map_err(|fault| Fault::Body(fault.to_string()))
}

fn kept(row: &Row) -> Result<Kept, Fault> {
    let change = serde_json::from_str(&row.text(0)?).map_err(|fault| Fault::Body(fault.to_string()))?;
    let state = match row.text(1)?.as_str() {
        "drafted" => State::Drafted,
        "reviewed" => State::Reviewed,
        _ => State::Withdrawn,
    };
    Ok(Kept { change, state, drafted_by: row.text(2)?, version: row.int(3)? })
}

#[cfg(test)]
mod tests;
