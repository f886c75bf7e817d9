//! What stands on the paper stands in the OFD, and what OFD can't show is refused.

use crate::{Press, inspect};
use ofd::model::Item;
use ofd::{Limits, Meta};
use papers::data::{Licence, PaperData};
use papers::{ALL_KINDS, Kind, Paper, TypesetFault, Typesetter};
use std::sync::LazyLock;

static PRESS: LazyLock<Press> = LazyLock::new(Press::new);

fn shapes(text: &str) -> String {
    let shown = |ch: &char| !ch.is_whitespace() && !typst::text::is_default_ignorable(*ch);
    text.chars().filter(shown).collect()
}

fn meta(paper: &Paper) -> Meta {
    Meta {
        id: "0123456789abcdef0123456789abcdef".into(),
        title: paper.kind.title().into(),
        author: "演示市烟草专卖局".into(),
        created: paper.issued_on,
        custom: vec![],
    }
}

#[test]
fn every_sample_becomes_an_ofd_with_all_its_text() {
    let limits = Limits::default();
    for paper in ALL_KINDS.into_iter().flat_map(Paper::samples) {
        let list = PRESS.layout(&paper).unwrap_or_else(|fault| panic!("{:?}: {fault}", paper.kind));
        let package = ofd::write(&list, &meta(&paper)).unwrap();
        let package = ofd::open(&package.to_bytes(), &limits).unwrap();
        let document = package.document(&limits).unwrap();
        let pages = 0..document.pages.len();
        let text: String = pages.map(|page| package.page_text(&document, page, &limits).unwrap()).collect();
        let mut wanted = String::new();
        inspect::texts(&PRESS.set(&paper).unwrap(), &mut |_, _, item| wanted.push_str(&item.text));
        assert_eq!(shapes(&text), shapes(&wanted), "{:?}", paper.kind);
    }
}

#[test]
fn the_same_paper_gives_the_same_ofd_in_another_press() {
    let paper = Paper::samples(Kind::LicenceOriginal).remove(1);
    let bytes = |press: &Press| ofd::write(&press.layout(&paper).unwrap(), &meta(&paper)).unwrap().to_bytes();
    assert_eq!(bytes(&PRESS), bytes(&Press::new()));
}

/// A press with one template, whose text is given.
fn layout(template: &str) -> Result<ofd::model::DisplayList, TypesetFault> {
    let paper = Paper::new(&Licence::samples()[0], jiff::civil::date(2026, 11, 23));
    let head = "#set text(font: (\"FandolFang R\", \"Noto Serif SC\"))\n";
    Press::with_templates([(paper.kind.template().to_owned(), format!("{head}{template}"))]).layout(&paper)
}

#[test]
fn what_readers_show_differently_is_refused_by_name() {
    for (template, what) in [
        ("#rect(fill: gradient.linear(red, blue))", "渐变"),
        ("#rect(fill: rgb(255, 0, 0, 50%))", "透明"),
        ("#text(fill: rgb(\"#00000080\"))[甲]", "透明"),
        ("#line(length: 3cm, stroke: (dash: \"dashed\"))", "虚线"),
        ("#box(clip: true, width: 1cm)[甲]", "裁剪"),
        ("#text(stroke: 1pt + red)[甲]", "描边"),
        (
            "#curve(fill: red, fill-rule: \"even-odd\", curve.line((1cm, 0cm)), curve.line((1cm, 1cm)))",
            "奇偶",
        ),
        ("#scale(x: 300%, y: 100%, line(length: 1cm))", "变形"),
    ] {
        match layout(template) {
            Err(TypesetFault::Unsupported(found)) => assert!(found.contains(what), "{template}: {found}"),
            Err(other) => panic!("{template}: {other}"),
            Ok(_) => panic!("{template} was let through"),
        }
    }
}

#[test]
fn a_labelled_spot_becomes_an_anchor() {
    let list = layout("#set page(width: 100mm, height: 100mm, margin: 0mm)\n#place(dx: 30mm, dy: 40mm, [#metadata(none) <seal>])").unwrap();
    let spots: Vec<_> = list.anchors("seal").collect();
    assert_eq!(spots.len(), 1);
    let (page, at) = spots[0];
    assert_eq!(page, 0);
    assert!((at.x - 30.0).abs() < 0.01 && (at.y - 40.0).abs() < 0.01, "{at:?}");
}

#[test]
fn turned_and_grown_things_keep_their_places() {
    let list = layout(
        "#set page(width: 100mm, height: 100mm, margin: 0mm)\n\
         #place(dx: 10mm, dy: 20mm, rotate(90deg, origin: top + left, line(length: 30mm, stroke: 1mm)))",
    )
    .unwrap();
    let Item::Path(path) = &list.pages[0].items[0] else { panic!() };
    let ofd::model::Segment::Line(end) = path.segments[1] else { panic!() };
    assert!((end.x - 10.0).abs() < 1e-6 && (end.y - 50.0).abs() < 1e-6, "{end:?}");
    assert!((path.stroke.unwrap().width - 1.0).abs() < 1e-9);
}
