//! The commercial cryptography of the country as this house needs it: SM2 signatures, SM3 digests, SM4-GCM for what lies
//! at rest, certificates, the electronic seals of GB/T 38540—2020, signed statements (COSE), and a Merkle log.
//!
//! Nothing here reads a clock, a file or a network. The time to judge by and the source of chance are parameters, so a
//! seal can be tested on the last second of its validity and a signature comes out the same twice.
//!
//! What the arithmetic stands on: the `sm2`, `sm3`, `sm4` crates of RustCrypto. They are written for constant time but
//! have not been audited and carry no certificate of the State Cryptography Administration. Production seals therefore
//! sign in a certified device behind [`Signer`]; see `docs/decisions/0020-software-keys-and-certified-devices.md`.

pub mod cbor;
pub mod cose;
pub mod keybox;
pub mod merkle;
pub mod seal;
pub mod signer;
pub mod sm2;
pub mod sm3;
pub mod sm4;
mod words;
pub mod x509;

pub use signer::{SignFault, Signer, SoftKey};
pub use sm2::{SigningKey, VerifyingKey};

/// SM2 signature over an SM3 digest (GB/T 33560): in certificates and in seals.
pub const SM2_WITH_SM3: der::oid::ObjectIdentifier =
    der::oid::ObjectIdentifier::new_unwrap("1.2.156.10197.1.501");
/// The SM3 digest (GB/T 33560): the `CheckMethod` of an OFD signature.
pub const SM3: der::oid::ObjectIdentifier = der::oid::ObjectIdentifier::new_unwrap("1.2.156.10197.1.401");
