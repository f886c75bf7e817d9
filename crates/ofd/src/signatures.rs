//! `Signatures.xml`, the list of seals, and `Signature.xml`, what one seal covers.

use crate::CREATOR;
use crate::document::missing;
use crate::fault::OpenFault;
use crate::markup::{escape, leaf, numbers as written, root};
use crate::package::{Limits, Package};
use crate::seal::{Area, Stamp};
use crate::xml::{Element, numbers, resolve};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fmt::Write as _;

/// SM3 (GB/T 33560).
pub(crate) const SM3: &str = "1.2.156.10197.1.401";
/// SM2 over SM3 (GB/T 33560).
const SM2_WITH_SM3: &str = "1.2.156.10197.1.501";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct List {
    /// The part it was read from or will be written to.
    pub(crate) path: String,
    pub(crate) max_id: Option<String>,
    pub(crate) entries: Vec<Listed>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) id: String,
    /// `Seal` (the default of the standard) or `Sign`.
    pub(crate) kind: String,
    /// Path of its `Signature.xml`.
    pub(crate) path: String,
}

impl List {
    pub(crate) fn read(package: &Package, path: &str, limits: &Limits) -> Result<List, OpenFault> {
        let list = package.xml(path, "Signatures", limits)?;
        let entry = |element: &Element| {
            let location = element.attribute("BaseLoc").ok_or_else(|| missing("BaseLoc"))?;
            Ok(Listed {
                id: element.attribute("ID").ok_or_else(|| missing("ID"))?.to_owned(),
                kind: element.attribute("Type").unwrap_or("Seal").to_owned(),
                path: resolve(path, location)?,
            })
        };
        Ok(List {
            path: path.to_owned(),
            max_id: list.child("MaxSignId").map(|max| max.text().to_owned()),
            entries: list.all("Signature").map(entry).collect::<Result<_, OpenFault>>()?,
        })
    }

    /// As this program writes it. The list is the one part that no seal covers, so a file of our own must hold exactly
    /// these bytes.
    pub(crate) fn written(&self) -> String {
        let folder = self.path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let mut out = root("Signatures", "");
        leaf(&mut out, "MaxSignId", self.max_id.as_deref().unwrap_or_default());
        for entry in &self.entries {
            let location =
                entry.path.strip_prefix(&folder).map_or_else(|| format!("/{}", entry.path), str::to_owned);
            let (id, kind, location) = (escape(&entry.id), escape(&entry.kind), escape(&location));
            let _ = write!(out, "<ofd:Signature ID=\"{id}\" Type=\"{kind}\" BaseLoc=\"{location}\"/>");
        }
        out.push_str("</ofd:Signatures>");
        out
    }

    /// What in the list contradicts itself, in words.
    pub(crate) fn contradiction(&self) -> Option<String> {
        let twice = |entry: &Listed| {
            self.entries.iter().filter(|other| other.id == entry.id || other.path == entry.path).count() > 1
        };
        if let Some(entry) = self.entries.iter().find(|entry| twice(entry)) {
            return Some(format!("签章“{}”重复登记", entry.id));
        }
        if let Some(entry) =
            self.entries.iter().find(|entry| !["Seal", "Sign"].contains(&entry.kind.as_str()))
        {
            return Some(format!("签章“{}”的类型“{}”不在标准之内", entry.id, entry.kind));
        }
        let largest = self.entries.iter().map(|entry| number_in(&entry.id)).max().flatten();
        let stated = self.max_id.as_deref().map(number_in);
        (stated.is_some_and(|stated| stated < largest)).then(|| "签章的最大编号与清单不符".to_owned())
    }
}

/// The number at the end of `s012`.
pub(crate) fn number_in(id: &str) -> Option<u32> {
    id.trim_start_matches(|ch: char| !ch.is_ascii_digit()).parse().ok()
}

/// What one `Signature.xml` says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Covering {
    /// 14 digits and `Z`, as written.
    pub(crate) signed_at: Option<String>,
    pub(crate) check_method: String,
    /// Path and digest of each part that it covers.
    pub(crate) references: Vec<(String, Vec<u8>)>,
    /// Page identifiers and places.
    pub(crate) stamps: Vec<(String, Area, Option<Area>)>,
    pub(crate) seal: Option<String>,
    pub(crate) signed_value: String,
}

impl Covering {
    pub(crate) fn read(package: &Package, path: &str, limits: &Limits) -> Result<Covering, OpenFault> {
        let signature = package.xml(path, "Signature", limits)?;
        let info = signature.child("SignedInfo").ok_or_else(|| missing("SignedInfo"))?;
        let references = info.child("References").ok_or_else(|| missing("References"))?;
        let reference = |element: &Element| {
            let file = element.attribute("FileRef").ok_or_else(|| missing("FileRef"))?;
            let value = element.child("CheckValue").ok_or_else(|| missing("CheckValue"))?;
            let digest = BASE64.decode(value.text()).map_err(|_| missing("CheckValue"))?;
            Ok((resolve(path, file)?, digest))
        };
        let seal = info.at(&["Seal", "BaseLoc"]).map(|location| resolve(path, location.text()));
        let value = signature.child("SignedValue").ok_or_else(|| missing("SignedValue"))?;
        Ok(Covering {
            signed_at: info.child("SignatureDateTime").map(|time| time.text().to_owned()),
            check_method: references.attribute("CheckMethod").unwrap_or_default().to_owned(),
            references: references.all("Reference").map(reference).collect::<Result<_, OpenFault>>()?,
            stamps: info.all("StampAnnot").filter_map(stamp).collect(),
            seal: seal.transpose()?,
            signed_value: resolve(path, value.text())?,
        })
    }
}

fn stamp(element: &Element) -> Option<(String, Area, Option<Area>)> {
    let area = |name| {
        let [x, y, width, height] = numbers(element.attribute(name)?)?;
        Some(Area { x, y, width, height })
    };
    Some((element.attribute("PageRef")?.to_owned(), area("Boundary")?, area("Clip")))
}

/// Everything that a new `Signature.xml` is made of.
pub(crate) struct Draft<'a> {
    pub(crate) number: u32,
    pub(crate) at: Timestamp,
    pub(crate) references: &'a [(String, [u8; 32])],
    /// With the identifier of each page.
    pub(crate) stamps: &'a [(Stamp, String)],
    pub(crate) seal: Option<&'a str>,
    pub(crate) signed_value: &'a str,
}

impl Draft<'_> {
    pub(crate) fn written(&self) -> String {
        let mut out = root("Signature", "");
        let (version, time) = (env!("CARGO_PKG_VERSION"), date_time(self.at));
        let _ = write!(
            out,
            "<ofd:SignedInfo><ofd:Provider ProviderName=\"{CREATOR}\" Version=\"{version}\"/>\
             <ofd:SignatureMethod>{SM2_WITH_SM3}</ofd:SignatureMethod>\
             <ofd:SignatureDateTime>{time}</ofd:SignatureDateTime><ofd:References CheckMethod=\"{SM3}\">"
        );
        for (path, digest) in self.references {
            let (path, digest) = (escape(path), BASE64.encode(digest));
            let _ = write!(
                out,
                "<ofd:Reference FileRef=\"/{path}\"><ofd:CheckValue>{digest}</ofd:CheckValue></ofd:Reference>"
            );
        }
        out.push_str("</ofd:References>");
        for (at, (stamp, page)) in self.stamps.iter().enumerate() {
            let (id, page) = (format!("sa{:03}{:03}", self.number, at + 1), escape(page));
            let boundary = written(&stamp.area.numbers(), 3);
            let _ = write!(out, "<ofd:StampAnnot ID=\"{id}\" PageRef=\"{page}\" Boundary=\"{boundary}\"");
            if let Some(clip) = &stamp.clip {
                let _ = write!(out, " Clip=\"{}\"", written(&clip.numbers(), 3));
            }
            out.push_str("/>");
        }
        if let Some(seal) = self.seal {
            let _ = write!(out, "<ofd:Seal><ofd:BaseLoc>/{}</ofd:BaseLoc></ofd:Seal>", escape(seal));
        }
        out.push_str("</ofd:SignedInfo>");
        leaf(&mut out, "SignedValue", &format!("/{}", self.signed_value));
        out.push_str("</ofd:Signature>");
        out
    }
}

/// `20260115080000Z`: universal time, whole seconds, the form of the seal's own time.
fn date_time(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y%m%d%H%M%SZ").to_string()
}
