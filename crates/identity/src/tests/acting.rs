//! Officers act by post, in their own bureau.

use super::*;

on_each!(an_officer_acts_by_post_in_the_own_bureau_and_others_look_missing, |town| Box::pin(async move {
    let mut clerk = town.signed_in("cz-zj1").await;
    assert_eq!(clerk.get("/desk/case").await.text(), "雷晓东 accepts");
    let other = clerk.get("/desk/other").await;
    let missing = clerk.get("/desk/missing").await;
    assert_eq!((other.status, missing.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    assert_eq!(without_ids(&other.text(), "/desk/other"), without_ids(&missing.text(), "/desk/missing"));

    clerk.get("/me").await;
    clerk.post("/me/post", &[("post", "team_head")]).await;
    let seen = clerk.get("/desk/case").await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    assert!(seen.says("您的岗位不能办理“受理”"));

    let mut supervisor = town.signed_in("sup").await;
    assert_eq!(supervisor.get("/desk/watch").await.text(), "watched");
    assert_eq!(supervisor.get("/desk/other").await.status, StatusCode::NOT_FOUND);
    let mut applicant = town.signed_in("liming").await;
    assert_eq!(applicant.get("/desk/case").await.status, StatusCode::NOT_FOUND);
}));

/// A page without what differs on every request: tokens, ids, the path.
fn without_ids(page: &str, path: &str) -> String {
    let mut text = page.replace(path, "");
    for (before, after) in [("content=\"", "\""), ("_csrf\" value=\"", "\""), ("<code>", "</code>")] {
        while let Some(at) = text.find(before) {
            let end = text[at + before.len()..].find(after).unwrap() + at + before.len();
            text.replace_range(at..end, "");
        }
    }
    text
}

on_each!(a_post_taken_away_counts_from_the_next_request, |town| Box::pin(async move {
    let mut clerk = town.signed_in("cz-zj1").await;
    assert_eq!(clerk.get("/desk/case").await.status, StatusCode::OK);
    let mut db = town.app.db.clone();
    let id = accounts::by_name(&town.app, &mut db, "login", "cz-zj1").await.unwrap().unwrap();
    officers::take_post(&mut db, "990101", &id, Post::LicenceClerk, date(2026, 11, 22)).await.unwrap();
    assert_eq!(clerk.get("/desk/case").await.status, StatusCode::FORBIDDEN);
}));
