//! The fonts that ship with the program; where each is from stands in `assets/fonts/FONTS.toml`.

use typst::foundations::Bytes;
use typst::text::Font;

macro_rules! font {
    ($file:literal) => {
        include_bytes!(concat!("../../../assets/fonts/", $file))
    };
}

/// 宋体 for names, figures and whatever the other faces lack; its heavy weight stands in for 小标宋, 黑体
/// for headings, 仿宋 for the body.
const FILES: [&[u8]; 4] = [
    font!("NotoSerifSC-Regular.ttf"),
    font!("NotoSerifSC-Black.ttf"),
    font!("NotoSansSC-Bold.ttf"),
    font!("FandolFang-Regular.otf"),
];

/// The fonts, borrowed from the binary: pages that no glyph needs are never read into memory.
pub(crate) fn load() -> Vec<Font> {
    FILES.iter().filter_map(|file| Font::new(Bytes::new(*file), 0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_font_with_the_family_that_templates_name() {
        let families: Vec<_> = load().iter().map(|font| font.info().family.to_string()).collect();
        assert_eq!(families, ["Noto Serif SC", "Noto Serif SC", "Noto Sans SC", "FandolFang R"]);
    }
}
