//! Reading the fields of a seal one after the other, strict about structure and lenient where real seals are.
//!
//! Seals in circulation write `BOOLEAN FALSE` where DER leaves the default out, mix IA5String with UTF8String, and give
//! times in the zone of China. All of that is read; nothing is ever encoded again to check a signature.

use super::fault::SealFault;
use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier};
use der::{Decode, Reader, SliceReader, Tag, Tagged};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// The fields of one SEQUENCE that have not been read yet.
pub(super) struct Fields<'a>(SliceReader<'a>);

/// One field as it came: its tag, its content, and all of its bytes.
pub(super) struct Field<'a> {
    pub tag: Tag,
    pub content: &'a [u8],
    pub raw: &'a [u8],
    what: &'static str,
}

impl<'a> Fields<'a> {
    pub fn new(content: &'a [u8], what: &'static str) -> Result<Fields<'a>, SealFault> {
        SliceReader::new(content).map(Fields).map_err(|_| SealFault::Malformed { what })
    }

    /// The next field, whatever it is.
    pub fn next(&mut self, what: &'static str) -> Result<Field<'a>, SealFault> {
        let malformed = |_| SealFault::Malformed { what };
        let raw = self.0.tlv_bytes().map_err(malformed)?;
        let any = AnyRef::from_der(raw).map_err(malformed)?;
        Ok(Field { tag: any.tag(), content: any.value(), raw, what })
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_finished()
    }

    /// How many fields are left, without reading them.
    pub fn count(&self, what: &'static str) -> Result<usize, SealFault> {
        let mut ahead = Fields(self.0.clone());
        let mut count = 0;
        while !ahead.is_empty() {
            ahead.next(what)?;
            count += 1;
        }
        Ok(count)
    }

    /// There must be nothing left.
    pub fn end(&self, what: &'static str) -> Result<(), SealFault> {
        if self.is_empty() { Ok(()) } else { Err(SealFault::Malformed { what }) }
    }
}

impl<'a> Field<'a> {
    fn malformed(&self) -> SealFault {
        SealFault::Malformed { what: self.what }
    }

    fn of(&self, tag: Tag) -> Result<&'a [u8], SealFault> {
        if self.tag == tag { Ok(self.content) } else { Err(self.malformed()) }
    }

    pub fn sequence(&self) -> Result<Fields<'a>, SealFault> {
        Fields::new(self.of(Tag::Sequence)?, self.what)
    }

    pub fn octets(&self) -> Result<Vec<u8>, SealFault> {
        self.of(Tag::OctetString).map(<[u8]>::to_vec)
    }

    /// A BIT STRING of whole bytes.
    pub fn bits(&self) -> Result<Vec<u8>, SealFault> {
        let bits = BitStringRef::from_der(self.raw).map_err(|_| self.malformed())?;
        bits.as_bytes().map(<[u8]>::to_vec).ok_or_else(|| self.malformed())
    }

    pub fn integer(&self) -> Result<i64, SealFault> {
        i64::from_der(self.raw).map_err(|_| self.malformed())
    }

    pub fn oid(&self) -> Result<ObjectIdentifier, SealFault> {
        ObjectIdentifier::from_der(self.raw).map_err(|_| self.malformed())
    }

    pub fn text(&self) -> Result<String, SealFault> {
        match self.tag {
            Tag::Ia5String | Tag::Utf8String | Tag::PrintableString => {
                String::from_utf8(self.content.to_vec()).map_err(|_| self.malformed())
            }
            _ => Err(self.malformed()),
        }
    }

    /// Every content of one byte is a truth value; DER allows 00 and FF only, seals in circulation also 01.
    pub fn truth(&self) -> Result<bool, SealFault> {
        match self.of(Tag::Boolean)? {
            [byte] => Ok(*byte != 0),
            _ => Err(self.malformed()),
        }
    }

    /// GeneralizedTime `YYYYMMDDHHMMSS[.f…]` or UTCTime `YYMMDDHHMMSS`, then `Z` or `+0800`.
    pub fn time(&self) -> Result<Timestamp, SealFault> {
        let text = std::str::from_utf8(self.content).map_err(|_| self.malformed())?;
        let time = match self.tag {
            Tag::GeneralizedTime => parse_time(text),
            // RFC 5280 §4.1.2.5.1: 50 to 99 are of the last century.
            Tag::UtcTime => match text.get(..2).and_then(|year| year.parse::<u32>().ok()) {
                Some(year) if year >= 50 => parse_time(&format!("19{text}")),
                Some(_) => parse_time(&format!("20{text}")),
                None => None,
            },
            _ => None,
        };
        time.ok_or_else(|| self.malformed())
    }
}

fn parse_time(text: &str) -> Option<Timestamp> {
    let digits = |range: std::ops::Range<usize>| -> Option<i16> {
        let part = text.get(range)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok()).flatten()
    };
    let two = |at: usize| digits(at..at + 2).and_then(|number| i8::try_from(number).ok());
    let civil = DateTime::new(digits(0..4)?, two(4)?, two(6)?, two(8)?, two(10)?, two(12)?, 0).ok()?;
    let rest = text.get(14..)?;
    // Parts of a second are read over: nothing in a seal is decided by them.
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|ch: char| ch.is_ascii_digit()),
        None => rest,
    };
    zone(rest)?.to_timestamp(civil).ok()
}

fn zone(text: &str) -> Option<Offset> {
    if text == "Z" {
        return Some(Offset::UTC);
    }
    let (sign, number) = (text.get(..1)?, text.get(1..)?);
    if number.len() != 4 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = (number[..2].parse::<i32>().ok()?, number[2..].parse::<i32>().ok()?);
    let seconds = hours * 3600 + minutes * 60;
    match sign {
        "+" => Offset::from_seconds(seconds).ok(),
        "-" => Offset::from_seconds(-seconds).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::parse_time;

    #[test]
    fn times_of_seals_in_circulation() {
        let eight = "2026-01-15T00:00:00Z".parse().ok();
        assert_eq!(parse_time("20260115000000Z"), eight);
        assert_eq!(parse_time("20260115080000+0800"), eight);
        assert_eq!(parse_time("20260115000000.123Z"), eight);
        assert_eq!(parse_time("20260114190000-0500"), eight);
        for bad in [
            "",
            "2026",
            "20261315000000Z",
            "20260115000000",
            "20260115000000+8",
            "2026011500000é",
            "+0260115000000Z",
        ] {
            assert_eq!(parse_time(bad), None, "{bad}");
        }
    }
}
