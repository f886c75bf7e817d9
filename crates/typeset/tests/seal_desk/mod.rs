//! A test CA with one bureau's seal, to look and to measure with: made from fixed keys, so that every run gives the same
//! bytes. Included by the tests, the example and `bench`.

use std::error::Error;
use std::sync::Arc;

use guomi::seal::{Holders, Picture, Policy, Seal, SealOrder, make_seal};
use guomi::x509::{Profile, Subject, Trust, issue, self_signed};
use guomi::{Signer, SigningKey, SoftKey};
use jiff::Timestamp;
use ofd::model::DisplayList;
use ofd::{Meta, OfficeSeal, Side, Stamp};
use papers::{Paper, SealFace, SealPrint, Typesetter};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

pub struct SealDesk {
    signer: SoftKey,
    seal: Seal,
    picture: Arc<[u8]>,
    trust: Trust,
    at: Timestamp,
}

impl SealDesk {
    pub fn new(press: &dyn Typesetter) -> Result<SealDesk> {
        let key = |word: &str| SigningKey::from_scalar(&guomi::sm3::digest(word.as_bytes()));
        let subject = |name: &str| Subject {
            organization: "演示市烟草专卖局".into(),
            unit: None,
            common_name: name.into(),
        };
        let (from, at, to): (Timestamp, Timestamp, Timestamp) =
            ("2026-01-01T00:00Z".parse()?, "2026-11-23T01:00Z".parse()?, "2030-01-01T00:00Z".parse()?);
        let root = self_signed(&key("root")?, &subject("测试根证书"), &[1], from, to)?;
        let issuer = SoftKey::new(key("root")?, root.der().to_vec())?;
        let under = |word: &str, profile, serial| -> Result<SoftKey> {
            let key = key(word)?;
            let cert = issue(&issuer, profile, &subject(word), key.verifying_key(), &[serial], from, to)?;
            Ok(SoftKey::new(key, cert.der().to_vec())?)
        };
        let (maker, signer) =
            (under("制章人", Profile::SealMaker, 2)?, under("许可专用章", Profile::Signer, 3)?);
        let face = SealFace {
            organ: "演示市烟草专卖局".into(), purpose: Some("行政许可专用章".into())
        };
        let drawn = press.seal_picture(&face)?;
        let order = SealOrder {
            id: "99010000000001".into(),
            kind: 1,
            name: "演示市烟草专卖局行政许可专用章".into(),
            holders: Holders::Certs(vec![signer.cert_der().to_vec()]),
            created: from,
            valid_from: from,
            valid_to: to,
            picture: Picture {
                format: "png".into(),
                data: drawn.png.clone(),
                width: drawn.width,
                height: drawn.height,
            },
        };
        let seal = make_seal(&maker, &order)?;
        Ok(SealDesk { signer, seal, picture: drawn.png.into(), trust: Trust::new(vec![root], vec![]), at })
    }

    pub fn policy(&self) -> Policy<'_> {
        Policy { trust: &self.trust, now: self.at }
    }

    /// Where the template wants the seal, and across the edges of a paper of several pages.
    pub fn stamps(&self, list: &DisplayList) -> Vec<Stamp> {
        let anchored = list.anchors("seal").map(|(page, at)| Stamp::centred(page, at.x, at.y, 42.0, 42.0));
        let mut stamps: Vec<Stamp> = anchored.collect();
        if !stamps.is_empty() && list.pages.len() > 1 {
            let widths: Vec<f64> = list.pages.iter().map(|page| page.width).collect();
            stamps.extend(Stamp::across(&widths, Side::Right, 130.0, 42.0, 42.0));
        }
        stamps
    }

    /// The same as pictures on the reading copy.
    pub fn prints(&self, list: &DisplayList) -> Vec<SealPrint> {
        let print = |stamp: Stamp| SealPrint {
            page: stamp.page,
            area: [stamp.area.x, stamp.area.y, stamp.area.width, stamp.area.height],
            clip: stamp.clip.map(|clip| [clip.x, clip.y, clip.width, clip.height]),
            png: self.picture.clone(),
            alt: format!("印章：{}", self.seal.name),
        };
        self.stamps(list).into_iter().map(print).collect()
    }

    pub fn sealed(&self, list: &DisplayList, paper: &Paper) -> Result<Vec<u8>> {
        let meta = Meta {
            id: "0123456789abcdef0123456789abcdef".into(),
            title: paper.kind.title().into(),
            author: "演示市烟草专卖局".into(),
            created: paper.issued_on,
            custom: vec![],
        };
        let office = OfficeSeal { signer: &self.signer, seal: &self.seal };
        let sealed = ofd::write(list, &meta)?.seal(&office, None, &self.stamps(list), self.at);
        Ok(sealed.map_err(|fault| fault.to_string())?.to_bytes())
    }
}
