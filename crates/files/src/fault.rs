//! What can go wrong while keeping or fetching a file.

use crate::Refused;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum Fault {
    /// The content is not one we accept; it says why and what to do.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// No space left (HTTP 507). Nothing of the file was kept.
    #[error("the disk for files is full")]
    Full,
    /// Nothing is kept under this digest.
    #[error("no file with digest {0}")]
    Missing(String),
    /// The sender broke off before the end.
    #[error("the upload broke off: {0}")]
    BrokenOff(String),
    /// The content no longer has its digest: the disk has altered it.
    #[error("the file with digest {0} has been altered on the disk")]
    Altered(String),
    #[error("the store of files cannot be used: {0}")]
    Unavailable(String),
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Fault {
        use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        match error.kind() {
            StorageFull | QuotaExceeded | FileTooLarge => Fault::Full,
            _ => Fault::Unavailable(error.to_string()),
        }
    }
}
