//! Making a seal and signing a document with it. What a verifier would refuse is refused here, before it leaves.

use super::fault::SealFault;
use super::read::{Holders, Picture, SM3_DOTTED, Seal};
use super::{MAX_PICTURE, v4};
use crate::sm3;
use crate::x509::Cert;
use crate::{SM2_WITH_SM3, Signer};
use der::asn1::{BitString, GeneralizedTime, Ia5String, OctetString, PrintableString};
use der::{Any, Decode, Encode};
use jiff::Timestamp;

/// What a seal is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealOrder {
    /// Number of the seal, ASCII, at most 64 characters.
    pub id: String,
    /// 1 a unit's seal, 2 a person's.
    pub kind: u8,
    /// Name on the seal.
    pub name: String,
    pub holders: Holders,
    pub created: Timestamp,
    pub valid_from: Timestamp,
    pub valid_to: Timestamp,
    pub picture: Picture,
}

/// `Vid` of the seals made here.
const VENDOR: &str = "YANZHENG";
/// Millimetres. Round seals of counties measure 42 to 45; a seal across pages may be taller.
const MAX_SIDE: i64 = 120;

/// Makes a seal, signed by the seal maker.
pub fn make_seal(maker: &dyn Signer, order: &SealOrder) -> Result<Seal, SealFault> {
    check_order(order)?;
    let info = v4::Info {
        header: v4::Header {
            id: ia5("ES", "标识")?, version: v4::VERSION, vendor: ia5(VENDOR, "厂商标识")?
        },
        id: ia5(&order.id, "印章编号")?,
        property: v4::Property {
            kind: order.kind,
            name: order.name.clone(),
            list_type: match order.holders {
                Holders::Certs(_) => 1,
                Holders::Digests(_) => 2,
            },
            list: list(&order.holders)?,
            created: time(order.created)?,
            valid_from: time(order.valid_from)?,
            valid_to: time(order.valid_to)?,
        },
        picture: v4::Picture {
            format: ia5(&order.picture.format, "图像类型")?,
            data: octets(&order.picture.data)?,
            width: order.picture.width as u16,
            height: order.picture.height as u16,
        },
    };
    let info = der(&info, "印章信息")?;
    let seal = v4::Seal {
        cert: octets(maker.cert_der())?,
        algorithm: SM2_WITH_SM3,
        signed_value: bits(&maker.sign(&info)?)?,
        info: any(&info)?,
    };
    Seal::parse(&der(&seal, "印章")?)
}

/// Signs a document with a seal: DER of `SES_Signature`. `document` is what the digest is taken of (in OFD the bytes of
/// `Signature.xml`), `property` says where it stands, `at` is the time of signing, cut to whole seconds.
///
/// Refused without asking the signer: a signer not on the seal's list, a time outside the seal's or the certificate's
/// validity.
pub fn sign_document(
    signer: &dyn Signer,
    seal: &Seal,
    document: &[u8],
    property: &str,
    at: Timestamp,
) -> Result<Vec<u8>, SealFault> {
    let cert = Cert::from_der(signer.cert_der())?;
    if !seal.holders.contain(signer.cert_der()) {
        return Err(SealFault::NotAHolder { who: cert.name() });
    }
    let at = Timestamp::from_second(at.as_second()).expect("the whole second of an instant is an instant");
    within(at, seal.valid_from, seal.valid_to)?;
    within(at, cert.not_before(), cert.not_after())?;
    let to_sign = v4::ToSign {
        version: v4::VERSION,
        seal: any(&seal.raw)?,
        time: time(at)?,
        data_hash: bits(&sm3::digest(document))?,
        property: ia5(property, "原文属性")?,
    };
    let to_sign = der(&to_sign, "签章内容")?;
    let signature = v4::Signature {
        cert: octets(signer.cert_der())?,
        algorithm: SM2_WITH_SM3,
        signature: bits(&signer.sign(&to_sign)?)?,
        to_sign: any(&to_sign)?,
    };
    der(&signature, "签章")
}

fn within(at: Timestamp, from: Timestamp, to: Timestamp) -> Result<(), SealFault> {
    if from <= at && at <= to { Ok(()) } else { Err(SealFault::OutsideValidity { at, from, to }) }
}

fn check_order(order: &SealOrder) -> Result<(), SealFault> {
    let refuse = |what, why| Err(SealFault::Order { what, why });
    let picture = &order.picture;
    if order.id.is_empty() || order.id.len() > 64 || !order.id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return refuse("印章编号", "应为1至64个可见的ASCII字符");
    }
    if order.name.trim().is_empty() || order.name.chars().count() > 100 {
        return refuse("印章名称", "应为1至100个字");
    }
    if !(1..=2).contains(&order.kind) {
        return refuse("印章类型", "应为1（单位印章）或2（个人印章）");
    }
    if order.valid_from >= order.valid_to {
        return refuse("有效期", "终止时间应晚于起始时间");
    }
    if order.created > order.valid_to {
        return refuse("制作日期", "不应晚于有效期终止时间");
    }
    if picture.data.len() > MAX_PICTURE {
        return refuse("印章图像", "超过512千字节，请缩小图像");
    }
    if !looks_like(&picture.format, &picture.data) {
        return refuse("印章图像", "内容与图像类型不符，请使用PNG图像");
    }
    let side = 1..=MAX_SIDE;
    if !side.contains(&picture.width) || !side.contains(&picture.height) {
        return refuse("印章图像", "宽和高应为1至120毫米");
    }
    check_holders(&order.holders)
}

fn check_holders(holders: &Holders) -> Result<(), SealFault> {
    let refuse = |why| Err(SealFault::Order { what: "使用人名单", why });
    match holders {
        Holders::Certs(certs) if certs.is_empty() => refuse("至少有一人"),
        Holders::Digests(digests) if digests.is_empty() => refuse("至少有一人"),
        Holders::Certs(certs) => certs.iter().try_for_each(|cert| {
            Cert::from_der(cert)?.key()?;
            Ok(())
        }),
        Holders::Digests(digests) => {
            if digests.iter().all(|(kind, value)| kind == SM3_DOTTED && value.len() == 32) {
                Ok(())
            } else {
                refuse("只接受SM3杂凑值，共32字节")
            }
        }
    }
}

/// The first bytes of the picture types that readers draw. PNG is the most widely drawn one.
fn looks_like(format: &str, data: &[u8]) -> bool {
    match format {
        "png" => data.starts_with(b"\x89PNG\r\n\x1a\n"),
        "jpg" => data.starts_with(b"\xff\xd8\xff"),
        "gif" => data.starts_with(b"GIF8"),
        "bmp" => data.starts_with(b"BM"),
        // An OFD picture is a zip package.
        "ofd" => data.starts_with(b"PK\x03\x04"),
        _ => false,
    }
}

fn list(holders: &Holders) -> Result<v4::List, SealFault> {
    let what = "使用人名单";
    let encoded = match holders {
        Holders::Certs(certs) => {
            let certs = certs.iter().map(|cert| octets(cert)).collect::<Result<Vec<_>, _>>()?;
            der(&certs, what)?
        }
        Holders::Digests(digests) => {
            let one = |(kind, value): &(String, Vec<u8>)| {
                let kind = PrintableString::new(kind).map_err(|_| SealFault::Malformed { what })?;
                Ok(v4::CertDigest { kind, value: octets(value)? })
            };
            der(&digests.iter().map(one).collect::<Result<Vec<_>, SealFault>>()?, what)?
        }
    };
    any(&encoded)
}

fn der(value: &impl Encode, what: &'static str) -> Result<Vec<u8>, SealFault> {
    value.to_der().map_err(|_| SealFault::Malformed { what })
}

fn any(raw: &[u8]) -> Result<Any, SealFault> {
    Any::from_der(raw).map_err(|_| SealFault::Malformed { what: "签章" })
}

fn ia5(text: &str, what: &'static str) -> Result<Ia5String, SealFault> {
    Ia5String::new(text).map_err(|_| SealFault::Malformed { what })
}

fn octets(bytes: &[u8]) -> Result<OctetString, SealFault> {
    OctetString::new(bytes).map_err(|_| SealFault::TooLarge { len: bytes.len() })
}

fn bits(bytes: &[u8]) -> Result<BitString, SealFault> {
    BitString::from_bytes(bytes).map_err(|_| SealFault::TooLarge { len: bytes.len() })
}

/// Whole seconds, UTC, `YYYYMMDDHHMMSSZ`.
fn time(at: Timestamp) -> Result<GeneralizedTime, SealFault> {
    let what = "时间";
    let seconds = u64::try_from(at.as_second()).map_err(|_| SealFault::Malformed { what })?;
    GeneralizedTime::from_unix_duration(std::time::Duration::from_secs(seconds))
        .map_err(|_| SealFault::Malformed { what })
}
