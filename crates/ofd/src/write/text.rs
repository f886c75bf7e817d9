//! Runs of text.

use super::Ids;
use super::page::{Bounds, colour, relative};
use super::resources::Resources;
use crate::fault::Unsupported;
use crate::font::Embedded;
use crate::markup::{numbers, push_escaped, push_fixed, push_number};
use crate::model::{Glyph, Matrix, Point, Text};
use std::fmt::Write as _;

/// Positions are whole micrometres.
const UNIT: f64 = 1000.0;

pub(super) fn is_blank(ch: char) -> bool {
    ch.is_whitespace()
}

/// Blanks that stand alone between two shapes, and so stay in the text.
pub(super) fn inner_blanks(run: &Text) -> impl Iterator<Item = &Glyph> + '_ {
    pieces(&run.glyphs).into_iter().flatten().filter(|glyph| is_blank(glyph.ch))
}

/// A run as pieces that every reader takes alike. Readers trim a `TextCode` and then draw one glyph too few, fold
/// several blanks into one, and disagree on whether a character beyond U+FFFF counts once or twice: so a piece begins and
/// ends with a shape, holds no two blanks in a row, and such a character is a piece of its own.
fn pieces(glyphs: &[Glyph]) -> Vec<&[Glyph]> {
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < glyphs.len() {
        let rare = u32::from(glyphs[at].ch) > 0xffff;
        let blanks = glyphs[at..].iter().take_while(|glyph| is_blank(glyph.ch)).count();
        let next_is_rare = glyphs.get(at + blanks).is_some_and(|glyph| u32::from(glyph.ch) > 0xffff);
        let no_glyph = blanks == 1 && glyphs[at].id == 0;
        let ends = rare || blanks > 1 || no_glyph || (blanks == 1 && (at == start || next_is_rare));
        if ends {
            pieces.push(&glyphs[start..at]);
            if rare {
                pieces.push(&glyphs[at..=at]);
            }
            at += blanks.max(1);
            start = at;
        } else {
            at += 1;
        }
    }
    pieces.push(&glyphs[start..]);
    let trimmed = pieces.into_iter().map(trim);
    trimmed.filter(|piece| !piece.is_empty()).collect()
}

fn trim(mut piece: &[Glyph]) -> &[Glyph] {
    while let [rest @ .., last] = piece
        && is_blank(last.ch)
    {
        piece = rest;
    }
    while let [first, rest @ ..] = piece
        && is_blank(first.ch)
    {
        piece = rest;
    }
    piece
}

pub(super) fn write(
    out: &mut String,
    run: &Text,
    resources: &Resources,
    ids: &mut Ids,
) -> Result<(), Unsupported> {
    let placed = run.glyphs.iter().all(|glyph| glyph.x.is_finite() && glyph.y.is_finite());
    if !(placed && run.matrix.is_finite() && run.size.is_finite() && run.size > 0.0) {
        return Err(Unsupported::new("文字位置不是数"));
    }
    for piece in pieces(&run.glyphs) {
        let (font, embedded) =
            resources.font(run.font).ok_or_else(|| Unsupported::new("文字引用了不存在的字体"))?;
        match run.matrix.upright_scale() {
            Some(scale) => {
                let on_page = |glyph: &Glyph| {
                    let at = run.matrix.apply(Point::new(glyph.x, glyph.y));
                    Glyph { x: at.x, y: at.y, ..*glyph }
                };
                let glyphs: Vec<Glyph> = piece.iter().map(on_page).collect();
                let upright = Run { size: run.size * scale, matrix: None, glyphs: &glyphs };
                upright.write(out, run, font, embedded, ids)?;
            }
            None => {
                let turned = Run { size: run.size, matrix: Some(run.matrix), glyphs: piece };
                turned.write(out, run, font, embedded, ids)?;
            }
        }
    }
    Ok(())
}

/// A piece ready to be written: on the page itself, or turned onto it by a matrix.
struct Run<'a> {
    size: f64,
    matrix: Option<Matrix>,
    glyphs: &'a [Glyph],
}

impl Run<'_> {
    fn write(
        &self,
        out: &mut String,
        run: &Text,
        font: u32,
        embedded: &Embedded,
        ids: &mut Ids,
    ) -> Result<(), Unsupported> {
        let (boundary, origin) = self.bounds().boundary();
        let _ = write!(
            out,
            "<ofd:TextObject ID=\"{}\" Boundary=\"{boundary}\" Font=\"{font}\" Size=\"",
            ids.next()
        );
        push_number(out, self.size, 4);
        out.push('"');
        // A turned run is measured in its own space; the matrix brings it to the corner of its boundary.
        let corner = match &self.matrix {
            Some(matrix) => {
                let _ = write!(out, " CTM=\"{}\"", numbers(&relative(matrix, origin), 6));
                Point::new(0.0, 0.0)
            }
            None => origin,
        };
        out.push('>');
        colour(out, "FillColor", run.fill);
        self.glyph_numbers(out, embedded)?;
        self.code(out, corner);
        out.push_str("</ofd:TextObject>");
        Ok(())
    }

    /// A box around every glyph's origin with room for its shape: no face of ours reaches further than 1.2 of its size
    /// to the right or above, and 0.4 to the left or below. The line engine squeezes punctuation to the left of where it
    /// stood, so the origins count, not the advances.
    fn bounds(&self) -> Bounds {
        let mut bounds = Bounds::default();
        let matrix = self.matrix.unwrap_or(Matrix::IDENTITY);
        for glyph in self.glyphs {
            for (right, down) in [(-0.4, -1.2), (1.2, -1.2), (-0.4, 0.4), (1.2, 0.4)] {
                let at = Point::new(glyph.x + right * self.size, glyph.y + down * self.size);
                bounds.take(matrix.apply(at));
            }
        }
        bounds
    }

    /// Which glyphs of the embedded file are drawn: a reader that goes by them shows our shapes whatever it makes of the
    /// characters.
    fn glyph_numbers(&self, out: &mut String, embedded: &Embedded) -> Result<(), Unsupported> {
        let count = self.glyphs.len();
        let _ = write!(
            out,
            "<ofd:CGTransform CodePosition=\"0\" CodeCount=\"{count}\" GlyphCount=\"{count}\"><ofd:Glyphs>"
        );
        for (at, glyph) in self.glyphs.iter().enumerate() {
            let number = embedded
                .glyph(glyph.id)
                .ok_or_else(|| Unsupported::new(format!("字体子集中没有“{}”", glyph.ch)))?;
            let gap = if at == 0 { "" } else { " " };
            let _ = write!(out, "{gap}{number}");
        }
        out.push_str("</ofd:Glyphs></ofd:CGTransform>");
        Ok(())
    }

    fn code(&self, out: &mut String, corner: Point) {
        let across: Vec<f64> = self.glyphs.iter().map(|glyph| (glyph.x - corner.x) * UNIT).collect();
        let down: Vec<f64> = self.glyphs.iter().map(|glyph| (glyph.y - corner.y) * UNIT).collect();
        out.push_str("<ofd:TextCode X=\"");
        push_fixed(out, across[0].round() as i64, UNIT as i64);
        out.push_str("\" Y=\"");
        push_fixed(out, down[0].round() as i64, UNIT as i64);
        out.push('"');
        for (name, steps) in [("DeltaX", steps(&across)), ("DeltaY", steps(&down))] {
            // Without DeltaX the glyphs would stand on one another; without DeltaY they stand on one line.
            if !steps.is_empty() && (name == "DeltaX" || steps.iter().any(|step| *step != 0)) {
                let _ = write!(out, " {name}=\"");
                push_steps(out, &steps);
                out.push('"');
            }
        }
        out.push('>');
        self.glyphs.iter().for_each(|glyph| push_escaped(out, glyph.ch));
        out.push_str("</ofd:TextCode>");
    }
}

/// From each position to the next, in whole units. The same step is kept while it stays within two units of the truth,
/// so that evenly set text compresses to one number; the error never adds up.
fn steps(positions: &[f64]) -> Vec<i64> {
    const TOLERANCE: f64 = 2.0;
    let mut steps: Vec<i64> = Vec::with_capacity(positions.len().saturating_sub(1));
    let mut at = positions.first().map_or(0, |first| first.round() as i64);
    for wanted in positions.iter().skip(1) {
        let exact = wanted.round() as i64 - at;
        let step = match steps.last() {
            Some(last) if ((at + last) as f64 - wanted).abs() <= TOLERANCE => *last,
            _ => exact,
        };
        steps.push(step);
        at += step;
    }
    steps
}

/// `g n v`: n times v. Shorter from the third in a row on.
fn push_steps(out: &mut String, steps: &[i64]) {
    for (index, run) in steps.chunk_by(|one, other| one == other).enumerate() {
        if index > 0 {
            out.push(' ');
        }
        if run.len() > 2 {
            let _ = write!(out, "g {} ", run.len());
            push_fixed(out, run[0], UNIT as i64);
            continue;
        }
        for (at, step) in run.iter().enumerate() {
            if at > 0 {
                out.push(' ');
            }
            push_fixed(out, *step, UNIT as i64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn glyphs(text: &str) -> Vec<Glyph> {
        text.chars().enumerate().map(|(at, ch)| Glyph { id: 7, ch, x: at as f64, y: 0.0 }).collect()
    }

    fn cut(text: &str) -> Vec<String> {
        let glyphs = glyphs(text);
        pieces(&glyphs).iter().map(|piece| piece.iter().map(|glyph| glyph.ch).collect()).collect()
    }

    #[test]
    fn a_piece_begins_and_ends_with_a_shape() {
        assert_eq!(cut("  甲 乙  丙 "), ["甲 乙", "丙"]);
        assert_eq!(cut("　甲　"), ["甲"]);
        assert_eq!(cut("   "), Vec::<String>::new());
        assert_eq!(cut("王𬭎 一"), ["王", "𬭎", "一"]);
        assert_eq!(cut("a 𬭎𬭎"), ["a", "𬭎", "𬭎"]);
        assert_eq!(cut("2026 年"), ["2026 年"]);
    }

    #[test]
    fn even_steps_are_one_number() {
        let positions: Vec<f64> = (0..30).map(|at| f64::from(at) * 4938.9 / 1.0).collect();
        let mut out = String::new();
        push_steps(&mut out, &steps(&positions));
        assert!(out.len() < 60, "{out}");
        out.clear();
        push_steps(&mut out, &[1000, 1000, 1000, -20, 500, 500]);
        assert_eq!(out, "g 3 1 -0.02 0.5 0.5");
    }

    proptest! {
        #[test]
        fn no_glyph_is_more_than_two_micrometres_off(advances in prop::collection::vec(-3000.0..9000.0f64, 1..80)) {
            let mut positions = vec![12.3];
            advances.iter().for_each(|advance| positions.push(positions.last().unwrap() + advance));
            let mut at = positions[0].round();
            for (step, wanted) in steps(&positions).iter().zip(&positions[1..]) {
                at += *step as f64;
                prop_assert!((at - wanted).abs() <= 2.0, "{at} {wanted}");
            }
        }

        #[test]
        fn every_shape_is_in_a_piece_once(text in "[甲乙a 　𬭎\n]{0,30}") {
            let kept: String = cut(&text).concat().chars().filter(|ch| !is_blank(*ch)).collect();
            let wanted: String = text.chars().filter(|ch| !is_blank(*ch)).collect();
            prop_assert_eq!(kept, wanted);
            for piece in cut(&text) {
                prop_assert_eq!(piece.trim(), &piece);
            }
        }
    }
}
