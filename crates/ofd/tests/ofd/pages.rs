//! What is written can be read, and what can't be written is refused.

use crate::support::*;
use ofd::model::*;
use ofd::{Limits, open};

#[test]
fn the_same_pages_give_the_same_bytes() {
    assert_eq!(written().to_bytes(), written().to_bytes());
}

#[test]
fn a_written_document_reads_back() {
    let limits = Limits::default();
    let bytes = written().to_bytes();
    let package = open(&bytes, &limits).unwrap();
    assert_eq!(package, written());
    let document = package.document(&limits).unwrap();
    assert_eq!(document.info.id, meta().id);
    assert_eq!(document.info.title, meta().title);
    assert_eq!(document.info.author, meta().author);
    assert_eq!(document.info.created, "2026-01-15");
    assert_eq!(document.info.custom, meta().custom);
    assert_eq!(document.pages.len(), 2);
    assert_eq!(package.page_size(&document, 1, &limits).unwrap(), (210.0, 297.0));
    let text = package.page_text(&document, 0, &limits).unwrap();
    assert_eq!(text, "烟草专卖零售许可证\n“城中区第1便民店”\n负责人：王𬭎𬭎￥100\n仅供演示");
    assert_eq!(package.page_text(&document, 1, &limits).unwrap(), "第二页");
    assert_eq!(package.page_text(&document, 2, &limits).unwrap_err().code(), "ofd-missing");
}

#[test]
fn parts_come_in_the_order_of_the_schema_and_small() {
    let package = written();
    let content = std::str::from_utf8(package.part("Doc_0/Pages/Page_0/Content.xml").unwrap()).unwrap();
    assert!(content.contains(
        "<ofd:PathObject ID=\"9\" Boundary=\"9 9 192 279\" LineWidth=\"0.5\" MiterLimit=\"4\">\
         <ofd:StrokeColor Value=\"156 43 32\"/><ofd:AbbreviatedData>M 1 1 L 191 1 L 191 278 L 1 278 C</ofd:AbbreviatedData>"
    ), "{content}");
    assert!(content.contains("DeltaX=\"g 8 10\">烟草专卖零售许可证</ofd:TextCode>"), "{content}");
    assert!(content.contains("CTM=\"20 0 0 20 0 0\" ResourceID=\"4\""), "{content}");
    let (fill, glyphs, code) =
        (content.find("<ofd:FillColor"), content.find("<ofd:CGTransform"), content.find("<ofd:TextCode"));
    assert!(fill < glyphs && glyphs < code);
    let document = std::str::from_utf8(package.part("Doc_0/Document.xml").unwrap()).unwrap();
    let largest = content.rmatch_indices(" ID=\"").map(|(at, _)| &content[at + 5..]);
    let largest = largest.map(|rest| rest.split('"').next().unwrap().parse::<u32>().unwrap()).max().unwrap();
    let stated: u32 =
        document.split("MaxUnitID>").nth(1).unwrap().split('<').next().unwrap().parse().unwrap();
    assert!(stated > largest, "{stated} {largest}");
    assert!(package.to_bytes().len() < 60_000, "{}", package.to_bytes().len());
}

/// Where each glyph lands on the page, computed from what was written, against where it was to stand.
#[test]
fn turned_text_lands_where_it_was_set() {
    let package = written();
    let content = std::str::from_utf8(package.part("Doc_0/Pages/Page_0/Content.xml").unwrap()).unwrap();
    let object = content.split("<ofd:TextObject").find(|object| object.contains("仅供演示")).unwrap();
    let attribute = |name: &str| -> Vec<f64> {
        let value = object.split(&format!(" {name}=\"")).nth(1).unwrap().split('"').next().unwrap();
        value.split(' ').filter_map(|number| number.parse().ok()).collect()
    };
    let (boundary, ctm) = (attribute("Boundary"), attribute("CTM"));
    let (x, y) = (attribute("X")[0] + 3.0 * 6.0, attribute("Y")[0]);
    let landed =
        (boundary[0] + ctm[0] * x + ctm[2] * y + ctm[4], boundary[1] + ctm[1] * x + ctm[3] * y + ctm[5]);
    let (sin, cos) = (-0.4_f64).sin_cos();
    let wanted = (60.0 + cos * 18.0, 200.0 + sin * 18.0);
    assert!(
        (landed.0 - wanted.0).abs() < 0.003 && (landed.1 - wanted.1).abs() < 0.003,
        "{landed:?} {wanted:?}"
    );
    let inside = |at: (f64, f64)| {
        (boundary[0]..boundary[0] + boundary[2]).contains(&at.0)
            && (boundary[1]..boundary[1] + boundary[3]).contains(&at.1)
    };
    assert!(inside(landed) && inside((60.0, 200.0)));
}

#[test]
fn what_no_reader_could_place_is_refused() {
    let with = |item: Item| {
        let mut list = licence();
        list.pages[1].items.push(item);
        ofd::write(&list, &meta()).unwrap_err().to_string()
    };
    let path = |segments| Item::Path(Path { segments, fill: Some(Colour(0, 0, 0)), stroke: None });
    assert!(with(path(vec![Segment::Move(Point::new(f64::NAN, 0.0))])).contains("不是数"));
    assert!(with(path(vec![Segment::Line(Point::new(0.0, 0.0))])).contains("没有起点"));
    assert!(with(Item::Image(Image { picture: 7, matrix: Matrix::IDENTITY })).contains("图片"));
    let Item::Text(run) = text(SONG, 5.0, 0.0, 0.0, "甲") else { unreachable!() };
    assert!(with(Item::Text(Text { font: 9, ..run.clone() })).contains("字体"));
    assert!(with(Item::Text(Text { size: f64::INFINITY, ..run })).contains("不是数"));
    let mut list = licence();
    list.pages[0].width = 0.0;
    assert!(ofd::write(&list, &meta()).is_err());
    assert!(ofd::write(&DisplayList::default(), &meta()).is_err());
    let mut list = licence();
    list.images[0].format = PictureFormat::Jpeg;
    assert!(ofd::write(&list, &meta()).is_err());
}
