//! The national list at its desk, part by part: provisions, fees, results, steps, conditions, materials, questions and codes, each
//! written in the browser, gathered in one draft, and nothing in force before a second officer has read it.

use crate::town::{Browser, Page, Town};

told_on_both!(
    every_part_of_an_item_is_written_in_one_draft,
    materials_and_shared_records_are_written_chosen_and_seen_in_the_guide,
    a_draft_that_breaks_a_rule_is_kept_told_and_not_handed_in,
    what_was_typed_is_kept_when_somebody_else_was_faster,
    business_types_come_in_the_order_the_editor_gives_them,
);

const EDITOR: &str = "gj-ml";
const REVIEWER: &str = "gj-sh";
const ITEM: &str = "/desk/catalog/000000/items/leaf-station";

async fn part(editor: &Browser, at: &str, part: &str) -> Page {
    editor.get(&format!("{at}/edit?part={part}")).await.must_be(200).clone()
}

/// The form of a part in a new draft, with its reason and day filled in.
async fn begun(town: &Town, editor: &Browser, id: &str, control: &str) -> crate::town::Form {
    let today = town.today().to_string();
    let page = part(editor, ITEM, id).await;
    page.form_with(control).fill([("why", "按新的规定整理"), ("effective", today.as_str())])
}

async fn takes_effect(town: &Town, text: &Page) {
    submitted(town, text).await.must_say("已经生效");
}

/// Handed in by the editor and approved by the reviewer.
async fn submitted(town: &Town, text: &Page) -> Page {
    let editor = town.at(EDITOR).await;
    let page = editor.get(&text.at).await;
    editor.send(page.form_to("/submit")).await.must_be(200).must_say("已提交");
    let reviewer = town.at(REVIEWER).await;
    let page = reviewer.get(&text.at).await;
    reviewer.send(page.form_to("/approve")).await.must_be(200).clone()
}

async fn every_part_of_an_item_is_written_in_one_draft(town: &Town) {
    let editor = town.at(EDITOR).await;
    let item = editor.get(ITEM).await;
    let page = editor.get(&item.link("修改国家目录的内容")).await;
    page.must_be(200).must_say("改哪一部分").must_say("名称和编码");
    for (label, control) in [
        ("名称和编码", "basic_code"),
        ("职责和办理形式", "organ"),
        ("设定依据和收费", "fees-charged"),
        ("办理结果和救济", "result_key"),
        ("审查要点", "review_rules-0-use"),
        ("常见问题", "faq-0-q"),
        ("有哪些业务", "type_order-0-use"),
        ("出处和存疑", "sources"),
        ("给谁办", "summary"),
        ("条件和自检", "condition-0-at"),
        ("时限和流程", "limits-statutory"),
        ("申请材料", "material-0-use"),
        ("问答和出处", "doubt-0-at"),
    ] {
        let page = editor.get(&page.link(label)).await;
        assert!(page.must_be(200).form_with("why").has(control), "{label} asks for {control}");
    }
    // A provision more, then on to the next part with one press.
    let form = begun(town, &editor, "basis", "fees-charged").await;
    let row = (0..30).find(|at| form.value(&format!("basis-{at}-at")).is_empty()).expect("a spare row");
    let named = |field: &str| format!("basis-{row}-{field}");
    let wrong =
        form.clone().fill([(named("cite").as_str(), "烟草法 第三条"), (named("why").as_str(), "总的规定")]);
    editor.send(wrong).await.must_be(422).must_say("法规库里没有《烟草法》");
    let form = form.fill([
        (named("cite").as_str(), "烟草专卖法实施条例 第三条"),
        (named("why").as_str(), "烟叶收购的规定"),
        ("then", "result"),
    ]);
    let page = editor.send(form).await;
    page.must_be(200).must_say("接着改这一部分");
    let form = page.form_with("result_key");
    assert_eq!(form.value("why"), "按新的规定整理", "the draft keeps its reason");
    let form = form.fill([("result-name", "烟叶收购站批复"), ("result-kind", "批文")]);
    editor.send(form.clone()).await.must_be(422).must_say("选了共用的结果，下面就不用写");
    let form = form.fill([
        ("result_key", ""),
        ("result-validity", "长期有效"),
        ("result-delivery", "决定作出之日起10个工作日内送达。"),
        ("result-sample", "申请事项：设立烟叶收购站\r\n决定日期：2026年3月2日"),
    ]);
    let text = editor.send(form).await;
    text.must_be(200).must_say("《烟草专卖法实施条例》第三条").must_say("烟叶收购站批复");
    let at = text.at.clone();
    let step = part(&editor, &at, "shenqing.limits").await.form_with("limits-promised");
    let text = editor
        .send(step.fill([("limits-promised", "15"), ("limits-says", "资料齐全的，十五个工作日办结。")]))
        .await;
    text.must_be(200).must_say("承诺办结时限").must_say("十五个工作日办结");
    let faq = part(&editor, &at, "faq").await.form_with("faq-0-q");
    let text = editor
        .send(faq.fill([("faq-0-at", ""), ("faq-1-q", "要多久？"), ("faq-1-a", "最长十五个工作日。")]))
        .await;
    text.must_be(200).must_say("要多久？");
    let code = part(&editor, &at, "name").await.form_with("basic_code");
    editor.send(code.clone().set("basic_code", "00016211200Y")).await.must_be(200).must_say("已经给了");
    let code = part(&editor, &at, "name").await.form_with("basic_code");
    let text = editor.send(code.fill([("basic_code", ""), ("everyday_words", "烟站，收烟叶、烟叶站")])).await;
    text.must_be(200).must_say("收烟叶");
    assert!(!text.says("提交审核以前要改的问题"), "{}", text.words());
    takes_effect(town, &text).await;
    let guide = town.visitor().get("/guides/leaf-station/shenqing?view=full&bureau=990100").await;
    guide
        .must_be(200)
        .must_say("十五个工作日办结")
        .must_say("《烟草专卖法实施条例》第三条")
        .must_say("要多久？")
        .must_say("烟叶收购站批复")
        .must_say("2026.1.1");
    editor.get(&at).await.must_say("和它代替的版本相比").must_say("《烟草专卖法实施条例》第三条");
}

async fn materials_and_shared_records_are_written_chosen_and_seen_in_the_guide(town: &Town) {
    let editor = town.at(EDITOR).await;
    let page = part(&editor, ITEM, "shenqing.materials").await;
    let today = town.today().to_string();
    let new = editor.get(&page.link("写一份新材料")).await;
    let form = new.must_be(200).form_with("name").fill([
        ("why", "增加一份材料"),
        ("effective", today.as_str()),
        ("name", "烟叶种植面积说明"),
        ("required", "always"),
        ("basis", "行政许可法 第三十一条第一款"),
        ("form", "电子或者纸质"),
        ("originals", "1"),
        ("copies", "0"),
        ("signature", "单位盖章"),
        ("trust", "D"),
        ("accept", "pdf"),
        ("max_bytes", "10"),
        ("pages", "3"),
        ("source", "申请人自备"),
        ("hint", "写明每个种植村的面积。"),
        ("blank", "text"),
        ("sample", "points"),
        ("sample-text", "面积写到亩\r\n盖单位公章"),
    ]);
    editor.send(form.clone()).await.must_be(422).must_say("请在下面写出内容");
    let form = form.set("blank-text", "本单位种植面积 ____ 亩。");
    let text = editor.send(form).await;
    text.must_be(200).must_say("烟叶种植面积说明").must_say("要改的问题");
    // The linter asks for the usual fault of a material that must be handed in.
    let listed = part(&editor, &text.at, "shenqing.materials").await;
    let link = listed.links().into_iter().rfind(|(label, _)| label == "修改这份材料").expect("a link").1;
    let form = editor.get(&link).await.must_say("改在草稿").form_with("name");
    assert_eq!(
        (form.value("name"), form.value("sample-text")),
        ("烟叶种植面积说明".into(), "面积写到亩\n盖单位公章".into())
    );
    let text = editor
        .send(form.fill([
            ("fault-0-reason", "没有盖章"),
            ("fault-0-remedy", "请盖章以后重新上传"),
            ("fault-0-example", "右下角有单位公章"),
        ]))
        .await;
    text.must_be(200);
    assert!(!text.says("要改的问题"), "{}", text.words());
    // A condition that other items may use later, begun in the same draft and listed in this type.
    let at = text.at.clone();
    let id = at.rsplit('/').next().expect("an id").to_owned();
    let new = editor.get(&format!("/desk/catalog/000000/records/condition/new?text={id}")).await;
    let form = new
        .must_be(200)
        .form_with("says")
        .fill([("says", "收购点有称重设备"), ("cite", "烟草专卖法实施条例 第三条")]);
    let text = editor.send(form).await;
    text.must_be(200).must_say("共用的受理条件").must_say("收购点有称重设备");
    let form = part(&editor, &at, "shenqing.conditions").await.form_with("condition-0-at");
    let row = (0..30).find(|at| form.value(&format!("condition-{at}-at")).is_empty()).expect("a spare row");
    let name = format!("condition-{row}-use");
    let key =
        form.choices(&name).into_iter().find(|key| key.starts_with("condition_")).expect("the new record");
    let text = editor.send(form.set(&name, &key)).await;
    takes_effect(town, text.must_be(200)).await;
    let visitor = town.visitor();
    visitor
        .get("/guides/leaf-station/shenqing?view=full&bureau=990100")
        .await
        .must_say("烟叶种植面积说明")
        .must_say("收购点有称重设备");
    editor.get("/desk/catalog/000000/records").await.must_say("收购点有称重设备");
    let record = format!("/desk/catalog/000000/records/condition/.{key}");
    editor.get(&record).await.must_be(200).must_say("1 份指南在用这条记录");
    // Results and provisions are records too, and a change of one reaches all who use it.
    let record = editor.get("/desk/catalog/000000/records/result/.decision").await;
    let guides = record.must_be(200).words();
    assert!(guides.contains("份指南在用这条记录"), "{guides}");
    let tomorrow = town.today().tomorrow().expect("a day").to_string();
    let form = record.form_with("delivery").fill([
        ("why", "送达写清楚"),
        ("effective", tomorrow.as_str()),
        ("delivery", "决定作出之日起10个工作日内送达，可以选邮寄。"),
    ]);
    let text = editor.send(form).await;
    text.must_be(200).must_say("可以选邮寄");
    submitted(town, &text).await.must_say("起自动生效");
    town.days_pass(1).await;
    visitor.get("/guides/import-plan/shenqing?view=full&bureau=990000").await.must_say("可以选邮寄");
    town.at("ds-ml").await.get("/desk/catalog/990100/records/result/.decision").await.must_be(404);
}

async fn a_draft_that_breaks_a_rule_is_kept_told_and_not_handed_in(town: &Town) {
    let editor = town.at(EDITOR).await;
    let form = begun(town, &editor, "basis", "fees-charged").await;
    let text = editor.send(form.set("fees-charged", "yes")).await;
    text.must_be(200).must_say("提交审核以前要改的问题").must_say("收费事项要写明收费项目和标准");
    let refused = editor.send(text.form_to("/submit")).await;
    refused.must_be(409).must_say("收费事项要写明收费项目和标准");
    let form = part(&editor, &text.at, "basis").await.form_with("fees-charged");
    let form = form.set("fees-charged", "no");
    editor.send(form.clone()).await.must_be(422).must_say("没有改动任何内容");
    let text = editor.send(form.set("fees-says", "不收取任何费用，谨防代办。")).await;
    assert!(!text.must_be(200).says("要改的问题"));
    editor.send(text.form_to("/submit")).await.must_be(200).must_say("已提交");
    let hostile = begun(town, &editor, "shenqing.about", "summary").await;
    let hostile = hostile.set("summary", "<script>alert(1)</script>");
    editor.send(hostile).await.must_be(422).must_say("含有网页标签");
    let forged = begun(town, &editor, "duty", "organ").await;
    let forged = forged.forge("handle_area", "全球").forge("ways", "7").forge("visits", "-1");
    let told = editor.send(forged).await;
    told.must_be(422).must_say("请从列出的选项里选").must_say("应当是 0 至 9 的数字");
    editor.get(&format!("{ITEM}/edit?part=nothing")).await.must_be(404);
    editor.get(&format!("{ITEM}/edit?part=shenqing.nothing")).await.must_be(404);
    editor.get("/desk/catalog/000000/records/material/new?home=../../etc").await.must_be(404);
}

async fn what_was_typed_is_kept_when_somebody_else_was_faster(town: &Town) {
    let editor = town.at(EDITOR).await;
    let early = begun(town, &editor, "shenqing.about", "summary").await;
    let form = begun(town, &editor, "duty", "organ").await;
    let content = format!("{}（含委托收购）", form.value("content"));
    let text = editor.send(form.set("content", &content)).await;
    takes_effect(town, &text).await;
    // What the early form was filled from is in force no longer.
    let told = editor.send(early.set("summary", "新设烟叶收购站的，办这一项。")).await;
    told.must_be(409).must_say("现行的内容有了变动");
    let form = told.form_with("summary");
    assert_eq!(form.value("summary"), "新设烟叶收购站的，办这一项。");
    let text = editor.send(form).await;
    text.must_be(200).must_say("新设烟叶收购站的");
    let (one, other) = (part(&editor, &text.at, "faq").await, part(&editor, &text.at, "faq").await);
    editor.send(one.form_with("faq-0-q").set("faq-0-a", "先问的答。")).await.must_be(200);
    let told = editor.send(other.form_with("faq-0-q").set("faq-0-a", "后问的答。")).await;
    told.must_be(409).must_say("改过这份修改");
    let form = told.form_with("faq-0-q");
    assert_eq!(form.value("faq-0-a"), "后问的答。");
    editor.send(form).await.must_be(200).must_say("后问的答。");
}

async fn business_types_come_in_the_order_the_editor_gives_them(town: &Town) {
    let editor = town.at(EDITOR).await;
    let page = part(&editor, "/desk/catalog/000000/items/production-ecig", "types").await;
    let today = town.today().to_string();
    let form =
        page.form_with("type_order-0-use").fill([("why", "延续放在前面"), ("effective", today.as_str())]);
    let last = form.value("type_order-3-use");
    let twice = form.clone().set("type_order-4-use", "xinban");
    editor.send(twice).await.must_be(422).must_say("同一条写了两次");
    let text = editor.send(form.fill([("type_order-3-at", "0"), ("type_order-0-at", "")])).await;
    text.must_be(200);
    takes_effect(town, &text).await;
    one_more_is_begun_as_a_copy(town, &editor).await;
    let catalogue = town.app.part::<catalog::Catalogue>();
    let types = &catalogue.item("production-ecig").expect("the item").type_order;
    assert_eq!((types.first(), types.len()), (Some(&last), 4));
    assert!(!types.contains(&"xinban".to_owned()));
}

async fn one_more_is_begun_as_a_copy(town: &Town, editor: &Browser) {
    let page = part(editor, "/desk/catalog/000000/items/production-ecig", "types").await;
    let page = editor.get(&page.link("新增一项业务")).await;
    let tomorrow = town.today().tomorrow().expect("a day").to_string();
    let form = page.must_be(200).form_with("slug").fill([
        ("why", "增加换证"),
        ("effective", tomorrow.as_str()),
        ("name", "换证"),
        ("wish", "证书旧了要换"),
        ("slug", "huanzheng"),
        ("code", "E08"),
        ("short", "DZY-HZ"),
        ("like", "yanxu"),
    ]);
    let taken = form.clone().fill([("slug", "yanxu"), ("code", "hz"), ("name", "延续")]);
    let told = editor.send(taken).await;
    told.must_be(422).must_say("已经有了").must_say("大写字母或者数字").must_say("同名的业务");
    editor.send(form.clone().set("slug", "item")).await.must_be(422).must_say("已经有了");
    let page = editor.send(form).await;
    page.must_be(200).must_say("逐部分修改新业务的内容");
    let text = editor.send(page.form_with("summary").set("summary", "证书破损，要换一张的。")).await;
    text.must_be(200).must_say("证书破损，要换一张的").must_say("业务办理项 换证");
    submitted(town, &text).await.must_say("起自动生效");
    town.days_pass(1).await;
    let guide = town.visitor().get("/guides/production-ecig/huanzheng?bureau=990000").await;
    guide.must_be(200).must_say("证书破损，要换一张的").must_say("窗口办理");
    town.at("ds-ml").await.get("/desk/catalog/990100/items/production-ecig/business").await.must_be(404);
}
