//! Reading seals and signatures. The bytes that came are kept beside what they say: signatures are over them.

use super::MAX_LEN;
use super::fault::{Edition, SealFault};
use super::fields::{Field, Fields};
use crate::sm3;
use crate::x509::Cert;
use der::asn1::ObjectIdentifier;
use der::{Tag, TagNumber};
use jiff::Timestamp;

/// An electronic seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// All bytes, as received or made.
    pub raw: Vec<u8>,
    /// The bytes of `eSealInfo`, which the maker signed.
    pub info_raw: Vec<u8>,
    /// `Vid`: who made the software.
    pub vendor: String,
    /// `esID`: the number of the seal.
    pub id: String,
    /// `type`: 1 a unit's seal, 2 a person's.
    pub kind: i64,
    pub name: String,
    pub holders: Holders,
    pub created: Timestamp,
    pub valid_from: Timestamp,
    pub valid_to: Timestamp,
    pub picture: Picture,
    pub extensions: Vec<Extension>,
    /// Certificate of the maker, DER.
    pub maker_cert: Vec<u8>,
    pub algorithm: ObjectIdentifier,
    pub signed_value: Vec<u8>,
}

/// Who may use a seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holders {
    /// Their certificates, DER.
    Certs(Vec<Vec<u8>>),
    /// Kind of digest and digest of their certificates.
    Digests(Vec<(String, Vec<u8>)>),
}

impl Holders {
    /// Whether the certificate is on the list, byte for byte or by its SM3 digest.
    pub fn contain(&self, cert: &[u8]) -> bool {
        match self {
            Holders::Certs(certs) => certs.iter().any(|one| one == cert),
            Holders::Digests(digests) => {
                let digest = sm3::digest(cert);
                let is_sm3 = |kind: &str| kind == SM3_DOTTED || kind.eq_ignore_ascii_case("sm3");
                digests.iter().any(|(kind, value)| is_sm3(kind) && value[..] == digest)
            }
        }
    }
}

pub(super) const SM3_DOTTED: &str = "1.2.156.10197.1.401";

/// What the seal looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// `png`, `ofd`, `jpg`, `gif`, `bmp`, `svg`.
    pub format: String,
    pub data: Vec<u8>,
    /// Millimetres.
    pub width: i64,
    /// Millimetres.
    pub height: i64,
}

/// Something a vendor added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    pub oid: ObjectIdentifier,
    pub critical: bool,
    pub value: Vec<u8>,
}

/// A document signed with a seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealSignature {
    pub raw: Vec<u8>,
    /// The bytes of `toSign`, which the signer signed.
    pub to_sign_raw: Vec<u8>,
    pub seal: Seal,
    pub signed_at: Timestamp,
    /// SM3 of the document: in OFD, of `Signature.xml`.
    pub data_hash: Vec<u8>,
    /// `propertyInfo`: in OFD, the path of `Signature.xml`.
    pub property: String,
    pub extensions: Vec<Extension>,
    /// Certificate of the signer, DER.
    pub cert: Vec<u8>,
    pub algorithm: ObjectIdentifier,
    pub signature: Vec<u8>,
    /// A time stamp of GB/T 20520 that came along. It is kept, not judged.
    pub time_stamp: Option<Vec<u8>>,
}

/// Which structure a signature follows, read from as little of it as possible.
pub fn edition(raw: &[u8]) -> Result<Edition, SealFault> {
    let mut outer = outermost(raw, "签章")?;
    let count = outer.count("签章")?;
    let mut to_sign = outer.next("签章内容")?.sequence()?;
    let version = to_sign.next("版本")?.integer()?;
    // A signature of 2014 is two fields, content and value; its version number is 1 to 3 by maker.
    Ok(if count == 2 { Edition::V1 } else { of_number(version) })
}

/// As [`edition`] for a seal on its own.
fn edition_of_seal(raw: &[u8]) -> Result<Edition, SealFault> {
    let mut outer = outermost(raw, "印章")?;
    if outer.count("印章")? == 2 {
        return Ok(Edition::V1);
    }
    let mut info = outer.next("印章信息")?.sequence()?;
    let mut header = info.next("印章头")?.sequence()?;
    header.next("标识")?;
    Ok(of_number(header.next("版本")?.integer()?))
}

fn of_number(version: i64) -> Edition {
    match version {
        1 => Edition::V1,
        4 => Edition::V4,
        5 => Edition::V5,
        other => Edition::Other(other),
    }
}

fn outermost<'a>(raw: &'a [u8], what: &'static str) -> Result<Fields<'a>, SealFault> {
    if raw.len() > MAX_LEN {
        return Err(SealFault::TooLarge { len: raw.len() });
    }
    let mut whole = Fields::new(raw, what)?;
    let fields = whole.next(what)?.sequence()?;
    whole.end(what)?;
    Ok(fields)
}

impl SealSignature {
    /// Reads a version 4 `SES_Signature`. Nothing is verified.
    pub fn parse(raw: &[u8]) -> Result<SealSignature, SealFault> {
        let sign_edition = edition(raw)?;
        if sign_edition != Edition::V4 {
            return Err(SealFault::Edition(sign_edition));
        }
        let mut outer = outermost(raw, "签章")?;
        let to_sign = outer.next("签章内容")?;
        let cert = outer.next("签章人证书")?.octets()?;
        let algorithm = outer.next("签名算法")?.oid()?;
        let signature = outer.next("签名值")?.bits()?;
        let time_stamp = if outer.is_empty() { None } else { Some(time_stamp(&outer.next("时间戳")?)?) };
        outer.end("签章")?;

        let mut fields = to_sign.sequence()?;
        fields.next("版本")?;
        let seal_raw = fields.next("印章")?.raw;
        let seal_edition = edition_of_seal(seal_raw)?;
        if seal_edition != sign_edition {
            return Err(SealFault::EditionsDiffer { sign: sign_edition, seal: seal_edition });
        }
        let seal = Seal::parse(seal_raw)?;
        let signed_at = fields.next("签章时间")?.time()?;
        let data_hash = fields.next("原文杂凑值")?.bits()?;
        let property = fields.next("原文属性")?.text()?;
        let extensions = extensions(&mut fields, "签章扩展")?;
        fields.end("签章内容")?;
        Ok(SealSignature {
            raw: raw.to_vec(),
            to_sign_raw: to_sign.raw.to_vec(),
            seal,
            signed_at,
            data_hash,
            property,
            extensions,
            cert,
            algorithm,
            signature,
            time_stamp,
        })
    }

    /// The signer's certificate.
    pub fn signer(&self) -> Result<Cert, SealFault> {
        Ok(Cert::from_der(&self.cert)?)
    }
}

impl Seal {
    /// Reads a version 4 `SESeal`. Nothing is verified.
    pub fn parse(raw: &[u8]) -> Result<Seal, SealFault> {
        match edition_of_seal(raw)? {
            Edition::V4 => {}
            other => return Err(SealFault::Edition(other)),
        }
        let mut outer = outermost(raw, "印章")?;
        let info = outer.next("印章信息")?;
        let maker_cert = outer.next("制章人证书")?.octets()?;
        let algorithm = outer.next("印章签名算法")?.oid()?;
        let signed_value = outer.next("印章签名值")?.bits()?;
        outer.end("印章")?;

        let mut fields = info.sequence()?;
        let mut header = fields.next("印章头")?.sequence()?;
        if header.next("标识")?.text()? != "ES" {
            return Err(SealFault::Malformed { what: "标识" });
        }
        header.next("版本")?;
        let vendor = header.next("厂商标识")?.text()?;
        header.end("印章头")?;
        let id = fields.next("印章编号")?.text()?;
        let property = property(&fields.next("印章属性")?)?;
        let picture = picture(&fields.next("印章图像")?)?;
        let extensions = extensions(&mut fields, "印章扩展")?;
        fields.end("印章信息")?;
        Ok(Seal {
            raw: raw.to_vec(),
            info_raw: info.raw.to_vec(),
            vendor,
            id,
            kind: property.kind,
            name: property.name,
            holders: property.holders,
            created: property.created,
            valid_from: property.valid_from,
            valid_to: property.valid_to,
            picture,
            extensions,
            maker_cert,
            algorithm,
            signed_value,
        })
    }

    /// The maker's certificate.
    pub fn maker(&self) -> Result<Cert, SealFault> {
        Ok(Cert::from_der(&self.maker_cert)?)
    }

    /// From the first to the last instant of validity, both included.
    pub fn is_valid_at(&self, at: Timestamp) -> bool {
        self.valid_from <= at && at <= self.valid_to
    }
}

struct Property {
    kind: i64,
    name: String,
    holders: Holders,
    created: Timestamp,
    valid_from: Timestamp,
    valid_to: Timestamp,
}

fn property(field: &Field<'_>) -> Result<Property, SealFault> {
    let mut fields = field.sequence()?;
    let kind = fields.next("印章类型")?.integer()?;
    let name = fields.next("印章名称")?.text()?;
    let list_type = fields.next("名单类型")?.integer()?;
    let list = fields.next("使用人名单")?.sequence()?;
    let holders = match list_type {
        1 => Holders::Certs(certs(list)?),
        2 => Holders::Digests(digests(list)?),
        _ => return Err(SealFault::Malformed { what: "名单类型" }),
    };
    let created = fields.next("制作日期")?.time()?;
    let valid_from = fields.next("有效起始日期")?.time()?;
    let valid_to = fields.next("有效终止日期")?.time()?;
    fields.end("印章属性")?;
    Ok(Property { kind, name, holders, created, valid_from, valid_to })
}

fn certs(mut list: Fields<'_>) -> Result<Vec<Vec<u8>>, SealFault> {
    let mut certs = Vec::new();
    while !list.is_empty() {
        certs.push(list.next("使用人证书")?.octets()?);
    }
    Ok(certs)
}

fn digests(mut list: Fields<'_>) -> Result<Vec<(String, Vec<u8>)>, SealFault> {
    let mut digests = Vec::new();
    while !list.is_empty() {
        let mut one = list.next("使用人证书杂凑值")?.sequence()?;
        digests.push((one.next("杂凑算法")?.text()?, one.next("杂凑值")?.octets()?));
        one.end("使用人证书杂凑值")?;
    }
    Ok(digests)
}

fn picture(field: &Field<'_>) -> Result<Picture, SealFault> {
    let mut fields = field.sequence()?;
    let format = fields.next("图像类型")?.text()?;
    let data = fields.next("图像数据")?.octets()?;
    let width = fields.next("图像宽度")?.integer()?;
    let height = fields.next("图像高度")?.integer()?;
    fields.end("印章图像")?;
    Ok(Picture { format, data, width, height })
}

/// `extDatas`, if anything is left: tagged `[0]` by the standard, untagged in seals of the tax offices.
fn extensions(fields: &mut Fields<'_>, what: &'static str) -> Result<Vec<Extension>, SealFault> {
    if fields.is_empty() {
        return Ok(Vec::new());
    }
    let field = fields.next(what)?;
    let mut list = match field.tag {
        Tag::Sequence => field.sequence()?,
        Tag::ContextSpecific { constructed: true, number: TagNumber(0) } => untagged(&field, what)?,
        _ => return Err(SealFault::Malformed { what }),
    };
    let mut extensions = Vec::new();
    while !list.is_empty() {
        let mut one = list.next(what)?.sequence()?;
        let oid = one.next(what)?.oid()?;
        let mut value = one.next(what)?;
        let critical = value.tag == Tag::Boolean && value.truth()?;
        if value.tag == Tag::Boolean {
            value = one.next(what)?;
        }
        one.end(what)?;
        extensions.push(Extension { oid, critical, value: value.octets()? });
    }
    Ok(extensions)
}

/// Behind `[0]` stands the SEQUENCE OF (explicit) or at once its members (implicit): makers differ.
fn untagged<'a>(field: &Field<'a>, what: &'static str) -> Result<Fields<'a>, SealFault> {
    let mut inside = Fields::new(field.content, what)?;
    if inside.count(what)? == 1 {
        let only = inside.next(what)?;
        let first_inside = only.sequence()?.next(what);
        if first_inside.is_ok_and(|first| first.tag == Tag::Sequence) || only.content.is_empty() {
            return only.sequence();
        }
    }
    Fields::new(field.content, what)
}

fn time_stamp(field: &Field<'_>) -> Result<Vec<u8>, SealFault> {
    match field.tag {
        Tag::ContextSpecific { constructed: true, number: TagNumber(0) } => {
            let mut inside = Fields::new(field.content, "时间戳")?;
            let bits = inside.next("时间戳")?.bits()?;
            inside.end("时间戳")?;
            Ok(bits)
        }
        _ => Err(SealFault::Malformed { what: "时间戳" }),
    }
}
