//! 登记簿: every licence of every bureau in memory, as the public may see it. Answers look-ups without the database, so
//! they go on when it is down; every answer carries `as_of`, and `stale` once the database has been silent for a minute.
//!
//! It is loaded at start and then follows `licence.seq` bureau by bureau (see migrations/0040-licences.sql): loading is
//! nothing but following from the beginning, so a followed register and a rebuilt one are equal, and [`Register::digest`]
//! can prove it.

mod follow;
mod index;
mod names;

pub use follow::{follow_until, load};
pub use index::Found;

use std::sync::RwLock;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::licence::Public;
use index::Index;

/// After this long without word from the database an answer says that it may be out of date.
pub const STALE_AFTER_SECONDS: i64 = 60;

/// Never read from the database yet.
const NEVER: i64 = i64::MIN;

pub struct Register {
    index: RwLock<Index>,
    /// When the database was last read to the end of its changes, in microseconds.
    read_at: AtomicI64,
    nudge: Notify,
}

/// An answer of the register.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered<T> {
    pub found: T,
    /// The register held everything committed before this instant. `None` before the first load.
    pub as_of: Option<Timestamp>,
    /// The database has been silent for longer than [`STALE_AFTER_SECONDS`].
    pub stale: bool,
}

impl Default for Register {
    fn default() -> Register {
        Register { index: RwLock::default(), read_at: AtomicI64::new(NEVER), nudge: Notify::new() }
    }
}

impl Register {
    pub fn new() -> Register {
        Register::default()
    }

    /// The licence with this number.
    pub fn number(&self, number: &str, now: Timestamp) -> Answered<Option<Public>> {
        self.answer(now, |index| index.number(number))
    }

    /// Licences of a unified social credit code. The index keeps the code itself: it is public by law.
    pub fn credit_code(&self, code: &str, now: Timestamp) -> Answered<Found> {
        self.answer(now, |index| index.credit_code(code, MOST_FOUND))
    }

    /// Licences whose shop's name contains `part`, which should have two characters at least. Persons are not searched:
    /// the register is for checking a shop, not for finding where somebody works.
    pub fn name(&self, part: &str, now: Timestamp) -> Answered<Found> {
        self.answer(now, |index| index.name(part, MOST_FOUND))
    }

    pub fn len(&self) -> usize {
        self.index.read().expect(UNPOISONED).len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// SM3 over all records in the order of their numbers, as hex.
    pub fn digest(&self) -> String {
        self.index.read().expect(UNPOISONED).digest()
    }

    /// When the register was last level with the database.
    pub fn as_of(&self) -> Option<Timestamp> {
        match self.read_at.load(Ordering::Acquire) {
            NEVER => None,
            micros => Timestamp::from_microsecond(micros).ok(),
        }
    }

    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.as_of().is_none_or(|as_of| now.as_second() - as_of.as_second() > STALE_AFTER_SECONDS)
    }

    /// Something was committed: look now instead of at the next turn. May be called from anywhere, costs nothing.
    pub fn nudge(&self) {
        self.nudge.notify_one();
    }

    fn answer<T>(&self, now: Timestamp, ask: impl FnOnce(&Index) -> T) -> Answered<T> {
        let found = ask(&self.index.read().expect(UNPOISONED));
        Answered { found, as_of: self.as_of(), stale: self.is_stale(now) }
    }
}

/// As many as a search shows; who needs more is asked to be more exact.
pub const MOST_FOUND: usize = 20;

const UNPOISONED: &str = "nothing panics while the register is locked";
