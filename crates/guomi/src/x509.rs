//! SM2 certificates (GB/T 20518—2018): reading them without losing a byte, checking a chain link by link, and issuing
//! those of a test CA: root, CA, seal maker, signer.

mod cert;
mod chain;
mod issue;
mod trust;

pub use cert::{Cert, CertFault};
pub use chain::{Chain, ChainFault, Purpose, Revoked};
pub use issue::{Profile, Subject, issue, self_signed};
pub use trust::{Trust, TrustFault};
