//! What a verification found, step by step, in words.

use super::fault::{Edition, SealFault};
use crate::words::local;
use crate::x509::ChainFault;
use jiff::Timestamp;
use thiserror::Error;

/// One thing that was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Check {
    /// Structure and version.
    Format,
    /// The digest in the signature against the document.
    Document,
    /// The signer's signature over digest, seal and time.
    Signature,
    /// The maker's signature over the seal.
    Seal,
    /// The signer is on the seal's list.
    Holder,
    /// The signer's certificate at the time of signing.
    SignerCert,
    /// The maker's certificate at the time the seal was made.
    MakerCert,
    /// The time of signing within the seal's validity.
    SealValidity,
    /// The time of signing is not in the future.
    Time,
}

impl Check {
    /// Name for people.
    pub fn name(self) -> &'static str {
        match self {
            Check::Format => "签章格式",
            Check::Document => "文书内容",
            Check::Signature => "签章签名",
            Check::Seal => "印章签名",
            Check::Holder => "用印人",
            Check::SignerCert => "签章人证书",
            Check::MakerCert => "制章人证书",
            Check::SealValidity => "印章有效期",
            Check::Time => "签章时间",
        }
    }
}

/// What is wrong. Each is its own verdict on the public page.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Finding {
    #[error(transparent)]
    Format(SealFault),
    #[error("文书内容在签章后被改动")]
    DigestMismatch,
    #[error("签章指向“{says}”，不是这份文书")]
    OtherDocument { says: String },
    #[error("签章的签名不正确，签章被改动或者是伪造的")]
    SignatureBad,
    #[error("印章的签名不正确，印章被改动或者是伪造的")]
    SealBad,
    #[error("签名算法不是SM2和SM3（{0}）")]
    WrongAlgorithm(der::asn1::ObjectIdentifier),
    #[error("签章人“{who}”不在印章的使用人名单中")]
    NotAHolder { who: String },
    /// The chain is good, but this maker is not one that the office lets make seals.
    #[error("制章人“{who}”不在信任的制章机构之列")]
    UnknownMaker { who: String },
    #[error("签章人证书：{0}")]
    SignerCert(ChainFault),
    #[error("制章人证书：{0}")]
    MakerCert(ChainFault),
    #[error("签章时印章尚未生效，{}起有效", local(*from))]
    SealNotYetValid { from: Timestamp },
    #[error("签章时印章已经到期，有效期至{}", local(*to))]
    SealExpired { to: Timestamp },
    #[error("签章时间{}晚于现在", local(*at))]
    SignedInFuture { at: Timestamp },
    #[error("含有必须识别但无法识别的扩展（{0}）")]
    UnknownCritical(der::asn1::ObjectIdentifier),
}

impl Finding {
    /// Stable word for programs and tests.
    pub fn code(&self) -> &'static str {
        match self {
            Finding::Format(fault) => fault.code(),
            Finding::DigestMismatch => "document-altered",
            Finding::OtherDocument { .. } => "other-document",
            Finding::SignatureBad => "signature-bad",
            Finding::SealBad => "seal-bad",
            Finding::WrongAlgorithm(_) => "wrong-algorithm",
            Finding::NotAHolder { .. } => "seal-not-a-holder",
            Finding::SignerCert(fault) | Finding::MakerCert(fault) => fault.code(),
            Finding::UnknownMaker { .. } => "seal-unknown-maker",
            Finding::SealNotYetValid { .. } => "seal-not-yet-valid",
            Finding::SealExpired { .. } => "seal-expired",
            Finding::SignedInFuture { .. } => "signed-in-future",
            Finding::UnknownCritical(_) => "seal-unknown-critical",
        }
    }

    /// What to do now.
    pub fn next(&self) -> &'static str {
        match self {
            Finding::Format(fault) => fault.next(),
            Finding::SignerCert(fault) | Finding::MakerCert(fault) => fault.next(),
            Finding::SignedInFuture { .. } => "请核对本机时间；时间无误时请勿采信",
            Finding::SealNotYetValid { .. } | Finding::SealExpired { .. } => "请向文书的制发机关核实",
            _ => "请勿采信，并向文书的制发机关核实",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepVerdict {
    Passed,
    Failed(Finding),
    /// Could not be looked at, because an earlier step failed in a way that leaves nothing to look at.
    Skipped,
}

/// A step with its outcome in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub check: Check,
    pub verdict: StepVerdict,
    pub words: String,
}

/// The outcome of all steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every step passed.
    Valid,
    /// A step failed; the gravest finding, which is the first.
    Invalid(Finding),
    /// A structure that is recognised but not verified here: neither good nor bad.
    Unsupported(Edition),
}

/// What the signature says about itself. True only if the verdict is [`Verdict::Valid`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub seal_id: String,
    pub seal_name: String,
    pub signer: String,
    pub maker: String,
    pub signed_at: Timestamp,
    pub valid_to: Timestamp,
}

/// All steps in order, the verdict, and what the signature says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub steps: Vec<Step>,
    pub verdict: Verdict,
    pub facts: Option<Facts>,
}

impl Report {
    pub fn is_valid(&self) -> bool {
        self.verdict == Verdict::Valid
    }

    /// The step that looked at `check`.
    pub fn step(&self, check: Check) -> Option<&Step> {
        self.steps.iter().find(|step| step.check == check)
    }

    pub(super) fn of(steps: Vec<Step>, facts: Option<Facts>) -> Report {
        let gravest = steps.iter().find_map(|step| match &step.verdict {
            StepVerdict::Failed(finding) => Some(finding.clone()),
            StepVerdict::Passed | StepVerdict::Skipped => None,
        });
        let verdict = match gravest {
            None => Verdict::Valid,
            Some(Finding::Format(SealFault::Edition(edition))) => Verdict::Unsupported(edition),
            Some(finding) => Verdict::Invalid(finding),
        };
        Report { steps, verdict, facts }
    }
}
