//! The fonts that ship with the program; where each is from stands in `assets/fonts/FONTS.toml`.

use std::path::{Path, PathBuf};

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

/// Faces that an office has put into a folder for characters that ours lack, in the order of their names. What is no font
/// is left out, and named by [`unusable`].
pub(crate) fn of_folder(folder: &Path) -> Vec<Font> {
    let read = |path: PathBuf| std::fs::read(path).ok().and_then(|bytes| Font::new(Bytes::new(bytes), 0));
    files(folder).into_iter().filter_map(read).collect()
}

/// Files of a folder of fonts that can't be used.
pub fn unusable(folder: &Path) -> Vec<PathBuf> {
    let is_font =
        |path: &PathBuf| std::fs::read(path).is_ok_and(|bytes| Font::new(Bytes::new(bytes), 0).is_some());
    files(folder).into_iter().filter(|path| !is_font(path)).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_adds_its_fonts_and_names_what_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert!(of_folder(&folder.path().join("nowhere")).is_empty());
        std::fs::write(folder.path().join("b.otf"), FILES[3]).unwrap();
        std::fs::write(folder.path().join("a.txt"), "no font").unwrap();
        let families: Vec<_> =
            of_folder(folder.path()).iter().map(|font| font.info().family.to_string()).collect();
        assert_eq!(families, ["FandolFang R"]);
        assert_eq!(unusable(folder.path()), [folder.path().join("a.txt")]);
    }

    #[test]
    fn every_file_is_a_font_with_the_family_that_templates_name() {
        let families: Vec<_> = load().iter().map(|font| font.info().family.to_string()).collect();
        assert_eq!(families, ["Noto Serif SC", "Noto Serif SC", "Noto Sans SC", "FandolFang R"]);
    }
}
