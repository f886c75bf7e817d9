//! A test CA with a root, a CA, a seal maker and a signer, the same in every run.

use guomi::seal::{Holders, Picture, Policy, Seal, SealOrder, make_seal, sign_document};
use guomi::x509::{Cert, Profile, Subject, Trust, issue, self_signed};
use guomi::{Signer, SigningKey, SoftKey};
use jiff::Timestamp;

pub fn at(text: &str) -> Timestamp {
    format!("{text}T00:00:00Z").parse().unwrap()
}

/// A key drawn from a word, so that tests repeat.
pub fn key(word: &str) -> SigningKey {
    SigningKey::from_scalar(&guomi::sm3::digest(word.as_bytes())).unwrap()
}

pub fn subject(common_name: &str) -> Subject {
    Subject { organization: "示范市烟草专卖局".into(), unit: None, common_name: common_name.into() }
}

pub struct Town {
    pub root: SoftKey,
    pub ca: SoftKey,
    pub maker: SoftKey,
    pub signer: SoftKey,
}

impl Town {
    pub fn new() -> Town {
        Town::named("示范")
    }

    /// A town with other keys: the same names, nothing in common.
    pub fn named(word: &str) -> Town {
        let key = |role: &str| key(&format!("{word}/{role}"));
        let root_cert =
            self_signed(&key("root"), &subject("测试根证书"), &[1], at("2020-01-01"), at("2060-01-01"))
                .unwrap();
        let root = soft(key("root"), &root_cert);
        let under = |issuer: &SoftKey, role: &str, profile, name: &str, serial| {
            let (from, to) = (at("2024-01-01"), at("2034-01-01"));
            let cert = issue(issuer, profile, &subject(name), key(role).verifying_key(), &[serial], from, to);
            soft(key(role), &cert.unwrap())
        };
        let ca = under(&root, "ca", Profile::Ca, "测试证书颁发机构", 2);
        let maker = under(&ca, "maker", Profile::SealMaker, "测试制章人", 3);
        let signer = under(&ca, "signer", Profile::Signer, "行政许可专用章", 4);
        Town { root, ca, maker, signer }
    }

    pub fn trust(&self) -> Trust {
        Trust::new(vec![cert(&self.root)], vec![cert(&self.ca)])
    }

    pub fn seal(&self) -> Seal {
        make_seal(&self.maker, &self.order()).unwrap()
    }

    pub fn order(&self) -> SealOrder {
        SealOrder {
            id: "99010000000001".into(),
            kind: 1,
            name: "示范市烟草专卖局行政许可专用章".into(),
            holders: Holders::Certs(vec![self.signer.cert_der().to_vec()]),
            created: at("2025-12-01"),
            valid_from: at("2026-01-01"),
            valid_to: at("2027-01-01"),
            picture: picture(),
        }
    }

    pub fn signed(&self, document: &[u8]) -> Vec<u8> {
        sign_document(&self.signer, &self.seal(), document, PLACE, at("2026-01-15")).unwrap()
    }
}

pub const PLACE: &str = "/Doc_0/Signs/Sign_0/Signature.xml";

/// The smallest PNG there is: one grey point.
pub fn picture() -> Picture {
    let png = "89504e470d0a1a0a0000000d4948445200000001000000010800000000\
               3a7e9b550000000a49444154789c63f80f00010101001bb6ee560000000049454e44ae426082";
    let data = hex::decode(png.replace([' ', '\n'], "")).unwrap();
    Picture { format: "png".into(), data, width: 42, height: 42 }
}

pub fn soft(key: SigningKey, cert: &Cert) -> SoftKey {
    SoftKey::new(key, cert.der().to_vec()).unwrap()
}

pub fn cert(signer: &SoftKey) -> Cert {
    Cert::from_der(signer.cert_der()).unwrap()
}

pub fn policy(trust: &Trust) -> Policy<'_> {
    Policy { trust, now: at("2026-06-01") }
}

pub fn chance() -> rand_core::UnwrapErr<getrandom::SysRng> {
    rand_core::UnwrapErr(getrandom::SysRng)
}
