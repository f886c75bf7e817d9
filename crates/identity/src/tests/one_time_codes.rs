//! One-time codes: signing in by phone and setting a forgotten password anew.

use super::*;

on_each!(a_code_signs_in_once_and_five_wrong_ones_use_it_up, |town| Box::pin(async move {
    let mut browser = town.browser();
    browser.get("/login/code").await;
    let seen = browser.post("/login/code", &[("do", "send"), ("phone", "19999010001")]).await;
    let code = seen.text().split("<strong class=\"big-number\">").nth(1).unwrap()[..6].to_string();
    let seen = browser.post("/login/code", &[("phone", "19999010001"), ("code", &code)]).await;
    assert_eq!(seen.location(), "/me");
    let mut thief = town.browser();
    thief.get("/login/code").await;
    let seen = thief.post("/login/code", &[("phone", "19999010001"), ("code", &code)]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "used up");

    town.clock.advance(Duration::from_secs(61));
    browser.get("/login/code").await;
    let seen = browser.post("/login/code", &[("do", "send"), ("phone", "19999010001")]).await;
    let code = seen.text().split("<strong class=\"big-number\">").nth(1).unwrap()[..6].to_string();
    let wrong = if code == "000000" { "111111" } else { "000000" };
    for _ in 0..5 {
        thief.post("/login/code", &[("phone", "19999010001"), ("code", wrong)]).await;
    }
    let seen = thief.post("/login/code", &[("phone", "19999010001"), ("code", &code)]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "no sixth try");
}));

on_each!(a_forgotten_password_is_set_anew_by_who_holds_the_phone, |town| Box::pin(async move {
    let here = town.signed_in("19999010001").await;
    let mut browser = town.browser();
    browser.get("/login/forgot").await;
    let seen = browser.post("/login/forgot", &[("do", "send"), ("phone", "19999010001")]).await;
    let code = seen.text().split("<strong class=\"big-number\">").nth(1).unwrap()[..6].to_string();
    let typed = |code: &str, password: &str| {
        let fields =
            [("phone", "19999010001"), ("code", code), ("password", password), ("password_again", password)];
        fields.map(|(name, value)| (name, value.to_string()))
    };
    let send = async |browser: &mut Browser, fields: [(&str, String); 4]| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post("/login/forgot", &fields).await
    };
    let seen = send(&mut browser, typed(&code, "123")).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "weak; the code is still good");
    let wrong = if code == "000000" { "111111" } else { "000000" };
    let seen = send(&mut browser, typed(wrong, "xinmima-2027")).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    let seen = send(&mut browser, typed(&code, "xinmima-2027")).await;
    assert_eq!(seen.location(), "/login", "{}", seen.text());

    let mut here = here;
    assert_ne!(here.get("/me").await.status, StatusCode::OK, "every other place is signed out");
    let seen = sign_in(&mut town.browser(), "19999010001", PASSWORD).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "the old one is over");
    let seen = sign_in(&mut town.browser(), "19999010001", "xinmima-2027").await;
    assert_eq!(seen.location(), "/me");

    // A stranger's phone looks the same and gets nothing.
    let seen = browser.post("/login/forgot", &[("do", "send"), ("phone", "19999018888")]).await;
    assert_eq!(seen.status, StatusCode::OK);
    assert!(!seen.says("big-number"), "{}", seen.text());
}));
