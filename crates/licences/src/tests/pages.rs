use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use db::Db;
use http_body_util::BodyExt;
use jiff::SignedDuration;
use tower::ServiceExt;
use web::FixedClock;

use super::{DAY, granted, issue, keys, now};
use crate::register::{Register, load};
use crate::status::Status;
use crate::{Fault, pages, store};

/// The public pages over a database with one licence, from an address that has not asked before.
struct Site {
    router: axum::Router,
    register: Arc<Register>,
    clock: Arc<FixedClock>,
}

impl Site {
    async fn over(db: &Db) -> Site {
        let register = Arc::new(Register::new());
        load(&register, db, &FixedClock::on(DAY)).await.unwrap();
        let (builder, clock) = web::testing::app_on(db.clone(), DAY).await;
        let app = builder.shared_part(register.clone()).build();
        let router = web::layers(pages::routes(), app);
        Site { router, register, clock }
    }

    async fn get(&self, path: &str) -> (StatusCode, String) {
        let from = axum::extract::ConnectInfo(std::net::SocketAddr::from(([192, 0, 2, 1], 4000)));
        let request = Request::get(path).extension(from).body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let location = response.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_string());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, location.unwrap_or_else(|| String::from_utf8(body.to_vec()).unwrap()))
    }
}

const NUMBER: &str = "990101100001";

async fn move_to(db: &Db, status: Status) {
    let licence = store::by_number(&mut db.clone(), "990101", NUMBER).await.unwrap().unwrap();
    let mut tx = db.begin().await.unwrap();
    let seq = store::next_seq(&mut tx, "990101").await.unwrap();
    tx.commit_with(vec![store::save_status(&licence, status, seq, now())]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn anyone_sees_that_a_licence_is_good_and_nothing_private() {
    db::on_each_database!(async |db: Db| {
        issue(&db, &granted(1)).await.unwrap();
        let site = Site::over(&db).await;
        for path in ["/verify/990101100001", "/v/990101100001", "/api/licences/990101100001"] {
            let (status, body) = site.get(path).await;
            assert_eq!(status, StatusCode::OK, "{path}");
            for public in ["990101100001", "城中区𬭎记食杂店1号", "欧***", "城中区桥城街道解放路1号", "有效"]
            {
                assert!(body.contains(public), "{path} lacks {public}");
            }
            // Name in full, ID number, credit code, account, case, place on the map.
            for private in [
                "欧阳小明",
                "990101199003071230",
                "92990101AHFK86MM87",
                "subject-1",
                "case-1",
                "城中烟申",
                "304941542",
                "30.494",
            ] {
                assert!(!body.contains(private), "{path} shows {private}");
            }
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_json_has_exactly_the_public_fields() {
    db::on_each_database!(async |db: Db| {
        issue(&db, &granted(1)).await.unwrap();
        let (_, body) = Site::over(&db).await.get("/api/licences/990101100001").await;
        let json: serde_json::Value = serde_json::from_str(&body).unwrap();
        let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
        assert_eq!(
            keys,
            [
                "number",
                "shop_name",
                "person",
                "company_type",
                "address",
                "scope",
                "valid_from",
                "valid_to",
                "issuer",
                "status",
                "status_text",
                "may_sell",
                "as_of",
                "stale"
            ]
        );
        assert_eq!((json["status"].as_str(), json["may_sell"].as_bool()), (Some("in-force"), Some(true)));
        assert_eq!((json["valid_to"].as_str(), json["stale"].as_bool()), (Some("2031-11-22"), Some(false)));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_licence_that_is_not_good_says_why_and_what_to_do() {
    db::on_each_database!(async |db: Db| {
        issue(&db, &granted(1)).await.unwrap();
        let site = Site::over(&db).await;
        move_to(&db, Status::Paused { since: Some(DAY), until: Some(DAY) }).await;
        load(&site.register, &db, &FixedClock::on(DAY)).await.unwrap();
        let (_, body) = site.get("/verify/990101100001").await;
        assert!(body.contains("停业中") && body.contains("停业到2026年11月23日") && body.contains("12313"));

        move_to(&db, Status::Trading).await;
        load(&site.register, &db, &FixedClock::on(DAY)).await.unwrap();
        site.clock.set(web::clock::beijing("2031-11-23".parse().unwrap(), 9, 0));
        let (_, body) = site.get("/verify/990101100001").await;
        assert!(body.contains("已过期") && body.contains("有效期到2031年11月22日为止"));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_qr_is_ours_or_it_is_not() {
    db::on_each_database!(async |db: Db| {
        issue(&db, &granted(1)).await.unwrap();
        let site = Site::over(&db).await;
        let (_, ours) = site.get(&keys().verify_url("", NUMBER, None)).await;
        assert!(ours.contains("二维码是发证系统生成的") && !ours.contains("校验不符"));
        let (status, forged) = site.get("/v/990101100001?c=AAAAAAAA").await;
        assert!(status == StatusCode::OK && forged.contains("二维码校验不符"));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_number_is_explained() {
    db::on_each_database!(async |db: Db| {
        let site = Site::over(&db).await;
        let (status, body) = site.get("/verify/990101199999").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(body.contains("登记簿里没有") && body.contains("行政区划"), "{body}");
        let (status, body) = site.get("/verify/99010119999").await;
        assert!(status == StatusCode::NOT_FOUND && body.contains("应为 12 位"), "{body}");
        let (status, body) = site.get("/verify/%3Cscript%3E").await;
        assert!(status == StatusCode::NOT_FOUND && !body.contains("<script>\""), "{body}");
        let (status, body) = site.get("/api/licences/990101199999").await;
        assert!(status == StatusCode::NOT_FOUND && body.contains("licence-unknown"));
        let (status, body) = site.get("/api/licences/9901").await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && body.contains("licence-number"), "{body}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_licence_too_new_for_the_register_is_found_in_the_database() {
    db::on_each_database!(async |db: Db| {
        let site = Site::over(&db).await;
        issue(&db, &granted(1)).await.unwrap();
        assert!(site.register.is_empty());
        assert_eq!(site.get("/verify/990101100001").await.0, StatusCode::OK);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_box_finds_by_number_code_and_name_but_not_by_person() {
    db::on_each_database!(async |db: Db| {
        issue(&db, &granted(1)).await.unwrap();
        let site = Site::over(&db).await;
        let (status, to) = site.get("/verify?q=9901+0110+0001").await;
        assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/verify/990101100001"));
        for q in ["92990101ahfk86mm87", "%F0%AC%AD%8E%E8%AE%B0", "%E9%A3%9F%E6%9D%82%E5%BA%971%E5%8F%B7"] {
            let (_, body) = site.get(&format!("/verify?q={q}")).await;
            assert!(body.contains("找到 1 张"), "{q}");
        }
        let person = "%E6%AC%A7%E9%98%B3%E5%B0%8F%E6%98%8E";
        assert!(site.get(&format!("/verify?q={person}")).await.1.contains("没有找到"));
        assert_eq!(site.get("/verify?q=%E5%BA%97").await.0, StatusCode::UNPROCESSABLE_ENTITY);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn look_ups_answer_while_the_database_is_down_and_say_so() {
    db::on_each_database!(async |db: Db| {
        issue(&db, &granted(1)).await.unwrap();
        let site = Site::over(&db).await;
        db.close().await;
        site.clock.set(now() + SignedDuration::from_secs(90));
        let (status, body) = site.get("/verify/990101100001").await;
        assert!(status == StatusCode::OK && body.contains("结果可能不是最新的"));
        let (status, body) = site.get("/api/licences/990101100001").await;
        assert!(status == StatusCode::OK && body.contains("\"stale\":true"), "{body}");
        let (status, body) = site.get("/verify/990101199999").await;
        assert!(status == StatusCode::NOT_FOUND && body.contains("结果可能不是最新的"));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_walks_through_the_numbers_is_slowed_down() {
    let db = db::testing::databases().await.remove(0).1;
    let site = Site::over(&db).await;
    let mut refused = 0;
    for n in 1..=80 {
        let (status, _) = site.get(&format!("/verify/99010110{n:04}")).await;
        refused += u32::from(status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!((15..=20).contains(&refused), "{refused} of 80 were refused");
}

#[test]
fn every_fault_has_words_and_a_way_on() {
    let faults = [
        Fault::Unknown,
        Fault::Overtaken,
        Fault::NumbersUsedUp { division: "990101".into(), kind: 1 },
        Fault::PremisesTaken(NUMBER.into()),
        Fault::Years(6),
        Fault::NumberTaken(NUMBER.into()),
        Fault::NumberElsewhere,
        Fault::Typeset("x".into()),
    ];
    let mut codes = std::collections::HashSet::new();
    for fault in faults {
        let face = fault.face();
        assert!(!face.says.is_empty() && !face.next.is_empty());
        assert!(codes.insert(face.code), "{} twice", face.code);
    }
}
