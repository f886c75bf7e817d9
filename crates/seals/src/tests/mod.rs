//! What seals promise, on every database at hand.

mod copies;
mod pages;
mod refusals;
mod sealing;
mod service;
mod states;

use std::io::Cursor;
use std::sync::Arc;

use guomi::seal::Policy;
use identity::messenger::ShownOnPage;
use identity::{Bureau, Identity, Level, NewOfficer, Post, bureaus, officers, passwords};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use ofd::model::{Anchor, Colour, DisplayList, Item, Page, Path, Point, Segment};
use papers::{Kind, Paper, SealFace, SealPicture, SealPrint, TypesetFault, Typesetter};
use web::testing::{app_on, temp_dir};
use web::{App, FixedClock};

use crate::actions::{By, Face, Wanted, make, request, take};
use crate::keys::{KeySettings, Organ, SealKeys, Service};
use crate::state::{Step, Users};
use crate::{Fault, Order, Record, SealKind, Sealed, Sealer, Seals, User};

pub(crate) const DAY: Date = date(2026, 11, 23);
pub(crate) const BUREAU: &str = "990101";
pub(crate) const ORGAN: &str = "城中区烟草专卖局";
pub(crate) const PASSWORD: &str = "xiaodian-2026";

/// A red square as PNG.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let picture = image::RgbImage::from_pixel(width, height, image::Rgb([200, 20, 20]));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// Sets pages with a frame and a place for the seal; how many follows from the number of the paper: “2页”.
pub(crate) struct Frames;

impl Frames {
    fn pages(paper: &Paper) -> usize {
        let words = paper.data.to_string();
        if words.contains("三页") { 3 } else { 1 }
    }
}

impl Typesetter for Frames {
    fn pdf(&self, paper: &Paper) -> Result<Vec<u8>, TypesetFault> {
        Ok(format!("PDF of {}", paper.kind.code()).into_bytes())
    }

    fn svg(&self, _: &Paper, _: usize) -> Result<String, TypesetFault> {
        Ok("<svg/>".into())
    }

    fn png(&self, _: &Paper, _: usize, _: u16) -> Result<Vec<u8>, TypesetFault> {
        Ok(png(1, 1))
    }

    fn pages(&self, paper: &Paper) -> Result<usize, TypesetFault> {
        Ok(Frames::pages(paper))
    }

    fn pdf_with_seals(&self, paper: &Paper, prints: &[SealPrint]) -> Result<Vec<u8>, TypesetFault> {
        let lines: Vec<String> = prints
            .iter()
            .map(|print| format!("{} {:?} {:?} {}", print.page, print.area, print.clip, print.alt))
            .collect();
        Ok(format!("PDF of {}\n{}", paper.kind.code(), lines.join("\n")).into_bytes())
    }

    fn seal_picture(&self, _: &SealFace) -> Result<SealPicture, TypesetFault> {
        Ok(SealPicture { png: png(300, 300), width: 42, height: 42 })
    }

    fn layout(&self, paper: &Paper) -> Result<DisplayList, TypesetFault> {
        let words = paper.data.to_string();
        if words.contains("缺字") {
            return Err(TypesetFault::MissingGlyph { ch: '缺' });
        }
        let corner = |x, y| Point::new(x, y);
        let frame = Path {
            segments: vec![
                Segment::Move(corner(20.0, 20.0)),
                Segment::Line(corner(190.0, 20.0)),
                Segment::Line(corner(190.0, 277.0)),
                Segment::Close,
            ],
            fill: Some(Colour(240, 240, 240)),
            stroke: None,
        };
        let count = Frames::pages(paper);
        let page = |at: usize| Page {
            width: 210.0,
            height: 297.0,
            items: vec![Item::Path(frame.clone())],
            anchors: match at + 1 == count && !words.contains("无印章位置") {
                true => vec![Anchor { name: "seal".into(), at: corner(150.0, 220.0) }],
                false => vec![],
            },
        };
        Ok(DisplayList { pages: (0..count).map(page).collect(), ..DisplayList::default() })
    }
}

/// A county with a clerk, a head and a keeper of seals; its keys are worth nothing.
pub(crate) struct Office {
    pub app: App,
    pub clock: Arc<FixedClock>,
    pub keys: Arc<SealKeys>,
    pub sealer: Arc<Sealer>,
    pub clerk: String,
    pub head: String,
    pub keeper: String,
    pub second: String,
}

impl Office {
    pub async fn on(db: db::Db) -> Office {
        Office::with(db, KeySettings::worthless(temp_dir().join("keys"))).await
    }

    /// Whose signing key is behind a service; the certificate is issued for `public`.
    pub async fn behind(db: db::Db, service: Service, public: &guomi::VerifyingKey) -> Office {
        let settings =
            KeySettings { service: Some(service), ..KeySettings::worthless(temp_dir().join("keys")) };
        Office::settled(db, settings, Some(public)).await
    }

    pub async fn with(db: db::Db, settings: KeySettings) -> Office {
        Office::settled(db, settings, None).await
    }

    async fn settled(db: db::Db, settings: KeySettings, public: Option<&guomi::VerifyingKey>) -> Office {
        let keys = Arc::new(SealKeys::new(settings));
        let organ = |name: &str| Organ { name: name.into() };
        let (from, to) = (at("2026-01-01T00:00:00Z"), at("2031-01-01T00:00:00Z"));
        keys.found(&organ("演示市烟草专卖局"), from).unwrap();
        keys.issue(BUREAU, &organ(ORGAN), public, from, to).unwrap();
        let (builder, clock) = app_on(db.clone(), DAY).await;
        let files = files::Files::open(temp_dir()).await.unwrap();
        let sealer = Arc::new(Sealer::new(keys.clone(), files, Arc::new(Frames), clock.clone()));
        // The app's own typesetter draws no seals; pages that make one are given a picture.
        let app = builder
            .part(Identity::new(Arc::new(ShownOnPage)))
            .shared_part(keys.clone())
            .shared_part(sealer.clone())
            .build();
        let [clerk, head, keeper, second] = people(&app).await;
        Office { app, clock, keys, sealer, clerk, head, keeper, second }
    }

    pub fn now(&self) -> Timestamp {
        self.app.now()
    }

    pub fn by(&self, id: &str) -> By {
        By::new(id, "雷晓东", self.now())
    }

    /// A seal that the head has approved.
    pub async fn approved(&self, kind: SealKind) -> Record {
        let wanted = wanted(kind);
        let seal = request(&self.app, &self.by(&self.keeper), &wanted).await.unwrap();
        let person = self.by(&self.head).person;
        self.take(&seal, Step::Approve { by: person }).await.unwrap()
    }

    pub async fn made(&self, kind: SealKind) -> Record {
        let seal = self.approved(kind).await;
        let face = Face::Given { png: png(300, 300) };
        let by = self.by(&self.keeper);
        let place = (seal.bureau.as_str(), seal.id.as_str());
        make(&self.app, &self.keys, &by, place, Some(seal.version), face).await.unwrap()
    }

    /// A seal in use, of which clerks and heads may make use, and the system.
    pub async fn in_use(&self, kind: SealKind) -> Record {
        let seal = self.made(kind).await;
        self.take(&seal, Step::HandOut { users: users() }).await.unwrap()
    }

    pub async fn take(&self, seal: &Record, step: Step) -> Result<Record, Fault> {
        let by = self.by(&self.keeper);
        take(&self.app, &by, (&seal.bureau, &seal.id), Some(seal.version), step).await
    }

    /// Seals `paper` as the clerk and commits.
    pub async fn seals(&self, paper_id: &str, paper: &Paper) -> Result<Sealed, Fault> {
        self.seals_as(&self.clerk, paper_id, paper).await
    }

    pub async fn seals_as(&self, user: &str, paper_id: &str, paper: &Paper) -> Result<Sealed, Fault> {
        let mut tx = self.app.db.begin().await?;
        let sealed = self.sealer.seal(&mut tx, &order(paper_id, paper, user), self.now()).await?;
        tx.commit().await?;
        Ok(sealed)
    }

    pub async fn file(&self, digest: &str) -> Vec<u8> {
        self.sealer.files.bytes(digest).await.unwrap()
    }

    /// What a stranger with the roots finds.
    pub fn checked(&self, file: &[u8]) -> ofd::Report {
        let trust = self.keys.trust().unwrap();
        let policy = Policy { trust: &trust, now: self.now() };
        ofd::check(file, &ofd::Limits::default(), &policy)
    }
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn users() -> Users {
    Users::new(&[Post::LicenceClerk, Post::BureauHead], true)
}

pub(crate) fn wanted(kind: SealKind) -> Wanted {
    Wanted {
        bureau: BUREAU.into(),
        organ: ORGAN.into(),
        kind,
        from: DAY,
        to: date(2030, 12, 31),
        why: "机关成立".into(),
    }
}

/// An acceptance letter; `words` go into its data, for the typesetter above.
pub(crate) fn paper(number: &str, words: &str) -> Paper {
    Paper {
        kind: Kind::Acceptance,
        number: Some(number.into()),
        issued_on: DAY,
        data: serde_json::json!({ "words": words }),
        verify_url: None,
    }
}

pub(crate) fn order<'a>(paper_id: &'a str, paper: &'a Paper, user: &'a str) -> Order<'a> {
    Order {
        bureau: BUREAU,
        bureau_name: ORGAN,
        paper_id,
        paper,
        subject: ("case", "case-1"),
        under: "受理 城中烟申〔2026〕第00001号",
        user: User { id: user, name: "雷晓东" },
        custom: vec![("办件编号".into(), "990101202611230001".into())],
    }
}

async fn people(app: &App) -> [String; 4] {
    let phc = passwords::hash_now(PASSWORD).unwrap();
    let mut tx = app.db.begin().await.unwrap();
    for (code, parent, level) in [
        ("990100", None, Level::Prefecture),
        (BUREAU, Some("990100"), Level::County),
        ("990102", Some("990100"), Level::County),
    ] {
        bureaus::add(app, &mut tx, &bureau(code, parent, level)).await.unwrap();
    }
    let mut ids = Vec::new();
    for (bureau, login, post) in [
        (BUREAU, "clerk", Post::LicenceClerk),
        (BUREAU, "head", Post::BureauHead),
        (BUREAU, "keeper", Post::SealKeeper),
        (BUREAU, "inspector", Post::Inspector),
        ("990102", "gx-keeper", Post::SealKeeper),
        ("990100", "auditor", Post::Auditor),
    ] {
        let new = NewOfficer {
            bureau: bureau.into(),
            login: login.into(),
            name: format!("雷{login}"),
            badge: "99990101001".into(),
            posts: vec![post],
        };
        ids.push(officers::add(app, &mut tx, &new, date(2026, 1, 1), &phc).await.unwrap());
    }
    tx.commit().await.unwrap();
    ids.truncate(4);
    ids.try_into().unwrap()
}

fn bureau(code: &str, parent: Option<&str>, level: Level) -> Bureau {
    Bureau {
        code: code.into(),
        name: if code == BUREAU { ORGAN.into() } else { format!("{code}烟草专卖局") },
        short: "城中".into(),
        level,
        parent: parent.map(Into::into),
        division: code.into(),
        uscc: String::new(),
        address: String::new(),
        phone: String::new(),
        complaints: String::new(),
        review_organ: String::new(),
        court: String::new(),
        supply_company: String::new(),
    }
}
