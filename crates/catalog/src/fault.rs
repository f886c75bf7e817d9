//! What can go wrong with the catalogue.

use crate::cite::Cite;

/// A fault in the data files stops the start of the program: a guide with a hole is worse than none.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("{file}:{line}: {says}")]
    Unreadable { file: String, line: usize, says: String },
    #[error("{file}: {says}")]
    Incomplete { file: String, says: String },
    #[error("no service item {0}")]
    UnknownItem(String),
    #[error("no version {version} of the service item {slug}")]
    UnknownVersion { slug: String, version: String },
    #[error("the provision {0} is not among the texts of law")]
    UnknownProvision(Cite),
    #[error(transparent)]
    Store(#[from] db::Fault),
}
