//! 办件: an application from the moment it is received until its decision is delivered.
//!
//! 《行政许可法》第三十二条 (receipt), 第三十四条 (review), 第三十八条 (decision), 第四十二条 (time), 第四十四条 (delivery).
//! What a licence is and how it lives on is for `licences` to say; it comes in through [`grant::Issues`].

pub mod actions;
pub mod api;
pub mod case;
pub mod clock;
pub mod decide;
mod fault;
pub mod fields;
pub mod grant;
pub mod inspect;
pub mod intake;
pub mod jobs;
pub mod letters;
pub mod pages;
pub mod siting;
pub mod stage;
pub mod store;
mod turn;
pub mod waiting;
mod work;

pub use case::Case;
pub use fault::Fault;
pub use grant::{Granted, Issued, Issuer, Issues};
pub use stage::{Stage, Step};
pub use work::OpenCases;
