//! A CA of a town with one bureau that signs, its seal, its records: what `seals` is in the real program.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use db::{Db, Tx};
use guomi::seal::{Holders, Picture, Seal, SealOrder, make_seal};
use guomi::x509::{Cert, Profile, Subject, Trust, issue, self_signed};
use guomi::{Signer, SigningKey, SoftKey};
use jiff::Timestamp;
use ofd::model::{Colour, DisplayList, Item, Page, Path, Point, Segment};
use ofd::{Meta, OfficeSeal, Package, Stamp};
use papers::Paper;
use seals::{Fault, Order, PayloadSignature, Sealed, Seals};

use crate::check::{FileCopy, Offices, SealOffice, Stood};
use crate::statement::Signatory;
use crate::status_list::{Editions, Mark};

pub(crate) const BUREAU: &str = "990101";
pub(crate) const SEAL: &str = "9901010000001";

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn sealed_at() -> Timestamp {
    at("2026-11-20T02:00:00Z")
}

pub(crate) struct Town {
    pub key: SigningKey,
    pub signer: SoftKey,
    pub maker: SoftKey,
    pub seal: Seal,
    pub trust: Arc<Trust>,
    pub records: Records,
}

/// What the office has written down; a test may change it.
#[derive(Default)]
pub(crate) struct Records {
    pub copies: Mutex<HashMap<String, FileCopy>>,
    pub seal_stood: Mutex<Option<Stood>>,
    pub marks: Mutex<Vec<(String, i64, u64, Mark)>>,
}

impl Town {
    pub fn new() -> Town {
        Town::named("示范")
    }

    /// Towns of different words have the same names and nothing in common.
    pub fn named(word: &str) -> Town {
        let key = |role: &str| {
            SigningKey::from_scalar(&guomi::sm3::digest(format!("{word}/{role}").as_bytes())).unwrap()
        };
        let subject = |name: &str| Subject {
            organization: "城中区烟草专卖局".into(),
            unit: Some(BUREAU.into()),
            common_name: name.into(),
        };
        let soft = |role: &str, cert: &Cert| SoftKey::new(key(role), cert.der().to_vec()).unwrap();
        let (from, to) = (at("2024-01-01T00:00:00Z"), at("2034-01-01T00:00:00Z"));
        let root = self_signed(&key("root"), &subject("测试根证书"), &[1], from, to).unwrap();
        let under = |role: &str, profile, name: &str, serial| {
            let issuer = soft("root", &root);
            issue(&issuer, profile, &subject(name), key(role).verifying_key(), &[serial], from, to).unwrap()
        };
        let maker = under("maker", Profile::SealMaker, "测试制章人", 3);
        let signer = under("signer", Profile::Signer, "城中区烟草专卖局签章人", 4);
        let trust = Trust::new(vec![root], vec![]).with_makers(vec![maker.fingerprint()]);
        let (maker, signer) = (soft("maker", &maker), soft("signer", &signer));
        let seal = make_seal(&maker, &order(&signer, from, to)).unwrap();
        let records = Records {
            seal_stood: Mutex::new(Some(Stood::InUse { bureau: BUREAU.into() })),
            ..Records::default()
        };
        Town { key: key("signer"), signer, maker, seal, trust: Arc::new(trust), records }
    }

    pub fn signatories(&self) -> Vec<Signatory> {
        let cert = Cert::from_der(self.signer.cert_der()).unwrap();
        vec![Signatory { bureau: BUREAU.into(), cert }]
    }

    /// A licence as the office writes it, without its seal.
    pub fn written(&self, custom: &[(&str, &str)]) -> Package {
        let corner = |x, y| Point::new(x, y);
        let segments = vec![
            Segment::Move(corner(20.0, 20.0)),
            Segment::Line(corner(190.0, 20.0)),
            Segment::Line(corner(190.0, 277.0)),
            Segment::Close,
        ];
        let frame = Item::Path(Path { segments, fill: Some(Colour(156, 43, 32)), stroke: None });
        let page = Page { width: 210.0, height: 297.0, items: vec![frame], anchors: vec![] };
        let list = DisplayList { pages: vec![page], fonts: vec![], images: vec![] };
        let meta = Meta {
            id: "0123456789abcdef0123456789abcdef".into(),
            title: "烟草专卖零售许可证（正本）".into(),
            author: "城中区烟草专卖局".into(),
            created: jiff::civil::date(2026, 11, 20),
            custom: custom.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        };
        ofd::write(&list, &meta).unwrap()
    }

    pub fn sealed_with(&self, custom: &[(&str, &str)]) -> Package {
        let office = OfficeSeal { signer: &self.signer as &dyn Signer, seal: &self.seal };
        let stamps = [Stamp::centred(0, 150.0, 240.0, 42.0, 42.0)];
        self.written(custom).seal(&office, Some(&self.seal.raw), &stamps, sealed_at()).unwrap()
    }

    /// The licence of the tests' first case, sealed.
    pub fn sealed(&self) -> Package {
        self.sealed_with(&LICENCE)
    }

    /// Writes down that these bytes left the office as a sheet of the licence, or as a paper of a case.
    pub fn left(&self, bytes: &[u8], kind: papers::Kind, subject: (&str, &str)) {
        let copy = FileCopy {
            bureau: BUREAU.into(),
            paper_kind: kind.code().into(),
            number: None,
            subject_kind: subject.0.into(),
            subject: subject.1.into(),
            paper_id: format!("{}-001-original", subject.1),
            made_at: sealed_at(),
            sealed: kind != papers::Kind::ApplicationForm,
        };
        let digest = hex::encode(guomi::sm3::digest(bytes));
        self.records.copies.lock().unwrap().insert(digest, copy);
    }

    pub fn marked(&self, number: &str, edition: i64, index: u64, mark: Mark) {
        let mut marks = self.records.marks.lock().unwrap();
        marks.retain(|(other, version, ..)| (other.as_str(), *version) != (number, edition));
        marks.push((number.into(), edition, index, mark));
    }

    pub fn offices(self: &Arc<Self>) -> Offices {
        Offices { seals: self.clone(), editions: self.clone() }
    }
}

/// The first licence that the tests issue.
pub(crate) const LICENCE: [(&str, &str); 8] = [
    ("文书种类", "licence-original"),
    ("制发机关代码", BUREAU),
    ("证照标识", "1.2.156.3005.2.test"),
    ("证照编号", "990101100001"),
    ("证照版本", "001"),
    ("有效期起", "2026-11-23"),
    ("有效期止", "2031-11-22"),
    ("状态序号", "5"),
];

pub(crate) fn order(signer: &SoftKey, from: Timestamp, to: Timestamp) -> SealOrder {
    SealOrder {
        id: SEAL.into(),
        kind: 1,
        name: "城中区烟草专卖局行政许可专用章".into(),
        holders: Holders::Certs(vec![signer.cert_der().to_vec()]),
        created: from,
        valid_from: from,
        valid_to: to,
        picture: Picture { format: "png".into(), data: png(), width: 42, height: 42 },
    }
}

/// The smallest PNG there is: one grey point.
fn png() -> Vec<u8> {
    let png = "89504e470d0a1a0a0000000d4948445200000001000000010800000000\
               3a7e9b550000000a49444154789c63f80f00010101001bb6ee560000000049454e44ae426082";
    hex::decode(png.replace([' ', '\n'], "")).unwrap()
}

#[async_trait]
impl Seals for Town {
    async fn seal(&self, _: &mut Tx, _: &Order<'_>, _: Timestamp) -> Result<Sealed, Fault> {
        Err(Fault::Unknown)
    }

    fn sign_payload(&self, _: &str, message: &[u8]) -> Result<PayloadSignature, Fault> {
        let kid = guomi::cose::kid(self.signer.cert_der());
        Ok(PayloadSignature { kid, raw: self.key.sign_raw(message) })
    }

    async fn reading_copy(&self, _: &mut Db, _: &str, _: Option<&str>, _: &Paper) -> Result<Vec<u8>, Fault> {
        Err(Fault::Unknown)
    }
}

#[async_trait]
impl SealOffice for Town {
    fn trust(&self) -> Option<Arc<Trust>> {
        Some(self.trust.clone())
    }

    fn signatories(&self) -> Vec<Signatory> {
        Town::signatories(self)
    }

    async fn stood(&self, _: &mut Db, seal: &str, _: Timestamp) -> Result<Stood, db::Fault> {
        let stood = self.records.seal_stood.lock().unwrap().clone();
        Ok(stood.filter(|_| seal == SEAL).unwrap_or(Stood::Unknown))
    }

    async fn copy(&self, _: &mut Db, digest: &str) -> Result<Option<FileCopy>, db::Fault> {
        Ok(self.records.copies.lock().unwrap().get(digest).cloned())
    }
}

#[async_trait]
impl Editions for Town {
    async fn marks(&self, _: &mut Db, bureau: &str) -> Result<Vec<(u64, Mark)>, db::Fault> {
        let marks = self.records.marks.lock().unwrap();
        Ok(marks.iter().filter(|_| bureau == BUREAU).map(|(_, _, index, mark)| (*index, *mark)).collect())
    }

    async fn mark(&self, _: &mut Db, _: &str, number: &str, edition: i64) -> Result<Option<Mark>, db::Fault> {
        let marks = self.records.marks.lock().unwrap();
        let found = marks.iter().find(|(other, version, ..)| (other.as_str(), *version) == (number, edition));
        Ok(found.map(|(.., mark)| *mark))
    }
}
