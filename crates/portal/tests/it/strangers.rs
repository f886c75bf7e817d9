//! People who have no business here: officers of another bureau, applicants of another case, other websites.

use db::{Exec, params};
use reqwest::Method;

use crate::town::desk::CLERK;
use crate::town::{BUREAU, Browser, Case, MATERIALS, Page, Shop, Town, picture};

told_on_both!(
    a_case_of_another_bureau_looks_like_a_missing_one,
    a_case_of_another_applicant_looks_like_a_missing_one,
    another_website_can_do_nothing_in_ones_name,
    a_file_of_somebody_else_can_not_be_hung_on_ones_own_case,
    what_the_form_does_not_ask_is_never_stored,
    guessing_a_password_closes_the_door,
    signing_in_gives_a_new_session_and_signing_out_ends_all,
    only_the_security_administrator_gives_posts_and_never_to_oneself,
);

/// A page without what differs from request to request.
fn bare(page: &Page) -> String {
    let words = page.words();
    words.split("编号").next().unwrap_or_default().to_owned()
}

async fn same_as_missing(browser: &Browser, there: &str, missing: &str) {
    let (there_page, missing_page) = (browser.get(there).await, browser.get(missing).await);
    assert_eq!(there_page.status.as_u16(), 404, "{there}:\n{}", there_page.words());
    assert_eq!(bare(&there_page), bare(&missing_page), "{there} can be told from {missing}");
}

async fn a_case_of_another_bureau_looks_like_a_missing_one(town: &Town) {
    let case = town.applies("liming", &Shop::number(1)).await;
    let missing = Case { id: "01a05a7a-0000-7000-8000-000000000000".to_owned(), ..case.clone() };
    let colleague = town.at("gx-zj1").await;
    for below in ["", "/ledger", "/accept", "/supplement", "/decline", "/inspect", "/decide"] {
        same_as_missing(&colleague, &case.desk(below), &missing.desk(below)).await;
    }
    let token = colleague.get("/desk").await.hidden("_csrf").expect("a token");
    let accept = colleague.post(&case.desk("/accept"), &[("_csrf", &token), ("seen", "1")]).await;
    accept.must_be(404);
    // The address of the own bureau around the foreign case is no way in either.
    let disguised = Case { bureau: "990102".to_owned(), ..case.clone() };
    colleague.get(&disguised.desk("")).await.must_be(404);
    let page = town.at(CLERK).await.get(&case.desk("/accept")).await;
    page.must_be(200);
}

async fn a_case_of_another_applicant_looks_like_a_missing_one(town: &Town) {
    let case = town.applies("liming", &Shop::number(1)).await;
    town.asks_for_more(&case, &["business_licence"], "10").await.must_be(200);
    let draft = town.begins("liming").await;
    let own = town.looks_at(&case, "").await;
    let below: Vec<String> = own
        .links()
        .into_iter()
        .map(|(_, href)| href)
        .filter(|href| href.starts_with(&case.mine("/")))
        .collect();
    assert!(
        below.iter().any(|href| href.contains("/papers/"))
            && below.iter().any(|href| href.contains("/materials/")),
        "{below:?}"
    );

    let other = town.at("wangfang").await;
    let missing = Case { id: "01a05a7a-0000-7000-8000-000000000000".to_owned(), ..case.clone() };
    for page in ["", "/receipt", "/ledger", "/supplement", "/withdraw"] {
        same_as_missing(&other, &case.mine(page), &missing.mine(page)).await;
    }
    for href in below {
        other.get(&href).await.must_be(404);
    }
    for page in ["", "/notice", "/check", "/form", "/materials", "/confirm", "/discard"] {
        other.get(&draft.at(page)).await.must_be(404);
    }
    other.get(&format!("/api/cases/{}/{}", case.bureau, case.id)).await.must_be(404);
    let token = other.get("/me").await.hidden("_csrf").expect("a token");
    for path in [
        case.mine("/withdraw"),
        case.mine("/supplement"),
        draft.at("/discard"),
        draft.at("/form"),
        draft.at("/confirm"),
    ] {
        other.post(&path, &[("_csrf", &token), ("promise", "yes")]).await.must_be(404);
    }
    // An own case around somebody else's papers.
    let own = town.applies("wangfang", &Shop::number(2)).await;
    for (_, href) in town.looks_at(&case, "").await.links() {
        if let Some(tail) = href
            .strip_prefix(&case.mine(""))
            .filter(|tail| tail.contains("/papers/") || tail.contains("/materials/"))
        {
            other.get(&own.mine(tail)).await.must_be(404);
        }
    }
    town.looks_at(&case, "").await.must_say("请补正 1 项内容");
}

async fn another_website_can_do_nothing_in_ones_name(town: &Town) {
    let case = town.applies("liming", &Shop::number(1)).await;
    let victim = town.at("liming").await;
    let withdraw = victim.get(&case.mine("/withdraw")).await.form_with("reason").set("reason", "不是我写的");
    let foreign = victim.with("sec-fetch-site", "cross-site").with("origin", "https://evil.example");
    foreign.send(withdraw.clone()).await.must_be(403).must_say("来自别的网站");
    let old_phone = victim.without("sec-fetch-site").with("origin", "https://evil.example");
    old_phone.send(withdraw.clone()).await.must_be(403);
    // Without a token, with somebody else's, and with none of the headers that newer browsers send.
    let bare = victim.without("sec-fetch-site").without("origin");
    bare.send(withdraw.clone().without("_csrf")).await.must_be(403);
    let other = town.at("wangfang").await.get("/me").await.hidden("_csrf").expect("a token");
    bare.send(withdraw.clone().forge("_csrf", &other)).await.must_be(403);
    let program = foreign
        .request(Method::POST, "/api/cases")
        .header("idempotency-key", "from-elsewhere")
        .json(&serde_json::json!({}));
    foreign.go(program).await.must_be(403);
    // A link can't do anything.
    let by_link = victim.get(&format!("{}?reason=x", case.mine("/withdraw"))).await;
    by_link.must_be(200);
    town.looks_at(&case, "").await.must_say("受理");
    assert!(!town.looks_at(&case, "").await.says("已撤回"));
}

async fn a_file_of_somebody_else_can_not_be_hung_on_ones_own_case(town: &Town) {
    let liming = town.at("liming").await.with("accept", "application/json");
    let sent = liming
        .go(liming.request(Method::POST, "/api/files?name=a.jpg").body(picture("principal_id_card")))
        .await;
    let sent = sent.must_be(201).json();
    let thief = town.at("wangfang").await.with("accept", "application/json");
    let mut body = serde_json::json!({
        "bureau": BUREAU,
        "item": "retail-licence",
        "business": "xinban",
        "form": Shop::number(1).entries(),
        "materials": [],
        "promised": true,
    });
    body["materials"] = MATERIALS.iter().map(|slot| with(&sent, "slot", slot)).collect();
    let request =
        thief.request(Method::POST, "/api/cases").header("idempotency-key", "stolen-card").json(&body);
    thief.go(request).await.must_be(422);
}

fn with(value: &serde_json::Value, key: &str, text: &str) -> serde_json::Value {
    let mut value = value.clone();
    value[key] = text.into();
    value
}

/// Names of columns that no form asks for.
const COLUMNS: [(&str, &str); 12] = [
    ("number", "990101202609019999"),
    ("stage", "decided"),
    ("subject", "somebody"),
    ("filed_by", "somebody"),
    ("version", "99"),
    ("received_at", "0"),
    ("query_code", "AAAAAA"),
    ("due", "2030-01-01"),
    ("warnings", "[]"),
    ("promised_at", "1"),
    ("posts", "bureau_head"),
    ("bureau", "990102"),
];

async fn what_the_form_does_not_ask_is_never_stored(town: &Town) {
    let draft = town.begins("liming").await;
    let mut form = draft.form(&Shop::number(1)).await;
    for (name, value) in COLUMNS {
        form = form.forge(name, value);
    }
    draft.browser.send(form).await.must_be(200);
    draft.uploads_everything().await;
    let mut last = draft.ready().await;
    for (name, value) in COLUMNS {
        last = last.forge(name, value);
    }
    let case = draft.received(&draft.browser.send(last).await);
    assert_eq!(case.number, "990101202609010001");
    let told = draft.browser.get(&format!("/api/cases/{}/{}", case.bureau, case.id)).await.json();
    for (name, value) in COLUMNS {
        assert!(told["form"].get(name).is_none(), "{name} was stored");
        assert_ne!(told[name], value, "{name} was taken over");
    }
    assert_eq!(told["stage"], "received");
}

async fn guessing_a_password_closes_the_door(town: &Town) {
    let thief = town.visitor();
    for guess in 1..=6 {
        let page = thief.get("/login").await;
        let wrong = format!("Wrong-{guess}");
        let page = thief
            .send(page.form_with("password").fill([("login", "liming"), ("password", wrong.as_str())]))
            .await;
        if guess <= 5 {
            page.must_be(422).must_say("账号或密码不对");
        } else {
            assert!(page.status.is_client_error() && page.says("锁定"), "{}:\n{}", page.status, page.words());
        }
    }
    // Also from elsewhere and with the right word, until the quarter of an hour is over.
    let page = town.visitor();
    let closed = page
        .send(
            page.get("/login")
                .await
                .form_with("password")
                .fill([("login", "liming"), ("password", portal::demo::PASSWORD)]),
        )
        .await;
    assert!(closed.at.starts_with("/login") && closed.says("锁定"), "{}", closed.words());
    town.minutes_pass(16);
    town.sign_in(&town.visitor(), "liming").await;
    // A name that nobody has sounds the same.
    let page = town.visitor();
    let nobody = page
        .send(
            page.get("/login")
                .await
                .form_with("password")
                .fill([("login", "nobody-at-all"), ("password", "Wrong-1")]),
        )
        .await;
    nobody.must_be(422).must_say("账号或密码不对");
}

async fn signing_in_gives_a_new_session_and_signing_out_ends_all(town: &Town) {
    let browser = town.visitor();
    browser.plant("yz_session", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    town.sign_in(&browser, "liming").await;
    let session = browser.cookie("yz_session").expect("a session");
    assert_ne!(
        session, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "a planted session is never taken over"
    );

    let phone = town.visitor();
    town.sign_in(&phone, "liming").await;
    let page = phone.get("/me").await;
    phone.send(page.form_to("/me/sign-out-everywhere")).await.must_be(200);
    let copied = town.visitor();
    copied.plant("yz_session", &session);
    for browser in [&browser, &phone, &copied] {
        let page = browser.get("/me/cases").await;
        assert!(page.at.starts_with("/login"), "{} is still open:\n{}", page.at, page.words());
    }
}

async fn only_the_security_administrator_gives_posts_and_never_to_oneself(town: &Town) {
    for login in [CLERK, "cz-jz", "gx-zj1", "ds-xt", "ds-sj", "ds-aq"] {
        let own = identity::accounts::by_name(&town.app, &mut town.app.db.clone(), "login", login).await;
        let own = own.expect("asked").expect("an account");
        let officer = town.at(login).await;
        let token = officer.get("/me").await.hidden("_csrf").expect("a token");
        for bureau in [BUREAU, "990102", "990100"] {
            let typed =
                [("_csrf", token.as_str()), ("bureau", bureau), ("officer", &own), ("give", "supervisor")];
            let told = officer.post("/desk/officers", &typed).await;
            assert!(matches!(told.status.as_u16(), 403 | 404 | 409), "{login} in {bureau}: {}", told.status);
        }
    }
    let sql = "select count(*) from officer_post where post = 'supervisor' -- all bureaus: a test";
    let held =
        town.app.db.clone().query_one(sql, params![]).await.expect("counted").int(0).expect("a number");
    assert_eq!(held, 1, "the one the town was settled with");
}
