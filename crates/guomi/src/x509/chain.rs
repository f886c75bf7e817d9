//! Whether a certificate can be trusted: from it, link by link, to a root that the office named.

use super::cert::Cert;
use super::trust::Trust;
use crate::words::local;
use const_oid::AssociatedOid as _;
use der::asn1::ObjectIdentifier;
use jiff::Timestamp;
use thiserror::Error;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, BasicConstraints, KeyUsage, SubjectKeyIdentifier};

/// What the certificate at the end of the chain is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Sign documents or seals: digitalSignature or nonRepudiation.
    Sign,
    /// Issue certificates.
    Issue,
}

/// A certificate taken back before its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// SM3 of the certificate.
    pub fingerprint: [u8; 32],
    /// From when on its signatures count for nothing. The signer writes the time of signing himself, so for a stolen
    /// key this is `Timestamp::MIN`: the thief would date back.
    pub at: Timestamp,
}

/// A chain that held: the certificate asked about first, the root last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    pub certs: Vec<Cert>,
}

impl Chain {
    /// Checks `leaf` for signing at the instant `at`. For many leaves under the same roots build a [`Trust`] once.
    pub fn check(
        leaf: &Cert,
        intermediates: &[Cert],
        roots: &[Cert],
        at: Timestamp,
    ) -> Result<Chain, ChainFault> {
        Trust::new(roots.to_vec(), intermediates.to_vec()).check(leaf, at, Purpose::Sign)
    }
}

/// Why a chain does not hold. `who` is the name on the certificate at fault.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChainFault {
    #[error("“{who}”的证书从{}起才有效", local(*not_before))]
    NotYetValid { who: String, not_before: Timestamp },
    #[error("“{who}”的证书已于{}到期", local(*not_after))]
    Expired { who: String, not_after: Timestamp },
    #[error("“{who}”的证书由“{issuer}”签发，该机构不在信任的根证书之下")]
    UnknownIssuer { who: String, issuer: String },
    #[error("“{who}”的证书签名不正确，内容可能被改动")]
    BadSignature { who: String },
    #[error("签发“{who}”证书的“{issuer}”不是证书颁发机构")]
    NotACa { who: String, issuer: String },
    #[error("“{who}”的证书不能用于{needed}")]
    WrongKeyUsage { who: String, needed: &'static str },
    #[error("“{who}”的证书使用的算法不是SM2和SM3（{oid}）")]
    WrongAlgorithm { who: String, oid: ObjectIdentifier },
    /// The issuer's key signed it, but under another name than the certificate says.
    #[error("“{who}”的证书写明的颁发机构“{says}”与实际签发机构“{is}”不一致")]
    NameMismatch { who: String, says: String, is: String },
    #[error("“{who}”的证书含有必须识别但无法识别的扩展（{oid}）")]
    UnknownCritical { who: String, oid: ObjectIdentifier },
    #[error("“{who}”签发的证书层级超过允许的长度")]
    TooLong { who: String },
    #[error("“{who}”的证书已于{}被吊销", local(*at))]
    Revoked { who: String, at: Timestamp },
}

impl ChainFault {
    /// Stable word for programs and tests.
    pub fn code(&self) -> &'static str {
        match self {
            ChainFault::NotYetValid { .. } => "cert-not-yet-valid",
            ChainFault::Expired { .. } => "cert-expired",
            ChainFault::UnknownIssuer { .. } => "cert-unknown-issuer",
            ChainFault::BadSignature { .. } => "cert-bad-signature",
            ChainFault::NotACa { .. } => "cert-not-a-ca",
            ChainFault::WrongKeyUsage { .. } => "cert-key-usage",
            ChainFault::WrongAlgorithm { .. } => "cert-algorithm",
            ChainFault::NameMismatch { .. } => "cert-name-mismatch",
            ChainFault::UnknownCritical { .. } => "cert-unknown-critical",
            ChainFault::TooLong { .. } => "cert-chain-too-long",
            ChainFault::Revoked { .. } => "cert-revoked",
        }
    }

    /// What to do now.
    pub fn next(&self) -> &'static str {
        match self {
            ChainFault::NotYetValid { .. } => "请核对本机时间；时间无误则该证书尚不能使用",
            ChainFault::Expired { .. } => "请向文书的制发机关核实，或申请换发",
            ChainFault::UnknownIssuer { .. } => "请只信任从发证机关取得的根证书；确认来源后可加入信任列表",
            ChainFault::Revoked { .. } => "请勿采信，并向文书的制发机关核实",
            _ => "请勿采信，并向文书的制发机关核实证书来源",
        }
    }
}

/// The checks on one certificate that need no other.
pub(super) fn check_alone(cert: &Cert, at: Timestamp, purpose: Purpose) -> Result<(), ChainFault> {
    let who = || cert.name();
    if !cert.uses_sm2_with_sm3() {
        return Err(ChainFault::WrongAlgorithm { who: who(), oid: cert.algorithm() });
    }
    if let Some(oid) = cert.critical_extensions().find(|oid| !UNDERSTOOD.contains(oid)) {
        return Err(ChainFault::UnknownCritical { who: who(), oid });
    }
    if at < cert.not_before() {
        return Err(ChainFault::NotYetValid { who: who(), not_before: cert.not_before() });
    }
    if at > cert.not_after() {
        return Err(ChainFault::Expired { who: who(), not_after: cert.not_after() });
    }
    check_usage(cert, purpose)
}

const UNDERSTOOD: [ObjectIdentifier; 4] =
    [KeyUsage::OID, BasicConstraints::OID, SubjectKeyIdentifier::OID, AuthorityKeyIdentifier::OID];

/// A certificate without the extension may do everything by RFC 5280; GB/T 20518—2018 wants it in every certificate,
/// so one without is refused.
fn check_usage(cert: &Cert, purpose: Purpose) -> Result<(), ChainFault> {
    let usage = cert.key_usage();
    let (ok, needed) = match purpose {
        Purpose::Sign => (usage.is_some_and(|it| it.digital_signature() || it.non_repudiation()), "签名"),
        Purpose::Issue => (usage.is_some_and(|it| it.key_cert_sign()), "签发证书"),
    };
    if ok { Ok(()) } else { Err(ChainFault::WrongKeyUsage { who: cert.name(), needed }) }
}

/// Whether `issuer` may have issued `cert`, which has `below` CA certificates between itself and the leaf.
pub(super) fn check_issuer(cert: &Cert, issuer: &Cert, below: usize) -> Result<(), ChainFault> {
    let limits = issuer.basic_constraints();
    let Some(limits) = limits.filter(|limits| limits.ca) else {
        return Err(ChainFault::NotACa { who: cert.name(), issuer: issuer.name() });
    };
    if limits.path_len_constraint.is_some_and(|most| below > usize::from(most)) {
        return Err(ChainFault::TooLong { who: issuer.name() });
    }
    Ok(())
}
