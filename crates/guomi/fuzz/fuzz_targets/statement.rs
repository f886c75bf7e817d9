//! Signed statements: what is read has one spelling, and no key of chance ever signs it.
#![no_main]

use guomi::SigningKey;
use guomi::cose::{Statement, assemble};
use std::sync::LazyLock;

static STRANGER: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_scalar(&[7; 32]).unwrap());

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(statement) = Statement::parse(bytes) else { return };
    if let Some(signature) = bytes.last_chunk::<64>() {
        let again = assemble(&statement.kid, statement.payload, signature);
        // A signature of another length is read, and then never holds.
        assert!(again == bytes || statement.verify(STRANGER.verifying_key()).is_err());
    }
});
