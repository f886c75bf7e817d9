//! The QR code of a paper as a picture: black and white, four dots a module, so that the engine that draws it needs no
//! thousand little rectangles.

use papers::TypesetFault;
use papers::qr::Matrix;

/// Dots on each side of a module. A printer at 600 dpi sets about ten on the smallest code that we print.
const DOTS: usize = 4;

pub(crate) fn png(matrix: &Matrix) -> Result<Vec<u8>, TypesetFault> {
    let side = matrix.size * DOTS;
    let line = side.div_ceil(8);
    // One bit a dot, white where it is set.
    let mut dots = vec![0xff_u8; line * side];
    for [x, y, length] in &matrix.runs {
        for row in y * DOTS..(y + 1) * DOTS {
            for column in x * DOTS..(x + length) * DOTS {
                dots[row * line + column / 8] &= !(0x80 >> (column % 8));
            }
        }
    }
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, side as u32, side as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&dots));
    written.map_err(|fault| TypesetFault::Template(fault.to_string()))?;
    Ok(out)
}
