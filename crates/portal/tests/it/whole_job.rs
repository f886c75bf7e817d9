//! From the wish to open a shop to a licence that anybody can verify, and the ways it ends otherwise.

use crate::town::desk::{BUREAU_HEAD, CLERK};
use crate::town::{Shop, Town};

told_on_both!(
    a_shop_gets_its_licence_and_anybody_can_verify_it,
    a_refusal_names_reason_rule_and_remedies,
    an_application_to_the_wrong_place_is_not_accepted_and_says_why,
    who_changes_their_mind_withdraws,
    whoever_has_number_and_code_sees_the_progress_and_no_more,
);

async fn a_shop_gets_its_licence_and_anybody_can_verify_it(town: &Town) {
    let case = town.applies("liming", &Shop::number(1)).await;
    assert_eq!(case.number, "990101202609010001", "bureau, day, running number of the day");

    town.accepts(&case).await.must_say("已受理");
    town.looks_at(&case, "").await.must_say("书面审查");
    town.days_pass(1).await;
    town.reviews_papers(&case).await;
    town.assigns(&case).await;
    town.inspects(&case, "符合新办许可证的条件").await.must_say("核查记录已提交");
    town.days_pass(1).await;
    town.examines(&case, "grant").await;
    town.grants(&case).await;

    let licence = town.licence_of(&case).await;
    assert_eq!((licence.len(), &licence[..7]), (12, "9901011"), "division, kind of holder, serial");
    town.delivers(&case, "pick_up").await.must_say("已记录送达");
    town.looks_at(&case, "").await.must_say("已办结");

    let anybody = town.visitor();
    let found = town.once_in_the_register(&anybody, &format!("/verify/{licence}")).await;
    found.must_say("城中区李明便利店1分店").must_say("有效");
    assert!(!found.says("990101198704122151"), "an ID number is nobody's business");
    // What the QR code on the wall leads to.
    anybody.get(&format!("/v/{licence}")).await.must_be(200).must_say("城中区李明便利店1分店");
    let told = anybody.get(&format!("/api/licences/{licence}")).await.must_be(200).json();
    assert_eq!(told["number"], licence);
    town.at("liming").await.get("/me/licences").await.must_say(&licence);
}

async fn a_refusal_names_reason_rule_and_remedies(town: &Town) {
    let case = town.applies("liming", &Shop::number(1)).await;
    town.brings_to_decision(&case, "refuse").await;

    let bare = town.takes(BUREAU_HEAD, &case, "decide", &[("outcome", "refuse")]).await;
    bare.must_be(422);
    let fact = "距最近零售点步行28.4米，当地规定不少于40米";
    town.refuses(&case, "layout", fact).await;

    let page = town.looks_at(&case, "").await;
    page.must_say("决定不予许可").must_say("六十日内申请行政复议").must_say("六个月内提起行政诉讼");
    let letter = town.paper(&case, "不予行政许可决定书").await;
    for words in [fact, "行政复议", "行政诉讼", "烟草专卖"] {
        assert!(letter.contains(words), "the letter does not say “{words}”:\n{letter}");
    }
    town.at("liming").await.get("/me/licences").await.must_be(200);
}

async fn an_application_to_the_wrong_place_is_not_accepted_and_says_why(town: &Town) {
    let case = town.applies("liming", &Shop::number(1)).await;
    let unclear = town.takes(CLERK, &case, "decline", &[("ground", "not-ours")]).await;
    unclear.must_be(422).must_say("请写明应向哪个行政机关申请");

    let typed = [("ground", "not-ours"), ("competent", "高新区烟草专卖局"), ("facts", "经营场所在高新区")];
    town.takes(CLERK, &case, "decline", &typed).await.must_say("已作出不予受理决定");
    town.looks_at(&case, "").await.must_say("申请没有受理");
    let letter = town.paper(&case, "不予受理决定书").await;
    for words in ["高新区烟草专卖局", "行政复议", "行政诉讼"] {
        assert!(letter.contains(words), "the letter does not say “{words}”:\n{letter}");
    }
}

async fn who_changes_their_mind_withdraws(town: &Town) {
    let case = town.applies("liming", &Shop::number(1)).await;
    town.accepts(&case).await;
    town.withdraws(&case, "店铺改作他用").await.must_say("撤回");
    let late = town.at(crate::town::desk::LICENCE_HEAD).await.get(&case.desk("/review_paper")).await;
    late.must_be(409).must_say("本件已经办结");
}

async fn whoever_has_number_and_code_sees_the_progress_and_no_more(town: &Town) {
    let case = town.applies("liming", &Shop::number(1)).await;
    town.accepts(&case).await;
    let seen = town.asks_for_progress(&case.number, &case.query_code).await;
    seen.must_be(200).must_say(&case.number).must_say("书面审查");
    for private in ["990101198704122151", "19999010001", "李明"] {
        assert!(!seen.words().contains(private), "{private} on the public page:\n{}", seen.words());
    }
    let wrong_code = town.asks_for_progress(&case.number, "ZZZZZZ").await;
    let wrong_number = town.asks_for_progress("99010120260901999", &case.query_code).await;
    assert_eq!(wrong_code.status, wrong_number.status);
    assert_eq!(
        wrong_code.all(".problems li"),
        wrong_number.all(".problems li"),
        "a guess must not learn which was wrong"
    );
    assert!(!wrong_code.says(&case.number) || !wrong_code.says("书面审查"));
}
