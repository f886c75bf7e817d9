//! Issuing the licence of a granted case, in the transaction of the decision: number, row, holder, keys, history and the
//! sealed electronic licence are there together with the decision or not at all.

use std::sync::Arc;

use cases::grant::{Granted, Issued, Issues};
use db::history::Entry;
use db::{Tx, counter, history};
use identity::inbox;
use jiff::Timestamp;
use seals::{Seals, User};

use crate::elicence::{Cause, Edition, make, store as editions};
use crate::keys::{Keys, Kind};
use crate::licence::Licence;
use crate::number::{self, ALARM_SERIAL, LAST_SERIAL};
use crate::register::Register;
use crate::status::Status;
use crate::{Fault, store};

/// Who issues licences. Handed to `cases` as its [`Issues`].
#[derive(Clone)]
pub struct Licences {
    pub(crate) keys: Keys,
    pub(crate) register: Arc<Register>,
    pub(crate) office: Office,
}

/// What stands on a licence beside what was granted, and who seals it.
#[derive(Clone)]
pub struct Office {
    pub seals: Arc<dyn Seals>,
    /// Of this site, for the address in the QR code.
    pub base_url: String,
    /// Licences of the demo town say that they are specimens.
    pub demo: bool,
}

impl Licences {
    pub fn new(keys: Keys, register: Arc<Register>, office: Office) -> Licences {
        Licences { keys, register, office }
    }

    /// Issues the licence, or gives back the one the case has led to already.
    pub async fn issue(&self, tx: &mut Tx, granted: &Granted, now: Timestamp) -> Result<Issued, Fault> {
        if let Some(already) = store::of_case(tx, &granted.bureau, &granted.case_id).await? {
            return Ok(issued(&already));
        }
        self.premises_are_free(tx, granted).await?;
        let number = next_number(tx, granted).await?;
        let licence = licence_of(granted, number, now)?;
        let under = format!("准予许可 {}", granted.case_number);
        let by = User { id: &granted.decided_by, name: &granted.decided_by_name };
        let making =
            make::Making { licence: &licence, cause: Cause::Issue, under: &under, by, previous: None };
        let edition = make::make(self, tx, &making, now).await?;
        self.write(tx, &licence, &edition, granted, now).await?;
        // Before the commit: the register finds nothing yet and looks again within a second. Cheap, and often just late
        // enough; nothing depends on it.
        self.register.nudge();
        Ok(issued(&licence))
    }

    /// 一址一证: premises where a licence in force hangs get no second one (细则, domain facts 3.3: 场所已办有仍在有效期的零售证).
    async fn premises_are_free(&self, tx: &mut Tx, granted: &Granted) -> Result<(), Fault> {
        let there = store::in_force_at(tx, &granted.bureau, &granted.address, granted.decided_on).await?;
        there.map_or(Ok(()), |number| Err(Fault::PremisesTaken(number)))
    }

    async fn write(
        &self,
        tx: &mut Tx,
        licence: &Licence,
        edition: &Edition,
        granted: &Granted,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let (bureau, number) = (&licence.bureau, &licence.number);
        history::append(tx, &entry_of(licence, edition, granted, now)).await?;
        let seq = store::next_seq(tx, bureau).await?;
        let mut writes = vec![
            store::guard_number(bureau, number),
            store::insert(licence, seq),
            editions::insert(edition, seq),
            store::hold(&granted.holder, bureau, number),
        ];
        let keyed = [(Kind::CreditCode, &granted.credit_code), (Kind::PersonId, &granted.person_id)];
        writes.push(message(licence, &granted.holder, now));
        for (kind, value) in keyed.into_iter().filter(|(_, value)| !value.is_empty()) {
            writes.push(store::look_up_under(&self.keys.lookup(kind, value), kind, bureau, number));
        }
        tx.batch(writes).await.map_err(|fault| number_taken(fault, number))?;
        Ok(())
    }
}

/// Told once a licence, whoever else tells of the decision.
fn message(licence: &Licence, holder: &str, now: Timestamp) -> db::Statement {
    let words = format!(
        "“{}”的烟草专卖零售许可证已制发，证号 {}，有效期{}。可以在手机上亮证，也可以下载正本和副本。",
        licence.shop_name,
        licence.number,
        licence.validity()
    );
    let id = format!("licence-issued-{}", licence.number);
    let link = format!("/me/licences/{}/{}", licence.bureau, licence.number);
    inbox::tell_once(holder, &id, now, "许可证已制发", &words, &link)
}

fn number_taken(fault: db::Fault, number: &str) -> Fault {
    if fault.is_unique_on("uniq") || fault.is_unique_on("licence") {
        Fault::NumberTaken(number.into())
    } else {
        fault.into()
    }
}

/// The next serial of the division and kind, taken in this transaction.
async fn next_number(tx: &mut Tx, granted: &Granted) -> Result<String, Fault> {
    let kind = number::kind_of(&granted.eco_type);
    let name = number::counter_name(&granted.division, kind);
    let serial = counter::next(tx, &granted.bureau, &name).await?;
    if serial >= ALARM_SERIAL {
        let left = LAST_SERIAL - serial;
        tracing::warn!(counter = name, serial, left, "licence numbers are running out");
    }
    number::compose(&granted.division, kind, serial)
}

fn licence_of(granted: &Granted, number: String, now: Timestamp) -> Result<Licence, Fault> {
    let g = granted.clone();
    let valid_to = law::limits::licence_valid_to(g.decided_on, g.valid_years)
        .map_err(|_| Fault::Years(g.valid_years))?;
    Ok(Licence {
        bureau: g.bureau,
        number,
        version: 1,
        holder: Some(g.holder),
        shop_name: g.shop_name,
        person_name: g.person_name,
        credit_code: g.credit_code,
        company_type: g.company_type,
        eco_type: g.eco_type,
        biz_format: g.biz_format,
        area_type: g.area_type,
        area_m2: g.area_m2,
        address: g.address,
        division: g.division,
        lat: g.lat,
        lon: g.lon,
        unit: None,
        scope: g.scope,
        supply_company: g.supply_company,
        issuer_name: g.issuer_name,
        item_slug: g.item_slug,
        case_id: Some(g.case_id),
        case_number: Some(g.case_number),
        issued_on: g.decided_on,
        first_issued: Some(g.decided_on),
        valid_from: g.decided_on,
        valid_to,
        status: Status::Trading,
        changed_at: now,
    })
}

fn entry_of(licence: &Licence, edition: &Edition, granted: &Granted, now: Timestamp) -> Entry {
    let data = serde_json::json!({
        "edition": edition.edition_says(),
        "identifier": edition.identifier,
        "original": edition.original,
        "duplicate": edition.duplicate,
        "case": granted.case_number,
        "shop": licence.shop_name,
        "address": licence.address,
        "scope": licence.scope,
        "valid_from": licence.valid_from,
        "valid_to": licence.valid_to,
    });
    Entry::new(
        (&licence.bureau, "licence", &licence.number),
        now,
        ("system", &licence.issuer_name),
        "issued",
        data.to_string(),
    )
}

fn issued(licence: &Licence) -> Issued {
    Issued { number: licence.number.clone(), valid_from: licence.valid_from, valid_to: licence.valid_to }
}

#[async_trait::async_trait]
impl Issues for Licences {
    async fn issue(&self, tx: &mut Tx, granted: &Granted, now: Timestamp) -> Result<Issued, cases::Fault> {
        Ok(Licences::issue(self, tx, granted, now).await?)
    }
}

/// `cases` says these to the person who decides; a decision waits while the seal service is away.
impl From<Fault> for cases::Fault {
    fn from(fault: Fault) -> cases::Fault {
        match fault {
            Fault::PremisesTaken(number) => cases::Fault::PremisesTaken(number),
            Fault::NumbersUsedUp { division, kind } => {
                cases::Fault::NumbersUsedUp(number::counter_name(&division, kind))
            }
            Fault::Seal(fault) => cases::Fault::Seal(fault),
            Fault::Store(fault) => cases::Fault::Store(fault),
            fault => cases::Fault::BadEntry(fault.face().says),
        }
    }
}
