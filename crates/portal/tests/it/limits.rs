//! Limits in working days: what counts, what doesn't, and what silence does.

use jiff::civil::date;

use crate::town::desk::{BUREAU_HEAD, CLERK, LICENCE_HEAD};
use crate::town::{Shop, Town};

told_on_both!(
    five_working_days_of_silence_accept_the_application,
    a_hearing_stops_the_clock_and_an_extension_adds_to_it,
    a_limit_that_passed_raises_an_alert,
);

async fn five_working_days_of_silence_accept_the_application(town: &Town) {
    let case = town.applies("liming", &Shop::number(1)).await;
    // Received on Tuesday the 1st: the fifth working day is Tuesday the 8th, and it is still the bureau's.
    town.until(date(2026, 9, 8)).await;
    town.at(CLERK).await.get(&case.desk("/accept")).await.must_be(200);
    town.days_pass(1).await;

    town.looks_at(&case, "").await.must_say("自收到材料之日起即为受理").must_say("书面审查");
    let letter = town.paper(&case, "受理通知书").await;
    assert!(letter.contains("李明"), "{letter}");
    town.at(CLERK).await.get("/desk").await.must_say("视为受理");
    let ledger = town.ledger(&case).await;
    assert_eq!(
        ledger.statutory.first_day, "2026-09-02",
        "from the day of receipt, not from the day somebody noticed"
    );
    assert_eq!((ledger.promised.due.as_str(), ledger.statutory.due.as_str()), ("2026-09-10", "2026-09-29"));

    // The watchmen go round again and nothing happens twice.
    town.watchmen_go_round().await;
    assert_eq!(
        town.looks_at(&case, "")
            .await
            .links()
            .iter()
            .filter(|(words, _)| words.contains("受理通知书"))
            .count(),
        1
    );
}

async fn a_hearing_stops_the_clock_and_an_extension_adds_to_it(town: &Town) {
    let case = town.applies("liming", &Shop::number(1)).await;
    town.accepts(&case).await;
    assert_eq!(
        town.ledger(&case).await.statutory.due,
        "2026-09-29",
        "20 working days, 中秋节 off, Sunday the 20th at work"
    );

    town.until(date(2026, 9, 3)).await;
    let why = "利害关系人要求听证";
    let typed = [("kind", "hearing"), ("why", why), ("needed", "4")];
    town.takes(LICENCE_HEAD, &case, "pause", &typed).await.must_say("已暂停计时");
    let told = town.paper(&case, "特别程序告知书").await;
    assert!(told.contains(why), "{told}");
    town.looks_at(&case, "").await.must_say(why);

    town.until(date(2026, 9, 8)).await;
    town.takes(LICENCE_HEAD, &case, "resume", &[]).await.must_say("已恢复计时");
    town.days_pass(1).await;
    let ledger = town.ledger(&case).await;
    // Four working days did not count: the 3rd, 4th, 7th and 8th.
    assert_eq!(ledger.statutory.due, "2026-10-10", "after 国庆节, on the Saturday that is worked");
    assert_eq!(ledger.statutory.paused, ["2026-09-03", "2026-09-04", "2026-09-07", "2026-09-08"]);

    let typed = [("days", "11"), ("reason", "单元边界需要进一步核实")];
    town.takes(BUREAU_HEAD, &case, "extend", &typed).await.must_be(422);
    let typed = [("days", "10"), ("reason", "单元边界需要进一步核实")];
    town.takes(BUREAU_HEAD, &case, "extend", &typed).await.must_say("已批准延长10个工作日");
    assert_eq!(town.ledger(&case).await.statutory.due, "2026-10-23");
    let told = town.paper(&case, "延长审批期限告知书").await;
    assert!(told.contains("单元边界需要进一步核实"), "{told}");
    // Once only.
    town.at(BUREAU_HEAD).await.get(&case.desk("/extend")).await.must_be(409);
}

async fn a_limit_that_passed_raises_an_alert(town: &Town) {
    let case = town.applies("liming", &Shop::number(1)).await;
    town.accepts(&case).await;
    town.until(date(2026, 9, 29)).await;
    assert!(!town.at(CLERK).await.get("/desk").await.says("仍未作出决定"), "the last day is still in time");
    town.days_pass(1).await;
    town.at(CLERK).await.get("/desk").await.must_say("仍未作出决定").must_say(&case.number);
}
