//! The samples of every kind as sealed OFD, with PDF and picture beside it, and how fast licences come:
//! `cargo run --release -p typeset --example ofd -- OUT [COUNT]`.
//!
//! The seal is one of a test CA made on the spot; its picture has the size of a real one.

use guomi::seal::{Holders, Picture, Policy, Seal, SealOrder, make_seal};
use guomi::x509::{Profile, Subject, Trust, issue, self_signed};
use guomi::{SigningKey, SoftKey};
use jiff::Timestamp;
use ofd::{Limits, Meta, OfficeSeal, Stamp, Verdict};
use papers::data::{Licence, PaperData};
use papers::{ALL_KINDS, Paper, Typesetter};
use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use typeset::Press;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let out = PathBuf::from(arguments.next().ok_or("usage: ofd OUT [COUNT]")?);
    let count: u32 = arguments.next().map_or(Ok(300), |count| count.parse())?;
    std::fs::create_dir_all(&out)?;
    let (press, town) = (Press::new(), Town::new()?);
    for kind in ALL_KINDS {
        for (number, paper) in Paper::samples(kind).iter().enumerate() {
            let name = format!("{}-{number}", kind.code());
            let (sealed, pdf) = (town.sealed(&press.layout(paper)?, paper)?, press.pdf(paper)?);
            println!("{name}: OFD {} kB, PDF {} kB", sealed.len() / 1000, pdf.len() / 1000);
            std::fs::write(out.join(format!("{name}.ofd")), sealed)?;
            std::fs::write(out.join(format!("{name}.pdf")), pdf)?;
            for page in 0..press.pages(paper)? {
                let png = press.png(paper, page, 100)?;
                std::fs::write(out.join(format!("{name}-{}.png", page + 1)), png)?;
            }
        }
    }
    pace(&press, &town, count)
}

fn pace(press: &Press, town: &Town, count: u32) -> Outcome<()> {
    let sample = Licence::samples().remove(0);
    let (mut layout, mut seal, mut pdf, mut check) =
        (Duration::ZERO, Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let mut bytes = 0;
    for number in 0..count {
        let company_name = format!("城中区第{number}便民店");
        let paper = Paper::new(&Licence { company_name, ..sample.clone() }, jiff::civil::date(2026, 11, 23));
        let list = timed(&mut layout, || press.layout(&paper))?;
        let sealed = timed(&mut seal, || town.sealed(&list, &paper))?;
        timed(&mut pdf, || press.pdf(&paper))?;
        let policy = Policy { trust: &town.trust, now: town.at };
        let report = timed(&mut check, || ofd::check(&sealed, &Limits::default(), &policy));
        if report.verdict != Verdict::Sound {
            return Err(format!("{:#?}", report.steps).into());
        }
        bytes += sealed.len();
    }
    let rate = |took: Duration| f64::from(count) / took.as_secs_f64();
    println!("layout {:.0}/s, OFD and seal {:.0}/s, PDF {:.0}/s", rate(layout), rate(seal), rate(pdf));
    println!("all three {:.0}/s, verified {:.0}/s", rate(layout + seal + pdf), rate(check));
    println!("mean size {} kB", bytes / 1000 / count as usize);
    Ok(())
}

fn timed<T>(sum: &mut Duration, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    *sum += start.elapsed();
    done
}

struct Town {
    signer: SoftKey,
    seal: Seal,
    trust: Trust,
    at: Timestamp,
}

impl Town {
    fn new() -> Outcome<Town> {
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
        let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
        (0..375_u32).for_each(|block| picture.extend(guomi::sm3::digest(&block.to_be_bytes())));
        let order = SealOrder {
            id: "99010000000001".into(),
            kind: 1,
            name: "演示市烟草专卖局行政许可专用章".into(),
            holders: Holders::Certs(vec![guomi::Signer::cert_der(&signer).to_vec()]),
            created: from,
            valid_from: from,
            valid_to: to,
            picture: Picture { format: "png".into(), data: picture, width: 42, height: 42 },
        };
        let seal = make_seal(&maker, &order)?;
        Ok(Town { signer, seal, trust: Trust::new(vec![root], vec![]), at })
    }

    fn sealed(&self, list: &ofd::model::DisplayList, paper: &Paper) -> Outcome<Vec<u8>> {
        let meta = Meta {
            id: "0123456789abcdef0123456789abcdef".into(),
            title: paper.kind.title().into(),
            author: "演示市烟草专卖局".into(),
            created: paper.issued_on,
            custom: vec![],
        };
        let last = list.pages.len() - 1;
        let page = &list.pages[last];
        let stamp = Stamp::centred(last, page.width * 0.7, page.height * 0.8, 42.0, 42.0);
        let office = OfficeSeal { signer: &self.signer, seal: &self.seal };
        Ok(ofd::write(list, &meta)?.seal(&office, None, &[stamp], self.at)?.to_bytes())
    }
}
