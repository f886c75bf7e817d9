//! One certificate as it was received.

use crate::SM2_WITH_SM3;
use crate::sm2::{KeyFault, SignatureFault, VerifyingKey};
use crate::sm3;
use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier};
use der::{Decode, Encode, Reader, SliceReader};
use jiff::Timestamp;
use std::sync::Arc;
use thiserror::Error;
use x509_cert::TbsCertificate;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, BasicConstraints, KeyUsage, SubjectKeyIdentifier};
use x509_cert::name::Name;

/// The largest certificate we read. Those of public CAs have one to two kilobytes.
const MAX_LEN: usize = 64 * 1024;
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const SM2_CURVE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.301");

/// Why bytes are not a certificate we can use.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CertFault {
    #[error("证书格式不正确（第{at}字节）")]
    Malformed { at: usize },
    #[error("证书超过{MAX_LEN}字节")]
    TooLarge,
    #[error("证书的公钥不是SM2公钥")]
    NotSm2,
    #[error("PEM文件中没有证书，或者格式不正确")]
    NotPem,
}

impl From<der::Error> for CertFault {
    fn from(error: der::Error) -> CertFault {
        CertFault::Malformed { at: error.position().map_or(0, |at| u32::from(at) as usize) }
    }
}

/// A certificate. Signatures are checked over the bytes that came, never over a second encoding of them; cloning is cheap.
#[derive(Clone, Debug)]
pub struct Cert(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    raw: Vec<u8>,
    tbs_raw: Vec<u8>,
    tbs: TbsCertificate,
    algorithm: ObjectIdentifier,
    /// The algorithm stands twice, inside and outside the signed part, and must be the same.
    algorithms_agree: bool,
    signature: Vec<u8>,
    not_before: Timestamp,
    not_after: Timestamp,
    key: Option<VerifyingKey>,
}

impl PartialEq for Cert {
    fn eq(&self, other: &Cert) -> bool {
        self.0.raw == other.0.raw
    }
}

impl Eq for Cert {}

impl Cert {
    pub fn from_der(raw: &[u8]) -> Result<Cert, CertFault> {
        if raw.len() > MAX_LEN {
            return Err(CertFault::TooLarge);
        }
        let mut reader = SliceReader::new(raw)?;
        let (tbs_raw, algorithm, signature) = reader.sequence(|inside| {
            let tbs_raw = inside.tlv_bytes()?;
            let algorithm = inside.tlv_bytes()?;
            let signature = BitStringRef::decode(inside)?;
            Ok::<_, der::Error>((tbs_raw, algorithm, signature))
        })?;
        reader.finish()?;
        let tbs = TbsCertificate::from_der(tbs_raw)?;
        let (oid, parameters) = algorithm_of(algorithm)?;
        // GB/T 33560 has no parameters here; some CAs write NULL.
        let plain = parameters.is_none_or(|any| any.is_null());
        let (not_before, not_after) = (tbs.validity().not_before, tbs.validity().not_after);
        let key = key_of(&tbs);
        Ok(Cert(Arc::new(Inner {
            raw: raw.to_vec(),
            tbs_raw: tbs_raw.to_vec(),
            algorithm: oid,
            algorithms_agree: plain && tbs.signature().to_der()? == algorithm,
            signature: signature.as_bytes().unwrap_or_default().to_vec(),
            not_before: instant(not_before.to_unix_duration()),
            not_after: instant(not_after.to_unix_duration()),
            key,
            tbs,
        })))
    }

    /// All certificates of a PEM file, in order. Words between the blocks (`openssl x509 -text`) are passed over.
    pub fn all_from_pem(pem: &str) -> Result<Vec<Cert>, CertFault> {
        const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
        const END: &str = "-----END CERTIFICATE-----";
        let mut certs = Vec::new();
        let mut rest = pem;
        while let Some(begin) = rest.find(BEGIN) {
            let end = rest[begin..].find(END).ok_or(CertFault::NotPem)? + begin + END.len();
            let (label, raw) =
                der::pem::decode_vec(&rest.as_bytes()[begin..end]).map_err(|_| CertFault::NotPem)?;
            debug_assert_eq!(label, "CERTIFICATE");
            certs.push(Cert::from_der(&raw)?);
            rest = &rest[end..];
        }
        if certs.is_empty() { Err(CertFault::NotPem) } else { Ok(certs) }
    }

    pub fn to_pem(&self) -> String {
        der::pem::encode_string("CERTIFICATE", der::pem::LineEnding::LF, &self.0.raw)
            .expect("the label is plain ASCII")
    }

    /// The bytes as they came.
    pub fn der(&self) -> &[u8] {
        &self.0.raw
    }

    /// SM3 over the whole certificate, by which lists of seals and screens name it.
    pub fn fingerprint(&self) -> sm3::Digest {
        sm3::digest(&self.0.raw)
    }

    pub fn key(&self) -> Result<VerifyingKey, CertFault> {
        self.0.key.clone().ok_or(CertFault::NotSm2)
    }

    pub fn subject(&self) -> &Name {
        self.0.tbs.subject()
    }

    pub fn issuer(&self) -> &Name {
        self.0.tbs.issuer()
    }

    /// The common name, else the whole subject: who this is, for people.
    pub fn name(&self) -> String {
        match self.subject().common_name() {
            Ok(Some(name)) => name.value().into_owned(),
            _ => self.subject().to_string(),
        }
    }

    /// 部门: here the code of the bureau that the certificate is for.
    pub fn unit(&self) -> Option<String> {
        let unit = self.subject().organization_unit().ok().flatten()?;
        Some(unit.value().into_owned())
    }

    /// The serial number as upper-case hexadecimal digits, as `openssl x509 -serial` shows it.
    pub fn serial(&self) -> String {
        hex::encode_upper(self.0.tbs.serial_number().as_bytes())
    }

    /// First instant of validity.
    pub fn not_before(&self) -> Timestamp {
        self.0.not_before
    }

    /// Last instant of validity.
    pub fn not_after(&self) -> Timestamp {
        self.0.not_after
    }

    pub fn is_self_issued(&self) -> bool {
        self.subject() == self.issuer()
    }

    /// Whether `issuer` signed this certificate with SM2 and SM3.
    pub fn signed_by(&self, issuer: &VerifyingKey) -> Result<(), SignatureFault> {
        issuer.verify_der(&self.0.tbs_raw, &self.0.signature)
    }

    pub(super) fn tbs_raw(&self) -> &[u8] {
        &self.0.tbs_raw
    }

    pub(super) fn signature(&self) -> &[u8] {
        &self.0.signature
    }

    pub(super) fn uses_sm2_with_sm3(&self) -> bool {
        self.0.algorithm == SM2_WITH_SM3 && self.0.algorithms_agree
    }

    pub(super) fn algorithm(&self) -> ObjectIdentifier {
        self.0.algorithm
    }

    pub(super) fn key_usage(&self) -> Option<KeyUsage> {
        self.0.tbs.get_extension::<KeyUsage>().ok().flatten().map(|(_, usage)| usage)
    }

    pub(super) fn basic_constraints(&self) -> Option<BasicConstraints> {
        self.0.tbs.get_extension::<BasicConstraints>().ok().flatten().map(|(_, limits)| limits)
    }

    pub(super) fn subject_key_id(&self) -> Option<Vec<u8>> {
        let (_, id) = self.0.tbs.get_extension::<SubjectKeyIdentifier>().ok().flatten()?;
        Some(id.0.as_bytes().to_vec())
    }

    pub(super) fn authority_key_id(&self) -> Option<Vec<u8>> {
        let (_, id) = self.0.tbs.get_extension::<AuthorityKeyIdentifier>().ok().flatten()?;
        Some(id.key_identifier?.as_bytes().to_vec())
    }

    /// Identifiers of the extensions that must be understood or the certificate refused.
    pub(super) fn critical_extensions(&self) -> impl Iterator<Item = ObjectIdentifier> {
        let all = self.0.tbs.extensions().map(|all| all.as_slice()).unwrap_or_default();
        all.iter().filter(|one| one.critical).map(|one| one.extn_id)
    }
}

fn algorithm_of(raw: &[u8]) -> Result<(ObjectIdentifier, Option<AnyRef<'_>>), der::Error> {
    let mut reader = SliceReader::new(raw)?;
    reader.sequence(|inside| Ok((ObjectIdentifier::decode(inside)?, Option::<AnyRef<'_>>::decode(inside)?)))
}

/// None for RSA, other curves, and points that are not on the curve: such a certificate can be shown but verifies nothing.
fn key_of(tbs: &TbsCertificate) -> Option<VerifyingKey> {
    let spki = tbs.subject_public_key_info();
    let curve = spki.algorithm.parameters.as_ref()?.decode_as::<ObjectIdentifier>().ok()?;
    if spki.algorithm.oid != EC_PUBLIC_KEY || curve != SM2_CURVE {
        return None;
    }
    VerifyingKey::from_point(spki.subject_public_key.as_bytes()?).ok()
}

/// X.509 times begin in 1950 but `x509-cert` reads from 1970, and end with 9999: all within jiff's range.
fn instant(since_1970: std::time::Duration) -> Timestamp {
    let seconds = i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

impl From<KeyFault> for CertFault {
    fn from(_: KeyFault) -> CertFault {
        CertFault::NotSm2
    }
}
