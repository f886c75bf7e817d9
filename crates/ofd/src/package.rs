//! A package: the parts of an OFD file in memory.

use crate::fault::OpenFault;
use crate::zip;
use std::sync::Arc;

/// The parts of an OFD file by their path, in one order: `OFD.xml` first, then by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    parts: Vec<(String, Arc<[u8]>)>,
}

/// What a reader is willing to take on. The default fits every paper of an office with room to spare.
#[derive(Clone, Debug)]
pub struct Limits {
    pub package_bytes: usize,
    pub entries: usize,
    pub unpacked_bytes: usize,
    /// How much a part may swell when unpacked…
    pub ratio: usize,
    /// …once it is larger than this many bytes.
    pub ratio_from: usize,
    pub xml_bytes: usize,
    pub xml_depth: usize,
    pub xml_nodes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            package_bytes: 32 << 20,
            entries: 2_000,
            unpacked_bytes: 128 << 20,
            ratio: 200,
            ratio_from: 1 << 20,
            xml_bytes: 16 << 20,
            xml_depth: 48,
            xml_nodes: 400_000,
        }
    }
}

/// Unpacks an OFD file, whose structure is then read by [`Package::document`] and [`crate::verify()`].
pub fn open(bytes: &[u8], limits: &Limits) -> Result<Package, OpenFault> {
    let (package, damaged) = open_damaged(bytes, limits)?;
    match damaged.first() {
        Some(name) => Err(OpenFault::Damaged(format!("“{}”无法解压", zip::shown(name)))),
        None if package.part("OFD.xml").is_none() => Err(OpenFault::NotOfd),
        None => Ok(package),
    }
}

/// What can still be unpacked of a file, and the names of what can't: nothing to read from, only to look for traces in.
pub(crate) fn open_damaged(bytes: &[u8], limits: &Limits) -> Result<(Package, Vec<String>), OpenFault> {
    let zip::Unpacked { entries, damaged } = zip::read(bytes, limits)?;
    let parts = entries.into_iter().map(|(name, bytes)| (name, bytes.into())).collect();
    Ok((Package::from_parts(parts), damaged))
}

/// A package of parts by name; of two with one name the later counts.
impl<'a> FromIterator<(&'a str, Vec<u8>)> for Package {
    fn from_iter<T: IntoIterator<Item = (&'a str, Vec<u8>)>>(parts: T) -> Package {
        parts.into_iter().fold(Package::default(), |package, (name, bytes)| package.with(name, bytes))
    }
}

impl Package {
    pub(crate) fn from_parts(mut parts: Vec<(String, Arc<[u8]>)>) -> Package {
        parts.sort_by(|(one, _), (other, _)| (one != "OFD.xml", one).cmp(&(other != "OFD.xml", other)));
        Package { parts }
    }

    /// This package with a part put in or replaced.
    pub(crate) fn with(mut self, name: &str, bytes: Vec<u8>) -> Package {
        self.parts.retain(|(other, _)| other != name);
        self.parts.push((name.to_owned(), bytes.into()));
        Package::from_parts(self.parts)
    }

    pub fn part(&self, name: &str) -> Option<&[u8]> {
        self.parts.iter().find(|(other, _)| other == name).map(|(_, bytes)| &**bytes)
    }

    pub fn parts(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.parts.iter().map(|(name, bytes)| (name.as_str(), &**bytes))
    }

    /// The file. The same package gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        zip::write(self.parts())
    }
}
