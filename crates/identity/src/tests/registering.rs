//! Registering.

use super::*;

on_each!(a_person_registers_with_a_code_and_every_mistake_is_told_at_once, |town| Box::pin(async move {
    let mut browser = town.browser();
    browser.get("/register/natural").await;
    let wrong = [
        ("name", "张😀"),
        ("id_number", "990101199001010001"),
        ("phone", "12345"),
        ("password", "short"),
        ("password_again", "other"),
    ];
    let seen = browser.post("/register/natural", &wrong).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.says("有 6 处需要修改") && seen.says("😀") && seen.says("校验码"), "{}", seen.text());
    assert!(seen.says("value=\"990101199001010001\""), "what was typed comes back");

    let seen = browser.post("/register/natural", &[("do", "send"), ("phone", "19999018888")]).await;
    let text = seen.text();
    let code = text.split("<strong class=\"big-number\">").nth(1).unwrap()[..6].to_string();
    let again = browser.post("/register/natural", &[("do", "send"), ("phone", "19999018888")]).await;
    assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS);
    let good = [
        ("name", "𬭎㛃"),
        ("id_number", "990101199001010019"),
        ("phone", "19999018888"),
        ("code", &code),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
        // A column that no form has is not stored.
        ("kind", "officer"),
        ("bureau", "990101"),
    ];
    let good: Vec<(&str, &str)> = good.to_vec();
    let seen = browser.post("/register/natural", &good).await;
    assert_eq!(seen.location(), "/me", "{}", seen.text());
    assert!(browser.follow(&seen).await.says("𬭎㛃"));
    assert_eq!(browser.get("/desk/case").await.status, StatusCode::NOT_FOUND);
}));

on_each!(a_number_registered_already_is_told_only_to_who_holds_the_phone, |town| Box::pin(async move {
    let mut browser = town.browser();
    browser.get("/register/natural").await;
    let seen = browser.post("/register/natural", &[("do", "send"), ("phone", "19999017777")]).await;
    let code = seen.text().split("<strong class=\"big-number\">").nth(1).unwrap()[..6].to_string();
    let fields = |code: &'static str| {
        vec![
            ("name", "李明"),
            ("id_number", "990101198704122151"),
            ("phone", "19999017777"),
            ("code", code),
            ("password", PASSWORD),
            ("password_again", PASSWORD),
        ]
    };
    let wrong = if code == "000000" { "111111" } else { "000000" };
    assert_eq!(
        browser.post("/register/natural", &fields(wrong)).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let seen = browser.post("/register/natural", &fields(Box::leak(code.into_boxed_str()))).await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    assert!(seen.says("这个身份证号码已经注册过"));
}));

on_each!(a_doubtful_credit_code_is_asked_about_not_refused, |town| Box::pin(async move {
    let mut browser = town.browser();
    browser.get("/register/legal").await;
    let seen = browser.post("/register/legal", &[("credit_code", "91990101MA0000015D")]).await;
    assert!(seen.says("我已对照营业执照核对"), "{}", seen.text());
    let seen = browser
        .post("/register/legal", &[("credit_code", "91990101MA0000015D"), ("confirm_credit", "yes")])
        .await;
    assert!(!seen.says("我已对照营业执照核对"));
}));
