//! Giving and taking posts on the security administrator's page.

use super::*;

async fn id_of(town: &Town, login: &str) -> String {
    accounts::by_name(&town.app, &mut town.app.db.clone(), "login", login).await.unwrap().unwrap()
}

fn give<'a>(bureau: &'a str, id: &'a str, post: &'a str) -> [(&'a str, &'a str); 3] {
    [("bureau", bureau), ("officer", id), ("give", post)]
}

fn take<'a>(bureau: &'a str, id: &'a str, post: &'a str) -> [(&'a str, &'a str); 3] {
    [("bureau", bureau), ("officer", id), ("take", post)]
}

on_each!(posts_below_are_given_and_taken_at_once_and_stand_in_the_record, |town| Box::pin(async move {
    let clerk_id = id_of(&town, "cz-zj1").await;
    let mut clerk = town.signed_in("cz-zj1").await;
    let mut admin = town.signed_in("sec").await;
    let page = admin.get("/desk/officers?bureau=990101").await;
    assert!(page.status == StatusCode::OK && page.says("取消“证件管理员”"), "{}", page.text());

    admin.post("/desk/officers", &take("990101", &clerk_id, "licence_clerk")).await;
    assert_eq!(clerk.get("/desk/case").await.status, StatusCode::FORBIDDEN);
    admin.get("/desk/officers?bureau=990101").await;
    admin.post("/desk/officers", &give("990101", &clerk_id, "licence_clerk")).await;
    assert_eq!(clerk.get("/desk/case").await.status, StatusCode::OK);
    // The same once more on the same day.
    admin.get("/desk/officers?bureau=990101").await;
    admin.post("/desk/officers", &take("990101", &clerk_id, "licence_clerk")).await;
    assert_eq!(clerk.get("/desk/case").await.status, StatusCode::FORBIDDEN);
    admin.get("/desk/officers?bureau=990101").await;
    admin.post("/desk/officers", &give("990101", &clerk_id, "licence_clerk")).await;
    assert_eq!(clerk.get("/desk/case").await.status, StatusCode::OK);

    let mut db = town.app.db.clone();
    let record = db::history::read(&mut db, "990101", "officer", &clerk_id).await.unwrap();
    let acts: Vec<&str> = record.iter().map(|entry| entry.act.as_str()).collect();
    assert_eq!(acts, ["take_post", "give_post", "take_post", "give_post"]);
    assert!(clerk.get("/me/messages").await.says("您有了新岗位"));
}));

on_each!(nobody_changes_own_posts_or_joins_what_is_kept_apart, |town| Box::pin(async move {
    let (own, clerk_id) = (id_of(&town, "sec").await, id_of(&town, "cz-zj1").await);
    let mut admin = town.signed_in("sec").await;
    admin.get("/desk/officers").await;
    let seen = admin.post("/desk/officers", &give("990100", &own, "bureau_head")).await;
    assert!(seen.status == StatusCode::CONFLICT && seen.says("不能调整自己的岗位"), "{}", seen.text());
    admin.get("/desk/officers?bureau=990101").await;
    let seen = admin.post("/desk/officers", &give("990101", &clerk_id, "auditor")).await;
    assert!(seen.status == StatusCode::CONFLICT && seen.says("不能由同一人担任"), "{}", seen.text());
    // An officer looked for in a bureau that isn't his.
    admin.get("/desk/officers").await;
    let seen = admin.post("/desk/officers", &give("990102", &clerk_id, "inspector")).await;
    assert_eq!(seen.status, StatusCode::NOT_FOUND);

    let mut clerk = town.signed_in("cz-zj1").await;
    assert_eq!(clerk.get("/desk/officers").await.status, StatusCode::FORBIDDEN);
    assert_eq!(clerk.get("/desk/officers?bureau=990102").await.status, StatusCode::NOT_FOUND);
    clerk.get("/me").await;
    let seen = clerk.post("/desk/officers", &give("990101", &clerk_id, "bureau_head")).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    let mut applicant = town.signed_in("liming").await;
    assert_eq!(applicant.get("/desk/officers").await.status, StatusCode::NOT_FOUND);
}));
