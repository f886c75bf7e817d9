//! Chains: one that holds, and each way not to hold.

use crate::support::{Town, at, cert, key, soft, subject};
use guomi::x509::{
    Cert, Chain, ChainFault, Profile, Purpose, Revoked, Trust, TrustFault, issue, self_signed,
};
use guomi::{SignFault, Signer, SoftKey};

fn leaf_under(issuer: &SoftKey, profile: Profile, name: &str) -> Cert {
    let key = key(name);
    issue(issuer, profile, &subject(name), key.verifying_key(), &[9], at("2024-01-01"), at("2034-01-01"))
        .unwrap()
}

fn check(town: &Town, leaf: &Cert, day: &str) -> Result<Chain, ChainFault> {
    town.trust().check(leaf, at(day), Purpose::Sign)
}

#[test]
fn a_good_chain_goes_from_the_leaf_to_the_root() {
    let town = Town::new();
    let (leaf, ca, root) = (cert(&town.signer), cert(&town.ca), cert(&town.root));
    let chain = Chain::check(&leaf, std::slice::from_ref(&ca), std::slice::from_ref(&root), at("2026-01-01"))
        .unwrap();
    assert_eq!(chain.certs, [leaf, ca, root]);
}

#[test]
fn the_first_and_the_last_second_count() {
    let town = Town::new();
    let leaf = cert(&town.signer);
    assert!(check(&town, &leaf, "2024-01-01").is_ok());
    assert!(check(&town, &leaf, "2034-01-01").is_ok());
    let early = check(&town, &leaf, "2023-12-31").unwrap_err();
    assert_eq!(early, ChainFault::NotYetValid { who: "行政许可专用章".into(), not_before: at("2024-01-01") });
    let late = check(&town, &leaf, "2034-01-02").unwrap_err();
    assert_eq!(late, ChainFault::Expired { who: "行政许可专用章".into(), not_after: at("2034-01-01") });
    // People read the time of China.
    assert_eq!(late.to_string(), "“行政许可专用章”的证书已于2034-01-01 08:00:00到期");
}

#[test]
fn an_expired_ca_spoils_the_chain_and_is_named() {
    let town = Town::new();
    let key = key("long");
    let long = issue(
        &town.ca,
        Profile::Signer,
        &subject("久"),
        key.verifying_key(),
        &[9],
        at("2024-01-01"),
        at("2044-01-01"),
    );
    let fault = check(&town, &long.unwrap(), "2035-01-01").unwrap_err();
    assert!(matches!(fault, ChainFault::Expired { who, .. } if who == "测试证书颁发机构"));
}

#[test]
fn a_chain_of_strangers_with_the_same_names_is_a_forgery() {
    let (town, stranger) = (Town::new(), Town::named("别处"));
    // The names match, the keys don't: whoever copies names must not be told apart by names.
    let fault = check(&town, &cert(&stranger.signer), "2026-01-01").unwrap_err();
    assert_eq!(fault, ChainFault::BadSignature { who: "行政许可专用章".into() });
}

#[test]
fn an_unknown_issuer_is_named() {
    let town = Town::new();
    let root =
        self_signed(&key("other"), &subject("另一个根"), &[1], at("2020-01-01"), at("2040-01-01")).unwrap();
    let leaf = leaf_under(&soft(key("other"), &root), Profile::Signer, "陌生人");
    let fault = check(&town, &leaf, "2026-01-01").unwrap_err();
    assert!(matches!(fault, ChainFault::UnknownIssuer { issuer, .. } if issuer.contains("另一个根")));
    let without_ca = Trust::new(vec![cert(&town.root)], vec![]);
    let fault = without_ca.check(&cert(&town.signer), at("2026-01-01"), Purpose::Sign).unwrap_err();
    assert_eq!(fault.code(), "cert-unknown-issuer");
}

#[test]
fn a_self_signed_certificate_is_no_root_of_ours() {
    let town = Town::new();
    let own = self_signed(&key("own"), &subject("自立"), &[1], at("2020-01-01"), at("2040-01-01")).unwrap();
    let fault = town.trust().check(&own, at("2026-01-01"), Purpose::Issue).unwrap_err();
    assert_eq!(fault.code(), "cert-unknown-issuer");
}

#[test]
fn an_end_certificate_issues_nothing() {
    let town = Town::new();
    let leaf = leaf_under(&town.signer, Profile::Signer, "下线");
    let trust = Trust::new(vec![cert(&town.root)], vec![cert(&town.ca), cert(&town.signer)]);
    let fault = trust.check(&leaf, at("2026-01-01"), Purpose::Sign).unwrap_err();
    assert_eq!(fault, ChainFault::NotACa { who: "下线".into(), issuer: "行政许可专用章".into() });
}

#[test]
fn a_ca_signs_no_documents() {
    let town = Town::new();
    let fault = check(&town, &cert(&town.ca), "2026-01-01").unwrap_err();
    assert_eq!(fault, ChainFault::WrongKeyUsage { who: "测试证书颁发机构".into(), needed: "签名" });
}

#[test]
fn a_ca_under_a_ca_is_too_long() {
    let town = Town::new();
    let second = soft(key("二级"), &leaf_under(&town.ca, Profile::Ca, "二级"));
    let leaf = leaf_under(&second, Profile::Signer, "末端");
    let trust = Trust::new(vec![cert(&town.root)], vec![cert(&town.ca), cert(&second)]);
    let fault = trust.check(&leaf, at("2026-01-01"), Purpose::Sign).unwrap_err();
    assert_eq!(fault, ChainFault::TooLong { who: "测试证书颁发机构".into() });
}

#[test]
fn two_cas_that_certify_each_other_end_the_climb() {
    let (one, two) = (key("甲"), key("乙"));
    let name = |word: &str| {
        self_signed(&key(word), &subject(word), &[1], at("2020-01-01"), at("2040-01-01")).unwrap()
    };
    let (self_one, self_two) = (soft(one.clone(), &name("甲")), soft(two.clone(), &name("乙")));
    let crossed = |issuer: &SoftKey, whom: &str| {
        issue(
            issuer,
            Profile::Ca,
            &subject(whom),
            key(whom).verifying_key(),
            &[2],
            at("2020-01-01"),
            at("2040-01-01"),
        )
        .unwrap()
    };
    let ring = vec![crossed(&self_two, "甲"), crossed(&self_one, "乙")];
    let leaf = leaf_under(&self_one, Profile::Signer, "环");
    let fault = Trust::new(vec![], ring).check(&leaf, at("2026-01-01"), Purpose::Sign).unwrap_err();
    assert_eq!(fault.code(), "cert-chain-too-long");
}

/// Without path lengths nothing but the limit on the whole chain ends this one.
#[test]
fn two_faces_of_one_ca_end_the_climb() {
    let face = |serial| {
        self_signed(&key("双面"), &subject("双面"), &[serial], at("2020-01-01"), at("2040-01-01")).unwrap()
    };
    let leaf = leaf_under(&soft(key("双面"), &face(1)), Profile::Signer, "面");
    let fault =
        Trust::new(vec![], vec![face(1), face(2)]).check(&leaf, at("2026-01-01"), Purpose::Sign).unwrap_err();
    assert_eq!(fault.code(), "cert-chain-too-long");
}

#[test]
fn the_key_of_a_ca_under_another_name_is_a_mismatch() {
    let town = Town::new();
    let ca_key = key("示范/ca");
    let renamed = issue(
        &town.root,
        Profile::Ca,
        &subject("改名机构"),
        ca_key.verifying_key(),
        &[7],
        at("2024-01-01"),
        at("2034-01-01"),
    );
    let leaf = leaf_under(&soft(ca_key, &renamed.unwrap()), Profile::Signer, "名不符");
    let fault = check(&town, &leaf, "2026-01-01").unwrap_err();
    assert!(
        matches!(&fault, ChainFault::NameMismatch { says, is, .. } if says.contains("改名机构") && is.contains("测试证书颁发机构")),
        "{fault}"
    );
}

#[test]
fn a_ca_with_a_new_key_keeps_its_name_and_both_chains_hold() {
    let town = Town::new();
    let new_key = key("ca of 2026");
    let (from, to) = (at("2024-01-01"), at("2034-01-01"));
    let same_name = subject("测试证书颁发机构");
    let new_ca = issue(&town.root, Profile::Ca, &same_name, new_key.verifying_key(), &[8], from, to).unwrap();
    let new_leaf = leaf_under(&soft(new_key, &new_ca), Profile::Signer, "新");
    let trust = Trust::new(vec![cert(&town.root)], vec![cert(&town.ca), new_ca]);
    for leaf in [&cert(&town.signer), &new_leaf] {
        assert!(trust.check(leaf, at("2026-01-01"), Purpose::Sign).is_ok());
    }
}

#[test]
fn an_algorithm_that_differs_inside_and_outside_is_refused() {
    let town = Town::new();
    let raw = cert(&town.signer).der().to_vec();
    let oid = [0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75];
    let places: Vec<_> = (0..raw.len() - oid.len()).filter(|at| raw[*at..].starts_with(&oid)).collect();
    assert_eq!(places.len(), 2);
    for place in places {
        let mut other = raw.clone();
        other[place + oid.len() - 1] = 0x76;
        let fault = check(&town, &Cert::from_der(&other).unwrap(), "2026-01-01").unwrap_err();
        assert_eq!(fault.code(), "cert-algorithm");
    }
}

#[test]
fn every_altered_byte_of_a_certificate_is_found() {
    let town = Town::new();
    let trust = town.trust();
    let raw = cert(&town.signer).der().to_vec();
    for place in 0..raw.len() {
        let mut altered = raw.clone();
        altered[place] ^= 0x01;
        let holds = Cert::from_der(&altered)
            .is_ok_and(|cert| trust.check(&cert, at("2026-01-01"), Purpose::Sign).is_ok());
        assert!(!holds, "byte {place}");
        assert!(Cert::from_der(&raw[..place]).is_err(), "cut at {place}");
    }
    assert!(Cert::from_der(&[&raw[..], &[0]].concat()).is_err(), "a byte after the end");
}

#[test]
fn a_good_link_remembered_does_not_outlive_its_time() {
    let town = Town::new();
    let trust = town.trust();
    let leaf = cert(&town.signer);
    assert!(trust.check(&leaf, at("2026-01-01"), Purpose::Sign).is_ok());
    assert_eq!(trust.check(&leaf, at("2035-01-01"), Purpose::Sign).unwrap_err().code(), "cert-expired");
}

#[test]
fn what_was_revoked_counts_until_then_and_a_stolen_key_never() {
    let town = Town::new();
    let leaf = cert(&town.signer);
    let revoked =
        |from| town.trust().with_revoked(vec![Revoked { fingerprint: leaf.fingerprint(), at: from }]);
    let ended = revoked(at("2026-06-01"));
    assert!(ended.check(&leaf, at("2026-05-31"), Purpose::Sign).is_ok());
    assert_eq!(ended.check(&leaf, at("2026-06-01"), Purpose::Sign).unwrap_err().code(), "cert-revoked");
    let stolen = revoked(jiff::Timestamp::MIN);
    assert_eq!(stolen.check(&leaf, at("2024-02-01"), Purpose::Sign).unwrap_err().code(), "cert-revoked");
}

#[test]
fn a_critical_extension_we_do_not_know_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let run = |line: &str| {
        let done = std::process::Command::new("openssl")
            .args(line.split(' '))
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    run("genpkey -algorithm SM2 -out key.pem");
    run(
        "req -x509 -new -key key.pem -sm3 -sigopt distid:1234567812345678 -days 36500 -subj /CN=Strict -out cert.pem \
         -addext keyUsage=critical,digitalSignature -addext 1.2.3.4=critical,ASN1:UTF8String:x",
    );
    let pem = std::fs::read_to_string(folder.path().join("cert.pem")).unwrap();
    let strict = Cert::all_from_pem(&pem).unwrap().remove(0);
    let trust = Trust::new(vec![strict.clone()], vec![]);
    let inside = strict.not_before();
    let fault = trust.check(&strict, inside, Purpose::Sign).unwrap_err();
    assert!(matches!(fault, ChainFault::UnknownCritical { oid, .. } if oid.to_string() == "1.2.3.4"));
}

#[test]
fn trust_leaves_as_pem_root_first_and_comes_back() {
    let town = Town::new();
    let pem = town.trust().to_pem();
    let certs = Cert::all_from_pem(&pem).unwrap();
    assert_eq!(certs, [cert(&town.root), cert(&town.ca)]);
    let back = Trust::from_pem(&pem).unwrap();
    assert!(back.check(&cert(&town.signer), at("2026-01-01"), Purpose::Sign).is_ok());
    assert_eq!(Trust::from_pem(&cert(&town.ca).to_pem()).err(), Some(TrustFault::NoRoot));
    assert!(Trust::from_pem("").is_err());
    assert!(Trust::from_pem("-----BEGIN CERTIFICATE-----\nMIIB").is_err());
}

#[test]
fn a_key_with_the_certificate_of_another_is_no_signer() {
    let town = Town::new();
    let wrong = SoftKey::new(key("other"), town.signer.cert_der().to_vec());
    assert_eq!(wrong.err(), Some(SignFault::KeyAndCertDiffer));
}

#[test]
fn names_with_commas_and_rare_characters_stay_whole() {
    let town = Town::new();
    for name in ["阿不都热依木·买买提", "𬭎记，烟酒店 \"A+B\"=C", "CN=root,O=局"] {
        let leaf = leaf_under(&town.ca, Profile::Signer, name);
        assert_eq!(leaf.name(), name);
        assert!(check(&town, &leaf, "2026-01-01").is_ok());
    }
}
