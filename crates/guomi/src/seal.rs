//! Electronic seals and signatures with them: GB/T 38540—2020《信息安全技术 安全电子签章密码技术规范》, structure version 4.
//!
//! A seal (电子印章) is a picture, a name and the list of those who may use it, signed by the seal maker. A signature
//! (电子签章) is the seal, the digest of a document and the time, signed by one on that list.
//!
//! Versions 1 (GM/T 0031—2014) and 5 (GM/T 0031—2025) are told apart and named, not verified: see
//! `docs/decisions/0022-which-seals-we-verify.md`.

mod fault;
mod fields;
mod make;
mod read;
mod report;
mod v4;
mod verify;

pub use fault::{Edition, SealFault};
pub use make::{SealOrder, make_seal, sign_document};
pub use read::{Extension, Holders, Picture, Seal, SealSignature, edition};
pub use report::{Check, Facts, Finding, Report, Step, StepVerdict, Verdict};
pub use verify::{Policy, verify, verify_seal};

/// No seal or signature is larger: real ones have 4 to 60 kB.
pub const MAX_LEN: usize = 4 * 1024 * 1024;
/// The largest picture we put into a seal. It is stored in every sealed document.
pub const MAX_PICTURE: usize = 512 * 1024;
