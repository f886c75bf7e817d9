//! The guide through its front door.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use catalog::Catalogue;
use http_body_util::BodyExt;
use tower::ServiceExt;

async fn site() -> Router {
    let db = db::Db::temp().await.unwrap();
    let (builder, _clock) = web::testing::app_on(db, jiff::civil::date(2026, 2, 9)).await;
    let app = builder.part(Catalogue::embedded().unwrap()).build();
    web::layers(web::routes().merge(catalog::pages::routes()), app)
}

struct Seen {
    status: StatusCode,
    text: String,
    cookies: Vec<String>,
}

async fn get(site: &Router, path: &str, cookie: &str) -> Seen {
    let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let answer = site.clone().oneshot(request).await.unwrap();
    let status = answer.status();
    let cookies = answer.headers().get_all(header::SET_COOKIE);
    let cookies = cookies.iter().map(|line| line.to_str().unwrap().to_owned()).collect();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    Seen { status, text: String::from_utf8(body.to_vec()).unwrap(), cookies }
}

#[track_caller]
fn holds(seen: &Seen, texts: &[&str]) {
    assert_eq!(seen.status, StatusCode::OK);
    for text in texts {
        assert!(seen.text.contains(text), "the page lacks “{text}”");
    }
}

#[tokio::test]
async fn the_hall_speaks_as_people_do() {
    let site = site().await;
    let hall = get(&site, "/items", "").await;
    holds(
        &hall,
        &["我想开店卖烟", "许可证丢了或者坏了", "href=\"/apply/retail-licence/xinban\"", "不收取任何费用"],
    );
    assert_eq!(hall.text.matches("/apply/").count(), 1, "only 新办 is open");

    let found = get(&site, "/items?q=%E4%B8%A2", "").await; // 丢
    holds(&found, &["许可证丢了或者坏了"]);
    assert!(!found.text.contains("我想开店卖烟"));

    let nothing = get(&site, "/items?q=%E9%A9%BE%E7%85%A7", "").await; // 驾照
    holds(&nothing, &["没有找到和", "我想开店卖烟"]);

    let hostile = get(&site, "/items?q=%3Cscript%3E", "").await;
    assert!(!hostile.text.contains("<script>&"), "what was typed is escaped");
    holds(&hostile, &["&#60;script&#62;"]);
}

#[tokio::test]
async fn the_hall_is_sieved_by_who_how_and_where() {
    let site = site().await;
    let online = get(&site, "/items?who=shop&how=online&bureau=990101", "").await;
    holds(
        &online,
        &[
            "我想开店卖烟",
            "value=\"shop\" selected",
            "value=\"online\" selected",
            "value=\"990101\" selected",
        ],
    );
    assert!(!online.text.contains("许可证丢了或者坏了") && !online.text.contains("企业和行业事项"));
    let trade = get(&site, "/items?who=enterprise", "").await;
    holds(&trade, &["企业和行业事项"]);
    assert!(!trade.text.contains("我想开店卖烟"));
    let odd = get(&site, "/items?who=%3Cb%3E&how=x", "").await;
    holds(&odd, &["我想开店卖烟", "企业和行业事项"]);
}

#[tokio::test]
async fn the_full_guide_has_every_element() {
    let site = site().await;
    let full = get(&site, "/guides/retail-licence/xinban?view=full&bureau=990101", "").await;
    holds(
        &full,
        &[
            // basis with the article's text
            "《烟草专卖法》第十六条",
            "经营烟草制品零售业务的企业或者个人",
            "第四十二条第一款",
            "二十日内不能作出决定的，经本行政机关负责人批准",
            "答“否”怎么办",
            // conditions, limits side by side
            "有与住所相独立的固定经营场所",
            "法定办结时限",
            "承诺办结时限",
            "可以延长 10 个工作日",
            // materials with basis, form, copies, signature, blank and example
            "烟草专卖零售许可证申请表",
            "原件 1 份、复印件 0 份",
            "申请人签名或者盖章",
            "/guides/retail-licence/xinban/blank/application_form",
            "/guides/retail-licence/xinban/sample/application_form",
            // process with roles
            "实地核查人员（不少于两人）",
            "机关负责人",
            // notices, questions, phones, hall, remedies, codes, version
            "没有许可证卖烟属于无证经营",
            "办证收费吗？",
            "0990-9901010",
            "0990-9901019",
            "城中区烟草专卖局办证大厅",
            "60日内申请行政复议",
            "00016211200Y",
            "1199010109901003X0400016211200Y",
            "指南版本 2026.3",
            "2026年1月1日",
            "href=\"/apply/retail-licence/xinban?bureau=990101\"",
        ],
    );
    let print = get(&site, "/guides/retail-licence/xinban?view=print&bureau=990101", "").await;
    holds(&print, &["办事指南", "经营烟草制品零售业务的企业或者个人", "审查要点"]);
    assert!(!print.text.contains("<nav"), "a printed guide has no menus");

    let short = get(&site, "/guides/retail-licence/xinban", "").await;
    assert!(!short.text.contains("审查要点") && short.text.len() < full.text.len());
}

#[tokio::test]
async fn the_bureau_is_remembered_and_sets_the_promise() {
    let site = site().await;
    let chosen = get(&site, "/guides/retail-licence/xinban?bureau=990102", "").await;
    holds(
        &chosen,
        &["<strong class=\"big-number\">5</strong> 个工作日", "高新区烟草专卖局2025年第5号公告（演示）"],
    );
    assert!(chosen.cookies.iter().any(|line| line.starts_with("yz_bureau=990102;")), "{:?}", chosen.cookies);
    let again = get(&site, "/guides/retail-licence/xinban", "yz_bureau=990102").await;
    holds(&again, &["<strong class=\"big-number\">5</strong> 个工作日"]);
    // Neither a prefecture nor nonsense takes applications.
    for code in ["990100", "123456", "%3Cb%3E"] {
        let other = get(&site, &format!("/guides/retail-licence/xinban?bureau={code}"), "").await;
        holds(&other, &["<strong class=\"big-number\">8</strong> 个工作日", "下面是全部受理机关"]);
        assert!(other.cookies.iter().all(|line| !line.starts_with("yz_bureau")));
    }
}

#[tokio::test]
async fn the_situation_trims_the_materials() {
    let site = site().await;
    let plain = get(&site, "/guides/retail-licence/xinban?view=full", "").await;
    holds(&plain, &["申请材料（4 份）"]);
    assert!(!plain.text.contains("blank/power_of_attorney") && !plain.text.contains(">经济类型<"));
    let agent = "/guides/retail-licence/xinban?view=full&by_agent=yes&special_group=disabled&applicant_kind=enterprise";
    let agent = get(&site, agent, "").await;
    holds(
        &agent,
        &[
            "申请材料（7 份）",
            "blank/power_of_attorney",
            ">经济类型<",
            "view=print&#38;applicant_kind=enterprise",
        ],
    );
}

#[tokio::test]
async fn closed_types_show_their_guide_and_say_when() {
    let site = site().await;
    for slug in ["biangeng", "yanxu", "tingye", "huifu", "buban", "xieye"] {
        let guide = get(&site, &format!("/guides/retail-licence/{slug}?view=full"), "").await;
        holds(&guide, &["暂时不能网上办理", "网上办理将于2027年", "申请材料（"]);
        assert!(!guide.text.contains("/apply/"), "{slug}");
    }
}

#[tokio::test]
async fn every_paper_opens() {
    let site = site().await;
    let catalogue = Catalogue::embedded().unwrap();
    for (item, business) in
        catalogue.items().iter().flat_map(|item| item.types.iter().map(move |one| (item, one)))
    {
        for material in &business.materials {
            let paper =
                |kind: &str| format!("/guides/{}/{}/{kind}/{}", item.slug, business.slug, material.key);
            assert_eq!(get(&site, &paper("sample"), "").await.status, StatusCode::OK, "{}", paper("sample"));
            let expected = if material.blank.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
            assert_eq!(get(&site, &paper("blank"), "").await.status, expected, "{}", paper("blank"));
        }
    }
    let filled = get(&site, "/guides/retail-licence/xinban/sample/application_form", "").await;
    holds(&filled, &["城中区旺角便民食杂店", "☑个体工商户", "36.5 平方米"]);
    let empty = get(&site, "/guides/retail-licence/xinban/blank/application_form", "").await;
    holds(&empty, &["□个体工商户", "□企业"]);
    assert!(!empty.text.contains("36.5 平方米"));
}

#[tokio::test]
async fn a_wrong_address_says_where_to_go() {
    let site = site().await;
    for path in
        ["/guides/retail-licence/none", "/guides/none/xinban", "/guides/retail-licence/xinban/sample/none"]
    {
        let seen = get(&site, path, "").await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND);
        assert!(seen.text.contains("去事项大厅"), "{path}");
    }
    // The codes of the exchange lead to the same guide.
    holds(&get(&site, "/guides/00016211200Y/1001", "").await, &["烟草专卖零售许可证新办"]);
}

#[tokio::test]
async fn all_thirteen_groups_have_guides_that_say_how_and_when() {
    let site = site().await;
    let hall = get(&site, "/items", "").await;
    let catalogue = Catalogue::embedded().unwrap();
    let mut guides = 0;
    for item in catalogue.items() {
        for business in &item.types {
            let address = format!("/guides/{}/{}", item.slug, business.slug);
            assert!(hall.text.contains(&format!("href=\"{address}\"")), "the hall lacks {address}");
            let full = get(&site, &format!("{address}?view=full"), "").await;
            holds(&full, &[&business.summary, "法定办结时限", "受理条件", "设定依据和有关条文", "核对码"]);
            let told = ["立即办理", "去办理", "网上办理计划于2027年", "网上办理将于2027年"];
            assert!(told.iter().any(|words| full.text.contains(words)), "{address} says how to apply");
            assert_eq!(get(&site, &format!("{address}?view=print"), "").await.status, StatusCode::OK);
            guides += 1;
        }
    }
    assert!(guides >= 40, "{guides}");
    let production = get(&site, "/guides/production-ecig/chongxin?view=full", "").await;
    holds(
        &production,
        &[
            "经营主体改变、住所改变（客观原因除外）或者许可范围改变",
            "示范省烟草专卖局（演示）政务服务窗口",
            "还没有和公布文本核对",
        ],
    );
    holds(
        &get(&site, "/items?q=%E5%87%86%E8%BF%90%E8%AF%81", "").await,
        &["烟草专卖品准运证", "<details class=\"panel\" id=\"item-transport-permit\" open>"],
    );
}

#[tokio::test]
async fn an_ecig_shop_is_sent_to_the_application_that_serves_it() {
    let site = site().await;
    let guide = get(&site, "/guides/ecig-retail/xinban?bureau=990101", "").await;
    holds(
        &guide,
        &["选“电子烟产品零售”，现在就可以网上办", "href=\"/apply/retail-licence/xinban?bureau=990101\""],
    );
    let more = get(&site, "/guides/ecig-retail/zengjia", "").await;
    holds(&more, &["暂时不能网上办理"]);
    assert!(!more.text.contains("/apply/"));
}

#[tokio::test]
async fn cigarettes_or_ecigarettes_and_a_change_of_address_trim_what_is_shown() {
    let site = site().await;
    let only_ecig = "不排他性经营电子烟产品";
    let cigarettes = get(&site, "/guides/retail-licence/xinban", "").await;
    assert!(!cigarettes.text.contains(only_ecig));
    holds(&cigarettes, &["name=\"scope\""]);
    holds(&get(&site, "/guides/retail-licence/xinban?scope=ecig", "").await, &[only_ecig]);
    let name = get(&site, "/guides/retail-licence/biangeng", "").await;
    assert!(!name.text.contains("实地核查人员（不少于两人）"), "a new name needs no inspection");
    let moved = get(&site, "/guides/retail-licence/biangeng?address_changes=yes", "").await;
    holds(&moved, &["实地核查人员（不少于两人）"]);
    let hostile = get(&site, "/guides/retail-licence/xinban?scope=%3Cscript%3E", "").await;
    assert!(!hostile.text.contains(only_ecig) && !hostile.text.contains("scope=<script>"));
}

/// The SM3 a rendering carries.
fn digest_in(text: &str) -> String {
    let (_, rest) = text.split_once("<code class=\"digest\"").expect("a digest");
    let (_, rest) = rest.split_once('>').expect("the tag ends");
    rest[..64].to_owned()
}

#[tokio::test]
async fn every_rendering_carries_the_same_digest_and_another_bureau_another() {
    let site = site().await;
    let of = |query: &'static str| {
        let site = site.clone();
        async move { get(&site, &format!("/guides/retail-licence/xinban{query}"), "").await.text }
    };
    let short = digest_in(&of("?bureau=990101").await);
    for view in [
        "?view=full&bureau=990101",
        "?view=print&bureau=990101",
        "?view=embed&bureau=990101",
        "?view=screen&bureau=990101&part=3",
        "?bureau=990101&scope=ecig",
    ] {
        assert_eq!(digest_in(&of(view).await), short, "{view}");
    }
    let json: serde_json::Value = serde_json::from_str(&of("/guide.json?bureau=990101").await).unwrap();
    assert_eq!(json["yanzheng"]["digest"], short);
    assert_ne!(digest_in(&of("?bureau=990102").await), short);
    assert_ne!(digest_in(&of("").await), short);
}

#[tokio::test]
async fn the_guide_as_data_speaks_schema_org_and_tells_the_elements() {
    let site = site().await;
    let asked = get(&site, "/guides/retail-licence/xinban/guide.json?bureau=990101&by_agent=yes", "").await;
    assert_eq!(asked.status, StatusCode::OK);
    let json: serde_json::Value = serde_json::from_str(&asked.text).unwrap();
    assert_eq!(json["@type"], "GovernmentService");
    assert_eq!(json["name"], "烟草专卖零售许可证新办");
    assert_eq!(json["identifier"], "1199010109901003X0400016211200Y");
    assert_eq!(json["isAccessibleForFree"], true);
    let own = &json["yanzheng"];
    assert_eq!(own["elements"].as_array().unwrap().len(), 55);
    assert_eq!(own["elements"][17]["value"], "7", "the county's promise");
    let keys: Vec<&str> =
        own["materials"].as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap()).collect();
    assert!(keys.contains(&"power_of_attorney"), "{keys:?}");
    assert_eq!(own["materials"][0]["elements"]["原件份数"], "1");
    assert_eq!(get(&site, "/guides/retail-licence/none/guide.json", "").await.status, StatusCode::NOT_FOUND);

    let nowhere = get(&site, "/guides/retail-licence/xinban/guide.json", "").await;
    let json: serde_json::Value = serde_json::from_str(&nowhere.text).unwrap();
    assert!(json.get("identifier").is_none(), "{json}");
    let provider = json["provider"].as_object().unwrap();
    assert!(provider["name"].as_str().is_some_and(|name| !name.is_empty()));
    for member in ["identifier", "telephone"] {
        assert!(provider.get(member).is_none_or(|one| one != ""), "{member}: {provider:?}");
    }
}

#[tokio::test]
async fn other_sites_may_frame_the_embedded_guide_only() {
    let site = site().await;
    let framing = |path: &'static str| {
        let site = site.clone();
        async move {
            let answer = site.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
            let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
            let for_old_browsers = answer.headers().get(header::X_FRAME_OPTIONS);
            (policy, for_old_browsers.map(|word| word.to_str().unwrap().to_owned()))
        }
    };
    let (policy, for_old_browsers) = framing("/guides/retail-licence/xinban?view=embed").await;
    assert!(policy.contains("frame-ancestors *") && for_old_browsers.is_none(), "{for_old_browsers:?}");
    let (policy, for_old_browsers) = framing("/guides/retail-licence/xinban").await;
    assert!(policy.contains("frame-ancestors 'none'"));
    assert_eq!(for_old_browsers.as_deref(), Some("DENY"));
    let embed = get(&site, "/guides/retail-licence/xinban?view=embed", "").await;
    assert!(!embed.text.contains("<form") && !embed.text.contains("<script"));
}

#[tokio::test]
async fn a_pause_is_told_and_stops_applying() {
    let mut files = Catalogue::embedded().unwrap().files().to_vec();
    let changes = files.iter_mut().find(|file| file.path == "items/changes/2026.toml").unwrap();
    changes.text += "\n[[change]]\nid = \"2026-900\"\nkind = \"暂停\"\nfrom = [\"retail-licence\"]\n\
        effective = \"2026-02-01\"\nuntil = \"2026-02-28\"\nreason = \"系统升级\"\ndrafted_by = \"甲\"\n\
        drafted_on = \"2026-01-10\"\nreviewed_by = \"乙\"\nreviewed_on = \"2026-01-12\"\n";
    let db = db::Db::temp().await.unwrap();
    let (builder, _clock) = web::testing::app_on(db, jiff::civil::date(2026, 2, 9)).await;
    let app = builder.part(Catalogue::of_files(files).unwrap()).build();
    let site = web::layers(web::routes().merge(catalog::pages::routes()), app);
    let guide = get(&site, "/guides/retail-licence/xinban", "").await;
    holds(&guide, &["暂停办理，到2026年2月28日为止"]);
    assert!(!guide.text.contains("href=\"/apply/retail-licence"));
    assert!(!get(&site, "/items", "").await.text.contains("href=\"/apply/"));
    // What is applied for under the paused item can't be applied for either, and no page sends anybody there.
    let served = get(&site, "/guides/ecig-retail/xinban?bureau=990101", "").await;
    holds(&served, &["暂时不能网上办理"]);
    assert!(!served.text.contains("/apply/") && !served.text.contains("现在就可以网上办"));
    let data = get(&site, "/guides/ecig-retail/xinban/guide.json", "").await;
    let data: serde_json::Value = serde_json::from_str(&data.text).unwrap();
    assert_eq!(data["yanzheng"]["online"], false);
    assert!(!data["availableChannel"].to_string().contains("/apply/"), "{}", data["availableChannel"]);
}
