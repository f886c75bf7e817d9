//! A draft loses nothing, and belongs to one person.

use std::time::Duration;

use http::StatusCode;

use crate::street::{Street, all_yes, draft_at, draft_with, form, sign_in};

#[tokio::test]
async fn a_draft_goes_on_at_another_device() {
    db::on_each_database!(async |db: db::Db| {
        let street = Street::on(db).await;
        let mut phone = street.signed_in("liming").await;
        let draft = draft_at(&mut phone, "form").await;
        let saved =
            phone.post(&format!("/drafts/{draft}/autosave"), &[("business_name", "䶮记烟酒店")]).await;
        assert_eq!(saved.status, StatusCode::NO_CONTENT);

        let mut desktop = street.signed_in("liming").await;
        let mine = desktop.get("/me/cases").await;
        assert!(mine.says("䶮记烟酒店") && mine.says(&format!("/drafts/{draft}")), "{}", mine.text());
        let seen = desktop.get(&format!("/drafts/{draft}")).await;
        assert_eq!(seen.location(), format!("/drafts/{draft}/form"));
        let page = desktop.follow(&seen).await;
        assert!(page.says("value=\"䶮记烟酒店\""), "what was typed is there");
        assert!(page.says("value=\"李明\"") && page.says("来自您的账户"), "and what we knew");
    });
}

#[tokio::test]
async fn another_persons_draft_looks_like_none() {
    db::on_each_database!(async |db: db::Db| {
        let street = Street::on(db).await;
        let draft = draft_at(&mut street.signed_in("liming").await, "materials").await;
        let mut wang = street.signed_in("wangfang").await;
        wang.get("/me/cases").await;
        for page in ["", "/notice", "/form", "/materials", "/confirm", "/discard"] {
            assert_eq!(
                wang.get(&format!("/drafts/{draft}{page}")).await.status,
                StatusCode::NOT_FOUND,
                "{page}"
            );
        }
        for page in ["/form", "/autosave", "/confirm", "/discard"] {
            let sent = wang.post(&format!("/drafts/{draft}{page}"), &[("business_name", "x")]).await;
            assert_eq!(sent.status, StatusCode::NOT_FOUND, "{page}");
        }
        let missing = wang.get("/drafts/0198c0de-0000-7000-8000-000000000000/form").await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
    });
}

#[tokio::test]
async fn no_page_is_skipped() {
    let street = Street::anywhere().await;
    let mut li = street.signed_in("liming").await;
    let draft = draft_at(&mut li, "notice").await;
    for page in ["check", "form", "materials", "confirm"] {
        let seen = li.get(&format!("/drafts/{draft}/{page}")).await;
        assert_eq!(seen.location(), format!("/drafts/{draft}/notice"), "{page}");
    }
}

#[tokio::test]
async fn a_county_must_be_chosen_and_only_open_business_begins() {
    let street = Street::anywhere().await;
    let mut li = street.signed_in("liming").await;
    let page = li.get("/apply/retail-licence/xinban?bureau=990102").await;
    assert!(page.says("value=\"990102\" checked"), "{}", page.text());
    for wrong in ["", "990100", "000000", "123456"] {
        let seen = li.post("/apply/retail-licence/xinban", &[("bureau", wrong)]).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(seen.says("请选择店铺所在区县的烟草专卖局"), "{wrong}");
    }
    let later = li.get("/apply/retail-licence/yanxu").await;
    assert_eq!(later.status, StatusCode::NOT_FOUND);
    assert!(later.says("还不能网上申请"));
    let nobody = street.browser().get("/apply/retail-licence/xinban?bureau=990101").await;
    assert!(nobody.location().starts_with("/login?next=%2Fapply"), "{}", nobody.location());
}

#[tokio::test]
async fn while_the_item_is_paused_no_page_leads_to_its_application() {
    let street = Street::anywhere().await;
    let mut li = street.signed_in("liming").await;
    let mine = "/guides/retail-licence/xinban/mine?bureau=990101";
    assert!(li.get(mine).await.says("href=\"/apply/retail-licence/xinban?bureau=990101\""));
    let later = li.get("/guides/retail-licence/yanxu/mine").await;
    assert!(
        later.status == StatusCode::OK && !later.says("/apply/"),
        "not open in the web: {}",
        later.text()
    );
    let pause = catalog::Change {
        file: String::new(),
        id: "2026-900".to_owned(),
        kind: catalog::change::Kind::Pause,
        from: vec!["retail-licence".to_owned()],
        to: vec![],
        effective: crate::street::TODAY,
        until: None,
        reason: "系统升级".to_owned(),
        basis: None,
        drafted_by: "甲".to_owned(),
        drafted_on: crate::street::TODAY,
        reviewed_by: "乙".to_owned(),
        reviewed_on: Some(crate::street::TODAY),
        open_cases: Default::default(),
    };
    let paused = catalog::Catalogue::embedded().unwrap().with_changes(vec![pause]);
    street.app.replace_part(std::sync::Arc::new(paused));
    assert!(!li.get(mine).await.says("/apply/"));
    let refused = li.get("/apply/retail-licence/xinban?bureau=990101").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.says("恢复以后可以接着提交"), "{}", refused.text());
}

#[tokio::test]
async fn a_no_in_the_self_check_says_what_to_do_and_does_not_bar_the_way() {
    let street = Street::anywhere().await;
    let mut li = street.signed_in("liming").await;
    let draft = draft_at(&mut li, "check").await;
    let path = format!("/drafts/{draft}/check");
    let unanswered = li.post(&path, &[("funds", "yes")]).await;
    assert_eq!(unanswered.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unanswered.says("有 6 处需要修改"), "{}", unanswered.text());
    let mut answers = all_yes();
    answers[3].1 = "no";
    let doubtful = li.post(&path, &answers).await;
    assert_eq!(doubtful.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(doubtful.says("学校、幼儿园周边不能设烟草销售网点") && doubtful.says("name=\"go_on\""));
    let mut all_the_same = answers.to_vec();
    all_the_same.push(("go_on", "yes"));
    assert_eq!(li.post(&path, &all_the_same).await.location(), format!("/drafts/{draft}/form"));
}

#[tokio::test]
async fn faults_stand_at_their_fields_and_nothing_typed_is_lost() {
    db::on_each_database!(async |db: db::Db| {
        let street = Street::on(db).await;
        let mut li = street.signed_in("liming").await;
        let draft = draft_at(&mut li, "form").await;
        let mut typed = form();
        typed.insert("principal_id".into(), "990101198805120025".into());
        typed.insert("business_name".into(), "开心😀小店".into());
        typed.insert("lease_to".into(), "2027-02-30".into());
        typed.insert("principal_name".into(), "䶮·阿不都".into());
        let fields: Vec<(&str, &str)> =
            typed.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let path = format!("/drafts/{draft}/form");
        let seen = li.post(&path, &fields).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        for key in ["principal_id", "business_name", "lease_to"] {
            assert!(
                seen.says(&format!("href=\"#f-{key}\"")) && seen.says(&format!("id=\"e-{key}\"")),
                "{key}"
            );
        }
        assert!(!seen.says("id=\"e-principal_name\""), "a rare character and a middle dot are a name");
        assert!(seen.says("表情符号"), "{}", seen.text());
        let again = li.get(&path).await;
        for value in ["990101198805120025", "开心😀小店", "2027-02-30", "䶮·阿不都"] {
            assert!(again.says(&format!("value=\"{value}\"")), "{value}");
        }
        let left = li.post(&path, &[("business_name", "半截"), ("go", "leave")]).await;
        assert_eq!(left.location(), "/me/cases", "an unfinished form may be left");
    });
}

#[tokio::test]
async fn the_check_while_typing_uses_the_servers_words() {
    let street = Street::anywhere().await;
    let mut li = street.signed_in("liming").await;
    let draft = draft_at(&mut li, "form").await;
    let typed =
        [("principal_id_type", "2801"), ("principal_id", "990101198805120025"), ("contact_phone", "")];
    let seen = li.post(&format!("/drafts/{draft}/form/look"), &typed).await;
    let look: serde_json::Value = serde_json::from_slice(&seen.body).unwrap();
    let keys: Vec<&str> =
        look["errors"].as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["principal_id"], "only what was typed is judged: {look}");
}

#[tokio::test]
async fn what_was_typed_survives_a_session_that_is_over() {
    db::on_each_database!(async |db: db::Db| {
        let street = Street::on(db).await;
        let mut li = street.signed_in("liming").await;
        let draft = draft_at(&mut li, "form").await;
        street.clock.advance(Duration::from_secs(31 * 60));
        let path = format!("/drafts/{draft}/form");
        let late = li.post(&path, &[("business_name", "䶮记烟酒店"), ("go", "leave")]).await;
        assert_eq!(late.location(), "/login?kept=1", "{}", late.text());
        let back = sign_in(&mut li, "liming").await;
        let kept = li.follow(&back).await;
        assert!(kept.says("您填写的内容还在") && kept.says("䶮记烟酒店"), "{}", kept.text());
        let sent = li.post(&path, &[("business_name", "䶮记烟酒店"), ("go", "leave")]).await;
        assert_eq!(sent.location(), "/me/cases");
        assert!(li.get(&path).await.says("value=\"䶮记烟酒店\""));
    });
}

#[tokio::test]
async fn a_form_from_elsewhere_changes_nothing() {
    db::on_each_database!(async |db: db::Db| {
        let street = Street::on(db).await;
        let mut li = street.signed_in("liming").await;
        let draft = draft_at(&mut li, "form").await;
        let path = format!("/drafts/{draft}/form");
        for token in ["", "nonsense"] {
            let sent = li
                .post_as_it_is(&path, &[("_csrf", token), ("business_name", "外来"), ("go", "leave")])
                .await;
            assert_eq!(sent.status, StatusCode::FORBIDDEN);
        }
        li.headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
        let foreign = li.post(&path, &[("business_name", "外来"), ("go", "leave")]).await;
        assert_eq!(foreign.status, StatusCode::FORBIDDEN);
        li.headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
        assert!(!li.get(&path).await.says("外来"));
    });
}

#[tokio::test]
async fn a_discarded_draft_is_gone() {
    let street = Street::anywhere().await;
    let mut li = street.signed_in("liming").await;
    let draft = draft_at(&mut li, "confirm").await;
    assert!(li.get(&format!("/drafts/{draft}/discard")).await.says("删除这份草稿"));
    assert_eq!(li.post(&format!("/drafts/{draft}/discard"), &[]).await.location(), "/me/cases");
    assert_eq!(li.get(&format!("/drafts/{draft}/form")).await.status, StatusCode::NOT_FOUND);
    assert!(li.get("/me/cases").await.says("还没有办件"));
}

#[tokio::test]
async fn an_agent_writes_in_the_principals_name_and_is_named_as_the_one_who_sent_it() {
    db::on_each_database!(async |db: db::Db| {
        let street = Street::on(db).await;
        let asked = identity::mandates::Asked {
            agent: (&street.lin, "林海涛"),
            principal: (&street.li, "李明"),
            scope: "烟草专卖零售许可证",
            from: jiff::civil::date(2026, 3, 1),
            to: jiff::civil::date(2026, 6, 1),
            paper: None,
        };
        let mut tx = street.app.db.begin().await.unwrap();
        let mandate = identity::mandates::add_confirmed(&street.app, &mut tx, &asked).await.unwrap();
        tx.commit().await.unwrap();
        let mut lin = street.signed_in("agent-lin").await;
        lin.get("/me").await;
        lin.post("/me/acting", &[("mandate", &mandate)]).await;
        let draft = draft_at(&mut lin, "form").await;
        let page = lin.get(&format!("/drafts/{draft}/form")).await;
        assert!(
            page.says("value=\"李明\"") && page.says("来自代办人账户") && page.says("value=\"林海涛\""),
            "{}",
            page.text()
        );
        let silent = form();
        let silent: Vec<(&str, &str)> =
            silent.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let seen = lin.post(&format!("/drafts/{draft}/form"), &silent).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "an agent who says there is none");
        assert!(seen.says("您正在代别人办理"), "{}", seen.text());

        let mut open = form();
        for (key, value) in [
            ("by_agent", "yes"),
            ("agent_name", "林海涛"),
            ("agent_id", "990101199303170552"),
            ("agent_phone", "19999010012"),
        ] {
            open.insert(key.to_owned(), value.to_owned());
        }
        let slots = ["business_licence", "principal_id_card", "power_of_attorney", "agent_id_card"];
        let draft = draft_with(&mut lin, "confirm", &open, &slots).await;
        let sent = lin.post(&format!("/drafts/{draft}/confirm"), &[("promise", "yes")]).await;
        assert_eq!(sent.location(), format!("/cases/990101/{draft}/receipt"), "{}", sent.text());
        let mut li = street.signed_in("liming").await;
        assert!(li.get("/me/cases").await.says("待受理"), "the principal sees it too");
        let history = db::history::read(&mut street.app.db.clone(), "990101", "case", &draft).await.unwrap();
        assert_eq!(
            (history[0].actor.as_str(), history[0].actor_name.as_str()),
            (street.lin.as_str(), "林海涛（代 李明）")
        );

        // As himself the agent follows the case as long as the mandate lasts, and not a day longer.
        let case = format!("/cases/990101/{draft}");
        let mut himself = street.signed_in("agent-lin").await;
        let seen = himself.get(&case).await;
        assert!(seen.status == StatusCode::OK && seen.says("代理人"), "{}", seen.text());
        li.get("/me/mandates").await;
        li.post("/me/mandates/decide", &[("mandate", &mandate), ("do", "end")]).await;
        assert_eq!(himself.get(&case).await.status, StatusCode::NOT_FOUND);
        assert_eq!(himself.get(&format!("{case}/withdraw")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(li.get(&case).await.status, StatusCode::OK);
    });
}
