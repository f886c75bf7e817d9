//! From a paper to its sealed file: set in type, written as OFD, stamped where the template says, signed. Nothing here
//! waits for the database; all of it runs on a thread of its own.

use std::sync::Arc;

use guomi::SignFault;
use guomi::seal::{Seal, SealFault};
use jiff::Timestamp;
use ofd::model::DisplayList;
use ofd::{Meta, OfficeSeal, Side, Stamp};
use papers::{Paper, Typesetter};

use crate::keys::SealKeys;
use crate::{Fault, Order};

/// Everything that is needed, owned.
pub(crate) struct Sheet {
    pub typesetter: Arc<dyn Typesetter>,
    pub keys: Arc<SealKeys>,
    pub seal: Arc<Seal>,
    pub bureau: String,
    pub paper: Paper,
    pub meta: Meta,
    pub at: Timestamp,
}

impl Sheet {
    /// The sealed OFD file.
    pub fn sealed(self) -> Result<Vec<u8>, Fault> {
        let layout = self.typesetter.layout(&self.paper)?;
        let picture = &self.seal.picture;
        let stamps = stamps(&layout, picture.width as f64, picture.height as f64);
        if stamps.is_empty() {
            return Err(Fault::NoPlace(self.paper.kind));
        }
        let package = ofd::write(&layout, &self.meta)?;
        let held = self.keys.signer(&self.bureau, self.at)?;
        let office = OfficeSeal { signer: held.signer(), seal: &self.seal };
        let sealed = package.seal(&office, None, &stamps, self.at).map_err(why_not)?;
        Ok(sealed.to_bytes())
    }
}

/// The spots that templates name for a seal: its middle.
const ANCHOR: &str = "seal";

/// Where the seal shows: on every spot that the template names, and across the right edge of all pages when there is
/// more than one.
pub(crate) fn stamps(layout: &DisplayList, width: f64, height: f64) -> Vec<Stamp> {
    let spots = layout.anchors(ANCHOR);
    let mut stamps: Vec<Stamp> =
        spots.map(|(page, at)| Stamp::centred(page, at.x, at.y, width, height)).collect();
    if layout.pages.len() > 1 && !stamps.is_empty() {
        let widths: Vec<f64> = layout.pages.iter().map(|page| page.width).collect();
        let shortest = layout.pages.iter().map(|page| page.height).fold(f64::INFINITY, f64::min);
        let top = ((shortest - height) / 2.0).max(0.0);
        stamps.extend(Stamp::across(&widths, Side::Right, top, width, height));
    }
    stamps
}

/// What stands in the file about itself.
pub(crate) fn meta(order: &Order<'_>) -> Meta {
    let paper = order.paper;
    let mut custom = vec![("文书种类".to_owned(), paper.kind.code().to_owned())];
    custom.extend(paper.number.iter().map(|number| ("文书编号".to_owned(), number.clone())));
    custom.push(("制发机关代码".to_owned(), order.bureau.to_owned()));
    custom.extend(order.custom.iter().cloned());
    Meta {
        id: document_id(order.bureau, order.paper_id),
        title: paper.kind.title().to_owned(),
        author: order.bureau_name.to_owned(),
        created: paper.issued_on,
        custom,
    }
}

/// The same for the same paper, wherever it is sealed: 32 hexadecimal digits.
fn document_id(bureau: &str, paper_id: &str) -> String {
    let digest = guomi::sm3::digest(format!("{bureau}\n{paper_id}").as_bytes());
    hex::encode(&digest[..16])
}

fn why_not(fault: ofd::SealFault<SealFault>) -> Fault {
    match fault {
        ofd::SealFault::Signer(fault) => Fault::from(fault),
        other => Fault::Package(other.to_string()),
    }
}

impl From<SealFault> for Fault {
    fn from(fault: SealFault) -> Fault {
        match fault {
            SealFault::Sign(fault) => Fault::from(fault),
            other => Fault::Seal(other),
        }
    }
}

impl From<SignFault> for Fault {
    fn from(fault: SignFault) -> Fault {
        match fault {
            SignFault::Unavailable(why) => Fault::Unavailable(why),
            SignFault::Refused(why) => Fault::Refused(why),
            SignFault::WrongAnswer => Fault::WrongAnswer,
            other => Fault::Seal(SealFault::Sign(other)),
        }
    }
}
