//! What a store of files can do, whatever it stands on, and the handle everybody holds.

use crate::folder::Folder;
use crate::{Fault, Kind, Limits, Looked};
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::{BoxStream, Stream, StreamExt};
use jiff::{SignedDuration, Timestamp};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes on their way in; an error is the sender's.
pub type Incoming<'a> = BoxStream<'a, Result<Bytes, String>>;

/// What was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// SM3 of the content: 64 hex digits in lower case. The same content has the same digest and is kept once.
    pub digest: String,
    pub bytes: u64,
    /// By its first bytes; `None` for what we would not take as an upload (our own JSON, ZIP …).
    pub kind: Option<Kind>,
}

/// What [`Files::tidy`] took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tidied {
    pub leftovers: u64,
    pub files: u64,
    pub bytes: u64,
}

/// What a store must do. A folder does it today; an object store can follow.
#[async_trait]
pub trait Shelf: Send + Sync {
    /// Keep it all or nothing. With `declared`, only if a look at it under that name finds nothing wrong.
    async fn put(
        &self,
        incoming: Incoming<'_>,
        limits: Limits,
        declared: Option<&str>,
    ) -> Result<(Stored, Option<Looked>), Fault>;

    async fn exists(&self, digest: &str) -> Result<bool, Fault>;

    async fn bytes(&self, digest: &str) -> Result<Vec<u8>, Fault>;

    /// The content in pieces and how long it is.
    async fn stream(&self, digest: &str) -> Result<(u64, BoxStream<'static, std::io::Result<Bytes>>), Fault>;

    /// All digests kept.
    async fn digests(&self) -> Result<Vec<String>, Fault>;

    /// Take away leftovers of broken uploads, and what `named` does not hold, if older than `age` at `now`.
    async fn tidy(
        &self,
        now: Timestamp,
        age: SignedDuration,
        named: &(dyn for<'a> Fn(&'a str) -> bool + Send + Sync),
    ) -> Result<Tidied, Fault>;
}

/// The store of files. Cheap to clone.
#[derive(Clone)]
pub struct Files {
    shelf: Arc<dyn Shelf>,
    root: Option<PathBuf>,
}

impl Files {
    /// A store in a folder, made when it does not exist.
    pub async fn open(folder: impl AsRef<Path>) -> Result<Files, Fault> {
        let root = folder.as_ref().to_owned();
        Ok(Files { shelf: Arc::new(Folder::open(&root).await?), root: Some(root) })
    }

    /// A store on something else.
    pub fn on(shelf: Arc<dyn Shelf>) -> Files {
        Files { shelf, root: None }
    }

    /// Keep what comes, up to `limits.bytes`. When this returns, it is on the disk.
    pub async fn put<B, E, S>(&self, incoming: S, limits: Limits) -> Result<Stored, Fault>
    where
        B: Into<Bytes>,
        E: std::fmt::Display,
        S: Stream<Item = Result<B, E>> + Send,
    {
        self.shelf.put(plain(incoming), limits, None).await.map(|(stored, _)| stored)
    }

    /// Keep an upload that somebody calls `declared`, if a look at it finds nothing wrong; else keep nothing.
    pub async fn take_in<B, E, S>(
        &self,
        incoming: S,
        declared: &str,
        limits: Limits,
    ) -> Result<(Stored, Looked), Fault>
    where
        B: Into<Bytes>,
        E: std::fmt::Display,
        S: Stream<Item = Result<B, E>> + Send,
    {
        match self.shelf.put(plain(incoming), limits, Some(declared)).await? {
            (stored, Some(looked)) => Ok((stored, looked)),
            (_, None) => Err(Fault::Unavailable("the store did not look at the upload".into())),
        }
    }

    /// Keep bytes that are in memory (a document just typeset).
    pub async fn put_bytes(&self, bytes: impl Into<Bytes>) -> Result<Stored, Fault> {
        let limits = Limits { bytes: u64::MAX, ..Limits::default() };
        let whole = futures_util::stream::iter([Ok::<Bytes, String>(bytes.into())]);
        self.put(whole, limits).await
    }

    pub async fn exists(&self, digest: &str) -> Result<bool, Fault> {
        self.shelf.exists(digest).await
    }

    /// The whole content. `Fault::Altered` when it no longer has its digest.
    pub async fn bytes(&self, digest: &str) -> Result<Vec<u8>, Fault> {
        self.shelf.bytes(digest).await
    }

    /// The content in pieces, and how many bytes it has.
    pub async fn get(
        &self,
        digest: &str,
    ) -> Result<(u64, BoxStream<'static, std::io::Result<Bytes>>), Fault> {
        self.shelf.stream(digest).await
    }

    /// All digests kept, for a check of the whole store or a backup.
    pub async fn digests(&self) -> Result<Vec<String>, Fault> {
        self.shelf.digests().await
    }

    /// Take away leftovers of broken uploads, and files that `named` does not hold, when older than `age`. The age must
    /// be longer than any form stays open: a file is kept before its row is written.
    pub async fn tidy(
        &self,
        now: Timestamp,
        age: SignedDuration,
        named: impl for<'a> Fn(&'a str) -> bool + Send + Sync,
    ) -> Result<Tidied, Fault> {
        self.shelf.tidy(now, age, &named).await
    }

    /// The folder, when it is one (for the check of free space).
    pub fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }
}

fn plain<'a, B, E, S>(incoming: S) -> Incoming<'a>
where
    B: Into<Bytes>,
    E: std::fmt::Display,
    S: Stream<Item = Result<B, E>> + Send + 'a,
{
    incoming.map(|piece| piece.map(Into::into).map_err(|broken| broken.to_string())).boxed()
}
