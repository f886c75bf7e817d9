//! A seal as the database keeps it, and what its ledger says.

use jiff::Timestamp;
use serde_json::Error;

use crate::SealKind;
use crate::state::{Period, State, in_use_at};

/// A seal of a bureau.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub bureau: String,
    /// `esID`: the code of the bureau and seven digits.
    pub id: String,
    pub kind: SealKind,
    /// What is engraved: 城中区烟草专卖局行政许可专用章.
    pub name: String,
    pub state: State,
    pub periods: Vec<Period>,
    pub valid_from: Timestamp,
    pub valid_to: Timestamp,
    /// For compare-and-set: the state was read at this version.
    pub version: i64,
    pub changed_at: Timestamp,
}

impl Record {
    /// Whether a signature that states this time was made while the seal was handed out and not suspended.
    pub fn in_use_at(&self, at: Timestamp) -> bool {
        in_use_at(&self.periods, at)
    }

    pub fn is_expired(&self, now: Timestamp) -> bool {
        now > self.valid_to
    }

    pub(crate) fn periods_json(&self) -> String {
        serde_json::to_string(&self.periods).expect("instants always become JSON")
    }

    pub(crate) fn state_json(&self) -> String {
        serde_json::to_string(&self.state).expect("a state always becomes JSON")
    }

    pub(crate) fn state_of(text: &str) -> Result<State, Error> {
        serde_json::from_str(text)
    }
}

/// Digits behind the code of the bureau in the number of a seal.
const SERIAL_DIGITS: usize = 7;

/// The number of the bureau's `serial`th seal.
pub fn number(bureau: &str, serial: i64) -> String {
    format!("{bureau}{serial:0SERIAL_DIGITS$}")
}

/// The bureau whose seal bears this number, as far as it has the shape of ours.
pub fn bureau_of(number: &str) -> Option<&str> {
    let cut = number.len().checked_sub(SERIAL_DIGITS).filter(|cut| *cut > 0)?;
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| &number[..cut])
}

/// One use of a seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    pub bureau: String,
    pub seal_id: String,
    pub serial: i64,
    pub at: Timestamp,
    pub officer: String,
    pub officer_name: String,
    pub under: String,
    pub subject_kind: String,
    pub subject: String,
    pub paper_id: String,
    pub paper_kind: String,
    pub number: Option<String>,
    pub digest: String,
}

impl Use {
    /// 准予行政许可决定书, as far as the kind is still known.
    pub fn paper_says(&self) -> &str {
        match papers::Kind::from_code(&self.paper_kind) {
            Some(kind) => kind.title(),
            None => &self.paper_kind,
        }
    }
}

/// A file that left this system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// SM3 of the file.
    pub digest: String,
    /// `ofd`: the original, `pdf`: its reading copy, `plain`: a paper without seal.
    pub form: String,
    pub bureau: String,
    pub paper_kind: String,
    pub number: Option<String>,
    pub subject_kind: String,
    pub subject: String,
    pub paper_id: String,
    pub made_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_seal_leads_to_its_bureau() {
        assert_eq!(number("990101", 12), "9901010000012");
        assert_eq!(bureau_of("9901010000012"), Some("990101"));
        for foreign in ["", "0000012", "990101-0000012", "印章9901010000012"] {
            assert_eq!(bureau_of(foreign), None, "{foreign}");
        }
    }
}
