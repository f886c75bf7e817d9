//! The inbox.

use super::*;

on_each!(messages_are_read_one_by_one_or_all, |town| Box::pin(async move {
    let mut tx = town.app.db.begin().await.unwrap();
    for n in 0..25 {
        tx.perform(inbox::tell(&town.app, &town.li, &format!("标题{n}"), "正文", "/me/cases")).await.unwrap();
        town.clock.advance(Duration::from_secs(1));
    }
    let once = |title| inbox::tell_once(&town.li, "renewal-90", town.app.now(), title, "正文", "");
    tx.perform(once("只说一次")).await.unwrap();
    tx.perform(once("只说一次")).await.unwrap();
    tx.commit().await.unwrap();

    let mut li = town.signed_in("liming").await;
    let seen = li.get("/me/messages").await;
    assert!(seen.says("26 条未读") && seen.says("标题24") && !seen.says("标题3<"), "{}", seen.text());
    let text = seen.text();
    let next =
        text.split("href=\"/me/messages?after=").nth(1).unwrap().split('"').next().unwrap().to_string();
    assert!(li.get(&format!("/me/messages?after={next}")).await.says("标题3<"));
    let id = text.split("href=\"/me/messages/").nth(1).unwrap().split('"').next().unwrap().to_string();
    li.get(&format!("/me/messages/{id}")).await;
    assert!(li.get("/me/messages").await.says("25 条未读"));
    let mut wang = town.signed_in("wangfang").await;
    assert_eq!(wang.get(&format!("/me/messages/{id}")).await.status, StatusCode::NOT_FOUND);
    li.post("/me/messages/read-all", &[]).await;
    assert!(!li.get("/me/messages").await.says("条未读"));
}));
