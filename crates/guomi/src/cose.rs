//! Signed statements that are no documents: what a QR code says, which licences are in force. COSE_Sign1 (RFC 9052 §4.2)
//! with SM2.
//!
//! No number of the IANA registry stands for SM2 with SM3, so the algorithm is one of the range for private use
//! (RFC 9053 §8.1, below −65536). Signature: 64 bytes r‖s with the default identity.
//!
//! Only one form is read: tag 18, the algorithm in the protected header, the name of the key in the other. The name has
//! no cover because whoever signs (a device, a service) tells it together with the signature; changed, it leads to
//! another key or to none, and the signature fails.

use crate::cbor::{CborFault, Reader, Writer};
use crate::sm2::{SignatureFault, VerifyingKey};
use crate::sm3;
use thiserror::Error;

/// SM2 with SM3 and the default identity, as a COSE algorithm for private use.
pub const SM2_WITH_SM3: i64 = -65_537;
/// No statement is larger: a status list of eight million licences has 2 MB.
pub const MAX_LEN: usize = 4 * 1024 * 1024;
/// COSE_Sign1.
const TAG: u64 = 18;
const ALGORITHM: u64 = 1;
const KEY_ID: u64 = 4;

/// The name of a key: the first eight bytes of SM3 over its certificate (DER).
pub type Kid = [u8; 8];

pub fn kid(cert_der: &[u8]) -> Kid {
    let digest = sm3::digest(cert_der);
    std::array::from_fn(|at| digest[at])
}

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CoseFault {
    #[error("签名数据有{len}字节，超过允许的长度")]
    TooLarge { len: usize },
    #[error("签名数据格式不正确：{0}")]
    Malformed(#[from] CborFault),
    #[error("签名算法不是SM2和SM3（{0}）")]
    Algorithm(i64),
    #[error("签名与内容不一致，内容被改动或者是伪造的")]
    Signature,
}

impl CoseFault {
    /// Stable word for programs and tests.
    pub fn code(&self) -> &'static str {
        match self {
            CoseFault::TooLarge { .. } => "cose-too-large",
            CoseFault::Malformed(_) => "cose-malformed",
            CoseFault::Algorithm(_) => "cose-algorithm",
            CoseFault::Signature => "cose-signature",
        }
    }
}

impl From<SignatureFault> for CoseFault {
    fn from(_: SignatureFault) -> CoseFault {
        CoseFault::Signature
    }
}

/// What to sign for a statement: the Sig_structure of RFC 9052 §4.4, without external data.
pub fn to_be_signed(payload: &[u8]) -> Vec<u8> {
    Writer::new().array(4).text("Signature1").bytes(&protected()).bytes(&[]).bytes(payload).finish()
}

fn protected() -> Vec<u8> {
    Writer::new().map(1).uint(ALGORITHM).int(SM2_WITH_SM3).finish()
}

/// The statement of a payload and the signature over its [`to_be_signed`].
pub fn assemble(kid: &Kid, payload: &[u8], signature: &[u8; 64]) -> Vec<u8> {
    let writer = Writer::new().tag(TAG).array(4).bytes(&protected()).map(1).uint(KEY_ID).bytes(kid);
    writer.bytes(payload).bytes(signature).finish()
}

/// How many bytes [`assemble`] makes of a payload: whoever prints a QR code counts before signing.
pub fn assembled_len(payload: usize) -> usize {
    let head = match payload {
        0..=23 => 1,
        24..=0xff => 2,
        0x100..=0xffff => 3,
        _ => 5,
    };
    assemble(&[0; 8], &[], &[0; 64]).len() - 1 + head + payload
}

/// A statement as it was read; nothing in it is believed before [`Statement::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement<'a> {
    pub kid: Kid,
    pub payload: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Statement<'a> {
    pub fn parse(bytes: &'a [u8]) -> Result<Statement<'a>, CoseFault> {
        if bytes.len() > MAX_LEN {
            return Err(CoseFault::TooLarge { len: bytes.len() });
        }
        let odd = CborFault { at: 0 };
        let mut reader = Reader::new(bytes);
        if reader.tag()? != TAG || reader.array()? != 4 {
            return Err(odd.into());
        }
        check_algorithm(reader.bytes()?)?;
        if reader.map()? != 1 {
            return Err(odd.into());
        }
        reader.key(KEY_ID)?;
        let kid = reader.bytes()?.try_into().map_err(|_| odd)?;
        let (payload, signature) = (reader.bytes()?, reader.bytes()?);
        reader.end()?;
        Ok(Statement { kid, payload, signature })
    }

    pub fn verify(&self, key: &VerifyingKey) -> Result<(), CoseFault> {
        // The protected header that was read is the one that we would write, byte for byte.
        Ok(key.verify_raw(&to_be_signed(self.payload), self.signature)?)
    }
}

fn check_algorithm(protected: &[u8]) -> Result<(), CoseFault> {
    let mut reader = Reader::new(protected);
    if reader.map()? != 1 {
        return Err(CborFault { at: 0 }.into());
    }
    reader.key(ALGORITHM)?;
    let algorithm = reader.int()?;
    reader.end()?;
    if algorithm == SM2_WITH_SM3 { Ok(()) } else { Err(CoseFault::Algorithm(algorithm)) }
}
