//! Files that are not what they say.

use crate::support::*;
use ofd::{Limits, open};
use proptest::prelude::*;

const ENTRANCE: &[u8] = b"<ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:DocBody/></ofd:OFD>";

fn code(bytes: &[u8]) -> &'static str {
    open(bytes, &Limits::default()).map_or_else(|fault| fault.code(), |_| "open")
}

#[test]
fn other_files_are_not_ofd() {
    assert_eq!(code(b""), "ofd-not-ofd");
    assert_eq!(code(b"%PDF-1.7"), "ofd-not-ofd");
    assert_eq!(code(&zip(&[("word/document.xml", b"x")])), "ofd-not-ofd");
    assert_eq!(code(&zip(&[("OFD.xml", ENTRANCE)])), "open");
}

#[test]
fn names_that_climb_or_collide_are_refused() {
    for name in ["../x", "/x", "a/../../x", "a\\b", "C:x", "a//b", "./x", "a\0b", "OFD.xml", "ofd.XML", ""] {
        let bytes = zip(&[("OFD.xml", ENTRANCE), (name, b"x")]);
        assert_eq!(code(&bytes), "ofd-bad-path", "{name:?}");
    }
}

#[test]
fn too_much_is_refused_before_it_is_unpacked() {
    let names: Vec<String> = (0..3_000).map(|number| format!("f{number}")).collect();
    let mut entries: Vec<(&str, &[u8])> = vec![("OFD.xml", ENTRANCE)];
    entries.extend(names.iter().map(|name| (name.as_str(), &b""[..])));
    assert_eq!(code(&zip(&entries)), "ofd-too-much");

    // A bomb: 64 MB of zeros in 64 kB, in a part that deflates.
    let bomb = Bomb::of(64 << 20);
    assert_eq!(code(&bomb.honest()), "ofd-too-much");
    // The same, lying about its size.
    assert_eq!(code(&bomb.lying()), "ofd-damaged");
}

struct Bomb {
    size: usize,
    packed: Vec<u8>,
}

impl Bomb {
    fn of(size: usize) -> Bomb {
        let mut compress = flate2::Compress::new(flate2::Compression::best(), false);
        let mut packed = Vec::with_capacity(1 << 20);
        compress.compress_vec(&vec![0; size], &mut packed, flate2::FlushCompress::Finish).unwrap();
        Bomb { size, packed }
    }

    fn honest(&self) -> Vec<u8> {
        self.stating(self.size as u32)
    }

    fn lying(&self) -> Vec<u8> {
        self.stating(100_000)
    }

    fn stating(&self, size: u32) -> Vec<u8> {
        let mut bytes = zip(&[("OFD.xml", &self.packed)]);
        let directory = bytes.len() - 22 - 46 - 7;
        for at in [0, directory + 2] {
            bytes[at + 8] = 8;
            bytes[at + 22..at + 26].copy_from_slice(&size.to_le_bytes());
        }
        bytes
    }
}

#[test]
fn two_entries_in_one_place_are_refused() {
    let mut bytes = zip(&[("OFD.xml", ENTRANCE), ("OFD.xm2", ENTRANCE)]);
    // The second directory record points to where the first entry is.
    let second = bytes.len() - 22 - 46 - 7;
    bytes[second + 42..second + 46].fill(0);
    assert_eq!(code(&bytes), "ofd-damaged");
    let second = second + 46;
    bytes[second..second + 7].copy_from_slice(b"OFD.xml");
    assert_eq!(code(&bytes), "ofd-damaged");
}

#[test]
fn encrypted_and_strange_methods_are_refused() {
    for (offset, value) in [(8, 1_u8), (10, 12)] {
        let mut bytes = zip(&[("OFD.xml", ENTRANCE)]);
        let record = bytes.len() - 22 - 46 - 7;
        bytes[record + offset] = value;
        assert_eq!(code(&bytes), "ofd-method");
    }
}

#[test]
fn something_before_or_behind_is_refused() {
    let bytes = zip(&[("OFD.xml", ENTRANCE)]);
    assert_eq!(code(&[b"PK\x03\x04", &bytes[..]].concat()), "ofd-damaged");
    assert_eq!(code(&[&bytes[..], b"x"].concat()), "ofd-damaged");
}

#[test]
fn documents_with_holes_are_refused_in_words() {
    let limits = Limits::default();
    let read =
        |parts: &[(&str, &[u8])]| open(&zip(parts), &limits).unwrap().document(&limits).unwrap_err().code();
    let entrance = |body: &str| {
        format!("<ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\">{body}</ofd:OFD>").into_bytes()
    };
    assert_eq!(read(&[("OFD.xml", ENTRANCE)]), "ofd-missing");
    assert_eq!(read(&[("OFD.xml", &entrance(""))]), "ofd-missing");
    let outside = entrance("<ofd:DocBody><ofd:DocRoot>../../etc/passwd</ofd:DocRoot></ofd:DocBody>");
    assert_eq!(read(&[("OFD.xml", &outside)]), "ofd-bad-path");
    let twice = entrance("<ofd:DocBody><ofd:DocRoot>d</ofd:DocRoot></ofd:DocBody><ofd:DocBody/>");
    assert_eq!(read(&[("OFD.xml", &twice)]), "ofd-xml");
    let own = entrance("<ofd:DocBody><ofd:DocRoot>OFD.xml</ofd:DocRoot></ofd:DocBody>");
    assert_eq!(read(&[("OFD.xml", &own)]), "ofd-xml");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn junk_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let town = Town::named("示范");
        let _ = town.verdict(&bytes);
        let _ = town.verdict(&[b"PK\x03\x04", &bytes[..]].concat());
    }

    #[test]
    fn truncation_is_never_sound(cut in 0.0..1.0_f64) {
        let (town, bytes) = sealed();
        let cut = (bytes.len() as f64 * cut) as usize;
        prop_assert_eq!(town.verdict(&bytes[..cut]), ofd::Verdict::Unreadable);
    }

    #[test]
    fn junk_in_a_part_never_panics(part in 0..13_usize, junk in prop::collection::vec(any::<u8>(), 0..300), at in 0.0..1.0_f64) {
        let (town, bytes) = sealed();
        let package = open(bytes, &Limits::default()).unwrap();
        let name = package.parts().nth(part).unwrap().0.to_owned();
        let changed = changed(&package, |other, bytes| {
            if other == name {
                let at = (bytes.len() as f64 * at) as usize;
                bytes.truncate(at);
                bytes.extend(&junk);
            }
            true
        });
        prop_assert_ne!(town.verdict(&changed), ofd::Verdict::Sound);
        if let Ok(package) = open(&changed, &Limits::default())
            && let Ok(document) = package.document(&Limits::default())
        {
            let _ = package.page_text(&document, 0, &Limits::default());
        }
    }
}

fn sealed() -> (&'static Town, &'static [u8]) {
    static SEALED: std::sync::OnceLock<(Town, Vec<u8>)> = std::sync::OnceLock::new();
    let (town, bytes) = SEALED.get_or_init(|| {
        let town = Town::named("示范");
        let bytes = town.sealed().to_bytes();
        (town, bytes)
    });
    (town, bytes)
}
