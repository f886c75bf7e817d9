//! Heads and proofs of a log from outside: two sizes, two roots, a place, an entry, a proof.
#![no_main]

use guomi::merkle::Head;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if bytes.len() < 88 {
        return;
    }
    let number = |at: usize| u64::from_be_bytes(bytes[at..at + 8].try_into().unwrap());
    let head = |at: usize| Head { entries: number(at), root: bytes[at + 8..at + 40].try_into().unwrap() };
    let (older, newer, place, proof) = (head(0), head(40), number(80), &bytes[88..]);
    let _ = newer.includes(b"entry", place, proof);
    let _ = newer.continues(&older, proof);
});
