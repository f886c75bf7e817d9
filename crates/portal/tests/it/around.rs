//! What stands around every page: the district a visitor means, a mistake on a page that somebody reports.

use crate::town::Town;

told_on_both!(
    who_finds_nothing_is_shown_where_to_go,
    what_readers_say_of_guides_stands_on_the_front_page,
    a_mistake_on_a_page_is_reported_by_anybody_and_answered_by_the_operator_once,
    the_chosen_district_stands_first_and_can_be_let_go,
);

/// 系统管理员 of the nation, who sees the reports of all pages, and of the prefecture, who sees those of its own.
const OPERATOR: &str = "gj-xt";
const OPERATOR_OF_CITY: &str = "ds-xt";

async fn a_mistake_on_a_page_is_reported_by_anybody_and_answered_by_the_operator_once(town: &Town) {
    let visitor = town.visitor();
    let page = visitor.get("/site-error?page=/guides/retail-licence/xinban").await;
    let empty = visitor.send(page.form_with("says").fill([("says", "  "), ("contact", "13800000000")])).await;
    empty.must_be(422).must_say("请填写“哪里不对”");
    assert_eq!(empty.form_with("says").value("contact"), "13800000000", "nothing typed is lost");
    let words = "电话少一位<script>alert(1)</script>";
    let form = empty.form_with("says").fill([("says", words)]);
    visitor.send(form.clone()).await.must_be(200);
    let thanked = visitor.send(form).await;
    thanked.must_be(200).must_say("已收到");
    assert!(
        thanked.at.ends_with("/guides/retail-licence/xinban"),
        "back where the mistake was: {}",
        thanked.at
    );
    let elsewhere = visitor.get("/site-error?page=//evil.example").await;
    assert!(!elsewhere.says("evil.example"));

    let operator = town.at(OPERATOR).await;
    let list = operator.get("/desk/site-errors").await;
    list.must_be(200).must_say("电话少一位").must_say("13800000000").must_say("待处理 1 条");
    assert!(
        !town.at(OPERATOR_OF_CITY).await.get("/desk/site-errors").await.says("电话少一位"),
        "not its page"
    );
    assert!(!list.html().contains("<script>alert"), "typed by a stranger, shown as text");
    let form = list.form_with("answer");
    let (first, second) = (form.clone(), form);
    operator.send(first.clone().fill([("answer", "")])).await.must_be(422).must_say("没有保存处理结果");
    let long = "字".repeat(301);
    let told = operator.send(first.fill([("answer", long.as_str())])).await;
    assert_eq!(told.must_be(422).form_with("answer").value("answer"), long, "what was typed is kept");
    operator.send(second.clone().fill([("answer", "已改正")])).await.must_be(200).must_say("已改正");
    let late = operator.send(second.fill([("answer", "改好了")])).await;
    late.must_be(409).must_say("已由别人处理").must_say("已改正").must_say("改好了");
    let list = operator.get("/desk/site-errors").await;
    assert!(!list.says("13800000000"), "how to reach the sender is forgotten with the answer");
    town.at("cz-zj1").await.get("/desk/site-errors").await.must_be(403);

    // A page of a bureau is that bureau's: its operator answers, nobody else's.
    let page = visitor.get("/site-error?page=/guides/leaf-station/shenqing%3Fbureau=990100").await;
    visitor.send(page.form_with("says").fill([("says", "大厅搬家了")])).await.must_be(200);
    let city = town.at(OPERATOR_OF_CITY).await;
    let list = city.get("/desk/site-errors").await;
    let form = list.must_say("大厅搬家了").form_with("answer");
    operator.get("/desk/site-errors").await.must_say("大厅搬家了");
    city.send(form.fill([("answer", "已改地址")])).await.must_be(200).must_say("已改地址");
    let forged = [("_csrf", list.hidden("_csrf").expect("a token")), ("answer", "x".to_owned())];
    let forged: Vec<(&str, &str)> = forged.iter().map(|(name, value)| (*name, value.as_str())).collect();
    city.post("/desk/site-errors/000000/1", &forged).await.must_be(404);
}

async fn who_finds_nothing_is_shown_where_to_go(town: &Town) {
    let visitor = town.visitor();
    let page = visitor.get("/search?q=退休").await;
    page.must_be(200).must_say("没有找到和“退休”有关的内容").must_say("12345").must_say("选店铺所在的区县");
    assert_eq!(page.link("我想开店卖烟"), "/guides/retail-licence/xinban");
    visitor.get("/search?q=，。？！").await.must_say("里没有字");
    let page = visitor.get("/region").await;
    visitor.send(page.form_with("bureau").set("bureau", "990121")).await.must_be(200);
    visitor.get("/search?q=退休").await.must_say("南河县烟草专卖局").must_say("到窗口");
    let longest = "店".repeat(5000);
    visitor.get(&format!("/search?q={longest}")).await.must_be(200);
    // Without script the box is a form like any other.
    let page = visitor.get("/search").await;
    let found = visitor.send(page.form_with("q").set("q", "biangeng")).await;
    assert_eq!(found.link("烟草专卖零售许可证变更"), "/guides/retail-licence/biangeng");
}

async fn what_readers_say_of_guides_stands_on_the_front_page(town: &Town) {
    let visitor = town.visitor();
    visitor.get("/").await.must_say("今年还没有人评价办事指南");
    visitor.get("/ratings").await.must_be(200).must_say("今年还没有人评价办事指南");
    for useful in ["yes", "yes", "no"] {
        let guide = visitor.get("/guides/retail-licence/xinban?bureau=990121").await;
        visitor.send(guide.form_with("useful").set("useful", useful)).await.must_be(200);
    }
    portal::ratings::refresh(&town.app).await.expect("counted");
    visitor.get("/").await.must_say("人评价了办事指南").must_say("66%");
    let page = visitor.get("/ratings").await;
    page.must_say("南河县烟草专卖局").must_say("66%");
}

async fn the_chosen_district_stands_first_and_can_be_let_go(town: &Town) {
    let visitor = town.visitor();
    let first = |page: &crate::town::Page| {
        page.html().find("南河县烟草专卖局") < page.html().find("城中区烟草专卖局")
    };
    assert!(!first(&visitor.get("/").await));
    let page = visitor.get("/region?back=/%23phones").await;
    page.must_be(200).must_say("南河县烟草专卖局");
    visitor.send(page.form_with("bureau").set("bureau", "990121")).await.must_be(200);
    assert!(first(&visitor.get("/").await));
    visitor.get("/guides/retail-licence/xinban").await.must_say("南河县");
    // The bar at the top of any page names it and leads to the choice.
    let elsewhere = visitor.get("/accessibility").await;
    assert!(elsewhere.html().contains("南河县烟草专卖局<span class=\"sr\">，</span>　切换区县</a>"));
    let page = visitor.get("/region").await;
    page.must_say("（现在的）");
    visitor.send(page.form_with("bureau").forge("bureau", "990199")).await.must_be(200);
    assert!(!first(&visitor.get("/").await), "no such bureau: the whole city again");
}
