//! `PublicRes.xml`, `DocumentRes.xml` and the files they name.

use super::Ids;
use crate::fault::Unsupported;
use crate::font::{Embedded, Usage, embed};
use crate::markup::{escape, root};
use crate::model::{DisplayList, PictureFormat};
use std::fmt::Write as _;

pub(super) struct Resources {
    pub(super) colour_space: u32,
    /// One for each font of the list; `None` for a font of which no glyph is used.
    fonts: Vec<Option<FontResource>>,
    images: Vec<ImageResource>,
}

struct FontResource {
    id: u32,
    family: String,
    name: String,
    bold: bool,
    embedded: Embedded,
}

struct ImageResource {
    id: u32,
    format: PictureFormat,
    bytes: Vec<u8>,
}

impl Resources {
    pub(super) fn new(list: &DisplayList, usages: &[Usage], ids: &mut Ids) -> Result<Resources, Unsupported> {
        let colour_space = ids.next();
        let mut fonts = Vec::new();
        for (font, usage) in list.fonts.iter().zip(usages) {
            if usage.is_empty() {
                fonts.push(None);
                continue;
            }
            let (family, name) = (font.family.clone(), font.name.clone());
            let embedded = embed(font, usage)?;
            fonts.push(Some(FontResource { id: ids.next(), family, name, bold: font.bold, embedded }));
        }
        let mut images = Vec::new();
        for picture in &list.images {
            let bytes = (*picture.data).as_ref().to_vec();
            if !is_of(picture.format, &bytes) {
                return Err(Unsupported::new("图片内容与格式不符"));
            }
            images.push(ImageResource { id: ids.next(), format: picture.format, bytes });
        }
        Ok(Resources { colour_space, fonts, images })
    }

    /// The number of a font and its glyphs in the embedded file.
    pub(super) fn font(&self, index: usize) -> Option<(u32, &Embedded)> {
        self.fonts.get(index)?.as_ref().map(|font| (font.id, &font.embedded))
    }

    pub(super) fn image(&self, index: usize) -> Option<u32> {
        self.images.get(index).map(|image| image.id)
    }

    pub(super) fn has_images(&self) -> bool {
        !self.images.is_empty()
    }

    pub(super) fn parts(&self) -> Vec<(String, Vec<u8>)> {
        let mut parts = vec![("Doc_0/PublicRes.xml".to_owned(), self.public().into_bytes())];
        for font in self.fonts.iter().flatten() {
            parts.push((format!("Doc_0/Res/{}", font.file()), font.embedded.file.clone()));
        }
        if self.has_images() {
            parts.push(("Doc_0/DocumentRes.xml".to_owned(), self.document().into_bytes()));
        }
        for image in &self.images {
            parts.push((format!("Doc_0/Res/{}", image.file()), image.bytes.clone()));
        }
        parts
    }

    fn public(&self) -> String {
        let mut out = root("Res", " BaseLoc=\"Res\"");
        let space = self.colour_space;
        let _ = write!(
            out,
            "<ofd:ColorSpaces><ofd:ColorSpace ID=\"{space}\" Type=\"RGB\" BitsPerComponent=\"8\"/></ofd:ColorSpaces>"
        );
        if self.fonts.iter().any(Option::is_some) {
            out.push_str("<ofd:Fonts>");
            for font in self.fonts.iter().flatten() {
                font.describe(&mut out);
            }
            out.push_str("</ofd:Fonts>");
        }
        out.push_str("</ofd:Res>");
        out
    }

    fn document(&self) -> String {
        let mut out = root("Res", " BaseLoc=\"Res\"");
        out.push_str("<ofd:MultiMedias>");
        for image in &self.images {
            let (id, format, file) = (image.id, image.format_name(), image.file());
            let _ = write!(
                out,
                "<ofd:MultiMedia ID=\"{id}\" Type=\"Image\" Format=\"{format}\">\
                 <ofd:MediaFile>{file}</ofd:MediaFile></ofd:MultiMedia>"
            );
        }
        out.push_str("</ofd:MultiMedias></ofd:Res>");
        out
    }
}

impl FontResource {
    fn file(&self) -> String {
        format!("font_{}.{}", self.id, self.embedded.extension)
    }

    fn describe(&self, out: &mut String) {
        let bold = if self.bold { " Bold=\"true\"" } else { "" };
        let (id, file) = (self.id, self.file());
        let (name, family) = (escape(&self.name), escape(&self.family));
        let _ = write!(
            out,
            "<ofd:Font ID=\"{id}\" FontName=\"{name}\" FamilyName=\"{family}\"{bold}>\
             <ofd:FontFile>{file}</ofd:FontFile></ofd:Font>"
        );
    }
}

impl ImageResource {
    fn file(&self) -> String {
        let extension = if self.format == PictureFormat::Png { "png" } else { "jpg" };
        format!("image_{}.{extension}", self.id)
    }

    fn format_name(&self) -> &'static str {
        if self.format == PictureFormat::Png { "PNG" } else { "JPEG" }
    }
}

fn is_of(format: PictureFormat, bytes: &[u8]) -> bool {
    match format {
        PictureFormat::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        PictureFormat::Jpeg => bytes.starts_with(b"\xff\xd8\xff"),
    }
}
