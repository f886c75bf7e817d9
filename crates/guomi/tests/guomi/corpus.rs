//! The kept corpus of the fuzz targets: whatever once was interesting is read again in every test run.

use crate::support::{PLACE, Town, cert, key, policy};
use guomi::seal::{Seal, SealSignature, verify, verify_seal};
use guomi::x509::{Cert, Trust};
use guomi::{SigningKey, VerifyingKey};
use std::path::{Path, PathBuf};

fn corpus(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    assert!(!paths.is_empty(), "the corpus of {target} is empty");
    paths.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

#[test]
fn nothing_in_the_corpus_panics_or_is_taken_for_good() {
    let trust = Trust::default();
    for (path, bytes) in corpus("signature") {
        assert!(!verify(&bytes, b"document", Some(PLACE), &policy(&trust)).is_valid(), "{}", path.display());
        let _ = (verify_seal(&bytes, &policy(&trust)), Seal::parse(&bytes), SealSignature::parse(&bytes));
    }
    for (_, bytes) in corpus("cert") {
        let _ = (Cert::from_der(&bytes), SigningKey::from_der(&bytes), VerifyingKey::from_point(&bytes));
    }
    for (_, bytes) in corpus("statement") {
        let _ = guomi::cose::Statement::parse(&bytes);
    }
    for (_, bytes) in corpus("text") {
        let text = String::from_utf8_lossy(&bytes);
        let _ = (
            Cert::all_from_pem(&text),
            SigningKey::from_pem(&text),
            guomi::keybox::unlock(&text, "passphrase"),
        );
    }
}

/// Writes the seeds: good specimens for the fuzzer to break. `cargo test -p guomi -- --ignored seeds`
#[test]
#[ignore = "writes files"]
fn seeds() {
    let town = Town::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let put = |target: &str, name: &str, bytes: &[u8]| {
        std::fs::create_dir_all(folder.join(target)).unwrap();
        std::fs::write(folder.join(target).join(name), bytes).unwrap();
    };
    put("signature", "seed-signature", &town.signed(b"document"));
    put("signature", "seed-seal", &town.seal().raw);
    for (name, signer) in [("root", &town.root), ("ca", &town.ca), ("signer", &town.signer)] {
        put("cert", &format!("seed-{name}"), cert(signer).der());
    }
    put("cert", "seed-key", &key("seed").to_der());
    put("cert", "seed-signed", &key("seed").sign_der(b"m"));
    put("cert", "seed-point", &key("seed").verifying_key().to_point());
    put("text", "seed-trust", town.trust().to_pem().as_bytes());
    put("text", "seed-key", key("seed").to_pem().as_bytes());
    put("text", "seed-public", key("seed").verifying_key().to_pem().as_bytes());
    let kid = guomi::cose::kid(cert(&town.signer).der());
    let statement = |payload: &[u8]| {
        let signature = key("seed").sign_raw(&guomi::cose::to_be_signed(payload));
        guomi::cose::assemble(&kid, payload, &signature)
    };
    put("statement", "seed-short", &statement(b"payload"));
    put("statement", "seed-long", &statement(&[0; 300]));
    let mut log = guomi::merkle::Log::new();
    let mut heads = Vec::new();
    for _ in 0..5 {
        log.append(b"entry");
        heads.push(log.head());
    }
    let head = |head: guomi::merkle::Head| [&head.entries.to_be_bytes()[..], &head.root].concat();
    let whole =
        [head(heads[2]), head(heads[4]), 3u64.to_be_bytes().to_vec(), log.prove_inclusion(3).unwrap()]
            .concat();
    put("log", "seed-inclusion", &whole);
    let whole = [head(heads[2]), head(heads[4]), vec![0; 8], log.prove_consistency(3).unwrap()].concat();
    put("log", "seed-consistency", &whole);
}
