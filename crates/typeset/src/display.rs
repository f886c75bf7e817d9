//! A laid-out document as a list of what stands where, for formats that this engine does not write.
//!
//! Fails closed: whatever the list has no word for (transparency, gradients, dashes, clips, outlined letters) is a fault,
//! never left out. Links and marks for screen readers draw nothing and are passed over.

#[cfg(test)]
mod tests;

use ofd::Unsupported;
use ofd::model::{
    Anchor, Cap, Colour, DisplayList, Font, Glyph, Image, Item, Join, Matrix, Page, Path, Picture,
    PictureFormat, Point, Segment, Stroke, Text,
};
use std::sync::Arc;
use ttf_parser::{GlyphId, OutlineBuilder};
use typst::introspection::Tag;
use typst::layout::{Abs, Frame, FrameItem, Ratio, Size, Transform};
use typst::text::TextItem;
use typst::visualize::{
    Curve, CurveItem, ExchangeFormat, FillRule, FixedStroke, Geometry, ImageKind, LineCap, LineJoin, Paint,
    RasterFormat, Shape,
};
use typst_layout::PagedDocument;

type Drawn = Result<(), Unsupported>;

/// Millimetres in a point.
const MM: f64 = 25.4 / 72.0;

pub(crate) fn list(document: &PagedDocument) -> Result<DisplayList, Unsupported> {
    let mut draft = Draft::default();
    for page in document.pages() {
        draft.page(page)?;
    }
    Ok(draft.list)
}

#[derive(Default)]
struct Draft {
    list: DisplayList,
    fonts: Vec<typst::text::Font>,
    pictures: Vec<typst::visualize::RasterImage>,
    page: Page,
}

impl Draft {
    fn page(&mut self, page: &typst_layout::Page) -> Drawn {
        let size = page.frame.size();
        if [page.bleed.left, page.bleed.top, page.bleed.right, page.bleed.bottom] != [Abs::zero(); 4] {
            return Err(Unsupported::new("出血"));
        }
        self.page = Page { width: mm(size.x), height: mm(size.y), ..Page::default() };
        if let Some(fill) = page.fill_or_transparent() {
            let (fill, segments) = (Some(colour(&fill)?), rectangle(size, &Matrix::IDENTITY));
            self.page.items.push(Item::Path(Path { segments, fill, stroke: None }));
        }
        self.frame(&page.frame, Transform::identity())?;
        self.list.pages.push(std::mem::take(&mut self.page));
        Ok(())
    }

    fn frame(&mut self, frame: &Frame, place: Transform) -> Drawn {
        for (point, item) in frame.items() {
            let here = place.pre_concat(Transform::translate(point.x, point.y));
            match item {
                FrameItem::Group(group) if group.clip.is_some() => return Err(Unsupported::new("裁剪")),
                FrameItem::Group(group) => self.frame(&group.frame, here.pre_concat(group.transform))?,
                FrameItem::Text(text) => self.text(text, &matrix(here))?,
                FrameItem::Shape(shape, _) => self.shape(shape, &matrix(here))?,
                FrameItem::Image(image, size, _) => self.image(image, *size, &matrix(here))?,
                FrameItem::Tag(Tag::Start(content, _)) => self.anchor(content, &matrix(here)),
                FrameItem::Tag(Tag::End(..)) | FrameItem::Link(..) => {}
            }
        }
        Ok(())
    }

    /// `#metadata(none) <seal>`: a labelled spot that draws nothing, where a seal will stand.
    fn anchor(&mut self, content: &typst::foundations::Content, place: &Matrix) {
        let Some(label) = content.label() else { return };
        if content.elem().name() == "metadata" {
            let name = label.resolve().as_str().to_owned();
            self.page.anchors.push(Anchor { name, at: Point::new(place.e, place.f) });
        }
    }

    fn text(&mut self, text: &TextItem, place: &Matrix) -> Drawn {
        if text.stroke.is_some() {
            return Err(Unsupported::new("描边文字"));
        }
        let fill = colour(&text.fill)?;
        let font = self.font(&text.font)?;
        let size = mm(text.size);
        let (mut glyphs, mut x, mut y) = (Vec::with_capacity(text.glyphs.len()), 0.0, 0.0);
        for (at, glyph) in text.glyphs.iter().enumerate() {
            let origin = Point::new(x + glyph.x_offset.get() * size, -y - glyph.y_offset.get() * size);
            (x, y) = (x + glyph.x_advance.get() * size, y + glyph.y_advance.get() * size);
            match character(text, at) {
                Some(ch) => glyphs.push(Glyph { id: glyph.id, ch, x: origin.x, y: origin.y }),
                // Not one character for one glyph: readers count such clusters differently, so the shape is drawn.
                None => self.outline(text, glyph.id, origin, fill, place),
            }
        }
        if !glyphs.is_empty() {
            self.page.items.push(Item::Text(Text { font, size, fill, matrix: *place, glyphs }));
        }
        Ok(())
    }

    fn outline(&mut self, text: &TextItem, glyph: u16, origin: Point, fill: Colour, place: &Matrix) {
        let scale = mm(text.size) / text.font.units_per_em();
        let to_page = |x: f32, y: f32| {
            place.apply(Point::new(origin.x + f64::from(x) * scale, origin.y - f64::from(y) * scale))
        };
        let mut outline = Outline { to_page, last: (0.0, 0.0), segments: Vec::new() };
        text.font.ttf().outline_glyph(GlyphId(glyph), &mut outline);
        let segments = outline.segments;
        if !segments.is_empty() {
            self.page.items.push(Item::Path(Path { segments, fill: Some(fill), stroke: None }));
        }
    }

    fn font(&mut self, instance: &typst::text::FontInstance) -> Result<usize, Unsupported> {
        if !instance.variations().0.is_empty() {
            return Err(Unsupported::new("可变字体"));
        }
        let font = instance.font();
        if let Some(known) = self.fonts.iter().position(|other| other == font) {
            return Ok(known);
        }
        let info = font.info();
        self.list.fonts.push(Font {
            family: info.family.clone(),
            name: font.post_script_name().unwrap_or_else(|| info.family.replace(' ', "")),
            bold: info.variant.weight.to_number() >= 600,
            data: Arc::new(font.data().clone()),
            index: font.index(),
        });
        self.fonts.push(font.clone());
        Ok(self.fonts.len() - 1)
    }

    fn shape(&mut self, shape: &Shape, place: &Matrix) -> Drawn {
        if shape.fill.is_some() && shape.fill_rule == FillRule::EvenOdd {
            return Err(Unsupported::new("奇偶填充"));
        }
        let segments = match &shape.geometry {
            Geometry::Line(to) => vec![
                Segment::Move(place.apply(Point::new(0.0, 0.0))),
                Segment::Line(place.apply(Point::new(mm(to.x), mm(to.y)))),
            ],
            Geometry::Rect(size) => rectangle(*size, place),
            Geometry::Curve(curve) => segments(curve, place),
        };
        // A line has no inside.
        let closed = !matches!(shape.geometry, Geometry::Line(_));
        let fill = shape.fill.as_ref().filter(|_| closed).map(colour).transpose()?;
        let stroke = shape.stroke.as_ref().map(|found| stroke(found, place)).transpose()?;
        if fill.is_some() || stroke.is_some() {
            self.page.items.push(Item::Path(Path { segments, fill, stroke }));
        }
        Ok(())
    }

    fn image(&mut self, image: &typst::visualize::Image, size: Size, place: &Matrix) -> Drawn {
        let ImageKind::Raster(raster) = image.kind() else {
            return Err(Unsupported::new("矢量图片"));
        };
        if raster.exif_rotation().is_some_and(|turn| turn != 1) {
            return Err(Unsupported::new("带旋转标记的照片"));
        }
        let format = match raster.format() {
            RasterFormat::Exchange(ExchangeFormat::Png) => PictureFormat::Png,
            RasterFormat::Exchange(ExchangeFormat::Jpg) => PictureFormat::Jpeg,
            _ => return Err(Unsupported::new("PNG和JPEG以外的图片")),
        };
        let picture =
            self.pictures.iter().position(|other| other.data() == raster.data()).unwrap_or_else(|| {
                self.pictures.push(raster.clone());
                self.list.images.push(Picture { format, data: Arc::new(raster.data().clone()) });
                self.pictures.len() - 1
            });
        let (width, height) = (mm(size.x), mm(size.y));
        let matrix = Matrix {
            a: place.a * width,
            b: place.b * width,
            c: place.c * height,
            d: place.d * height,
            ..*place
        };
        self.page.items.push(Item::Image(Image { picture, matrix }));
        Ok(())
    }
}

/// The character of a glyph that stands for exactly one, and for which no other glyph stands.
fn character(text: &TextItem, at: usize) -> Option<char> {
    let range = text.glyphs[at].range();
    let shared = |other: usize| text.glyphs.get(other).is_some_and(|glyph| glyph.range() == range);
    if shared(at + 1) || at.checked_sub(1).is_some_and(shared) {
        return None;
    }
    let mut shown = text.text.get(range)?.chars().filter(|ch| !typst::text::is_default_ignorable(*ch));
    let ch = shown.next()?;
    shown.next().is_none().then_some(ch)
}

fn mm(length: Abs) -> f64 {
    length.to_pt() * MM
}

fn matrix(transform: Transform) -> Matrix {
    let number = |ratio: Ratio| ratio.get();
    Matrix {
        a: number(transform.sx),
        b: number(transform.ky),
        c: number(transform.kx),
        d: number(transform.sy),
        e: mm(transform.tx),
        f: mm(transform.ty),
    }
}

fn colour(paint: &Paint) -> Result<Colour, Unsupported> {
    let Paint::Solid(colour) = paint else {
        return Err(Unsupported::new("渐变或图案"));
    };
    let rgb = colour.to_rgb();
    if rgb.alpha < 1.0 {
        return Err(Unsupported::new("透明颜色"));
    }
    let byte = |part: f32| (part.clamp(0.0, 1.0) * 255.0).round() as u8;
    Ok(Colour(byte(rgb.red), byte(rgb.green), byte(rgb.blue)))
}

fn stroke(stroke: &FixedStroke, place: &Matrix) -> Result<Stroke, Unsupported> {
    if stroke.dash.is_some() {
        return Err(Unsupported::new("虚线"));
    }
    let scale = place.even_scale().ok_or_else(|| Unsupported::new("变形的线条"))?;
    Ok(Stroke {
        colour: colour(&stroke.paint)?,
        width: mm(stroke.thickness) * scale,
        cap: match stroke.cap {
            LineCap::Butt => Cap::Butt,
            LineCap::Round => Cap::Round,
            LineCap::Square => Cap::Square,
        },
        join: match stroke.join {
            LineJoin::Miter => Join::Miter,
            LineJoin::Round => Join::Round,
            LineJoin::Bevel => Join::Bevel,
        },
        miter_limit: stroke.miter_limit.get(),
    })
}

fn rectangle(size: Size, place: &Matrix) -> Vec<Segment> {
    let corner = |x: Abs, y: Abs| place.apply(Point::new(mm(x), mm(y)));
    let none = Abs::zero();
    vec![
        Segment::Move(corner(none, none)),
        Segment::Line(corner(size.x, none)),
        Segment::Line(corner(size.x, size.y)),
        Segment::Line(corner(none, size.y)),
        Segment::Close,
    ]
}

/// A curve that goes on after closing goes on from where it began, which not every reader knows: say it.
fn segments(curve: &Curve, place: &Matrix) -> Vec<Segment> {
    let at = |point: &typst::layout::Point| place.apply(Point::new(mm(point.x), mm(point.y)));
    let origin = place.apply(Point::new(0.0, 0.0));
    let (mut out, mut start, mut open) = (Vec::with_capacity(curve.0.len() + 1), origin, false);
    for item in &curve.0 {
        if !open && !matches!(item, CurveItem::Move(_) | CurveItem::Close) {
            out.push(Segment::Move(start));
            open = true;
        }
        match item {
            CurveItem::Move(to) => {
                (start, open) = (at(to), true);
                out.push(Segment::Move(start));
            }
            CurveItem::Line(to) => out.push(Segment::Line(at(to))),
            CurveItem::Cubic(one, two, to) => out.push(Segment::Cubic(at(one), at(two), at(to))),
            CurveItem::Close if open => {
                out.push(Segment::Close);
                open = false;
            }
            CurveItem::Close => {}
        }
    }
    out
}

/// The outline of a glyph on its way to the page; quadratic curves become the same cubic ones.
struct Outline<F> {
    to_page: F,
    last: (f32, f32),
    segments: Vec<Segment>,
}

impl<F: Fn(f32, f32) -> Point> OutlineBuilder for Outline<F> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.last = (x, y);
        self.segments.push(Segment::Move((self.to_page)(x, y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.last = (x, y);
        self.segments.push(Segment::Line((self.to_page)(x, y)));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let toward = |from: f32, control: f32| from + (control - from) * 2.0 / 3.0;
        let (last_x, last_y) = self.last;
        self.curve_to(toward(last_x, x1), toward(last_y, y1), toward(x, x1), toward(y, y1), x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.last = (x, y);
        let to_page = &self.to_page;
        self.segments.push(Segment::Cubic(to_page(x1, y1), to_page(x2, y2), to_page(x, y)));
    }

    fn close(&mut self) {
        self.segments.push(Segment::Close);
    }
}
