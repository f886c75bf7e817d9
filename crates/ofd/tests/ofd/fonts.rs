//! The embedded fonts, opened by another font engine.

use crate::support::*;
use ttf_parser::{Face, GlyphId, OutlineBuilder};

#[derive(Default, PartialEq, Debug)]
struct Outline(Vec<String>);

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.push(format!("M{x} {y}"));
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.0.push(format!("L{x} {y}"));
    }
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.push(format!("Q{x1} {y1} {x} {y}"));
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.push(format!("C{x1} {y1} {x2} {y2} {x} {y}"));
    }
    fn close(&mut self) {
        self.0.push("Z".into());
    }
}

fn outline(face: &Face<'_>, id: GlyphId) -> Outline {
    let mut outline = Outline::default();
    face.outline_glyph(id, &mut outline);
    outline
}

#[test]
fn embedded_fonts_find_each_character_and_draw_the_same_shape() {
    let package = written();
    let files: Vec<(&str, &[u8])> = package.parts().filter(|(name, _)| name.contains("/font_")).collect();
    assert_eq!(
        files.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        ["Doc_0/Res/font_2.ttf", "Doc_0/Res/font_3.otf"]
    );
    for (font, words) in
        [(SONG, "烟草专卖零售许可证负责人：王𬭎￥100仅供演示"), (FANG, "“城中区第1便民店”第二页")]
    {
        let (embedded, whole) =
            (Face::parse(files[font].1, 0).unwrap(), Face::parse(bytes_of(font), 0).unwrap());
        assert!(embedded.number_of_glyphs() < 40);
        assert_eq!(embedded.units_per_em(), whole.units_per_em());
        assert_eq!(embedded.ascender(), whole.ascender());
        assert!(embedded.tables().os2.is_some() && embedded.tables().name.is_some());
        for ch in words.chars() {
            let id = embedded.glyph_index(ch).unwrap_or_else(|| panic!("{ch}"));
            let original = whole.glyph_index(ch).unwrap();
            assert_eq!(outline(&embedded, id), outline(&whole, original), "{ch}");
            assert_eq!(embedded.glyph_hor_advance(id), whole.glyph_hor_advance(original), "{ch}");
        }
        assert_eq!(embedded.glyph_index('鬱'), None);
    }
}

/// 0xB1B0AFBA: what a whole font file sums to when its directory and checksums are right.
#[test]
fn files_sum_to_the_number_of_the_format() {
    for (name, file) in written().parts().filter(|(name, _)| name.contains("/font_")) {
        let sum = file
            .chunks(4)
            .fold(0_u32, |sum, word| sum.wrapping_add(u32::from_be_bytes(word.try_into().unwrap())));
        assert_eq!(sum, 0xb1b0_afba, "{name}");
    }
}

#[test]
fn a_character_without_a_shape_is_refused() {
    let mut list = licence();
    list.pages[1].items.push(text(FANG, 5.0, 20.0, 40.0, "喆𬭎"));
    let fault = ofd::write(&list, &meta()).unwrap_err();
    assert!(fault.to_string().contains('𬭎') || fault.to_string().contains('喆'), "{fault}");
}
