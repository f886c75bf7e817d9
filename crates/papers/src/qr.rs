//! QR codes (GB/T 18284) as modules and as SVG.

use fast_qr::{ECL, QRBuilder};
use serde::Serialize;

/// The dark modules of a QR code as horizontal runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Matrix {
    /// Modules on each side, without the quiet zone of four modules.
    pub size: usize,
    /// `[x, y, length]` of each run of dark modules.
    pub runs: Vec<[usize; 3]>,
}

/// The text is too long for any QR code at level M (2,331 bytes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("内容过长，无法生成二维码")]
pub struct TooLong;

/// The QR code of `text` at error correction level M: 15 % of it may be lost to wear or a stamp.
pub fn matrix(text: &str) -> Result<Matrix, TooLong> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().map_err(|_| TooLong)?;
    let mut runs = Vec::new();
    for y in 0..code.size {
        let row = &code[y];
        let mut x = 0;
        while x < code.size {
            let length = row[x..code.size].iter().take_while(|module| module.value()).count();
            if length > 0 {
                runs.push([x, y, length]);
            }
            x += length.max(1);
        }
    }
    Ok(Matrix { size: code.size, runs })
}

/// The quiet zone that readers need on each side, in modules.
pub const QUIET: usize = 4;

/// An SVG of the QR code of `text`, black on white with its quiet zone; it has no size of its own.
pub fn svg(text: &str) -> Result<String, TooLong> {
    let Matrix { size, runs } = matrix(text)?;
    let path: String = runs
        .iter()
        .map(|[x, y, length]| format!("M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET))
        .collect();
    let side = size + 2 * QUIET;
    Ok(format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges" role="img" aria-label="二维码"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>"##
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_finder_patterns_stand_in_three_corners() {
        let Matrix { size, runs } = matrix("https://example.test/v/990101100001?c=check").unwrap();
        assert_eq!(size % 4, 1);
        assert!(
            runs.contains(&[0, 0, 7]) && runs.contains(&[size - 7, 0, 7]) && runs.contains(&[0, size - 1, 7])
        );
        assert!(runs.iter().all(|[x, y, length]| x + length <= size && *y < size));
    }

    #[test]
    fn an_address_is_not_written_into_the_svg_as_text() {
        let svg = svg("https://example.test/?a=<b>&c").unwrap();
        assert!(!svg.contains("example") && svg.ends_with("</svg>"));
    }

    #[test]
    fn too_long_a_text_is_refused() {
        assert_eq!(matrix(&"x".repeat(4000)), Err(TooLong));
    }
}
