//! Stories of signing in, through the layers, on each database at hand.

use std::sync::Arc;
use std::time::Duration;

use db::{Exec, params};
use http::StatusCode;
use jiff::civil::date;
use web::testing::{Browser, Seen, app_on};
use web::{Answer, App, FixedClock, Form, PageCx};

use crate::accounts::{Kind, NewAccount};
use crate::messenger::ShownOnPage;
use crate::{Act, Bureau, Identity, Level, NewOfficer, Officer, Person, Post};
use crate::{accounts, bureaus, inbox, mandates, officers, passwords};

const PASSWORD: &str = "xiaodian-2026";

/// A little town: one county with a clerk, another county, two people, an agent.
pub(crate) struct Town {
    pub app: App,
    pub clock: Arc<FixedClock>,
    pub router: axum::Router,
    pub li: String,
}

impl Town {
    async fn on(db: db::Db) -> Town {
        let (builder, clock) = app_on(db, date(2026, 11, 23)).await;
        let app = builder.part(Identity::new(Arc::new(ShownOnPage))).build();
        let li = settle(&app).await;
        let router = crate::routes().merge(test_routes()).merge(web::routes());
        let router = web::layers(crate::layer(router, &app), app.clone());
        Town { app, clock, router, li }
    }

    fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    async fn signed_in(&self, login: &str) -> Browser {
        let mut browser = self.browser();
        let seen = sign_in(&mut browser, login, PASSWORD).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
        browser
    }
}

async fn sign_in(browser: &mut Browser, login: &str, password: &str) -> Seen {
    browser.get("/login").await;
    browser.post("/login", &[("login", login), ("password", password), ("next", "")]).await
}

fn bureau(code: &str, parent: Option<&str>, level: Level) -> Bureau {
    Bureau {
        code: code.into(),
        name: format!("{code}烟草专卖局"),
        short: "测".into(),
        level,
        parent: parent.map(Into::into),
        division: code.into(),
        uscc: String::new(),
        address: String::new(),
        phone: String::new(),
        complaints: String::new(),
        review_organ: String::new(),
        court: String::new(),
        supply_company: String::new(),
    }
}

fn person(kind: Kind, name: &str, id: &str, phone: &str, login: &str) -> NewAccount {
    NewAccount {
        kind,
        name: name.into(),
        representative: String::new(),
        id_number: id.into(),
        phone: phone.into(),
        credit_code: String::new(),
        address: "演示市城中区和平路7号".into(),
        login: Some(login.into()),
        bureau: None,
    }
}

/// Answers the subject of Li Ming.
async fn settle(app: &App) -> String {
    let phc = passwords::hash_now(PASSWORD).unwrap();
    let mut tx = app.db.begin().await.unwrap();
    for (code, parent, level) in [
        ("990100", None, Level::Prefecture),
        ("990101", Some("990100"), Level::County),
        ("990102", Some("990100"), Level::County),
    ] {
        bureaus::add(app, &mut tx, &bureau(code, parent, level)).await.unwrap();
    }
    let li = person(Kind::Natural, "李明", "990101198704122151", "19999010001", "liming");
    let li = accounts::add(app, &mut tx, &li, &phc).await.unwrap();
    let wang = person(Kind::Natural, "王芳", "990101199209301288", "19999010002", "wangfang");
    accounts::add(app, &mut tx, &wang, &phc).await.unwrap();
    let lin = person(Kind::Agent, "林海涛", "990101199303170552", "19999010012", "agent-lin");
    accounts::add(app, &mut tx, &lin, &phc).await.unwrap();
    for (bureau, login, posts) in [
        ("990101", "cz-zj1", vec![Post::LicenceClerk, Post::TeamHead]),
        ("990100", "sup", vec![Post::Supervisor]),
        ("990100", "sec", vec![Post::SecurityAdmin]),
    ] {
        let new = NewOfficer {
            bureau: bureau.into(),
            login: login.into(),
            name: "雷晓东".into(),
            badge: "99990101001".into(),
            posts,
        };
        officers::add(app, &mut tx, &new, date(2026, 1, 1), &phc).await.unwrap();
    }
    tx.commit().await.unwrap();
    li
}

#[derive(serde::Deserialize)]
struct Note {
    words: String,
}

/// Pages of a make-believe matter.
fn test_routes() -> axum::Router<App> {
    use axum::routing::get;
    async fn note_form(_person: Person, cx: PageCx) -> String {
        cx.page("").csrf
    }
    async fn note(person: Person, Form(note): Form<Note>) -> String {
        format!("{} wrote {}", person.actor_name(), note.words)
    }
    async fn case(officer: Officer) -> Answer<String> {
        officer.may(Act::Accept, "990101")?;
        Ok(format!("{} accepts", officer.name))
    }
    async fn other_case(officer: Officer) -> Answer<String> {
        officer.may(Act::Accept, "990102")?;
        Ok("seen".into())
    }
    async fn watch(officer: Officer) -> Answer<String> {
        officer.may(Act::Supervise, "990102")?;
        Ok("watched".into())
    }
    axum::Router::new()
        .route("/note", get(note_form).post(note))
        .route("/desk/case", get(case))
        .route("/desk/other", get(other_case))
        .route("/desk/watch", get(watch))
        .route("/desk/missing", get(async || -> Answer<String> { Err(crate::Fault::Unknown.into()) }))
}

macro_rules! on_each {
    ($name:ident, $body:expr) => {
        #[tokio::test]
        async fn $name() {
            for (engine, db) in db::testing::databases().await {
                eprintln!("on {engine}");
                let body: fn(Town) -> futures_core::BoxFuture = $body;
                body(Town::on(db).await).await;
            }
        }
    };
}

mod futures_core {
    pub type BoxFuture = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;
}

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

mod posts;

on_each!(a_post_taken_away_counts_from_the_next_request, |town| Box::pin(async move {
    let mut clerk = town.signed_in("cz-zj1").await;
    assert_eq!(clerk.get("/desk/case").await.status, StatusCode::OK);
    let mut db = town.app.db.clone();
    let id = accounts::by_name(&town.app, &mut db, "login", "cz-zj1").await.unwrap().unwrap();
    officers::take_post(&mut db, "990101", &id, Post::LicenceClerk, date(2026, 11, 22)).await.unwrap();
    assert_eq!(clerk.get("/desk/case").await.status, StatusCode::FORBIDDEN);
}));

on_each!(an_agent_acts_only_while_the_principal_agrees, |town| Box::pin(async move {
    let mut lin = town.signed_in("agent-lin").await;
    lin.get("/me/mandates").await;
    let ask = [
        ("principal", "990101198704122151"),
        ("principal_name", "李明"),
        ("scope", "代为申请"),
        ("from", "2026-11-23"),
        ("to", "2026-12-31"),
    ];
    assert_eq!(lin.post("/me/mandates", &ask).await.status, StatusCode::SEE_OTHER);
    let mut db = town.app.db.clone();
    let agent = accounts::by_name(&town.app, &mut db, "login", "agent-lin").await.unwrap().unwrap();
    let id = mandates::held_by(&mut db, &agent).await.unwrap()[0].id.clone();

    // Asking is not having.
    assert_eq!(lin.post("/me/acting", &[("mandate", &id)]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        lin.post("/me/mandates/decide", &[("mandate", &id), ("do", "confirm")]).await.status,
        StatusCode::NOT_FOUND
    );

    let mut li = town.signed_in("liming").await;
    assert!(li.get("/me/messages").await.says("有人请求代您办事"));
    li.get("/me/mandates").await;
    assert_eq!(
        li.post("/me/mandates/decide", &[("mandate", &id), ("do", "confirm")]).await.status,
        StatusCode::SEE_OTHER
    );
    let before = lin.cookies["yz_session"].clone();
    assert_eq!(lin.post("/me/acting", &[("mandate", &id)]).await.location(), "/me");
    assert_ne!(lin.cookies["yz_session"], before, "a new role has a new token");
    lin.get("/me").await;
    assert_eq!(lin.post("/note", &[("words", "a")]).await.text(), "林海涛（代 李明） wrote a");

    li.post("/me/mandates/decide", &[("mandate", &id), ("do", "end")]).await;
    assert_eq!(lin.post("/note", &[("words", "a")]).await.text(), "林海涛 wrote a");
}));

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

on_each!(no_plain_number_stands_in_the_database, |town| Box::pin(async move {
    let mut db = town.app.db.clone();
    let rows = db
        .query(
            "select id_sealed, phone_sealed, id_masked, phone_masked from account where subject <> $1",
            params![""],
        )
        .await
        .unwrap();
    let names = db.query("select key_hash from login_name where kind <> $1", params![""]).await.unwrap();
    let stored: Vec<String> = rows
        .iter()
        .flat_map(|row| (0..4).map(|i| row.text(i).unwrap()))
        .chain(names.iter().map(|row| row.text(0).unwrap()))
        .collect();
    assert!(stored.len() > 10);
    for plain in ["990101198704122151", "19999010001"] {
        assert!(stored.iter().all(|value| !value.contains(plain)));
    }
    let li = accounts::profile(&town.app, &mut db, &town.li).await.unwrap().unwrap();
    assert_eq!((li.id_number.as_str(), li.phone.as_str()), ("990101198704122151", "19999010001"));
}));

on_each!(the_daily_sweep_leaves_what_is_in_use, |town| Box::pin(async move {
    let mut li = town.signed_in("liming").await;
    crate::sweep(&town.app).await.unwrap();
    assert_eq!(li.get("/me").await.status, StatusCode::OK);
    town.clock.advance(Duration::from_secs(8 * 24 * 3600));
    crate::sweep(&town.app).await.unwrap();
    let left =
        town.app.db.clone().query("select subject from session where subject = $1", params![&town.li]).await;
    assert!(left.unwrap().is_empty());
}));

/// The medians of known and unknown names lie close together, since both pay for one hash.
#[tokio::test]
async fn an_unknown_name_takes_as_long_as_a_known_one() {
    let db = db::testing::databases().await.remove(0).1;
    let town = Town::on(db).await;
    passwords::verify("warm up", None).await.unwrap();
    let mut browser = town.browser();
    browser.get("/login").await;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for n in 0..9 {
        for (name, times) in [("liming".to_string(), &mut known), (format!("nobody{n}"), &mut unknown)] {
            let mut browser = browser.clone().at([10, 9, n, times.len() as u8]);
            let started = std::time::Instant::now();
            browser.post("/login", &[("login", &name), ("password", "wrong-guess")]).await;
            times.push(started.elapsed());
        }
        let mut db = town.app.db.clone();
        db.execute("delete from login_failure where kind = $1", params!["name"]).await.unwrap();
    }
    known.sort();
    unknown.sort();
    let (known, unknown) = (known[4].as_secs_f64(), unknown[4].as_secs_f64());
    // Without the hash for nobody, the unknown name would answer at a tenth of the time.
    assert!(unknown > known * 0.6 && unknown < known * 1.7, "known {known:.4} s, unknown {unknown:.4} s");
}

#[test]
fn sealed_values_open_only_under_their_own_label_and_secret() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (builder, _) = app_on(db::Db::temp().await.unwrap(), date(2026, 1, 1)).await;
        let app = builder.build();
        let sealed = crate::seal::seal(&app, "account.id", "990101198704122151");
        assert_eq!(crate::seal::open(&app, "account.id", &sealed).unwrap(), "990101198704122151");
        assert_ne!(sealed, crate::seal::seal(&app, "account.id", "990101198704122151"));
        assert!(crate::seal::open(&app, "account.phone", &sealed).is_err());
        let mut bent = sealed.into_bytes();
        bent[20] ^= 1;
        assert!(crate::seal::open(&app, "account.id", &String::from_utf8(bent).unwrap()).is_err());
    });
}
