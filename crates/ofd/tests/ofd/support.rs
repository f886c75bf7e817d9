//! A licence of two pages, and a town with a seal.

use guomi::seal::{Holders, Picture as SealPicture, Policy, Seal, SealOrder, make_seal};
use guomi::x509::{Cert, Profile, Subject, Trust, issue, self_signed};
use guomi::{Signer, SigningKey, SoftKey};
use jiff::Timestamp;
use ofd::model::*;
use ofd::{Limits, Meta, OfficeSeal, Package, Stamp};
use std::sync::{Arc, OnceLock};
use ttf_parser::Face;

pub const SONG: usize = 0;
pub const FANG: usize = 1;

/// A TrueType and a CFF font, as they ship.
pub fn fonts() -> &'static [Font] {
    static FONTS: OnceLock<Vec<Font>> = OnceLock::new();
    FONTS.get_or_init(|| {
        let font = |file: &str, family: &str, name: &str| {
            let path = format!("{}/../../assets/fonts/{file}", env!("CARGO_MANIFEST_DIR"));
            let data = std::fs::read(path).unwrap();
            Font { family: family.into(), name: name.into(), bold: false, data: Arc::new(data), index: 0 }
        };
        vec![
            font("NotoSerifSC-Regular.ttf", "Noto Serif SC", "NotoSerifSC-Regular"),
            font("FandolFang-Regular.otf", "FandolFang R", "FandolFang-Regular"),
        ]
    })
}

pub fn bytes_of(font: usize) -> &'static [u8] {
    let data: &'static Shared = &fonts()[font].data;
    (**data).as_ref()
}

/// Text with even steps, its baseline beginning at a point.
pub fn text(font: usize, size: f64, x: f64, y: f64, words: &str) -> Item {
    let face = Face::parse(bytes_of(font), 0).unwrap();
    let glyph = |(at, ch): (usize, char)| Glyph {
        id: face.glyph_index(ch).map_or(0, |id| id.0),
        ch,
        x: at as f64 * size,
        y: 0.0,
    };
    Item::Text(Text {
        font,
        size,
        fill: Colour(0, 0, 0),
        matrix: Matrix { e: x, f: y, ..Matrix::IDENTITY },
        glyphs: words.chars().enumerate().map(glyph).collect(),
    })
}

pub fn rectangle(x: f64, y: f64, width: f64, height: f64) -> Vec<Segment> {
    let corner = |right: f64, down: f64| Point::new(x + right * width, y + down * height);
    vec![
        Segment::Move(corner(0.0, 0.0)),
        Segment::Line(corner(1.0, 0.0)),
        Segment::Line(corner(1.0, 1.0)),
        Segment::Line(corner(0.0, 1.0)),
        Segment::Close,
    ]
}

pub fn licence() -> DisplayList {
    let turned = {
        let Item::Text(run) = text(SONG, 6.0, 0.0, 0.0, "仅供演示") else { unreachable!() };
        let (sin, cos) = (-0.4_f64).sin_cos();
        Item::Text(Text { matrix: Matrix { a: cos, b: sin, c: -sin, d: cos, e: 60.0, f: 200.0 }, ..run })
    };
    let stroke = Stroke {
        colour: Colour(156, 43, 32),
        width: 0.5,
        cap: Cap::Butt,
        join: Join::Miter,
        miter_limit: 4.0,
    };
    let first = vec![
        Item::Path(Path {
            segments: rectangle(0.0, 0.0, 210.0, 297.0),
            fill: Some(Colour(255, 252, 246)),
            stroke: None,
        }),
        Item::Path(Path { segments: rectangle(10.0, 10.0, 190.0, 277.0), fill: None, stroke: Some(stroke) }),
        text(SONG, 10.0, 50.0, 40.0, "烟草专卖零售许可证"),
        text(FANG, 5.0, 20.0, 70.0, "“城中区第1便民店”"),
        text(SONG, 5.0, 20.0, 80.0, "负责人：王𬭎𬭎 ￥100"),
        turned,
        Item::Image(Image {
            picture: 0,
            matrix: Matrix { a: 20.0, d: 20.0, e: 30.0, f: 240.0, ..Matrix::IDENTITY },
        }),
    ];
    let second = vec![text(FANG, 5.0, 20.0, 30.0, "第二页")];
    let page = |items| Page { width: 210.0, height: 297.0, items, anchors: vec![] };
    DisplayList {
        pages: vec![page(first), page(second)],
        fonts: fonts().to_vec(),
        images: vec![Picture { format: PictureFormat::Png, data: Arc::new(png()) }],
    }
}

pub fn meta() -> Meta {
    Meta {
        id: "0123456789abcdef0123456789abcdef".into(),
        title: "烟草专卖零售许可证".into(),
        author: "示范市烟草专卖局 <&>".into(),
        created: jiff::civil::date(2026, 1, 15),
        custom: vec![("证照编号".into(), "990101100001".into()), ("a\"b".into(), "<c>".into())],
    }
}

pub fn written() -> Package {
    ofd::write(&licence(), &meta()).unwrap()
}

/// The smallest PNG there is: one grey point.
pub fn png() -> Vec<u8> {
    let png = "89504e470d0a1a0a0000000d4948445200000001000000010800000000\
               3a7e9b550000000a49444154789c63f80f00010101001bb6ee560000000049454e44ae426082";
    hex::decode(png.replace([' ', '\n'], "")).unwrap()
}

pub fn at(text: &str) -> Timestamp {
    format!("{text}T00:00:00Z").parse().unwrap()
}

pub struct Town {
    pub signer: SoftKey,
    pub seal: Seal,
    pub trust: Trust,
}

impl Town {
    pub fn named(word: &str) -> Town {
        let key = |role: &str| {
            SigningKey::from_scalar(&guomi::sm3::digest(format!("{word}/{role}").as_bytes())).unwrap()
        };
        let subject = |name: &str| Subject {
            organization: "示范市烟草专卖局".into(),
            unit: None,
            common_name: name.into(),
        };
        let soft = |role: &str, cert: &Cert| SoftKey::new(key(role), cert.der().to_vec()).unwrap();
        let root =
            self_signed(&key("root"), &subject("测试根证书"), &[1], at("2020-01-01"), at("2060-01-01"));
        let root = root.unwrap();
        let under = |role: &str, profile, name: &str, serial| {
            let (from, to) = (at("2024-01-01"), at("2034-01-01"));
            let holder = key(role);
            let issuer = soft("root", &root);
            issue(&issuer, profile, &subject(name), holder.verifying_key(), &[serial], from, to).unwrap()
        };
        let maker = under("maker", Profile::SealMaker, "测试制章人", 3);
        let signer = under("signer", Profile::Signer, "行政许可专用章", 4);
        let order = SealOrder {
            id: "99010000000001".into(),
            kind: 1,
            name: "示范市烟草专卖局行政许可专用章".into(),
            holders: Holders::Certs(vec![signer.der().to_vec()]),
            created: at("2025-12-01"),
            valid_from: at("2026-01-01"),
            valid_to: at("2027-01-01"),
            picture: SealPicture { format: "png".into(), data: png(), width: 42, height: 42 },
        };
        let seal = make_seal(&soft("maker", &maker), &order).unwrap();
        Town { signer: soft("signer", &signer), seal, trust: Trust::new(vec![root], vec![]) }
    }

    pub fn office(&self) -> OfficeSeal<'_> {
        OfficeSeal { signer: &self.signer as &dyn Signer, seal: &self.seal }
    }

    pub fn policy(&self) -> Policy<'_> {
        Policy { trust: &self.trust, now: at("2026-06-01") }
    }

    pub fn sealed(&self) -> Package {
        let stamps = [Stamp::centred(0, 150.0, 240.0, 42.0, 42.0)];
        written().seal(&self.office(), Some(&self.seal.raw), &stamps, at("2026-01-15")).unwrap()
    }

    pub fn verdict(&self, bytes: &[u8]) -> ofd::Verdict {
        ofd::check(bytes, &Limits::default(), &self.policy()).verdict
    }
}

/// A ZIP as other programs write it, entry by entry, also such that no honest program writes.
pub fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in entries {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        let mut head = Vec::new();
        [20_u16, 0, 0, 0, 33].iter().for_each(|number| head.extend(number.to_le_bytes()));
        head.extend(crc.sum().to_le_bytes());
        head.extend([(bytes.len() as u32).to_le_bytes(), (bytes.len() as u32).to_le_bytes()].concat());
        head.extend([(name.len() as u16).to_le_bytes(), [0, 0]].concat());
        let offset = out.len() as u32;
        out.extend(b"PK\x03\x04");
        out.extend([&head, name.as_bytes(), bytes].concat());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&head);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let start = out.len() as u32;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([(entries.len() as u16).to_le_bytes(), (entries.len() as u16).to_le_bytes()].concat());
    out.extend([(directory.len() as u32).to_le_bytes(), start.to_le_bytes()].concat());
    out.extend([0, 0]);
    out
}

/// The package with its parts run through `change`.
pub fn changed(package: &Package, mut change: impl FnMut(&str, &mut Vec<u8>) -> bool) -> Vec<u8> {
    let mut parts: Vec<(String, Vec<u8>)> =
        package.parts().map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect();
    parts.retain_mut(|(name, bytes)| change(name, bytes));
    zip(&parts.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect::<Vec<_>>())
}
