//! `yanzheng verify` as an inspector runs it on a machine that knows nothing of us: roots, a status list, a file.

use std::process::Output;

use async_trait::async_trait;
use db::{Db, Tx};
use guomi::seal::{Holders, Picture, SealOrder, make_seal};
use guomi::x509::{Cert, Profile, Subject, Trust, issue, self_signed};
use guomi::{Signer, SigningKey, SoftKey};
use jiff::{SignedDuration, Timestamp};
use licences::status_list::{Mark, StatusList, sign};
use ofd::model::{Colour, DisplayList, Item, Page, Path as Line, Point, Segment};
use ofd::{Meta, OfficeSeal, Stamp};
use papers::Paper;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use seals::{Fault, Order, PayloadSignature, Sealed, Seals};
use web::{Clock, SystemClock};

use crate::town::program::command;
use crate::town::{Browser, Page as Seen, Shop, Town};

told_on_both!(a_granted_licence_is_found_genuine_by_whoever_gets_the_file);

async fn drops(browser: &Browser, name: &str, bytes: Vec<u8>) -> Seen {
    let token = browser.get("/verify/file").await.hidden("_csrf").expect("a token");
    let form = Form::new().text("_csrf", token).part("file", Part::bytes(bytes).file_name(name.to_owned()));
    browser.go(browser.request(Method::POST, "/verify/file").multipart(form)).await
}

/// From the holder's download to the page and the command line of a stranger.
async fn a_granted_licence_is_found_genuine_by_whoever_gets_the_file(town: &Town) {
    let case = town.has_ready_for_decision(&Shop::number(1)).await;
    town.grants(&case).await;
    let licence = town.licence_of(&case).await;
    let holder = town.at("liming").await;
    let file = |sheet: &str| format!("/me/licences/{BUREAU}/{licence}/{sheet}");
    let original = holder.get(&file("original.ofd")).await.must_be(200).body.clone();
    let copy = holder.get(&file("duplicate.pdf")).await.must_be(200).body.clone();

    let anybody = town.visitor();
    drops(&anybody, "licence.ofd", original.clone())
        .await
        .must_be(200)
        .must_say("核验通过")
        .must_say(&licence);
    drops(&anybody, "licence.pdf", copy).await.must_be(200).must_say("核验通过").must_say("阅读件");
    let mut bent = original.clone();
    let middle = bent.len() / 2;
    bent[middle] ^= 1;
    let told = drops(&anybody, "licence.ofd", bent).await;
    assert!(!told.says("核验通过"), "{}", told.words());

    let path = town.folder.path().join("licence.ofd");
    std::fs::write(&path, original).expect("written");
    let words = ["verify", path.to_str().expect("plain"), "--json"];
    let told = command(town.folder.path(), town.database_url().as_deref(), &words).output().expect("runs");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stdout));
    let list = anybody.get(&format!("/elicence/status/{BUREAU}")).await;
    assert!(list.must_be(200).body.len() > 100);
    let roots = anybody.get("/elicence/trust.pem").await.must_be(200).body.clone();
    assert!(roots.starts_with(b"-----BEGIN CERTIFICATE-----"));

    let run = |words: &[&str]| {
        let told = command(town.folder.path(), town.database_url().as_deref(), words).output().expect("runs");
        String::from_utf8_lossy(&told.stdout).into_owned()
    };
    assert!(!run(&["doctor"]).contains("换发前的证书"));
    run(&["seal", "ca", "issue", BUREAU, "--again"]);
    let found = run(&["doctor"]);
    assert!(found.contains("换发前的证书"), "{found}");
}

const BUREAU: &str = "990101";

/// A bureau with a key of its own and the CA above it.
struct Bureau {
    key: SigningKey,
    signer: SoftKey,
    maker: SoftKey,
    trust: Trust,
    now: Timestamp,
}

impl Bureau {
    fn named(word: &str) -> Bureau {
        let now = SystemClock.now();
        let (from, to) = (now - SignedDuration::from_hours(9_000), now + SignedDuration::from_hours(9_000));
        let key = |role: &str| {
            SigningKey::from_scalar(&guomi::sm3::digest(format!("{word}/{role}").as_bytes())).expect("a key")
        };
        let subject = |name: &str| Subject {
            organization: "城中区烟草专卖局".into(),
            unit: Some(BUREAU.into()),
            common_name: name.into(),
        };
        let soft = |role: &str, cert: &Cert| SoftKey::new(key(role), cert.der().to_vec()).expect("a pair");
        let root = self_signed(&key("root"), &subject("根证书"), &[1], from, to).expect("a root");
        let under = |role: &str, profile, serial| {
            let issuer = soft("root", &root);
            let cert =
                issue(&issuer, profile, &subject(role), key(role).verifying_key(), &[serial], from, to);
            soft(role, &cert.expect("a certificate"))
        };
        let (maker, signer) = (under("maker", Profile::SealMaker, 2), under("signer", Profile::Signer, 3));
        Bureau { key: key("signer"), signer, maker, trust: Trust::new(vec![root], vec![]), now }
    }

    fn sealed_licence(&self) -> Vec<u8> {
        let order = SealOrder {
            id: format!("{BUREAU}0000001"),
            kind: 1,
            name: "城中区烟草专卖局行政许可专用章".into(),
            holders: Holders::Certs(vec![self.signer.cert_der().to_vec()]),
            created: self.now - SignedDuration::from_hours(2),
            valid_from: self.now - SignedDuration::from_hours(2),
            valid_to: self.now + SignedDuration::from_hours(2),
            picture: Picture {
                format: "png".into(),
                data: b"\x89PNG\r\n\x1a\n".to_vec(),
                width: 42,
                height: 42,
            },
        };
        let seal = make_seal(&self.maker, &order).expect("a seal");
        let office = OfficeSeal { signer: &self.signer as &dyn Signer, seal: &seal };
        let corners = [Point::new(20.0, 20.0), Point::new(190.0, 20.0), Point::new(190.0, 277.0)];
        let mut segments = vec![Segment::Move(corners[0])];
        segments.extend(corners[1..].iter().map(|corner| Segment::Line(*corner)));
        segments.push(Segment::Close);
        let frame = Item::Path(Line { segments, fill: Some(Colour(156, 43, 32)), stroke: None });
        let page = Page { width: 210.0, height: 297.0, items: vec![frame], anchors: vec![] };
        let day = |hours| web::clock::office_day(self.now + SignedDuration::from_hours(hours)).to_string();
        let custom = [
            ("文书种类", "licence-original".to_owned()),
            ("制发机关代码", BUREAU.to_owned()),
            ("证照编号", "990101100001".to_owned()),
            ("证照版本", "001".to_owned()),
            ("有效期起", day(-48)),
            ("有效期止", day(48)),
            ("状态序号", "5".to_owned()),
        ];
        let meta = Meta {
            id: "0123456789abcdef0123456789abcdef".into(),
            title: "烟草专卖零售许可证（正本）".into(),
            author: "城中区烟草专卖局".into(),
            created: web::clock::office_day(self.now),
            custom: custom.map(|(name, value)| (name.to_owned(), value)).into(),
        };
        let list = DisplayList { pages: vec![page], fonts: vec![], images: vec![] };
        let stamps = [Stamp::centred(0, 150.0, 240.0, 42.0, 42.0)];
        let at = self.now - SignedDuration::from_hours(1);
        let written = ofd::write(&list, &meta).expect("written");
        written.seal(&office, None, &stamps, at).expect("sealed").to_bytes()
    }

    fn list(&self, mark: Mark, at: Timestamp) -> Vec<u8> {
        let certs = vec![self.signer.cert_der().to_vec()];
        sign(self, &StatusList::new(BUREAU, &[(5, mark)], certs, at)).expect("signed")
    }
}

#[async_trait]
impl Seals for Bureau {
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

struct Bag(tempfile::TempDir);

impl Bag {
    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path.to_string_lossy().into_owned()
    }

    /// Exit code and everything said.
    fn run(&self, words: &[&str]) -> (i32, String) {
        let Output { status, stdout, stderr } =
            command(self.0.path(), None, words).output().expect("the program runs");
        (
            status.code().expect("an exit code"),
            String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned(),
        )
    }

    /// Exit code and verdict.
    fn verdict(&self, words: &[&str]) -> (i32, String) {
        let said = self.run(&[words, &["--json"]].concat());
        let end = said.1.rfind("\n}").map_or(said.1.len(), |at| at + 2);
        let json: serde_json::Value = serde_json::from_str(&said.1[..end]).unwrap_or_default();
        (said.0, json["verdict"].as_str().unwrap_or(&said.1).to_owned())
    }
}

fn bag() -> Bag {
    Bag(tempfile::tempdir().expect("a folder"))
}

#[test]
fn a_file_is_verified_with_roots_and_a_list_and_nothing_else() {
    let (bag, bureau, other) = (bag(), Bureau::named("city"), Bureau::named("forger"));
    // Neither is looked at when both files are given.
    bag.put("yanzheng.toml", "[nonsense");
    let file = bureau.sealed_licence();
    let licence = bag.put("licence.ofd", &file);
    let roots = bag.put("roots.pem", bureau.trust.to_pem());
    let list = bag.put("list", bureau.list(Mark::Valid, bureau.now));
    let offline = ["--trust", roots.as_str(), "--status", list.as_str()];
    let verdict = |file: &str, offline: &[&str]| bag.verdict(&[&["verify", file], offline].concat());

    let (code, said) = bag.run(&[&["verify", licence.as_str()], &offline[..]].concat());
    assert!(code == 0 && said.contains("核验通过") && said.contains("990101100001"), "{code} {said}");
    assert_eq!(verdict(&licence, &offline), (0, "valid".into()));

    let mut bent = file.clone();
    let middle = bent.len() / 2;
    bent[middle] ^= 1;
    let (code, word) = verdict(&bag.put("bent.ofd", bent), &offline);
    assert!(code == 1 && word != "valid", "{word}");
    let foreign = bag.put("foreign.ofd", other.sealed_licence());
    assert_eq!(verdict(&foreign, &offline), (1, "foreign-seal".into()));
    assert_eq!(verdict(&bag.put("junk.ofd", "junk"), &offline), (1, "unreadable".into()));
    assert_eq!(verdict(&bag.put("copy.pdf", "%PDF-1.7"), &offline), (1, "unchecked".into()));

    let with_list = |bytes: Vec<u8>| {
        let list = bag.put("other-list", bytes);
        verdict(&licence, &["--trust", &roots, "--status", &list])
    };
    assert_eq!(with_list(bureau.list(Mark::Ended, bureau.now)), (1, "not-current".into()));
    assert_eq!(with_list(bureau.list(Mark::Suspended, bureau.now)), (1, "not-current".into()));
    assert_eq!(with_list(bureau.list(Mark::Revoked, bureau.now)), (1, "not-current".into()));
    let list = bag.put("other-list", bureau.list(Mark::Revoked, bureau.now));
    assert!(bag.run(&["verify", &licence, "--trust", &roots, "--status", &list]).1.contains("已撤销"));
    let old = bureau.now - SignedDuration::from_hours(30);
    assert_eq!(with_list(bureau.list(Mark::Valid, old)), (1, "state-unknown".into()));
    assert_eq!(with_list(other.list(Mark::Valid, other.now)), (1, "state-unknown".into()));
    assert_eq!(with_list(b"junk".to_vec()), (1, "state-unknown".into()));
}

/// Without a list the records of the machine are asked, if it has any that could know.
#[test]
fn an_empty_database_condemns_nothing() {
    let (bag, bureau) = (bag(), Bureau::named("city"));
    let licence = bag.put("licence.ofd", bureau.sealed_licence());
    let roots = bag.put("roots.pem", bureau.trust.to_pem());
    let verify = ["verify", licence.as_str(), "--trust", roots.as_str()];
    assert_eq!(bag.verdict(&verify), (1, "state-unknown".into()));
    let (code, said) = bag.run(&["licence", "export", "990101100001", "--ofd", "x.ofd"]);
    assert!(code == 1 && said.contains("没有数据库"), "{said}");
    assert!(!bag.0.path().join("data/yanzheng.db").exists(), "a command that reads makes no database");
    bag.run(&["migrate"]);
    assert_eq!(bag.verdict(&verify), (1, "state-unknown".into()));
    assert!(bag.run(&verify).1.contains("数据库是空的"));
}

#[test]
fn a_code_is_verified_from_the_command_line_or_a_file() {
    let (bag, bureau) = (bag(), Bureau::named("city"));
    let day = |hours| web::clock::office_day(bureau.now + SignedDuration::from_hours(hours));
    let claims = licences::qr::Claims {
        number: "990101100001".into(),
        valid_from: day(-48),
        valid_to: day(48),
        holder: "顾**".into(),
        shop: "城中区便民店".into(),
        address: "城中区解放路1号".into(),
        credit_code: "92990101AHFK86MM87".into(),
        scope: "卷烟本店零售、雪茄烟本店零售".into(),
        bureau: BUREAU.into(),
        edition: 1,
        status_index: 5,
        issued_at: bureau.now,
    };
    let keys = licences::Keys::new([7; 32]);
    let address = licences::qr::address(&bureau, &keys, "https://yz.example", &claims).expect("an address");
    let roots = bag.put("roots.pem", bureau.trust.to_pem());
    let list = bag.put("list", bureau.list(Mark::Valid, bureau.now));
    let offline = ["--trust", roots.as_str(), "--status", list.as_str()];
    let told = bag.verdict(&[&["verify", "--qr", address.as_str()], &offline[..]].concat());
    assert_eq!(told, (0, "valid".into()));
    let saved = bag.put("scanned.txt", format!("{address}\n"));
    assert_eq!(bag.verdict(&[&["verify", saved.as_str()], &offline[..]].concat()), (0, "valid".into()));
    let (head, tail) = address.split_at(address.len() - 20);
    let other = if tail.starts_with('A') { "B" } else { "A" };
    let bent = format!("{head}{other}{}", &tail[1..]);
    let (code, word) = bag.verdict(&[&["verify", "--qr", bent.as_str()], &offline[..]].concat());
    assert!(code == 1 && word != "valid", "{word}");
}

#[test]
fn whoever_calls_it_wrongly_is_told_how() {
    let (bag, bureau) = (bag(), Bureau::named("city"));
    let code = |words: &[&str]| {
        let (code, said) = bag.run(words);
        assert!(said.chars().any(|sign| sign > '\u{4e00}'), "{said}");
        code
    };
    let licence = bag.put("licence.ofd", bureau.sealed_licence());
    let junk = bag.put("roots.pem", "junk");
    assert_eq!(code(&["verify"]), 2);
    assert_eq!(code(&["verify", &licence, "--qr", "x"]), 2);
    assert_eq!(code(&["verify", "no-such-file.ofd"]), 2);
    assert_eq!(code(&["verify", &licence, "--trust", &junk, "--status", &junk]), 2);
    assert_eq!(code(&["verify", &licence]), 2, "no roots on this machine");
    let roots = bag.put("good-roots.pem", bureau.trust.to_pem());
    assert_eq!(bag.verdict(&["verify", &licence, "--trust", &roots]), (1, "state-unknown".into()));
    assert!(!bag.0.path().join("yanzheng.db").exists(), "no database was made");
}
