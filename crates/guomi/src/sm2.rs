//! SM2 signatures (GB/T 32918.2—2016) with the identity that all of public administration uses.
//!
//! A key carries Z, the digest of its identity and curve, from the moment it is made, so that signing and verifying hash
//! only the message. Signatures leave as DER (certificates, seals) or as 64 raw bytes r‖s (QR codes, devices); which one
//! a function takes stands in its name, because partners mix them up.
//!
//! Signing is deterministic (k from HMAC-SM3 as in RFC 6979): the same document sealed twice is the same bytes, and a
//! machine with a bad source of chance can't leak its key.

mod equation;

use ::sm2::ProjectivePoint;
use ::sm2::dsa::signature::Signer as _;
use ::sm2::dsa::{self, Signature};
use ::sm2::pkcs8::{
    DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _, LineEnding,
};
use rand_core::CryptoRng;
use thiserror::Error;
use zeroize::Zeroizing;

/// GB/T 35276—2017: the identity of a signer unless both sides agreed on another: 16 ASCII bytes.
pub const DEFAULT_ID: &str = "1234567812345678";

/// Why bytes are no key of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyFault {
    #[error("不是有效的SM2私钥")]
    NotAPrivateKey,
    #[error("不是有效的SM2公钥")]
    NotAPublicKey,
    #[error("签名人标识过长，最多8191字节")]
    IdTooLong,
}

/// Why a signature does not hold. It says nothing about which of both sides is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SignatureFault {
    /// Not DER, not 64 bytes, or r or s outside 1…n−1.
    #[error("签名值的格式不正确")]
    Malformed,
    /// Another key, another message or another identity.
    #[error("签名与内容不一致")]
    Mismatch,
}

/// A private key with its identity. Its memory is wiped when it goes; it prints no secret.
#[derive(Clone, Debug)]
pub struct SigningKey {
    key: dsa::SigningKey,
    public: VerifyingKey,
}

impl SigningKey {
    /// A new key from the chance handed in.
    pub fn generate<R: CryptoRng + ?Sized>(chance: &mut R) -> SigningKey {
        loop {
            let mut scalar = Zeroizing::new([0u8; 32]);
            chance.fill_bytes(scalar.as_mut());
            // 0, n−1 and n or more come up once in 2^32 draws at most: draw again.
            if let Ok(key) = SigningKey::from_scalar(&scalar[..]) {
                return key;
            }
        }
    }

    /// From the 32 bytes of the secret number, big-endian, 1…n−2, with the default identity.
    pub fn from_scalar(scalar: &[u8]) -> Result<SigningKey, KeyFault> {
        SigningKey::from_scalar_with_id(scalar, DEFAULT_ID)
    }

    /// As [`SigningKey::from_scalar`] with an identity both sides agreed on.
    pub fn from_scalar_with_id(scalar: &[u8], id: &str) -> Result<SigningKey, KeyFault> {
        if id.len() > MAX_ID {
            return Err(KeyFault::IdTooLong);
        }
        let key = dsa::SigningKey::from_slice(id, scalar).map_err(|_| KeyFault::NotAPrivateKey)?;
        // n−1 is in range of the curve but has no (1+d)⁻¹: such a key never signs.
        let _: Signature = key.try_sign(b"").map_err(|_| KeyFault::NotAPrivateKey)?;
        let public = VerifyingKey::of(key.verifying_key().clone());
        Ok(SigningKey { key, public })
    }

    /// From PKCS#8 PEM, as `openssl genpkey -algorithm SM2` writes it.
    pub fn from_pem(pem: &str) -> Result<SigningKey, KeyFault> {
        let secret = ::sm2::SecretKey::from_pkcs8_pem(pem).map_err(|_| KeyFault::NotAPrivateKey)?;
        SigningKey::from_scalar(&Zeroizing::new(secret.to_bytes())[..])
    }

    /// From PKCS#8 DER.
    pub fn from_der(der: &[u8]) -> Result<SigningKey, KeyFault> {
        let secret = ::sm2::SecretKey::from_pkcs8_der(der).map_err(|_| KeyFault::NotAPrivateKey)?;
        SigningKey::from_scalar(&Zeroizing::new(secret.to_bytes())[..])
    }

    /// PKCS#8 PEM **in clear**: to hand a key over, never to keep it. At rest a key lies in a [`crate::keybox`].
    pub fn to_pem(&self) -> Zeroizing<String> {
        self.secret().to_pkcs8_pem(LineEnding::LF).expect("an SM2 key always has a PKCS#8 form")
    }

    /// PKCS#8 DER in clear, with the same warning.
    pub fn to_der(&self) -> Zeroizing<Vec<u8>> {
        let der = self.secret().to_pkcs8_der().expect("an SM2 key always has a PKCS#8 form");
        Zeroizing::new(der.as_bytes().to_vec())
    }

    fn secret(&self) -> ::sm2::SecretKey {
        ::sm2::SecretKey::from(self.key.as_nonzero_scalar())
    }

    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }

    /// Signature over `message` as DER SEQUENCE { r, s }, 70 to 72 bytes.
    pub fn sign_der(&self, message: &[u8]) -> Vec<u8> {
        self.signature(message).to_der().to_vec()
    }

    /// Signature over `message` as 64 bytes r‖s.
    pub fn sign_raw(&self, message: &[u8]) -> [u8; 64] {
        self.signature(message).to_bytes().into()
    }

    fn signature(&self, message: &[u8]) -> Signature {
        // It fails when r, s or r+k hits 0: once in 2^255 messages. A key that never signs was refused when made.
        self.key.try_sign(message).expect("the chance of a zero in SM2 signing is 2^-255")
    }
}

/// ENTL, the length of the identity in bits, has 16 bits.
const MAX_ID: usize = 8191;

/// A public key with its identity.
#[derive(Clone, Debug)]
pub struct VerifyingKey {
    key: dsa::VerifyingKey,
    point: ProjectivePoint,
    z: [u8; 32],
}

impl PartialEq for VerifyingKey {
    fn eq(&self, other: &VerifyingKey) -> bool {
        self.key.as_affine() == other.key.as_affine() && self.key.distid() == other.key.distid()
    }
}

impl Eq for VerifyingKey {}

impl VerifyingKey {
    /// From an uncompressed or compressed point (65 or 33 bytes) that lies on the curve and is not infinity.
    pub fn from_point(point: &[u8]) -> Result<VerifyingKey, KeyFault> {
        VerifyingKey::from_point_with_id(point, DEFAULT_ID)
    }

    /// As [`VerifyingKey::from_point`] with an identity both sides agreed on.
    pub fn from_point_with_id(point: &[u8], id: &str) -> Result<VerifyingKey, KeyFault> {
        if id.len() > MAX_ID {
            return Err(KeyFault::IdTooLong);
        }
        let key = dsa::VerifyingKey::from_sec1_bytes(id, point).map_err(|_| KeyFault::NotAPublicKey)?;
        Ok(VerifyingKey::of(key))
    }

    fn of(key: dsa::VerifyingKey) -> VerifyingKey {
        let point = ProjectivePoint::from(*key.as_affine());
        let z = equation::z(key.distid(), &uncompressed(&key));
        VerifyingKey { key, point, z }
    }

    /// From SubjectPublicKeyInfo PEM.
    pub fn from_pem(pem: &str) -> Result<VerifyingKey, KeyFault> {
        let public = ::sm2::PublicKey::from_public_key_pem(pem).map_err(|_| KeyFault::NotAPublicKey)?;
        VerifyingKey::from_point(&public.to_sec1_bytes())
    }

    /// SubjectPublicKeyInfo DER: id-ecPublicKey with the SM2 curve.
    pub fn to_der(&self) -> Vec<u8> {
        self.key.to_public_key_der().expect("an SM2 point always has an SPKI form").into_vec()
    }

    /// SubjectPublicKeyInfo PEM.
    pub fn to_pem(&self) -> String {
        self.key.to_public_key_pem(LineEnding::LF).expect("an SM2 point always has an SPKI form")
    }

    /// Z: the digest of identity, curve and point, which names this key.
    pub(crate) fn z(&self) -> &[u8; 32] {
        &self.z
    }

    /// The uncompressed point 04‖x‖y.
    pub fn to_point(&self) -> [u8; 65] {
        uncompressed(&self.key)
    }

    /// Whether a DER signature over `message` is by this key under this identity.
    pub fn verify_der(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureFault> {
        self.verify(message, Signature::from_der(signature))
    }

    /// Whether 64 raw bytes r‖s over `message` are by this key under this identity.
    pub fn verify_raw(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureFault> {
        self.verify(message, Signature::from_slice(signature))
    }

    fn verify(
        &self,
        message: &[u8],
        signature: dsa::signature::Result<Signature>,
    ) -> Result<(), SignatureFault> {
        let signature = signature.map_err(|_| SignatureFault::Malformed)?;
        equation::holds(&self.point, &self.z, message, &signature)
    }
}

fn uncompressed(key: &dsa::VerifyingKey) -> [u8; 65] {
    key.to_sec1_bytes()[..].try_into().expect("the crate writes points uncompressed, in 65 bytes")
}

/// The raw 64 bytes of a DER signature, for partners that speak r‖s.
pub fn der_to_raw(der: &[u8]) -> Result<[u8; 64], SignatureFault> {
    Signature::from_der(der)
        .map(|signature| signature.to_bytes().into())
        .map_err(|_| SignatureFault::Malformed)
}

/// The DER form of 64 raw bytes.
pub fn raw_to_der(raw: &[u8]) -> Result<Vec<u8>, SignatureFault> {
    Signature::from_slice(raw)
        .map(|signature| signature.to_der().to_vec())
        .map_err(|_| SignatureFault::Malformed)
}
