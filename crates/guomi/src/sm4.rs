//! SM4-GCM (GB/T 32907—2016 with GB/T 36624—2018) for what lies at rest: keys and sensitive fields.
//!
//! The mode is the GCM of `aes-gcm`, which is generic over its block cipher and of which an earlier version was audited
//! with AES; only the cipher is SM4. There is no maintained crate for SM4-GCM. Vectors: RFC 8998 appendix A.1.

use ::sm4::Sm4;
use aes_gcm::aead::{Aead as _, Payload, consts::U12};
use aes_gcm::{AesGcm, KeyInit as _};
use rand_core::CryptoRng;
use thiserror::Error;
use zeroize::Zeroizing;

type Sm4Gcm = AesGcm<Sm4, U12>;

const NONCE: usize = 12;
const TAG: usize = 16;

/// One answer for every way to fail: altered bytes, another key, another place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("密文不能解开：密钥不对、位置不对，或者内容被改动")]
pub struct NotOpened;

/// A key of 128 bits that encrypts fields and key files. A random nonce is safe for 2^32 encryptions under one key
/// (NIST SP 800-38D §8.3): change the key before.
#[derive(Clone)]
pub struct FieldKey(Sm4Gcm);

impl FieldKey {
    pub fn new(key: &[u8; 16]) -> FieldKey {
        FieldKey(Sm4Gcm::new(key.into()))
    }

    /// `nonce ‖ ciphertext ‖ tag`: 28 bytes longer than `plain`. `place` (table, column, row) is bound to it, so a
    /// ciphertext copied into another row does not open there.
    pub fn encrypt<R: CryptoRng + ?Sized>(&self, chance: &mut R, place: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0u8; NONCE];
        chance.fill_bytes(&mut nonce);
        let mut out = nonce.to_vec();
        out.extend(self.encrypt_with(&nonce, place, plain));
        out
    }

    /// What [`FieldKey::encrypt`] made, at the same place.
    pub fn decrypt(&self, place: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
        if sealed.len() < NONCE + TAG {
            return Err(NotOpened);
        }
        let (nonce, body) = sealed.split_at(NONCE);
        let nonce: [u8; NONCE] = nonce.try_into().expect("split at the length of a nonce");
        self.decrypt_with(&nonce, place, body)
    }

    /// For callers that keep the nonce elsewhere. **A nonce may be used once under a key.**
    pub(crate) fn encrypt_with(&self, nonce: &[u8; NONCE], place: &[u8], plain: &[u8]) -> Vec<u8> {
        self.0
            .encrypt(nonce.into(), Payload { msg: plain, aad: place })
            .expect("GCM refuses only messages over 64 GiB")
    }

    pub(crate) fn decrypt_with(
        &self,
        nonce: &[u8; NONCE],
        place: &[u8],
        body: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
        let plain = self.0.decrypt(nonce.into(), Payload { msg: body, aad: place });
        plain.map(Zeroizing::new).map_err(|_| NotOpened)
    }
}

#[cfg(test)]
mod tests;
