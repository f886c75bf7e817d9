//! What leaves the press is what was put in.

use crate::{Press, inspect};
use papers::data::{Licence, PaperData, Refusal, Supplement};
use papers::{ALL_KINDS, Kind, Paper, TypesetFault, Typesetter};
use serde_json::Value;
use std::sync::LazyLock;

static PRESS: LazyLock<Press> = LazyLock::new(Press::new);

/// The texts of a paper without blanks, in drawing order.
fn text_of(paper: &Paper) -> String {
    let document = PRESS.set(paper).unwrap_or_else(|fault| panic!("{:?}: {fault}", paper.kind));
    let mut text = String::new();
    inspect::texts(&document, &mut |_, _, item| text.push_str(&item.text));
    closed_up(&text)
}

fn closed_up(text: &str) -> String {
    text.chars().filter(|ch| !ch.is_whitespace()).collect()
}

/// What must be readable of a JSON value: every text, except what is shown otherwise or not at all.
fn readable(key: &str, value: &Value, out: &mut Vec<String>) {
    // Tags of enums; digests, of which only the beginning is shown; the person's details in a letter.
    const OTHERWISE: [&str; 4] = ["kind", "sheet", "way", "digest"];
    match value {
        _ if OTHERWISE.contains(&key) || key == "head" => {}
        Value::String(text) => out.push(worded(text)),
        Value::Array(values) => values.iter().for_each(|value| readable(key, value, out)),
        Value::Object(fields) => fields.iter().for_each(|(key, value)| readable(key, value, out)),
        _ => {}
    }
}

/// As the templates word it: dates in Chinese, statutes in full, no full stop of its own at the end.
fn worded(text: &str) -> String {
    let text = closed_up(text);
    if let Some(day) = text.get(..10).and_then(|day| day.parse().ok()) {
        let time = text.get(11..16).unwrap_or_default();
        // “15:10 to 15:48” shows its day once.
        return if time.is_empty() { papers::chinese::date(day) } else { time.to_owned() };
    }
    let text = ["行政许可法", "烟草专卖法", "烟草专卖法实施条例"]
        .iter()
        .fold(text, |text, name| text.replace(&format!("《{name}》"), &format!("《中华人民共和国{name}》")));
    text.trim_end_matches('。').to_owned()
}

#[test]
fn every_text_of_every_plain_and_rare_sample_stands_on_the_paper() {
    for kind in ALL_KINDS {
        for paper in Paper::samples(kind).iter().take(2) {
            let text = text_of(paper);
            let mut wanted = vec![papers::chinese::date(paper.issued_on)];
            readable("", &paper.data, &mut wanted);
            wanted.extend(paper.number.as_deref().map(closed_up));
            if let Some(head) = paper.data.get("head") {
                wanted.extend(["bureau", "case_number"].map(|key| closed_up(head[key].as_str().unwrap())));
            }
            // Forms and records date themselves by what happened.
            let undated =
                [Kind::ApplicationForm, Kind::InspectionRecord, Kind::ServiceReceipt].contains(&kind);
            for wanted in wanted.iter().skip(usize::from(undated)) {
                assert!(text.contains(wanted.as_str()), "{kind:?} lacks {wanted}\n{text}");
            }
        }
    }
}

#[test]
fn long_samples_fit_too_and_name_the_party() {
    for kind in ALL_KINDS {
        for paper in Paper::samples(kind).iter().skip(2) {
            let text = text_of(paper);
            let name = paper.data.pointer("/head/party/name").or(paper.data.pointer("/company_name"));
            let shown = kind == Kind::ApplicationForm || text.contains(name.unwrap().as_str().unwrap());
            assert!(shown, "{kind:?}");
        }
    }
}

#[test]
fn a_pdf_is_an_archive_and_has_the_same_bytes_in_another_press() {
    let other = Press::new();
    for kind in [Kind::Refusal, Kind::Receipt, Kind::LicenceOriginal] {
        let paper = Paper::samples(kind).remove(1);
        let pdf = PRESS.pdf(&paper).unwrap();
        assert!(pdf.starts_with(b"%PDF-1."));
        let marks = String::from_utf8_lossy(&pdf);
        assert!(
            marks.contains("<pdfaid:part>2</pdfaid:part>")
                && marks.contains("<pdfuaid:part>1</pdfuaid:part>")
        );
        assert_eq!(pdf, other.pdf(&paper).unwrap(), "{kind:?}");
    }
}

#[test]
fn pictures_of_a_page_come_out_and_a_page_beyond_the_last_is_refused() {
    let paper = Paper::samples(Kind::LicenceDuplicate).remove(0);
    assert_eq!(PRESS.pages(&paper), Ok(1));
    assert!(PRESS.svg(&paper, 0).unwrap().starts_with("<svg"));
    let png = PRESS.png(&paper, 0, 72).unwrap();
    assert_eq!(&png[1..4], b"PNG");
    // A5 at 72 dots per inch.
    assert_eq!(png[16..24], [0, 0, 1, 164, 0, 0, 2, 83]);
    assert_eq!(PRESS.png(&paper, 1, 72), Err(TypesetFault::NoSuchPage { page: 1, pages: 1 }));
}

fn licence(change: impl FnOnce(&mut Licence)) -> Paper {
    let mut licence = Licence::samples().remove(0);
    change(&mut licence);
    Paper::new(&licence, jiff::civil::date(2026, 11, 23))
}

#[test]
fn a_face_that_does_not_fit_is_refused() {
    let paper = licence(|licence| licence.company_name = "演示市城中区便民店".repeat(60));
    assert_eq!(PRESS.pdf(&paper), Err(TypesetFault::Overflow { needed: 2, limit: 1 }));
}

#[test]
fn what_runs_off_the_paper_is_refused() {
    let mut supplement = Supplement::samples().remove(0);
    supplement.consequence = "这一段必须与落款同页".repeat(100);
    let paper = Paper::new(&supplement, jiff::civil::date(2026, 11, 23));
    assert_eq!(PRESS.pdf(&paper), Err(TypesetFault::OffThePaper));
}

#[test]
fn a_word_without_blanks_is_broken_before_it_runs_off() {
    let paper = licence(|licence| licence.address = "A".repeat(120));
    assert_eq!(PRESS.pages(&paper), Ok(1));
}

#[test]
fn a_character_without_a_shape_is_refused_and_named() {
    let paper = licence(|licence| licence.company_name = "好运🚬烟酒店".to_owned());
    assert_eq!(PRESS.pdf(&paper), Err(TypesetFault::MissingGlyph { ch: '🚬' }));
    assert_eq!(PRESS.shows("好运🚬烟酒店"), Err(TypesetFault::MissingGlyph { ch: '🚬' }));
}

#[test]
fn rare_characters_and_invisible_marks_in_names_show() {
    let name = "䶮㛃喆骉犇𬭎·葛\u{E0100}\u{FE0F}\u{200B}（Ａ座）ABC-é";
    assert_eq!(PRESS.shows(name), Ok(()));
    let paper = licence(|licence| licence.person = name.to_owned());
    assert_eq!(PRESS.pages(&paper), Ok(1));
}

#[test]
fn the_yuan_sign_does_not_come_from_the_face_that_draws_a_dollar() {
    let mut refusal = Refusal::samples().remove(0);
    refusal.facts.push("查获卷烟价值￥51,300元、¥20元。".to_owned());
    let paper = Paper::new(&refusal, jiff::civil::date(2026, 11, 23));
    let document = PRESS.set(&paper).unwrap();
    let mut seen = 0;
    inspect::texts(&document, &mut |_, _, item| {
        for glyph in item.glyphs.iter().filter(|glyph| "￥¥".contains(&item.text[glyph.range()])) {
            seen += 1;
            assert_eq!(item.font.font().info().family.as_str(), "Noto Serif SC");
            assert_ne!(Some(glyph.id), item.font.ttf().glyph_index('$').map(|glyph| glyph.0));
        }
    });
    assert_eq!(seen, 2);
}

#[test]
fn names_are_never_read_as_markup() {
    let mut supplement = Supplement::samples().remove(0);
    supplement.head.party.name = "#panic(\"x\")*粗*$x$[店]\\".to_owned();
    let paper = Paper::new(&supplement, jiff::civil::date(2026, 11, 23));
    assert!(text_of(&paper).contains("#panic(\"x\")*粗*$x$[店]\\："));
}

#[test]
fn data_of_another_shape_is_refused() {
    let mut paper = Paper::samples(Kind::Grant).remove(0);
    paper.data["licence_number"] = Value::Null;
    assert!(matches!(PRESS.pdf(&paper), Err(TypesetFault::Data(_))));
}

#[test]
fn every_font_is_the_file_that_was_vendored() {
    use sha2::{Digest, Sha256};
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/fonts");
    let list: toml::Table = std::fs::read_to_string(folder.join("FONTS.toml")).unwrap().parse().unwrap();
    for font in list["font"].as_array().unwrap() {
        let bytes = std::fs::read(folder.join(font["file"].as_str().unwrap())).unwrap();
        assert_eq!(hex::encode(Sha256::digest(&bytes)), font["sha256"].as_str().unwrap());
        assert!(folder.join(font["licence_file"].as_str().unwrap()).exists());
    }
}

#[test]
fn line_ends_and_tabs_of_a_text_box_break_lines_and_show_no_shapes() {
    let mut refusal = Refusal::samples().remove(0);
    refusal.facts = vec!["第一行\r\n第二行\n第三行\t后半行\u{0007}完".to_owned()];
    let paper = Paper::new(&refusal, jiff::civil::date(2026, 11, 23));
    let text = text_of(&paper);
    assert!(text.contains("第一行第二行第三行后半行完。"), "{text}");
}
