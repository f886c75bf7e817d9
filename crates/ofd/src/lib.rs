//! OFD (GB/T 33190—2016), the format in which the country keeps its electronic documents: pages written from a
//! typeset layout, packages read with limits, seals put in and looked over.
//!
//! Nothing here knows a typesetter, a key, a file system or a clock. The layout comes as a [`model::DisplayList`], the
//! cryptography as a [`SealSigner`] and a [`SealVerifier`] (with `guomi`: [`OfficeSeal`] and `guomi::seal::Policy`), the
//! time as a parameter, so the same input gives the same bytes on every machine.
//!
//! What can't be written so that every reader shows the same page is refused ([`Unsupported`]), never left out: a
//! line silently missing from a licence would be a wrong licence.

mod document;
mod fault;
mod font;
mod markup;
pub mod model;
mod office;
mod package;
mod seal;
mod signatures;
mod traces;
pub mod verify;
mod write;
mod xml;
mod zip;

pub use document::{Document, DocumentInfo, PageInfo};
pub use fault::{OpenFault, Unsupported};
pub use office::OfficeSeal;
pub use package::{Limits, Package, open};
pub use seal::{Area, SealFault, SealSigner, Side, Stamp};
pub use verify::{Report, SealVerifier, Verdict, check};
pub use write::{Meta, write};

/// What the files of this standard are: the root name of every XML part.
pub(crate) const NAMESPACE: &str = "http://www.ofdspec.org/2016";
/// Written into a document as its maker, and believed there only because the seal covers it.
pub(crate) const CREATOR: &str = "Yanzheng";
