//! Seals and signatures: without a root nothing is ever valid.
#![no_main]

use guomi::seal::{Policy, Seal, SealSignature, edition, verify, verify_seal};
use guomi::x509::Trust;
use std::sync::LazyLock;

static NOBODY: LazyLock<Trust> = LazyLock::new(Trust::default);

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let policy = Policy { trust: &NOBODY, now: jiff::Timestamp::from_second(1_780_000_000).unwrap() };
    if let Ok(signature) = SealSignature::parse(bytes) {
        assert_eq!(signature.raw, bytes);
        let again = Seal::parse(&signature.seal.raw).expect("a seal read inside is read alone");
        assert_eq!(again, signature.seal);
    }
    let _ = edition(bytes);
    assert!(!verify(bytes, b"document", Some("/S.xml"), &policy).is_valid());
    assert!(!verify_seal(bytes, &policy).is_valid());
});
