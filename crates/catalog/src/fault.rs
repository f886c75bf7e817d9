//! What can go wrong with the catalogue.

/// A fault in the data files stops the start of the program: a guide with a hole is worse than none.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("{file}:{line}: {says}")]
    Unreadable { file: String, line: usize, says: String },
    #[error("{file}: {says}")]
    Incomplete { file: String, says: String },
    #[error(
        "version {version} of items/{slug} is already published with other contents: raise `version` in item.toml, because cases were filed under the old text"
    )]
    EditionChanged { slug: String, version: String },
    #[error("a kept edition can't be read: {0}")]
    Body(String),
    #[error(transparent)]
    Store(#[from] db::Fault),
}
