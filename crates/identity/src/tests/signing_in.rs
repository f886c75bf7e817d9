//! Signing in and out: names, guesses, sessions, and what becomes of a form when they end.

use super::*;

on_each!(every_name_of_a_person_signs_in_and_the_cookie_is_closed_to_scripts, |town| Box::pin(async move {
    for name in ["19999010001", "990101198704122151", " liming ", "LiMing"] {
        let mut browser = town.browser();
        let seen = sign_in(&mut browser, name, PASSWORD).await;
        assert_eq!((seen.status, seen.location()), (StatusCode::SEE_OTHER, "/me"), "{name}");
        let cookie = seen
            .headers
            .get_all("set-cookie")
            .iter()
            .find(|c| c.to_str().unwrap().starts_with("yz_session="));
        let cookie = cookie.unwrap().to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        let me = browser.get("/me").await;
        assert!(me.says("990***********2151") && me.says("199****0001"), "masked numbers are shown");
        assert!(!me.says("990101198704122151") && !me.says("19999010001"), "full numbers are not");
    }
}));

on_each!(five_wrong_passwords_close_the_name_for_a_quarter_of_an_hour, |town| Box::pin(async move {
    let mut browser = town.browser();
    for left in ["4", "3", "2", "1"] {
        let seen = sign_in(&mut browser, "liming", "wrong-guess").await;
        assert!(seen.says(&format!("还可以再试 {left} 次")), "{}", seen.text());
    }
    sign_in(&mut browser, "liming", "wrong-guess").await;
    let seen = sign_in(&mut browser, "liming", PASSWORD).await;
    assert_eq!(seen.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(seen.says("2026-11-23 09:15"), "says when it opens: {}", seen.text());

    // Another name from the same place still gets in, and time opens the door.
    assert_eq!(sign_in(&mut town.browser(), "wangfang", PASSWORD).await.status, StatusCode::SEE_OTHER);
    town.clock.advance(Duration::from_secs(16 * 60));
    assert_eq!(sign_in(&mut browser, "liming", PASSWORD).await.status, StatusCode::SEE_OTHER);
}));

on_each!(an_unknown_name_is_locked_just_the_same, |town| Box::pin(async move {
    let mut browser = town.browser();
    for _ in 0..5 {
        assert!(sign_in(&mut browser, "nobody-here", "wrong-guess").await.says("账号或密码不对"));
    }
    assert_eq!(
        sign_in(&mut browser, "nobody-here", "wrong-guess").await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
}));

on_each!(one_address_guessing_at_many_names_is_closed, |town| Box::pin(async move {
    for n in 0..20 {
        let mut browser = town.browser().at([10, 0, 0, 9]);
        assert_eq!(
            sign_in(&mut browser, &format!("guess{n}"), "x").await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
    let mut browser = town.browser().at([10, 0, 0, 9]);
    assert_eq!(sign_in(&mut browser, "liming", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    let mut elsewhere = town.browser().at([10, 0, 0, 10]);
    assert_eq!(sign_in(&mut elsewhere, "liming", PASSWORD).await.status, StatusCode::SEE_OTHER);
}));

on_each!(guesses_sent_at_once_are_not_more_than_five, |town| Box::pin(async move {
    let mut browser = town.browser();
    browser.get("/login").await;
    let tries = (0..20u8).map(|n| {
        // From different addresses, so that only the name's door can stop them.
        let mut browser = browser.clone().at([10, 0, 1, n]);
        tokio::spawn(
            async move { browser.post("/login", &[("login", "liming"), ("password", "x")]).await.status },
        )
    });
    let mut checked = 0;
    for one in tries.collect::<Vec<_>>() {
        checked += usize::from(one.await.unwrap() == StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(checked, 5);
}));

on_each!(signing_in_gives_a_new_session_and_ends_the_one_before, |town| Box::pin(async move {
    // An attacker plants his own session in the victim's browser; after the victim signs in, it opens nothing.
    let attacker = town.signed_in("wangfang").await;
    let planted = attacker.cookies["yz_session"].clone();
    let mut victim = town.browser();
    victim.cookies.insert("yz_session".into(), planted.clone());
    sign_in(&mut victim, "liming", PASSWORD).await;
    assert_ne!(victim.cookies["yz_session"], planted);
    let mut attacker = attacker;
    assert_eq!(attacker.get("/me").await.location(), "/login?next=%2Fme", "the planted session is over");
    assert!(victim.get("/me").await.says("李明"));
}));

on_each!(a_session_ends_after_half_an_hour_idle_and_twelve_hours_in_all, |town| Box::pin(async move {
    let mut idle = town.signed_in("liming").await;
    town.clock.advance(Duration::from_secs(29 * 60));
    assert_eq!(idle.get("/me").await.status, StatusCode::OK);
    town.clock.advance(Duration::from_secs(31 * 60));
    assert_eq!(idle.get("/me").await.location(), "/login?next=%2Fme");

    let mut busy = town.signed_in("liming").await;
    for _ in 0..(12 * 3 - 1) {
        town.clock.advance(Duration::from_secs(20 * 60));
        assert_eq!(busy.get("/me").await.status, StatusCode::OK);
    }
    town.clock.advance(Duration::from_secs(20 * 60));
    assert_eq!(busy.get("/me").await.status, StatusCode::SEE_OTHER);
}));

on_each!(signing_out_everywhere_ends_every_place, |town| Box::pin(async move {
    let (mut phone, mut desk) = (town.signed_in("liming").await, town.signed_in("liming").await);
    phone.get("/me").await;
    let seen = phone.post("/me/sign-out-everywhere", &[]).await;
    assert_eq!(seen.location(), "/login");
    assert!(phone.follow(&seen).await.says("已在全部 2 处退出登录"));
    assert_eq!(desk.get("/me").await.status, StatusCode::SEE_OTHER);
}));

on_each!(a_form_without_token_with_a_foreign_token_or_from_a_foreign_site_changes_nothing, |town| Box::pin(
    async move {
        let mut li = town.signed_in("liming").await;
        let mut wang = town.signed_in("wangfang").await;
        wang.get("/me").await;
        li.get("/me").await;
        let refused = |seen: Seen, code: &str| {
            assert_eq!(seen.status, StatusCode::FORBIDDEN, "{code}");
            assert!(!seen.says("wrote"), "{code}");
        };
        // Old web views send neither Origin nor Sec-Fetch-Site: the token alone must hold.
        li.headers.remove("sec-fetch-site");
        refused(li.post_as_it_is("/note", &[("words", "x")]).await, "no token");
        let foreign = wang.token().to_string();
        refused(li.post_as_it_is("/note", &[("_csrf", &foreign), ("words", "x")]).await, "another's token");
        assert_eq!(
            li.post("/note", &[("words", "x")]).await.status,
            StatusCode::OK,
            "with the token alone it is taken"
        );

        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
            let mut browser = li.clone();
            browser.headers.remove("sec-fetch-site");
            browser.headers.insert(name, value.parse().unwrap());
            refused(browser.post("/note", &[("words", "x")]).await, name);
        }
    }
));

on_each!(what_was_typed_survives_a_session_that_is_over, |town| Box::pin(async move {
    let mut li = town.signed_in("liming").await;
    li.get("/me").await;
    town.clock.advance(Duration::from_secs(31 * 60));
    let seen = li.post("/note", &[("words", "䶮记烟酒店 <i>"), ("password", "secret-thing")]).await;
    assert_eq!(seen.location(), "/login?kept=1");
    assert!(li.follow(&seen).await.says("填写的内容已经保存"));

    // Somebody else at the same computer doesn't get it.
    let mut other = li.clone();
    let seen = sign_in(&mut other, "wangfang", PASSWORD).await;
    assert_eq!(seen.location(), "/me");

    let seen = sign_in(&mut li, "liming", PASSWORD).await;
    assert!(seen.location().starts_with("/resume/"), "{}", seen.location());
    let page = li.follow(&seen).await;
    assert!(page.says("您填写的内容还在") && page.says("䶮记烟酒店"), "{}", page.text());
    assert!(!page.says("secret-thing") && !page.says("<i>"));
    let seen = li.post("/note", &[("words", "䶮记烟酒店 <i>")]).await;
    assert_eq!(seen.text(), "李明 wrote 䶮记烟酒店 <i>");
    let stored = town.app.db.clone().query("select body from stash where at > $1", params![0]).await.unwrap();
    assert!(!stored[0].text(0).unwrap().contains("words"), "kept sealed");
}));

on_each!(a_form_of_a_page_opened_before_signing_in_again_is_offered_back, |town| Box::pin(async move {
    let mut li = town.signed_in("liming").await;
    li.get("/me").await;
    let old = li.token().to_string();
    sign_in(&mut li, "liming", PASSWORD).await;
    let seen = li.post_as_it_is("/note", &[("_csrf", &old), ("words", "两个标签页")]).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    assert!(seen.says("两个标签页") && seen.says("action=\"/note\""), "{}", seen.text());
}));

on_each!(programs_are_told_in_json, |town| Box::pin(async move {
    let mut browser = town.browser();
    browser.headers.insert("accept", "application/json".parse().unwrap());
    let seen = browser.get("/me").await;
    assert_eq!(seen.status, StatusCode::UNAUTHORIZED);
    assert!(seen.says("\"code\":\"login-needed\"") && seen.says("incident"), "{}", seen.text());
}));
