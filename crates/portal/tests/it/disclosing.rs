//! What the bureau tells the public, through the front door: from the editor's draft to the visitor's page, and a decision on
//! its way into the public list.

use jiff::civil::date;

use crate::town::program::command;
use crate::town::{Page, Shop, Town};

told_on_both!(
    a_notice_is_written_by_one_approved_by_another_and_published_and_taken_down_on_time,
    the_public_answers_a_consultation_and_is_answered,
    a_granted_and_a_refused_decision_become_public_masked,
    what_is_published_is_found_by_the_search_and_stands_in_feeds_and_site_map,
    a_decision_is_found_by_number_and_name_and_stands_on_the_front_page_until_it_is_taken_down,
    a_guide_leads_to_its_articles_of_law_and_a_law_to_what_stands_on_it,
);

const EDITOR: &str = "cz-gk";
const REVIEWER: &str = "cz-sh";
const DESK: &str = "/desk/disclosure";

impl Town {
    /// Writes an article on the form. Answers its page at the desk.
    async fn writes(&self, typed: &[(&str, &str)]) -> Page {
        let browser = self.at(EDITOR).await;
        let page = browser.get(&format!("{DESK}/new")).await;
        let form = page.form_with("body").fill(typed.iter().copied()).set("do", "save");
        browser.send(form).await.must_be(200).clone()
    }

    async fn presses(&self, who: &str, place: &str, button: &str, typed: &[(&str, &str)]) -> Page {
        let browser = self.at(who).await;
        let page = browser.get(place).await;
        page.must_be(200);
        browser.send(page.form_to(&format!("/{button}")).fill(typed.iter().copied())).await
    }

    /// Written, submitted, approved by the reviewer and public. Answers the public address.
    async fn publishes(&self, typed: &[(&str, &str)]) -> String {
        let desk = self.writes(typed).await;
        self.presses(EDITOR, &desk.at, "submit", &[]).await.must_say("待审核");
        let done = self.presses(REVIEWER, &desk.at, "approve", &[]).await;
        done.must_be(200).must_say("已发布").link("看公开页面")
    }
}

fn notice<'a>(title: &'a str, body: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("kind", "notice"), ("title", title), ("made_on", "2026-09-01"), ("body", body)]
}

async fn a_notice_is_written_by_one_approved_by_another_and_published_and_taken_down_on_time(town: &Town) {
    let desk = town.writes(&notice("窗口搬迁公告", "# 新地址\n二楼A区")).await;
    town.presses(EDITOR, &desk.at, "submit", &[]).await.must_say("待审核");
    let own = town.at(EDITOR).await.get(&desk.at).await;
    assert!(own.forms().iter().all(|form| !form.action.ends_with("/approve")), "no button for the author");
    let done = town.presses(REVIEWER, &desk.at, "approve", &[("at", "2026-09-03T08:00")]).await;
    done.must_say("2026-09-03 08:00发布");

    let visitor = town.visitor();
    town.days_pass(1).await;
    assert!(!visitor.get("/disclosure").await.says("窗口搬迁公告"));
    town.days_pass(1).await;
    let list = visitor.get("/disclosure").await;
    let public = visitor.get(&list.link("窗口搬迁公告")).await;
    public.must_be(200).must_say("索引号").must_say("990101-2026-00001").must_say("二楼A区");

    town.presses(REVIEWER, &desk.at, "plan", &[("until", "2026-09-05T08:00")]).await.must_say("自动撤下");
    town.until(date(2026, 9, 5)).await;
    visitor.get(&public.at).await.must_be(410).must_say("已于2026-09-05 09:00撤回");
    town.at(EDITOR).await.get(&desk.at).await.must_say("系统定时");
}

async fn the_public_answers_a_consultation_and_is_answered(town: &Town) {
    let mut typed = notice("征求意见公告", "拟调整间距。");
    typed[0] = ("kind", "consultation");
    typed.extend([
        ("asked_from", "2026-09-01"),
        ("asked_to", "2026-09-02"),
        ("asked_contact", "0990-9901101"),
    ]);
    let address = town.publishes(&typed).await;
    let visitor = town.visitor();
    let page = visitor.get(&address).await;
    let form = page.form_to("/comments").set("body", "建议不要调整").set("name", "周福顺");
    visitor.send(form.clone()).await.must_say("意见已收到");
    visitor.send(form).await.must_say("意见已收到");
    assert!(!visitor.get(&address).await.says("建议不要调整"), "shown only after an editor has looked");

    let editor = town.at(EDITOR).await;
    let waiting = editor.get(&format!("{DESK}/comments")).await;
    assert_eq!(waiting.forms().len(), 1, "sent twice, said once");
    let form = waiting.form_with("answer").set("answer", "谢谢，正在研究").set("do", "show");
    editor.send(form).await.must_say("已公开");
    visitor.get(&address).await.must_say("建议不要调整").must_say("周**").must_say("谢谢，正在研究");

    town.days_pass(2).await;
    let over = visitor.get(&address).await;
    over.must_say("征求意见已于2026年9月2日结束");
    let late = page.form_to("/comments").set("body", "还想说一句");
    visitor.send(late).await.must_be(409).must_say("已经结束");
}

async fn a_granted_and_a_refused_decision_become_public_masked(town: &Town) {
    let granted = town.applies("liming", &Shop::number(1)).await;
    town.brings_to_decision(&granted, "grant").await;
    town.grants(&granted).await;
    let refused = town.applies("liming", &Shop::number(2)).await;
    town.brings_to_decision(&refused, "refuse").await;
    town.refuses(&refused, "layout", "距最近零售点步行28.4米，当地规定不少于40米").await;
    town.days_pass(1).await;

    let anybody = town.visitor();
    let list = anybody.get("/disclosure/permits").await;
    list.must_be(200).must_say("不予许可").must_say("有效");
    assert_eq!(list.all("tbody tr").len(), 2, "{}", list.words());
    let licence = town.licence_of(&granted).await;
    let found = anybody.get(&format!("/disclosure/permits?q={licence}")).await;
    assert_eq!(found.all("tbody tr").len(), 1);
    let page = anybody.get(&format!("/disclosure/permits/{}/{}", granted.bureau, granted.id)).await;
    page.must_be(200).must_say(&licence).must_say("990***********2151").must_say("有异议怎么办");
    assert!(!page.says("990101198704122151"));

    let file = anybody.get("/open-data/permits.csv").await.html();
    assert!(file.starts_with("\u{feff}XK_XDR_MC,XK_XDR_LB,XK_XDR_SHXYM,"), "{file}");
    assert!(!file.contains("19870412") && !file.contains("28.4米"), "{file}");
    assert!(file.contains("不符合当地烟草制品零售点合理布局要求"), "{file}");
    let rows = anybody.get("/open-data/permits.json").await.json();
    let rows = rows["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row.as_object().is_some_and(|row| row.len() == 28)));
    town.at(EDITOR).await.get(&format!("{DESK}/permits")).await.must_say("所有决定都已公示");
}

async fn what_is_published_is_found_by_the_search_and_stands_in_feeds_and_site_map(town: &Town) {
    let visitor = town.visitor();
    assert!(!visitor.get("/search?q=鸢尾花园片区").await.says("鸢尾花园片区布点公告"));
    let address = town.publishes(&notice("鸢尾花园片区布点公告", "鸢尾花园片区新增两个布点。<b>&")).await;
    portal::search::refresh(&town.app).await.expect("fed");
    assert_eq!(visitor.get("/").await.link("鸢尾花园片区布点公告"), address);
    let found = visitor.get("/search?q=鸢尾花园片区").await;
    assert_eq!(found.link("鸢尾花园片区布点公告"), address);
    assert_eq!(asked_on_the_command_line(town, "鸢尾花园片区").await, address);
    for path in ["/disclosure/feed.atom", "/disclosure/feed.rss", "/sitemap.xml"] {
        let seen = visitor.get(path).await;
        seen.must_be(200);
        assert!(seen.html().contains(&address), "{path}: {}", seen.html());
        assert!(!seen.html().contains("<b>"), "{path}");
    }
    let map = visitor.get("/sitemap.xml").await.html();
    assert!(map.contains("/guides/retail-licence/xinban</loc>") && map.contains("/laws/"), "{map}");
    assert!(visitor.get("/robots.txt").await.html().contains("/sitemap.xml"));
}

async fn a_decision_is_found_by_number_and_name_and_stands_on_the_front_page_until_it_is_taken_down(
    town: &Town,
) {
    let visitor = town.visitor();
    portal::search::refresh(&town.app).await.expect("fed");
    visitor.get("/").await.must_say("还没有公示的许可决定");
    let granted = town.applies("liming", &Shop::number(1)).await;
    town.brings_to_decision(&granted, "grant").await;
    town.grants(&granted).await;
    town.days_pass(1).await;
    portal::search::refresh(&town.app).await.expect("fed");

    let list = visitor.get("/disclosure/permits").await;
    let (number, party) = (list.all("tbody td a")[0].clone(), list.all("tbody th")[0].clone());
    let (address, title) = (list.link(&number), format!("{party}：准予许可"));
    assert_eq!(visitor.get("/").await.link(&title), address);
    let licence = town.licence_of(&granted).await;
    for words in [&number, &party, &licence] {
        let found = visitor.get(&format!("/search?q={words}")).await;
        found.must_say("许可公示");
        assert_eq!(found.link(&title), address, "{words}");
        assert_eq!(asked_on_the_command_line(town, words).await, address, "{words}");
    }
    let guides = visitor.get(&format!("/search?kind=guide&q={party}")).await;
    assert!(!guides.links().iter().any(|(_, href)| *href == address), "{}", guides.words());

    let elsewhere = town.visitor();
    let page = elsewhere.get("/region").await;
    elsewhere.send(page.form_with("bureau").set("bureau", "990121")).await.must_be(200);
    let front = elsewhere.get("/").await;
    front.must_say("南河县烟草专卖局最近没有公示许可决定");
    assert!(!front.says(&title), "another district's decision: {}", front.words());

    let reviewer = town.at(REVIEWER).await;
    let desk = reviewer.get(&format!("{DESK}/permits")).await;
    let down = desk.form_to(&format!("/{}", granted.id)).fill([("why", "异议成立"), ("do", "down")]);
    reviewer.send(down).await.must_be(200).must_say("已撤下");
    portal::search::refresh(&town.app).await.expect("fed");
    visitor.get("/").await.must_say("还没有公示的许可决定");
    assert!(
        !visitor.get(&format!("/search?q={number}")).await.links().iter().any(|(_, href)| *href == address)
    );
}

/// The first answer of `yanzheng search --json` on the town's own data.
async fn asked_on_the_command_line(town: &Town, words: &str) -> String {
    let mut command =
        command(town.folder.path(), town.database_url().as_deref(), &["search", "--json", words]);
    let done = tokio::task::spawn_blocking(move || command.output().expect("run")).await.expect("ran");
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success() && said.is_empty(), "{said}");
    let answers: serde_json::Value = serde_json::from_slice(&done.stdout).expect("JSON");
    answers[0]["url"].as_str().unwrap_or_default().to_owned()
}

async fn a_guide_leads_to_its_articles_of_law_and_a_law_to_what_stands_on_it(town: &Town) {
    let mut typed = notice("布局实施办法", "间距不少于40米。");
    typed[0] = ("kind", "policy");
    typed.extend([("effective_on", "2026-09-01"), ("items", "retail-licence")]);
    typed.push(("cites", "《烟草专卖法实施条例》第九条"));
    let address = town.publishes(&typed).await;
    let visitor = town.visitor();
    let guide = visitor.get("/guides/retail-licence/xinban?view=full").await;
    let related = visitor.get("/disclosure?item=retail-licence").await;
    assert_eq!(related.link("布局实施办法"), address);
    assert!(guide.must_be(200).links().iter().any(|(_, href)| href == "/disclosure?item=retail-licence"));
    let law = visitor.get("/laws/烟草专卖法实施条例").await;
    law.must_be(200).must_say("施行日期").must_say("依据这一条的文件");
    assert_eq!(law.link("布局实施办法"), address);
    let page = visitor.get(&address).await;
    let provision = page.link("《烟草专卖法实施条例》第九条");
    visitor.get(&provision).await.must_be(200).must_say("第九条");
    visitor.get("/laws/烟草专卖法实施条例?on=1990-01-01").await.must_be(404).must_say("没有收录");
    let unread = visitor.get("/laws/烟草专卖法实施条例?on=abc").await;
    unread.must_be(400).must_say("日期“abc”读不懂").must_say("看现在的版本");
    visitor.get("/laws/烟草专卖法实施条例?on=").await.must_be(200);
}
