//! Looks over a laid-out document before it leaves the house.

use typst::layout::{Frame, FrameItem};
use typst::text::TextItem;
use typst_layout::PagedDocument;

/// The first character that was set with the “missing” shape (glyph 0).
pub(crate) fn missing_glyph(document: &PagedDocument) -> Option<char> {
    let mut found = None;
    texts(document, &mut |item| found = found.or_else(|| missing_in(item)));
    found
}

fn missing_in(item: &TextItem) -> Option<char> {
    let glyph = item.glyphs.iter().find(|glyph| glyph.id == 0)?;
    item.text.get(glyph.range()).and_then(|text| text.chars().next()).or(Some(char::REPLACEMENT_CHARACTER))
}

/// The text of the pages in drawing order.
#[cfg(test)]
pub(crate) fn plain_text(document: &PagedDocument) -> String {
    let mut text = String::new();
    texts(document, &mut |item| text.push_str(&item.text));
    text
}

fn texts(document: &PagedDocument, see: &mut impl FnMut(&TextItem)) {
    for page in document.pages() {
        walk(&page.frame, see);
    }
}

fn walk(frame: &Frame, see: &mut impl FnMut(&TextItem)) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => walk(&group.frame, see),
            FrameItem::Text(text) => see(text),
            _ => {}
        }
    }
}
