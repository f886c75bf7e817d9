//! The picture of a seal, drawn from its own template and kept small: it lies in every document that bears the seal.

use crate::inspect;
use crate::press::compiled;
use crate::world::Workshop;
use papers::{SealFace, SealPicture, TypesetFault};
use typst::utils::Scalar;
use typst_render::RenderOptions;

/// Millimetres: the round seals of county and prefecture offices.
const SIDE: i64 = 42;
/// Sharp in print; each seal in a document is stored once.
const DPI: f64 = 240.0;

pub(crate) fn picture(workshop: &Workshop, face: &SealFace) -> Result<SealPicture, TypesetFault> {
    let letters = face.organ.trim().chars().count();
    if !(2..=40).contains(&letters) || face.purpose.as_deref().is_some_and(|words| words.chars().count() > 12)
    {
        return Err(TypesetFault::Data("印章刻字：机关名称2至40个字，用途不超过12个字".to_owned()));
    }
    let data = serde_json::json!({ "organ": face.organ.trim(), "purpose": face.purpose });
    let world = workshop
        .world("seal.typ", data.to_string().into_bytes(), None)
        .ok_or_else(|| TypesetFault::Template("seal.typ".to_owned()))?;
    let document = compiled(&world, "seal.typ")?;
    if let Some(ch) = inspect::missing_glyph(&document) {
        return Err(TypesetFault::MissingGlyph { ch });
    }
    let options = RenderOptions { pixel_per_pt: Scalar::new(DPI / 72.0), render_bleed: false };
    let drawn = typst_render::render(&document.pages()[0], &options);
    let alpha: Vec<u8> = drawn.pixels().iter().map(|pixel| pixel.alpha()).collect();
    Ok(SealPicture { png: one_colour(drawn.width(), drawn.height(), &alpha)?, width: SIDE, height: SIDE })
}

/// Red in fifteen strengths over nothing, four bits a pixel: a tenth of the bytes of full colour, and nobody sees it.
fn one_colour(width: u32, height: u32, alpha: &[u8]) -> Result<Vec<u8>, TypesetFault> {
    const RED: [u8; 3] = [0xd7, 0x00, 0x0f];
    let strength = |alpha: u8| (u16::from(alpha) * 15 + 127) / 255;
    let packed: Vec<u8> = alpha
        .chunks(width as usize)
        .flat_map(|line| {
            line.chunks(2).map(|two| (strength(two[0]) << 4 | two.get(1).map_or(0, |a| strength(*a))) as u8)
        })
        .collect();
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Four);
    encoder.set_compression(png::Compression::High);
    encoder.set_palette(RED.repeat(16));
    encoder.set_trns((0..16).map(|step| step * 17).collect::<Vec<u8>>());
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: (DPI / 0.0254).round() as u32,
        yppu: (DPI / 0.0254).round() as u32,
        unit: png::Unit::Meter,
    }));
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&packed));
    written.map_err(|fault| TypesetFault::Template(fault.to_string()))?;
    Ok(out)
}
