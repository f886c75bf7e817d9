//! Work outside the transaction that asked for it: a queue, retries and a schedule, in the same database.
//!
//! A job is asked for in the business transaction ([`enqueue`]) and so exists exactly when the business row does. It is
//! done at least once: a node that dies while doing it loses its lease after [`LEASE`], and another node does it again.
//! Handlers therefore look at rows and may run twice.

mod job;
mod runner;
mod store;
mod sweep;

pub use job::{Failed, Handler, Job};
pub use runner::{Failure, Nudge, Runner};
pub use store::{Backlog, Dead, backlog, dead, enqueue, forget_done_before, revive};
pub use sweep::Sweep;

use jiff::SignedDuration;

/// How long a node holds what it is doing without renewing.
pub const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// After so many failures in a row a job is dead and waits for a person.
pub const ATTEMPTS: u32 = 12;
