//! Lines and areas.

use super::Ids;
use super::page::{Bounds, colour};
use crate::fault::Unsupported;
use crate::markup::{numbers, push_number};
use crate::model::{Cap, Join, Path, Point, Segment, Stroke};
use std::fmt::Write as _;

pub(super) fn write(out: &mut String, path: &Path, ids: &mut Ids) -> Result<(), Unsupported> {
    if path.segments.is_empty() || (path.fill.is_none() && path.stroke.is_none()) {
        return Ok(());
    }
    if !points(path).all(|point| point.x.is_finite() && point.y.is_finite()) {
        return Err(Unsupported::new("图形位置不是数"));
    }
    if !matches!(path.segments[0], Segment::Move(_)) {
        return Err(Unsupported::new("图形没有起点"));
    }
    let mut bounds = Bounds::default();
    points(path).for_each(|point| bounds.take(point));
    let (boundary, origin) = bounds.grown(overhang(path)).boundary();
    let _ = write!(out, "<ofd:PathObject ID=\"{}\" Boundary=\"{boundary}\"", ids.next());
    match &path.stroke {
        Some(stroke) => stroke_attributes(out, stroke),
        None => out.push_str(" Stroke=\"false\""),
    }
    if path.fill.is_some() {
        out.push_str(" Fill=\"true\"");
    }
    out.push('>');
    if let Some(stroke) = &path.stroke {
        colour(out, "StrokeColor", stroke.colour);
    }
    if let Some(fill) = path.fill {
        colour(out, "FillColor", fill);
    }
    out.push_str("<ofd:AbbreviatedData>");
    path.segments.iter().for_each(|segment| push_segment(out, segment, origin));
    out.push_str("</ofd:AbbreviatedData></ofd:PathObject>");
    Ok(())
}

/// How far a line reaches beyond its points: half its width, more at a pointed corner.
fn overhang(path: &Path) -> f64 {
    path.stroke.as_ref().map_or(0.0, |stroke| {
        let corner = if stroke.join == Join::Miter { stroke.miter_limit.max(1.5) } else { 1.5 };
        stroke.width / 2.0 * corner
    })
}

fn points(path: &Path) -> impl Iterator<Item = Point> + '_ {
    path.segments.iter().flat_map(Segment::points)
}

fn stroke_attributes(out: &mut String, stroke: &Stroke) {
    out.push_str(" LineWidth=\"");
    push_number(out, stroke.width, 4);
    out.push('"');
    match stroke.cap {
        Cap::Butt => {}
        Cap::Round => out.push_str(" Cap=\"Round\""),
        Cap::Square => out.push_str(" Cap=\"Square\""),
    }
    match stroke.join {
        Join::Miter => {
            let _ = write!(out, " MiterLimit=\"{}\"", numbers(&[stroke.miter_limit], 3));
        }
        Join::Round => out.push_str(" Join=\"Round\""),
        Join::Bevel => out.push_str(" Join=\"Bevel\""),
    }
}

fn push_segment(out: &mut String, segment: &Segment, origin: Point) {
    let letter = match segment {
        Segment::Move(_) => 'M',
        Segment::Line(_) => 'L',
        Segment::Cubic(..) => 'B',
        Segment::Close => 'C',
    };
    if !out.ends_with('>') {
        out.push(' ');
    }
    out.push(letter);
    for point in segment.points() {
        for number in [point.x - origin.x, point.y - origin.y] {
            out.push(' ');
            // A hundredth of a millimetre: 2,540 to the inch.
            push_number(out, number, 2);
        }
    }
}
