//! An append-only log in the shape of RFC 6962 with SM3 instead of SHA-256: whoever keeps a root can later be shown that
//! an entry was in the log (inclusion) and that nothing before was changed or taken out (consistency).

use crate::sm3;
use ::sm3::Sm3;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use thiserror::Error;

/// The state of a log at one moment: publish it, print it, sign it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub entries: u64,
    pub root: sm3::Digest,
}

/// Why a proof shows nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LogFault {
    #[error("存证证明的格式不正确")]
    Malformed,
    #[error("存证证明与日志根不符")]
    Mismatch,
    #[error("日志中没有第{0}条")]
    NoSuchEntry(u64),
}

/// The log in memory, of digests: an entry's text stays where it is kept, the log holds SM3 of it.
pub struct Log(MemoryBackedTree<Sm3, sm3::Digest>);

impl Default for Log {
    fn default() -> Log {
        Log(MemoryBackedTree::new())
    }
}

impl Log {
    pub fn new() -> Log {
        Log::default()
    }

    /// Appends an entry and returns its place, counted from 0.
    pub fn append(&mut self, entry: &[u8]) -> u64 {
        self.0.push(sm3::digest(entry));
        self.0.len() - 1
    }

    pub fn len(&self) -> u64 {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn head(&self) -> Head {
        let root = self.0.root();
        Head { entries: root.num_leaves(), root: (*root.as_bytes()).into() }
    }

    /// Shows that the entry at `place` is in this log: 32 bytes for each level.
    pub fn prove_inclusion(&self, place: u64) -> Result<Vec<u8>, LogFault> {
        if place >= self.len() {
            return Err(LogFault::NoSuchEntry(place));
        }
        let index = usize::try_from(place).map_err(|_| LogFault::NoSuchEntry(place))?;
        Ok(self.0.prove_inclusion(index).as_bytes().to_vec())
    }

    /// Shows that the log of the first `entries` entries is the beginning of this one.
    pub fn prove_consistency(&self, entries: u64) -> Result<Vec<u8>, LogFault> {
        // Everything begins with nothing: the empty log needs no proof.
        if entries == 0 {
            return Ok(Vec::new());
        }
        let added = self.len().checked_sub(entries).ok_or(LogFault::NoSuchEntry(entries))?;
        let added = usize::try_from(added).map_err(|_| LogFault::NoSuchEntry(entries))?;
        Ok(self.0.prove_consistency(added).as_bytes().to_vec())
    }
}

impl Head {
    /// Whether `entry` stands at `place` in the log of this head.
    pub fn includes(&self, entry: &[u8], place: u64, proof: &[u8]) -> Result<(), LogFault> {
        if place >= self.entries {
            return Err(LogFault::NoSuchEntry(place));
        }
        let proof = InclusionProof::<Sm3>::try_from_bytes(proof.to_vec()).map_err(|_| LogFault::Malformed)?;
        let held = self.tree_root()?.verify_inclusion(&sm3::digest(entry), place, &proof);
        held.map_err(|_| LogFault::Mismatch)
    }

    /// Whether the log of `older` is the beginning of the log of this head.
    pub fn continues(&self, older: &Head, proof: &[u8]) -> Result<(), LogFault> {
        if older.entries == 0 {
            let empty = Log::new().head();
            return if *older == empty && proof.is_empty() { Ok(()) } else { Err(LogFault::Mismatch) };
        }
        let proof =
            ConsistencyProof::<Sm3>::try_from_bytes(proof.to_vec()).map_err(|_| LogFault::Malformed)?;
        let held = self.tree_root()?.verify_consistency(&older.tree_root()?, &proof);
        held.map_err(|_| LogFault::Mismatch)
    }

    /// A head may come from outside; more than 2^62 entries is no log but an attempt at our arithmetic.
    fn tree_root(&self) -> Result<RootHash<Sm3>, LogFault> {
        if self.entries > 1 << 62 {
            return Err(LogFault::Malformed);
        }
        Ok(RootHash::new(self.root.into(), self.entries))
    }
}

#[cfg(test)]
mod tests;
