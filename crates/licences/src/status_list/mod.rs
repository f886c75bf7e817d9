//! 状态清单: whether the licences of a bureau are in force, four bits each, signed by the bureau. Whoever has a list of
//! today verifies licences without a network, and nobody learns which ones.
//!
//! As in the token status lists of the IETF the place of a licence is its index, two to a byte, the first in the lower
//! bits. The list carries the certificates of the bureau's signatories, so that it and every QR code of the bureau can be
//! verified with nothing but the roots.

mod editions;
mod publish;
mod store;

pub use editions::Issued;
pub use publish::{Editions, Publisher, Stuck};
pub use store::{Published, published, publishing};

use guomi::cbor::{CborFault, Reader, Writer};
use guomi::cose;
use guomi::x509::{Cert, Trust};
use jiff::{SignedDuration, Timestamp};
use seals::Seals;

use crate::statement::{self, Signatory, StatementFault};

/// A list counts as current for so long.
pub const VALID_FOR: SignedDuration = SignedDuration::from_hours(24);
/// Four megabytes of bits. A bureau with more licences than this would be larger than the country.
const MAX_PLACES: u64 = 8_000_000;
/// Signatories of one bureau, with those of earlier keys.
const MAX_CERTS: u64 = 64;

/// What a list says of a licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Valid,
    /// 停业, 责令停业整顿
    Suspended,
    /// 注销, 收回, 过期; also a place that no licence has
    Ended,
    /// Another edition has taken its place.
    Replaced,
    /// 撤销
    Revoked,
}

impl Mark {
    fn bits(self) -> u8 {
        match self {
            Mark::Valid => 0,
            Mark::Suspended => 1,
            Mark::Ended => 2,
            Mark::Replaced => 3,
            Mark::Revoked => 4,
        }
    }

    /// A mark that a later program may have invented is good for nothing here.
    fn of_bits(bits: u8) -> Mark {
        match bits & 15 {
            0 => Mark::Valid,
            1 => Mark::Suspended,
            3 => Mark::Replaced,
            4 => Mark::Revoked,
            _ => Mark::Ended,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusList {
    pub bureau: String,
    pub issued_at: Timestamp,
    /// From here on a newer list is to be fetched.
    pub next_update: Timestamp,
    places: u64,
    bits: Vec<u8>,
    /// Signatories of the bureau, the present one first, DER.
    certs: Vec<Vec<u8>>,
}

impl StatusList {
    /// The list of these marks. A place that no licence has says that it has ended: nothing there is ever good.
    pub fn new(bureau: &str, marks: &[(u64, Mark)], certs: Vec<Vec<u8>>, issued_at: Timestamp) -> StatusList {
        let known = || marks.iter().filter(|(index, _)| *index < MAX_PLACES);
        let places = known().map(|(index, _)| index + 1).max().unwrap_or(0);
        let mut bits = vec![0x22; bytes_for(places)];
        for (index, mark) in known() {
            let (byte, shift) = place(*index);
            bits[byte] = bits[byte] & !(15 << shift) | mark.bits() << shift;
        }
        let next_update = issued_at + VALID_FOR;
        StatusList { bureau: bureau.to_owned(), issued_at, next_update, places, bits, certs }
    }

    /// `None` for a place behind the end: the licence is younger than the list.
    pub fn mark(&self, index: u64) -> Option<Mark> {
        if index >= self.places {
            return None;
        }
        let (byte, shift) = place(index);
        self.bits.get(byte).map(|bits| Mark::of_bits(bits >> shift))
    }

    pub fn is_stale(&self, now: Timestamp) -> bool {
        now > self.next_update
    }

    /// Those who sign for the bureau, as the list names them. Believe them as far as you believe the list.
    pub fn signatories(&self) -> Vec<Signatory> {
        let certs = self.certs.iter().filter_map(|cert| Cert::from_der(cert).ok());
        certs.map(|cert| Signatory { bureau: self.bureau.clone(), cert }).collect()
    }

    fn encode(&self) -> Vec<u8> {
        let writer = Writer::new().map(6).uint(1).text(&self.bureau);
        let writer = writer.uint(2).int(self.issued_at.as_second()).uint(3).int(self.next_update.as_second());
        let writer = writer.uint(4).uint(self.places).uint(6).array(self.certs.len());
        let writer = self.certs.iter().fold(writer, |writer, cert| writer.bytes(cert));
        // Key 5 held two bits a place; a reader of those must not take four for two.
        writer.uint(7).bytes(&self.bits).finish()
    }

    fn decode(payload: &[u8]) -> Result<StatusList, StatementFault> {
        read(payload).map_err(|_| StatementFault::Payload("状态清单"))
    }
}

fn bytes_for(places: u64) -> usize {
    usize::try_from(places.div_ceil(2)).expect("places were limited")
}

fn place(index: u64) -> (usize, u8) {
    let byte = usize::try_from(index / 2).unwrap_or(usize::MAX);
    (byte, (index % 2) as u8 * 4)
}

fn read(payload: &[u8]) -> Result<StatusList, CborFault> {
    let odd = CborFault { at: 0 };
    let instant = |seconds| Timestamp::from_second(seconds).map_err(|_| odd);
    let mut r = Reader::new(payload);
    if r.map()? != 6 {
        return Err(odd);
    }
    r.key(1)?;
    let bureau = r.text()?.to_owned();
    r.key(2)?;
    let issued_at = instant(r.int()?)?;
    r.key(3)?;
    let next_update = instant(r.int()?)?;
    r.key(4)?;
    let places = r.uint()?;
    r.key(6)?;
    let count = r.array()?;
    if count > MAX_CERTS {
        return Err(odd);
    }
    let certs = (0..count).map(|_| r.bytes().map(<[u8]>::to_vec)).collect::<Result<_, _>>()?;
    r.key(7)?;
    let bits = r.bytes()?.to_vec();
    if places > MAX_PLACES || bits.len() != bytes_for(places) {
        return Err(odd);
    }
    r.end()?;
    Ok(StatusList { bureau, issued_at, next_update, places, bits, certs })
}

/// The list as it is published.
///
/// # Errors
/// As [`Seals::sign_payload`]; it may wait for a signing service.
pub fn sign(seals: &dyn Seals, list: &StatusList) -> Result<Vec<u8>, seals::Fault> {
    let payload = list.encode();
    let signature = seals.sign_payload(&list.bureau, &cose::to_be_signed(&payload))?;
    Ok(cose::assemble(&signature.kid, &payload, &signature.raw))
}

/// Reads a published list, without a network: signed by one of the bureau's signatories, whose certificate leads to the
/// roots. Whether it is still fresh is for [`StatusList::is_stale`].
pub fn verify(bytes: &[u8], trust: &Trust, now: Timestamp) -> Result<StatusList, StatementFault> {
    // The list says itself who may sign it; the chain to the roots says whether that is so.
    let unproven = StatusList::decode(cose::Statement::parse(bytes)?.payload)?;
    let signatories = unproven.signatories();
    let (_, signatory) = statement::open(bytes, &signatories)?;
    statement::entitled(signatory, &unproven.bureau, unproven.issued_at, trust)?;
    if statement::is_from_the_future(unproven.issued_at, now) {
        return Err(StatementFault::Future);
    }
    Ok(unproven)
}
