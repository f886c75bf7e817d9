//! Every query on the tables of seals, each named by the question it answers.

mod copies;
mod ledger;
mod seals;

pub use copies::{copies_of, keep_copy, keep_reading_copy, reading_copy_of};
pub use ledger::{enter_use, ledger_page, use_by_digest, uses_of};
pub use seals::{add, body, by_id, by_number, in_use, move_to, of_bureau, version, with_kind};
