//! The national list at its desk: a new item, a record that many guides share, what a bureau says for all its items.

use crate::town::{Page, Town};

told_on_both!(
    a_new_item_is_drafted_after_another_reviewed_and_in_the_list_from_its_day,
    a_shared_record_says_where_it_stands_and_changes_every_guide_at_once,
    what_a_bureau_says_for_all_items_is_written_at_its_own_desk,
    a_guide_and_its_papers_are_taken_along_as_files,
);

const EDITOR: &str = "gj-ml";
const REVIEWER: &str = "gj-sh";

async fn is_reviewed(town: &Town, (editor, reviewer): (&str, &str), text: &Page) -> Page {
    let editor = town.at(editor).await;
    editor.send(text.form_to("/submit")).await.must_be(200);
    let reviewer = town.at(reviewer).await;
    let page = reviewer.get(&reviewer.get("/desk").await.link("审核指南的修改：")).await;
    assert_eq!(page.at, text.at, "what waits stands in the reviewer's list");
    reviewer.send(page.form_to("/approve")).await.must_be(200).clone()
}

async fn a_new_item_is_drafted_after_another_reviewed_and_in_the_list_from_its_day(town: &Town) {
    let editor = town.at(EDITOR).await;
    town.at("ds-ml").await.get("/desk/catalog/990100/new").await.must_be(404);
    let page = editor.get(&editor.get("/desk/catalog").await.link("新增事项")).await;
    let form = page.form_with("slug");
    let empty = editor.send(form.clone().set("basic_code", "00016211200Y")).await;
    empty
        .must_be(422)
        .must_say("事项名称：请填写")
        .must_say("已经给了“烟草专卖零售许可证")
        .must_say("哪一级受理");
    let form = form.fill([
        ("why", "法规新设的许可"),
        ("effective", "2026-09-03"),
        ("name", "烟草专用机械维修备案"),
        ("slug", "machinery-repair"),
        ("kind", "01"),
        ("everyday_words", "修机器、机械维修"),
        ("like", "machinery-trade"),
        ("organ", "省级烟草专卖局"),
        ("accepted_at", "2"),
        ("authority", "省级局受理、审查、决定"),
        ("content", "烟草专用机械维修的备案"),
    ]);
    editor.send(form.clone().set("slug", "../../etc")).await.must_be(422).must_say("只能用小写字母");
    editor.send(form.clone().set("slug", "leaf-station")).await.must_be(422).must_say("已经有了");
    let text = editor.send(form.clone()).await;
    text.must_be(200).must_say("新增事项").must_say("烟草专用机械维修备案");
    let page = editor.get(&text.link("职责和办理形式")).await;
    page.must_be(200).must_say("烟草专用机械维修备案");
    let edited =
        page.form_with("content").fill([("content", "维修烟草专用机械的备案"), ("effective", "2026-09-03")]);
    let text = editor.send(edited).await;
    text.must_be(200).must_say("烟草专用机械维修备案");
    let frames = editor
        .get(&text.links().into_iter().find(|(label, _)| label.contains("手机和电脑")).expect("a preview").1)
        .await;
    editor.get(&frames.link("电脑宽度")).await.must_be(200).must_say("烟草专用机械维修备案");
    // What was copied must be gone through before anybody else is asked to read it.
    editor.send(text.form_to("/submit")).await.must_be(409).must_say("还没有逐项核对");
    let facts = editor.get(&text.link("出处和存疑")).await.form_with("sources");
    let text = editor.send(facts.fill([("doubt-0-at", ""), ("sure", "公开资料")])).await;
    text.must_be(200).must_say("省级局受理、审查、决定");
    assert!(!text.says("正在逐项核对"), "{}", text.words());
    is_reviewed(town, (EDITOR, REVIEWER), &text).await.must_say("审核通过");
    let visitor = town.visitor();
    let guide = "/guides/machinery-repair/shenqing";
    visitor.get(guide).await.must_be(404);
    editor.get("/desk/catalog/calendar").await.must_say("新增：法规新设的许可");
    town.days_pass(2).await;
    visitor.get(guide).await.must_be(200).must_say("烟草专用机械维修备案");
    let editor = town.at(EDITOR).await;
    let item = editor.get("/desk/catalog/000000/items/machinery-repair").await;
    item.must_be(200).must_say("版本 2026.1").must_say("维修烟草专用机械的备案");
    let again =
        editor.get("/desk/catalog/000000/new").await.form_with("slug").set("slug", "machinery-repair");
    editor.send(again).await.must_be(422).must_say("已经有了");
}

async fn a_shared_record_says_where_it_stands_and_changes_every_guide_at_once(town: &Town) {
    let editor = town.at(EDITOR).await;
    let list = editor.get("/desk/catalog/000000/records").await;
    list.must_be(200).must_say("几份指南在用");
    town.at("ds-ml").await.get("/desk/catalog/990100/records").await.must_be(404);
    let page = editor.get("/desk/catalog/000000/records/condition/.truthful").await;
    page.must_be(200).must_say("份指南在用这条记录").must_say("按原来的版本办完");
    let form = page.form_with("says").fill([("why", "说清楚"), ("effective", "2026-09-01")]);
    editor.send(form.clone()).await.must_be(422).must_say("没有改动任何内容");
    editor.send(form.clone().set("says", "<b>真</b>")).await.must_be(422).must_say("条件：含有网页标签");
    let text = editor.send(form.set("says", "材料要真实，说的要属实")).await;
    text.must_be(200).must_say("材料要真实，说的要属实");
    let before = town.app.part::<catalog::Catalogue>();
    let used = |catalogue: &catalog::Catalogue| {
        let types = catalogue.items().iter().flat_map(|item| &item.types);
        types.filter(|one| one.conditions.iter().any(|one| one.says == "材料要真实，说的要属实")).count()
    };
    assert_eq!(used(&before), 0);
    editor.get(&text.link("受理条件：材料要真实，说的要属实")).await.must_say("改在草稿");
    // The item's own words are changed in the same draft, and the record stays in it.
    let page = editor.get(&format!("{}/edit?part=duty", text.at)).await;
    let form = page.form_with("organ");
    let organ = format!("{}（统一受理）", form.value("organ"));
    let text = editor.send(form.set("organ", &organ)).await;
    text.must_be(200).must_say("材料要真实，说的要属实").must_say("（统一受理）");
    is_reviewed(town, (EDITOR, REVIEWER), &text).await.must_say("已经生效");
    let after = town.app.part::<catalog::Catalogue>();
    assert!(used(&after) > 3, "{}", used(&after));
    for (old, new) in before.items().iter().zip(after.items()) {
        assert_eq!(old.digest == new.digest, old.version == new.version, "{}", old.slug);
    }
    editor.get("/desk/catalog/000000/records/condition/.nothing").await.must_be(404);
}

async fn what_a_bureau_says_for_all_items_is_written_at_its_own_desk(town: &Town) {
    let editor = town.at("ds-ml").await;
    let page =
        editor.get(&editor.get("/desk/catalog?bureau=990100").await.link("本单位各事项通用的内容")).await;
    page.must_be(200).must_say("各事项通用的内容");
    let form = page.form_with("consult_phone").fill([
        ("consult_phone", "0990-9902222"),
        ("why", "总机换号"),
        ("effective", "2026-09-01"),
    ]);
    let text = editor.send(form).await;
    text.must_be(200).must_say("0990-9902222");
    let form = editor.get(&format!("{}/edit", text.at)).await.form_with("why");
    assert_eq!((form.value("why"), form.value("consult_phone")), ("总机换号".into(), "0990-9902222".into()));
    is_reviewed(town, ("ds-ml", "ds-jz"), &text).await.must_say("已经生效");
    let catalogue = town.app.part::<catalog::Catalogue>();
    let changed =
        catalogue.done_at("990100").filter(|(_, local)| local.consult_phone == "0990-9902222").count();
    assert!(changed > 0, "the items without words of their own say it");
    editor.get(&text.at).await.must_say("和它代替的版本相比").must_say("0990-9902222");
}

async fn a_guide_and_its_papers_are_taken_along_as_files(town: &Town) {
    let visitor = town.visitor();
    let page = visitor.get("/guides/retail-licence/xinban?view=full&bureau=990101").await;
    let digest = page.all("code.digest").remove(0);
    assert!(page.html().contains("js/situation."), "the switches need no button where scripts run");
    assert!(page.says("更新材料和时限"), "and have one where they don't");
    let pdf = visitor.get(&page.link("下载 PDF")).await;
    assert!(pdf.must_be(200).body.starts_with(b"%PDF-"));
    assert_eq!(pdf.header("x-guide-digest"), digest, "the file is the same edition as the page");
    assert!(pdf.header("content-disposition").starts_with("attachment"));

    let files: Vec<String> =
        page.links().into_iter().map(|(_, href)| href).filter(|href| href.ends_with("/file.pdf")).collect();
    assert!(files.len() >= 5, "{files:?}");
    for file in &files {
        assert!(visitor.get(file).await.must_be(200).body.starts_with(b"%PDF-"), "{file}");
    }
    visitor.get("/guides/retail-licence/xinban/blank/nothing/file.pdf").await.must_be(404);
    visitor.get("/guides/retail-licence/nothing/guide.pdf").await.must_be(404);
    // Every item's words can be set in type.
    let catalogue = town.app.part::<catalog::Catalogue>();
    for item in catalogue.items() {
        let Some(business) = item.types.first() else { continue };
        let at = format!("/guides/{}/{}/guide.pdf", item.slug, business.slug);
        assert!(visitor.get(&at).await.must_be(200).body.starts_with(b"%PDF-"), "{at}");
    }
}
