//! 证照: the retail licence after it has been granted. Issues it with its twelve-digit number, keeps it through its
//! states, makes the electronic licence with its sealed sheets, shows it to its holder, lets anyone verify it, takes over the licences of older systems, and reminds before
//! the last day.
//!
//! Whether a licence is granted is for `cases` to say; it hands over through `cases::grant`.

mod api;
pub mod check;
pub mod elicence;
pub mod fault;
pub mod holder;
pub mod import;
pub mod issue;
pub mod keys;
pub mod licence;
mod look_up;
pub mod number;
pub mod pages;
pub mod paper;
pub mod qr;
pub mod register;
pub mod remind;
pub mod statement;
pub mod status;
pub mod status_list;
pub mod store;
pub mod watch;

#[cfg(test)]
mod tests;

pub use fault::Fault;
pub use issue::{Licences, Office};
pub use keys::Keys;
pub use licence::{Licence, Public};
pub use pages::{routes, routes_limited};
pub use register::Register;
pub use remind::Reminders;
pub use status::{Standing, Status};
