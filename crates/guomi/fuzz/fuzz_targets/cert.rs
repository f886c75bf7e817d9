//! Certificates and keys in DER: read, shown, checked against nothing.
#![no_main]

use guomi::x509::{Cert, Purpose, Trust};
use guomi::{SigningKey, VerifyingKey};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(cert) = Cert::from_der(bytes) {
        assert_eq!(cert.der(), bytes, "the bytes that came are kept");
        let _ = (cert.name(), cert.serial(), cert.key(), cert.to_pem());
        // As its own root the certificate goes through every check that needs no other.
        let trust = Trust::new(vec![cert.clone()], vec![]);
        let _ = trust.check(&cert, cert.not_before(), Purpose::Sign);
        let strangers = Trust::new(vec![], vec![cert.clone()]);
        assert!(strangers.check(&cert, cert.not_before(), Purpose::Issue).is_err());
    }
    let _ = SigningKey::from_der(bytes);
    let _ = VerifyingKey::from_point(bytes);
    let _ = guomi::sm2::raw_to_der(bytes);
    if let Ok(raw) = guomi::sm2::der_to_raw(bytes) {
        assert_eq!(guomi::sm2::raw_to_der(&raw).as_deref(), Ok(bytes), "DER has one form");
    }
});
