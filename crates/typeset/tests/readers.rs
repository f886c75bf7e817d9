//! What readers that others wrote make of our documents: `ofd-core` and `sofd` open and verify the sealed files, `ofd-core`
//! draws the page that we see, `rqrr` reads the code on a licence. None of them shares a line with us.

mod seal_desk;

use std::io::Cursor;
use std::sync::LazyLock;

use image::GrayImage;
use ofd_core::verify::check_reader;
use ofd_core::{OfdPackage, OfdReader, RenderOptions};
use papers::data::{Licence, PaperData};
use papers::{ALL_KINDS, Kind, Paper, Typesetter};
use seal_desk::SealDesk;
use sofd::VerifyStatus;
use typeset::Press;

static PRESS: LazyLock<Press> = LazyLock::new(Press::new);
static DESK: LazyLock<SealDesk> = LazyLock::new(|| SealDesk::new(&*PRESS).expect("a test CA"));

/// One sealed file of each kind, with how many pages it has.
fn sealed() -> Vec<(Kind, usize, Vec<u8>)> {
    let one = |kind| {
        let paper = Paper::samples(kind).remove(1);
        let list = PRESS.layout(&paper).expect("set");
        (kind, list.pages.len(), DESK.sealed(&list, &paper).expect("sealed"))
    };
    ALL_KINDS.into_iter().map(one).collect()
}

fn reader(bytes: &[u8]) -> OfdReader<Cursor<Vec<u8>>> {
    OfdReader::new(OfdPackage::new(Cursor::new(bytes.to_vec())).expect("a package")).expect("an OFD document")
}

#[test]
fn two_readers_open_every_kind_and_find_its_seal_valid() {
    for (kind, pages, bytes) in sealed() {
        let report = check_reader(&mut reader(&bytes));
        assert!(report.conforms(), "{kind:?}: {report:?}");
        let mut document =
            sofd::Document::open_bytes(&bytes).unwrap_or_else(|fault| panic!("{kind:?}: {fault}"));
        assert_eq!(document.page_count(), pages, "{kind:?}");
        let verdicts = document.verify_signatures().unwrap_or_else(|fault| panic!("{kind:?}: {fault}"));
        assert_eq!(verdicts, [VerifyStatus::Valid], "{kind:?}");
    }
}

#[test]
fn our_own_verifier_agrees_and_the_reading_copy_shows_the_seal() {
    for kind in [Kind::LicenceOriginal, Kind::Grant] {
        let paper = Paper::samples(kind).remove(2);
        let list = PRESS.layout(&paper).expect("set");
        let sealed = DESK.sealed(&list, &paper).expect("sealed");
        let report = ofd::check(&sealed, &ofd::Limits::default(), &DESK.policy());
        assert_eq!(report.verdict, ofd::Verdict::Sound, "{kind:?}: {:#?}", report.steps);
        // On the last page, and a piece on each page of a paper of several.
        let pieces = if list.pages.len() > 1 { list.pages.len() } else { 0 };
        assert_eq!(report.seals[0].stamps.len(), 1 + pieces, "{kind:?}");
        let (bare, copy) = (PRESS.pdf(&paper), PRESS.pdf_with_seals(&paper, &DESK.prints(&list)));
        let (bare, copy) = (bare.expect("set"), copy.expect("set"));
        assert!(copy.len() > bare.len() + 5_000, "{kind:?}: the picture of the seal is missing");
        assert_eq!(
            copy,
            PRESS.pdf_with_seals(&paper, &DESK.prints(&list)).expect("set"),
            "the same bytes twice"
        );
        assert!(String::from_utf8_lossy(&copy).contains("<pdfaid:part>2</pdfaid:part>"));
    }
}

/// The sealed licence with the parts whose name ends so put through `change`.
fn changed(ending: &str, change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let paper = Paper::samples(Kind::LicenceOriginal).remove(0);
    let list = PRESS.layout(&paper).expect("set");
    let bytes = DESK.sealed(&list, &paper).expect("sealed");
    let package = ofd::open(&bytes, &ofd::Limits::default()).expect("ours");
    let mut parts: Vec<(&str, Vec<u8>)> = package.parts().map(|(name, part)| (name, part.to_vec())).collect();
    parts.iter_mut().filter(|(name, _)| name.ends_with(ending)).for_each(|(_, part)| change(part));
    let other: ofd::Package = parts.into_iter().collect();
    assert_ne!(other, package, "nothing was changed");
    other.to_bytes()
}

#[test]
fn another_reader_finds_a_changed_page() {
    let bytes = changed("Content.xml", |part| {
        let digit = part.iter_mut().rfind(|byte| byte.is_ascii_digit()).expect("numbers");
        *digit = if *digit == b'9' { b'8' } else { b'9' };
    });
    assert!(!check_reader(&mut reader(&bytes)).conforms());
}

#[test]
fn another_reader_finds_a_changed_signature() {
    let bytes = changed("SignedValue.dat", |part| *part.last_mut().expect("a signature") ^= 1);
    let verdicts = sofd::Document::open_bytes(&bytes).expect("opens").verify_signatures();
    assert!(!matches!(verdicts.as_deref(), Ok([VerifyStatus::Valid])), "{verdicts:?}");
}

#[test]
fn another_reader_draws_the_page_that_we_see() {
    for kind in [Kind::LicenceOriginal, Kind::LicenceDuplicate, Kind::Acceptance, Kind::Receipt] {
        let paper = Paper::samples(kind).remove(1);
        let list = PRESS.layout(&paper).expect("set");
        let bytes = DESK.sealed(&list, &paper).expect("sealed");
        let mut reader = reader(&bytes);
        let body = reader.ofd().doc_bodies[0].clone();
        let document = reader.load_document(&body).expect("a document");
        let drawn =
            reader.render_page_to_image(&document, 0, &RenderOptions::with_dpi(100.0)).expect("drawn");
        let theirs = image::DynamicImage::ImageRgba8(drawn).to_luma8();
        let ours = image::load_from_memory(&PRESS.png(&paper, 0, 100).expect("drawn"))
            .expect("a picture")
            .to_luma8();
        let blank = GrayImage::from_pixel(ours.width(), ours.height(), image::Luma([255]));
        let (far, nothing) = (difference(&ours, &theirs), difference(&ours, &blank));
        assert!(far < 1.0 && nothing > 4.0 * far, "{kind:?}: {far:.2} of 255, an empty page {nothing:.2}");
    }
}

/// Mean difference of two pictures after blurring away how letters are smoothed.
fn difference(one: &GrayImage, other: &GrayImage) -> f64 {
    let (width, height) = (one.width().min(other.width()), one.height().min(other.height()));
    assert!(one.width().abs_diff(other.width()) <= 2 && one.height().abs_diff(other.height()) <= 2);
    let (one, other) = (image::imageops::blur(one, 3.0), image::imageops::blur(other, 3.0));
    let sum: u64 = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .map(|(x, y)| u64::from(one.get_pixel(x, y).0[0].abs_diff(other.get_pixel(x, y).0[0])))
        .sum();
    sum as f64 / (f64::from(width) * f64::from(height))
}

#[test]
fn a_reader_of_codes_reads_the_address_on_both_sheets() {
    // As long as a signed address with a long name gets.
    let address =
        format!("https://zwfw.yanzheng.example/v/990101100017?c=Zm9vYmFy#{}", "0aKzZ9_-".repeat(46));
    let sheets = [
        (Kind::LicenceOriginal, [32.0, 148.0, 40.0, 40.0]),
        (Kind::LicenceDuplicate, [19.0, 148.0, 36.0, 36.0]),
    ];
    for (kind, around) in sheets {
        let licence = Licence::samples().into_iter().find(|sample| sample.kind() == kind).expect("a sample");
        let paper = Paper::new(&licence, jiff::civil::date(2026, 11, 25)).verified_at(&address);
        let picture = image::load_from_memory(&PRESS.png(&paper, 0, 600).expect("drawn")).expect("a picture");
        // What a phone is held over, without the ornaments of the border.
        let [x, y, width, height] = around.map(|mm: f64| (mm / 25.4 * 600.0) as u32);
        let gray = picture.crop_imm(x, y, width, height).to_luma8();
        let mut seen = rqrr::PreparedImage::prepare_from_greyscale(
            gray.width() as usize,
            gray.height() as usize,
            |x, y| gray.get_pixel(x as u32, y as u32).0[0],
        );
        let read: Vec<String> =
            seen.detect_grids().iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect();
        assert_eq!(read, [address.as_str()], "{kind:?}");
    }
}
