//! Who signs: a key in this process for tests and small offices, a certified device for real seals.

use crate::sm2::{KeyFault, SigningKey};
use crate::x509::{Cert, CertFault};
use thiserror::Error;

/// Signs with one key that has a certificate.
///
/// The implementation for a certified seal service speaks to the network and lives above this crate; what it must keep:
/// [`Signer::sign`] is SM2 over SM3 with the default identity, the answer is DER, and it fails with
/// [`SignFault::Unavailable`] when trying again can help and with another fault when it can't. Callers check nothing:
/// the implementation verifies what came over the wire against its own certificate before it hands it on.
pub trait Signer: Send + Sync {
    /// The certificate of the key, DER.
    fn cert_der(&self) -> &[u8];

    /// SM2 signature over `message` (not over its digest), DER SEQUENCE { r, s }.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignFault>;
}

/// Why there is no signature.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SignFault {
    /// The service does not answer or is busy. Waiting helps.
    #[error("签章服务暂时不可用：{0}")]
    Unavailable(String),
    /// The service answered and will not sign: key suspended, quota used up, not allowed.
    #[error("签章服务拒绝签名：{0}")]
    Refused(String),
    /// What came back does not verify against the certificate: never pass it on.
    #[error("签章服务返回的签名与证书不符")]
    WrongAnswer,
    #[error("私钥与证书不是一对")]
    KeyAndCertDiffer,
    #[error(transparent)]
    Cert(#[from] CertFault),
    #[error(transparent)]
    Key(#[from] KeyFault),
}

impl SignFault {
    /// Stable word for programs and tests.
    pub fn code(&self) -> &'static str {
        match self {
            SignFault::Unavailable(_) => "signer-unavailable",
            SignFault::Refused(_) => "signer-refused",
            SignFault::WrongAnswer => "signer-wrong-answer",
            SignFault::KeyAndCertDiffer => "signer-key-cert-differ",
            SignFault::Cert(_) => "signer-cert",
            SignFault::Key(_) => "signer-key",
        }
    }

    /// What to do now.
    pub fn next(&self) -> &'static str {
        match self {
            SignFault::Unavailable(_) => "请检查签章服务；等待盖章的决定和文书在服务恢复后自动盖章",
            SignFault::Refused(_) => "请联系印章管理员核对印章状态和用印权限",
            SignFault::WrongAnswer => "请停止用印，联系印章管理员检查签章服务",
            SignFault::KeyAndCertDiffer => "请核对密钥文件与证书是否属于同一枚印章",
            SignFault::Cert(_) => "请核对证书文件",
            SignFault::Key(_) => "请核对密钥文件",
        }
    }

    /// Whether the same call may succeed later without anybody doing anything.
    pub fn may_pass(&self) -> bool {
        matches!(self, SignFault::Unavailable(_))
    }
}

/// A key in this process with its certificate.
#[derive(Clone)]
pub struct SoftKey {
    key: SigningKey,
    cert: Vec<u8>,
}

impl SoftKey {
    /// Refuses a certificate that belongs to another key.
    pub fn new(key: SigningKey, cert_der: Vec<u8>) -> Result<SoftKey, SignFault> {
        let cert = Cert::from_der(&cert_der)?;
        if cert.key()? != *key.verifying_key() {
            return Err(SignFault::KeyAndCertDiffer);
        }
        Ok(SoftKey { key, cert: cert_der })
    }
}

impl Signer for SoftKey {
    fn cert_der(&self) -> &[u8] {
        &self.cert
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignFault> {
        Ok(self.key.sign_der(message))
    }
}
