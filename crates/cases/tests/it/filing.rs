//! From a draft to a case: once, whole, or not at all.

use db::{Exec, params};
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};
use web::testing::{Browser, Seen};

use crate::street::{COUNTY, PHOTO, Street, draft_at, form};

async fn cases_in(street: &Street) -> i64 {
    let row = street
        .app
        .db
        .clone()
        .query_one("select count(*) from case_file where bureau = $1", params![COUNTY])
        .await;
    row.unwrap().int(0).unwrap()
}

#[tokio::test]
async fn an_application_is_sent_once_however_often_the_button_is_pressed() {
    db::on_each_database!(async |db: db::Db| {
        let street = Street::on(db).await;
        let mut li = street.signed_in("liming").await;
        let draft = draft_at(&mut li, "confirm").await;
        let path = format!("/drafts/{draft}/confirm");
        let page = li.get(&path).await;
        for says in ["城中区旺角便民食杂店", "个体工商户", "修改", "我已阅读并承诺"] {
            assert!(page.says(says), "{says}");
        }
        let unpromised = li.post(&path, &[]).await;
        assert_eq!(unpromised.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unpromised.says("href=\"#f-promise\"") && cases_in(&street).await == 0);

        let (mut tab, promise) = (li.clone(), [("promise", "yes")]);
        let (first, second) = tokio::join!(li.post(&path, &promise), tab.post(&path, &promise));
        let receipt = format!("/cases/{COUNTY}/{draft}/receipt");
        assert_eq!(
            (first.location(), second.location()),
            (receipt.as_str(), receipt.as_str()),
            "{}{}",
            first.text(),
            second.text()
        );
        assert_eq!(li.post(&path, &promise).await.location(), receipt, "the back button and once more");
        assert_eq!(cases_in(&street).await, 1);

        let seen = li.get(&receipt).await;
        for says in [
            "990101202603020001",
            "2026-03-02 09:00:00.000",
            "营业执照",
            "身份证",
            "2026年3月9日前",
            "下载接收凭证",
        ] {
            assert!(seen.says(says), "{says}: {}", seen.text());
        }
        assert!(li.get("/me/cases").await.says("待受理"));
        let again = li.get(&format!("/drafts/{draft}/form")).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "a sent draft is not changed any more");
        let late = li.post(&format!("/drafts/{draft}/autosave"), &[("business_name", "改")]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
    });
}

#[tokio::test]
async fn what_is_missing_is_listed_whole() {
    db::on_each_database!(async |db: db::Db| {
        let street = Street::on(db).await;
        let mut li = street.signed_in("liming").await;
        let draft = draft_at(&mut li, "materials").await;
        let seen = li.post(&format!("/drafts/{draft}/materials"), &[("go", "next")]).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(seen.says("有 2 处需要修改"), "{}", seen.text());
        assert!(seen.says("还没有上传“营业执照”") && seen.says("还没有上传“负责人（经营者）身份证”"));
        assert_eq!(cases_in(&street).await, 0);
    });
}

#[tokio::test]
async fn a_file_taken_away_in_another_tab_stops_the_sending() {
    let street = Street::anywhere().await;
    let mut li = street.signed_in("liming").await;
    let draft = draft_at(&mut li, "confirm").await;
    let page = li.get(&format!("/drafts/{draft}/materials")).await;
    let file = page.field("instead_of").unwrap();
    li.post(&format!("/drafts/{draft}/materials/business_licence/{file}/delete"), &[]).await;
    let seen = li.post(&format!("/drafts/{draft}/confirm"), &[("promise", "yes")]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.says("还有 1 处没有完成") && seen.says("还没有上传“营业执照”"), "{}", seen.text());
    assert_eq!(cases_in(&street).await, 0);
}

async fn api(browser: &mut Browser, key: &str, body: &Value) -> (StatusCode, Value) {
    match key {
        "" => _ = browser.headers.remove("idempotency-key"),
        key => _ = browser.headers.insert("idempotency-key", HeaderValue::from_str(key).unwrap()),
    }
    let seen = browser.post_body("/api/cases", "application/json", body.to_string()).await;
    (seen.status, json_of(&seen))
}

fn json_of(seen: &Seen) -> Value {
    serde_json::from_slice(&seen.body).unwrap_or_else(|_| panic!("not JSON: {}", seen.text()))
}

async fn sent_files(browser: &mut Browser) -> Vec<Value> {
    let mut files = vec![];
    for slot in ["business_licence", "principal_id_card"] {
        let seen = browser.post_body("/api/files?name=a.jpg", "application/octet-stream", PHOTO).await;
        assert_eq!(seen.status, StatusCode::CREATED, "{}", seen.text());
        let mut file = json_of(&seen);
        file["slot"] = json!(slot);
        files.push(file);
    }
    files
}

#[tokio::test]
async fn a_program_files_a_case_under_a_key() {
    db::on_each_database!(async |db: db::Db| {
        let street = Street::on(db).await;
        let mut li = street.signed_in("liming").await;
        li.get("/me/cases").await;
        let materials = sent_files(&mut li).await;
        let body = json!({
            "bureau": COUNTY, "item": "retail-licence", "business": "1001", "form": form(),
            "materials": materials, "promised": true,
        });
        let (status, first) = api(&mut li, "key-0001", &body).await;
        assert_eq!(status, StatusCode::CREATED, "{first}");
        assert_eq!(first["number"], "990101202603020001");
        assert_eq!(first["notice_due"], "2026-03-09");
        let (status, again) = api(&mut li, "key-0001", &body).await;
        assert_eq!((status, &again), (StatusCode::OK, &first));
        let mut other = body.clone();
        other["form"]["business_name"] = json!("另一家店");
        assert_eq!(api(&mut li, "key-0001", &other).await.0, StatusCode::CONFLICT);
        let (status, fault) = api(&mut li, "", &body).await;
        assert_eq!((status, &fault["code"]), (StatusCode::BAD_REQUEST, &json!("idempotency-key")));
        assert_eq!(cases_in(&street).await, 1);

        let read = li.get(&format!("/api/cases/{COUNTY}/{}", first["id"].as_str().unwrap())).await;
        assert_eq!(json_of(&read)["stage"], "received");
        let mut wang = street.signed_in("wangfang").await;
        wang.get("/me/cases").await;
        assert_eq!(
            wang.get(&format!("/api/cases/{COUNTY}/{}", first["id"].as_str().unwrap())).await.status,
            StatusCode::NOT_FOUND
        );
        let (status, fault) = api(&mut wang, "key-0002", &body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "somebody else's files: {fault}");
        let (status, fault) = api(
            &mut wang,
            "key-0003",
            &json!({
                "bureau": COUNTY, "item": "retail-licence", "business": "1001", "form": {}, "promised": true,
            }),
        )
        .await;
        assert_eq!((status, &fault["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("incomplete")));
        assert_eq!(cases_in(&street).await, 1);
        let nobody = street.browser().post_body("/api/cases", "application/json", body.to_string()).await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    });
}

#[tokio::test]
async fn two_programs_with_one_key_at_the_same_moment_make_one_case() {
    db::on_each_database!(async |db: db::Db| {
        let street = Street::on(db).await;
        let mut li = street.signed_in("liming").await;
        li.get("/me/cases").await;
        let materials = sent_files(&mut li).await;
        let body = json!({
            "bureau": COUNTY, "item": "retail-licence", "business": "1001", "form": form(),
            "materials": materials, "promised": true,
        });
        let mut twin = li.clone();
        let (one, two) = tokio::join!(api(&mut li, "key-0001", &body), api(&mut twin, "key-0001", &body));
        assert_eq!(one.1["number"], two.1["number"], "{} {}", one.1, two.1);
        let mut codes = [one.0, two.0];
        codes.sort();
        assert_eq!(codes, [StatusCode::OK, StatusCode::CREATED]);
        assert_eq!(cases_in(&street).await, 1);
    });
}
