//! Keys at rest.

use crate::support::{chance, key};
use guomi::keybox::{KeyboxFault, lock, unlock};

const PASSPHRASE: &str = "鱼与熊掌不可得兼";

fn locked() -> String {
    lock(&mut chance(), &key("boxed"), PASSPHRASE, 1_000).unwrap()
}

#[test]
fn opens_with_its_passphrase_only() {
    let text = locked();
    assert_eq!(unlock(&text, PASSPHRASE).unwrap().sign_der(b"m"), key("boxed").sign_der(b"m"));
    assert_eq!(unlock(&text, "鱼与熊掌不可得").err(), Some(KeyboxFault::WrongPassphrase));
    assert_eq!(unlock(&text, "").err(), Some(KeyboxFault::WrongPassphrase));
    assert_eq!(lock(&mut chance(), &key("boxed"), "short", 1_000), Err(KeyboxFault::PassphraseTooShort));
}

#[test]
fn holds_no_key_in_clear_and_never_looks_the_same() {
    let text = locked();
    assert_ne!(text, locked());
    let (_, bytes) = der::pem::decode_vec(text.as_bytes()).unwrap();
    let secret = guomi::sm3::digest(b"boxed");
    assert!(!bytes.windows(8).any(|window| secret.windows(8).any(|part| part == window)));
}

#[test]
fn every_altered_byte_keeps_it_shut() {
    let (label, bytes) = der::pem::decode_vec(locked().as_bytes()).map(|(l, b)| (l.to_owned(), b)).unwrap();
    for place in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[place] ^= 1;
        let text = der::pem::encode_string(&label, der::pem::LineEnding::LF, &altered).unwrap();
        assert!(unlock(&text, PASSPHRASE).is_err(), "byte {place}");
        let text = der::pem::encode_string(&label, der::pem::LineEnding::LF, &bytes[..place]).unwrap();
        assert!(unlock(&text, PASSPHRASE).is_err(), "cut at {place}");
    }
}

#[test]
fn says_what_is_wrong_with_a_box() {
    let (label, bytes) = der::pem::decode_vec(locked().as_bytes()).map(|(l, b)| (l.to_owned(), b)).unwrap();
    let with = |place: usize, value: u8| {
        let mut altered = bytes.clone();
        altered[place] = value;
        let text = der::pem::encode_string(&label, der::pem::LineEnding::LF, &altered).unwrap();
        unlock(&text, PASSPHRASE).err().unwrap()
    };
    assert_eq!(with(0, b'X'), KeyboxFault::Malformed);
    assert_eq!(with(4, 2), KeyboxFault::NewerVersion);
    // Four billion iterations would hold the server for an hour.
    assert!(matches!(with(5, 0xff), KeyboxFault::Iterations(_)));
    assert_eq!(unlock("", PASSPHRASE).err(), Some(KeyboxFault::Malformed));
    assert_eq!(unlock(&key("k").to_pem(), PASSPHRASE).err(), Some(KeyboxFault::Malformed));
    assert!(lock(&mut chance(), &key("boxed"), PASSPHRASE, 999).is_err());
}

/// PBKDF2-HMAC-SM3 by `openssl kdf -keylen 32 -kdfopt digest:SM3 -kdfopt pass:passphrase123 -kdfopt salt:0123456789abcdef
/// -kdfopt iter:1000 PBKDF2`, so that a box can be opened without this program.
#[test]
fn the_derivation_is_the_one_of_openssl() {
    let mut ours = [0u8; 32];
    pbkdf2::pbkdf2_hmac::<sm3::Sm3>(b"passphrase123", b"0123456789abcdef", 1000, &mut ours);
    let theirs = crate::openssl::kdf("passphrase123", "0123456789abcdef", 1000);
    assert_eq!(hex::encode(ours), theirs);
}
