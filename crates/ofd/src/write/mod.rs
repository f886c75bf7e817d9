//! From pages to a package.

mod page;
mod path;
mod resources;
mod text;

use crate::CREATOR;
use crate::fault::Unsupported;
use crate::font::Usage;
use crate::markup::{DECLARATION, escape, leaf, numbers, root};
use crate::model::{DisplayList, Item};
use crate::package::Package;
use jiff::civil::Date;
use resources::Resources;
use std::fmt::Write as _;

/// What is written about a document besides its pages.
#[derive(Clone, Debug)]
pub struct Meta {
    /// 32 hexadecimal digits, the same for the same document.
    pub id: String,
    pub title: String,
    pub author: String,
    pub created: Date,
    /// Names and values that other systems read: 证照编号, 有效期.
    pub custom: Vec<(String, String)>,
}

/// Writes the document, or says what on its pages could not be written.
///
/// Every part and every number comes in a fixed order: the same pages give the same bytes.
pub fn write(list: &DisplayList, meta: &Meta) -> Result<Package, Unsupported> {
    if list.pages.is_empty() {
        return Err(Unsupported::new("没有页面"));
    }
    let mut ids = Ids::default();
    let resources = Resources::new(list, &usage(list)?, &mut ids)?;
    let page_ids: Vec<u32> = list.pages.iter().map(|_| ids.next()).collect();
    let mut parts = resources.parts();
    for (number, page) in list.pages.iter().enumerate() {
        let content = page::content(page, &resources, &mut ids)?;
        parts.push((format!("Doc_0/Pages/Page_{number}/Content.xml"), content.into_bytes()));
    }
    parts.push(("OFD.xml".to_owned(), entrance(meta).into_bytes()));
    let document = document(list, &page_ids, &resources, ids.last);
    parts.push(("Doc_0/Document.xml".to_owned(), document.into_bytes()));
    Ok(Package::from_parts(parts.into_iter().map(|(name, bytes)| (name, bytes.into())).collect()))
}

/// Numbers for everything that can be referred to; the largest is told in `MaxUnitID`.
#[derive(Default)]
struct Ids {
    last: u32,
}

impl Ids {
    fn next(&mut self) -> u32 {
        self.last += 1;
        self.last
    }
}

fn usage(list: &DisplayList) -> Result<Vec<Usage>, Unsupported> {
    let mut usages: Vec<Usage> = list.fonts.iter().map(|_| Usage::default()).collect();
    for item in list.pages.iter().flat_map(|page| &page.items) {
        let Item::Text(run) = item else { continue };
        let usage = usages.get_mut(run.font).ok_or_else(|| Unsupported::new("文字引用了不存在的字体"))?;
        for glyph in run.glyphs.iter().filter(|glyph| !text::is_blank(glyph.ch)) {
            if glyph.id == 0 {
                return Err(Unsupported::new(format!("字体中没有“{}”", glyph.ch)));
            }
            usage.add(glyph.ch, glyph.id);
        }
        // A blank in the middle of a run is drawn by its advance but must still have a glyph.
        text::inner_blanks(run).for_each(|glyph| usage.add(glyph.ch, glyph.id));
    }
    Ok(usages)
}

/// `OFD.xml`.
fn entrance(meta: &Meta) -> String {
    let mut out = root("OFD", " Version=\"1.0\" DocType=\"OFD\"");
    out.push_str("<ofd:DocBody><ofd:DocInfo>");
    leaf(&mut out, "DocID", &meta.id);
    leaf(&mut out, "Title", &meta.title);
    leaf(&mut out, "Author", &meta.author);
    leaf(&mut out, "CreationDate", &meta.created.to_string());
    leaf(&mut out, "Creator", CREATOR);
    leaf(&mut out, "CreatorVersion", env!("CARGO_PKG_VERSION"));
    if !meta.custom.is_empty() {
        out.push_str("<ofd:CustomDatas>");
        for (name, value) in &meta.custom {
            let (name, value) = (escape(name), escape(value));
            let _ = write!(out, "<ofd:CustomData Name=\"{name}\">{value}</ofd:CustomData>");
        }
        out.push_str("</ofd:CustomDatas>");
    }
    out.push_str("</ofd:DocInfo>");
    leaf(&mut out, "DocRoot", "Doc_0/Document.xml");
    out.push_str("</ofd:DocBody></ofd:OFD>");
    out
}

/// `Document.xml`.
fn document(list: &DisplayList, page_ids: &[u32], resources: &Resources, max_id: u32) -> String {
    let mut out = root("Document", "");
    let first = &list.pages[0];
    let area = numbers(&[0.0, 0.0, first.width, first.height], 3);
    let _ = write!(
        out,
        "<ofd:CommonData><ofd:MaxUnitID>{max_id}</ofd:MaxUnitID>\
         <ofd:PageArea><ofd:PhysicalBox>{area}</ofd:PhysicalBox></ofd:PageArea>\
         <ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
    );
    if resources.has_images() {
        leaf(&mut out, "DocumentRes", "DocumentRes.xml");
    }
    let _ =
        write!(out, "<ofd:DefaultCS>{}</ofd:DefaultCS></ofd:CommonData><ofd:Pages>", resources.colour_space);
    for (number, id) in page_ids.iter().enumerate() {
        let _ = write!(out, "<ofd:Page ID=\"{id}\" BaseLoc=\"Pages/Page_{number}/Content.xml\"/>");
    }
    out.push_str("</ofd:Pages></ofd:Document>");
    debug_assert!(out.starts_with(DECLARATION));
    out
}
