//! A whole file: opened, read, verified by a verifier that believes everything.
#![no_main]

use ofd::verify::{SealFinding, SealToCheck};
use ofd::{Limits, SealVerifier};

struct Believer;

impl SealVerifier for Believer {
    fn verify(&self, _: &SealToCheck<'_>) -> SealFinding {
        SealFinding { fault: None, steps: Vec::new(), facts: None }
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { unpacked_bytes: 4 << 20, ..Limits::default() };
    let _ = ofd::check(bytes, &limits, &Believer);
    let Ok(package) = ofd::open(bytes, &limits) else { return };
    let again = ofd::open(&package.to_bytes(), &limits).expect("what was opened can be written and opened");
    assert_eq!(package, again);
    let Ok(document) = package.document(&limits) else { return };
    for page in 0..document.pages.len().min(4) {
        let _ = package.page_text(&document, page, &limits);
        let _ = package.page_size(&document, page, &limits);
    }
});
