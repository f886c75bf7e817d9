//! Whatever comes in, the readers answer; they never panic, hang or take memory by the gigabyte.

use crate::support::{PLACE, Town, at, cert, key, policy};
use guomi::seal::{Seal, SealFault, SealSignature, edition, verify, verify_seal};
use guomi::x509::{Cert, CertFault, Trust};
use guomi::{SigningKey, VerifyingKey, keybox};
use proptest::prelude::*;
use std::sync::LazyLock;

static TOWN: LazyLock<Town> = LazyLock::new(Town::new);
static TRUST: LazyLock<Trust> = LazyLock::new(|| TOWN.trust());
static SIGNATURE: LazyLock<Vec<u8>> = LazyLock::new(|| TOWN.signed(b"document"));

/// Every reader of bytes.
fn read_all(bytes: &[u8]) {
    let _ = Cert::from_der(bytes);
    let _ = Seal::parse(bytes);
    let _ = SealSignature::parse(bytes);
    let _ = edition(bytes);
    let _ = verify(bytes, b"document", Some(PLACE), &policy(&TRUST));
    let _ = verify_seal(bytes, &policy(&TRUST));
    let _ = SigningKey::from_der(bytes);
    let _ = SigningKey::from_scalar(bytes);
    let _ = VerifyingKey::from_point(bytes);
    let _ = guomi::sm2::der_to_raw(bytes);
    let _ = guomi::sm2::raw_to_der(bytes);
}

/// Every reader of text.
fn read_all_text(text: &str) {
    let _ = Cert::all_from_pem(text);
    let _ = Trust::from_pem(text);
    let _ = keybox::unlock(text, "passphrase");
    let _ = SigningKey::from_pem(text);
    let _ = VerifyingKey::from_pem(text);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_of_chance(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        read_all(&bytes);
    }

    #[test]
    fn a_good_signature_with_a_piece_replaced(
        at in any::<prop::sample::Index>(), len in 0usize..40, piece in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut bytes = SIGNATURE.clone();
        let at = at.index(bytes.len());
        let end = (at + len).min(bytes.len());
        bytes.splice(at..end, piece);
        let report = verify(&bytes, b"document", Some(PLACE), &policy(&TRUST));
        prop_assert!(!report.is_valid() || bytes == *SIGNATURE);
    }

    #[test]
    fn a_good_certificate_with_bytes_replaced(places in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let mut bytes = cert(&TOWN.signer).der().to_vec();
        for (at, byte) in places {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        read_all(&bytes);
    }

    #[test]
    fn text_of_chance(text in "(-----BEGIN (CERTIFICATE|YANZHENG KEYBOX|PRIVATE KEY|PUBLIC KEY)-----\\PC{0,80}\n?(-----END CERTIFICATE-----)?)|\\PC{0,200}") {
        read_all_text(&text);
    }

    /// What is signed verifies, whatever it is, and nothing else does.
    #[test]
    fn signed_documents_verify(document in proptest::collection::vec(any::<u8>(), 0..200), seconds in 0i64..31_536_000) {
        let at = at("2026-01-01") + jiff::SignedDuration::from_secs(seconds);
        let raw = guomi::seal::sign_document(&TOWN.signer, &TOWN.seal(), &document, PLACE, at).unwrap();
        let policy = guomi::seal::Policy { trust: &TRUST, now: at };
        let report = verify(&raw, &document, Some(PLACE), &policy);
        prop_assert!(report.is_valid());
        prop_assert_eq!(report.facts.unwrap().signed_at, at);
    }
}

#[test]
fn huge_input_is_refused_before_it_is_read() {
    let huge = vec![0x30; 5 << 20];
    assert_eq!(Cert::from_der(&huge).err(), Some(CertFault::TooLarge));
    assert!(matches!(SealSignature::parse(&huge), Err(SealFault::TooLarge { .. })));
    assert!(matches!(Seal::parse(&huge), Err(SealFault::TooLarge { .. })));
}

/// A length field may promise four gigabytes.
#[test]
fn promised_lengths_are_not_believed() {
    for head in [
        &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff][..],
        &[0x30, 0x80],
        &[0x30, 0x88, 1, 1, 1, 1, 1, 1, 1, 1],
        &[0x1f, 0xff],
    ] {
        read_all(head);
        assert!(SealSignature::parse(head).is_err());
    }
}

#[test]
fn deep_nesting_ends() {
    let mut deep = Vec::new();
    while deep.len() < 60_000 {
        let len = deep.len();
        let mut head = vec![0x30, 0x83, (len >> 16) as u8, (len >> 8) as u8, len as u8];
        if len < 0x80 {
            head = vec![0x30, len as u8];
        } else if len < 0x100 {
            head = vec![0x30, 0x81, len as u8];
        } else if len < 0x1_0000 {
            head = vec![0x30, 0x82, (len >> 8) as u8, len as u8];
        }
        head.extend(deep);
        deep = head;
    }
    read_all(&deep);
    assert!(Cert::from_der(&deep).is_err());
}

#[test]
fn text_that_looks_right_from_afar() {
    let boxed = keybox::lock(&mut crate::support::chance(), &key("k"), "a long passphrase", 1_000).unwrap();
    for text in
        ["", "\0", &boxed[..boxed.len() / 2], &boxed.replace('\n', ""), &boxed.replace("KEYBOX", "KEYBOXES")]
    {
        read_all_text(text);
        assert!(keybox::unlock(text, "a long passphrase").is_err());
    }
    assert!(
        keybox::unlock(&boxed.replace('\n', "\r\n"), "a long passphrase").is_ok(),
        "an editor changed the line ends"
    );
}
