//! A bureau with its officers, a shop's application, and browsers that are signed in: what the stories happen in.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::{Request, StatusCode, header};
use cases::actions::{self, By, Filing};
use cases::case::{Channel, Material};
use cases::{Case, Granted, Issued, Issuer, Issues, store};
use db::Db;
use identity::messenger::ShownOnPage;
use identity::{Bureau, Identity, Kind, Level, NewAccount, NewOfficer, Officer, Post};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use tower::ServiceExt;
use web::{App, Cx, FixedClock};

pub const BUREAU: &str = "990101";
pub const OTHER_BUREAU: &str = "990102";

/// A Monday of a published year.
pub fn monday() -> Date {
    date(2026, 11, 23)
}

pub struct Town {
    pub app: App,
    pub clock: Arc<FixedClock>,
    pub router: Router,
    /// Who seals: counts, and goes away when told to.
    pub seals: Arc<seals::testing::Unsealed>,
}

impl Town {
    /// Two county bureaus without people.
    pub async fn on(db: Db) -> Town {
        let (builder, clock) = web::testing::app_on(db, monday()).await;
        let seals = Arc::new(seals::testing::Unsealed::new());
        let app = builder
            .part(catalog::Catalogue::embedded().expect("the data files read"))
            .part(Identity::new(Arc::new(ShownOnPage)))
            .part(Issuer(Arc::new(Printer)))
            .part(seals::Desk(seals.clone()))
            .build();
        let mut tx = app.db.begin().await.expect("a transaction");
        for (code, name, short) in
            [(BUREAU, "城中区烟草专卖局", "城中"), (OTHER_BUREAU, "城东区烟草专卖局", "城东")]
        {
            identity::bureaus::add(&app, &mut tx, &bureau(code, name, short)).await.expect("a bureau");
        }
        tx.commit_with(vec![]).await.expect("committed");
        let router = identity::layer(cases::pages::routes(), &app);
        Town { router: web::layers(router, app.clone()), app, clock, seals }
    }

    /// An officer with an account, and a browser signed in with it.
    pub async fn officer(&self, bureau: &str, name: &str, posts: &[Post]) -> Browser {
        let new = NewOfficer {
            bureau: bureau.to_owned(),
            login: format!("{bureau}-{name}"),
            name: name.to_owned(),
            badge: "99990101001".to_owned(),
            posts: posts.to_vec(),
        };
        let mut tx = self.app.db.begin().await.expect("a transaction");
        let id = identity::officers::add(&self.app, &mut tx, &new, date(2026, 1, 1), "no password").await;
        let id = id.expect("an officer");
        tx.commit_with(vec![]).await.expect("committed");
        let officer = Officer::standing_in(&id, name, bureau, posts);
        Browser::signed_in(self, &id, officer).await
    }

    /// An application of the item's own example, just received, with one material for each that must be uploaded.
    pub async fn received(&self, warnings: Vec<String>) -> Case {
        let app = &self.app;
        let subject = self.applicant().await;
        let item = app.part::<catalog::Catalogue>().item("retail-licence").expect("the item").clone();
        let mut db = app.db.clone();
        let terms =
            actions::terms(app, &mut db, BUREAU, &item.slug, &item.version, "1001").await.expect("terms");
        let mut form: BTreeMap<String, String> = terms.business().form.example();
        form.insert("business_name".to_owned(), "城中区䶮记烟酒店".to_owned());
        let mut materials = vec![];
        for spec in terms.business().materials.iter().filter(|spec| spec.must_be_uploaded(&form)) {
            materials.push(self.material(&spec.key).await);
        }
        let filing = Filing {
            id: app.new_id(),
            bureau: BUREAU.to_owned(),
            subject: subject.clone(),
            filed_by: By { id: subject, name: "申请人".to_owned() },
            channel: Channel::Web,
            form,
            materials,
            with: vec![],
        };
        actions::file(app, &terms, filing, warnings, None).await.expect("received")
    }

    async fn applicant(&self) -> String {
        let new = NewAccount {
            kind: Kind::Natural,
            name: "申请人".to_owned(),
            representative: String::new(),
            id_number: String::new(),
            phone: String::new(),
            credit_code: String::new(),
            address: String::new(),
            login: Some(self.app.new_id()),
            bureau: None,
        };
        let mut tx = self.app.db.begin().await.expect("a transaction");
        let subject =
            identity::accounts::add(&self.app, &mut tx, &new, "no password").await.expect("an account");
        tx.commit_with(vec![]).await.expect("committed");
        subject
    }

    async fn material(&self, slot: &str) -> Material {
        let stored = self.app.files().put_bytes(png()).await.expect("kept");
        Material {
            id: self.app.new_id(),
            slot: slot.to_owned(),
            name: format!("{slot}.png"),
            digest: stored.digest,
            bytes: stored.bytes as i64,
            kind: "image/png".to_owned(),
            round: 0,
            added_at: self.app.now().as_microsecond(),
        }
    }

    pub async fn case(&self, id: &str) -> Case {
        store::by_id(&mut self.app.db.clone(), BUREAU, id).await.expect("readable").expect("there")
    }
}

fn bureau(code: &str, name: &str, short: &str) -> Bureau {
    Bureau {
        code: code.to_owned(),
        name: name.to_owned(),
        short: short.to_owned(),
        level: Level::County,
        parent: None,
        division: code.to_owned(),
        uscc: String::new(),
        address: "政务大道1号".to_owned(),
        phone: "0990-9901100".to_owned(),
        complaints: "12313".to_owned(),
        review_organ: "演示市烟草专卖局".to_owned(),
        court: "演示市城中区人民法院".to_owned(),
        supply_company: "演示市烟草公司".to_owned(),
    }
}

/// Stands for `licences`: numbers by the bureau's counter, so that two decisions would take two.
struct Printer;

#[async_trait::async_trait]
impl Issues for Printer {
    async fn issue(
        &self,
        tx: &mut db::Tx,
        granted: &Granted,
        _now: Timestamp,
    ) -> Result<Issued, cases::Fault> {
        let serial = db::counter::next(tx, &granted.bureau, "licence").await?;
        Ok(Issued {
            number: format!("{}1{serial:05}", granted.division),
            valid_from: granted.decided_on,
            valid_to: law::limits::licence_valid_to(granted.decided_on, granted.valid_years)?,
        })
    }
}

/// One pixel.
pub fn png() -> Vec<u8> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    const PIXEL: &str =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    STANDARD.decode(PIXEL).expect("base64")
}

/// A browser with somebody signed in.
pub struct Browser {
    pub officer: Officer,
    pub cookie: String,
    csrf: String,
    router: Router,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub location: String,
    pub text: String,
}

impl Browser {
    async fn signed_in(town: &Town, subject: &str, officer: Officer) -> Browser {
        let cx = cx_of(town, "").await;
        let mut db = town.app.db.clone();
        let line =
            identity::sessions::open(&town.app, &mut db, &cx, subject, "test").await.expect("a session");
        let line = line.to_str().expect("a cookie is plain text");
        let cookie = line.split(';').next().expect("name and value").to_owned();
        let csrf = cx_of(town, &cookie).await.csrf_token(&town.app);
        Browser { officer, cookie, csrf, router: town.router.clone() }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Sends a form with its token.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let mut pairs = fields.to_vec();
        pairs.push(("_csrf", &self.csrf));
        let body = serde_urlencoded::to_string(&pairs).expect("plain pairs");
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(body)).await
    }

    /// Sends one file as a browser does, after its token and the other fields.
    pub async fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        name: &str,
        file: &str,
        bytes: &[u8],
    ) -> Reply {
        const LINE: &str = "x-boundary-x";
        let mut body = Vec::new();
        for (field, value) in [("_csrf", self.csrf.as_str())].iter().chain(fields) {
            body.extend(
                format!("--{LINE}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n")
                    .bytes(),
            );
        }
        let head =
            format!("--{LINE}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n");
        body.extend(head.bytes().chain("Content-Type: application/octet-stream\r\n\r\n".bytes()));
        body.extend_from_slice(bytes);
        body.extend(format!("\r\n--{LINE}--\r\n").bytes());
        let request =
            Request::post(path).header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={LINE}"));
        self.send(request, Body::from(body)).await
    }

    async fn send(&self, request: axum::http::request::Builder, body: Body) -> Reply {
        let request = request.header(header::COOKIE, &self.cookie).header(header::HOST, "127.0.0.1:8080");
        let request = request.body(body).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let status = response.status();
        let location = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
        let location = location.unwrap_or_default().to_owned();
        let bytes = axum::body::to_bytes(response.into_body(), 10 << 20).await.expect("a body");
        Reply { status, location, text: String::from_utf8_lossy(&bytes).into_owned() }
    }
}

impl Reply {
    /// The step was taken: the browser is sent on.
    #[track_caller]
    pub fn taken(self) -> Reply {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        self
    }

    #[track_caller]
    pub fn shows(&self, words: &str) {
        assert!(self.text.contains(words), "“{words}” is missing in:\n{}", self.text);
    }
}

async fn cx_of(town: &Town, cookie: &str) -> Cx {
    let request = Request::get("/").header(header::COOKIE, cookie).body(()).expect("a request");
    let (mut parts, ()) = request.into_parts();
    let Ok(cx) = Cx::from_request_parts(&mut parts, &town.app).await;
    cx
}
