//! A sealed document, changed.

use crate::support::*;
use ofd::{Limits, Verdict, open};

/// Every part, a flipped byte at ten places each; in the unprotected list at every place.
#[test]
fn a_flipped_byte_is_found_in_every_part() {
    let town = Town::named("示范");
    let sealed = town.sealed();
    let mut parts = 0;
    for (part, whole) in sealed.parts() {
        let step = if part.ends_with("Signatures.xml") { 1 } else { (whole.len() / 10).max(1) };
        for place in (0..whole.len()).step_by(step) {
            // One bit after the other: case, digits and letters all change.
            let bit = 1 << (place % 7);
            let bytes = changed(&sealed, |name, bytes| {
                if name == part {
                    bytes[place] ^= bit;
                }
                true
            });
            assert_ne!(town.verdict(&bytes), Verdict::Sound, "{part} at {place} ^ {bit}");
        }
        parts += 1;
    }
    assert!(parts >= 13, "{parts}");
}

/// Also where the flip makes the document impossible to open, and where the container no longer unpacks.
#[test]
fn a_flipped_byte_in_what_the_seal_covers_is_called_a_change() {
    let town = Town::named("示范");
    let sealed = town.sealed();
    for (part, whole) in sealed.parts().filter(|(part, _)| !part.contains("/Signs/")) {
        for place in (0..whole.len()).step_by((whole.len() / 20).max(1)) {
            let bytes = changed(&sealed, |name, bytes| {
                if name == part {
                    bytes[place] ^= 1 << (place % 7);
                }
                true
            });
            assert_eq!(town.verdict(&bytes), Verdict::Altered, "{part} at {place}");
        }
    }
}

#[test]
fn a_flipped_byte_in_the_file_itself_is_called_a_change() {
    let town = Town::named("示范");
    let bytes = town.sealed().to_bytes();
    let mut altered = 0;
    let places: Vec<usize> = (40..bytes.len() - 2_000).step_by(61).collect();
    for place in &places {
        let mut flipped = bytes.clone();
        flipped[*place] ^= 4;
        let report = ofd::check(&flipped, &Limits::default(), &town.policy());
        if report.verdict == Verdict::Sound {
            // The container's own times and versions: no reader shows them.
            assert_eq!(open(&flipped, &Limits::default()).unwrap(), town.sealed(), "{place}");
            continue;
        }
        assert!(report.steps.iter().any(|step| !step.good), "{place}");
        altered += usize::from(report.verdict == Verdict::Altered);
        assert!([Verdict::Altered, Verdict::Unreadable].contains(&report.verdict), "{place}: {report:?}");
    }
    // What is left are the few bytes of the container's own headers.
    assert!(altered * 100 >= places.len() * 85, "{altered} of {}", places.len());
}

#[test]
fn what_was_changed_is_named() {
    let town = Town::named("示范");
    let bytes = changed(&town.sealed(), |name, bytes| {
        if name == "Doc_0/Pages/Page_0/Content.xml" {
            let text = String::from_utf8(bytes.clone()).unwrap();
            *bytes = text.replace("第1便民店", "第2便民店").into_bytes();
        }
        true
    });
    let report = ofd::check(&bytes, &Limits::default(), &town.policy());
    assert_eq!(report.verdict, Verdict::Altered);
    let bad: Vec<_> = report.steps.iter().filter(|step| !step.good).collect();
    assert_eq!(bad.len(), 1, "{bad:?}");
    assert_eq!(
        (bad[0].subject.as_str(), bad[0].words.as_str()),
        ("第1枚签章：/Doc_0/Pages/Page_0/Content.xml", "签章后被改动")
    );
}

#[test]
fn parts_taken_out_or_put_in_are_found() {
    let town = Town::named("示范");
    let sealed = town.sealed();
    for (part, _) in sealed.parts() {
        let bytes = changed(&sealed, |name, _| name != part);
        assert_ne!(town.verdict(&bytes), Verdict::Sound, "{part}");
    }
    let mut parts: Vec<(String, Vec<u8>)> =
        sealed.parts().map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect();
    parts.push(("Doc_0/Annots/Annotations.xml".to_owned(), b"<x/>".to_vec()));
    let bytes = zip(&parts.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect::<Vec<_>>());
    assert_eq!(town.verdict(&bytes), Verdict::Uncovered);
}

/// The seal taken off by someone who knows the format: the document opens, but it is an unsealed one.
#[test]
fn a_stripped_seal_leaves_an_unsealed_document() {
    let town = Town::named("示范");
    let stripped = changed(&town.sealed(), |name, bytes| {
        if name == "OFD.xml" {
            let text = String::from_utf8(bytes.clone()).unwrap();
            let link = "<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>";
            assert!(text.contains(link));
            *bytes = text.replace(link, "").into_bytes();
        }
        !name.starts_with("Doc_0/Signs/")
    });
    assert_eq!(town.verdict(&stripped), Verdict::Unsealed);

    let emptied = changed(&town.sealed(), |name, bytes| {
        if name.ends_with("Signatures.xml") {
            let text = String::from_utf8(bytes.clone()).unwrap();
            let start = text.find("<ofd:Signature ").unwrap();
            *bytes = format!("{}</ofd:Signatures>", &text[..start]).into_bytes();
        }
        true
    });
    assert_eq!(town.verdict(&emptied), Verdict::Unsealed);
}

/// The seal of one licence put on another one.
#[test]
fn a_seal_moved_to_another_document_does_not_hold() {
    let town = Town::named("示范");
    let sealed = town.sealed();
    let mut other = meta();
    other.custom[0].1 = "990101100002".into();
    let other = ofd::write(&licence(), &other).unwrap();
    let entrance = other.part("OFD.xml").unwrap().to_vec();
    let bytes = changed(&sealed, |name, bytes| {
        if name == "OFD.xml" {
            let text = String::from_utf8(entrance.clone()).unwrap();
            let link = "<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody>";
            *bytes = text.replace("</ofd:DocBody>", link).into_bytes();
        }
        true
    });
    assert_eq!(town.verdict(&bytes), Verdict::Altered);
}

#[test]
fn a_seal_file_other_than_the_signed_seal_is_found() {
    let (town, other) = (Town::named("示范"), Town::named("县"));
    let sealed = written().seal(&town.office(), Some(&other.seal.raw), &[], at("2026-01-15")).unwrap();
    assert_eq!(town.verdict(&sealed.to_bytes()), Verdict::BadSeal("seal-file-differs".into()));
}

#[test]
fn an_expired_or_foreign_seal_has_its_own_word() {
    let (town, other) = (Town::named("示范"), Town::named("县"));
    let bytes = town.sealed().to_bytes();
    let foreign = ofd::check(&bytes, &Limits::default(), &other.policy());
    let Verdict::BadSeal(word) = foreign.verdict else { panic!("{:?}", foreign.verdict) };
    assert!(!word.is_empty());
    assert!(foreign.steps.iter().any(|step| step.words.contains("与签章时一致")));
    let early = guomi::seal::Policy { trust: &town.trust, now: at("2026-01-01") };
    assert_eq!(
        ofd::check(&bytes, &Limits::default(), &early).verdict,
        Verdict::BadSeal("signed-in-future".into())
    );
}

/// Bytes of the container that no part holds must not let two readers see two documents.
#[test]
fn a_flip_in_the_container_never_shows_another_document() {
    let town = Town::named("示范");
    let sealed = town.sealed();
    let bytes = sealed.to_bytes();
    let around: Vec<usize> = (0..600).chain(bytes.len() - 1400..bytes.len()).collect();
    for place in around {
        let mut flipped = bytes.clone();
        flipped[place] ^= 0x04;
        if let Ok(package) = open(&flipped, &Limits::default()) {
            assert!(package == sealed || town.verdict(&flipped) != Verdict::Sound, "{place}");
        }
    }
}
