//! Sealing and verifying what was not touched.

use crate::support::*;
use guomi::seal::SealFault as GuomiFault;
use ofd::{Area, Limits, SealFault, SealSigner, Side, Stamp, Verdict, open};

#[test]
fn a_sealed_document_is_sound_and_the_same_twice() {
    let town = Town::named("示范");
    let bytes = town.sealed().to_bytes();
    assert_eq!(bytes, town.sealed().to_bytes());
    let report = ofd::check(&bytes, &Limits::default(), &town.policy());
    assert_eq!(report.verdict, Verdict::Sound, "{:#?}", report.steps);
    assert!(report.steps.iter().all(|step| step.good));
    let seal = &report.seals[0];
    assert_eq!(seal.stamps.len(), 1);
    assert_eq!(seal.stamps[0].1, Area { x: 129.0, y: 219.0, width: 42.0, height: 42.0 });
    assert_eq!(seal.stated_time.as_deref(), Some("20260115000000Z"));
    assert_eq!(seal.facts.as_ref().unwrap().seal_name, "示范市烟草专卖局行政许可专用章");
    assert_eq!(report.document.unwrap().info.custom[0].1, "990101100001");
}

#[test]
fn a_document_without_a_seal_says_so() {
    let town = Town::named("示范");
    assert_eq!(town.verdict(&written().to_bytes()), Verdict::Unsealed);
}

#[test]
fn a_second_seal_covers_the_first() {
    let (town, county) = (Town::named("示范"), Town::named("县"));
    let first = open(&town.sealed().to_bytes(), &Limits::default()).unwrap();
    let stamps = [Stamp::centred(1, 100.0, 100.0, 42.0, 42.0)];
    let both = first.seal(&town.office(), None, &stamps, at("2026-02-01")).unwrap();
    assert_eq!(both.part("Doc_0/Signs/Sign_0/Signature.xml"), first.part("Doc_0/Signs/Sign_0/Signature.xml"));
    let report = ofd::check(&both.to_bytes(), &Limits::default(), &town.policy());
    assert_eq!(report.verdict, Verdict::Sound, "{:#?}", report.steps);
    assert_eq!(report.seals.iter().map(|seal| seal.id.as_str()).collect::<Vec<_>>(), ["s001", "s002"]);

    // The other's seal is good in itself, but nobody here trusts its root; the first still holds.
    let foreign = first.seal(&county.office(), None, &stamps, at("2026-02-01")).unwrap();
    let report = ofd::check(&foreign.to_bytes(), &Limits::default(), &town.policy());
    assert!(matches!(report.verdict, Verdict::BadSeal(_)), "{:?}", report.verdict);
    assert_eq!(report.seals.iter().map(|seal| seal.good).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_seal_across_the_edges_shows_a_piece_on_each_page() {
    let stamps = Stamp::across(&[210.0, 210.0, 297.0], Side::Right, 120.0, 42.0, 42.0);
    for (at, stamp) in stamps.iter().enumerate() {
        let clip = stamp.clip.unwrap();
        let page_width = [210.0, 210.0, 297.0][at];
        assert_eq!(stamp.page, at);
        // The visible piece ends at the edge of the page, and the pieces make the whole.
        assert!((stamp.area.x + clip.x + clip.width - page_width).abs() < 1e-9);
        assert!((clip.x - 14.0 * at as f64).abs() < 1e-9 && (clip.width - 14.0).abs() < 1e-9);
    }
    let left = Stamp::across(&[210.0, 210.0], Side::Left, 120.0, 42.0, 42.0);
    assert!(left.iter().all(|stamp| (stamp.area.x + stamp.clip.unwrap().x).abs() < 1e-9));
    let many = Stamp::across(&[210.0; 61], Side::Right, 120.0, 42.0, 42.0);
    assert_eq!(many.iter().map(|stamp| stamp.page).collect::<Vec<_>>(), (0..61).collect::<Vec<_>>());
    assert!(many.iter().all(|stamp| stamp.clip.unwrap().width >= 1.4));

    let town = Town::named("示范");
    let stamps = Stamp::across(&[210.0, 210.0], Side::Right, 120.0, 42.0, 42.0);
    let sealed = written().seal(&town.office(), None, &stamps, at("2026-01-15")).unwrap();
    let report = ofd::check(&sealed.to_bytes(), &Limits::default(), &town.policy());
    assert_eq!(report.verdict, Verdict::Sound);
    assert_eq!(report.seals[0].stamps.len(), 2);
    assert_eq!(report.seals[0].stamps[1].2.unwrap().x, 21.0);
}

/// A seal service that is down.
struct Down;

impl SealSigner for Down {
    type Fault = &'static str;

    fn sign(&self, _: &[u8], _: &str, _: jiff::Timestamp) -> Result<Vec<u8>, Self::Fault> {
        Err("down")
    }
}

#[test]
fn what_cannot_be_sealed_is_refused_whole() {
    let town = Town::named("示范");
    let office = town.office();
    let seal = |stamp: Stamp, on: &str| written().seal(&office, None, &[stamp], at(on));
    let fault = seal(Stamp::centred(2, 1.0, 1.0, 42.0, 42.0), "2026-01-15").unwrap_err();
    assert!(matches!(fault, SealFault::NoSuchPage { page: 2, pages: 2 }));
    let fault = seal(Stamp::centred(0, f64::NAN, 1.0, 42.0, 42.0), "2026-01-15").unwrap_err();
    assert!(matches!(fault, SealFault::BadPlace));
    let fault = seal(Stamp::centred(0, 1.0, 1.0, 42.0, 42.0), "2027-01-15").unwrap_err();
    assert!(matches!(fault, SealFault::Signer(GuomiFault::OutsideValidity { .. })));
    let fault = written().seal(&Down, None, &[], at("2026-01-15")).unwrap_err();
    assert!(matches!(fault, SealFault::Signer("down")));
}

#[test]
fn a_link_is_put_in_whatever_the_prefix() {
    let town = Town::named("示范");
    let plain = changed(&written(), |name, bytes| {
        if name == "OFD.xml" {
            let text = String::from_utf8(bytes.clone()).unwrap();
            *bytes = text
                .replace("ofd:", "")
                .replace("xmlns:ofd", "xmlns")
                .replace("Yanzheng", "Other")
                .into_bytes();
        }
        true
    });
    assert!(
        open(&plain, &Limits::default())
            .unwrap()
            .part("OFD.xml")
            .unwrap()
            .windows(9)
            .any(|at| at == b"<DocBody>")
    );
    let package = open(&plain, &Limits::default()).unwrap();
    let sealed = package.seal(&town.office(), None, &[], at("2026-01-15"));
    let sealed = sealed.unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(town.verdict(&sealed.to_bytes()), Verdict::Sound);
}
