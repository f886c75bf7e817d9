//! What a document of a licensing case is: its kind, its number, its data, its QR code, and the
//! interface of whoever sets it in type. No layout engine, database, web or clock stands here; the
//! wording and layout of each kind stand in `templates/papers`, the engine in `typeset`.
//!
//! ```
//! use papers::{data::*, DocumentNumber, Kind, Paper};
//! let acceptance = Acceptance::samples().remove(0);
//! let number = DocumentNumber::new("城中", Kind::Acceptance, 2026, 1)?;
//! let paper = Paper::new(&acceptance, jiff::civil::date(2026, 11, 23))
//!     .numbered(&number)
//!     .verified_at("https://example.test/v/12");
//! assert_eq!(paper.number.as_deref(), Some("城中烟许受〔2026〕第00001号"));
//! # Ok::<(), papers::NumberFault>(())
//! ```

pub mod chinese;
pub mod data;
mod kind;
mod number;
mod paper;
pub mod qr;
mod samples;

pub use kind::{ALL_KINDS, Kind};
pub use number::{DocumentNumber, NumberFault, counter_name};
pub use paper::{Paper, SealFace, SealPicture, SealPrint, TypesetFault, Typesetter};
