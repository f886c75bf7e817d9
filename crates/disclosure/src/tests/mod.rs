//! A county bureau with two editors and a reviewer, its pages in front, on each database.

mod desk;
mod life;
mod permits;
mod public;

use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use catalog::Catalogue;
use identity::messenger::ShownOnPage;
use identity::{Bureau, Identity, Level, NewOfficer, Post, bureaus, officers, passwords};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use jobs::{Runner, Sweep};
use web::testing::{Browser, Seen, app_on};
use web::{App, FixedClock};

use crate::actions::{self, By};
use crate::article::{Article, Content};
use crate::publicity::{Decided, Decisions, Source};
use crate::state::Step;
use crate::{Fault, Kind, store};

const BUREAU: &str = "990101";
const PASSWORD: &str = "Yanzheng-9901";
/// A Wednesday.
const DAY: Date = date(2026, 11, 25);

struct Office {
    app: App,
    clock: Arc<FixedClock>,
    router: axum::Router,
    decisions: Arc<Told>,
    writer: String,
    second: String,
    reviewer: String,
}

/// Decisions as a test tells them.
#[derive(Default)]
struct Told {
    all: Mutex<Vec<Decided>>,
    ended: Mutex<Vec<String>>,
}

#[async_trait::async_trait]
impl Decisions for Told {
    async fn since(
        &self,
        _db: &db::Db,
        bureau: &str,
        from: Timestamp,
        most: i64,
    ) -> Result<Vec<Decided>, db::Fault> {
        let all = self.all.lock().unwrap();
        let mut found: Vec<Decided> =
            all.iter().filter(|one| one.bureau == bureau && one.at >= from).cloned().collect();
        found.sort_by_key(|one| one.at);
        found.truncate(usize::try_from(most).unwrap());
        Ok(found)
    }

    async fn of_case(&self, _db: &db::Db, bureau: &str, id: &str) -> Result<Option<Decided>, db::Fault> {
        let all = self.all.lock().unwrap();
        Ok(all.iter().find(|one| one.bureau == bureau && one.id == id).cloned())
    }

    fn in_force(&self, licence: &str, _today: Date) -> Option<bool> {
        Some(!self.ended.lock().unwrap().iter().any(|one| one == licence))
    }
}

impl Office {
    async fn on(db: db::Db) -> Office {
        let decisions = Arc::new(Told::default());
        let (builder, clock) = app_on(db, DAY).await;
        let app = builder
            .part(Identity::new(Arc::new(ShownOnPage)))
            .part(Catalogue::embedded().unwrap())
            .part(Source(decisions.clone()))
            .build();
        let [writer, second, reviewer] = people(&app).await;
        let router = crate::routes().merge(identity::routes()).merge(web::routes());
        let router = web::layers(identity::layer(router, &app), app.clone());
        Office { app, clock, router, decisions, writer, second, reviewer }
    }

    fn by(&self, id: &str) -> By {
        By::new(id, &format!("姓名{}", &id[..4]), self.app.now())
    }

    fn visitor(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    async fn at(&self, login: &str) -> Browser {
        let mut browser = self.visitor();
        browser.get("/login").await;
        let fields = [("login", login), ("password", PASSWORD), ("next", "")];
        let seen = browser.post("/login", &fields).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{login}: {}", seen.text());
        browser
    }

    async fn draft(&self, content: Content) -> Article {
        actions::create(&self.app, &self.by(&self.writer), BUREAU, content).await.unwrap()
    }

    async fn take(&self, who: &str, one: &Article, step: Step) -> Result<Article, Fault> {
        actions::take(&self.app, &self.by(who), (BUREAU, &one.id), one.version, step).await
    }

    async fn submitted(&self, content: Content) -> Article {
        let draft = self.draft(content).await;
        let by = self.by(&self.writer).person;
        self.take(&self.writer, &draft, Step::Submit { by }).await.unwrap()
    }

    /// Approved for an instant; public at once when that is now.
    async fn approved(&self, content: Content, at: Timestamp) -> Article {
        let sent = self.submitted(content).await;
        let by = self.by(&self.reviewer).person;
        self.take(&self.reviewer, &sent, Step::Approve { by, at }).await.unwrap()
    }

    async fn public(&self, content: Content) -> Article {
        self.approved(content, self.app.now()).await
    }

    /// The article as it stands now.
    async fn now(&self, one: &Article) -> Article {
        store::by_id(&mut self.app.db.clone(), BUREAU, &one.id).await.unwrap().unwrap()
    }

    /// The watchmen make their round.
    async fn round(&self) {
        let clock = self.clock.clone();
        let runner = Runner::new(self.app.db.clone(), move || web::Clock::now(clock.as_ref()));
        let failures = crate::watch::register(runner, &self.app).run_due_now().await.unwrap();
        assert!(failures.is_empty(), "{failures:?}");
    }

    async fn follows(&self) {
        crate::publicity::Following(self.app.clone()).sweep(self.app.now()).await.unwrap();
    }

    fn hours_pass(&self, hours: u64) {
        self.clock.advance(std::time::Duration::from_secs(3600 * hours));
    }
}

fn notice(title: &str) -> Content {
    Content {
        kind: Kind::Notice,
        title: title.into(),
        organ: "城中区烟草专卖局".into(),
        made_on: Some(DAY),
        body: "窗口搬到二楼。".into(),
        ..Content::default()
    }
}

async fn people(app: &App) -> [String; 3] {
    let phc = passwords::hash_now(PASSWORD).unwrap();
    let mut tx = app.db.begin().await.unwrap();
    for code in [BUREAU, "990102"] {
        bureaus::add(app, &mut tx, &bureau(code)).await.unwrap();
    }
    let mut ids = Vec::new();
    for (bureau, login, post) in [
        (BUREAU, "writer", Post::DisclosureEditor),
        (BUREAU, "second", Post::DisclosureEditor),
        (BUREAU, "reviewer", Post::DisclosureReviewer),
        (BUREAU, "clerk", Post::LicenceClerk),
        ("990102", "gx-writer", Post::DisclosureEditor),
    ] {
        let new = NewOfficer {
            bureau: bureau.into(),
            login: login.into(),
            name: format!("测{login}"),
            badge: "99990101001".into(),
            posts: vec![post],
        };
        ids.push(officers::add(app, &mut tx, &new, date(2026, 1, 1), &phc).await.unwrap());
    }
    tx.commit().await.unwrap();
    ids.truncate(3);
    ids.try_into().unwrap()
}

fn bureau(code: &str) -> Bureau {
    Bureau {
        code: code.into(),
        name: if code == BUREAU {
            "城中区烟草专卖局".into()
        } else {
            "高新区烟草专卖局".into()
        },
        short: "城中".into(),
        level: Level::County,
        parent: None,
        division: code.into(),
        uscc: "11990000099010013R".into(),
        address: "人民路8号".into(),
        phone: "0990-9901101".into(),
        complaints: "0990-9901109".into(),
        review_organ: String::new(),
        court: String::new(),
        supply_company: String::new(),
    }
}

/// Opens the article's page, presses a button, and comes back to the page.
async fn presses(browser: &mut Browser, place: &str, step: &str, fields: &[(&str, &str)]) -> Seen {
    let page = browser.get(place).await;
    let version = page.field("version").unwrap_or_else(|| "1".into());
    let mut all = vec![("version", version.as_str())];
    all.extend_from_slice(fields);
    let seen = browser.post(&format!("{place}/{step}"), &all).await;
    if seen.status == StatusCode::SEE_OTHER { browser.follow(&seen).await } else { seen }
}
