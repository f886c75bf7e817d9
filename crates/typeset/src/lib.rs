//! Sets papers in type with Typst: layout to PDF, SVG and PNG, and to the
//! list of what stands where, from which `ofd` writes. The only crate that names typst; matters see
//! the [`papers::Typesetter`] interface, and the portal hands in a [`Press`].
//!
//! Templates (`templates/papers`) and fonts (`assets/fonts`) are part of the binary, so that a document can
//! always be set again, byte for byte, without files beside the program. Nothing is read from disk, no
//! package is loaded, no clock is asked.

mod code;
mod display;
mod fonts;
mod inspect;
mod manuscript;
mod press;
mod prints;
mod seal;
mod templates;
#[cfg(test)]
mod tests;
mod world;

pub use fonts::unusable as unusable_fonts;
pub use press::Press;
