//! Only reading, no arithmetic: some hundred times as many executions as `signature` in the same time.
#![no_main]

use guomi::seal::{Seal, SealSignature, edition};
use guomi::x509::Cert;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = edition(bytes);
    let _ = Seal::parse(bytes);
    if let Ok(signature) = SealSignature::parse(bytes) {
        assert_eq!(signature.raw, bytes);
        assert!(bytes.windows(signature.to_sign_raw.len()).any(|part| part == signature.to_sign_raw));
        let again = Seal::parse(&signature.seal.raw).expect("a seal read inside is read alone");
        assert_eq!(again, signature.seal);
    }
    if let Ok(cert) = Cert::from_der(bytes) {
        assert_eq!(cert.der(), bytes);
    }
});
