//! The samples of every kind as sealed OFD, with reading copy and picture beside it: `cargo run -p typeset --example ofd -- OUT`.
//!
//! The seal is one of a test CA made on the spot. How fast it goes: `cargo run --release -p bench -- documents`.

use guomi::seal::{Holders, Picture, Policy, Seal, SealOrder, make_seal};
use guomi::x509::{Profile, Subject, Trust, issue, self_signed};
use guomi::{SigningKey, SoftKey};
use jiff::Timestamp;
use ofd::model::DisplayList;
use ofd::{Limits, Meta, OfficeSeal, Side, Stamp, Verdict};
use papers::{ALL_KINDS, Paper, SealFace, SealPrint, Typesetter};
use std::error::Error;
use std::path::PathBuf;
use typeset::Press;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let out = PathBuf::from(arguments.next().ok_or("usage: ofd OUT")?);
    std::fs::create_dir_all(&out)?;
    let press = Press::new();
    let town = Town::new(&press)?;
    std::fs::write(out.join("seal.png"), &town.seal.picture.data)?;
    for kind in ALL_KINDS {
        for (number, paper) in Paper::samples(kind).iter().enumerate() {
            let name = format!("{}-{number}", kind.code());
            let list = press.layout(paper)?;
            let sealed = town.sealed(&list, paper)?;
            let pdf = press.pdf_with_seals(paper, &town.prints(&list))?;
            let policy = Policy { trust: &town.trust, now: town.at };
            let report = ofd::check(&sealed, &Limits::default(), &policy);
            if report.verdict != Verdict::Sound {
                return Err(format!("{:#?}", report.steps).into());
            }
            println!("{name}: OFD {} kB, PDF {} kB", sealed.len() / 1000, pdf.len() / 1000);
            std::fs::write(out.join(format!("{name}.ofd")), sealed)?;
            std::fs::write(out.join(format!("{name}.pdf")), pdf)?;
            for page in 0..press.pages(paper)? {
                let png = press.png(paper, page, 100)?;
                std::fs::write(out.join(format!("{name}-{}.png", page + 1)), png)?;
            }
        }
    }
    Ok(())
}

struct Town {
    signer: SoftKey,
    seal: Seal,
    trust: Trust,
    at: Timestamp,
}

impl Town {
    fn new(press: &Press) -> Outcome<Town> {
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
        let under = |word: &str, profile, serial| -> Outcome<SoftKey> {
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
            holders: Holders::Certs(vec![guomi::Signer::cert_der(&signer).to_vec()]),
            created: from,
            valid_from: from,
            valid_to: to,
            picture: Picture {
                format: "png".into(),
                data: drawn.png,
                width: drawn.width,
                height: drawn.height,
            },
        };
        let seal = make_seal(&maker, &order)?;
        Ok(Town { signer, seal, trust: Trust::new(vec![root], vec![]), at })
    }

    /// At the spots that the template names, and across the edges of a letter of several pages.
    fn stamps(&self, list: &DisplayList) -> Vec<Stamp> {
        let anchored = list.anchors("seal").map(|(page, at)| Stamp::centred(page, at.x, at.y, 42.0, 42.0));
        let mut stamps: Vec<Stamp> = anchored.collect();
        if !stamps.is_empty() && list.pages.len() > 1 {
            let widths: Vec<f64> = list.pages.iter().map(|page| page.width).collect();
            stamps.extend(Stamp::across(&widths, Side::Right, 130.0, 42.0, 42.0));
        }
        stamps
    }

    fn prints(&self, list: &DisplayList) -> Vec<SealPrint> {
        let print = |stamp: Stamp| SealPrint {
            page: stamp.page,
            area: [stamp.area.x, stamp.area.y, stamp.area.width, stamp.area.height],
            clip: stamp.clip.map(|clip| [clip.x, clip.y, clip.width, clip.height]),
            png: self.seal.picture.data.clone().into(),
            alt: format!("印章：{}", self.seal.name),
        };
        self.stamps(list).into_iter().map(print).collect()
    }

    fn sealed(&self, list: &DisplayList, paper: &Paper) -> Outcome<Vec<u8>> {
        let meta = Meta {
            id: "0123456789abcdef0123456789abcdef".into(),
            title: paper.kind.title().into(),
            author: "演示市烟草专卖局".into(),
            created: paper.issued_on,
            custom: vec![],
        };
        let office = OfficeSeal { signer: &self.signer, seal: &self.seal };
        Ok(ofd::write(list, &meta)?.seal(&office, None, &self.stamps(list), self.at)?.to_bytes())
    }
}
