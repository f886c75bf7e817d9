//! `Content.xml` of one page.

use super::resources::Resources;
use super::{Ids, path, text};
use crate::fault::Unsupported;
use crate::markup::{numbers, root};
use crate::model::{Colour, Image, Item, Matrix, Page, Point};
use std::fmt::Write as _;

pub(super) fn content(page: &Page, resources: &Resources, ids: &mut Ids) -> Result<String, Unsupported> {
    if !(page.width > 0.0 && page.height > 0.0 && page.width.is_finite() && page.height.is_finite()) {
        return Err(Unsupported::new("页面没有尺寸"));
    }
    let mut out = root("Page", "");
    let area = numbers(&[0.0, 0.0, page.width, page.height], 3);
    let _ = write!(
        out,
        "<ofd:Area><ofd:PhysicalBox>{area}</ofd:PhysicalBox></ofd:Area>\
         <ofd:Content><ofd:Layer ID=\"{}\" Type=\"Body\">",
        ids.next()
    );
    for item in &page.items {
        match item {
            Item::Text(run) => text::write(&mut out, run, resources, ids)?,
            Item::Path(shape) => path::write(&mut out, shape, ids)?,
            Item::Image(placed) => image(&mut out, placed, resources, ids)?,
        }
    }
    out.push_str("</ofd:Layer></ofd:Content></ofd:Page>");
    Ok(out)
}

fn image(out: &mut String, image: &Image, resources: &Resources, ids: &mut Ids) -> Result<(), Unsupported> {
    let resource = resources.image(image.picture).ok_or_else(|| Unsupported::new("引用了不存在的图片"))?;
    if !image.matrix.is_finite() {
        return Err(Unsupported::new("图片位置不是数"));
    }
    let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)];
    let mut bounds = Bounds::default();
    corners.iter().for_each(|(x, y)| bounds.take(image.matrix.apply(Point::new(*x, *y))));
    let (boundary, origin) = bounds.boundary();
    let ctm = numbers(&relative(&image.matrix, origin), 6);
    let _ = write!(
        out,
        "<ofd:ImageObject ID=\"{}\" Boundary=\"{boundary}\" CTM=\"{ctm}\" ResourceID=\"{resource}\"/>",
        ids.next()
    );
    Ok(())
}

/// The numbers of a matrix that ends at `origin` instead of at the corner of the page.
pub(super) fn relative(matrix: &Matrix, origin: Point) -> [f64; 6] {
    [matrix.a, matrix.b, matrix.c, matrix.d, matrix.e - origin.x, matrix.f - origin.y]
}

pub(super) fn colour(out: &mut String, name: &str, Colour(red, green, blue): Colour) {
    let _ = write!(out, "<ofd:{name} Value=\"{red} {green} {blue}\"/>");
}

/// The smallest upright box around points.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    low: Point,
    high: Point,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds { low: Point::new(f64::MAX, f64::MAX), high: Point::new(f64::MIN, f64::MIN) }
    }
}

impl Bounds {
    pub(super) fn take(&mut self, point: Point) {
        self.low = Point::new(self.low.x.min(point.x), self.low.y.min(point.y));
        self.high = Point::new(self.high.x.max(point.x), self.high.y.max(point.y));
    }

    pub(super) fn grown(self, by: f64) -> Bounds {
        Bounds {
            low: Point::new(self.low.x - by, self.low.y - by),
            high: Point::new(self.high.x + by, self.high.y + by),
        }
    }

    /// `x y w h` on whole micrometres that cover the box, and the corner from which the object is then measured. No side
    /// is zero: some readers draw nothing in an empty box.
    pub(super) fn boundary(self) -> (String, Point) {
        let down = |number: f64| (number * 1000.0).floor() / 1000.0;
        let (x, y) = (down(self.low.x), down(self.low.y));
        let side = |low: f64, high: f64| (((high - low) * 1000.0).ceil() / 1000.0).max(0.001);
        (numbers(&[x, y, side(x, self.high.x), side(y, self.high.y)], 3), Point::new(x, y))
    }
}
