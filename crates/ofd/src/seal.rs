//! Putting a seal on a document (GB/T 33190—2016 with GB/T 38540—2020).

use crate::document::Document;
use crate::fault::OpenFault;
use crate::package::{Limits, Package};
use crate::signatures::{Covering, Draft, List, Listed, number_in};
use jiff::Timestamp;
use sm3::{Digest as _, Sm3};
use thiserror::Error;

/// Whoever holds the seal and its key.
pub trait SealSigner {
    type Fault;

    /// The electronic seal signature over a document (`SES_Signature`, DER).
    ///
    /// `signature` is the bytes of `Signature.xml`, whose digest is signed, `place` the path of that part from the root
    /// of the package, `at` the time that the signature states.
    fn sign(&self, signature: &[u8], place: &str, at: Timestamp) -> Result<Vec<u8>, Self::Fault>;
}

/// Where on a page a seal shows. The picture itself is part of the seal; the reader draws it.
#[derive(Clone, Debug, PartialEq)]
pub struct Stamp {
    /// From 0.
    pub page: usize,
    /// Where the whole seal would stand.
    pub area: Area,
    /// The piece of it that shows, from the corner of the area; all of it when `None`.
    pub clip: Option<Area>,
}

/// Millimetres from a top left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Area {
    pub(crate) fn numbers(&self) -> [f64; 4] {
        [self.x, self.y, self.width, self.height]
    }

    fn is_sound(&self) -> bool {
        self.numbers().iter().all(|number| number.is_finite()) && self.width > 0.0 && self.height > 0.0
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

impl Stamp {
    /// A whole seal with its middle at a point of a page.
    pub fn centred(page: usize, x: f64, y: f64, width: f64, height: f64) -> Stamp {
        Stamp { page, area: Area { x: x - width / 2.0, y: y - height / 2.0, width, height }, clip: None }
    }

    /// 骑缝章: one seal over the edges of pages fanned out, an equal piece on each, so that no page can be taken out or
    /// put in. `pages` are widths of the pages from page 0 on, `top` is where the seal begins.
    ///
    /// Behind the thirtieth page a piece would be too narrow to be seen, so the seal begins anew there.
    pub fn across(pages: &[f64], side: Side, top: f64, width: f64, height: f64) -> Vec<Stamp> {
        const AT_MOST: usize = 30;
        let groups = pages.len().div_ceil(AT_MOST).max(1);
        let size = pages.len().div_ceil(groups).max(1);
        let mut stamps = Vec::with_capacity(pages.len());
        for (group, widths) in pages.chunks(size).enumerate() {
            let piece = width / widths.len() as f64;
            for (at, page_width) in widths.iter().enumerate() {
                let from = piece * at as f64;
                // The piece [from, from + piece] of the seal must lie at the very edge.
                let x = match side {
                    Side::Left => -from,
                    Side::Right => page_width - piece - from,
                };
                stamps.push(Stamp {
                    page: group * size + at,
                    area: Area { x, y: top, width, height },
                    clip: Some(Area { x: from, y: 0.0, width: piece, height }),
                });
            }
        }
        stamps
    }
}

/// Why a document was not sealed. Nothing is sealed in half: the package that was given is unchanged.
#[derive(Debug, Error)]
pub enum SealFault<F> {
    #[error("签章前读取文件失败：{0}")]
    Unreadable(#[from] OpenFault),
    #[error("印章位置不在文件内：共{pages}页，指定第{}页", page + 1)]
    NoSuchPage { page: usize, pages: usize },
    #[error("印章位置或大小不合规")]
    BadPlace,
    #[error("签章清单与文件内容不一致，不能追加签章")]
    Inconsistent,
    #[error("签章未完成")]
    Signer(F),
}

impl Package {
    /// This document with one more seal, which covers every part but the list of seals and its own signature. With seals
    /// already on it, the new one covers them too.
    ///
    /// `seal` is the seal itself (`SESeal`, DER), kept as a part of its own for readers that look for it there; the
    /// signature holds it in any case. `stamps` say where it shows; none makes an invisible seal.
    pub fn seal<S: SealSigner + ?Sized>(
        &self,
        signer: &S,
        seal: Option<&[u8]>,
        stamps: &[Stamp],
        at: Timestamp,
    ) -> Result<Package, SealFault<S::Fault>> {
        let limits = Limits::default();
        let document = self.document(&limits)?;
        let stamps = placed(&document, stamps)?;
        let (mut package, mut list) =
            self.ready_for_seals(&document, &limits).map_err(|trouble| match trouble {
                Some(fault) => SealFault::Unreadable(fault),
                None => SealFault::Inconsistent,
            })?;

        let folder = package.free_folder(&list.path);
        let signature_path = format!("{folder}/Signature.xml");
        let value_path = format!("{folder}/SignedValue.dat");
        let seal_path = seal.map(|_| format!("{folder}/Seal.esl"));
        if let (Some(path), Some(seal)) = (&seal_path, seal) {
            package = package.with(path, seal.to_vec());
        }
        let number = list.entries.iter().filter_map(|entry| number_in(&entry.id)).max().unwrap_or(0) + 1;
        let covered: Vec<_> = package.parts().filter(|(path, _)| *path != list.path).collect();
        let references: Vec<(String, [u8; 32])> =
            covered.into_iter().map(|(path, bytes)| (path.to_owned(), Sm3::digest(bytes).into())).collect();
        let signature = Draft {
            number,
            at,
            references: &references,
            stamps: &stamps,
            seal: seal_path.as_deref(),
            signed_value: &value_path,
        }
        .written()
        .into_bytes();

        let place = format!("/{signature_path}");
        let value = signer.sign(&signature, &place, at).map_err(SealFault::Signer)?;

        let id = format!("s{number:03}");
        list.max_id = Some(id.clone());
        list.entries.push(Listed { id, kind: "Seal".to_owned(), path: signature_path.clone() });
        let written = list.written().into_bytes();
        Ok(package.with(&signature_path, signature).with(&value_path, value).with(&list.path, written))
    }

    /// The package with its link to the list of seals, and that list. `Err(None)` when list and package disagree.
    fn ready_for_seals(
        &self,
        document: &Document,
        limits: &Limits,
    ) -> Result<(Package, List), Option<OpenFault>> {
        if let Some(path) = &document.signatures {
            let list = List::read(self, path, limits)?;
            let sound = list.contradiction().is_none()
                && list.entries.iter().all(|entry| Covering::read(self, &entry.path, limits).is_ok());
            return if sound { Ok((self.clone(), list)) } else { Err(None) };
        }
        let path = "Doc_0/Signs/Signatures.xml";
        if self.parts().any(|(part, _)| part.starts_with("Doc_0/Signs/")) {
            return Err(None);
        }
        // The link must stand in OFD.xml before its digest is taken.
        let entrance = self.part("OFD.xml").and_then(|bytes| std::str::from_utf8(bytes).ok()).ok_or(None)?;
        let linked = with_link(entrance, path).ok_or(None)?;
        let list = List { path: path.to_owned(), max_id: None, entries: Vec::new() };
        Ok((self.clone().with("OFD.xml", linked.into_bytes()), list))
    }

    /// The first `Sign_N` beside the list that no part uses.
    fn free_folder(&self, list: &str) -> String {
        let beside = list.rsplit_once('/').map_or("Signs", |(folder, _)| folder);
        let folders = (0..).map(|number| format!("{beside}/Sign_{number}"));
        let used = |folder: &String| self.parts().any(|(part, _)| part.starts_with(&format!("{folder}/")));
        folders.into_iter().find(|folder| !used(folder)).unwrap_or_default()
    }
}

fn placed<F>(document: &Document, stamps: &[Stamp]) -> Result<Vec<(Stamp, String)>, SealFault<F>> {
    let pages = document.pages.len();
    let one = |stamp: &Stamp| {
        let page = document.pages.get(stamp.page).ok_or(SealFault::NoSuchPage { page: stamp.page, pages })?;
        let sound = stamp.area.is_sound() && stamp.clip.is_none_or(|clip| clip.is_sound());
        if sound { Ok((stamp.clone(), page.id.clone())) } else { Err(SealFault::BadPlace) }
    };
    stamps.iter().map(one).collect()
}

/// `OFD.xml` with `<Signatures>` as the last child of `<DocBody>`, in the prefix that the file uses.
fn with_link(entrance: &str, path: &str) -> Option<String> {
    let close = entrance.rmatch_indices("DocBody").find_map(|(at, _)| {
        let start = entrance[..at].rfind("</")?;
        let prefix = &entrance[start + 2..at];
        (prefix.is_empty() || prefix.ends_with(':')).then_some((start, prefix))
    });
    let (start, prefix) = close?;
    let link = format!("<{prefix}Signatures>{path}</{prefix}Signatures>");
    Some(format!("{}{link}{}", &entrance[..start], &entrance[start..]))
}
