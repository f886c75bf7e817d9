//! 文号: the number of a document, such as “城中烟许受〔2026〕第00001号”.

use crate::kind::{ALL_KINDS, Kind};
use std::fmt;
use std::str::FromStr;

/// A document number: bureau, kind, full year in 〔 〕, running serial from 1.
///
/// The serial comes from the counter [`counter_name`] of the bureau, raised inside the transaction that
/// keeps the document, so that numbers have no gap and no repeat.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DocumentNumber {
    bureau_short: String,
    kind: Kind,
    year: i16,
    serial: u32,
}

/// Why a document number can't be made or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberFault {
    #[error("“{}”不编文号", .0.title())]
    NotNumbered(Kind),
    #[error("机关简称“{0}”为空或含有文号用字")]
    BureauShort(String),
    #[error("文号年份{0}不在1949至9999之间")]
    Year(i16),
    #[error("文号顺序号应从1开始")]
    Serial,
    #[error("“{0}”不是文号；文号形如“城中烟许受〔2026〕第00001号”")]
    Shape(String),
}

const MARK: &str = "烟许";

/// The name of the counter that numbers this kind in this year; one such counter stands in each bureau.
///
/// ```
/// assert_eq!(papers::counter_name(papers::Kind::Acceptance, 2026), "doc:acceptance:2026");
/// ```
pub fn counter_name(kind: Kind, year: i16) -> String {
    format!("doc:{}:{year}", kind.series().code())
}

impl DocumentNumber {
    /// `bureau_short` is the short name of the bureau (“城中”), `serial` counts from 1.
    pub fn new(bureau_short: &str, kind: Kind, year: i16, serial: u32) -> Result<Self, NumberFault> {
        let kind = kind.series();
        if !kind.numbered() {
            return Err(NumberFault::NotNumbered(kind));
        }
        let confusing = |c: char| c.is_whitespace() || c.is_control() || "〔〕第号".contains(c);
        if bureau_short.is_empty() || bureau_short.contains(MARK) || bureau_short.contains(confusing) {
            return Err(NumberFault::BureauShort(bureau_short.to_owned()));
        }
        if !(1949..=9999).contains(&year) {
            return Err(NumberFault::Year(year));
        }
        if serial == 0 {
            return Err(NumberFault::Serial);
        }
        Ok(DocumentNumber { bureau_short: bureau_short.to_owned(), kind, year, serial })
    }

    pub fn bureau_short(&self) -> &str {
        &self.bureau_short
    }

    /// The kind of the series: an acceptance also for a deemed acceptance.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    pub fn year(&self) -> i16 {
        self.year
    }

    pub fn serial(&self) -> u32 {
        self.serial
    }
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DocumentNumber { bureau_short, kind, year, serial } = self;
        write!(f, "{bureau_short}{MARK}{}〔{year}〕第{serial:05}号", kind.abbreviation())
    }
}

impl FromStr for DocumentNumber {
    type Err = NumberFault;

    fn from_str(text: &str) -> Result<Self, NumberFault> {
        let shape = || NumberFault::Shape(text.to_owned());
        let (bureau_short, rest) = text.trim().split_once(MARK).ok_or_else(shape)?;
        let (abbreviation, rest) = rest.split_once('〔').ok_or_else(shape)?;
        let (year, rest) = rest.split_once("〕第").ok_or_else(shape)?;
        let serial = rest.strip_suffix('号').ok_or_else(shape)?;
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if year.len() != 4 || serial.len() < 5 || !digits(year) || !digits(serial) {
            return Err(shape());
        }
        let kind = ALL_KINDS
            .into_iter()
            .find(|kind| kind.numbered() && kind.abbreviation() == abbreviation)
            .ok_or_else(shape)?;
        let number = DocumentNumber::new(
            bureau_short,
            kind,
            year.parse().map_err(|_| shape())?,
            serial.parse().map_err(|_| shape())?,
        )?;
        // 第000001号 would be a second spelling of 第00001号.
        if number.to_string() == text.trim() { Ok(number) } else { Err(shape()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_reads_as_officials_write_it_and_parses_back() {
        for kind in ALL_KINDS.into_iter().filter(|kind| kind.numbered()) {
            for serial in [1, 99_999, 100_000] {
                let number = DocumentNumber::new("城中", kind, 2026, serial).unwrap();
                assert_eq!(number.to_string().parse::<DocumentNumber>(), Ok(number));
            }
        }
        let number = DocumentNumber::new("城中", Kind::NotAccepted, 2026, 7).unwrap();
        assert_eq!(number.to_string(), "城中烟许不受〔2026〕第00007号");
    }

    #[test]
    fn a_deemed_acceptance_stands_in_the_series_of_acceptances() {
        let deemed = DocumentNumber::new("城中", Kind::DeemedAcceptance, 2026, 3).unwrap();
        assert_eq!(deemed, DocumentNumber::new("城中", Kind::Acceptance, 2026, 3).unwrap());
        assert_eq!(counter_name(Kind::DeemedAcceptance, 2026), counter_name(Kind::Acceptance, 2026));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "城中烟许受[2026]第00001号",
            "城中烟许受〔26〕第00001号",
            "城中烟许受〔2026〕第1号",
            "城中烟许受〔2026〕第000001号",
            "城中烟许受〔2026〕第00000号",
            "城中烟许甲〔2026〕第00001号",
            "烟许受〔2026〕第00001号",
        ] {
            assert!(text.parse::<DocumentNumber>().is_err(), "{text}");
        }
        assert_eq!(
            DocumentNumber::new("城中", Kind::Receipt, 2026, 1),
            Err(NumberFault::NotNumbered(Kind::Receipt))
        );
        assert_eq!(DocumentNumber::new("城中", Kind::Grant, 2026, 0), Err(NumberFault::Serial));
    }
}
