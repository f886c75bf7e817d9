//! A store in a folder: `objects/ab/ab12…` and `tmp/` beside it, on one file system, so that a rename is the moment at
//! which a file begins to exist.

use crate::shelf::{Incoming, Shelf, Stored, Tidied};
use crate::{Fault, Kind, Limits, Looked, Refused, look};
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use jiff::{SignedDuration, Timestamp};
use sm3::{Digest, Sm3};
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Enough of the start to tell what a file is.
const HEAD: usize = 1024;

/// The size of the pieces a file is read in.
const PIECE: usize = 64 * 1024;

pub(crate) struct Folder {
    objects: PathBuf,
    tmp: PathBuf,
}

impl Folder {
    pub(crate) async fn open(root: &Path) -> Result<Folder, Fault> {
        let folder = Folder { objects: root.join("objects"), tmp: root.join("tmp") };
        fs::create_dir_all(&folder.objects)?;
        fs::create_dir_all(&folder.tmp)?;
        sync_folder(root)?;
        Ok(folder)
    }

    /// Where a digest is kept. Anything but 64 hex digits in lower case is no digest, and never a path.
    fn place(&self, digest: &str) -> Result<PathBuf, Fault> {
        let is_digest = digest.len() == 64 && digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !is_digest {
            return Err(Fault::Missing(digest.chars().take(80).collect()));
        }
        Ok(self.objects.join(&digest[..2]).join(digest))
    }

    fn new_tmp(&self) -> PathBuf {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let chance = RandomState::new().hash_one(NEXT.fetch_add(1, Ordering::Relaxed));
        self.tmp.join(format!("{}-{chance:016x}", std::process::id()))
    }

    async fn receive(&self, mut incoming: Incoming<'_>, limits: Limits) -> Result<(Half, Stored), Fault> {
        let half = Half { path: self.new_tmp(), keep: false };
        let mut file = tokio::fs::OpenOptions::new().write(true).create_new(true).open(&half.path).await?;
        let (mut hash, mut bytes, mut head) = (Sm3::new(), 0_u64, Vec::new());
        while let Some(piece) = incoming.next().await {
            let piece = piece.map_err(Fault::BrokenOff)?;
            bytes += piece.len() as u64;
            if bytes > limits.bytes {
                return Err(Refused::TooLarge { limit: limits.bytes }.into());
            }
            head.extend_from_slice(&piece[..piece.len().min(HEAD - head.len())]);
            hash.update(&piece);
            file.write_all(&piece).await?;
        }
        if bytes == 0 {
            return Err(Refused::Empty.into());
        }
        file.flush().await?;
        file.sync_all().await?;
        let stored = Stored { digest: hex::encode(hash.finalize()), bytes, kind: Kind::of(&head).ok() };
        Ok((half, stored))
    }

    /// Rename into place and make sure that the name, too, is on the disk. Content that is there already is replaced by
    /// itself: that makes it young again, so that no tidying takes it away from under us.
    async fn settle(&self, half: Half, digest: &str) -> Result<(), Fault> {
        let place = self.place(digest)?;
        off_thread(move || {
            let shelf = place.parent().ok_or_else(|| Fault::Unavailable("no folder".into()))?;
            if !shelf.is_dir() {
                fs::create_dir_all(shelf)?;
                sync_folder(shelf.parent().unwrap_or(shelf))?;
            }
            fs::rename(&half.path, &place)?;
            half.arrived();
            sync_folder(shelf)
        })
        .await
    }
}

#[async_trait]
impl Shelf for Folder {
    async fn put(
        &self,
        incoming: Incoming<'_>,
        limits: Limits,
        declared: Option<&str>,
    ) -> Result<(Stored, Option<Looked>), Fault> {
        let (half, stored) = self.receive(incoming, limits).await?;
        let looked = match declared {
            Some(declared) => Some(look(&half.path, declared, limits).await?),
            None => None,
        };
        self.settle(half, &stored.digest).await?;
        Ok((stored, looked))
    }

    async fn exists(&self, digest: &str) -> Result<bool, Fault> {
        match self.place(digest) {
            Ok(place) => Ok(tokio::fs::try_exists(place).await?),
            Err(_) => Ok(false),
        }
    }

    async fn bytes(&self, digest: &str) -> Result<Vec<u8>, Fault> {
        let place = self.place(digest)?;
        let bytes = tokio::fs::read(place).await.map_err(|error| missing_or(digest, error))?;
        if hex::encode(Sm3::digest(&bytes)) != digest {
            return Err(Fault::Altered(digest.to_owned()));
        }
        Ok(bytes)
    }

    async fn stream(&self, digest: &str) -> Result<(u64, BoxStream<'static, std::io::Result<Bytes>>), Fault> {
        let place = self.place(digest)?;
        let file = tokio::fs::File::open(place).await.map_err(|error| missing_or(digest, error))?;
        let length = file.metadata().await?.len();
        let pieces = futures_util::stream::try_unfold(file, async |mut file| {
            let mut piece = vec![0; PIECE];
            let read = file.read(&mut piece).await?;
            piece.truncate(read);
            Ok((read > 0).then(|| (Bytes::from(piece), file)))
        });
        Ok((length, pieces.boxed()))
    }

    async fn digests(&self) -> Result<Vec<String>, Fault> {
        let objects = self.objects.clone();
        off_thread(move || {
            let mut digests = Vec::new();
            for shelf in fs::read_dir(objects)? {
                for entry in fs::read_dir(shelf?.path())? {
                    digests.push(entry?.file_name().to_string_lossy().into_owned());
                }
            }
            digests.sort();
            Ok(digests)
        })
        .await
    }

    async fn tidy(
        &self,
        now: Timestamp,
        age: SignedDuration,
        named: &(dyn for<'a> Fn(&'a str) -> bool + Send + Sync),
    ) -> Result<Tidied, Fault> {
        let before = now.checked_sub(age).unwrap_or(Timestamp::MIN);
        let mut tidied = Tidied::default();
        for entry in fs::read_dir(&self.tmp)? {
            tidied.leftovers += u64::from(remove_if_older(&entry?.path(), before)?.is_some());
        }
        for digest in self.digests().await? {
            let Ok(place) = self.place(&digest) else { continue };
            if named(&digest) {
                continue;
            }
            if let Some(bytes) = remove_if_older(&place, before)? {
                tidied.files += 1;
                tidied.bytes += bytes;
            }
        }
        Ok(tidied)
    }
}

/// How many bytes went, if it was old enough.
fn remove_if_older(path: &Path, before: Timestamp) -> Result<Option<u64>, Fault> {
    let Ok(about) = fs::metadata(path) else { return Ok(None) };
    let written = Timestamp::try_from(about.modified()?).unwrap_or(Timestamp::MAX);
    if written >= before {
        return Ok(None);
    }
    fs::remove_file(path)?;
    Ok(Some(about.len()))
}

fn missing_or(digest: &str, error: std::io::Error) -> Fault {
    match error.kind() {
        std::io::ErrorKind::NotFound => Fault::Missing(digest.to_owned()),
        _ => Fault::from(error),
    }
}

fn sync_folder(folder: &Path) -> Result<(), Fault> {
    Ok(fs::File::open(folder)?.sync_all()?)
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|stopped| Err(Fault::Unavailable(format!("the file thread stopped: {stopped}"))))
}

/// A file on its way in; it goes when it does not arrive, also when its request is cancelled.
struct Half {
    path: PathBuf,
    keep: bool,
}

impl Half {
    fn arrived(mut self) {
        self.keep = true;
    }
}

impl Drop for Half {
    fn drop(&mut self) {
        if !self.keep {
            let _ = fs::remove_file(&self.path);
        }
    }
}
