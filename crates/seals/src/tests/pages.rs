//! The keeper's pages, through the layers.

use axum::http::StatusCode;
use web::testing::{Browser, Seen};

use super::*;
use crate::store;

/// The office with its pages in front.
struct Site {
    office: Office,
    router: axum::Router,
}

impl Site {
    async fn on(db: db::Db) -> Site {
        let office = Office::on(db).await;
        let router = crate::routes().merge(identity::routes()).merge(web::routes());
        let router = web::layers(identity::layer(router, &office.app), office.app.clone());
        Site { office, router }
    }

    async fn at(&self, login: &str) -> Browser {
        let mut browser = Browser::new(self.router.clone());
        browser.get("/login").await;
        let fields = [("login", login), ("password", PASSWORD), ("next", "")];
        let seen = browser.post("/login", &fields).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{login}: {}", seen.text());
        browser
    }
}

/// Opens the seal, presses the button of `step`, and comes back to the page.
async fn presses(browser: &mut Browser, place: &str, step: &str, fields: &[(&str, &str)]) -> Seen {
    let page = browser.get(place).await;
    let version = page.field("version").unwrap_or_else(|| "1".into());
    let mut all = vec![("version", version.as_str())];
    all.extend_from_slice(fields);
    let seen = browser.post(&format!("{place}/{step}"), &all).await;
    if seen.status == StatusCode::SEE_OTHER { browser.follow(&seen).await } else { seen }
}

async fn makes(browser: &mut Browser, place: &str, picture: Option<&[u8]>) -> Seen {
    let page = browser.get(place).await;
    let version = page.field("version").unwrap();
    let mut body = Vec::new();
    body.extend(
        format!("--cut\r\ncontent-disposition: form-data; name=\"version\"\r\n\r\n{version}\r\n").bytes(),
    );
    let name = if picture.is_some() { "seal.png" } else { "" };
    body.extend(
        format!("--cut\r\ncontent-disposition: form-data; name=\"picture\"; filename=\"{name}\"\r\n\r\n")
            .bytes(),
    );
    body.extend_from_slice(picture.unwrap_or_default());
    body.extend_from_slice(b"\r\n--cut--\r\n");
    let seen = browser.post_body(&format!("{place}/make"), "multipart/form-data; boundary=cut", body).await;
    if seen.status == StatusCode::SEE_OTHER { browser.follow(&seen).await } else { seen }
}

#[tokio::test]
async fn a_seal_is_asked_for_approved_made_handed_out_suspended_and_destroyed_on_its_page() {
    db::on_each_database!(async |db| {
        let site = Site::on(db).await;
        let (mut keeper, mut head) = (site.at("keeper").await, site.at("head").await);
        assert!(keeper.get("/desk/seals").await.says("还没有电子印章"));
        let fields = [("kind", "licensing"), ("from", "2026-11-23"), ("to", "2030-12-31")];
        keeper.get("/desk/seals/new").await;
        let seen = keeper.post("/desk/seals/new", &fields).await;
        assert!(seen.status == StatusCode::UNPROCESSABLE_ENTITY && seen.says("制章理由"), "{}", seen.text());
        let all = [&fields[..], &[("why", "启用电子印章")]].concat();
        let seen = keeper.post("/desk/seals/new", &all).await;
        let place = seen.location().to_owned();
        assert_eq!(place, "/desk/seals/990101/9901010000001");
        assert!(keeper.follow(&seen).await.says("等机关负责人审批"));

        let seen = presses(&mut keeper, &place, "approve", &[]).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN);
        assert!(head.get("/me/messages").await.says("有印章申请等您审批"));
        assert!(presses(&mut head, &place, "approve", &[]).await.says("待制作"));
        assert!(keeper.get("/me/messages").await.says("印章申请已批准"));
        let seen = makes(&mut keeper, &place, Some(&vec![0; 30 << 20])).await;
        assert!(seen.says("512 KB") && seen.status.is_client_error(), "{}", seen.text());
        let seen = makes(&mut keeper, &place, Some(b"GIF89a")).await;
        assert!(seen.says("不是PNG") && seen.says("回到印章"), "{}", seen.text());
        assert!(makes(&mut keeper, &place, Some(&png(300, 300))).await.says("待启用"));
        let picture = keeper.get(&format!("{place}/picture.png")).await;
        assert_eq!(picture.headers["content-type"], "image/png");
        assert_eq!(picture.body, png(300, 300));

        let seen = presses(&mut keeper, &place, "hand-out", &[]).await;
        assert!(seen.says("没有指定使用岗位"), "{}", seen.text());
        let users = [("post", "licence_clerk"), ("post", "bureau_head"), ("unattended", "on")];
        let seen = presses(&mut keeper, &place, "hand-out", &users).await;
        assert!(seen.says("使用中") && seen.says("证件管理员、机关负责人、系统自动办理"), "{}", seen.text());
        assert!(presses(&mut keeper, &place, "suspend", &[("why", "")]).await.says("还没有填写"));
        assert!(presses(&mut keeper, &place, "suspend", &[("why", "核查")]).await.says("已停用"));
        // A second window that still shows the page from before.
        let stale = keeper.post(&format!("{place}/resume"), &[("version", "2")]).await;
        assert!(stale.status == StatusCode::CONFLICT && stale.says("刚刚变了"), "{}", stale.text());
        let stale =
            keeper.post(&format!("{place}/destroy"), &[("version", "2"), ("why", "遗失后找回")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.says("遗失后找回</textarea>") && stale.says("没有丢失"), "{}", stale.text());
        assert!(presses(&mut keeper, &place, "resume", &[]).await.says("使用中"));
        // What was typed for one step is not put into the form of another.
        let stale = keeper.post(&format!("{place}/suspend"), &[("version", "2"), ("why", "先停用")]).await;
        assert!(stale.text().matches("先停用</textarea>").count() == 1, "{}", stale.text());
        let ticked = [("version", "2"), ("post", "team_head")];
        let stale = keeper.post(&format!("{place}/hand-out"), &ticked).await;
        assert!(
            stale.status == StatusCode::CONFLICT && stale.says("value=\"team_head\" checked"),
            "{}",
            stale.text()
        );
        assert!(!stale.says("value=\"licence_clerk\" checked"), "{}", stale.text());
        let page = presses(&mut keeper, &place, "destroy", &[("why", "机关撤并")]).await;
        let late = keeper.post(&format!("{place}/suspend"), &[("version", "2"), ("why", "晚来的理由")]).await;
        assert!(
            late.status == StatusCode::CONFLICT && late.says("没有用上") && late.says("晚来的理由"),
            "{}",
            late.text()
        );
        for step in ["申请制作", "批准制作", "制作完成", "启用并指定使用岗位", "停用", "恢复使用", "销毁"]
        {
            assert!(page.says(&format!("<strong>{step}</strong>")), "{step}:\n{}", page.text());
        }
        let seal =
            store::by_id(&mut site.office.app.db.clone(), BUREAU, "9901010000001").await.unwrap().unwrap();
        assert_eq!(seal.state.code(), "destroyed");
    });
}

#[tokio::test]
async fn the_ledger_is_read_by_page_by_number_by_digest_and_as_a_file() {
    db::on_each_database!(async |db| {
        let site = Site::on(db).await;
        let seal = site.office.in_use(SealKind::Acceptance).await;
        let mut digest = String::new();
        for n in 1..=52 {
            let paper = paper(&format!("城中烟许受〔2026〕第{n:05}号"), "");
            digest = site.office.seals(&format!("paper-{n}"), &paper).await.unwrap().digest;
        }
        let mut keeper = site.at("keeper").await;
        let page = keeper.get("/desk/seals/ledger").await;
        assert!(page.says("第00052号") && page.says("第00003号") && !page.says("第00002号"));
        let next = format!("/desk/seals/ledger?bureau=990101&seal={}&after=3", seal.id);
        assert!(page.says(&next.replace('&', "&amp;")) || page.says(&next) || page.says("after=3"));
        assert!(keeper.get(&next).await.says("第00002号"));
        let found = keeper.get("/desk/seals/ledger?q=%E5%9F%8E%E4%B8%AD%E7%83%9F%E8%AE%B8%E5%8F%97%E3%80%942026%E3%80%95%E7%AC%AC00007%E5%8F%B7").await;
        assert!(found.says("第00007号") && !found.says("第00008号"), "{}", found.text());
        assert!(keeper.get(&format!("/desk/seals/ledger?q={digest}")).await.says("第00052号"));
        assert!(keeper.get("/desk/seals/ledger?q=%3Cscript%3E").await.says("没有找到"));
        // The keeper reads no cases, so the ledger leads nowhere else.
        assert!(!page.says("/desk/cases/"));

        let file = keeper.get(&format!("/desk/seals/ledger.csv?seal={}", seal.id)).await;
        assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
        let text = file.text();
        assert_eq!(text.lines().count(), 53);
        assert!(text.lines().nth(1).unwrap().starts_with("1,"), "{text}");
        let taken = db::history::read(&mut site.office.app.db.clone(), BUREAU, "seal-read", &seal.id).await;
        assert_eq!(taken.unwrap()[0].act, "ledger-taken");
    });
}

#[tokio::test]
async fn seals_of_others_look_like_missing_ones_and_the_auditor_above_reads_but_does_nothing() {
    db::on_each_database!(async |db| {
        let site = Site::on(db).await;
        let seal = site.office.in_use(SealKind::Licensing).await;
        let place = format!("/desk/seals/990101/{}", seal.id);
        let mut other = site.at("gx-keeper").await;
        for path in [place.as_str(), "/desk/seals?bureau=990101", "/desk/seals/ledger?bureau=990101"] {
            assert_eq!(other.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let seen = other.post(&format!("{place}/suspend"), &[("version", "4"), ("why", "x")]).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND);
        let mut auditor = site.at("auditor").await;
        let page = auditor.get("/desk/seals?bureau=990101").await;
        assert!(page.says(&seal.name) && !page.says("申请制作印章"), "{}", page.text());
        assert!(auditor.get(&place).await.says("使用中"));
        assert_eq!(auditor.get("/desk/seals/ledger?bureau=990101").await.status, StatusCode::OK);
        for (login, step) in [("auditor", "suspend"), ("head", "destroy"), ("clerk", "hand-out")] {
            let mut browser = site.at(login).await;
            browser.get("/me").await;
            let fields = [("version", "4"), ("why", "x"), ("post", "licence_clerk")];
            let seen = browser.post(&format!("{place}/{step}"), &fields).await;
            assert!(matches!(seen.status.as_u16(), 403 | 404), "{login}: {}", seen.status);
        }
        let mut clerk = site.at("clerk").await;
        assert_eq!(clerk.get("/desk/seals").await.status, StatusCode::FORBIDDEN);
        assert_eq!(clerk.get(&place).await.status, StatusCode::FORBIDDEN);
    });
}
