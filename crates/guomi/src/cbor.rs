//! The part of CBOR (RFC 8949) that signed statements of this house are made of, in its one deterministic form (§4.2.1).
//!
//! A general decoder takes the same statement in many spellings, allocates what a length promises and follows nesting;
//! all three are doors that a statement read off a wall must not have. Here a value is read only where the caller names
//! its kind, every length is held against what is there, and an integer in a longer form than it needs is refused: what
//! was read has exactly one spelling. `tests/guomi/cose.rs` holds it against another implementation.

use thiserror::Error;

/// The bytes are not what the reader was told to expect, or not in the deterministic form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("第{at}字节起的内容不符合约定的格式")]
pub struct CborFault {
    pub at: usize,
}

const UNSIGNED: u8 = 0;
const NEGATIVE: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
const TAG: u8 = 6;

/// Writes values one after the other.
#[derive(Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    pub fn new() -> Writer {
        Writer::default()
    }

    fn head(mut self, major: u8, argument: u64) -> Writer {
        let bytes = argument.to_be_bytes();
        let (short, rest): (u8, &[u8]) = match argument {
            0..=23 => (bytes[7], &[]),
            24..=0xff => (24, &bytes[7..]),
            0x100..=0xffff => (25, &bytes[6..]),
            0x1_0000..=0xffff_ffff => (26, &bytes[4..]),
            _ => (27, &bytes),
        };
        self.0.push(major << 5 | short);
        self.0.extend(rest);
        self
    }

    #[must_use]
    pub fn uint(self, value: u64) -> Writer {
        self.head(UNSIGNED, value)
    }

    #[must_use]
    pub fn int(self, value: i64) -> Writer {
        match u64::try_from(value) {
            Ok(value) => self.uint(value),
            // −1 − value, without the overflow of negating.
            Err(_) => self.head(NEGATIVE, !value.cast_unsigned()),
        }
    }

    #[must_use]
    pub fn bytes(self, value: &[u8]) -> Writer {
        let mut writer = self.head(BYTES, value.len() as u64);
        writer.0.extend(value);
        writer
    }

    #[must_use]
    pub fn text(self, value: &str) -> Writer {
        let mut writer = self.head(TEXT, value.len() as u64);
        writer.0.extend(value.as_bytes());
        writer
    }

    /// Followed by `items` values.
    #[must_use]
    pub fn array(self, items: usize) -> Writer {
        self.head(ARRAY, items as u64)
    }

    /// Followed by `pairs` keys, each with its value, in ascending order of the keys.
    #[must_use]
    pub fn map(self, pairs: usize) -> Writer {
        self.head(MAP, pairs as u64)
    }

    #[must_use]
    pub fn tag(self, tag: u64) -> Writer {
        self.head(TAG, tag)
    }

    pub fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// Reads values one after the other, each of the kind that the caller expects.
#[derive(Clone)]
pub struct Reader<'a> {
    all: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub fn new(all: &'a [u8]) -> Reader<'a> {
        Reader { all, at: 0 }
    }

    fn fault(&self) -> CborFault {
        CborFault { at: self.at }
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], CborFault> {
        let rest = &self.all[self.at..];
        let length = usize::try_from(length).ok().filter(|length| *length <= rest.len());
        let length = length.ok_or(self.fault())?;
        self.at += length;
        Ok(&rest[..length])
    }

    fn head(&mut self, wanted: u8) -> Result<u64, CborFault> {
        let fault = self.fault();
        let first = *self.all.get(self.at).ok_or(fault)?;
        if first >> 5 != wanted {
            return Err(fault);
        }
        self.at += 1;
        let (extra, least) = match first & 0x1f {
            short @ 0..=23 => return Ok(u64::from(short)),
            24 => (1, 24),
            25 => (2, 0x100),
            26 => (4, 0x1_0000),
            27 => (8, 0x1_0000_0000),
            // 28 to 30 mean nothing, 31 a length that comes later.
            _ => return Err(fault),
        };
        let bytes = self.take(extra)?;
        let argument = bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        if argument < least { Err(fault) } else { Ok(argument) }
    }

    pub fn uint(&mut self) -> Result<u64, CborFault> {
        self.head(UNSIGNED)
    }

    pub fn int(&mut self) -> Result<i64, CborFault> {
        let fault = self.fault();
        let negative = self.all.get(self.at).is_some_and(|first| first >> 5 == NEGATIVE);
        let argument = self.head(if negative { NEGATIVE } else { UNSIGNED })?;
        let value = i64::try_from(argument).map_err(|_| fault)?;
        Ok(if negative { !value } else { value })
    }

    pub fn bytes(&mut self) -> Result<&'a [u8], CborFault> {
        let length = self.head(BYTES)?;
        self.take(length)
    }

    pub fn text(&mut self) -> Result<&'a str, CborFault> {
        let fault = self.fault();
        let length = self.head(TEXT)?;
        std::str::from_utf8(self.take(length)?).map_err(|_| fault)
    }

    /// How many values follow. It is a promise of whoever wrote it: reserve nothing for it.
    pub fn array(&mut self) -> Result<u64, CborFault> {
        self.head(ARRAY)
    }

    /// How many pairs follow, with the same warning.
    pub fn map(&mut self) -> Result<u64, CborFault> {
        self.head(MAP)
    }

    pub fn tag(&mut self) -> Result<u64, CborFault> {
        self.head(TAG)
    }

    /// Whether the next value is a text; for a field that is either a code or a text.
    pub fn is_text(&self) -> bool {
        self.all.get(self.at).is_some_and(|first| first >> 5 == TEXT)
    }

    /// The next value must be the unsigned integer `key`: maps of statements have fixed keys in fixed order.
    pub fn key(&mut self, key: u64) -> Result<(), CborFault> {
        let fault = self.fault();
        if self.uint()? == key { Ok(()) } else { Err(fault) }
    }

    /// There must be nothing left.
    pub fn end(&self) -> Result<(), CborFault> {
        if self.at == self.all.len() { Ok(()) } else { Err(self.fault()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8949 appendix A.
    #[test]
    fn the_examples_of_the_standard() {
        for (value, hex) in [
            (0, "00"),
            (23, "17"),
            (24, "1818"),
            (100, "1864"),
            (1_000, "1903e8"),
            (1_000_000, "1a000f4240"),
            (1_000_000_000_000, "1b000000e8d4a51000"),
            (-1, "20"),
            (-100, "3863"),
            (-1_000, "3903e7"),
        ] {
            let written = Writer::new().int(value).finish();
            assert_eq!(hex::encode(&written), hex);
            assert_eq!(Reader::new(&written).int(), Ok(value));
        }
        assert_eq!(hex::encode(Writer::new().text("水").finish()), "63e6b0b4");
        assert_eq!(hex::encode(Writer::new().array(2).uint(1).bytes(&[1, 2]).finish()), "8201420102");
        for edge in [i64::MIN, i64::MAX] {
            assert_eq!(Reader::new(&Writer::new().int(edge).finish()).int(), Ok(edge));
        }
    }

    #[test]
    fn a_second_spelling_is_refused() {
        for long in ["1817", "190017", "1a00000017", "1b0000000000000017", "1900ff", "1f", "1c"] {
            let bytes = hex::decode(long).unwrap();
            assert!(Reader::new(&bytes).uint().is_err(), "{long}");
        }
        // Lengths that come later, lengths that promise more than there is, text that is none.
        for bad in ["5f42010243030405ff", "5affffffff00", "5bffffffffffffffff", "61ff", "41", ""] {
            let bytes = hex::decode(bad).unwrap();
            assert!(Reader::new(&bytes).bytes().is_err() && Reader::new(&bytes).text().is_err(), "{bad}");
        }
    }
}
