//! How fast a licence is written, sealed and verified: `cargo run --release -p ofd --example pace_ofd -- [COUNT]`.
//!
//! A page as dense as a licence: 400 characters in three faces, a QR code of 1,000 runs, a frame of 600 curves. The layout
//! is kept, as when licences are sealed anew; every document differs in one line.

use guomi::seal::{Holders, Picture, Policy, Seal, SealOrder, make_seal};
use guomi::x509::{Profile, Subject, Trust, issue, self_signed};
use guomi::{SigningKey, SoftKey};
use jiff::Timestamp;
use ofd::model::*;
use ofd::{Limits, Meta, OfficeSeal, Stamp, Verdict};
use std::error::Error;
use std::sync::Arc;
use std::time::Instant;
use ttf_parser::Face;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let count: u32 = std::env::args().nth(1).map_or(Ok(1_000), |count| count.parse())?;
    let files = ["NotoSerifSC-Regular.ttf", "NotoSerifSC-Black.ttf", "FandolFang-Regular.otf"];
    let fonts = files.iter().map(|file| font(file)).collect::<Outcome<Vec<_>>>()?;
    let list = licence(fonts)?;
    let town = Town::new()?;
    let policy = Policy { trust: &town.trust, now: town.at };
    let start = (cpu(), Instant::now());
    let sealed = (0..count).map(|number| town.sealed(&list, number)).collect::<Outcome<Vec<_>>>()?;
    report("OFD and seal", count, start);
    let start = (cpu(), Instant::now());
    for file in &sealed {
        let report = ofd::check(file, &Limits::default(), &policy);
        if report.verdict != Verdict::Sound {
            return Err(format!("{:#?}", report.steps).into());
        }
    }
    report("verified", count, start);
    println!("{} kB each", sealed.iter().map(Vec::len).sum::<usize>() / 1000 / count as usize);
    Ok(())
}

fn report(what: &str, count: u32, (cpu_before, start): (f64, Instant)) {
    let (cpu, wall) = (cpu() - cpu_before, start.elapsed().as_secs_f64());
    let rate = |seconds: f64| f64::from(count) / seconds.max(0.01);
    println!("{what}: {:.0} a second of processor time, {:.0} a second by the clock", rate(cpu), rate(wall));
}

/// Seconds of processor time that this process has had, where the system tells (Linux, in steps of 10 ms).
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn font(file: &str) -> Outcome<Font> {
    let data = std::fs::read(format!("{}/../../assets/fonts/{file}", env!("CARGO_MANIFEST_DIR")))?;
    let name = file.split('.').next().unwrap_or(file).to_owned();
    Ok(Font { family: name.clone(), name, bold: false, data: Arc::new(data), index: 0 })
}

fn licence(fonts: Vec<Font>) -> Outcome<DisplayList> {
    let words = "烟草专卖零售许可证企业名称负责人经营场所地址企业类型许可范围供货单位有效期限自年月日至发证机关制证日期号演示市城中区便民店\
                 第个体工商户卷烟雪茄烟零售公司局路幢室人民政府北京上海广州深圳杭州0123456789";
    let words: Vec<char> = words.chars().filter(|ch| !ch.is_whitespace()).collect();
    let mut items = Vec::new();
    for line in 0..20_usize {
        let index = line % fonts.len();
        let face = Face::parse((*fonts[index].data).as_ref(), 0)?;
        let glyph = |at: usize| {
            let ch = words[(line * 7 + at * 3) % words.len()];
            Glyph { id: face.glyph_index(ch).map_or(0, |id| id.0), ch, x: at as f64 * 5.0, y: 0.0 }
        };
        items.push(Item::Text(Text {
            font: index,
            size: 5.0,
            fill: Colour(0, 0, 0),
            matrix: Matrix { e: 25.0, f: 40.0 + 8.0 * line as f64, ..Matrix::IDENTITY },
            glyphs: (0..20).map(glyph).collect(),
        }));
    }
    items.push(Item::Path(Path { segments: code(), fill: Some(Colour(0, 0, 0)), stroke: None }));
    let colour = Colour(156, 43, 32);
    let stroke = Stroke { colour, width: 0.25, cap: Cap::Butt, join: Join::Miter, miter_limit: 4.0 };
    items.push(Item::Path(Path { segments: waves(), fill: None, stroke: Some(stroke) }));
    let page = Page { width: 210.0, height: 297.0, items, anchors: vec![] };
    Ok(DisplayList { pages: vec![page], fonts, images: vec![] })
}

fn code() -> Vec<Segment> {
    let run = |number: u32| {
        let (x, y) = (f64::from(number % 16) * 1.7 + 25.0, f64::from(number / 16) * 0.43 + 230.0);
        let at = |right: f64, down: f64| Point::new(x + right, y + down);
        [
            Segment::Move(at(0.0, 0.0)),
            Segment::Line(at(0.86, 0.0)),
            Segment::Line(at(0.86, 0.43)),
            Segment::Line(at(0.0, 0.43)),
            Segment::Close,
        ]
    };
    (0..1_000).flat_map(run).collect()
}

fn waves() -> Vec<Segment> {
    let wave = |number: u32| {
        let x = 10.0 + f64::from(number) * 0.31;
        let at = |right: f64, down: f64| Point::new(x + right, 12.0 + down);
        Segment::Cubic(at(0.1, -2.0), at(0.2, 2.0), at(0.31, 0.0))
    };
    std::iter::once(Segment::Move(Point::new(10.0, 12.0))).chain((0..600).map(wave)).collect()
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
        // As large as a real seal's picture of 32 colours, and as little compressible.
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

    fn sealed(&self, list: &DisplayList, number: u32) -> Outcome<Vec<u8>> {
        let meta = Meta {
            id: format!("{number:032x}"),
            title: "烟草专卖零售许可证".into(),
            author: "演示市烟草专卖局".into(),
            created: jiff::civil::date(2026, 11, 23),
            custom: vec![("证照编号".into(), format!("9901011{number:05}"))],
        };
        let office = OfficeSeal { signer: &self.signer, seal: &self.seal };
        let stamp = Stamp::centred(0, 150.0, 240.0, 42.0, 42.0);
        Ok(ofd::write(list, &meta)?.seal(&office, None, &[stamp], self.at)?.to_bytes())
    }
}
