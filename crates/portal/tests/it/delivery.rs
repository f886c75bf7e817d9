//! 送达: no delivery without its proof.

use crate::town::desk::CLERK;
use crate::town::{Shop, Town};

told_on_both!(opening_the_decision_is_the_proof_of_electronic_delivery, a_letter_by_post_needs_its_number);

async fn opening_the_decision_is_the_proof_of_electronic_delivery(town: &Town) {
    let case = town.applies("liming", &Shop::number(1)).await;
    town.brings_to_decision(&case, "grant").await;
    town.grants(&case).await;

    let unread = town.delivers(&case, "electronic").await;
    unread.must_be(422).must_say("申请人还没有打开电子文书");
    town.looks_at(&case, "").await.must_say("未读");

    let decision = town.paper(&case, "准予行政许可决定书").await;
    assert!(decision.contains("城中区李明便利店1分店"), "{decision}");
    assert!(!town.looks_at(&case, "").await.says("未读"));
    town.delivers(&case, "electronic").await.must_say("已记录送达");
    let receipt = town.at(CLERK).await.get(&case.desk("")).await;
    receipt.must_say("电子送达").must_say("送达回证").must_say("记录完整");
}

async fn a_letter_by_post_needs_its_number(town: &Town) {
    let case = town.applies("liming", &Shop::number(1)).await;
    town.brings_to_decision(&case, "grant").await;
    town.grants(&case).await;
    town.delivers(&case, "post").await.must_be(422).must_say("邮件号");
    town.takes(CLERK, &case, "deliver", &[("way", "post"), ("tracking", "EY990100001CN")])
        .await
        .must_say("已记录送达");
}
