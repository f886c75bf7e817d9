//! One notice that lists everything, answered once.

use crate::town::desk::CLERK;
use crate::town::{Shop, Town};

told_on_both!(
    what_was_asked_for_is_supplied_once_and_the_case_is_accepted,
    a_supplement_that_never_comes_sends_the_application_back,
    an_entry_of_the_form_is_corrected_where_it_was_asked_for,
);

async fn what_was_asked_for_is_supplied_once_and_the_case_is_accepted(town: &Town) {
    let case = town.applies("liming", &Shop::number(1)).await;
    town.asks_for_more(&case, &["business_licence", "principal_id_card"], "10")
        .await
        .must_say("补正材料告知书已发给申请人");
    let letter = town.paper(&case, "补正材料告知书").await;
    assert!(letter.contains("营业执照") && letter.contains("身份证"), "{letter}");

    // One notice: there is no second.
    let again = town.at(CLERK).await.get(&case.desk("/supplement")).await;
    again.must_be(409);

    town.days_pass(2).await;
    town.adds(&case, "business_licence").await.must_be(200);
    let half = town.supplies(&case, &[]).await;
    half.must_be(422).must_say("身份证");
    town.adds(&case, "principal_id_card").await.must_be(200);
    town.supplies(&case, &[]).await.must_say("申请已受理");

    let ledger = town.ledger(&case).await;
    assert_eq!(ledger.statutory.first_day, "2026-09-04", "counted from the day after the supplement came");
    town.at(CLERK).await.get(&case.desk("/supplement")).await.must_be(409);
    town.looks_at(&case, "/supplement").await.must_say("没有要补正的内容");
}

async fn a_supplement_that_never_comes_sends_the_application_back(town: &Town) {
    let case = town.applies("liming", &Shop::number(1)).await;
    town.asks_for_more(&case, &["business_licence"], "10").await.must_be(200);
    town.until(jiff::civil::date(2026, 9, 15)).await;
    town.looks_at(&case, "").await.must_say("请补正 1 项内容");
    town.days_pass(1).await;
    town.looks_at(&case, "").await.must_say("申请已退回").must_say("重新申请");
}

async fn an_entry_of_the_form_is_corrected_where_it_was_asked_for(town: &Town) {
    let case = town.applies("liming", &Shop::number(1)).await;
    let typed = [
        ("entry-0", "premises_area"),
        ("ereason-0", "与租赁合同的面积不一致"),
        ("eremedy-0", "请按合同填写"),
        ("days", "5"),
    ];
    town.takes(CLERK, &case, "supplement", &typed).await.must_say("补正材料告知书已发给申请人");
    town.supplies(&case, &[("premises_area", "三十")]).await.must_be(422);
    town.supplies(&case, &[("premises_area", "42")]).await.must_say("申请已受理");
    town.at(CLERK).await.get(&case.desk("")).await.must_say("42");
}
