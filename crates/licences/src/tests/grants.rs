//! 授权用证: the code, the look, the log, and taking it back.

use axum::http::StatusCode;
use db::{Db, history};
use identity::{Post, inbox};
use jiff::SignedDuration;
use web::testing::{Browser, Seen};

use super::town::{CARD, HOLDER, NUMBER, OTHER, Town};
use crate::elicence::{Under, grant};
use crate::status::Step;

const GRANTS: &str = "/me/licences/990101/990101100001/grants";

async fn gives(browser: &mut Browser, times: &str) -> String {
    let form = browser.get(GRANTS).await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.text());
    let key = form.field("key").unwrap();
    let fields = [
        ("key", key.as_str()),
        ("purpose", "办理消防检查"),
        ("to_whom", "城中区消防救援大队"),
        ("until", "2026-11-24"),
        ("times", times),
    ];
    let seen = browser.post(GRANTS, &fields).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    code_in(&seen)
}

fn code_in(seen: &Seen) -> String {
    let text = seen.text();
    let at = text.find("用证码<strong class=\"num\">").unwrap() + "用证码<strong class=\"num\">".len();
    text[at..at + 9].replace(' ', "")
}

async fn enters(stranger: &mut Browser, code: &str) -> Seen {
    stranger.get("/elicence/use").await;
    let fields =
        [("number", NUMBER), ("code", code), ("who", "消防救援大队 李明"), ("reason", "消防检查登记")];
    stranger.post("/elicence/use", &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_shows_the_marked_face_once_and_the_holder_sees_who_looked() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let mut holder = town.browser(HOLDER).await;
        let code = gives(&mut holder, "1").await;
        assert_eq!(code.len(), 8);
        let mut stranger = Browser::new(town.router.clone()).at([192, 0, 2, 7]);
        let opened = enters(&mut stranger, &code).await;
        assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text());
        let look = stranger.follow(&opened).await;
        assert!(look.says("仅供办理消防检查使用") && look.says("2026-11-23 09:00"), "{}", look.text());
        let pdf = stranger.get(&format!("{}/face.pdf", opened.location())).await;
        assert!(pdf.says("仅供办理消防检查使用　城中区消防救援大队　2026-11-23 09:00"), "{}", pdf.text());
        assert!(!look.says("990101199003071230"));
        let token = opened.location().rsplit('/').next().unwrap().to_owned();
        let data = stranger.get(&format!("/api/elicences/{NUMBER}?use={token}")).await;
        assert!(data.says("证照标识") && data.says("欧阳小明"), "{}", data.text());

        let again = enters(&mut stranger, &code).await;
        assert!(again.status == StatusCode::CONFLICT && again.says("次数已用完"), "{}", again.text());
        let list = holder.get(GRANTS).await;
        assert!(list.says("消防救援大队 李明") && list.says("消防检查登记") && list.says("次数已用完"));
        let told = inbox::list(&mut db.clone(), HOLDER, None, 10).await.unwrap();
        assert!(told.iter().any(|message| message.title == "您的电子证照被查看"));
        let chain = history::read(&mut db.clone(), "990101", "licence-use", NUMBER).await.unwrap();
        history::verify(&chain).unwrap();
        let acts: Vec<&str> = chain.iter().map(|entry| entry.act.as_str()).collect();
        assert_eq!(acts, ["granted", "used"]);
        assert!(!chain.iter().any(|entry| entry.data.contains(&code)), "no code in the history");

        town.clock.set(town.app.now() + SignedDuration::from_mins(11));
        let late = stranger.get(opened.location()).await;
        assert!(late.status == StatusCode::NOT_FOUND && late.says("这次查看已经结束"), "{}", late.text());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_codes_close_the_number_to_where_they_came_from_and_at_last_to_everybody() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let code = gives(&mut town.browser(HOLDER).await, "3").await;
        let wrong = if code == "00000000" { "00000001" } else { "00000000" };
        let from = |last: u8| Browser::new(town.router.clone()).at([192, 0, 2, last]);
        for last in 1..=12 {
            for _ in 0..5 {
                let seen = enters(&mut from(last), wrong).await;
                assert!(
                    seen.status == StatusCode::UNPROCESSABLE_ENTITY && seen.says("对不上"),
                    "{}",
                    seen.text()
                );
            }
            let seen = enters(&mut from(last), &code).await;
            assert!(
                seen.status == StatusCode::TOO_MANY_REQUESTS && seen.says("输错次数太多"),
                "{}",
                seen.text()
            );
            if last == 1 {
                assert_eq!(enters(&mut from(200), &code).await.status, StatusCode::SEE_OTHER, "others may");
            }
        }
        assert_eq!(
            enters(&mut from(201), &code).await.status,
            StatusCode::TOO_MANY_REQUESTS,
            "guessed from everywhere"
        );
        town.clock.set(town.app.now() + SignedDuration::from_mins(16));
        assert_eq!(enters(&mut from(1), &code).await.status, StatusCode::SEE_OTHER);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_taken_back_or_run_out_opens_nothing() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let mut holder = town.browser(HOLDER).await;
        let code = gives(&mut holder, "5").await;
        let mut stranger = Browser::new(town.router.clone()).at([192, 0, 2, 7]);
        let opened = enters(&mut stranger, &code).await;
        let given = grant::given(&mut db.clone(), "990101", NUMBER, HOLDER).await.unwrap();
        let other = town.browser(OTHER).await;
        let path = format!("{GRANTS}/{}/withdraw", given[0].id);
        let mut other = other;
        other.get("/me/licences").await;
        assert_eq!(other.post(&path, &[]).await.status, StatusCode::NOT_FOUND, "somebody else's grant");
        holder.get(GRANTS).await;
        assert_eq!(holder.post(&path, &[]).await.status, StatusCode::SEE_OTHER);
        assert!(stranger.get(opened.location()).await.says("这次查看已经结束"), "what was open closes");
        assert!(enters(&mut stranger, &code).await.says("持证人已收回授权"));

        let second = gives(&mut holder, "5").await;
        town.clock.set(web::clock::beijing(jiff::civil::date(2026, 11, 25), 0, 0));
        assert!(enters(&mut stranger, &second).await.says("已过有效时间"));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_twice_gives_one_code() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let mut holder = town.browser(HOLDER).await;
        holder.get(GRANTS).await;
        let fields = [
            ("key", "k-1"),
            ("purpose", "办理贷款"),
            ("to_whom", "某银行"),
            ("until", "2026-11-30"),
            ("times", "2"),
        ];
        assert_eq!(holder.post(GRANTS, &fields).await.status, StatusCode::OK);
        let again = holder.post(GRANTS, &fields).await;
        assert!(again.status == StatusCode::CONFLICT && again.says("没有重复生成"), "{}", again.text());
        let given = grant::given(&mut db.clone(), "990101", NUMBER, HOLDER).await.unwrap();
        assert_eq!(given.len(), 1);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_wrong_is_named_at_its_field() {
    let db = db::testing::databases().await.remove(0).1;
    let town = Town::over(&db).await;
    let mut holder = town.browser(HOLDER).await;
    holder.get(GRANTS).await;
    let long = "办".repeat(31);
    let fields = [("key", "k"), ("purpose", long.as_str()), ("until", "2027-11-23"), ("times", "0")];
    let seen = holder.post(GRANTS, &fields).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    for says in ["最多 30 个字", "请填写“给谁用”", "2027-02-21 之间", "请选择最多看几次"]
    {
        assert!(seen.says(says), "{says}: {}", seen.text());
    }
    let mut stranger = Browser::new(town.router.clone());
    stranger.get("/elicence/use?n=990101100001").await;
    let fields = [("number", "12"), ("code", "abc"), ("who", ""), ("reason", "")];
    let seen = stranger.post("/elicence/use", &fields).await;
    for says in ["应为 12 位", "用证码是 8 位数字", "请填写“查看事由”"] {
        assert!(seen.says(says), "{says}: {}", seen.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edition_at_rest_is_not_shown_and_takes_no_use() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let code = gives(&mut town.browser(HOLDER).await, "1").await;
        let mut tx = db.begin().await.unwrap();
        let by = seals::User { id: "o-2", name: "陈谨" };
        let under = Under { by, reason: "检查", document: "城中烟〔2026〕第1号" };
        let at = ("990101", NUMBER);
        town.licences.step(&mut tx, at, Step::OrderStop, &under, town.app.now()).await.unwrap();
        tx.commit().await.unwrap();
        let mut stranger = Browser::new(town.router.clone()).at([192, 0, 2, 7]);
        let seen = enters(&mut stranger, &code).await;
        assert!(seen.status == StatusCode::CONFLICT && seen.says("停用"), "{}", seen.text());
        let given = grant::given(&mut db.clone(), "990101", NUMBER, HOLDER).await.unwrap();
        assert_eq!(given[0].used, 0);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_is_for_holder_officer_and_grant_and_the_type_for_anyone() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let path = format!("/api/elicences/{NUMBER}");
        let holder = town.enters(HOLDER).await;
        let (status, body) = town.page(&path, &holder).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let json: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(json["证照编号"], NUMBER);
        assert_eq!(json["证照状态"], "有效");
        assert_eq!(json["证照颁发机构代码"], "1199010109901003X0");
        assert_eq!(json["持证主体代码"], "92990101AHFK86MM87");
        assert_eq!(json["证照文件"][0]["摘要"].as_str().unwrap().len(), 64);
        for cookie in [town.enters(OTHER).await, town.officer("990102", Post::LicenceClerk).await] {
            let (status, body) = town.page(&path, &cookie).await;
            assert!(status == StatusCode::NOT_FOUND && !body.contains("欧阳"), "{body}");
        }
        assert_eq!(town.get(&path, None).await.status(), StatusCode::NOT_FOUND);
        let own = town.officer("990101", Post::LicenceClerk).await;
        assert_eq!(town.page(&path, &own).await.0, StatusCode::OK);
        let reads = history::read(&mut db.clone(), "990101", "licence-read", NUMBER).await.unwrap();
        assert_eq!(reads.len(), 1);
        let (status, page) = town.page("/elicence/type", "").await;
        assert!(
            status == StatusCode::OK
                && page.contains("11990000099010005Y001")
                && page.contains("未取得公布值")
        );
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_shows_a_large_code_that_is_drawn_anew_each_minute() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let mut holder = town.browser(HOLDER).await;
        let live = holder.get(&format!("{CARD}/show")).await;
        assert_eq!(live.status, StatusCode::OK);
        assert_eq!(live.headers["refresh"], "60");
        assert!(live.says("<svg") && live.says("2026-11-23 09:00:00") && live.says("1.2.156.3005.2."));
        let card = holder.get(CARD).await;
        for words in ["original.ofd", "duplicate.ofd", "第 1 版", "全屏亮证", "授权别人用证"] {
            assert!(card.says(words), "{words}");
        }
    });
}
