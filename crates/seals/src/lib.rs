//! 电子印章: the seals of bureaus, from the request to their destruction, and every use of one.
//!
//! 《电子签名法》第十四条: “可靠的电子签名与手写签名或者盖章具有同等的法律效力。” A use is part of the transaction of the
//! step it stands under: no sealed paper without its decision, no decision without its sealed paper. What a paper says,
//! and who decides, is for `cases` and `licences`.

pub mod actions;
mod fault;
pub mod keys;
mod kind;
mod order;
mod pages;
mod plain;
mod press;
mod reading;
mod record;
mod sealer;
pub mod state;
pub mod store;
pub mod testing;

#[cfg(test)]
mod tests;

pub use fault::Fault;
pub use keys::{KeyFault, KeySettings, SealKeys};
pub use kind::SealKind;
pub use order::{Desk, Order, PayloadSignature, Sealed, Seals, User};
pub use pages::routes;
pub use plain::{PLAIN, Plain, remember};
pub use record::{Copy, Record, Use, bureau_of};
pub use sealer::{Sealer, made_from};
