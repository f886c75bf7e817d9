use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use guomi::x509::Cert;
use jiff::Timestamp;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const FROM: &str = "2026-01-01T00:00:00Z";
const TO: &str = "2031-01-01T00:00:00Z";
const NOW: &str = "2026-11-23T01:00:00Z";

fn organ() -> Organ {
    Organ { name: "演示市烟草专卖局".into() }
}

/// A folder with a CA and a certificate for 990101.
fn founded() -> (tempfile::TempDir, PathBuf, SealKeys) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let keys = SealKeys::new(KeySettings::worthless(&path));
    keys.found(&organ(), at(FROM)).unwrap();
    keys.issue("990101", &organ(), None, at(FROM), at(TO)).unwrap();
    (folder, path, keys)
}

fn again(path: &PathBuf) -> SealKeys {
    SealKeys::new(KeySettings::worthless(path))
}

#[test]
fn a_ca_is_founded_once_and_the_next_process_finds_it() {
    let (_folder, path, keys) = founded();
    let signature = keys.signer("990101", at(NOW)).unwrap().signer().sign(b"x").unwrap();
    let later = again(&path);
    assert!(later.found(&organ(), at(FROM)).unwrap().made.is_empty());
    let held = later.signer("990101", at(NOW)).unwrap();
    held.cert.key().unwrap().verify_der(b"x", &signature).unwrap();
    assert_eq!(held.kid, keys.signer("990101", at(NOW)).unwrap().kid);
    let certs = Cert::all_from_pem(&later.trust_pem().unwrap()).unwrap();
    assert!(certs.len() == 2 && certs[0].is_self_issued() && !certs[1].is_self_issued());
    assert_eq!(later.certs().unwrap()[0].0, "990101");
    assert!(later.is_founded() && later.maker(at(NOW)).is_ok());
}

#[test]
fn secrets_are_for_their_owner_alone() {
    let (_folder, path, keys) = founded();
    for name in ["root.key", "ca.key", "maker.key", "bureau-990101.key", "passphrase"] {
        let mode = std::fs::metadata(path.join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(keys.open_to_others().unwrap(), None);
    let open = path.join("ca.key");
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(keys.open_to_others().unwrap(), Some(open));
    let text = std::fs::read_to_string(path.join("ca.key")).unwrap();
    assert!(text.contains("YANZHENG KEYBOX") && !text.contains("PRIVATE KEY"));
}

#[test]
fn a_founding_that_was_broken_off_goes_on() {
    let (_folder, path, _) = founded();
    let root = std::fs::read(path.join("root.pem")).unwrap();
    for lost in ["ca.pem", "maker.key", "maker.pem", "bureau-990101.pem", "bureau-990101.key"] {
        std::fs::remove_file(path.join(lost)).unwrap();
    }
    let keys = again(&path);
    assert_eq!(keys.found(&organ(), at(FROM)).unwrap().made, ["ca.pem", "maker.key", "maker.pem"]);
    assert_eq!(std::fs::read(path.join("root.pem")).unwrap(), root);
    keys.issue("990101", &organ(), None, at(FROM), at(TO)).unwrap();
    keys.signer("990101", at(NOW)).unwrap();
}

#[test]
fn what_is_missing_or_wrong_is_told_with_the_way_out() {
    let (_folder, path, _) = founded();
    let told = |keys: SealKeys| {
        let fault = keys.signer("990101", at(NOW)).err().expect("a fault");
        assert!(!fault.next().is_empty());
        (fault.code(), fault.to_string())
    };
    let with = |passphrase: &str| {
        SealKeys::new(KeySettings {
            passphrase: Some(Passphrase::new(passphrase)),
            ..KeySettings::worthless(&path)
        })
    };
    assert_eq!(told(with("some-other-passphrase")).0, "keybox-passphrase");
    let right = std::fs::read_to_string(path.join("passphrase")).unwrap();
    with(right.trim()).signer("990101", at(NOW)).unwrap();
    std::fs::remove_file(path.join("passphrase")).unwrap();
    assert_eq!(told(again(&path)).0, "key-no-passphrase");

    let key = path.join("bureau-990101.key");
    let whole = std::fs::read_to_string(&key).unwrap();
    std::fs::write(&key, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(told(with(right.trim())).0, "keybox-malformed");
    std::fs::copy(path.join("maker.key"), &key).unwrap();
    assert_eq!(told(with(right.trim())).0, "key-cert-differ");
    std::fs::remove_file(&key).unwrap();
    let (code, says) = told(with(right.trim()));
    assert!(code == "key-missing" && says.contains("机关990101的密钥文件"), "{says}");
    std::fs::write(path.join("bureau-990101.pem"), "not a certificate").unwrap();
    assert_eq!(told(with(right.trim())).0, "key-cert");
    assert_eq!(with(right.trim()).signer("990102", at(NOW)).err().unwrap().code(), "key-missing");
    let empty = SealKeys::new(KeySettings::worthless(path.join("nothing")));
    assert!(!empty.is_founded() && empty.certs().unwrap().is_empty());
    assert_eq!(empty.trust().unwrap_err().code(), "key-missing");
}

#[test]
fn a_clock_before_the_certificate_and_one_behind_it_are_told_apart() {
    let (_folder, _, keys) = founded();
    let early = keys.signer("990101", at("2025-12-31T23:59:59Z")).err().unwrap();
    assert!(early.to_string().contains("才有效") && early.next().contains("服务器时间"), "{early}");
    let late = keys.signer("990101", at("2031-01-01T00:00:01Z")).err().unwrap();
    assert!(late.to_string().contains("到期") && late.next().contains("换发"), "{late}");
    keys.signer("990101", at(TO)).unwrap();
}

#[test]
fn a_certificate_of_another_ca_does_not_count() {
    let (_folder, path, _) = founded();
    let (_other, other_path, _) = founded();
    for name in ["bureau-990101.pem", "bureau-990101.key", "passphrase"] {
        std::fs::copy(other_path.join(name), path.join(name)).unwrap();
    }
    assert!(matches!(again(&path).signer("990101", at(NOW)), Err(KeyFault::Chain(_))));
}

#[test]
fn a_bureau_gets_a_new_certificate_only_after_the_old_one_was_set_aside() {
    let (_folder, path, keys) = founded();
    let old = keys.signer("990101", at(NOW)).unwrap().cert.clone();
    let fault = keys.issue("990101", &organ(), None, at(FROM), at(TO)).unwrap_err();
    assert_eq!(fault.code(), "key-exists");
    keys.retire("990101").unwrap();
    assert_eq!(keys.signer("990101", at(NOW)).err().unwrap().code(), "key-missing");
    let new = keys.issue("990101", &organ(), None, at(NOW), at(TO)).unwrap();
    assert_ne!(new, old);
    let names: Vec<String> = std::fs::read_dir(&path)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("old-bureau-990101-2031-01-01-"))
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert_eq!(keys.certs().unwrap().len(), 1);
}

#[test]
fn a_short_passphrase_founds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let settings =
        KeySettings { passphrase: Some(Passphrase::new("short")), ..KeySettings::worthless(folder.path()) };
    let fault = SealKeys::new(settings).found(&organ(), at(FROM)).unwrap_err();
    assert_eq!(fault.code(), "keybox-passphrase-short");
    assert!(!format!("{:?}", Passphrase::new("secret-words-here")).contains("secret"));
}
