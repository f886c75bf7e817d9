//! Uploads and documents, kept by the digest of their content.
//!
//! A row in the database may name a digest only after [`Files::put`] has given it back: by then file and folder are on
//! the disk. Nothing half is ever visible. What no row names any more is swept ([`Files::tidy`]).

mod fault;
mod folder;
mod kind;
mod look;
mod name;
mod pdf;
mod refused;
mod shelf;

pub use fault::Fault;
pub use kind::Kind;
pub use look::{Limits, Looked, look, look_at_bytes};
pub use name::safe_name;
pub use refused::Refused;
pub use shelf::{Files, Incoming, Shelf, Stored, Tidied};
