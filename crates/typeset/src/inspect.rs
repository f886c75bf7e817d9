//! Looks over a laid-out document before it leaves the house.

use typst::layout::{Abs, Frame, FrameItem, Point, Size, Transform};
use typst::text::TextItem;
use typst_layout::PagedDocument;

/// The first character that was set with the “missing” shape (glyph 0).
pub(crate) fn missing_glyph(document: &PagedDocument) -> Option<char> {
    let mut found = None;
    texts(document, &mut |_, _, item| found = found.or_else(|| missing_in(item)));
    found
}

fn missing_in(item: &TextItem) -> Option<char> {
    let glyph = item.glyphs.iter().find(|glyph| glyph.id == 0)?;
    item.text.get(glyph.range()).and_then(|text| text.chars().next()).or(Some(char::REPLACEMENT_CHARACTER))
}

/// Whether some text begins or ends off the paper. The engine lets a block that may not break, or a word
/// without a place to break, run over the edge without a word of warning.
pub(crate) fn off_the_paper(document: &PagedDocument) -> bool {
    let mut off = false;
    texts(document, &mut |page, place, item| {
        let (start, end) = (Point::zero(), Point::new(item.width(), Abs::zero()));
        off |= [start, end].into_iter().any(|point| !within(page, point.transform(place)));
    });
    off
}

fn within(page: Size, point: Point) -> bool {
    Abs::zero() <= point.x && point.x <= page.x && Abs::zero() <= point.y && point.y <= page.y
}

/// Hands each run of text to `see`, with the size of its page and where its origin stands there.
pub(crate) fn texts(document: &PagedDocument, see: &mut impl FnMut(Size, Transform, &TextItem)) {
    for page in document.pages() {
        let size = page.frame.size();
        walk(&page.frame, Transform::identity(), &mut |place, item| see(size, place, item));
    }
}

fn walk(frame: &Frame, place: Transform, see: &mut impl FnMut(Transform, &TextItem)) {
    for (point, item) in frame.items() {
        let here = place.pre_concat(Transform::translate(point.x, point.y));
        match item {
            FrameItem::Group(group) => walk(&group.frame, here.pre_concat(group.transform), see),
            FrameItem::Text(text) => see(here, text),
            _ => {}
        }
    }
}
