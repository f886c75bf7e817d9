//! PEM files of certificates and keys, and boxes of keys.
#![no_main]

use guomi::x509::{Cert, Trust};
use guomi::{SigningKey, VerifyingKey, keybox};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = Cert::all_from_pem(text);
    if let Ok(trust) = Trust::from_pem(text) {
        let back = Trust::from_pem(&trust.to_pem()).expect("what we write we read");
        assert_eq!(back.roots(), trust.roots());
    }
    let _ = SigningKey::from_pem(text);
    let _ = VerifyingKey::from_pem(text);
    // A whole derivation is slow by design; boxes that would start one are left to the tests.
    if !text.contains("KEYBOX") || text.len() < 60 {
        let _ = keybox::unlock(text, "passphrase");
    }
});
