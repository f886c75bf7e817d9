//! Watching one's case: the page, the ledger, the papers, the supplement, the way back, and progress without signing in.

use cases::actions::{self, At};
use cases::case::Case;
use cases::stage::Gap;
use db::Exec;
use http::{StatusCode, header};
use identity::{Officer, Post};
use serde_json::Value;

use crate::street::{COUNTY, PHOTO, Street, send_file};

fn clerk() -> Officer {
    Officer::standing_in("clerk-id", "雷晓东", COUNTY, &[Post::LicenceClerk])
}

fn at(case: &Case) -> At {
    At { bureau: case.bureau.clone(), id: case.id.clone(), seen: None }
}

fn gap(of: &str, name: &str) -> Gap {
    Gap {
        of: of.to_owned(),
        name: name.to_owned(),
        reason: "看不清".to_owned(),
        remedy: "请平放重拍".to_owned(),
        example: "每一位都能认出".to_owned(),
    }
}

#[tokio::test]
async fn days_of_a_year_without_a_notice_are_provisional_on_page_and_paper() {
    db::on_each_database!(async |db: db::Db| {
        let street = Street::on(db).await;
        // Five working days reach over the end of the last year that has a notice.
        let last = street.app.calendar().last_year();
        street.clock.set(web::clock::beijing(jiff::civil::date(last, 12, 29), 10, 0));
        let case = street.filed().await;
        let base = format!("/cases/{COUNTY}/{}", case.id);
        let mut li = street.signed_in("liming").await;
        for page in [&base, &format!("{base}/receipt")] {
            let seen = li.get(page).await;
            assert!(seen.says("暂定"), "{page}: {}", seen.text());
        }
        let sql = "select kind, data from case_paper where bureau = $1 and case_id = $2";
        let papers = street.app.db.clone().query(sql, db::params![COUNTY, &case.id]).await.unwrap();
        let receipt = papers.iter().map(|row| row.text(1).unwrap()).find(|data| data.contains("answer_due"));
        assert!(receipt.expect("the receipt").contains("\"answer_provisional\":true"));

        actions::accept(&street.app, &clerk(), &at(&case)).await.unwrap();
        assert!(li.get(&base).await.says("暂定"));
        assert!(li.get(&format!("{base}/ledger")).await.says("放假安排只公布到"));
    });
}

#[tokio::test]
async fn the_days_left_stand_on_the_case_and_day_by_day_in_the_ledger() {
    db::on_each_database!(async |db: db::Db| {
        let street = Street::on(db).await;
        let case = street.filed().await;
        let base = format!("/cases/{COUNTY}/{}", case.id);
        let mut li = street.signed_in("liming").await;
        let waiting = li.get(&base).await;
        assert!(
            waiting.says("告知是否受理") && waiting.says("剩余 5 个工作日（截止 2026-03-09）"),
            "{}",
            waiting.text()
        );
        assert!(li.get(&format!("{base}/ledger")).await.says("还没有开始计算"));

        actions::accept(&street.app, &clerk(), &at(&case)).await.unwrap();
        let running = li.get(&base).await;
        assert!(
            running.says("承诺办结") && running.says("共 7 个工作日，剩余 7 个工作日（截止 2026-03-11）"),
            "{}",
            running.text()
        );
        assert!(
            running.says("法定办结") && running.says("共 20 个工作日，剩余 20 个工作日（截止 2026-03-30）")
        );
        assert!(running.says("专卖证件负责人") && !running.says("雷晓东"), "the post, not the person");

        let ledger = li.get(&format!("{base}/ledger")).await;
        for says in ["2026-03-07", "周六", "不计入", "行政许可法", "2026年3月11日截止", "第八十二条"]
        {
            assert!(ledger.says(says), "{says}");
        }
        let json = li.get(&format!("{base}/ledger?format=json")).await;
        let json: Value = serde_json::from_slice(&json.body).unwrap();
        assert_eq!(json["promised"]["due"]["on"], "2026-03-11");
        assert_eq!(json["statutory"]["days"].as_array().unwrap().last().unwrap()["running"], 20);

        let mut wang = street.signed_in("wangfang").await;
        wang.get("/me/cases").await;
        for page in ["", "/ledger", "/receipt", "/withdraw", "/supplement"] {
            assert_eq!(wang.get(&format!("{base}{page}")).await.status, StatusCode::NOT_FOUND, "{page}");
        }
        assert_eq!(wang.post(&format!("{base}/withdraw"), &[]).await.status, StatusCode::NOT_FOUND);
    });
}

#[tokio::test]
async fn papers_open_for_the_applicant_only() {
    db::on_each_database!(async |db: db::Db| {
        let street = Street::on(db).await;
        let case = street.filed().await;
        let base = format!("/cases/{COUNTY}/{}", case.id);
        let mut li = street.signed_in("liming").await;
        let page = li.get(&base).await.text();
        let link = page
            .split(&format!("href=\"{base}/papers/"))
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned();
        let paper = li.get(&format!("{base}/papers/{link}")).await;
        assert_eq!(paper.status, StatusCode::OK);
        assert_eq!(paper.headers[header::CONTENT_TYPE], "application/pdf");
        assert!(paper.says(&case.number), "{}", paper.text());
        let mut wang = street.signed_in("wangfang").await;
        assert_eq!(wang.get(&format!("{base}/papers/{link}")).await.status, StatusCode::NOT_FOUND);
        let file =
            page.split(&format!("href=\"{base}/materials/")).nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(&li.get(&format!("{base}/materials/{file}")).await.body[..], PHOTO);
        assert_eq!(wang.get(&format!("{base}/materials/{file}")).await.status, StatusCode::NOT_FOUND);
    });
}

#[tokio::test]
async fn a_supplement_asks_for_nothing_else_and_accepts_when_whole() {
    db::on_each_database!(async |db: db::Db| {
        let street = Street::on(db).await;
        let case = street.filed().await;
        let base = format!("/cases/{COUNTY}/{}", case.id);
        let gaps = vec![gap("business_licence", "营业执照"), gap("form:premises_address", "经营场所地址")];
        actions::ask_for_more(&street.app, &clerk(), &at(&case), gaps, 10).await.unwrap();
        let mut li = street.signed_in("liming").await;
        assert!(li.get("/me/cases").await.says("去补正材料"));
        assert!(
            li.get(&base).await.says("等您补正")
                && li.get(&base).await.says("剩余 10 个工作日（截止 2026-03-16）")
        );
        let page = li.get(&format!("{base}/supplement")).await;
        for says in ["看不清", "请平放重拍", "每一位都能认出", "name=\"premises_address\""] {
            assert!(page.says(says), "{says}: {}", page.text());
        }
        assert!(!page.says("supplement/principal_id_card"), "only what was asked for");

        let early = li
            .post(&format!("{base}/supplement"), &[("premises_address", "演示市城中区人民路20号一层")])
            .await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(early.says("还没有上传“营业执照”") && early.says("人民路20号一层"), "{}", early.text());

        let unasked =
            send_file(&mut li, &format!("{base}/supplement/principal_id_card"), "a.jpg", PHOTO).await;
        assert_eq!(unasked.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unasked.text());
        let sent = send_file(&mut li, &format!("{base}/supplement/business_licence"), "新.jpg", PHOTO).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let unchanged = li
            .post(&format!("{base}/supplement"), &[("premises_address", case.value("premises_address"))])
            .await;
        assert!(unchanged.says("还没有改正"), "{}", unchanged.text());
        let fields = [("premises_address", "演示市城中区人民路20号一层"), ("business_name", "偷改的店名")];
        let whole = li.post(&format!("{base}/supplement"), &fields).await;
        assert_eq!(whole.location(), base, "{}", whole.text());
        let now = li.get(&base).await;
        assert!(now.says("已受理") && !now.says("偷改的店名"), "{}", now.text());
        assert_eq!(li.post(&format!("{base}/supplement"), &fields).await.location(), base, "sent twice");
    });
}

#[tokio::test]
async fn an_application_may_be_taken_back_once() {
    db::on_each_database!(async |db: db::Db| {
        let street = Street::on(db).await;
        let case = street.filed().await;
        let base = format!("/cases/{COUNTY}/{}", case.id);
        let mut li = street.signed_in("liming").await;
        assert!(li.get(&format!("{base}/withdraw")).await.says("确定撤回"));
        let done = li.post(&format!("{base}/withdraw"), &[("reason", "不开店了")]).await;
        assert_eq!(done.location(), base, "{}", done.text());
        assert!(li.get(&base).await.says("已撤回"));
        assert_eq!(li.get(&format!("{base}/withdraw")).await.status, StatusCode::CONFLICT);
        assert_eq!(li.post(&format!("{base}/withdraw"), &[]).await.status, StatusCode::CONFLICT);
    });
}

#[tokio::test]
async fn progress_needs_number_and_code_and_tells_nothing_else() {
    db::on_each_database!(async |db: db::Db| {
        let street = Street::on(db).await;
        let case = street.filed().await;
        let mut anyone = street.browser();
        let form = anyone.get(&format!("/progress?number={}", case.number)).await;
        assert!(form.says(&format!("value=\"{}\"", case.number)));
        let code = case.query_code.to_lowercase();
        let found = anyone.post("/progress", &[("number", &case.number), ("code", &code)]).await;
        assert_eq!(found.status, StatusCode::OK, "{}", found.text());
        assert!(found.says("待受理") && found.says("林**") && found.says("告知是否受理"), "{}", found.text());
        for hidden in [&case.applicant, case.value("contact_phone"), case.value("principal_id"), &case.shop] {
            assert!(!found.says(hidden), "{hidden}");
        }
        let words = "没有查到。请核对办件编号和查询码";
        for (number, code) in
            [(case.number.as_str(), "222222"), ("990101202603029999", &case.query_code), ("1", "x"), ("", "")]
        {
            let seen = anyone.post("/progress", &[("number", number), ("code", code)]).await;
            assert_eq!(seen.status, StatusCode::NOT_FOUND, "{number}");
            assert!(seen.says(words), "{number}: {}", seen.text());
        }
        let mut guesser = street.browser().at([10, 0, 0, 9]);
        guesser.get("/progress").await;
        let mut stopped = false;
        for _ in 0..12 {
            let seen = guesser.post("/progress", &[("number", &case.number), ("code", "222222")]).await;
            stopped |= seen.status == StatusCode::TOO_MANY_REQUESTS;
        }
        assert!(stopped, "a machine that guesses is slowed down");
    });
}
