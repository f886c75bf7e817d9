//! 核验: is this file, is this code genuine, and is what it says still so? One verdict with all steps in plain words, the
//! same for the public page, the command line and programs.
//!
//! `verdict` and `judge` are pure; what the office's own records say is gathered by `gather` and handed in. Where no
//! records can be asked, the signed status list of the bureau speaks for them.

mod gather;
mod judge;
mod office;
mod verdict;

pub use gather::{Against, FileCopy, Offices, Records, SealOffice, Stood, examine_file, examine_qr};
pub use judge::{
    Copied, Current, Evidence, SealStanding, current_by_list, current_of, judge, judge_copy, judge_qr,
};
pub use office::OwnSeals;
pub use verdict::{Facts, Grade, NotCurrent, Outcome, Step, Subject, Verdict};
