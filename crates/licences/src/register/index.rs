//! The records and the ways to find them. Laid out for a million licences in a few hundred megabytes: the three texts
//! of a record share one allocation, and texts that many licences share are kept once.

use std::collections::HashMap;

use jiff::civil::Date;
use papers::chinese::mask_name;
use sm3::{Digest, Sm3};

use super::names::Names;
use crate::licence::Public;
use crate::status::Status;
use crate::store::Change;

#[derive(Default)]
pub(crate) struct Index {
    records: Vec<Record>,
    by_number: HashMap<u64, u32>,
    /// By a hash of the code; the record holds the code itself and decides.
    by_credit_code: HashMap<u64, Vec<u32>>,
    names: Names,
    shared: Shared,
    cursors: HashMap<String, Cursor>,
}

/// How far a bureau's changes have been taken in: all up to `seq`, and of `seq` those up to `number` (an import gives
/// all its licences the same `seq`).
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Cursor {
    pub seq: i64,
    pub number: String,
}

/// Sorts after every number.
const ALL_NUMBERS: &str = "~";

impl Cursor {
    /// All of `seq` has been taken in.
    pub fn complete(seq: i64) -> Cursor {
        Cursor { seq, number: ALL_NUMBERS.into() }
    }

    pub fn has_all_of(&self, head: i64) -> bool {
        self.seq > head || (self.seq == head && self.number == ALL_NUMBERS)
    }
}

struct Record {
    number: u64,
    /// Shop, masked person, credit code and address, one after the other.
    text: Box<str>,
    person_at: u16,
    code_at: u16,
    address_at: u16,
    company_type: u32,
    scope: u32,
    issuer: u32,
    valid_from: Date,
    valid_to: Date,
    status: Status,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    pub licences: Vec<Public>,
    /// There are more than are shown.
    pub more: bool,
}

/// Texts that many records share, kept once.
#[derive(Default)]
struct Shared {
    texts: Vec<Box<str>>,
    places: HashMap<Box<str>, u32>,
}

impl Shared {
    fn place(&mut self, text: &str) -> u32 {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        let place = u32::try_from(self.texts.len()).expect("fewer shared texts than licences");
        self.texts.push(text.into());
        self.places.insert(text.into(), place);
        place
    }

    fn text(&self, place: u32) -> &str {
        &self.texts[place as usize]
    }
}

impl Record {
    fn shop(&self) -> &str {
        &self.text[..usize::from(self.person_at)]
    }
    fn person(&self) -> &str {
        &self.text[usize::from(self.person_at)..usize::from(self.code_at)]
    }
    fn code(&self) -> &str {
        &self.text[usize::from(self.code_at)..usize::from(self.address_at)]
    }
    fn address(&self) -> &str {
        &self.text[usize::from(self.address_at)..]
    }
}

impl Index {
    pub fn len(&self) -> usize {
        self.records.len()
    }

    pub fn cursor(&self, bureau: &str) -> Cursor {
        self.cursors.get(bureau).cloned().unwrap_or_default()
    }

    pub fn move_cursor(&mut self, bureau: &str, cursor: Cursor) {
        self.cursors.insert(bureau.into(), cursor);
    }

    /// Takes in what changed. Taking the same change in twice does no harm.
    pub fn take(&mut self, change: &Change) {
        // Stored numbers are twelve digits (checked by issue and import); anything else could not be asked for.
        let Ok(number) = change.number.parse() else { return };
        let record = self.record(number, change);
        match self.by_number.get(&number).copied() {
            Some(slot) => self.replace(slot, record),
            None => self.add(record),
        }
    }

    fn add(&mut self, record: Record) {
        let slot = u32::try_from(self.records.len()).expect("fewer than four billion licences");
        self.names.add(record.shop(), slot);
        self.by_credit_code.entry(hashed(record.code())).or_default().push(slot);
        self.by_number.insert(record.number, slot);
        self.records.push(record);
    }

    /// The ways to an old name or code stay; what they lead to says that it is called otherwise now.
    fn replace(&mut self, slot: u32, record: Record) {
        let old = &self.records[slot as usize];
        if old.shop() != record.shop() {
            self.names.add(record.shop(), slot);
        }
        if old.code() != record.code() {
            let slots = self.by_credit_code.entry(hashed(record.code())).or_default();
            if !slots.contains(&slot) {
                slots.push(slot);
            }
        }
        self.records[slot as usize] = record;
    }

    fn record(&mut self, number: u64, change: &Change) -> Record {
        let shop = cut(&change.shop_name);
        let person = mask_name(&change.person_name);
        let code = cut(&change.credit_code);
        let text = format!("{shop}{person}{code}{}", change.address);
        let person_at = shop.len();
        let code_at = person_at + person.len();
        let address_at = code_at + code.len();
        Record {
            number,
            text: text.into_boxed_str(),
            person_at: u16::try_from(person_at).expect("cut to fit"),
            code_at: u16::try_from(code_at).expect("cut to fit"),
            address_at: u16::try_from(address_at).expect("cut to fit"),
            company_type: self.shared.place(&change.company_type),
            scope: self.shared.place(&change.scope),
            issuer: self.shared.place(&change.issuer_name),
            valid_from: change.valid_from,
            valid_to: change.valid_to,
            status: change.status,
        }
    }

    pub fn number(&self, number: &str) -> Option<Public> {
        let slot = self.by_number.get(&number.parse().ok()?)?;
        Some(self.public(*slot))
    }

    pub fn credit_code(&self, code: &str, most: usize) -> Found {
        let slots = self.by_credit_code.get(&hashed(code)).map_or(&[][..], Vec::as_slice);
        let has = |slot: &u32| !code.is_empty() && self.records[*slot as usize].code() == code;
        self.found(slots.iter().copied().filter(has), most)
    }

    pub fn name(&self, part: &str, most: usize) -> Found {
        let holds = |slot: &u32| self.records[*slot as usize].shop().contains(part);
        // The names index may name too many (a shop renamed since, characters apart); the record decides.
        self.found(self.names.may_hold(part).filter(holds), most)
    }

    fn found(&self, slots: impl Iterator<Item = u32>, most: usize) -> Found {
        let mut slots: Vec<u32> = slots.take(most + 1).collect();
        let more = slots.len() > most;
        slots.truncate(most);
        Found { licences: slots.into_iter().map(|slot| self.public(slot)).collect(), more }
    }

    fn public(&self, slot: u32) -> Public {
        let record = &self.records[slot as usize];
        Public {
            number: format!("{:012}", record.number),
            shop_name: record.shop().into(),
            person: record.person().into(),
            company_type: self.shared.text(record.company_type).into(),
            address: record.address().into(),
            scope: self.shared.text(record.scope).into(),
            valid_from: record.valid_from,
            valid_to: record.valid_to,
            issuer: self.shared.text(record.issuer).into(),
            status: record.status,
        }
    }

    pub fn digest(&self) -> String {
        let mut numbers: Vec<(u64, u32)> =
            self.by_number.iter().map(|(number, slot)| (*number, *slot)).collect();
        numbers.sort_unstable();
        let mut digest = Sm3::new();
        for (_, slot) in numbers {
            let public = self.public(slot);
            let status = serde_json::to_string(&public.status).expect("a state is plain data");
            let line = serde_json::to_string(&public).expect("a record is plain data");
            digest.update(line);
            digest.update(status);
            digest.update(b"\n");
        }
        hex::encode(digest.finalize())
    }
}

fn hashed(code: &str) -> u64 {
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
    BuildHasherDefault::<DefaultHasher>::default().hash_one(code)
}

/// The offsets of a record are 16 bits. No shop's name comes near (the form allows 120 characters), but an old system's
/// list may hold anything.
fn cut(name: &str) -> &str {
    const MOST: usize = 30_000;
    if name.len() <= MOST {
        return name;
    }
    let end = (0..=MOST).rev().find(|end| name.is_char_boundary(*end)).unwrap_or(0);
    &name[..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    pub(crate) fn change(seq: i64, number: &str, shop: &str) -> Change {
        Change {
            seq,
            number: number.into(),
            shop_name: shop.into(),
            person_name: "顾云凯".into(),
            credit_code: "92990101AHFK86MM87".into(),
            company_type: "个体工商户".into(),
            address: "城中区桥城街道解放路373号".into(),
            scope: "卷烟本店零售、雪茄烟本店零售".into(),
            issuer_name: "城中区烟草专卖局".into(),
            valid_from: date(2022, 1, 1),
            valid_to: date(2026, 12, 31),
            status: Status::Trading,
        }
    }

    #[test]
    fn a_record_comes_back_masked_and_whole() {
        let mut index = Index::default();
        index.take(&change(1, "990101100001", "城中区云凯食杂店"));
        let public = index.number("990101100001").unwrap();
        assert_eq!((public.shop_name.as_str(), public.person.as_str()), ("城中区云凯食杂店", "顾**"));
        assert_eq!(public.address, "城中区桥城街道解放路373号");
        assert!(index.number("990101100002").is_none() && index.number("九九").is_none());
        assert_eq!(index.credit_code("92990101AHFK86MM87", 20).licences, vec![public]);
    }

    #[test]
    fn a_change_replaces_and_a_rename_is_found_by_the_new_name_only() {
        let mut index = Index::default();
        index.take(&change(1, "990101100001", "云凯食杂店"));
        index.take(&change(2, "990101100001", "云凯便利店"));
        index.take(&change(2, "990101100001", "云凯便利店"));
        assert_eq!(index.len(), 1);
        assert!(index.name("食杂店", 20).licences.is_empty());
        assert_eq!(index.name("凯便利", 20).licences.len(), 1);
    }

    #[test]
    fn a_licence_is_found_by_its_present_credit_code_only() {
        let mut index = Index::default();
        let mut changed = change(1, "990101100001", "云凯食杂店");
        index.take(&changed);
        changed.credit_code = "92990101QFXGXX5F6J".into();
        index.take(&changed);
        assert!(index.credit_code("92990101AHFK86MM87", 20).licences.is_empty());
        assert_eq!(index.credit_code("92990101QFXGXX5F6J", 20).licences.len(), 1);
    }

    #[test]
    fn a_bulk_of_one_step_is_complete_only_when_its_last_page_is() {
        let half = Cursor { seq: 7, number: "990101100500".into() };
        assert!(!half.has_all_of(7) && half.has_all_of(6));
        assert!(Cursor::complete(7).has_all_of(7) && !Cursor::complete(7).has_all_of(8));
    }

    #[test]
    fn a_search_says_when_there_is_more() {
        let mut index = Index::default();
        for n in 1..=25 {
            index.take(&change(n, &format!("9901011{n:05}"), &format!("兴旺食杂店{n}")));
        }
        let found = index.name("兴旺食杂店", 20);
        assert!(found.more && found.licences.len() == 20);
        assert!(!index.name("兴旺食杂店25", 20).more);
    }

    #[test]
    fn a_digest_does_not_depend_on_the_order_of_arrival() {
        let (mut one, mut two) = (Index::default(), Index::default());
        one.take(&change(1, "990101100001", "甲店"));
        one.take(&change(2, "990101100002", "乙店"));
        two.take(&change(2, "990101100002", "乙店"));
        two.take(&change(1, "990101100001", "甲店"));
        assert_eq!(one.digest(), two.digest());
        two.take(&change(3, "990101100001", "丙店"));
        assert_ne!(one.digest(), two.digest());
    }
}
