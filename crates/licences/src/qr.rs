//! The QR code of a licence: an address anyone's camera opens, whose fragment carries what the licence says, signed by
//! the bureau. The fragment never reaches a server; whoever has the bureau's certificate verifies it without a network.
//!
//! A code must be read off a wall: with the text of any licence it has at most version 16 at level M (81 × 81 modules).
//! Fields that would make it larger are cut, and say so by their last sign.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use guomi::cbor::{CborFault, Reader, Writer};
use guomi::cose;
use guomi::x509::Trust;
use jiff::civil::{Date, date};
use jiff::{Span, Timestamp};
use seals::Seals;
use serde::Serialize;
use thiserror::Error;

use crate::Keys;
use crate::licence::{Licence, days_between};
use crate::statement::{self, Signatory, StatementFault};

/// Bytes that version 16 holds at level M (GB/T 18284).
const ROOM: usize = 450;
/// Longer texts are no QR code of ours: version 40 holds 2,331 bytes.
const MAX_TEXT: usize = 3_000;
/// Stands for what was cut off.
const CUT: char = '…';

/// What the licence says, as far as anyone may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Claims {
    /// Twelve digits.
    pub number: String,
    pub valid_from: Date,
    pub valid_to: Date,
    /// 负责人, masked.
    pub holder: String,
    pub shop: String,
    pub address: String,
    pub credit_code: String,
    pub scope: String,
    /// Code of the issuing bureau.
    pub bureau: String,
    /// 版本号, from 1.
    pub edition: u64,
    /// Place in the status list of the bureau.
    pub status_index: u64,
    pub issued_at: Timestamp,
}

/// Scopes as most licences have them, by their place from 1: a code instead of 42 bytes. Append only.
const SCOPES: [&str; 3] = ["卷烟本店零售、雪茄烟本店零售", "卷烟本店零售", "雪茄烟本店零售"];

impl Claims {
    pub fn of(licence: &Licence, edition: u64, status_index: u64, issued_at: Timestamp) -> Claims {
        let public = licence.public();
        Claims {
            number: public.number,
            valid_from: public.valid_from,
            valid_to: public.valid_to,
            holder: public.person,
            shop: public.shop_name,
            address: public.address,
            credit_code: licence.credit_code.clone(),
            scope: public.scope,
            bureau: licence.bureau.clone(),
            edition,
            status_index,
            issued_at,
        }
    }

    /// Integer keys from 1 in the order of the fields; days since 1970, seconds since 1970.
    pub fn encode(&self) -> Vec<u8> {
        let number: u64 = self.number.parse().unwrap_or_default();
        let writer = Writer::new().map(12).uint(1).uint(number);
        let writer = writer.uint(2).int(days(self.valid_from)).uint(3).int(days(self.valid_to));
        let writer = writer.uint(4).text(&self.holder).uint(5).text(&self.shop).uint(6).text(&self.address);
        let writer = writer.uint(7).text(&self.credit_code).uint(8);
        let writer = match SCOPES.iter().position(|scope| *scope == self.scope) {
            Some(place) => writer.uint(place as u64 + 1),
            None => writer.text(&self.scope),
        };
        let writer = writer.uint(9).text(&self.bureau).uint(10).uint(self.edition);
        writer.uint(11).uint(self.status_index).uint(12).int(self.issued_at.as_second()).finish()
    }

    pub fn decode(payload: &[u8]) -> Result<Claims, StatementFault> {
        read(payload).map_err(|_| StatementFault::Payload("二维码内容"))
    }

    /// The same with shop, address and scope cut until an address with `before` bytes in front fits a readable code.
    fn fitting(mut self, before: usize) -> Claims {
        while before + encoded_len(&self) > ROOM {
            let mut texts = [&mut self.shop, &mut self.address, &mut self.scope];
            texts.sort_by_key(|text| text.chars().count());
            if !shorten(texts[2]) {
                break;
            }
        }
        self
    }
}

/// Whether a sign could be taken off; what is left is always enough to recognise a shop by.
fn shorten(text: &mut String) -> bool {
    let signs: Vec<char> = text.trim_end_matches(CUT).chars().collect();
    if signs.len() <= 6 {
        return false;
    }
    *text = signs[..signs.len() - 1].iter().chain([&CUT]).collect();
    true
}

fn encoded_len(claims: &Claims) -> usize {
    cose::assembled_len(claims.encode().len()).saturating_mul(4).div_ceil(3)
}

const EPOCH: Date = date(1970, 1, 1);

fn days(day: Date) -> i64 {
    i64::from(days_between(EPOCH, day))
}

fn day(reader: &mut Reader<'_>) -> Result<Date, CborFault> {
    let far = CborFault { at: 0 };
    let span = Span::new().try_days(reader.int()?).map_err(|_| far)?;
    EPOCH.checked_add(span).map_err(|_| far)
}

fn read(payload: &[u8]) -> Result<Claims, CborFault> {
    let odd = CborFault { at: 0 };
    let mut r = Reader::new(payload);
    if r.map()? != 12 {
        return Err(odd);
    }
    r.key(1)?;
    let number = format!("{:012}", r.uint()?);
    if crate::number::parts(&number).is_none() {
        return Err(odd);
    }
    r.key(2)?;
    let valid_from = day(&mut r)?;
    r.key(3)?;
    let valid_to = day(&mut r)?;
    let mut text = |key| r.key(key).and_then(|()| r.text().map(str::to_owned));
    let (holder, shop, address, credit_code) = (text(4)?, text(5)?, text(6)?, text(7)?);
    r.key(8)?;
    let scope = scope(&mut r)?;
    r.key(9)?;
    let bureau = r.text()?.to_owned();
    r.key(10)?;
    let edition = r.uint()?;
    r.key(11)?;
    let status_index = r.uint()?;
    r.key(12)?;
    let issued_at = Timestamp::from_second(r.int()?).map_err(|_| odd)?;
    r.end()?;
    Ok(Claims {
        number,
        valid_from,
        valid_to,
        holder,
        shop,
        address,
        credit_code,
        scope,
        bureau,
        edition,
        status_index,
        issued_at,
    })
}

fn scope(reader: &mut Reader<'_>) -> Result<String, CborFault> {
    if reader.is_text() {
        return Ok(reader.text()?.to_owned());
    }
    let place = usize::try_from(reader.uint()?).ok().and_then(|place| place.checked_sub(1));
    let scope = place.and_then(|place| SCOPES.get(place)).ok_or(CborFault { at: 0 })?;
    Ok((*scope).to_owned())
}

/// The address in the QR code of a licence: `{base_url}/v/{number}?c={check}#{payload}`.
///
/// # Errors
/// As [`Seals::sign_payload`]; it may wait for a signing service.
pub fn address(
    seals: &dyn Seals,
    keys: &Keys,
    base_url: &str,
    claims: &Claims,
) -> Result<String, seals::Fault> {
    let open = keys.verify_url(base_url, &claims.number, Some(claims.edition));
    let payload = claims.clone().fitting(open.len() + 1).encode();
    let signature = seals.sign_payload(&claims.bureau, &cose::to_be_signed(&payload))?;
    let statement = cose::assemble(&signature.kid, &payload, &signature.raw);
    Ok(format!("{open}#{}", URL_SAFE_NO_PAD.encode(statement)))
}

/// Why a text is not the QR code of a licence, or is not believed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum QrFault {
    #[error("这不是许可证二维码的内容")]
    NotOurs,
    /// A code from before the signed ones, or one that somebody cut: only the register can say something about it.
    #[error("二维码只有网址，没有签名内容，不能离线核验")]
    Unsigned,
    #[error("二维码的网址写的是许可证号{address}，签名内容写的是{claims}")]
    NumbersDiffer { address: String, claims: String },
    #[error("二维码核验未通过：{0}")]
    Statement(#[from] StatementFault),
}

impl QrFault {
    /// Stable word for programs and tests.
    pub fn code(&self) -> &'static str {
        match self {
            QrFault::NotOurs => "qr-not-ours",
            QrFault::Unsigned => "qr-unsigned",
            QrFault::NumbersDiffer { .. } => "qr-numbers-differ",
            QrFault::Statement(fault) => fault.code(),
        }
    }

    /// What to do now.
    pub fn next(&self) -> &'static str {
        match self {
            QrFault::NotOurs => "请对准许可证左下角的二维码重新扫描",
            QrFault::Unsigned => "请联网打开二维码中的网址查验，或按许可证号查验",
            QrFault::NumbersDiffer { .. } => "请勿采信，并拨打 12313 反映",
            QrFault::Statement(fault) => fault.next(),
        }
    }
}

/// A code as it was read: the statement, and the number in the address before it if there was an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scanned {
    pub number: Option<String>,
    pub statement: Vec<u8>,
}

/// Reads what a scanner gave: the whole address, or only what stands behind its `#`.
pub fn scan(text: &str) -> Result<Scanned, QrFault> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_TEXT {
        return Err(QrFault::NotOurs);
    }
    let (address, fragment) = match text.split_once('#') {
        Some((address, fragment)) => (Some(address), fragment),
        None if text.contains("://") => (Some(text), ""),
        None => (None, text),
    };
    let number = address.map(number_in).transpose()?;
    if fragment.is_empty() {
        return Err(QrFault::Unsigned);
    }
    let statement = URL_SAFE_NO_PAD.decode(fragment).map_err(|_| QrFault::NotOurs)?;
    Ok(Scanned { number, statement })
}

/// `https://…/v/990101100017?c=…` → `990101100017`
fn number_in(address: &str) -> Result<String, QrFault> {
    let path = address.split_once('?').map_or(address, |(path, _)| path);
    let number = path.rsplit_once("/v/").map(|(_, number)| number).ok_or(QrFault::NotOurs)?;
    crate::number::parts(number).map(|_| number.to_owned()).ok_or(QrFault::NotOurs)
}

/// What a scanned code says, once it is sure that the bureau signed it when it was entitled to.
pub fn verify(
    scanned: &Scanned,
    signatories: &[Signatory],
    trust: &Trust,
    now: Timestamp,
) -> Result<Claims, QrFault> {
    let (statement, signatory) = statement::open(&scanned.statement, signatories)?;
    let claims = Claims::decode(statement.payload)?;
    statement::entitled(signatory, &claims.bureau, claims.issued_at, trust)?;
    if statement::is_from_the_future(claims.issued_at, now) {
        return Err(StatementFault::Future.into());
    }
    match &scanned.number {
        Some(number) if *number != claims.number => {
            Err(QrFault::NumbersDiffer { address: number.clone(), claims: claims.number })
        }
        _ => Ok(claims),
    }
}
