//! The catalogue on a running site: one writes, another reviews, from its day on it holds; who is applying keeps their version;
//! copies that are old or altered are found.

use std::collections::BTreeMap;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use identity::Post;

use crate::town::{Browser, Page, Shop, Town};

told_on_both!(
    a_county_text_is_written_reviewed_and_in_force_and_drift_finds_the_old_sheet,
    a_national_change_reaches_every_county_and_who_is_applying_keeps_theirs,
    a_pause_stops_new_applications_here_and_nowhere_else,
    an_item_with_open_cases_is_cancelled_only_with_a_plan,
    of_two_editors_the_second_is_told_and_keeps_what_was_typed,
    readers_say_what_they_think_and_scripts_are_refused,
);

/// Keeps the lists of the prefecture and its counties; its head reviews.
const EDITOR: &str = "ds-ml";
const REVIEWER: &str = "ds-jz";
/// The same for the national list.
const NATIONAL_EDITOR: &str = "gj-ml";
const NATIONAL_REVIEWER: &str = "gj-sh";

const GUIDE: &str = "/guides/retail-licence/xinban?view=full&bureau=990101";
const ITEM: &str = "/desk/catalog/990101/items/retail-licence";

/// Writes a new phone number for 城中区 and hands it in. Answers the text's page.
async fn writes(town: &Town, phone: &str, effective: &str) -> Page {
    let editor = town.at(EDITOR).await;
    let page = editor.get(&format!("{ITEM}/edit")).await;
    let form = page.form_with("consult_phone").fill([
        ("consult_phone", phone),
        ("why", "咨询电话换号"),
        ("effective", effective),
    ]);
    editor.send(form).await.must_be(200).clone()
}

async fn submits(browser: &Browser, page: &Page) -> Page {
    browser.send(page.form_to("/submit")).await.must_be(200).clone()
}

async fn approves(town: &Town, reviewer: &str, at: &str) -> Page {
    let reviewer = town.at(reviewer).await;
    let page = reviewer.get(at).await;
    reviewer.send(page.form_to("/approve")).await.must_be(200).clone()
}

/// What is written on a public address, served from somewhere else.
async fn elsewhere(pages: BTreeMap<&'static str, String>) -> String {
    let mut routes = Router::new();
    for (path, body) in pages {
        routes = routes.route(path, get(move || async move { Html(body) }));
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, routes).await });
    format!("http://{address}")
}

async fn found(town: &Town, url: &str) -> Vec<String> {
    let found = portal::copies::look(&town.app, url).await;
    found.into_iter().map(|(_, drift)| format!("{} {drift}", drift.code())).collect()
}

async fn a_county_text_is_written_reviewed_and_in_force_and_drift_finds_the_old_sheet(town: &Town) {
    let visitor = town.visitor();
    let old = visitor.get(GUIDE).await;
    old.must_say("0990-9901010");
    let digest = old.all("code.digest").remove(0);

    let editor = town.at(EDITOR).await;
    editor
        .get("/desk/catalog?bureau=990101")
        .await
        .must_be(200)
        .must_say("完整度")
        .must_say("烟草专卖零售许可证");
    editor.get(ITEM).await.must_be(200).must_say("由国家基本目录统一规定的内容");
    let text = writes(town, "0990-9901888", "2026-09-02").await;
    text.must_say("0990-9901010").must_say("0990-9901888");
    let frames = editor.get(&text.link("烟草专卖零售许可证新办（手机和电脑）")).await;
    assert_eq!(frames.must_be(200).html().matches("<iframe").count(), 2, "a phone and a desktop");
    // A link that leaves the framed guide leads the whole window away: framed, the page it leads to would stay blank.
    let inside = editor.get(&format!("{}?framed=yes", frames.link("电脑宽度"))).await;
    inside.must_be(200);
    assert!(
        inside.html().contains("<base target=\"_top\">")
            && inside.html().contains("target=\"_self\" href=\"#limits\"")
    );
    assert!(inside.html().contains("<fieldset disabled>"), "no form works in a preview");
    for preview in ["手机宽度", "电脑宽度"] {
        editor
            .get(&frames.link(preview))
            .await
            .must_be(200)
            .must_say("还没有审核的草稿")
            .must_say("0990-9901888");
    }
    submits(&editor, &text).await.must_say("等待另一位同事");
    // Neither who wrote it nor a clerk lets it take effect.
    let forged = [("_csrf", text.hidden("_csrf").expect("a token")), ("version", "2".to_owned())];
    let forged: Vec<(&str, &str)> = forged.iter().map(|(name, value)| (*name, value.as_str())).collect();
    editor.post(&format!("{}/approve", text.at), &forged).await.must_be(403);
    approves(town, REVIEWER, &text.at).await.must_say("审核通过");

    visitor.get(GUIDE).await.must_say("0990-9901010");
    town.days_pass(1).await;
    let new = visitor.get(GUIDE).await;
    new.must_say("0990-9901888");
    assert!(!new.says("0990-9901010"), "the old phone is gone");
    visitor.get("/guides/retail-licence/xinban?bureau=990102").await.must_be(200);

    // The sheet printed yesterday says by its code that it is old, and what changed.
    let current =
        |digest: &str| format!("/guides/retail-licence/xinban/current?bureau=990101&digest={digest}");
    let stale = visitor.get(&current(&digest)).await;
    stale.must_say("已经更新").must_say("咨询电话").must_say("0990-9901888");
    stale.must_say("现在执行的是：全国统一的内容 2026.3 版").must_say("的内容自2026年9月2日起执行");
    assert!(!stale.says("全国统一的内容是 2026.3 版"), "a version doesn't replace itself");
    // What is in force shows what it changed against what it replaced, to editors and to the public.
    let editor = town.at(EDITOR).await;
    editor
        .get(&text.at)
        .await
        .must_say("和它代替的版本相比，改了")
        .must_say("0990-9901010")
        .must_say("0990-9901888");
    let versions = visitor.get("/guides/retail-licence/xinban/versions?bureau=990101").await;
    versions
        .must_say("：全部版本")
        .must_say("0990-9901010")
        .must_say("0990-9901888")
        .must_say("2026年9月2日");
    visitor.get(&current(&new.all("code.digest").remove(0))).await.must_say("有效");
    visitor.get(&current(&"0".repeat(64))).await.must_say("认不出来");

    let altered = new.html().replace("网上办理深度", "网上办理深度（收费 200 元）");
    let copies = elsewhere(BTreeMap::from([
        ("/old", old.html()),
        ("/altered", altered),
        ("/same", new.html()),
        ("/empty", "<p>指南整理中</p>".to_owned()),
    ]));
    let copies = copies.await;
    let at = |path: &str| format!("{copies}{path}");
    assert!(found(town, &at("/old")).await[0].starts_with("stale"), "{:?}", found(town, &at("/old")).await);
    assert!(
        found(town, &at("/altered")).await[0].contains("收费 200 元"),
        "{:?}",
        found(town, &at("/altered")).await
    );
    assert_eq!(found(town, &at("/same")).await, ["same 一致"]);
    assert!(found(town, &at("/empty")).await[0].starts_with("missing"));
    assert!(found(town, &at("/nowhere")).await[0].starts_with("missing"));
    assert!(found(town, "http://127.0.0.1:9/").await[0].starts_with("unreachable"));
    assert_eq!(found(town, &town.site).await, ["same 一致"], "our own site agrees with itself");
    for view in ["short", "print", "embed", "screen&part=2"] {
        let own = format!("{}/guides/retail-licence/xinban?view={view}&bureau=990101", town.site);
        assert_eq!(found(town, &own).await, ["same 一致"], "{view}");
    }
}

/// Changes what the national list says of 新办 and has it reviewed, from today on.
async fn changes_the_national_list(town: &Town, summary: &str) -> Page {
    let editor = town.at(NATIONAL_EDITOR).await;
    let page = editor.get("/desk/catalog/000000/items/retail-licence/edit?part=xinban.about").await;
    page.must_be(200);
    let today = town.today().to_string();
    let form = page.form_with("summary").fill([
        ("summary", summary),
        ("why", "说清楚谁要办"),
        ("effective", today.as_str()),
    ]);
    let text = editor.send(form).await.must_be(200).clone();
    text.must_say("所有单位的指南一起更新");
    submits(&editor, &text).await;
    approves(town, NATIONAL_REVIEWER, &text.at).await
}

async fn a_national_change_reaches_every_county_and_who_is_applying_keeps_theirs(town: &Town) {
    let draft = town.begins("liming").await;
    draft.fills_in(&Shop::number(1)).await.must_be(200);
    draft.uploads_everything().await;
    let follower = town.at("wangfang").await;
    let page = follower.get("/guides/retail-licence/xinban/follow?bureau=990102").await;
    follower.send(page.form_to("/follow")).await.must_say("已订阅");

    changes_the_national_list(town, "第一次开店卖烟的，办这一项。").await.must_say("已经生效");
    for bureau in ["990101", "990102", "990121"] {
        let guide = format!("/guides/retail-licence/xinban?bureau={bureau}");
        town.visitor().get(&guide).await.must_say("第一次开店卖烟的，办这一项。").must_say("2026.3.1");
    }
    town.visitor()
        .get("/guides/retail-licence/xinban/versions")
        .await
        .must_say("2026.3 版到 2026.3.1 版")
        .must_say("说清楚谁要办");

    let page = draft.browser.get(&draft.at("/materials")).await;
    page.must_say("继续按 2026.3 版办");
    let case = draft.sends().await;
    let kept = cases::store::by_id(&mut town.app.db.clone(), &case.bureau, &case.id).await.expect("read");
    assert_eq!(kept.expect("the case").item_version, "2026.3");
    let next = town.begins("wangfang").await;
    let page = next.browser.get(&next.at("/form")).await;
    assert!(!page.says("继续按"), "a draft of today has today's version");

    town.minutes_pass(11);
    town.watchmen_go_round().await;
    let messages = town.at("wangfang").await.get("/me/messages").await;
    messages.must_say("您订阅的办事指南有改动");
    town.minutes_pass(11);
    town.watchmen_go_round().await;
    let again = town.at("wangfang").await.get("/me/messages").await;
    assert_eq!(again.html().matches("您订阅的办事指南有改动").count(), 1, "told once");
    let mine = town.at("liming").await.get("/guides/retail-licence/xinban/mine").await;
    mine.must_be(200).must_say("以前交过");
}

async fn a_pause_stops_new_applications_here_and_nowhere_else(town: &Town) {
    let draft = town.begins("liming").await;
    draft.fills_in(&Shop::number(1)).await.must_be(200);
    draft.uploads_everything().await;
    let ready = draft.ready().await;
    let editor = town.at(EDITOR).await;
    let page = editor.get(&format!("{ITEM}/change")).await;
    let form = page.form_with("kind");
    assert_eq!(form.choices("kind"), ["pause", "resume"], "a county cancels nothing");
    assert!(!form.has("plan") && !form.has("to"), "what ends an item is not asked of a county");
    let backwards =
        form.clone().fill([("kind", "resume"), ("why", "x"), ("effective", "2026-08-01"), ("until", "明天")]);
    editor.send(backwards).await.must_be(422).must_say("这一天已经过去").must_say("请填写日期");
    let form = form.fill([
        ("kind", "pause"),
        ("why", "大厅搬家"),
        ("effective", "2026-09-01"),
        ("until", "2026-09-03"),
    ]);
    let change = editor.send(form).await;
    change.must_be(200).must_say("已经提交的申请照常办理");
    approves(town, REVIEWER, &change.at).await.must_say("审核通过");
    let here = town.visitor().get("/guides/retail-licence/xinban?bureau=990101").await;
    here.must_say("暂停办理，到2026年9月3日为止").must_say("大厅搬家");
    let there = town.visitor().get("/guides/retail-licence/xinban?bureau=990102").await;
    assert!(!there.says("暂停办理"));
    draft.browser.send(ready).await.must_be(409).must_say("暂停办理");
    town.until(jiff::civil::date(2026, 9, 4)).await;
    let back = town.visitor().get("/guides/retail-licence/xinban?bureau=990101").await;
    assert!(!back.says("暂停办理"));
}

async fn an_item_with_open_cases_is_cancelled_only_with_a_plan(town: &Town) {
    town.applies("liming", &Shop::number(1)).await;
    let editor = town.at(NATIONAL_EDITOR).await;
    let page = editor.get("/desk/catalog/000000/items/retail-licence/change").await;
    page.must_say("还有 1 件没有办结");
    let form = page.form_with("kind").fill([("kind", "cancel"), ("why", "试"), ("effective", "2026-10-01")]);
    editor.send(form.clone()).await.must_be(422).must_say("已经提交的申请怎么办");
    let change = editor.send(form.set("plan", "finish")).await;
    change.must_be(200).must_say("按原来的版本办完").must_say("1 件");
    approves(town, NATIONAL_REVIEWER, &change.at).await;
    town.visitor().get(GUIDE).await.must_say("计划自2026年10月1日起取消");
    editor.get("/desk/catalog/calendar").await.must_be(200).must_say("取消：试");
    // What is merged into itself goes round in a circle; what isn't in the list can't come of a split.
    let page = editor.get("/desk/catalog/000000/items/leaf-station/change").await;
    let form = page.form_with("kind").fill([("why", "并"), ("effective", "2026-10-01"), ("plan", "finish")]);
    assert!(form.choices("to").iter().any(|one| one == "ecig-retail"), "items are chosen, not typed");
    assert!(!form.choices("to").iter().any(|one| one == "leaf-station"), "nothing becomes itself");
    let round = form.clone().fill([("kind", "merge"), ("others", "import-plan")]).forge("to", "leaf-station");
    editor.send(round).await.must_be(422).must_say("又回到自己");
    let nowhere = form.set("kind", "split").forge("to", "nothing");
    editor.send(nowhere).await.must_be(422).must_say("目录里没有“nothing”").must_say("拆分要勾两个以上");
    // A second change of the same day overlaps; nothing follows an end.
    let page = editor.get("/desk/catalog/000000/items/retail-licence/change").await;
    let form = page.form_with("kind").fill([("kind", "pause"), ("why", "又"), ("effective", "2026-10-02")]);
    let late = editor.send(form).await;
    late.must_be(422).must_say("以后不能再变动");
    assert_eq!(late.form_with("kind").value("why"), "又", "what was typed is kept");

    // On the day: whoever waits is told once what becomes of it, and no page offers what is over.
    town.until(jiff::civil::date(2026, 10, 1)).await;
    for _ in 0..2 {
        town.minutes_pass(11);
        town.watchmen_go_round().await;
    }
    let messages = town.at("liming").await.get("/me/messages").await;
    messages.must_say("的事项有变动").must_say("按申请时的规定继续办理");
    assert_eq!(messages.html().matches("的事项有变动").count(), 1, "told once");
    let untold = cases::store::untold_of_item(&mut town.app.db.clone(), "990101", "retail-licence").await;
    assert!(untold.expect("read").is_empty(), "who was told is not looked at again");
    let hall = town.visitor().get("/items").await;
    hall.must_say("现在不办理");
    town.visitor().get("/search?q=零售许可证新办").await.must_say("已取消");
    let told = town.visitor().get("/guides/retail-licence/xinban/guide.json?bureau=990101").await;
    let told: serde_json::Value = serde_json::from_str(&told.html()).expect("JSON");
    let digest = told["yanzheng"]["digest"].as_str().expect("a digest");
    let sheet = format!("/guides/retail-licence/xinban/current?bureau=990101&digest={digest}");
    let sheet = town.visitor().get(&sheet).await;
    sheet.must_say("现在不能申请");
    assert!(!sheet.says("✓"), "a sheet of what is over is not in order: {}", sheet.words());
}

async fn of_two_editors_the_second_is_told_and_keeps_what_was_typed(town: &Town) {
    town.hires("cz-ml", "第二编辑", Post::CatalogEditor).await;
    let (first, second) = (town.at(EDITOR).await, town.at("cz-ml").await);
    let early = second.get(&format!("{ITEM}/edit")).await;
    assert!(!early.says("已经有人在改"));
    let text = writes(town, "0990-9901888", "2026-09-10").await;
    // Whoever opens the form later is told before typing; whoever had it open already, before it is kept.
    let late = second.get(&format!("{ITEM}/edit")).await;
    late.must_say("已经有人在改").must_say("2026年9月1日 09:00").must_say("咨询电话换号");
    assert_eq!(late.link("打开这份修改"), text.at);
    let form = early.form_with("consult_phone").fill([
        ("consult_phone", "0990-9901222"),
        ("why", "也换号"),
        ("effective", "2026-09-12"),
    ]);
    let told = second.send(form).await;
    told.must_be(409).must_say("已经有人开始改这个事项");
    assert_eq!(told.form_with("consult_phone").value("consult_phone"), "0990-9901222");
    let edit = format!("{}/edit", text.at);
    let (one, other) = (first.get(&edit).await, second.get(&edit).await);
    let typed = |page: &Page, phone: &str| page.form_with("consult_phone").set("consult_phone", phone);
    second.send(typed(&other, "0990-9901777")).await.must_be(200);
    let told = first.send(typed(&one, "0990-9901666")).await;
    told.must_be(409).must_say("第二编辑").must_say("2026年9月1日 09:00");
    let form = told.form_with("consult_phone");
    assert_eq!(form.value("consult_phone"), "0990-9901666", "what was typed is kept");
    first.send(form).await.must_be(200).must_say("0990-9901666");

    let page = first.get(&edit).await;
    let hostile = page.form_with("consult_phone").set("hall-0-name", "<script>alert(1)</script>");
    let refused = first.send(hostile).await;
    refused.must_be(422).must_say("办理地点 1的大厅名称：含有网页标签");
    assert!(refused.html().contains("href=\"#f-hall-0-name\""), "each line leads to its field");
    let same = page
        .form_with("consult_phone")
        .set("consult_phone", &page.form_with("consult_phone").value("complaint_phone"));
    first.send(same).await.must_be(422).must_say("两个不同的电话");
    let long = page.form_with("consult_phone").set("days-1001", "21");
    first.send(long).await.must_be(422).must_say("1 至 8 个工作日");
}

async fn readers_say_what_they_think_and_scripts_are_refused(town: &Town) {
    let reader = town.visitor();
    let page = reader.get("/guides/retail-licence/xinban?bureau=990101").await;
    let form = page.form_with("useful");
    let said = form.clone().fill([("useful", "no"), ("words", "委托书在哪里下载？")]);
    reader.send(said).await.must_be(200).must_say("谢谢");
    let hostile = form.clone().fill([("useful", "no"), ("words", "<script>x</script>")]);
    let back = reader.send(hostile).await;
    back.must_be(422).must_say("只填文字");
    let again = back.form_with("useful");
    assert_eq!((again.value("words"), again.value("bureau")), ("<script>x</script>".into(), "990101".into()));
    reader.send(form.set("words", "没有选")).await.must_be(422);
    town.at(EDITOR)
        .await
        .get(ITEM)
        .await
        .must_say("委托书在哪里下载？")
        .must_say("没看懂或者和实际不一样 1 人");
    // The screen goes on by itself, the printed sheet carries its code, and another county's editor sees nothing.
    let screen = reader.get("/guides/retail-licence/xinban?view=screen&bureau=990101&part=4").await;
    let next = screen.header("refresh").to_owned();
    assert!(next.contains("retail-licence/biangeng?view=screen") && next.starts_with("20; url="), "{next}");
    assert!(!screen.html().contains("http-equiv"), "nobody can stop that one");
    let held = reader.get(&screen.link("停在这一页")).await;
    assert!(!held.headers.contains_key("refresh") && held.html().contains("已停在这一页"), "{}", held.html());
    assert_eq!(reader.get(&held.link("继续自动换页")).await.header("refresh"), next);
    assert!(
        reader.get("/guides/retail-licence/xinban?view=print&bureau=990101").await.html().contains("<svg")
    );
    town.hires("cz-ml", "第二编辑", Post::CatalogEditor).await;
    town.at("cz-ml").await.get("/desk/catalog/990102/items/retail-licence").await.must_be(404);
    town.at("cz-zj1").await.get(ITEM).await.must_be(403);
}
