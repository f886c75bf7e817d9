//! Issuing certificates of a test CA, or of a CA whose key sits in a device: only the signer sees the key.

use super::cert::{Cert, CertFault};
use crate::sm2::{SigningKey, VerifyingKey};
use crate::sm3;
use crate::{SM2_WITH_SM3, SignFault, Signer};
use const_oid::AssociatedOid;
use der::asn1::{
    Any, BitString, GeneralizedTime, ObjectIdentifier, OctetString, PrintableString, SetOfVec, Utf8StringRef,
};
use der::{DateTime, Decode, Encode, Sequence};
use jiff::Timestamp;
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, KeyUsage, KeyUsages, SubjectKeyIdentifier,
};
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::{Time, Validity};

/// Attributes of a name: X.520 (GB/T 16264.6).
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const COUNTRY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");
const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
const UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");

/// Whom a certificate names. Country is always CN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// 单位, as the organisation is registered.
    pub organization: String,
    /// 部门, if the certificate is for one. The signers of bureaus carry the code of their bureau here.
    pub unit: Option<String>,
    /// Name of the CA, the seal or the person.
    pub common_name: String,
}

/// What the certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// A CA directly under a root: may issue end certificates only.
    Ca,
    /// 制章人: signs seals.
    SealMaker,
    /// 签章人: signs documents with a seal.
    Signer,
}

/// RFC 5280 §4.1 `TBSCertificate`, for writing. The builder of `x509-cert` wants the key itself at hand; ours may sit in
/// a device that only signs bytes.
#[derive(Sequence)]
struct Tbs {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    version: u8,
    serial: SerialNumber,
    algorithm: AlgorithmIdentifierOwned,
    issuer: Name,
    validity: Validity,
    subject: Name,
    key: SubjectPublicKeyInfoOwned,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT")]
    extensions: Vec<Extension>,
}

#[derive(Sequence)]
struct Signed {
    tbs: Any,
    algorithm: AlgorithmIdentifierOwned,
    signature: BitString,
}

/// A root: signed by its own key, may have CAs under it.
pub fn self_signed(
    key: &SigningKey,
    subject: &Subject,
    serial: &[u8],
    from: Timestamp,
    to: Timestamp,
) -> Result<Cert, SignFault> {
    let name = subject.name()?;
    let limits = BasicConstraints { ca: true, path_len_constraint: None };
    let extensions = vec![
        extension(true, &limits)?,
        extension(true, &usage(Profile::Ca))?,
        extension(false, &key_id(key.verifying_key())?)?,
    ];
    let tbs = Tbs {
        version: 2,
        serial: SerialNumber::new(serial).map_err(CertFault::from)?,
        algorithm: algorithm(),
        issuer: name.clone(),
        validity: validity(from, to)?,
        subject: name,
        key: spki(key.verifying_key())?,
        extensions,
    };
    finish(&tbs, |bytes| Ok(key.sign_der(bytes)))
}

/// A certificate for `key`, issued by the CA whose signer is handed in. `serial` is 1 to 20 bytes, positive, never used
/// before by this CA; the caller draws it by chance.
pub fn issue(
    ca: &dyn Signer,
    profile: Profile,
    subject: &Subject,
    key: &VerifyingKey,
    serial: &[u8],
    from: Timestamp,
    to: Timestamp,
) -> Result<Cert, SignFault> {
    let ca_cert = Cert::from_der(ca.cert_der())?;
    let limits = match profile {
        Profile::Ca => BasicConstraints { ca: true, path_len_constraint: Some(0) },
        Profile::SealMaker | Profile::Signer => BasicConstraints { ca: false, path_len_constraint: None },
    };
    let mut extensions =
        vec![extension(true, &limits)?, extension(true, &usage(profile))?, extension(false, &key_id(key)?)?];
    if let Some(id) = ca_cert.subject_key_id() {
        let id = OctetString::new(id).map_err(CertFault::from)?;
        let authority = AuthorityKeyIdentifier { key_identifier: Some(id), ..Default::default() };
        extensions.push(extension(false, &authority)?);
    }
    let tbs = Tbs {
        version: 2,
        serial: SerialNumber::new(serial).map_err(CertFault::from)?,
        algorithm: algorithm(),
        issuer: ca_cert.subject().clone(),
        validity: validity(from, to)?,
        subject: subject.name()?,
        key: spki(key)?,
        extensions,
    };
    finish(&tbs, |bytes| ca.sign(bytes))
}

fn finish(tbs: &Tbs, sign: impl Fn(&[u8]) -> Result<Vec<u8>, SignFault>) -> Result<Cert, SignFault> {
    let bytes = tbs.to_der().map_err(CertFault::from)?;
    let signature = sign(&bytes)?;
    let signed = Signed {
        tbs: Any::from_der(&bytes).map_err(CertFault::from)?,
        algorithm: algorithm(),
        signature: BitString::from_bytes(&signature).map_err(CertFault::from)?,
    };
    Ok(Cert::from_der(&signed.to_der().map_err(CertFault::from)?)?)
}

fn algorithm() -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid: SM2_WITH_SM3, parameters: None }
}

fn usage(profile: Profile) -> KeyUsage {
    KeyUsage(match profile {
        Profile::Ca => KeyUsages::KeyCertSign | KeyUsages::CRLSign,
        Profile::SealMaker | Profile::Signer => KeyUsages::DigitalSignature | KeyUsages::NonRepudiation,
    })
}

fn extension<T: Encode + AssociatedOid>(critical: bool, value: &T) -> Result<Extension, CertFault> {
    Ok(Extension { extn_id: T::OID, critical, extn_value: OctetString::new(value.to_der()?)? })
}

/// RFC 5280 §4.2.1.2 leaves the method open; it takes 160 bits of a digest. Ours is SM3, not SHA-1.
fn key_id(key: &VerifyingKey) -> Result<SubjectKeyIdentifier, CertFault> {
    Ok(SubjectKeyIdentifier(OctetString::new(&sm3::digest(&key.to_point())[..20])?))
}

fn spki(key: &VerifyingKey) -> Result<SubjectPublicKeyInfoOwned, CertFault> {
    Ok(SubjectPublicKeyInfoOwned::from_der(&key.to_der())?)
}

/// Whole seconds. `Validity` writes UTCTime through 2049 and GeneralizedTime after, as RFC 5280 §4.1.2.5 wants.
fn validity(from: Timestamp, to: Timestamp) -> Result<Validity, CertFault> {
    Ok(Validity::new(x509_time(from)?, x509_time(to)?))
}

fn x509_time(at: Timestamp) -> Result<Time, CertFault> {
    let seconds = u64::try_from(at.as_second()).map_err(|_| CertFault::Malformed { at: 0 })?;
    let date = DateTime::from_unix_duration(std::time::Duration::from_secs(seconds))?;
    Ok(Time::GeneralTime(GeneralizedTime::from_date_time(date)))
}

impl Subject {
    /// C, O, OU, CN in this order. Built part by part, so a comma in the name of a shop stays a comma.
    fn name(&self) -> Result<Name, CertFault> {
        let mut parts = RdnSequence::default();
        parts.push(rdn(COUNTRY, Any::encode_from(&PrintableString::new("CN")?)?)?);
        let mut text = |oid, value: &str| -> Result<(), CertFault> {
            parts.push(rdn(oid, Any::encode_from(&Utf8StringRef::new(value)?)?)?);
            Ok(())
        };
        text(ORGANIZATION, &self.organization)?;
        if let Some(unit) = &self.unit {
            text(UNIT, unit)?;
        }
        text(COMMON_NAME, &self.common_name)?;
        Ok(Name::from_der(&parts.to_der()?)?)
    }
}

fn rdn(oid: ObjectIdentifier, value: Any) -> Result<RelativeDistinguishedName, CertFault> {
    let one = AttributeTypeAndValue { oid, value };
    let set = SetOfVec::try_from(vec![one])?;
    Ok(RelativeDistinguishedName::from(set))
}
