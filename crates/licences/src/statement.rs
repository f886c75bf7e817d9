//! What a bureau signs that is no document: the content of a QR code, the list of states. Who signed it, and whether to
//! believe them.

use guomi::cose::{CoseFault, Kid, Statement, kid};
use guomi::x509::{Cert, ChainFault, Purpose, Trust};
use jiff::Timestamp;
use thiserror::Error;

/// A certificate with which a bureau signs, or signed earlier: what a key signed once must still be verified when the
/// next key has long been in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signatory {
    pub bureau: String,
    pub cert: Cert,
}

impl Signatory {
    pub fn kid(&self) -> Kid {
        kid(self.cert.der())
    }
}

/// Why a statement is not believed. Shared by QR codes and lists.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StatementFault {
    #[error(transparent)]
    Cose(#[from] CoseFault),
    #[error("内容不符合约定的格式（{0}）")]
    Payload(&'static str),
    /// The certificate of this key is not among those that were published.
    #[error("签名所用的密钥（{}）不在已公布的签章人之列", hex::encode(.0))]
    UnknownKey(Kid),
    #[error("签章人证书不可信：{0}")]
    Cert(ChainFault),
    /// One bureau signed what belongs to another.
    #[error("由{signed}的签章人签名，但内容属于{says}")]
    OtherBureau { signed: String, says: String },
    #[error("签名时间晚于现在")]
    Future,
}

impl StatementFault {
    /// Stable word for programs and tests.
    pub fn code(&self) -> &'static str {
        match self {
            StatementFault::Cose(fault) => fault.code(),
            StatementFault::Payload(_) => "statement-payload",
            StatementFault::UnknownKey(_) => "statement-unknown-key",
            StatementFault::Cert(fault) => fault.code(),
            StatementFault::OtherBureau { .. } => "statement-other-bureau",
            StatementFault::Future => "statement-future",
        }
    }

    /// What to do now.
    pub fn next(&self) -> &'static str {
        match self {
            StatementFault::Cose(CoseFault::Signature) | StatementFault::OtherBureau { .. } => {
                "请勿采信，并拨打 12313 反映"
            }
            StatementFault::Cose(_) | StatementFault::Payload(_) => {
                "请重新扫描或重新下载；仍然如此的，请勿采信，并向发证机关核实"
            }
            StatementFault::UnknownKey(_) => "请联网更新公布的公钥后再核验；仍然如此的，请勿采信",
            StatementFault::Cert(fault) => fault.next(),
            StatementFault::Future => "请核对本机时间；时间无误时请勿采信",
        }
    }
}

/// The statement, once the signature of one of `signatories` on it has held.
pub fn open<'a, 's>(
    bytes: &'a [u8],
    signatories: &'s [Signatory],
) -> Result<(Statement<'a>, &'s Signatory), StatementFault> {
    let statement = Statement::parse(bytes)?;
    let of_this_name = |signatory: &&Signatory| signatory.kid() == statement.kid;
    let signatory = signatories.iter().find(of_this_name).ok_or(StatementFault::UnknownKey(statement.kid))?;
    let key = signatory.cert.key().map_err(|_| StatementFault::UnknownKey(statement.kid))?;
    statement.verify(&key)?;
    Ok((statement, signatory))
}

/// Whether `signatory` could sign for `bureau` at the instant `at`. The certificate itself must name the bureau: whoever
/// hands out a list of signatories could otherwise put one bureau's signer under another's name.
pub fn entitled(
    signatory: &Signatory,
    bureau: &str,
    at: Timestamp,
    trust: &Trust,
) -> Result<(), StatementFault> {
    if signatory.bureau != bureau {
        return Err(StatementFault::OtherBureau { signed: signatory.bureau.clone(), says: bureau.into() });
    }
    let named = signatory.cert.unit().unwrap_or_default();
    if named != bureau {
        return Err(StatementFault::OtherBureau { signed: named, says: bureau.into() });
    }
    trust.check(&signatory.cert, at, Purpose::Sign).map_err(StatementFault::Cert).map(|_| ())
}

/// Clocks of two offices differ; more than this is a statement from the future.
pub const SKEW_SECONDS: i64 = 300;

pub fn is_from_the_future(at: Timestamp, now: Timestamp) -> bool {
    at.as_second() > now.as_second() + SKEW_SECONDS
}
