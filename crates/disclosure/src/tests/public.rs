//! What the public sees and says: the list, consultations, tables, feeds and data.

use db::Exec as _;

use super::*;
use crate::article::Consultation;

fn asking(from: Date, to: Date) -> Content {
    let asked = Consultation { from, to, contact: "电话 0990-9901101".into() };
    Content { kind: Kind::Consultation, consultation: Some(asked), ..notice("征求意见") }
}

#[tokio::test]
async fn comments_are_taken_between_the_dates_only_and_shown_after_an_editor_has_looked() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let public = office.public(asking(date(2026, 11, 26), date(2026, 11, 27))).await;
        let at = format!("/disclosure/{}", public.index_no.unwrap());
        let mut visitor = office.visitor();
        let say =
            [("name", "周福顺"), ("body", "建议放宽一点"), ("key", "0190aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee")];
        assert!(!visitor.get(&at).await.says("我要提意见"));
        let early = visitor.post(&format!("{at}/comments"), &say).await;
        assert!(early.status == StatusCode::CONFLICT && early.says("还没有开始"), "{}", early.text());

        office.hours_pass(24);
        assert!(visitor.get(&at).await.says("我要提意见"));
        for _ in 0..2 {
            let said = visitor.post(&format!("{at}/comments"), &say).await;
            assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text());
        }
        let page = visitor.get(&at).await;
        assert!(page.says("另有 1 条正在查看") && !page.says("建议放宽一点"), "{}", page.text());
        let short = visitor.post(&format!("{at}/comments"), &[("name", "留住的名字"), ("body", "好")]).await;
        assert!(
            short.status == StatusCode::UNPROCESSABLE_ENTITY && short.says("留住的名字"),
            "{}",
            short.text()
        );

        let mut writer = office.at("writer").await;
        let list = writer.get("/desk/disclosure/comments").await;
        assert!(list.says("建议放宽一点") && list.says("周福顺"));
        let comments =
            store::comments_of_bureau(&mut office.app.db.clone(), BUREAU, "waiting", 10).await.unwrap();
        let one = &comments[0];
        let button = format!("/desk/disclosure/comments/{BUREAU}/{}/{}", one.index_no, one.id);
        let hide = writer.post(&button, &[("version", "1"), ("do", "hide"), ("why", "")]).await;
        assert_eq!(hide.status, StatusCode::UNPROCESSABLE_ENTITY);
        let shown = [("version", "1"), ("do", "show"), ("answer", "谢谢，会研究")];
        assert_eq!(writer.post(&button, &shown).await.status, StatusCode::SEE_OTHER);
        assert_eq!(writer.post(&button, &shown).await.status, StatusCode::CONFLICT);
        let page = visitor.get(&at).await;
        assert!(
            page.says("建议放宽一点")
                && page.says("周**")
                && !page.says("周福顺")
                && page.says("谢谢，会研究")
        );

        office.hours_pass(48);
        let late = office.visitor().at([10, 0, 0, 9]).post(&format!("{at}/comments"), &say).await;
        assert!(!late.status.is_success(), "a form without a token");
        visitor.get(&at).await;
        let late = visitor.post(&format!("{at}/comments"), &say).await;
        assert!(late.status == StatusCode::CONFLICT && late.says("已经结束"), "{}", late.text());
    });
}

#[tokio::test]
async fn a_comment_with_a_number_of_a_person_is_refused_and_an_older_one_is_shown_covered() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let public = office.public(asking(DAY, DAY)).await;
        let index = public.index_no.unwrap();
        let at = format!("/disclosure/{index}");
        let mut visitor = office.visitor();
        visitor.get(&at).await;
        let words = "建议放宽，请回电 199 9901 0001";
        let said = visitor.post(&format!("{at}/comments"), &[("body", words)]).await;
        assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(said.says("请删去这个号码") && said.says(words), "{}", said.text());

        let older = crate::comment::Comment {
            bureau: BUREAU.to_owned(),
            index_no: index.clone(),
            id: "0190aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeef".to_owned(),
            name: String::new(),
            body: "我是990101198704122151，建议放宽".to_owned(),
            at: office.app.now(),
            state: crate::comment::CommentState::Waiting,
            answer: None,
            version: 1,
        };
        let mut tx = office.app.db.begin().await.unwrap();
        tx.perform(store::add_comment(&older)).await.unwrap();
        tx.commit().await.unwrap();
        let mut writer = office.at("writer").await;
        let list = writer.get("/desk/disclosure/comments").await;
        assert!(list.says("含有身份证号码") && list.says("990***********2151"), "{}", list.text());
        let button = format!("/desk/disclosure/comments/{BUREAU}/{index}/{}", older.id);
        writer.post(&button, &[("version", "1"), ("do", "show")]).await;
        let page = visitor.get(&at).await;
        let text = page.text();
        assert!(page.says("990***********2151") && !text.contains("990101198704122151"), "{text}");
    });
}

#[tokio::test]
async fn one_address_can_not_flood_a_consultation() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let public = office.public(asking(DAY, DAY)).await;
        let at = format!("/disclosure/{}", public.index_no.unwrap());
        let mut visitor = office.visitor();
        visitor.get(&at).await;
        let mut last = StatusCode::OK;
        for n in 0..12 {
            let body = format!("第{n}条意见内容");
            last = visitor.post(&format!("{at}/comments"), &[("body", body.as_str())]).await.status;
        }
        assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    });
}

#[tokio::test]
async fn the_list_is_narrowed_by_kind_bureau_year_item_and_law_and_turned_page_by_page() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let cite = crate::article::cite("《行政许可法》第四十条", DAY).unwrap();
        let policy = Content {
            kind: Kind::Policy,
            effective_on: Some(DAY),
            items: vec!["retail-licence".into()],
            cites: vec![cite],
            ..notice("布局规划政策")
        };
        office.public(policy).await;
        for n in 0..22 {
            office.clock.advance(std::time::Duration::from_secs(60));
            office.public(notice(&format!("公告{n:02}"))).await;
        }
        let mut visitor = office.visitor();
        let first = visitor.get("/disclosure").await;
        assert!(first.says("公告21") && first.says("公告02") && !first.says("公告01"));
        let text = first.text();
        let next = text.split("href=\"/disclosure?after=").nth(1).unwrap().split('"').next().unwrap();
        let second = visitor.get(&format!("/disclosure?after={next}")).await;
        assert!(second.says("公告01") && second.says("布局规划政策") && !second.says("公告02"));
        for narrowed in
            ["kind=policy", "item=retail-licence", "law=%E8%A1%8C%E6%94%BF%E8%AE%B8%E5%8F%AF%E6%B3%95"]
        {
            let seen = visitor.get(&format!("/disclosure?{narrowed}")).await;
            assert!(seen.says("布局规划政策") && !seen.says("公告21"), "{narrowed}");
        }
        assert!(!visitor.get("/disclosure?bureau=990102").await.says("公告21"));
        assert!(visitor.get("/disclosure?year=2025").await.says("没有符合条件"));
        for odd in ["after=%00", "after=x~y", "kind='--", "year=%27%20or%201=1"] {
            assert_eq!(visitor.get(&format!("/disclosure?{odd}")).await.status, StatusCode::OK, "{odd}");
        }
        for odd in ["990101-2026-99999", "x", "990101-2026-00001-1", "%27"] {
            assert_eq!(
                visitor.get(&format!("/disclosure/{odd}")).await.status,
                StatusCode::NOT_FOUND,
                "{odd}"
            );
        }
    });
}

#[tokio::test]
async fn quotas_stand_side_by_side_and_their_table_can_be_taken_along() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let body = "| 单元 | 余量 |\n|---|---|\n| 桥城街道 | 3 |\n| =1+1 | 0 |";
        let quota =
            Content {
                kind: Kind::Quota, effective_on: Some(DAY), body: body.into(), ..notice("总量和余量")
            };
        let public = office.public(quota).await;
        let mut visitor = office.visitor();
        assert!(visitor.get("/disclosure/quotas").await.says("桥城街道"));
        let file = visitor.get(&format!("/disclosure/{}/table.csv", public.index_no.unwrap())).await;
        assert_eq!(file.text(), "\u{feff}单元,余量\n桥城街道,3\n'=1+1,0\n");
        let none = office.public(notice("没有表")).await;
        let file = visitor.get(&format!("/disclosure/{}/table.csv", none.index_no.unwrap())).await;
        assert_eq!(file.status, StatusCode::NOT_FOUND);
    });
}

#[tokio::test]
async fn feeds_and_data_hold_what_is_public() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let mut visitor = office.visitor();
        assert_eq!(visitor.get("/disclosure/feed.atom").await.status, StatusCode::OK);
        office.public(notice("公开的")).await;
        office.draft(notice("草稿里的")).await;
        for (path, kind) in [
            ("/disclosure/feed.atom", "application/atom+xml; charset=utf-8"),
            ("/disclosure/feed.rss", "application/rss+xml; charset=utf-8"),
            ("/open-data/articles.csv", "text/csv; charset=utf-8"),
            ("/open-data/articles.json", "application/json"),
        ] {
            let seen = visitor.get(path).await;
            assert_eq!(seen.headers["content-type"], kind, "{path}");
            assert!(seen.says("公开的") && !seen.says("草稿里的"), "{path}: {}", seen.text());
        }
        let schema: serde_json::Value =
            serde_json::from_slice(&visitor.get("/open-data/schema.json").await.body).unwrap();
        assert_eq!(schema["version"], 1);
        assert_eq!(schema["data"][1]["columns"].as_array().unwrap().len(), 28);
        assert!(visitor.get("/open-data").await.says("XK_XDR_MC"));
    });
}
