//! What the seals of a document still tell when the document itself can't be opened any more. Their own signatures are not
//! looked at: a document that can't be opened is worthless anyway, and this only says why.

use crate::package::{Limits, Package};
use crate::signatures::Covering;
use crate::verify::Step;
use crate::zip::shown;
use sm3::{Digest as _, Sm3};
use std::collections::BTreeSet;

/// Parts that are not what a seal covers, each once; empty where no seal says anything.
pub(crate) fn changed(package: &Package, damaged: &[String], limits: &Limits) -> Vec<Step> {
    let signatures = signatures_of(package);
    let sealed = !signatures.is_empty() || damaged.iter().any(|name| is_signature(name));
    if !sealed {
        return Vec::new();
    }
    let mut told: BTreeSet<&str> = damaged.iter().map(String::as_str).collect();
    let broken = damaged.iter().map(|name| step(name, "签章后被改动或损坏"));
    let mut steps: Vec<Step> = broken.collect();
    let coverings: Vec<Covering> =
        signatures.iter().filter_map(|path| Covering::read(package, path, limits).ok()).collect();
    for (path, digest) in coverings.iter().flat_map(|covering| &covering.references) {
        let words = match package.part(path) {
            Some(bytes) if Sm3::digest(bytes)[..] == digest[..] => continue,
            Some(_) => "签章后被改动",
            None => "签章后被删除",
        };
        if told.insert(path) {
            steps.push(step(path, words));
        }
    }
    steps
}

/// As many as any paper carries; the standard lets a writer name the folders, all known writers name the file so.
fn signatures_of(package: &Package) -> Vec<&str> {
    package.parts().map(|(path, _)| path).filter(|path| is_signature(path)).take(SIGNATURES_AT_MOST).collect()
}

const SIGNATURES_AT_MOST: usize = 64;

fn is_signature(path: &str) -> bool {
    path.rsplit('/').next() == Some("Signature.xml")
}

fn step(path: &str, words: &str) -> Step {
    Step::bad(format!("/{}", shown(path)), words)
}
