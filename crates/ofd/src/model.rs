//! What stands on the pages, without a word about how it was set or where it will go.
//!
//! Millimetres, x to the right, y down, from the top left corner of the page.

use std::sync::Arc;

/// Bytes that somebody already holds: a font of 15 MB is lent, not copied.
pub type Shared = Arc<dyn AsRef<[u8]> + Send + Sync>;

#[derive(Clone, Default)]
pub struct DisplayList {
    pub pages: Vec<Page>,
    pub fonts: Vec<Font>,
    pub images: Vec<Picture>,
}

impl DisplayList {
    /// Pages and places of a named spot, from the first page on.
    pub fn anchors<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (usize, Point)> + 'a {
        let pages = self.pages.iter().enumerate();
        let spots = pages.flat_map(|(page, found)| found.anchors.iter().map(move |anchor| (page, anchor)));
        spots.filter(move |(_, anchor)| anchor.name == name).map(|(page, anchor)| (page, anchor.at))
    }
}

#[derive(Clone, Debug, Default)]
pub struct Page {
    pub width: f64,
    pub height: f64,
    /// In the order of painting.
    pub items: Vec<Item>,
    /// Spots that a template has named; they draw nothing.
    pub anchors: Vec<Anchor>,
}

/// A named spot on a page: where a seal is to stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Anchor {
    pub name: String,
    pub at: Point,
}

#[derive(Clone, Debug)]
pub enum Item {
    Text(Text),
    Path(Path),
    Image(Image),
}

/// A whole font as it was licensed to us; only the glyphs that are used go into a document.
#[derive(Clone)]
pub struct Font {
    pub family: String,
    /// The PostScript name, which tells apart the weights of a family.
    pub name: String,
    pub bold: bool,
    pub data: Shared,
    /// Which font of a collection.
    pub index: u32,
}

/// A run of glyphs of one font, size and colour.
#[derive(Clone, Debug)]
pub struct Text {
    /// Index into [`DisplayList::fonts`].
    pub font: usize,
    pub size: f64,
    pub fill: Colour,
    /// From the space in which the glyphs stand to the page.
    pub matrix: Matrix,
    pub glyphs: Vec<Glyph>,
}

/// One glyph for one character, its origin on the baseline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glyph {
    /// In the whole font.
    pub id: u16,
    pub ch: char,
    pub x: f64,
    pub y: f64,
}

/// A shape on the page; filled by the non-zero rule.
#[derive(Clone, Debug)]
pub struct Path {
    pub segments: Vec<Segment>,
    pub fill: Option<Colour>,
    pub stroke: Option<Stroke>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Segment {
    Move(Point),
    Line(Point),
    Cubic(Point, Point, Point),
    Close,
}

impl Segment {
    /// Control points and end, in order.
    pub(crate) fn points(&self) -> impl Iterator<Item = Point> {
        let (points, count) = match *self {
            Segment::Move(to) | Segment::Line(to) => ([to; 3], 1),
            Segment::Cubic(one, two, to) => ([one, two, to], 3),
            Segment::Close => ([Point::new(0.0, 0.0); 3], 0),
        };
        points.into_iter().take(count)
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    pub colour: Colour,
    pub width: f64,
    pub cap: Cap,
    pub join: Join,
    pub miter_limit: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cap {
    Butt,
    Round,
    Square,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    Miter,
    Round,
    Bevel,
}

#[derive(Clone, Debug)]
pub struct Image {
    /// Index into [`DisplayList::images`].
    pub picture: usize,
    /// From the unit square (top left corner at the origin) to the page.
    pub matrix: Matrix,
}

#[derive(Clone)]
pub struct Picture {
    pub format: PictureFormat,
    pub data: Shared,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureFormat {
    Png,
    Jpeg,
}

/// Opaque red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

impl Point {
    pub fn new(x: f64, y: f64) -> Point {
        Point { x, y }
    }
}

/// `x' = a·x + c·y + e`, `y' = b·x + d·y + f`: the six numbers of the standard in its order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Matrix {
    pub a: f64,
    pub b: f64,
    pub c: f64,
    pub d: f64,
    pub e: f64,
    pub f: f64,
}

impl Matrix {
    pub const IDENTITY: Matrix = Matrix { a: 1.0, b: 0.0, c: 0.0, d: 1.0, e: 0.0, f: 0.0 };

    pub fn apply(&self, point: Point) -> Point {
        Point::new(self.a * point.x + self.c * point.y + self.e, self.b * point.x + self.d * point.y + self.f)
    }

    /// The factor by which this grows every length alike, turned or mirrored or not; `None` when it squeezes or
    /// slants, so that a stroke would not keep one width.
    pub fn even_scale(&self) -> Option<f64> {
        let (first, second) = (self.a.hypot(self.b), self.c.hypot(self.d));
        let dot = self.a * self.c + self.b * self.d;
        let close = 1e-6 * first.max(second).max(1e-9);
        ((first - second).abs() <= close && dot.abs() <= close * first.max(second)).then_some(first)
    }

    /// The factor of a matrix that only moves and grows.
    pub(crate) fn upright_scale(&self) -> Option<f64> {
        let scale = self.even_scale()?;
        (self.a > 0.0 && self.d > 0.0 && self.b.abs() < 1e-9 && self.c.abs() < 1e-9).then_some(scale)
    }

    pub(crate) fn is_finite(&self) -> bool {
        [self.a, self.b, self.c, self.d, self.e, self.f].iter().all(|number| number.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_keeps_lengths_and_a_squeeze_does_not() {
        let (sin, cos) = 0.7_f64.sin_cos();
        let turn = Matrix { a: 2.0 * cos, b: 2.0 * sin, c: -2.0 * sin, d: 2.0 * cos, e: 5.0, f: 1.0 };
        assert!((turn.even_scale().unwrap() - 2.0).abs() < 1e-9);
        assert_eq!(turn.upright_scale(), None);
        assert_eq!(Matrix { d: 2.0, ..Matrix::IDENTITY }.even_scale(), None);
        assert_eq!(Matrix { c: 0.3, ..Matrix::IDENTITY }.even_scale(), None);
        assert_eq!(Matrix::IDENTITY.upright_scale(), Some(1.0));
    }
}
