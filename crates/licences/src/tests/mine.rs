use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Request, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::get;
use db::{Db, history};
use http_body_util::BodyExt;
use identity::{Identity, Kind, NewAccount, NewOfficer, Post, bureaus};
use tower::ServiceExt;
use web::{App, Cx};

use super::{DAY, granted, issue};
use crate::register::{Register, load};
use crate::{holder, pages};

/// The pages with people: two applicants, officers of two counties, a licence of the first applicant.
struct Town {
    router: Router,
    app: App,
}

const HOLDER: &str = "subject-1";
const OTHER: &str = "subject-2";
const CARD: &str = "/me/licences/990101/990101100001";

impl Town {
    async fn over(db: &Db) -> Town {
        let register = Arc::new(Register::new());
        let (builder, clock) = web::testing::app_on(db.clone(), DAY).await;
        let identity = Identity::new(Arc::new(identity::messenger::ShownOnPage));
        let app = builder.shared_part(register.clone()).part(identity).build();
        add_people(&app).await;
        issue(db, &granted(1)).await.unwrap();
        load(&register, db, clock.as_ref()).await.unwrap();
        let routes = pages::routes().route("/enter/{subject}", get(enter));
        let router = web::layers(identity::layer(routes, &app), app.clone());
        Town { router, app }
    }

    async fn get(&self, path: &str, cookie: Option<&str>) -> Response {
        let mut request = Request::get(path);
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    async fn page(&self, path: &str, cookie: &str) -> (StatusCode, String) {
        let response = self.get(path, Some(cookie)).await;
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    /// The cookie of somebody who has just signed in.
    async fn enters(&self, subject: &str) -> String {
        let response = self.get(&format!("/enter/{subject}"), None).await;
        let line = response.headers()[header::SET_COOKIE].to_str().unwrap();
        line.split(';').next().unwrap().to_string()
    }

    /// Adds an officer and signs him in.
    async fn officer(&self, bureau: &str, post: Post) -> String {
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
        self.enters(&id).await
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
    for (code, name) in [("990101", "城中区烟草专卖局"), ("990102", "高新区烟草专卖局")] {
        let bureau = identity::Bureau {
            code: code.into(),
            name: name.into(),
            short: "城中烟".into(),
            level: identity::Level::County,
            parent: None,
            division: code.into(),
            uscc: String::new(),
            address: String::new(),
            phone: String::new(),
            complaints: String::new(),
            review_organ: String::new(),
            court: String::new(),
            supply_company: String::new(),
        };
        let mut tx = app.db.begin().await.unwrap();
        bureaus::add(app, &mut tx, &bureau).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_sees_the_card_with_its_twelve_elements() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let cookie = town.enters(HOLDER).await;
        let (status, list) = town.page("/me/licences", &cookie).await;
        assert_eq!(status, StatusCode::OK, "{list}");
        assert!(
            list.contains(CARD)
                && list.contains("还有 1825 天到期")
                && list.contains("/guides/retail-licence/yanxu")
        );
        let (status, card) = town.page(CARD, &cookie).await;
        assert_eq!(status, StatusCode::OK);
        for element in [
            "990101100001",
            "城中区𬭎记食杂店1号",
            "欧阳小明",
            "个体工商户",
            "城中区桥城街道解放路1号",
            "卷烟本店零售、雪茄烟本店零售",
            "演示省烟草公司演示市公司（卷烟）",
            "2026年11月23日至2031年11月22日",
            "城中区烟草专卖局",
            "制证日期",
            "<svg",
        ] {
            assert!(card.contains(element), "the card lacks {element}");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_licence_looks_like_a_missing_one() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let cookie = town.enters(OTHER).await;
        let missing = town.page("/me/licences/990101/990101100002", &cookie).await;
        assert_eq!(missing.0, StatusCode::NOT_FOUND);
        for path in [CARD, &format!("{CARD}/original.pdf"), &format!("{CARD}/duplicate.pdf")] {
            let (status, body) = town.page(path, &cookie).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
            assert!(!body.contains("欧阳") && body.contains("没有找到这张许可证"));
        }
        let (_, list) = town.page("/me/licences", &cookie).await;
        assert!(list.contains("名下还没有许可证"));
        assert!(
            town.get(CARD, None).await.status().is_redirection(),
            "who is not signed in is led to the door"
        );
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_paper_is_set_once_and_kept() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let cookie = town.enters(HOLDER).await;
        let path = format!("{CARD}/original.pdf");
        let (status, first) = town.page(&path, &cookie).await;
        assert_eq!(status, StatusCode::OK);
        assert!(first.starts_with("licence-original") && first.contains("城中区𬭎记食杂店1号"), "{first}");
        let again = town.get(&path, Some(&cookie)).await;
        assert_eq!(again.headers()[header::CONTENT_TYPE], "application/pdf");
        assert_eq!(again.headers()[header::CACHE_CONTROL], "private, no-store");
        assert_eq!(again.into_body().collect().await.unwrap().to_bytes(), first.as_bytes());
        assert_eq!(town.app.files().digests().await.unwrap().len(), 1);
        assert_eq!(town.page(&format!("{CARD}/passport.pdf"), &cookie).await.0, StatusCode::NOT_FOUND);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_sees_the_licences_of_the_own_bureau_and_that_is_written_down() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let own = town.officer("990101", Post::LicenceClerk).await;
        let (status, list) = town.page("/desk/licences?q=%E9%A3%9F%E6%9D%82", &own).await;
        assert_eq!(status, StatusCode::OK, "{list}");
        assert!(list.contains("欧***") && !list.contains("欧阳小明"), "the list is masked");
        let (status, page) = town.page("/desk/licences/990101100001", &own).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        assert!(page.contains("欧阳小明") && page.contains("制发许可证"));
        let reads = history::read(&mut db.clone(), "990101", "licence-read", "990101100001").await.unwrap();
        assert_eq!((reads.len(), reads[0].actor_name.as_str()), (1, "王岚"));

        let strange = town.officer("990102", Post::LicenceClerk).await;
        assert_eq!(town.page("/desk/licences/990101100001", &strange).await.0, StatusCode::NOT_FOUND);
        let (_, list) = town.page("/desk/licences", &strange).await;
        assert!(!list.contains("990101100001"));
        let admin = town.officer("990101", Post::SystemAdmin).await;
        let (status, body) = town.page("/desk/licences/990101100001", &admin).await;
        assert!(status.is_client_error() && !body.contains("欧阳"), "{status}");
        let reads = history::read(&mut db.clone(), "990101", "licence-read", "990101100001").await.unwrap();
        assert_eq!(reads.len(), 1, "who sees nothing leaves no entry");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_licence_of_an_older_system_is_put_under_its_holder() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let mut tx = db.begin().await.unwrap();
        let clerk = ("o-1", "王岚");
        holder::give(&mut tx, ("990101", "990101100001"), OTHER, clerk, super::now()).await.unwrap();
        tx.commit().await.unwrap();
        let chain = history::read(&mut db.clone(), "990101", "licence", "990101100001").await.unwrap();
        history::verify(&chain).unwrap();
        assert_eq!((chain.len(), chain[1].act.as_str()), (2, "given"));
        let cookie = town.enters(OTHER).await;
        assert_eq!(town.page(CARD, &cookie).await.0, StatusCode::OK);
        // The old holder's way is still there; the licence itself says whose it is.
        let before = town.enters(HOLDER).await;
        assert_eq!(town.page(CARD, &before).await.0, StatusCode::NOT_FOUND);
        assert!(town.page("/me/licences", &before).await.1.contains("名下还没有许可证"));
    });
}
