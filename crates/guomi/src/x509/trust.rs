//! The roots an office trusts, with the CAs between, and what has already been verified under them.

use super::cert::{Cert, CertFault};
use super::chain::{Chain, ChainFault, Purpose, Revoked, check_alone, check_issuer};
use crate::sm2::{SignatureFault, VerifyingKey};
use crate::sm3::{self, Sm3};
use jiff::Timestamp;
use std::collections::HashSet;
use std::sync::Mutex;
use thiserror::Error;

/// Longer chains are a mistake or an attack: root, policy CA, CA, leaf are four.
const MAX_CHAIN: usize = 8;
/// Good signatures remembered: 32 bytes each. A county needs some dozens.
const MAX_REMEMBERED: usize = 4096;

/// Why a file of trusted certificates can't be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TrustFault {
    #[error(transparent)]
    Cert(#[from] CertFault),
    #[error("信任列表中没有根证书（自签名证书）")]
    NoRoot,
}

/// Roots and intermediates. That a certificate or a seal was signed with a key never changes, so a good signature on one
/// is verified once and remembered; times, usages and revocations are looked at every time.
#[derive(Debug, Default)]
pub struct Trust {
    roots: Vec<Cert>,
    intermediates: Vec<Cert>,
    revoked: Vec<Revoked>,
    makers: Option<Vec<sm3::Digest>>,
    good: Mutex<HashSet<sm3::Digest>>,
}

impl Trust {
    pub fn new(roots: Vec<Cert>, intermediates: Vec<Cert>) -> Trust {
        Trust { roots, intermediates, ..Trust::default() }
    }

    /// From one PEM file: self-issued certificates are roots, the others stand between.
    pub fn from_pem(pem: &str) -> Result<Trust, TrustFault> {
        let (roots, intermediates): (Vec<_>, Vec<_>) =
            Cert::all_from_pem(pem)?.into_iter().partition(Cert::is_self_issued);
        if roots.is_empty() {
            return Err(TrustFault::NoRoot);
        }
        Ok(Trust::new(roots, intermediates))
    }

    /// As PEM, root first, then the CAs.
    pub fn to_pem(&self) -> String {
        self.roots.iter().chain(&self.intermediates).map(Cert::to_pem).collect()
    }

    /// The same trust, which from now on knows what was taken back.
    pub fn with_revoked(mut self, revoked: Vec<Revoked>) -> Trust {
        self.revoked = revoked;
        self
    }

    /// The same trust, in which only these may make seals: SM3 of their certificates. Without it everybody who has a
    /// certificate for signing under the roots may: enough only where the roots certify nobody but the office's own.
    pub fn with_makers(mut self, makers: Vec<sm3::Digest>) -> Trust {
        self.makers = Some(makers);
        self
    }

    pub(crate) fn lets_make_seals(&self, maker: &Cert) -> bool {
        self.makers.as_ref().is_none_or(|makers| makers.contains(&maker.fingerprint()))
    }

    pub fn roots(&self) -> &[Cert] {
        &self.roots
    }

    /// Whether `leaf` could do `purpose` at the instant `at`. The chain is returned leaf first.
    pub fn check(&self, leaf: &Cert, at: Timestamp, purpose: Purpose) -> Result<Chain, ChainFault> {
        let mut certs = Vec::new();
        self.climb(leaf, at, purpose, &mut certs)?;
        Ok(Chain { certs })
    }

    fn climb(
        &self,
        cert: &Cert,
        at: Timestamp,
        purpose: Purpose,
        path: &mut Vec<Cert>,
    ) -> Result<(), ChainFault> {
        if path.len() >= MAX_CHAIN {
            return Err(ChainFault::TooLong { who: cert.name() });
        }
        self.check_revoked(cert, at)?;
        check_alone(cert, at, purpose)?;
        path.push(cert.clone());
        if self.roots.contains(cert) {
            return Ok(());
        }
        let issuer = self.issuer_of(cert)?;
        check_issuer(cert, issuer, path.len() - 1)?;
        self.climb(issuer, at, Purpose::Issue, path)
    }

    fn check_revoked(&self, cert: &Cert, at: Timestamp) -> Result<(), ChainFault> {
        if self.revoked.is_empty() {
            return Ok(());
        }
        let fingerprint = cert.fingerprint();
        match self.revoked.iter().find(|one| one.fingerprint == fingerprint && one.at <= at) {
            Some(one) => Err(ChainFault::Revoked { who: cert.name(), at: one.at }),
            None => Ok(()),
        }
    }

    /// The one that signed `cert`. A CA keeps its name when it changes its key, so several may bear the name.
    fn issuer_of(&self, cert: &Cert) -> Result<&Cert, ChainFault> {
        let who = || cert.name();
        let all = || self.intermediates.iter().chain(&self.roots).filter(|other| *other != cert);
        let by_name: Vec<_> = all().filter(|other| other.subject() == cert.issuer()).collect();
        if let Some(issuer) = by_name.iter().find(|issuer| self.link_holds(cert, issuer)) {
            return Ok(issuer);
        }
        if !by_name.is_empty() {
            return Err(ChainFault::BadSignature { who: who() });
        }
        let wanted = cert.authority_key_id();
        let by_key = all().find(|other| {
            wanted.is_some() && other.subject_key_id() == wanted && self.link_holds(cert, other)
        });
        Err(match by_key {
            Some(other) => ChainFault::NameMismatch {
                who: who(),
                says: cert.issuer().to_string(),
                is: other.subject().to_string(),
            },
            None => ChainFault::UnknownIssuer { who: who(), issuer: cert.issuer().to_string() },
        })
    }

    fn link_holds(&self, cert: &Cert, issuer: &Cert) -> bool {
        issuer.key().is_ok_and(|key| self.signed(&key, cert.tbs_raw(), cert.signature()).is_ok())
    }

    /// Whether `signature` (DER) over `message` is by `key`, from memory if it was good before. For what comes again
    /// and again: certificates and seals, not documents.
    pub(crate) fn signed(
        &self,
        key: &VerifyingKey,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureFault> {
        let name = name_of(key, message, signature);
        if self.good.lock().is_ok_and(|good| good.contains(&name)) {
            return Ok(());
        }
        key.verify_der(message, signature)?;
        if let Ok(mut good) = self.good.lock() {
            // Emptying costs each one verification more; it happens only under a flood of strange certificates.
            if good.len() >= MAX_REMEMBERED {
                good.clear();
            }
            good.insert(name);
        }
        Ok(())
    }
}

/// Names key with identity, message and signature; the length keeps the last two apart.
fn name_of(key: &VerifyingKey, message: &[u8], signature: &[u8]) -> sm3::Digest {
    let mut sm3 = Sm3::new();
    sm3.update(key.z());
    sm3.update(&(message.len() as u64).to_be_bytes());
    sm3.update(message);
    sm3.update(signature);
    sm3.finish()
}
