//! The parts of a package without the container around them, where checksums stop most mutations: pieces between zero
//! bytes become the parts by turns.
#![no_main]

use ofd::verify::{SealFinding, SealToCheck};
use ofd::{Limits, SealVerifier};

struct Believer;

impl SealVerifier for Believer {
    fn verify(&self, _: &SealToCheck<'_>) -> SealFinding {
        SealFinding { fault: None, steps: Vec::new(), facts: None }
    }
}

const NAMES: [&str; 6] = [
    "OFD.xml",
    "Doc_0/Document.xml",
    "Doc_0/Pages/Page_0/Content.xml",
    "Doc_0/Signs/Signatures.xml",
    "Doc_0/Signs/Sign_0/Signature.xml",
    "Doc_0/Signs/Sign_0/SignedValue.dat",
];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    let pieces = bytes.split(|byte| *byte == 0);
    let package: ofd::Package = NAMES.iter().copied().zip(pieces).map(|(name, piece)| (name, piece.to_vec())).collect();
    let _ = ofd::verify::verify(&package, &limits, &Believer);
    let Ok(document) = package.document(&limits) else { return };
    for page in 0..document.pages.len().min(4) {
        let _ = package.page_text(&document, page, &limits);
        let _ = package.page_size(&document, page, &limits);
    }
});
