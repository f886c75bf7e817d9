//! A private key at rest: PKCS#8 under SM4-GCM, the key of which comes from a passphrase by PBKDF2 with HMAC-SM3
//! (GM/T 0091—2020). The box is text, so it survives mail and editors; it never goes into the database.
//!
//! ```text
//! -----BEGIN YANZHENG KEYBOX-----
//! base64 of: "YZKB" 01 | iterations u32 | salt 16 | nonce 12 | SM4-GCM(PKCS#8) with tag
//! -----END YANZHENG KEYBOX-----
//! ```
//! All before the ciphertext is authenticated with it: nobody can lower the iterations unseen. Why PBKDF2 and not a
//! memory-hard function: `docs/decisions/0021-keys-at-rest.md`.

use crate::sm2::SigningKey;
use crate::sm4::FieldKey;
use der::pem::{self, LineEnding};
use rand_core::CryptoRng;
use thiserror::Error;
use zeroize::Zeroizing;

const LABEL: &str = "YANZHENG KEYBOX";
const MAGIC: &[u8; 5] = b"YZKB\x01";
const HEADER: usize = 5 + 4 + 16 + 12;

/// Iterations of a new box: about a third of a second of one core in 2026.
pub const ITERATIONS: u32 = 600_000;
/// A box with fewer was made by a weak tool or for a test; with more it is an attack on our time.
const ITERATIONS_READ: std::ops::RangeInclusive<u32> = 1_000..=10_000_000;

/// Why a box stays shut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyboxFault {
    #[error("密钥文件的格式不正确，可能不完整")]
    Malformed,
    #[error("密钥文件由更新版本的程序制作")]
    NewerVersion,
    #[error("密钥文件的迭代次数为{0}，不在允许范围内")]
    Iterations(u32),
    /// GCM can't tell a wrong passphrase from an altered file, and neither can we.
    #[error("口令不正确，或者密钥文件被改动")]
    WrongPassphrase,
    #[error("口令太短，至少12个字节")]
    PassphraseTooShort,
}

impl KeyboxFault {
    /// Stable word for programs and tests.
    pub fn code(&self) -> &'static str {
        match self {
            KeyboxFault::Malformed => "keybox-malformed",
            KeyboxFault::NewerVersion => "keybox-newer",
            KeyboxFault::Iterations(_) => "keybox-iterations",
            KeyboxFault::WrongPassphrase => "keybox-passphrase",
            KeyboxFault::PassphraseTooShort => "keybox-passphrase-short",
        }
    }

    /// What to do now.
    pub fn next(&self) -> &'static str {
        match self {
            KeyboxFault::Malformed => "请用备份恢复密钥文件",
            KeyboxFault::NewerVersion => "请升级程序后再打开",
            KeyboxFault::Iterations(_) => "请核对密钥文件的来源，用本程序重新制作",
            KeyboxFault::WrongPassphrase => "请核对口令；口令无误时用备份恢复密钥文件",
            KeyboxFault::PassphraseTooShort => "请换一个更长的口令",
        }
    }
}

/// Puts `key` into a box that `passphrase` (at least 12 bytes) opens.
pub fn lock<R: CryptoRng + ?Sized>(
    chance: &mut R,
    key: &SigningKey,
    passphrase: &str,
    iterations: u32,
) -> Result<String, KeyboxFault> {
    if passphrase.len() < 12 {
        return Err(KeyboxFault::PassphraseTooShort);
    }
    if !ITERATIONS_READ.contains(&iterations) {
        return Err(KeyboxFault::Iterations(iterations));
    }
    let mut salt = [0u8; 16];
    let mut nonce = [0u8; 12];
    chance.fill_bytes(&mut salt);
    chance.fill_bytes(&mut nonce);
    let header = [&MAGIC[..], &iterations.to_be_bytes(), &salt, &nonce].concat();
    let body = box_key(passphrase, &salt, iterations).encrypt_with(&nonce, &header, &key.to_der());
    let whole = [header, body].concat();
    Ok(pem::encode_string(LABEL, LineEnding::LF, &whole).expect("the label is plain ASCII"))
}

/// Takes the key out of a box.
pub fn unlock(text: &str, passphrase: &str) -> Result<SigningKey, KeyboxFault> {
    let (label, whole) = pem::decode_vec(text.trim().as_bytes()).map_err(|_| KeyboxFault::Malformed)?;
    if label != LABEL || whole.len() <= HEADER || whole[..4] != MAGIC[..4] {
        return Err(KeyboxFault::Malformed);
    }
    if whole[4] != MAGIC[4] {
        return Err(KeyboxFault::NewerVersion);
    }
    let (header, body) = whole.split_at(HEADER);
    let iterations = u32::from_be_bytes(header[5..9].try_into().expect("four bytes"));
    if !ITERATIONS_READ.contains(&iterations) {
        return Err(KeyboxFault::Iterations(iterations));
    }
    let nonce: [u8; 12] = header[25..].try_into().expect("the header ends with the nonce");
    let plain = box_key(passphrase, &header[9..25], iterations)
        .decrypt_with(&nonce, header, body)
        .map_err(|_| KeyboxFault::WrongPassphrase)?;
    SigningKey::from_der(&plain).map_err(|_| KeyboxFault::Malformed)
}

/// PBKDF2 with HMAC-SM3 (GM/T 0091—2020), 128 bits.
fn box_key(passphrase: &str, salt: &[u8], iterations: u32) -> FieldKey {
    let mut key = Zeroizing::new([0u8; 16]);
    pbkdf2::pbkdf2_hmac::<::sm3::Sm3>(passphrase.as_bytes(), salt, iterations, &mut key[..]);
    FieldKey::new(&key)
}
