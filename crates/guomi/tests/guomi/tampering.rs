//! One bit changed anywhere in a sealed document must be found.

use crate::support::{PLACE, Town, policy};
use guomi::seal::{Verdict, verify, verify_seal};

const DOCUMENT: &[u8] = b"<ofd:Signature/>";

#[test]
fn every_byte_of_a_signature_counts() {
    let town = Town::new();
    let trust = town.trust();
    let good = town.signed(DOCUMENT);
    assert_eq!(verify(&good, DOCUMENT, Some(PLACE), &policy(&trust)).verdict, Verdict::Valid);
    for place in 0..good.len() {
        let mut altered = good.clone();
        altered[place] ^= 1 << (place % 8);
        let report = verify(&altered, DOCUMENT, Some(PLACE), &policy(&trust));
        assert!(!report.is_valid(), "byte {place} of {}", good.len());
        assert!(report.steps.iter().all(|step| !step.words.is_empty()));
    }
}

#[test]
fn every_byte_of_the_document_counts() {
    let town = Town::new();
    let trust = town.trust();
    let good = town.signed(DOCUMENT);
    for place in 0..DOCUMENT.len() {
        let mut altered = DOCUMENT.to_vec();
        altered[place] ^= 1;
        assert!(!verify(&good, &altered, Some(PLACE), &policy(&trust)).is_valid(), "byte {place}");
    }
}

#[test]
fn a_signature_cut_short_or_grown_is_refused() {
    let town = Town::new();
    let trust = town.trust();
    let good = town.signed(DOCUMENT);
    for len in 0..good.len() {
        assert!(!verify(&good[..len], DOCUMENT, Some(PLACE), &policy(&trust)).is_valid(), "{len} bytes");
    }
    let grown = [&good[..], &[0]].concat();
    assert!(!verify(&grown, DOCUMENT, Some(PLACE), &policy(&trust)).is_valid());
}

#[test]
fn every_byte_of_a_seal_counts() {
    let town = Town::new();
    let trust = town.trust();
    let good = town.seal().raw;
    assert!(verify_seal(&good, &policy(&trust)).is_valid());
    for place in 0..good.len() {
        let mut altered = good.clone();
        altered[place] ^= 1 << (place % 8);
        assert!(!verify_seal(&altered, &policy(&trust)).is_valid(), "byte {place}");
    }
}
