//! Every query on the `item_text` table: texts of items that officers write on a running site.

use db::history::{self, Entry};
use db::{Exec, Row, params};
use jiff::Timestamp;
use jiff::civil::Date;

use super::changes::Officer;
use crate::catalogue::Catalogue;
use crate::fault::Fault;
use crate::text::{self, State, Step, Text, against};

/// What an editor has written.
#[derive(Clone, Debug)]
pub struct Written {
    pub effective: Date,
    /// Digest of what it was written over.
    pub base: String,
    pub why: String,
    pub files: Vec<crate::catalogue::SourceFile>,
}

const ONE: &str = "select bureau, id, item, state, effective, base, why, note, hands, drafted_by, drafted_name, reviewed_name,
                          changed_name, changed_at, version, body
                     from item_text where bureau = $1 and id = $2";

/// Keeps a new draft.
///
/// # Errors
/// What the database says.
pub async fn draft(
    tx: &mut impl Exec,
    (bureau, id, item): (&str, &str, &str),
    written: &Written,
    by: Officer<'_>,
    at: Timestamp,
) -> Result<(), Fault> {
    tx.execute(
        "insert into item_text (bureau, id, item, state, effective, base, why, note, hands, drafted_by, drafted_name, changed_name,
                                version, changed_at, body)
         values ($1, $2, $3, 'drafted', $4, $5, $6, '', $7, $8, $9, $9, 1, $10, $11)",
        params![
            bureau,
            id,
            item,
            written.effective,
            &written.base,
            &written.why,
            json(&[by.id])?,
            by.id,
            by.name,
            at.as_microsecond(),
            json(&written.files)?
        ],
    )
    .await?;
    enter(tx, (bureau, id), by, at, "drafted", &written.why).await
}

/// Saves a draft over the version the editor saw.
///
/// # Errors
/// [`Fault::TextChangedMeanwhile`] tells the second of two editors who was first.
pub async fn write(
    tx: &mut impl Exec,
    (bureau, id, seen): (&str, &str, i64),
    written: &Written,
    by: Officer<'_>,
    at: Timestamp,
) -> Result<(), Fault> {
    let mut text = known(tx, (bureau, id, seen), Step::Write).await?;
    if !text.hands.iter().any(|hand| hand == by.id) {
        text.hands.push(by.id.to_owned());
    }
    let touched = tx
        .execute(
            "update item_text set state = 'drafted', effective = $1, base = $2, why = $3, hands = $4, changed_name = $5,
                    changed_at = $6, body = $7, version = version + 1
             where bureau = $8 and id = $9 and version = $10",
            params![
                written.effective,
                &written.base,
                &written.why,
                json(&text.hands)?,
                by.name,
                at.as_microsecond(),
                json(&written.files)?,
                bureau,
                id,
                seen
            ],
        )
        .await?;
    overtaken(tx, touched, bureau, id).await?;
    enter(tx, (bureau, id), by, at, "written", &written.why).await
}

/// Hands a draft to the reviewer, if nothing speaks against it.
///
/// # Errors
/// [`Fault::TextRefused`] with every reason, [`Fault::TextChangedMeanwhile`] as in [`write`].
pub async fn submit(
    tx: &mut impl Exec,
    catalogue: &Catalogue,
    place: (&str, &str, i64),
    by: Officer<'_>,
    at: Timestamp,
) -> Result<Text, Fault> {
    let text = known(tx, place, Step::Submit).await?;
    refuse(tx, catalogue, &text, at).await?;
    take(tx, place, Step::Submit, "", by, at).await
}

/// Sends back or withdraws. `note` is what the reviewer says when sending it back.
///
/// # Errors
/// [`Fault::TextClosed`] when the step isn't open, [`Fault::TextChangedMeanwhile`] as in [`write`].
pub async fn take(
    tx: &mut impl Exec,
    (bureau, id, seen): (&str, &str, i64),
    step: Step,
    note: &str,
    by: Officer<'_>,
    at: Timestamp,
) -> Result<Text, Fault> {
    let text = known(tx, (bureau, id, seen), step).await?;
    let day = at.to_zoned(web::clock::office_zone()).date();
    if step == Step::Withdraw && text.state == State::Reviewed && text.effective <= day {
        return Err(Fault::TextClosed("已经生效", step.says()));
    }
    let state = text.state.after(step).ok_or(Fault::TextClosed(text.state.says(), step.says()))?;
    let touched = tx
        .execute(
            "update item_text set state = $1, note = $2, changed_name = $3, changed_at = $4, version = version + 1
             where bureau = $5 and id = $6 and version = $7",
            params![state.code(), note, by.name, at.as_microsecond(), bureau, id, seen],
        )
        .await?;
    overtaken(tx, touched, bureau, id).await?;
    enter(tx, (bureau, id), by, at, state.code(), note).await?;
    Ok(text)
}

/// A second officer lets it take effect from its day.
///
/// # Errors
/// [`Fault::TextOwn`] to whoever wrote it, [`Fault::TextRefused`] with every reason, [`Fault::TextChangedMeanwhile`] as in [`write`].
pub async fn approve(
    tx: &mut impl Exec,
    catalogue: &Catalogue,
    (bureau, id, seen): (&str, &str, i64),
    by: Officer<'_>,
    at: Timestamp,
) -> Result<Text, Fault> {
    let text = known(tx, (bureau, id, seen), Step::Approve).await?;
    if text.hands.iter().any(|hand| hand == by.id) {
        return Err(Fault::TextOwn);
    }
    refuse(tx, catalogue, &text, at).await?;
    let touched = tx
        .execute(
            "update item_text set state = 'reviewed', reviewed_by = $1, reviewed_name = $2, changed_name = $2, changed_at = $3,
                    version = version + 1
             where bureau = $4 and id = $5 and version = $6",
            params![by.id, by.name, at.as_microsecond(), bureau, id, seen],
        )
        .await?;
    overtaken(tx, touched, bureau, id).await?;
    enter(tx, (bureau, id), by, at, "reviewed", "").await?;
    Ok(text)
}

async fn refuse(tx: &mut impl Exec, catalogue: &Catalogue, text: &Text, at: Timestamp) -> Result<(), Fault> {
    let day = at.to_zoned(web::clock::office_zone()).date();
    let others = of_state(tx, &text.bureau, State::Reviewed).await?;
    let mut says = against(text, &others, &text::base(catalogue, &text.bureau, &text.item), day);
    let behind = text::is_behind(catalogue, text, &super::versions_known(tx).await?);
    if behind && !says.iter().any(|one| one == text::MOVED) {
        says.push(text::MOVED.to_owned());
    }
    match catalogue.with_files(&text.files) {
        Ok(next) => {
            let found = text::findings(catalogue, &next, &text.bureau, &text.files);
            says.extend(found.iter().map(|one| format!("{}{}", one.element_before(), one.says)));
        }
        Err(Fault::Unreadable { says: wrong, .. } | Fault::Incomplete { says: wrong, .. }) => {
            says.push(format!("内容读不出来（{wrong}）：请点“修改”，改好再提交"));
        }
        Err(fault) => return Err(fault),
    }
    if says.is_empty() { Ok(()) } else { Err(Fault::TextRefused(says)) }
}

/// The text in the version the officer saw, if the step is open to it.
async fn known(tx: &mut impl Exec, (bureau, id, seen): (&str, &str, i64), step: Step) -> Result<Text, Fault> {
    let text = one(tx, bureau, id).await?.ok_or(Fault::TextUnknown)?;
    if text.version != seen {
        return Err(meanwhile(&text));
    }
    match text.state.after(step) {
        Some(_) => Ok(text),
        None => Err(Fault::TextClosed(text.state.says(), step.says())),
    }
}

async fn overtaken(tx: &mut impl Exec, touched: u64, bureau: &str, id: &str) -> Result<(), Fault> {
    if touched > 0 {
        return Ok(());
    }
    let text = one(tx, bureau, id).await?.ok_or(Fault::TextUnknown)?;
    Err(meanwhile(&text))
}

fn meanwhile(text: &Text) -> Fault {
    Fault::TextChangedMeanwhile {
        who: text.changed_name.clone(),
        when: web::text::minute_cn(text.changed_at),
    }
}

/// One text of a bureau's list.
pub async fn one(on: &mut impl Exec, bureau: &str, id: &str) -> Result<Option<Text>, Fault> {
    let row = on.query_opt(ONE, params![bureau, id]).await?;
    row.as_ref().map(read).transpose()
}

/// The texts of an item at a bureau, the latest day first; withdrawn ones are left out.
pub async fn of_item(on: &mut impl Exec, bureau: &str, item: &str) -> Result<Vec<Text>, Fault> {
    let rows = on
        .query(
            "select bureau, id, item, state, effective, base, why, note, hands, drafted_by, drafted_name, reviewed_name, changed_name,
                    changed_at, version, body
               from item_text where bureau = $1 and item = $2 and state <> 'withdrawn'
              order by effective desc, id desc",
            params![bureau, item],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// The texts of a bureau in one state, by day.
pub async fn of_state(on: &mut impl Exec, bureau: &str, state: State) -> Result<Vec<Text>, Fault> {
    let rows = on
        .query(
            "select bureau, id, item, state, effective, base, why, note, hands, drafted_by, drafted_name, reviewed_name, changed_name,
                    changed_at, version, body
               from item_text where bureau = $1 and state = $2 order by effective, id",
            params![bureau, state.code()],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// All reviewed texts of all bureaus: what a catalogue must know besides the program's files.
pub async fn reviewed(on: &mut impl Exec) -> Result<Vec<Text>, Fault> {
    let rows = on
        .query(
            "select bureau, id, item, state, effective, base, why, note, hands, drafted_by, drafted_name, reviewed_name, changed_name,
                    changed_at, version, body
               from item_text where state = 'reviewed'
              order by effective, bureau, id -- all bureaus: every node holds the whole catalogue in memory",
            params![],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Texts that were handed in or sent back, the earliest day first.
pub async fn waiting(on: &mut impl Exec) -> Result<Vec<super::Waiting>, Fault> {
    let rows = on
        .query(
            "select bureau, id, why, hands, state from item_text where state in ('submitted', 'returned')
              order by effective, id -- all bureaus: the few that wait, and an officer reviews for bureaus below",
            params![],
        )
        .await?;
    let one = |row: &Row| {
        let (bureau, id) = (row.text(0)?, row.text(1)?);
        Ok(super::Waiting {
            href: format!("/desk/catalog/{bureau}/texts/{id}"),
            what: "指南的修改",
            why: row.text(2)?,
            hands: serde_json::from_str(&row.text(3)?).map_err(|fault| Fault::Body(fault.to_string()))?,
            returned: row.text(4)? == State::Returned.code(),
            bureau,
        })
    };
    rows.iter().map(one).collect()
}

/// As [`super::changes::mark`], of texts.
pub async fn mark(on: &mut impl Exec) -> Result<(i64, i64), Fault> {
    let row = on
        .query_one(
            "select count(*), max(changed_at) from item_text -- all bureaus: one look for the whole catalogue",
            params![],
        )
        .await?;
    Ok((row.int(0)?, row.opt_int(1)?.unwrap_or(0)))
}

/// Who did what with a text, first to last.
pub async fn history(on: &mut impl Exec, bureau: &str, id: &str) -> Result<Vec<Entry>, Fault> {
    Ok(history::read(on, bureau, "item_text", id).await?)
}

async fn enter(
    tx: &mut impl Exec,
    (bureau, id): (&str, &str),
    by: Officer<'_>,
    at: Timestamp,
    act: &str,
    says: &str,
) -> Result<(), Fault> {
    let data = serde_json::json!({ "says": says }).to_string();
    history::append(tx, &Entry::new((bureau, "item_text", id), at, (by.id, by.name), act, data)).await?;
    Ok(())
}

fn json(value: &(impl serde::Serialize + ?Sized)) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|fault| Fault::Body(fault.to_string()))
}

fn read(row: &Row) -> Result<Text, Fault> {
    let body = |fault: serde_json::Error| Fault::Body(fault.to_string());
    Ok(Text {
        bureau: row.text(0)?,
        id: row.text(1)?,
        item: row.text(2)?,
        state: State::from_code(&row.text(3)?).ok_or_else(|| Fault::Body("state".to_owned()))?,
        effective: row.date(4)?,
        base: row.text(5)?,
        why: row.text(6)?,
        note: row.text(7)?,
        hands: serde_json::from_str(&row.text(8)?).map_err(body)?,
        drafted_by: row.text(9)?,
        drafted_name: row.text(10)?,
        reviewed_name: row.opt_text(11)?.unwrap_or_default(),
        changed_name: row.text(12)?,
        changed_at: row.instant(13)?,
        version: row.int(14)?,
        files: serde_json::from_str(&row.text(15)?).map_err(body)?,
    })
}

#[cfg(test)]
mod tests;
