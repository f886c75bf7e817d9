//! Seals and signatures with them: what holds, each verdict, and the shapes seals in circulation have.

use crate::support::{PLACE, Town, at, cert, key, policy, soft, subject};
use guomi::seal::{
    Check, Edition, Finding, Holders, Policy, Report, SealFault, SealSignature, Step, StepVerdict, Verdict,
    edition, make_seal, sign_document, verify, verify_seal,
};
use guomi::x509::{Profile, issue};
use guomi::{SignFault, Signer, SigningKey, SoftKey};

const DOCUMENT: &[u8] = b"<ofd:Signature/>";

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let len = content.len();
    let head = match len {
        0..=0x7f => vec![tag, len as u8],
        0x80..=0xff => vec![tag, 0x81, len as u8],
        _ => vec![tag, 0x82, (len >> 8) as u8, len as u8],
    };
    [head, content.to_vec()].concat()
}

/// The content of the outermost field.
fn inside(raw: &[u8]) -> &[u8] {
    match raw[1] {
        0x82 => &raw[4..],
        0x81 => &raw[3..],
        _ => &raw[2..],
    }
}

fn bits(bytes: &[u8]) -> Vec<u8> {
    tlv(0x03, &[&[0], bytes].concat())
}

const SM2_WITH_SM3: [u8; 10] = [0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75];

/// A seal over `info` as another maker's program might have built it.
fn seal_of(maker: &SoftKey, info: &[u8]) -> Vec<u8> {
    let signed = bits(&maker.sign(info).unwrap());
    tlv(0x30, &[info.to_vec(), tlv(0x04, maker.cert_der()), SM2_WITH_SM3.to_vec(), signed].concat())
}

/// A signature with any seal, version and further fields.
fn signature_of(signer: &SoftKey, version: u8, seal: &[u8], more: &[u8]) -> Vec<u8> {
    let to_sign = tlv(
        0x30,
        &[
            tlv(0x02, &[version]),
            seal.to_vec(),
            tlv(0x18, b"20260115080000+0800"),
            bits(&guomi::sm3::digest(DOCUMENT)),
            tlv(0x16, PLACE.as_bytes()),
            more.to_vec(),
        ]
        .concat(),
    );
    let signed = bits(&signer.sign(&to_sign).unwrap());
    tlv(0x30, &[to_sign, tlv(0x04, signer.cert_der()), SM2_WITH_SM3.to_vec(), signed].concat())
}

/// One extension with the default written out: `SEQUENCE { OID 1.2.3, BOOLEAN, OCTET STRING }`.
fn extension(truth: &[u8]) -> Vec<u8> {
    tlv(0x30, &[&tlv(0x06, &[0x2a, 0x03])[..], truth, &tlv(0x04, b"vendor")].concat())
}

/// The codes of the steps that failed.
fn failing(report: &Report) -> Vec<&'static str> {
    let code = |step: &Step| match &step.verdict {
        StepVerdict::Failed(finding) => Some(finding.code()),
        StepVerdict::Passed | StepVerdict::Skipped => None,
    };
    report.steps.iter().filter_map(code).collect()
}

#[test]
fn a_good_signature_passes_every_step_and_says_so() {
    let town = Town::new();
    let trust = town.trust();
    let report = verify(&town.signed(DOCUMENT), DOCUMENT, Some(PLACE), &policy(&trust));
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
    assert_eq!(report.steps.len(), 9);
    let facts = report.facts.unwrap();
    assert_eq!(facts.seal_name, "示范市烟草专卖局行政许可专用章");
    assert_eq!((&facts.signer[..], &facts.maker[..]), ("行政许可专用章", "测试制章人"));
    assert_eq!(facts.signed_at, at("2026-01-15"));
}

#[test]
fn sealed_twice_it_is_the_same_bytes() {
    assert_eq!(Town::new().signed(DOCUMENT), Town::new().signed(DOCUMENT));
}

#[test]
fn reads_back_what_was_ordered() {
    let town = Town::new();
    let (seal, order) = (town.seal(), town.order());
    assert_eq!((&seal.id, &seal.name, seal.kind), (&order.id, &order.name, 1));
    assert_eq!(
        (seal.created, seal.valid_from, seal.valid_to),
        (order.created, order.valid_from, order.valid_to)
    );
    assert_eq!((&seal.holders, &seal.picture), (&order.holders, &order.picture));
    let signature = SealSignature::parse(&town.signed(DOCUMENT)).unwrap();
    assert_eq!(signature.seal, seal, "the seal stands in the signature byte for byte");
}

#[test]
fn another_document_has_its_own_verdict() {
    let town = Town::new();
    let trust = town.trust();
    let report = verify(&town.signed(DOCUMENT), b"<ofd:Signature />", Some(PLACE), &policy(&trust));
    assert_eq!(report.verdict, Verdict::Invalid(Finding::DigestMismatch));
    assert_eq!(
        failing(&report),
        ["document-altered"],
        "the signature itself is good, and the report says so"
    );
    let moved =
        verify(&town.signed(DOCUMENT), DOCUMENT, Some("/Doc_0/Signs/Sign_1/Signature.xml"), &policy(&trust));
    assert_eq!(moved.verdict, Verdict::Invalid(Finding::OtherDocument { says: PLACE.into() }));
}

#[test]
fn a_seal_that_ended_or_has_not_begun() {
    let town = Town::new();
    let trust = town.trust();
    let sign = |from: &str, to: &str| {
        // An honest program refuses to sign; a forger's does not.
        let mut order = town.order();
        (order.valid_from, order.valid_to) = (at(from), at(to));
        let seal = make_seal(&town.maker, &order).unwrap();
        let refused = sign_document(&town.signer, &seal, DOCUMENT, PLACE, at("2026-01-15"));
        assert!(matches!(refused, Err(SealFault::OutsideValidity { .. })));
        let forged = signature_of(&town.signer, 4, &seal.raw, &[]);
        verify(&forged, DOCUMENT, Some(PLACE), &policy(&trust)).verdict
    };
    assert_eq!(
        sign("2025-12-01", "2026-01-14"),
        Verdict::Invalid(Finding::SealExpired { to: at("2026-01-14") })
    );
    assert_eq!(
        sign("2026-01-16", "2027-01-01"),
        Verdict::Invalid(Finding::SealNotYetValid { from: at("2026-01-16") })
    );
}

#[test]
fn a_document_outlives_its_seal() {
    let town = Town::new();
    let trust = town.trust();
    let later = Policy { trust: &trust, now: at("2033-01-01") };
    assert!(verify(&town.signed(DOCUMENT), DOCUMENT, Some(PLACE), &later).is_valid());
}

#[test]
fn a_signature_from_the_future_is_doubted_beyond_five_minutes() {
    let town = Town::new();
    let trust = town.trust();
    let judge = |seconds: i64| {
        let now = at("2026-01-15") - jiff::SignedDuration::from_secs(seconds);
        verify(&town.signed(DOCUMENT), DOCUMENT, Some(PLACE), &Policy { trust: &trust, now })
    };
    assert!(judge(300).is_valid());
    assert_eq!(judge(301).verdict, Verdict::Invalid(Finding::SignedInFuture { at: at("2026-01-15") }));
}

#[test]
fn a_signer_who_is_not_on_the_list() {
    let town = Town::new();
    let trust = town.trust();
    let (from, to) = (at("2024-01-01"), at("2034-01-01"));
    let other = key("clerk");
    let clerk =
        issue(&town.ca, Profile::Signer, &subject("无权人"), other.verifying_key(), &[9], from, to).unwrap();
    let clerk = soft(other, &clerk);
    let refused = sign_document(&clerk, &town.seal(), DOCUMENT, PLACE, at("2026-01-15"));
    assert_eq!(refused, Err(SealFault::NotAHolder { who: "无权人".into() }));
    let report =
        verify(&signature_of(&clerk, 4, &town.seal().raw, &[]), DOCUMENT, Some(PLACE), &policy(&trust));
    assert_eq!(report.verdict, Verdict::Invalid(Finding::NotAHolder { who: "无权人".into() }));
}

#[test]
fn holders_may_be_listed_by_digest() {
    let town = Town::new();
    let trust = town.trust();
    let mut order = town.order();
    let digest = guomi::sm3::digest(town.signer.cert_der()).to_vec();
    order.holders = Holders::Digests(vec![("1.2.156.10197.1.401".into(), digest)]);
    let seal = make_seal(&town.maker, &order).unwrap();
    let signature = sign_document(&town.signer, &seal, DOCUMENT, PLACE, at("2026-01-15")).unwrap();
    assert!(verify(&signature, DOCUMENT, Some(PLACE), &policy(&trust)).is_valid());
}

#[test]
fn a_seal_forged_by_its_holder() {
    let town = Town::new();
    let trust = town.trust();
    // The signer has a good certificate and makes himself a seal of the bureau.
    let forged = make_seal(&town.signer, &town.order()).unwrap();
    let signature = sign_document(&town.signer, &forged, DOCUMENT, PLACE, at("2026-01-15")).unwrap();
    let pinned = town.trust().with_makers(vec![cert(&town.maker).fingerprint()]);
    let report = verify(&signature, DOCUMENT, Some(PLACE), &policy(&pinned));
    assert_eq!(report.verdict, Verdict::Invalid(Finding::UnknownMaker { who: "行政许可专用章".into() }));
    assert!(verify(&town.signed(DOCUMENT), DOCUMENT, Some(PLACE), &policy(&pinned)).is_valid());
    // Without naming the makers nobody can tell: the reason why `with_makers` exists.
    assert!(verify(&signature, DOCUMENT, Some(PLACE), &policy(&trust)).is_valid());
}

#[test]
fn values_of_other_signatures_do_not_fit() {
    let town = Town::new();
    let trust = town.trust();
    let good = SealSignature::parse(&town.signed(DOCUMENT)).unwrap();
    let other = SealSignature::parse(&town.signed(b"other")).unwrap();
    let put = |value: &[u8]| {
        let fields = [&good.to_sign_raw[..], &tlv(0x04, &good.cert), &SM2_WITH_SM3, &bits(value)].concat();
        verify(&tlv(0x30, &fields), DOCUMENT, Some(PLACE), &policy(&trust)).verdict
    };
    assert_eq!(put(&good.signature), Verdict::Valid);
    for bad in [&other.signature[..], &guomi::sm2::der_to_raw(&good.signature).unwrap(), &[], &[0x30, 0]] {
        assert_eq!(put(bad), Verdict::Invalid(Finding::SignatureBad));
    }
    let strange = key("strange").sign_der(&good.to_sign_raw);
    assert_eq!(put(&strange), Verdict::Invalid(Finding::SignatureBad));
    let alice =
        SigningKey::from_scalar_with_id(&guomi::sm3::digest("示范/signer".as_bytes()), "ALICE").unwrap();
    assert_eq!(
        put(&alice.sign_der(&good.to_sign_raw)),
        Verdict::Invalid(Finding::SignatureBad),
        "another identity"
    );
}

#[test]
fn another_algorithm_is_named() {
    let town = Town::new();
    let trust = town.trust();
    let good = SealSignature::parse(&town.signed(DOCUMENT)).unwrap();
    let rsa = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
    let fields = [&good.to_sign_raw[..], &tlv(0x04, &good.cert), &rsa, &bits(&good.signature)].concat();
    let report = verify(&tlv(0x30, &fields), DOCUMENT, Some(PLACE), &policy(&trust));
    assert!(matches!(report.verdict, Verdict::Invalid(Finding::WrongAlgorithm(_))));
}

#[test]
fn the_chain_of_a_stranger_is_not_trusted() {
    let (town, stranger) = (Town::new(), Town::named("别处"));
    let trust = town.trust();
    let report = verify(&stranger.signed(DOCUMENT), DOCUMENT, Some(PLACE), &policy(&trust));
    assert!(matches!(report.verdict, Verdict::Invalid(Finding::SignerCert(_))));
    assert_eq!(failing(&report), ["cert-bad-signature", "cert-bad-signature"], "signer and maker");
}

#[test]
fn extensions_as_seals_in_circulation_carry_them() {
    let town = Town::new();
    let trust = town.trust();
    let info = inside(&town.seal().info_raw).to_vec();
    // FALSE written out, untagged; tagged explicit; tagged implicit; no truth value; TRUE is refused as unknown.
    let list = tlv(0x30, &extension(&[0x01, 0x01, 0x00]));
    let explicit = tlv(0xa0, &list);
    let implicit = tlv(0xa0, &extension(&[0x01, 0x01, 0x00]));
    let plain = tlv(0xa0, &tlv(0x30, &extension(&[])));
    let empty = tlv(0x30, &[]);
    for (shape, extensions, count) in [
        ("untagged", &list, 1),
        ("explicit", &explicit, 1),
        ("implicit", &implicit, 1),
        ("plain", &plain, 1),
        ("empty", &empty, 0),
    ] {
        let seal = seal_of(&town.maker, &tlv(0x30, &[&info[..], extensions].concat()));
        assert!(verify_seal(&seal, &policy(&trust)).is_valid(), "{shape}");
        let signature = signature_of(&town.signer, 4, &seal, extensions);
        let report = verify(&signature, DOCUMENT, Some(PLACE), &policy(&trust));
        assert!(report.is_valid(), "{shape}: {report:#?}");
        assert_eq!(SealSignature::parse(&signature).unwrap().seal.extensions.len(), count, "{shape}");
    }
    for truth in [[0x01, 0x01, 0xff], [0x01, 0x01, 0x01]] {
        let seal = seal_of(&town.maker, &tlv(0x30, &[&info[..], &tlv(0x30, &extension(&truth))].concat()));
        assert!(matches!(
            verify_seal(&seal, &policy(&trust)).verdict,
            Verdict::Invalid(Finding::UnknownCritical(_))
        ));
    }
}

#[test]
fn a_time_stamp_is_kept_and_not_called_verified() {
    let town = Town::new();
    let trust = town.trust();
    let raw = town.signed(DOCUMENT);
    let stamped = tlv(0x30, &[inside(&raw), &tlv(0xa0, &bits(b"stamp"))].concat());
    assert_eq!(SealSignature::parse(&stamped).unwrap().time_stamp.as_deref(), Some(&b"stamp"[..]));
    let report = verify(&stamped, DOCUMENT, Some(PLACE), &policy(&trust));
    assert!(report.is_valid());
    assert!(report.step(Check::Time).unwrap().words.contains("未验证"));
}

/// GM/T 0031—2014: two fields outside; certificate and algorithm stand inside what is signed.
#[test]
fn version_1_is_told_apart() {
    let town = Town::new();
    let trust = town.trust();
    let seal = tlv(
        0x30,
        &[tlv(0x30, &tlv(0x30, &[tlv(0x16, b"ES"), tlv(0x02, &[1])].concat())), tlv(0x30, &[])].concat(),
    );
    let to_sign = tlv(0x30, &[tlv(0x02, &[1]), seal.clone(), bits(b"time"), bits(&[0; 32])].concat());
    let raw = tlv(0x30, &[to_sign, bits(&[0; 64])].concat());
    assert_eq!(edition(&raw), Ok(Edition::V1));
    let report = verify(&raw, DOCUMENT, None, &policy(&trust));
    assert_eq!(report.verdict, Verdict::Unsupported(Edition::V1));
    assert!(report.steps[0].words.contains("GM/T 0031—2014"), "{}", report.steps[0].words);
    assert_eq!(verify_seal(&seal, &policy(&trust)).verdict, Verdict::Unsupported(Edition::V1));
}

#[test]
fn version_5_and_others_are_told_apart() {
    let town = Town::new();
    let trust = town.trust();
    let judge = |version: u8| {
        let raw = signature_of(&town.signer, version, &town.seal().raw, &[]);
        verify(&raw, DOCUMENT, Some(PLACE), &policy(&trust)).verdict
    };
    assert_eq!(judge(5), Verdict::Unsupported(Edition::V5));
    assert_eq!(judge(3), Verdict::Unsupported(Edition::Other(3)));
    assert_eq!(judge(4), Verdict::Valid);
}

#[test]
fn a_seal_of_another_version_inside_is_no_version_4() {
    let town = Town::new();
    let trust = town.trust();
    let mut info = town.seal().info_raw;
    let header = info.windows(7).position(|part| part == [0x16, 2, b'E', b'S', 2, 1, 4]).unwrap();
    info[header + 6] = 5;
    let raw = signature_of(&town.signer, 4, &seal_of(&town.maker, &info), &[]);
    let verdict = verify(&raw, DOCUMENT, Some(PLACE), &policy(&trust)).verdict;
    let differ = SealFault::EditionsDiffer { sign: Edition::V4, seal: Edition::V5 };
    assert_eq!(verdict, Verdict::Invalid(Finding::Format(differ)));
}

#[test]
fn orders_that_would_make_a_bad_seal_are_refused() {
    let town = Town::new();
    let refused = |change: &dyn Fn(&mut guomi::seal::SealOrder)| {
        let mut order = town.order();
        change(&mut order);
        match make_seal(&town.maker, &order) {
            Err(SealFault::Order { what, .. }) => what,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused(&|order| order.picture.data.resize(30 << 20, 0)), "印章图像");
    assert_eq!(refused(&|order| order.picture.data = b"GIF89a".to_vec()), "印章图像");
    assert_eq!(refused(&|order| order.picture.format = "exe".into()), "印章图像");
    assert_eq!(refused(&|order| order.picture.width = 0), "印章图像");
    assert_eq!(refused(&|order| order.picture.height = 70_000), "印章图像");
    assert_eq!(refused(&|order| order.id = "编号".into()), "印章编号");
    assert_eq!(refused(&|order| order.id.clear()), "印章编号");
    assert_eq!(refused(&|order| order.name = " ".into()), "印章名称");
    assert_eq!(refused(&|order| order.name = "章".repeat(101)), "印章名称");
    assert_eq!(refused(&|order| order.kind = 3), "印章类型");
    assert_eq!(refused(&|order| order.valid_to = order.valid_from), "有效期");
    assert_eq!(refused(&|order| order.created = at("2030-01-01")), "制作日期");
    assert_eq!(refused(&|order| order.holders = Holders::Certs(vec![])), "使用人名单");
    assert_eq!(
        refused(&|order| order.holders = Holders::Digests(vec![("md5".into(), vec![0; 16])])),
        "使用人名单"
    );
}

#[test]
fn a_signing_service_that_is_down_says_so_and_may_be_asked_again() {
    struct Down(Vec<u8>);
    impl Signer for Down {
        fn cert_der(&self) -> &[u8] {
            &self.0
        }
        fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SignFault> {
            Err(SignFault::Unavailable("连接超时".into()))
        }
    }
    let town = Town::new();
    let down = Down(town.signer.cert_der().to_vec());
    let fault = sign_document(&down, &town.seal(), DOCUMENT, PLACE, at("2026-01-15")).unwrap_err();
    let SealFault::Sign(fault) = fault else { panic!("{fault}") };
    assert!(fault.may_pass());
    assert_eq!(fault.code(), "signer-unavailable");
}
