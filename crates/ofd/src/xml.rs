//! Reading XML: a small tree, with limits, and without the parts of XML that only attackers use.

use crate::fault::OpenFault;
use crate::package::Limits;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// An element by its local name; the standard has one namespace, whatever the prefix.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Element {
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Element>,
    text: String,
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(other, _)| other == name).map(|(_, value)| value.trim())
    }

    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Down a path of names.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    pub(crate) fn text(&self) -> &str {
        self.text.trim()
    }

    /// With the blanks at its ends.
    pub(crate) fn whole_text(&self) -> &str {
        &self.text
    }
}

/// The root element of a part, which must be called `root` and belong to the standard.
pub(crate) fn parse(part: &str, bytes: &[u8], root: &str, limits: &Limits) -> Result<Element, OpenFault> {
    let fault = |why: &str| OpenFault::Xml { part: part.to_owned(), why: why.to_owned() };
    if bytes.len() > limits.xml_bytes {
        return Err(OpenFault::TooMuch("内部文件过大"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| fault("不是UTF-8编码"))?;
    let element =
        tree(text.strip_prefix('\u{feff}').unwrap_or(text), limits).map_err(|trouble| match trouble {
            Trouble::Malformed => fault("不是合规的XML"),
            Trouble::Forbidden => fault("含有不允许的声明或实体"),
            Trouble::TooMuch(what) => OpenFault::TooMuch(what),
        })?;
    let ours = element
        .attributes
        .iter()
        .any(|(name, value)| (name == "xmlns" || name.starts_with("xmlns:")) && value == crate::NAMESPACE);
    if element.name != root || !ours {
        return Err(fault("根元素不符"));
    }
    Ok(element)
}

enum Trouble {
    Malformed,
    Forbidden,
    TooMuch(&'static str),
}

impl<E: Into<quick_xml::Error>> From<E> for Trouble {
    fn from(_: E) -> Trouble {
        Trouble::Malformed
    }
}

fn tree(text: &str, limits: &Limits) -> Result<Element, Trouble> {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    // The bottom of the stack stands for the document, whose one child is the root.
    let mut stack = vec![Element::default()];
    let mut nodes = 0;
    loop {
        let event = reader.read_event()?;
        nodes += 1;
        if nodes > limits.xml_nodes {
            return Err(Trouble::TooMuch("内部文件过于复杂"));
        }
        let Some(top) = stack.last_mut() else { return Err(Trouble::Malformed) };
        match event {
            Event::Start(start) => {
                stack.push(element(&start)?);
                if stack.len() > limits.xml_depth {
                    return Err(Trouble::TooMuch("内部文件嵌套过深"));
                }
            }
            Event::End(_) => {
                let done = stack.pop().ok_or(Trouble::Malformed)?;
                stack.last_mut().ok_or(Trouble::Malformed)?.children.push(done);
            }
            Event::Text(text) => top.text.push_str(&text.xml10_content()),
            Event::CData(text) => top.text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => top.text.push(character(&reference)?),
            Event::Comment(_) | Event::Decl(_) => {}
            // A DTD defines entities: bombs and files of the machine. No part of an OFD has one.
            Event::DocType(_) | Event::PI(_) => return Err(Trouble::Forbidden),
            Event::Empty(_) => return Err(Trouble::Malformed),
            Event::Eof => break,
        }
    }
    let [document] = &mut stack[..] else { return Err(Trouble::Malformed) };
    if document.children.len() != 1 || !document.text.trim().is_empty() {
        return Err(Trouble::Malformed);
    }
    document.children.pop().ok_or(Trouble::Malformed)
}

fn element(start: &BytesStart<'_>) -> Result<Element, Trouble> {
    let name = start.local_name().into_inner().to_owned();
    let mut attributes: Vec<(String, String)> = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| Trouble::Malformed)?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Trouble::Forbidden)?;
        attributes.push((attribute.key.into_inner().to_owned(), value.into_owned()));
    }
    Ok(Element { name, attributes, ..Element::default() })
}

/// `&#…;` and the five names that XML itself knows.
fn character(reference: &BytesRef<'_>) -> Result<char, Trouble> {
    if let Some(ch) = reference.resolve_char_ref().map_err(|_| Trouble::Malformed)? {
        return Ok(ch);
    }
    match &*reference.xml10_content() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(Trouble::Forbidden),
    }
}

/// A location in a part, as the path of another part: from the root when it begins with `/`, else from the folder of
/// the part in which it stands.
pub(crate) fn resolve(from: &str, location: &str) -> Result<String, OpenFault> {
    let bad = || OpenFault::BadPath(location.chars().filter(|ch| !ch.is_control()).take(60).collect());
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (start, rest) = match location.strip_prefix('/') {
        Some(rest) => ("", rest),
        None => (folder, location),
    };
    let mut steps: Vec<&str> = start.split('/').filter(|step| !step.is_empty()).collect();
    for step in rest.split('/') {
        match step {
            "." => {}
            ".." => {
                steps.pop().ok_or_else(bad)?;
            }
            step => steps.push(step),
        }
    }
    let path = steps.join("/");
    if crate::zip::is_safe_name(&path) { Ok(path) } else { Err(bad()) }
}

/// Numbers with blanks between them.
pub(crate) fn numbers<const N: usize>(text: &str) -> Option<[f64; N]> {
    let numbers: Vec<f64> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
    let numbers: [f64; N] = numbers.try_into().ok()?;
    numbers.iter().all(|number| number.is_finite()).then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Element, OpenFault> {
        let text = format!("<?xml version=\"1.0\"?>{body}");
        parse("OFD.xml", text.as_bytes(), "OFD", &Limits::default())
    }

    const OPEN: &str = "<o:OFD xmlns:o=\"http://www.ofdspec.org/2016\">";

    #[test]
    fn any_prefix_and_references_to_characters() {
        let read =
            read(&format!("{OPEN}<o:Title A=\"1 &lt;\">甲&amp;&#20057;<![CDATA[<]]></o:Title></o:OFD>"));
        let title = &read.unwrap().children[0];
        assert_eq!((title.text(), title.attribute("A")), ("甲&乙<", Some("1 <")));
    }

    #[test]
    fn entities_dtds_and_other_standards_are_refused() {
        for (body, code) in [
            (format!("<!DOCTYPE x [<!ENTITY a \"b\">]>{OPEN}&a;</o:OFD>"), "ofd-xml"),
            (format!("{OPEN}&a;</o:OFD>"), "ofd-xml"),
            (format!("{OPEN}<o:A b=\"&x;\"/></o:OFD>"), "ofd-xml"),
            (format!("{OPEN}</o:OFD><x/>"), "ofd-xml"),
            (format!("{OPEN}</o:OF>"), "ofd-xml"),
            (OPEN.to_owned(), "ofd-xml"),
            ("<OFD xmlns=\"urn:other\"/>".to_owned(), "ofd-xml"),
            ("<X xmlns=\"http://www.ofdspec.org/2016\"/>".to_owned(), "ofd-xml"),
            (format!("{OPEN}{}{}</o:OFD>", "<o:a>".repeat(60), "</o:a>".repeat(60)), "ofd-too-much"),
            (format!("{OPEN}{}</o:OFD>", "<o:a/>".repeat(300_000)), "ofd-too-much"),
        ] {
            assert_eq!(read(&body).unwrap_err().code(), code, "{}", &body[..body.len().min(100)]);
        }
    }

    #[test]
    fn locations_stay_inside() {
        assert_eq!(
            resolve("Doc_0/Signs/Signatures.xml", "Sign_0/Signature.xml").unwrap(),
            "Doc_0/Signs/Sign_0/Signature.xml"
        );
        assert_eq!(resolve("Doc_0/Document.xml", "/OFD.xml").unwrap(), "OFD.xml");
        assert_eq!(resolve("Doc_0/a/b.xml", "../c.xml").unwrap(), "Doc_0/c.xml");
        for outside in ["../../x", "/../x", "", "/", "a//b", "C:/x", "a\\b"] {
            assert!(resolve("Doc_0/Document.xml", outside).is_err(), "{outside}");
        }
    }
}
