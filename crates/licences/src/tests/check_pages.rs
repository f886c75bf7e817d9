//! The pages on which anyone verifies a file, and what is published for those who verify without us.

use std::sync::Arc;

use axum::Router;
use axum::http::{Method, StatusCode, header};
use db::Db;
use papers::Kind;
use web::testing::{Browser, Seen};

use super::voucher::{BUREAU, Town};
use super::{DAY, granted, issue, now};
use crate::pages::{Limits, routes_limited};
use crate::status_list::{Mark, Publisher, verify};
use crate::{Register, pages};

const NUMBER: &str = "990101100001";
const LINE: &str = "a-line-between-parts";

struct Site {
    town: Arc<Town>,
    browser: Browser,
}

impl Site {
    async fn over(db: &Db) -> Site {
        Site::with(db, pages::routes()).await
    }

    async fn with(db: &Db, routes: Router<web::App>) -> Site {
        let town = Arc::new(Town::new());
        let (builder, _) = web::testing::app_on(db.clone(), DAY).await;
        let publisher = Publisher::new(db.clone(), town.clone(), town.clone(), town.clone());
        let app = builder.part(Register::new()).part(town.offices()).part(publisher).build();
        Site { town, browser: Browser::new(web::layers(routes, app)) }
    }

    /// Drops a file on the page, as a browser without script sends it.
    async fn drop(&mut self, name: &str, bytes: &[u8]) -> Seen {
        self.browser.get("/verify/file").await;
        let token = self.browser.token().to_owned();
        self.send(&token, name, bytes).await
    }

    async fn send(&mut self, token: &str, name: &str, bytes: &[u8]) -> Seen {
        let mut body = format!(
            "--{LINE}\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\n{token}\r\n--{LINE}\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{LINE}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={LINE}");
        // Past the helper that would put a token into the header.
        self.browser.send_as(Method::POST, "/verify/file", &kind, body).await
    }
}

fn verdict(seen: &Seen) -> String {
    let text = seen.text();
    let from = text.find("data-verdict=\"").map_or(text.len(), |at| at + 14);
    text[from..].split('"').next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn anyone_drops_a_file_and_is_told_step_by_step() {
    db::on_each_database!(async |db: Db| {
        issue(&db, &granted(1)).await.unwrap();
        let mut site = Site::over(&db).await;
        let file = site.town.sealed().to_bytes();
        site.town.left(&file, Kind::LicenceOriginal, ("licence", NUMBER));
        site.town.marked(NUMBER, 1, 5, Mark::Valid);
        let seen = site.drop("许可证.ofd", &file).await;
        assert_eq!((seen.status, verdict(&seen).as_str()), (StatusCode::OK, "valid"), "{}", seen.text());
        for words in ["核验通过", "印章状态", "制发记录", "许可证.ofd", "/verify/990101100001", "不保存"]
        {
            assert!(seen.says(words), "{words}");
        }
        let mut bent = file.clone();
        let middle = bent.len() / 2;
        bent[middle] ^= 1;
        let seen = site.drop("x.ofd", &bent).await;
        assert!(seen.status == StatusCode::OK && !seen.says("核验通过") && seen.says("standing red"));
        let pdf = b"%PDF-1.7 copy";
        assert_eq!(verdict(&site.drop("x.pdf", pdf).await), "unknown-document");
        site.town.left(pdf, Kind::LicenceOriginal, ("licence", NUMBER));
        assert_eq!(verdict(&site.drop("x.pdf", pdf).await), "valid");
        assert_eq!(verdict(&site.drop("x.jpg", b"\xff\xd8\xff").await), "unreadable");
        assert_eq!(verdict(&site.drop("<b>.ofd", b"").await), "unreadable");
        // A program asks the same.
        site.browser.headers.insert(header::ACCEPT, "application/json".parse().unwrap());
        let token = site.browser.token().to_owned();
        let json: serde_json::Value =
            serde_json::from_str(&site.send(&token, "x.ofd", &file).await.text()).unwrap();
        assert_eq!(json["verdict"], "valid");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_file_too_large_or_from_elsewhere_is_refused_in_words() {
    let db = db::testing::databases().await.remove(0).1;
    let mut site = Site::over(&db).await;
    let seen = site.drop("", b"").await;
    assert!(seen.status == StatusCode::UNPROCESSABLE_ENTITY && seen.says("请先选择一个文件"));
    let seen = site.drop("x.ofd", &vec![0; (20 << 20) + 1]).await;
    assert!(seen.status == StatusCode::PAYLOAD_TOO_LARGE && seen.says("20 MB"), "{}", seen.status);
    let seen = site.drop("x.ofd", &vec![0; 21 << 20]).await;
    assert_eq!(seen.status, StatusCode::PAYLOAD_TOO_LARGE);
    let seen = site.send("forged", "x.ofd", b"x").await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    let seen = site.browser.post("/verify/file", &[("file", "x")]).await;
    assert!(seen.status.is_client_error() && !seen.text().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sends_file_after_file_is_slowed_down() {
    let db = db::testing::databases().await.remove(0).1;
    let limits = Limits { files: 4, ..Limits::default() };
    let mut site = Site::with(&db, routes_limited(limits)).await;
    let mut refused = 0;
    for _ in 0..4 {
        refused += u32::from(site.drop("x.ofd", b"x").await.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused >= 2, "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_without_a_ca_says_so() {
    let db = db::testing::databases().await.remove(0).1;
    let (builder, _) = web::testing::app_on(db.clone(), DAY).await;
    let app = builder.part(Register::new()).build();
    let mut site =
        Site { town: Arc::new(Town::new()), browser: Browser::new(web::layers(pages::routes(), app)) };
    let seen = site.drop("x.ofd", b"x").await;
    assert!(seen.status == StatusCode::SERVICE_UNAVAILABLE && seen.says("还不能核验电子印章"));
    assert_eq!(site.browser.get("/elicence/keys").await.text(), "{\"keys\":[],\"lists\":[]}");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_lists_are_published_for_those_without_a_network() {
    db::on_each_database!(async |db: Db| {
        issue(&db, &granted(1)).await.unwrap();
        let mut site = Site::over(&db).await;
        let town = site.town.clone();
        let keys: serde_json::Value =
            serde_json::from_str(&site.browser.get("/elicence/keys").await.text()).unwrap();
        assert_eq!(keys["keys"][0]["bureau"], BUREAU);
        assert_eq!(keys["keys"][0]["kid"], hex::encode(town.signatories()[0].kid()));
        assert_eq!(keys["keys"][0]["chain"].as_array().unwrap().len(), 2);
        let none = site.browser.get("/elicence/status/990102").await;
        assert_eq!((none.status, none.says("status-list-unknown")), (StatusCode::NOT_FOUND, false));

        town.marked(NUMBER, 1, 5, Mark::Suspended);
        // Nobody has published it yet: whoever asks first has it published.
        let list = site.browser.get("/elicence/status/990101").await;
        assert_eq!(verify(&list.body, &town.trust, now()).unwrap().mark(5), Some(Mark::Suspended));
        assert!(site.browser.get("/elicence/keys").await.says("\"lists\":[\"990101\"]"));
        let header = |name: header::HeaderName| list.headers[name].to_str().unwrap().to_owned();
        assert!(header(header::CACHE_CONTROL).contains("max-age=300"));
        assert!(header(header::CONTENT_TYPE).starts_with("application/cose"));
        let tag = header(header::ETAG);
        site.browser.headers.insert(header::IF_NONE_MATCH, tag.parse().unwrap());
        let same = site.browser.get("/elicence/status/990101").await;
        assert_eq!((same.status, same.body.len()), (StatusCode::NOT_MODIFIED, 0));
        // The list last read goes on being given out while the database is away.
        site.browser.headers.remove(header::IF_NONE_MATCH);
        db.close().await;
        assert_eq!(site.browser.get("/elicence/status/990101").await.body, list.body);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_for_inspectors_brings_its_worker_and_no_name() {
    let db = db::testing::databases().await.remove(0).1;
    let mut site = Site::over(&db).await;
    let page = site.browser.get("/verify/offline").await;
    assert!(page.status == StatusCode::OK && page.says("js/statement") && page.says("noscript"));
    let worker = site.browser.get("/verify/worker.js").await;
    assert_eq!(worker.headers["service-worker-allowed"], "/");
    let text = worker.text();
    let files = text.lines().next().unwrap().trim_start_matches("const FILES = ").trim_end_matches(';');
    let files: Vec<String> = serde_json::from_str(files).unwrap();
    assert!(files.len() >= 5 && files.iter().all(|file| file.starts_with("/assets/")), "{files:?}");
    // Whatever asset the page names is among what the worker keeps.
    for asset in page.text().split('"').filter(|part| part.starts_with("/assets/")) {
        assert!(files.iter().any(|file| file == asset), "{asset}");
    }
}
