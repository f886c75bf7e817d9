//! The law as the office counts it: citations with their texts, the working calendar, time limits with pauses and an
//! extension, the day-by-day ledger, and codes with their check digits.
//!
//! Nothing here reads a clock, a file or a table. Today is always a parameter; the data of `/law` is compiled in.
//! Every result of a rule carries the citations it stands on, so that page, letter and audit show the same ones.

pub mod calendar;
pub mod citations;
pub mod codes;
pub mod ledger;
pub mod limits;
pub mod numbers;
pub mod numerals;
pub mod texts;
mod toml_date;

pub use calendar::{CalendarFault, DayKind, WorkCalendar, YearNotice, parse_year};
pub use citations::{Citation, licensing};
pub use ledger::{Ledger, LedgerDay, ledger, ledger_with_extension, remaining};
pub use limits::{Due, Extension, Lapsed, LimitFault, Pause, PauseKind, Workdays};
pub use texts::{LawText, all_texts};

/// The folder `/law` as it was when the program was built.
pub(crate) static LAW: include_dir::Dir<'static> = include_dir::include_dir!("$CARGO_MANIFEST_DIR/../../law");
