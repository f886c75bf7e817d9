//! Stories of signing in, through the layers, on each database at hand.

use std::sync::Arc;
use std::time::Duration;

use db::{Exec, params};
use http::StatusCode;
use jiff::civil::date;
use web::testing::{Browser, Seen, app_on};
use web::{Answer, App, FixedClock, Form, PageCx};

use crate::accounts::{Kind, NewAccount};
use crate::messenger::ShownOnPage;
use crate::{Act, Bureau, Identity, Level, NewOfficer, Officer, Person, Post};
use crate::{accounts, bureaus, inbox, mandates, officers, passwords};

const PASSWORD: &str = "xiaodian-2026";

/// A little town: one county with a clerk, another county, two people, an agent.
pub(crate) struct Town {
    pub app: App,
    pub clock: Arc<FixedClock>,
    pub router: axum::Router,
    pub li: String,
}

impl Town {
    async fn on(db: db::Db) -> Town {
        let (builder, clock) = app_on(db, date(2026, 11, 23)).await;
        let app = builder.part(Identity::new(Arc::new(ShownOnPage))).build();
        let li = settle(&app).await;
        let router = crate::routes().merge(test_routes()).merge(web::routes());
        let router = web::layers(crate::layer(router, &app), app.clone());
        Town { app, clock, router, li }
    }

    fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    async fn signed_in(&self, login: &str) -> Browser {
        let mut browser = self.browser();
        let seen = sign_in(&mut browser, login, PASSWORD).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
        browser
    }
}

async fn sign_in(browser: &mut Browser, login: &str, password: &str) -> Seen {
    browser.get("/login").await;
    browser.post("/login", &[("login", login), ("password", password), ("next", "")]).await
}

fn bureau(code: &str, parent: Option<&str>, level: Level) -> Bureau {
    Bureau {
        code: code.into(),
        name: format!("{code}烟草专卖局"),
        short: "测".into(),
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

fn person(kind: Kind, name: &str, id: &str, phone: &str, login: &str) -> NewAccount {
    NewAccount {
        kind,
        name: name.into(),
        representative: String::new(),
        id_number: id.into(),
        phone: phone.into(),
        credit_code: String::new(),
        address: "演示市城中区和平路7号".into(),
        login: Some(login.into()),
        bureau: None,
    }
}

/// Answers the subject of Li Ming.
async fn settle(app: &App) -> String {
    let phc = passwords::hash_now(PASSWORD).unwrap();
    let mut tx = app.db.begin().await.unwrap();
    for (code, parent, level) in [
        ("990100", None, Level::Prefecture),
        ("990101", Some("990100"), Level::County),
        ("990102", Some("990100"), Level::County),
    ] {
        bureaus::add(app, &mut tx, &bureau(code, parent, level)).await.unwrap();
    }
    let li = person(Kind::Natural, "李明", "990101198704122151", "19999010001", "liming");
    let li = accounts::add(app, &mut tx, &li, &phc).await.unwrap();
    let wang = person(Kind::Natural, "王芳", "990101199209301288", "19999010002", "wangfang");
    accounts::add(app, &mut tx, &wang, &phc).await.unwrap();
    let lin = person(Kind::Agent, "林海涛", "990101199303170552", "19999010012", "agent-lin");
    accounts::add(app, &mut tx, &lin, &phc).await.unwrap();
    for (bureau, login, posts) in [
        ("990101", "cz-zj1", vec![Post::LicenceClerk, Post::TeamHead]),
        ("990100", "sup", vec![Post::Supervisor]),
        ("990100", "sec", vec![Post::SecurityAdmin]),
    ] {
        let new = NewOfficer {
            bureau: bureau.into(),
            login: login.into(),
            name: "雷晓东".into(),
            badge: "99990101001".into(),
            posts,
        };
        officers::add(app, &mut tx, &new, date(2026, 1, 1), &phc).await.unwrap();
    }
    tx.commit().await.unwrap();
    li
}

#[derive(serde::Deserialize)]
struct Note {
    words: String,
}

/// Pages of a make-believe matter.
fn test_routes() -> axum::Router<App> {
    use axum::routing::get;
    async fn note_form(_person: Person, cx: PageCx) -> String {
        cx.page("").csrf
    }
    async fn note(person: Person, Form(note): Form<Note>) -> String {
        format!("{} wrote {}", person.actor_name(), note.words)
    }
    async fn case(officer: Officer) -> Answer<String> {
        officer.may(Act::Accept, "990101")?;
        Ok(format!("{} accepts", officer.name))
    }
    async fn other_case(officer: Officer) -> Answer<String> {
        officer.may(Act::Accept, "990102")?;
        Ok("seen".into())
    }
    async fn watch(officer: Officer) -> Answer<String> {
        officer.may(Act::Supervise, "990102")?;
        Ok("watched".into())
    }
    axum::Router::new()
        .route("/note", get(note_form).post(note))
        .route("/desk/case", get(case))
        .route("/desk/other", get(other_case))
        .route("/desk/watch", get(watch))
        .route("/desk/missing", get(async || -> Answer<String> { Err(crate::Fault::Unknown.into()) }))
}

macro_rules! on_each {
    ($name:ident, $body:expr) => {
        #[tokio::test]
        async fn $name() {
            for (engine, db) in db::testing::databases().await {
                eprintln!("on {engine}");
                let body: fn(Town) -> futures_core::BoxFuture = $body;
                body(Town::on(db).await).await;
            }
        }
    };
}

mod futures_core {
    pub type BoxFuture = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;
}

mod acting;
mod agents;
mod keeping;
mod messages;
mod one_time_codes;
mod posts;
mod registering;
mod signing_in;
mod timing;
