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
mod tests {
    use super::*;
    use ::sm4::cipher::BlockCipherEncrypt as _;
    use rand_core::Rng as _;

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        hex::decode(text).unwrap().try_into().unwrap()
    }

    /// GB/T 32907—2016 附录A.1: one block, the key being the plaintext too; A.2: the same a million times over.
    #[test]
    fn the_examples_of_the_block_cipher() {
        let key: [u8; 16] = bytes("0123456789abcdeffedcba9876543210");
        let cipher = Sm4::new(&key.into());
        let mut block = key.into();
        cipher.encrypt_block(&mut block);
        assert_eq!(hex::encode(block), "681edf34d206965e86b3e94f536e4246");
        for _ in 1..1_000_000 {
            cipher.encrypt_block(&mut block);
        }
        assert_eq!(hex::encode(block), "595298c7c6fd271f0402f804c33d3f66");
    }

    /// RFC 8998 appendix A.1.
    #[test]
    fn the_example_of_gcm() {
        let key = FieldKey::new(&bytes("0123456789abcdeffedcba9876543210"));
        let nonce = bytes("00001234567800000000abcd");
        let place = hex::decode("feedfacedeadbeeffeedfacedeadbeefabaddad2").unwrap();
        let plain = hex::decode(concat!(
            "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd",
            "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"
        ))
        .unwrap();
        let sealed = key.encrypt_with(&nonce, &place, &plain);
        assert_eq!(
            hex::encode(&sealed),
            concat!(
                "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735",
                "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d",
                "83de3541e4c2b58177e065a9bf7b62ec"
            )
        );
        assert_eq!(*key.decrypt_with(&nonce, &place, &sealed).unwrap(), plain);
    }

    #[test]
    fn a_flipped_bit_another_place_and_another_key_do_not_open() {
        let mut chance = rand_core::UnwrapErr(getrandom::SysRng);
        let key = FieldKey::new(b"sixteen bytes ok");
        let sealed = key.encrypt(&mut chance, b"person.phone/17", "13900000000".as_bytes());
        assert_eq!(*key.decrypt(b"person.phone/17", &sealed).unwrap(), b"13900000000");
        assert!(key.decrypt(b"person.phone/18", &sealed).is_err());
        assert!(FieldKey::new(b"sixteen bytes no").decrypt(b"person.phone/17", &sealed).is_err());
        for bit in 0..sealed.len() * 8 {
            let mut altered = sealed.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(key.decrypt(b"person.phone/17", &altered).is_err(), "bit {bit}");
        }
        for short in 0..sealed.len() {
            assert!(key.decrypt(b"person.phone/17", &sealed[..short]).is_err());
        }
    }

    /// GCM by other hands, on lengths around the block.
    #[test]
    fn agrees_with_another_implementation() {
        let mut chance = rand_core::UnwrapErr(getrandom::SysRng);
        for len in [0, 1, 15, 16, 17, 31, 32, 33, 1000] {
            let mut key = [0u8; 16];
            let mut nonce = [0u8; 12];
            chance.fill_bytes(&mut key);
            chance.fill_bytes(&mut nonce);
            let plain = vec![7u8; len];
            let ours = FieldKey::new(&key).encrypt_with(&nonce, b"place", &plain);
            let (mut theirs, tag) =
                gmcrypto_core::sm4::mode_gcm::encrypt(&key, &nonce, b"place", &plain).unwrap();
            theirs.extend(tag);
            assert_eq!(ours, theirs, "{len} bytes");
        }
    }
}
