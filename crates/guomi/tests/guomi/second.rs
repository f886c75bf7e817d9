//! Held against a second implementation of SM2 and of certificates by other hands, both ways.

use crate::support::{Town, cert, chance, key};
use gmcrypto_core::sm2::{Sm2PrivateKey, Sm2PublicKey, sign_with_id, verify_with_id};
use gmcrypto_core::x509::Certificate;
use guomi::sm2::DEFAULT_ID;

#[test]
fn signatures_go_both_ways() {
    for number in 0..50u32 {
        let key = key(&format!("second/{number}"));
        let message = number.to_be_bytes().repeat(1 + number as usize);
        let theirs = Sm2PublicKey::from_sec1_bytes(&key.verifying_key().to_point()).unwrap();
        let id = DEFAULT_ID.as_bytes();
        assert!(verify_with_id(&theirs, id, &message, &key.sign_der(&message)), "ours to them, {number}");
        assert!(!verify_with_id(&theirs, id, b"other", &key.sign_der(&message)));

        let secret =
            Sm2PrivateKey::from_bytes_be(&guomi::sm3::digest(format!("second/{number}").as_bytes())).unwrap();
        let signature = sign_with_id(&secret, id, &message, &mut chance()).unwrap();
        assert_eq!(key.verifying_key().verify_der(&message, &signature), Ok(()), "theirs to us, {number}");
        assert!(key.verifying_key().verify_der(b"other", &signature).is_err());
    }
}

#[test]
fn their_reader_accepts_our_chain() {
    let town = Town::new();
    let signer = Certificate::from_der(cert(&town.signer).der()).unwrap();
    let ca = Certificate::from_der(cert(&town.ca).der()).unwrap();
    let root = Certificate::from_der(cert(&town.root).der()).unwrap();
    let public = |signer: &guomi::SoftKey| {
        Sm2PublicKey::from_sec1_bytes(&cert(signer).key().unwrap().to_point()).unwrap()
    };
    assert!(signer.verify_signature(&public(&town.ca)));
    assert!(ca.verify_signature(&public(&town.root)));
    assert!(root.verify_signature(&public(&town.root)));
    assert!(!signer.verify_signature(&public(&town.root)));
    assert!(root.is_self_issued() && !ca.is_self_issued());
}
