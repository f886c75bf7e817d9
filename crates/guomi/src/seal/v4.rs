//! The structures of GB/T 38540—2020 as they are written. Read is `read.rs`, which keeps the bytes that came.

use der::Any;
use der::Sequence;
use der::asn1::{BitString, GeneralizedTime, Ia5String, ObjectIdentifier, OctetString, PrintableString};

pub(super) const VERSION: u8 = 4;

/// `SES_Signature`.
#[derive(Sequence)]
pub(super) struct Signature {
    /// `TBS_Sign`, encoded already, because exactly these bytes were signed.
    pub to_sign: Any,
    pub cert: OctetString,
    pub algorithm: ObjectIdentifier,
    pub signature: BitString,
}

/// `TBS_Sign`.
#[derive(Sequence)]
pub(super) struct ToSign {
    pub version: u8,
    /// `SESeal` as it was handed out.
    pub seal: Any,
    pub time: GeneralizedTime,
    pub data_hash: BitString,
    pub property: Ia5String,
}

/// `SESeal`.
#[derive(Sequence)]
pub(super) struct Seal {
    /// `SES_SealInfo`, encoded already.
    pub info: Any,
    pub cert: OctetString,
    pub algorithm: ObjectIdentifier,
    pub signed_value: BitString,
}

/// `SES_SealInfo`; we write no `extDatas`.
#[derive(Sequence)]
pub(super) struct Info {
    pub header: Header,
    pub id: Ia5String,
    pub property: Property,
    pub picture: Picture,
}

/// `SES_Header`.
#[derive(Sequence)]
pub(super) struct Header {
    /// Always "ES".
    pub id: Ia5String,
    pub version: u8,
    pub vendor: Ia5String,
}

/// `SES_ESPropertyInfo`.
#[derive(Sequence)]
pub(super) struct Property {
    pub kind: u8,
    pub name: String,
    /// 1 the list holds certificates, 2 digests of certificates.
    pub list_type: u8,
    pub list: List,
    pub created: GeneralizedTime,
    pub valid_from: GeneralizedTime,
    pub valid_to: GeneralizedTime,
}

/// `SES_CertList`: an untagged choice; what it holds is told by `list_type` before it.
pub(super) type List = Any;

/// `CertDigestObj`.
#[derive(Sequence)]
pub(super) struct CertDigest {
    pub kind: PrintableString,
    pub value: OctetString,
}

/// `SES_ESPictrueInfo` (the standard's spelling).
#[derive(Sequence)]
pub(super) struct Picture {
    pub format: Ia5String,
    pub data: OctetString,
    pub width: u16,
    pub height: u16,
}
