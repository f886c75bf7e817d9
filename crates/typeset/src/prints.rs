//! The pictures of seals on a finished document: its reading copy. They stand in front of the pages and move nothing, so
//! what they lie on is the very layout from which the sealed file was written.

use papers::{SealPrint, TypesetFault};
use std::sync::Arc;
use typst::foundations::{Bytes, Smart};
use typst::layout::{Abs, Frame, FrameItem, GroupItem, Point, Size};
use typst::syntax::Span;
use typst::visualize::{Curve, ExchangeFormat, Image, RasterImage};
use typst_layout::PagedDocument;

pub(crate) fn put_on(document: &PagedDocument, prints: &[SealPrint]) -> Result<PagedDocument, TypesetFault> {
    let mut pages = document.pages().to_vec();
    let count = pages.len();
    for print in prints {
        let page =
            pages.get_mut(print.page).ok_or(TypesetFault::NoSuchPage { page: print.page, pages: count })?;
        let (at, item) = placed(print)?;
        page.frame.push(at, item);
    }
    let mut sealed = PagedDocument::new(pages.into(), Default::default());
    *sealed.info_mut() = typst::model::Document::info(document).clone();
    Ok(sealed)
}

fn placed(print: &SealPrint) -> Result<(Point, FrameItem), TypesetFault> {
    let [x, y, width, height] = print.area.map(Abs::mm);
    let image = FrameItem::Image(picture(print)?, Size::new(width, height), Span::detached());
    let Some(clip) = print.clip else { return Ok((Point::new(x, y), image)) };
    let [left, up, wide, high] = clip.map(Abs::mm);
    let window = Size::new(wide, high);
    let mut frame = Frame::hard(window);
    frame.push(Point::new(-left, -up), image);
    let piece = GroupItem { clip: Some(Curve::rect(window)), ..GroupItem::new(frame) };
    Ok((Point::new(x + left, y + up), FrameItem::Group(piece)))
}

/// The engine remembers pictures that it has read, so the same seal on the next paper costs nothing.
fn picture(print: &SealPrint) -> Result<Image, TypesetFault> {
    let bytes = Bytes::new(Arc::clone(&print.png));
    let raster = RasterImage::plain(bytes, ExchangeFormat::Png)
        .map_err(|fault| TypesetFault::Data(format!("印章图样：{fault}")))?;
    Ok(Image::new(raster, Some(print.alt.as_str().into()), Smart::Auto))
}
