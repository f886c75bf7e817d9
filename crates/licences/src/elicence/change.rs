//! The steps that make the next edition of a licence: 变更, 延续, 补办, 换章, and the first one of a licence taken over.
//! Licence, old edition, new edition, history and message are written together or not at all.

use db::history::{self, Entry};
use db::{Statement, Tx};
use jiff::Timestamp;
use jiff::civil::Date;
use seals::User;

use super::edition::{Cause, Edition};
use super::make::{Making, make};
use super::state::Step as Move;
use super::store as editions;
use crate::licence::{Licence, eco_type_label};
use crate::status::{Standing, Step};
use crate::{Fault, Licences, store};

/// Who takes a step, why, and under which document (文号; empty where the step needs none).
#[derive(Clone, Copy, Debug)]
pub struct Under<'a> {
    pub by: User<'a>,
    pub reason: &'a str,
    pub document: &'a str,
}

impl Under<'_> {
    /// “变更 城中烟许变〔2026〕第00001号”, for ledgers.
    pub(super) fn says(&self, step: &str) -> String {
        format!("{step} {}", self.document).trim_end().to_owned()
    }
}

/// What is made anew.
#[derive(Clone, Debug, PartialEq)]
pub enum Remake {
    /// 补发电子证照: the first edition of a licence taken over from an older system.
    TakeOver,
    Amend(Amendment),
    /// 延续, for so many years from today (docs/decisions/0032).
    Renew {
        years: u8,
    },
    Reprint,
    /// The bureau's seal was replaced.
    Reseal,
}

/// What changes on the face; the rest stays. The number never changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Amendment {
    pub shop_name: Option<String>,
    pub person_name: Option<String>,
    /// 1401–1410; the words on the face follow.
    pub eco_type: Option<String>,
    /// The same premises under a new name of the road.
    pub address: Option<String>,
    pub scope: Option<String>,
    pub supply_company: Option<String>,
}

impl Remake {
    pub fn cause(&self) -> Cause {
        match self {
            Remake::TakeOver => Cause::TakeOver,
            Remake::Amend(_) => Cause::Amend,
            Remake::Renew { .. } => Cause::Renew,
            Remake::Reprint => Cause::Reprint,
            Remake::Reseal => Cause::Reseal,
        }
    }
}

impl Licences {
    /// Makes the next edition.
    ///
    /// # Errors
    /// Nothing is changed on any: the caller undoes the transaction. [`seals::Fault::Unavailable`] passes by itself.
    pub async fn remake(
        &self,
        tx: &mut Tx,
        (bureau, number): (&str, &str),
        remake: &Remake,
        under: &Under<'_>,
        now: Timestamp,
    ) -> Result<Edition, Fault> {
        let before = store::by_number(tx, bureau, number).await?.ok_or(Fault::Unknown)?;
        let old = editions::current(tx, bureau, number).await?;
        let after = remade(&before, remake, old.as_ref(), web::clock::office_day(now))?;
        let cause = remake.cause();
        let says = under.says(cause.label());
        let making = Making { licence: &after, cause, under: &says, by: under.by, previous: old.as_ref() };
        let edition = make(self, tx, &making, now).await?;
        let entry = entry(&before, &after, &edition, under, now);
        history::append(tx, &entry).await.map_err(overtaken)?;
        let seq = store::next_seq(tx, bureau).await?;
        let mut writes = vec![editions::insert(&edition, seq), store::save(&after, before.version, seq, now)];
        if let Some(old) = &old {
            writes.push(give_way(old, &edition, seq, now)?);
        }
        writes.extend(message(&after, &edition, now));
        tx.batch(writes).await.map_err(overtaken)?;
        self.register.nudge();
        Ok(edition)
    }
}

/// Another transaction made the same edition, or the next place in the licence's history, first.
pub(super) fn overtaken(fault: db::Fault) -> Fault {
    let taken = ["elicence", "history", "history_head"].iter().any(|table| fault.is_unique_on(table));
    if taken { Fault::Overtaken } else { fault.into() }
}

fn give_way(old: &Edition, next: &Edition, seq: i64, now: Timestamp) -> Result<Statement, Fault> {
    let state = old.state.take(Move::Replace, old.valid_to, web::clock::office_day(now))?;
    Ok(editions::replace(old, state, &next.identifier, seq, now))
}

/// The licence as it stands after the step, or why it is not open.
fn remade(before: &Licence, remake: &Remake, old: Option<&Edition>, today: Date) -> Result<Licence, Fault> {
    let mut after = before.clone();
    match remake {
        Remake::TakeOver => {
            if let Some(old) = old {
                return Err(Fault::HasEdition(old.edition));
            }
            in_force(before, today)?;
            return Ok(after);
        }
        Remake::Amend(amendment) => {
            after.status = before.status.take(Step::Amend, before.valid_to, today)?;
            amend(&mut after, amendment)?;
        }
        Remake::Renew { years } => {
            after.status = before.status.take(Step::Renew, before.valid_to, today)?;
            after.valid_from = today;
            after.valid_to =
                law::limits::licence_valid_to(today, *years).map_err(|_| Fault::Years(*years))?;
            // It runs from its issue (decision 0032); nobody renews to have less.
            if after.valid_to < before.valid_to {
                return Err(Fault::EndsSooner { old: before.valid_to, new: after.valid_to });
            }
        }
        Remake::Reprint => after.status = before.status.take(Step::Reprint, before.valid_to, today)?,
        Remake::Reseal => {
            not_over(before, today)?;
            if old.is_none() {
                return Err(Fault::NoEdition);
            }
        }
    }
    // 制证日期 is the day on which this document was made.
    after.issued_on = today;
    Ok(after)
}

fn in_force(licence: &Licence, today: Date) -> Result<(), Fault> {
    match licence.standing(today) {
        Standing::InForce => Ok(()),
        standing => Err(Fault::NotInForce(standing)),
    }
}

/// A new seal on a licence at rest leaves it at rest.
fn not_over(licence: &Licence, today: Date) -> Result<(), Fault> {
    match licence.standing(today) {
        standing @ (Standing::Cancelled { .. } | Standing::Recalled { .. } | Standing::Expired { .. }) => {
            Err(Fault::NotInForce(standing))
        }
        _ => Ok(()),
    }
}

fn amend(licence: &mut Licence, amendment: &Amendment) -> Result<(), Fault> {
    let a = amendment.clone();
    if a == Amendment::default() {
        return Err(Fault::NothingChanged);
    }
    if let Some(code) = a.eco_type {
        licence.company_type = eco_type_label(&code).ok_or(Fault::EcoType)?.to_owned();
        licence.eco_type = code;
    }
    for (field, new) in [
        (&mut licence.shop_name, a.shop_name),
        (&mut licence.person_name, a.person_name),
        (&mut licence.address, a.address),
        (&mut licence.scope, a.scope),
        (&mut licence.supply_company, a.supply_company),
    ] {
        match new.map(|new| new.trim().to_owned()) {
            Some(new) if new.is_empty() => return Err(Fault::NothingChanged),
            Some(new) => *field = new,
            None => {}
        }
    }
    Ok(())
}

fn entry(before: &Licence, after: &Licence, edition: &Edition, under: &Under<'_>, now: Timestamp) -> Entry {
    let changed: serde_json::Map<String, serde_json::Value> = [
        ("shop", &before.shop_name, &after.shop_name),
        ("person", &before.person_name, &after.person_name),
        ("type", &before.company_type, &after.company_type),
        ("address", &before.address, &after.address),
        ("scope", &before.scope, &after.scope),
        ("supplier", &before.supply_company, &after.supply_company),
    ]
    .into_iter()
    .filter(|(_, old, new)| old != new)
    .map(|(name, old, new)| (name.to_owned(), serde_json::json!([old, new])))
    .collect();
    let data = serde_json::json!({
        "edition": edition.edition_says(),
        "identifier": edition.identifier,
        "original": edition.original,
        "duplicate": edition.duplicate,
        "reason": under.reason,
        "document": under.document,
        "changed": changed,
        "valid_from": after.valid_from,
        "valid_to": after.valid_to,
    });
    Entry::new(
        (&after.bureau, "licence", &after.number),
        now,
        (under.by.id, under.by.name),
        edition.cause.code(),
        data.to_string(),
    )
}

fn message(licence: &Licence, edition: &Edition, now: Timestamp) -> Option<Statement> {
    let holder = licence.holder.as_deref()?;
    let words = format!(
        "“{}”的电子许可证已换发第 {} 版（{}），有效期{}。以前下载的版本不再有效，请重新下载。",
        licence.shop_name,
        edition.edition,
        edition.cause.label(),
        licence.validity()
    );
    let words = if edition.edition == 1 {
        format!("“{}”的许可证已补发电子证照，可以在手机上亮证，也可以下载。", licence.shop_name)
    } else {
        words
    };
    let id = format!("elicence-{}-{}", edition.number, edition.edition);
    let link = format!("/me/licences/{}/{}", licence.bureau, licence.number);
    Some(identity::inbox::tell_once(holder, &id, now, "电子许可证已制发", &words, &link))
}
