//! What a package says about itself: its metadata, its pages, the text on them.

use crate::fault::OpenFault;
use crate::package::{Limits, Package};
use crate::xml::{self, Element, numbers, resolve};

/// The first document of a package.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    pub info: DocumentInfo,
    pub pages: Vec<PageInfo>,
    /// Where its list of signatures is said to stand.
    pub(crate) signatures: Option<String>,
    /// Width and height of a page that has no own, millimetres.
    area: Option<(f64, f64)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentInfo {
    pub id: String,
    pub title: String,
    pub author: String,
    pub created: String,
    pub creator: String,
    pub custom: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageInfo {
    pub id: String,
    pub path: String,
}

impl Package {
    /// Reads the structure, not yet the pages.
    pub fn document(&self, limits: &Limits) -> Result<Document, OpenFault> {
        let entrance = self.xml("OFD.xml", "OFD", limits)?;
        let mut bodies = entrance.all("DocBody");
        let body = bodies.next().ok_or_else(|| missing("DocBody"))?;
        // The standard allows several documents in one file. A seal over one and a face from the other would deceive.
        if bodies.next().is_some() {
            return Err(OpenFault::Xml { part: "OFD.xml".to_owned(), why: "含有多个文档".to_owned() });
        }
        let root = body.child("DocRoot").ok_or_else(|| missing("DocRoot"))?;
        let path = resolve("OFD.xml", root.text())?;
        let document = self.xml(&path, "Document", limits)?;
        let signatures = body.child("Signatures").map(|link| resolve("OFD.xml", link.text())).transpose()?;
        Ok(Document {
            info: body.child("DocInfo").map(info).unwrap_or_default(),
            pages: pages(&path, &document)?,
            signatures,
            area: document.at(&["CommonData", "PageArea"]).and_then(size),
        })
    }

    /// Width and height of a page in millimetres; pages count from 0.
    pub fn page_size(
        &self,
        document: &Document,
        page: usize,
        limits: &Limits,
    ) -> Result<(f64, f64), OpenFault> {
        let content = self.page(document, page, limits)?;
        content.child("Area").and_then(size).or(document.area).ok_or_else(|| missing("PhysicalBox"))
    }

    /// The text of a page in the order of painting, a line for each line of type.
    pub fn page_text(&self, document: &Document, page: usize, limits: &Limits) -> Result<String, OpenFault> {
        let content = self.page(document, page, limits)?;
        let (mut out, mut line) = (String::new(), None);
        if let Some(content) = content.child("Content") {
            collect_text(content, &mut line, &mut out);
        }
        Ok(out)
    }

    fn page(&self, document: &Document, page: usize, limits: &Limits) -> Result<Element, OpenFault> {
        let page = document.pages.get(page).ok_or_else(|| missing("Page"))?;
        self.xml(&page.path, "Page", limits)
    }

    pub(crate) fn xml(&self, path: &str, root: &str, limits: &Limits) -> Result<Element, OpenFault> {
        let bytes = self.part(path).ok_or_else(|| missing(path))?;
        xml::parse(path, bytes, root, limits)
    }
}

pub(crate) fn missing(what: &str) -> OpenFault {
    OpenFault::Missing(what.to_owned())
}

fn info(element: &Element) -> DocumentInfo {
    let text = |name: &str| element.child(name).map(Element::text).unwrap_or_default().to_owned();
    let custom = element.child("CustomDatas").into_iter().flat_map(|datas| datas.all("CustomData"));
    DocumentInfo {
        id: text("DocID"),
        title: text("Title"),
        author: text("Author"),
        created: text("CreationDate"),
        creator: text("Creator"),
        custom: custom
            .map(|data| (data.attribute("Name").unwrap_or_default().to_owned(), data.text().to_owned()))
            .collect(),
    }
}

fn pages(path: &str, document: &Element) -> Result<Vec<PageInfo>, OpenFault> {
    let list = document.child("Pages").ok_or_else(|| missing("Pages"))?;
    let page = |element: &Element| {
        let location = element.attribute("BaseLoc").ok_or_else(|| missing("BaseLoc"))?;
        let id = element.attribute("ID").ok_or_else(|| missing("ID"))?.to_owned();
        Ok(PageInfo { id, path: resolve(path, location)? })
    };
    list.all("Page").map(page).collect()
}

fn size(area: &Element) -> Option<(f64, f64)> {
    let [_, _, width, height] = numbers(area.child("PhysicalBox")?.text())?;
    (width > 0.0 && height > 0.0).then_some((width, height))
}

/// Texts whose baselines are one line of type stand on one line.
fn collect_text(element: &Element, line: &mut Option<f64>, out: &mut String) {
    for child in &element.children {
        if child.name != "TextObject" {
            collect_text(child, line, out);
            continue;
        }
        let top = child.attribute("Boundary").and_then(numbers::<4>).map_or(0.0, |[_, y, _, _]| y);
        for code in child.all("TextCode") {
            let down = code.attribute("Y").and_then(|y| y.parse::<f64>().ok()).unwrap_or(0.0);
            let baseline = top + down;
            if line.is_some_and(|line| (line - baseline).abs() > 0.05) {
                out.push('\n');
            }
            *line = Some(baseline);
            out.push_str(code.whole_text());
        }
    }
}
