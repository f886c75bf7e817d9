//! Keyed digests for look-ups, and sealing of what must be stored but not be readable in a copy of the database.
//!
//! Sealed values are SM4 in counter mode with HMAC-SM3 over nonce and text (encrypt, then authenticate), each under its
//! own key derived from the site's secret. The label binds a value to its column, so that rows can't be swapped.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use sm4::Sm4;
use sm4::cipher::{Array, BlockCipherEncrypt, KeyInit};
use subtle::ConstantTimeEq;
use web::App;
use web::csrf::keyed_digest;

use crate::Fault;

const NONCE: usize = 12;
const TAG: usize = 16;

/// The digest under which a value is looked up: nobody without the secret can try all phone numbers against it.
/// `kind` is `phone`, `citizen`, `credit`, `login` …
pub fn key_hash(app: &App, kind: &str, value: &str) -> String {
    hex::encode(keyed_digest(&app.settings().secret, &[b"lookup", kind.as_bytes(), value.as_bytes()]))
}

/// Seals `plain` under `label` (the column's name); an empty value stays empty.
pub fn seal(app: &App, label: &str, plain: &str) -> String {
    if plain.is_empty() {
        return String::new();
    }
    let secret = &app.settings().secret;
    let nonce: [u8; NONCE] = web::app::random();
    let mut text = plain.as_bytes().to_vec();
    stream(secret, &nonce, &mut text);
    let tag = tag(secret, label, &nonce, &text);
    STANDARD_NO_PAD.encode([&nonce[..], &text, &tag].concat())
}

/// Opens what [`seal`] made under the same label.
pub fn open(app: &App, label: &'static str, sealed: &str) -> Result<String, Fault> {
    if sealed.is_empty() {
        return Ok(String::new());
    }
    let secret = &app.settings().secret;
    let bytes = STANDARD_NO_PAD.decode(sealed).map_err(|_| Fault::Sealed(label))?;
    if bytes.len() < NONCE + TAG {
        return Err(Fault::Sealed(label));
    }
    let (nonce, rest) = bytes.split_at(NONCE);
    let (text, found) = rest.split_at(rest.len() - TAG);
    if !bool::from(tag(secret, label, nonce, text)[..].ct_eq(found)) {
        return Err(Fault::Sealed(label));
    }
    let mut text = text.to_vec();
    stream(secret, nonce, &mut text);
    String::from_utf8(text).map_err(|_| Fault::Sealed(label))
}

/// SM4 in counter mode: the block is the nonce and a big-endian counter.
fn stream(secret: &[u8; 32], nonce: &[u8], text: &mut [u8]) {
    let key = keyed_digest(secret, &[b"seal", b"sm4"]);
    let cipher = Sm4::new_from_slice(&key[..16]).expect("the key has 16 bytes");
    for (count, chunk) in text.chunks_mut(16).enumerate() {
        let mut block = [0; 16];
        block[..NONCE].copy_from_slice(nonce);
        block[NONCE..].copy_from_slice(&u32::try_from(count).expect("sealed values are short").to_be_bytes());
        let mut block = Array::from(block);
        cipher.encrypt_block(&mut block);
        chunk.iter_mut().zip(block).for_each(|(byte, pad)| *byte ^= pad);
    }
}

fn tag(secret: &[u8; 32], label: &str, nonce: &[u8], text: &[u8]) -> [u8; TAG] {
    let key = keyed_digest(secret, &[b"seal", b"mac"]);
    let mac = keyed_digest(&key, &[label.as_bytes(), nonce, text]);
    mac[..TAG].try_into().expect("the digest is longer")
}
