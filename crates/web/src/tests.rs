//! The layers around a few make-believe routes.

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use http::StatusCode;
use jiff::civil::date;
use std::sync::{Arc, Mutex};

use crate::testing::{Browser, app_on};
use crate::{
    Answer, ApiJson, App, Class, Face, Fields, Flash, Limiter, Page, PageCx, Refusal, Settings, html,
};

#[derive(askama::Template)]
#[template(
    source = "{% extends \"base.html\" %}{% block main %}<h1>{{ page.title }}</h1>{% endblock %}",
    ext = "html"
)]
struct Plain {
    page: Page,
}

async fn plain(cx: PageCx) -> Answer {
    html(&Plain { page: cx.page("一页") })
}

#[derive(askama::Template)]
#[template(path = "desk.html")]
struct DeskFrame {
    page: Page,
}

#[derive(askama::Template)]
#[template(path = "print.html")]
struct PrintFrame {
    page: Page,
}

fn routes() -> Router<App> {
    async fn echo(fields: Fields) -> String {
        fields.get("words").to_string()
    }
    async fn broken() -> Answer {
        Err(Refusal::internal("select secret from table where password = 'x'"))
    }
    async fn fault(Path(kind): Path<String>) -> Answer {
        Err(match kind.as_str() {
            "busy" => db::Fault::Busy.into(),
            "full" => db::Fault::Full.into(),
            "gone" => db::Fault::Unavailable("connection refused at 10.0.0.5".into()).into(),
            "unknown" => db::Fault::UnknownOutcome("lost".into()).into(),
            _ => Face::conflict("step-not-open", "现在不能受理", "请刷新")
                .under("《行政许可法》第三十二条")
                .into(),
        })
    }
    async fn panics() -> Answer {
        panic!("with 990101198704122151 inside")
    }
    async fn flashes(cx: PageCx) -> axum::response::Response {
        Flash::done("已保存").redirect(&cx.app, "/plain")
    }
    async fn desk(cx: PageCx) -> Answer {
        html(&DeskFrame { page: cx.page("任务") })
    }
    async fn print(cx: PageCx) -> Answer {
        html(&PrintFrame { page: cx.page("指南") })
    }
    async fn api(ApiJson(body): ApiJson<Vec<i64>>) -> String {
        body.len().to_string()
    }
    let slow = Limiter::new(Class { name: "t", per_minute: 1, burst: 2 });
    Router::new()
        .route("/plain", get(plain))
        .route("/desk", get(desk))
        .route("/print", get(print))
        .route("/echo", post(echo))
        .route("/broken", get(broken))
        .route("/fault/{kind}", get(fault))
        .route("/panics", get(panics))
        .route("/flashes", get(flashes))
        .route("/api/list", post(api))
        .merge(slow.guard(Router::new().route("/slow", get(async || "ok"))))
        .merge(crate::routes())
}

async fn browser_with(change: impl FnOnce(Settings) -> Settings) -> Browser {
    let (builder, _clock) = app_on(db::Db::temp().await.unwrap(), date(2026, 11, 23)).await;
    let settings = change(Settings { secret: [5; 32], ..Settings::default() });
    Browser::new(crate::layers(routes(), builder.settings(settings).build()))
}

async fn browser() -> Browser {
    browser_with(|settings| settings).await
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    for (base, hsts) in [("https://yz.example", true), ("http://127.0.0.1:8080", false)] {
        let mut browser = browser_with(|settings| Settings { base_url: base.into(), ..settings }).await;
        for path in ["/plain", "/no-such-page", "/broken", "/panics"] {
            let seen = browser.get(path).await;
            let header = |name: &str| {
                seen.headers.get(name).map(|v| v.to_str().unwrap().to_string()).unwrap_or_default()
            };
            let policy = header("content-security-policy");
            assert!(
                policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"),
                "{path}: {policy}"
            );
            assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(header("x-request-id").len(), 36, "{path}");
            assert_eq!(!header("strict-transport-security").is_empty(), hsts, "{path}");
            assert!(!seen.headers.contains_key("server"), "{path}");
        }
        let seen = browser.get("/plain").await;
        assert!(!seen.text().contains("style=") && !seen.text().contains("<script>"), "nothing inline");
    }
}

#[tokio::test]
async fn faults_tell_what_to_do_and_leak_nothing() {
    let mut browser = browser().await;
    for path in ["/broken", "/panics"] {
        let seen = browser.get(path).await;
        assert_eq!(seen.status, StatusCode::INTERNAL_SERVER_ERROR);
        for leak in ["select", "password =", "990101198704122151", "panicked", "axum", ".rs"] {
            assert!(!seen.says(leak), "{path} shows {leak}");
        }
        let id = seen.headers["x-request-id"].to_str().unwrap().to_string();
        assert!(seen.says(&id) && seen.says("12313"), "the number to report stands on the page");
    }
    let cases = [("busy", 503, "2"), ("gone", 503, "30"), ("full", 507, "300"), ("unknown", 503, "5")];
    for (kind, status, retry) in cases {
        let seen = browser.get(&format!("/fault/{kind}")).await;
        assert_eq!(
            (seen.status.as_u16(), seen.headers["retry-after"].to_str().unwrap()),
            (status, retry),
            "{kind}"
        );
        assert!(!seen.says("10.0.0.5"), "{kind}");
    }
    let seen = browser.get("/fault/step").await;
    assert!(seen.says("现在不能受理") && seen.says("依据：《行政许可法》第三十二条"));
}

#[tokio::test]
async fn missing_pages_and_wrong_methods_have_a_way_on() {
    let mut browser = browser().await;
    let seen = browser.get("/.git/config").await;
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
    assert!(seen.says("没有这个页面") && seen.says("href=\"/items\""));
    let seen = browser.get("/echo").await;
    assert_eq!(seen.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(seen.headers["allow"], "POST");
    assert_eq!(browser.get("/assets/").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/assets/css/../../Cargo.toml").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn programs_get_json_and_htmx_a_fragment() {
    let mut browser = browser().await;
    let seen = browser.post_body("/api/list", "application/json", "[oops").await;
    assert_eq!(seen.status, StatusCode::BAD_REQUEST);
    let told: serde_json::Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(told["code"], "json-invalid");
    assert_eq!(told["incident"], seen.headers["x-request-id"].to_str().unwrap());
    browser.headers.insert("hx-request", "true".parse().unwrap());
    let seen = browser.get("/fault/step").await;
    assert!(seen.says("现在不能受理") && !seen.says("<html"));
    assert!(seen.headers.get_all("vary").iter().any(|v| v.to_str().unwrap().contains("hx-request")));
}

#[tokio::test]
async fn a_form_is_taken_with_its_token_and_refused_when_too_large() {
    let mut browser = browser().await;
    browser.get("/plain").await;
    assert_eq!(browser.post("/echo", &[("words", "犇𬭎")]).await.text(), "犇𬭎");
    assert_eq!(browser.post_as_it_is("/echo", &[("words", "x")]).await.status, StatusCode::FORBIDDEN);
    let large = "x".repeat(crate::layers::BODY_LIMIT + 1);
    let seen = browser.post("/echo", &[("words", &large)]).await;
    assert_eq!(seen.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(seen.says("提交的内容太大"));
    let seen = browser.post_body("/echo", "text/plain", "words=x").await;
    assert_eq!(seen.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn a_flash_is_seen_once() {
    let mut browser = browser().await;
    let seen = browser.get("/flashes").await;
    assert!(browser.follow(&seen).await.says("已保存"));
    assert!(!browser.get("/plain").await.says("已保存"));
}

#[tokio::test]
async fn elder_mode_is_kept_without_scripts_and_leads_back() {
    let mut browser = browser().await;
    browser.get("/plain").await;
    let seen = browser.post("/view", &[("elder", "on"), ("back", "/plain?a=1")]).await;
    assert_eq!(seen.location(), "/plain?a=1");
    assert!(browser.follow(&seen).await.says("class=\"elder\""));
    let seen = browser.post("/view", &[("contrast", "on"), ("back", "//evil.example")]).await;
    assert_eq!(seen.location(), "/");
    assert!(browser.get("/plain").await.says("class=\"elder contrast\""), "one switch leaves the other");
    browser.post("/view", &[("size", "large"), ("back", "/plain")]).await;
    let seen = browser.get("/plain").await;
    assert!(seen.says("class=\"elder contrast large\"") && seen.says("字号：大"), "{}", seen.text());
    browser.post("/view", &[("size", "huge"), ("back", "/plain")]).await;
    assert!(browser.get("/plain").await.says("class=\"elder contrast\""), "no such size is the usual one");
}

#[tokio::test]
async fn one_address_is_slowed_and_told_for_how_long() {
    let mut browser = browser().await;
    assert_eq!(browser.get("/slow").await.status, StatusCode::OK);
    assert_eq!(browser.get("/slow").await.status, StatusCode::OK);
    let seen = browser.get("/slow").await;
    assert_eq!(seen.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(seen.headers.contains_key("retry-after"));
    assert_eq!(browser.get("/plain").await.status, StatusCode::OK);
    assert_eq!(browser.at([10, 0, 0, 1]).get("/slow").await.status, StatusCode::OK);
}

#[tokio::test]
async fn assets_are_kept_for_ever_under_names_that_change() {
    let mut browser = browser().await;
    let page = browser.get("/plain").await.text();
    let href = crate::assets::href("css/app.css");
    assert!(page.contains(&href));
    let seen = browser.get(&href).await;
    assert_eq!(seen.headers["content-type"], "text/css; charset=utf-8");
    assert!(seen.headers["cache-control"].to_str().unwrap().contains("immutable"));
    assert!(!seen.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn counters_see_routes_never_paths() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = seen.clone();
    let (builder, _clock) = app_on(db::Db::temp().await.unwrap(), date(2026, 11, 23)).await;
    let app = builder
        .on_answer(Arc::new(move |answer: &crate::layers::Seen<'_>| {
            told.lock().unwrap().push((answer.route.to_string(), answer.status.as_u16()));
        }))
        .build();
    let mut browser = Browser::new(crate::layers(routes(), app));
    browser.get("/fault/private-thing").await;
    browser.get("/nowhere/private-thing").await;
    let counted = seen.lock().unwrap().clone();
    assert_eq!(counted, [("/fault/{kind}".to_string(), 409), ("-".to_string(), 404)]);
}

#[tokio::test]
async fn a_request_number_is_taken_from_a_trusted_proxy_only() {
    for (trust, taken) in [(false, false), (true, true)] {
        let mut browser = browser_with(|settings| Settings { trust_proxy: trust, ..settings }).await;
        browser.headers.insert("x-request-id", "proxy-number-1".parse().unwrap());
        let seen = browser.get("/plain").await;
        assert_eq!(seen.headers["x-request-id"] == "proxy-number-1", taken);
    }
}

#[tokio::test]
async fn the_other_frames_draw() {
    let mut browser = browser().await;
    assert!(browser.get("/desk").await.says("工作台菜单"));
    assert!(browser.get("/print").await.says("打印时间：2026年11月23日"));
}

#[tokio::test]
async fn one_menu_entry_is_where_we_are() {
    use crate::NavItem;
    let (builder, _clock) = app_on(db::Db::temp().await.unwrap(), date(2026, 11, 23)).await;
    let menu = vec![
        NavItem::new("任务", "/desk"),
        NavItem::new("许可证", "/desk/licences"),
        NavItem::new("督办", "/desk/watch").needs("supervise"),
    ];
    let app = builder.desk_menu(menu).build();
    let router = routes()
        .route("/desk/licences", get(async |cx: PageCx| html(&DeskFrame { page: cx.page("许可证") })));
    let mut browser = Browser::new(crate::layers(router, app));
    let side =
        |text: String| text.split("工作台菜单").nth(1).unwrap().split("</nav>").next().unwrap().to_string();
    let here = side(browser.get("/desk/licences").await.text());
    assert_eq!(here.matches("aria-current").count(), 1, "{here}");
    assert!(here.contains("href=\"/desk/licences\" aria-current=\"page\""), "{here}");
    assert!(!here.contains("督办"), "what nobody here may do is not offered");
    assert!(side(browser.get("/desk").await.text()).contains("href=\"/desk\" aria-current=\"page\""));
}

#[tokio::test]
async fn a_form_gone_stale_comes_back_over_plain_http_too() {
    let mut browser = browser().await;
    browser.headers.remove("sec-fetch-site");
    browser.headers.insert("origin", "http://127.0.0.1:8080".parse().unwrap());
    let seen = browser.post_as_it_is("/echo", &[("words", "写了很久"), ("password", "hidden-thing")]).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    assert!(seen.says("您填写的内容还在") && seen.says("写了很久") && !seen.says("hidden-thing"));
    assert_eq!(browser.post("/echo", &[("words", "写了很久")]).await.text(), "写了很久");
}
