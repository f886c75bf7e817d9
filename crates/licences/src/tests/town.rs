//! The pages with people, for tests.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Request, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::get;
use db::Db;
use http_body_util::BodyExt;
use identity::{Identity, Kind, NewAccount, NewOfficer, Post};
use tower::ServiceExt;
use web::testing::{Browser, PlainTypesetter};
use web::{App, Cx, FixedClock};

use super::stamp::Stamp;
use super::{DAY, granted, issue_on, keys, offices};
use crate::register::{Register, load};
use crate::{Licences, Office, pages};

/// Two applicants, officers of two counties, a licence of the first applicant.
pub(crate) struct Town {
    pub router: Router,
    pub app: App,
    pub licences: Licences,
    pub stamp: Arc<Stamp>,
    pub clock: Arc<FixedClock>,
}

pub(crate) const HOLDER: &str = "subject-1";
pub(crate) const OTHER: &str = "subject-2";
pub(crate) const NUMBER: &str = "990101100001";
pub(crate) const CARD: &str = "/me/licences/990101/990101100001";

impl Town {
    /// With the first applicant's licence issued.
    pub async fn over(db: &Db) -> Town {
        let town = Town::empty(db).await;
        issue_on(db, &town.licences, &granted(1)).await.unwrap();
        load(&town.app.part::<Register>(), db, town.clock.as_ref()).await.unwrap();
        town
    }

    /// Without any licence.
    pub async fn empty(db: &Db) -> Town {
        let files = files::Files::open(web::testing::temp_dir()).await.unwrap();
        let stamp = Arc::new(Stamp::new(files.clone()));
        let register = Arc::new(Register::new());
        let office = Office { seals: stamp.clone(), base_url: "http://127.0.0.1:8080".into(), demo: true };
        let licences = Licences::new(keys(), register.clone(), office);
        let clock = Arc::new(FixedClock::on(DAY));
        let settings = web::Settings { secret: [9; 32], ..web::Settings::default() };
        let app = App::builder(db.clone(), files, Arc::new(PlainTypesetter))
            .clock(clock.clone())
            .settings(settings)
            .shared_part(register)
            .part(licences.clone())
            .part(Identity::new(Arc::new(identity::messenger::ShownOnPage)))
            .build();
        offices(db).await;
        add_people(&app).await;
        let routes = pages::routes().route("/enter/{subject}", get(enter));
        let router = web::layers(identity::layer(routes, &app), app.clone());
        Town { router, app, licences, stamp, clock }
    }

    pub async fn get(&self, path: &str, cookie: Option<&str>) -> Response {
        let mut request = Request::get(path);
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    pub async fn page(&self, path: &str, cookie: &str) -> (StatusCode, String) {
        let response = self.get(path, Some(cookie)).await;
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    /// The cookie of somebody who has just signed in.
    pub async fn enters(&self, subject: &str) -> String {
        let response = self.get(&format!("/enter/{subject}"), None).await;
        let line = response.headers()[header::SET_COOKIE].to_str().unwrap();
        line.split(';').next().unwrap().to_string()
    }

    /// The browser of somebody who has just signed in.
    pub async fn browser(&self, subject: &str) -> Browser {
        let mut browser = Browser::new(self.router.clone());
        browser.get(&format!("/enter/{subject}")).await;
        browser
    }

    /// Adds an officer and signs him in.
    pub async fn officer(&self, bureau: &str, post: Post) -> String {
        let id = self.hired(bureau, post).await;
        self.enters(&id).await
    }

    /// Adds an officer and gives his account.
    pub async fn hired(&self, bureau: &str, post: Post) -> String {
        let new = NewOfficer {
            bureau: bureau.into(),
            login: format!("o-{bureau}-{}", post.code()),
            name: "王岚".into(),
            badge: "99990101001".into(),
            posts: vec![post],
        };
        let mut tx = self.app.db.begin().await.unwrap();
        let id = identity::officers::add(&self.app, &mut tx, &new, DAY, "").await.unwrap();
        tx.commit().await.unwrap();
        id
    }
}

async fn enter(cx: Cx, State(app): State<App>, Path(subject): Path<String>) -> Response {
    let cookie = identity::sessions::open(&app, &mut app.db.clone(), &cx, &subject, "test").await.unwrap();
    AppendHeaders([(header::SET_COOKIE, cookie)]).into_response()
}

async fn add_people(app: &App) {
    for (subject, name, id, phone) in [
        (HOLDER, "欧阳小明", "990101199003071230", "13800000001"),
        (OTHER, "别人", "990101198001010013", "13800000002"),
    ] {
        let account = NewAccount {
            kind: Kind::Natural,
            name: name.into(),
            representative: String::new(),
            id_number: id.into(),
            phone: phone.into(),
            credit_code: String::new(),
            address: String::new(),
            login: None,
            bureau: None,
        };
        let mut tx = app.db.begin().await.unwrap();
        identity::accounts::add_as(app, &mut tx, subject, &account, "").await.unwrap();
        tx.commit().await.unwrap();
    }
}
