//! Signed statements: against another implementation of COSE, and against whoever bends them.

use crate::support::key;
use coset::cbor::Value;
use coset::{
    CborSerializable, CoseSign1, CoseSign1Builder, Header, RegisteredLabelWithPrivate, TaggedCborSerializable,
};
use guomi::cose::{CoseFault, SM2_WITH_SM3, Statement, assemble, assembled_len, kid, to_be_signed};
use proptest::prelude::*;

const KID: [u8; 8] = *b"\x01\x02\x03\x04\x05\x06\x07\x08";

fn signed(payload: &[u8]) -> Vec<u8> {
    assemble(&KID, payload, &key("bureau").sign_raw(&to_be_signed(payload)))
}

fn verified(bytes: &[u8]) -> Result<Vec<u8>, CoseFault> {
    let statement = Statement::parse(bytes)?;
    statement.verify(key("bureau").verifying_key())?;
    Ok(statement.payload.to_vec())
}

fn header() -> Header {
    Header { alg: Some(RegisteredLabelWithPrivate::PrivateUse(SM2_WITH_SM3)), ..Header::default() }
}

fn name() -> Header {
    Header { key_id: KID.to_vec(), ..Header::default() }
}

#[test]
fn another_implementation_reads_ours() {
    let bytes = signed(b"payload");
    let theirs = CoseSign1::from_tagged_slice(&bytes).unwrap();
    assert_eq!(theirs.protected.header.alg, header().alg);
    assert_eq!(theirs.unprotected.key_id, KID);
    assert_eq!(theirs.payload.as_deref(), Some(&b"payload"[..]));
    theirs
        .verify_signature(b"", |signature, message| {
            key("bureau").verifying_key().verify_raw(message, signature)
        })
        .unwrap();
    assert_eq!(theirs.to_tagged_vec().unwrap(), bytes);
}

#[test]
fn we_read_what_another_implementation_writes() {
    let theirs = CoseSign1Builder::new()
        .protected(header())
        .unprotected(name())
        .payload(b"payload".to_vec())
        .create_signature(b"", |message| key("bureau").sign_raw(message).to_vec())
        .build();
    assert_eq!(verified(&theirs.clone().to_tagged_vec().unwrap()), Ok(b"payload".to_vec()));
    // Without its tag it is some array of four.
    assert_eq!(verified(&theirs.to_vec().unwrap()).unwrap_err().code(), "cose-malformed");
}

#[test]
fn every_flipped_bit_is_found() {
    let bytes = signed("许可证".as_bytes());
    for place in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[place] ^= 1 << bit;
            // The name of the key has no cover: another name leads to another key.
            let named = Statement::parse(&flipped).is_ok_and(|statement| statement.kid != KID);
            assert!(named || verified(&flipped).is_err(), "{place} ^ {bit}");
        }
    }
    for cut in 0..bytes.len() {
        assert!(verified(&bytes[..cut]).is_err());
    }
    assert!(verified(&[&bytes[..], b"\0"].concat()).is_err());
}

#[test]
fn other_algorithms_other_headers_and_other_keys_are_refused() {
    let other = Header { alg: Some(RegisteredLabelWithPrivate::PrivateUse(-65_538)), ..header() };
    let nothing = |_: &[u8]| vec![0; 64];
    let build = |protected: Header, unprotected: Header| {
        let builder = CoseSign1Builder::new().protected(protected).unprotected(unprotected);
        builder.payload(vec![1]).create_signature(b"", nothing).build().to_tagged_vec().unwrap()
    };
    assert_eq!(verified(&build(other, name())), Err(CoseFault::Algorithm(-65_538)));
    let long_name = Header { key_id: vec![0; 9], ..name() };
    let loose = Header { rest: vec![(coset::Label::Int(99), Value::from(1))], ..name() };
    let both = Header { key_id: KID.to_vec(), ..header() };
    for (protected, unprotected) in [(header(), long_name), (header(), loose), (both, Header::default())] {
        assert_eq!(verified(&build(protected, unprotected)).unwrap_err().code(), "cose-malformed");
    }
    assert_eq!(verified(&build(header(), name())), Err(CoseFault::Signature));
    let statement = signed(b"payload");
    let statement = Statement::parse(&statement).unwrap();
    assert_eq!(statement.verify(key("stranger").verifying_key()), Err(CoseFault::Signature));
}

#[test]
fn a_huge_statement_is_refused_unread() {
    assert!(matches!(Statement::parse(&vec![0xd2; 5 << 20]), Err(CoseFault::TooLarge { .. })));
}

#[test]
fn the_length_is_known_beforehand() {
    for len in [0, 1, 23, 24, 255, 256, 65_535, 65_536] {
        assert_eq!(assemble(&KID, &vec![0; len], &[0; 64]).len(), assembled_len(len));
    }
    assert_eq!(kid(b"abc"), hex::decode("66c7f0f462eeedd9").unwrap()[..]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn junk_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(verified(&bytes).is_err());
        prop_assert!(verified(&[&[0xd2, 0x84, 0x51][..], &bytes].concat()).is_err());
    }

    #[test]
    fn what_is_signed_is_read(payload in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert_eq!(verified(&signed(&payload)), Ok(payload));
    }
}
