//! Seals on papers: within the step, or the step waits in view.

use axum::http::StatusCode;
use cases::actions::{self, By};
use cases::case::{Case, CasePaper, Sealing};
use cases::stage::Stage;
use cases::store;
use papers::Kind;

use crate::desk::{Staff, href};
use crate::town::{BUREAU, Town, monday};

async fn paper(town: &Town, case: &Case, kind: Kind) -> CasePaper {
    let papers = store::papers_of(&mut town.app.db.clone(), BUREAU, &case.id).await.expect("papers");
    papers.into_iter().find(|paper| paper.kind == kind).unwrap_or_else(|| panic!("no {kind:?}"))
}

/// The watchman makes his round.
async fn round(town: &Town) {
    actions::seal_what_waits(&town.app, BUREAU).await.expect("the round is made");
}

const GRANT: [(&str, &str); 3] = [("outcome", "grant"), ("years", "5"), ("opinion", "同意")];

#[tokio::test(flavor = "multi_thread")]
async fn letters_and_decisions_bear_their_seal_and_what_people_sign_bears_none() {
    db::on_each_database!(async |db: db::Db| {
        let town = Town::on(db).await;
        let staff = Staff::of(&town).await;
        let case = town.received(vec![]).await;
        staff.examine(&town, &case).await;
        staff.step(&town, &staff.head, &case, "decide", &GRANT).await;
        for kind in [Kind::ApplicationForm, Kind::Receipt, Kind::InspectionRecord] {
            assert_eq!(paper(&town, &case, kind).await.sealing, Sealing::None, "{kind:?}");
        }
        for kind in [Kind::Acceptance, Kind::Grant] {
            assert!(paper(&town, &case, kind).await.ofd().is_some(), "{kind:?}");
        }
        let asked = town.seals.asked();
        let grant = asked.iter().find(|one| one.kind == Kind::Grant).expect("asked for");
        assert_eq!(grant.user, staff.head.officer.id);
        assert_eq!(grant.under, format!("作出决定 {}", case.number));
        let page = staff.clerk.get(&href(&case, "")).await;
        page.shows("OFD 原件（已盖章）");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_waits_in_view_while_the_service_is_away_and_takes_effect_when_it_is_back() {
    db::on_each_database!(async |db: db::Db| {
        let town = Town::on(db).await;
        let staff = Staff::of(&town).await;
        let case = town.received(vec![]).await;
        staff.examine(&town, &case).await;
        town.seals.goes_away(true);
        staff.step(&town, &staff.head, &case, "decide", &GRANT).await;

        let waiting = town.case(&case.id).await;
        assert!(matches!(waiting.stage, Stage::Deciding { .. }), "{:?}", waiting.stage);
        let counted =
            db::counter::peek(&mut town.app.db.clone(), BUREAU, "licence").await.expect("a counter");
        assert_eq!(counted, 0, "no licence number is taken for a decision that waits");
        let page = staff.clerk.get(&href(&case, "")).await;
        page.shows("决定等待盖章：准予许可");
        page.shows("办理期限照常计算");
        staff.head.get("/desk").await.shows("已签批，等待盖章");
        // Neither a second thought nor a second click replaces it in silence.
        let refuse = [("outcome", "refuse"), ("opinion", "再想想")];
        let again = staff.head.get(&href(&case, "/decide")).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text);
        again.shows("正在等待盖章");
        let again = staff.head.post(&href(&case, "/decide"), &GRANT).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text);
        again.shows("准予行政许可");
        again.shows("撤回签批");
        assert_ne!(staff.head.post(&href(&case, "/decide"), &refuse).await.status, StatusCode::SEE_OTHER);

        round(&town).await;
        staff.clerk.get(&href(&case, "")).await.shows("已尝试 2 次");
        town.seals.goes_away(false);
        round(&town).await;
        round(&town).await;

        let decided = town.case(&case.id).await;
        assert!(matches!(decided.stage, Stage::Decided { .. }), "{:?}", decided.stage);
        assert!(paper(&town, &case, Kind::Grant).await.ofd().is_some());
        let mut db = town.app.db.clone();
        assert!(store::wait_of(&mut db, BUREAU, &case.id).await.expect("readable").is_none());
        assert_eq!(db::counter::peek(&mut db, BUREAU, "licence").await.expect("a counter"), 1);
        let history = db::history::read(&mut db, BUREAU, "case", &case.id).await.expect("a history");
        db::history::verify(&history).expect("the chain holds");
        let decision = history.iter().find(|row| row.act == "decide").expect("decided");
        assert_eq!(decision.actor, staff.head.officer.id, "it is still the decision of who took it");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_decision_is_taken_back_or_falls_when_the_case_moves() {
    db::on_each_database!(async |db: db::Db| {
        let town = Town::on(db).await;
        let staff = Staff::of(&town).await;
        let (one, other) = (town.received(vec![]).await, town.received(vec![]).await);
        for case in [&one, &other] {
            staff.examine(&town, case).await;
            town.seals.goes_away(true);
            staff.step(&town, &staff.head, case, "decide", &GRANT).await;
            town.seals.goes_away(false);
        }
        let forbidden = staff.clerk.post(&href(&one, "/decide/call-off"), &[]).await;
        assert_eq!(forbidden.status, StatusCode::FORBIDDEN, "{}", forbidden.text);
        staff.head.post(&href(&one, "/decide/call-off"), &[]).await.taken();
        let who = By { id: other.subject.clone(), name: "申请人".to_owned() };
        actions::withdraw(&town.app, &other.subject, &who, BUREAU, &other.id, "不办了")
            .await
            .expect("withdrawn");
        round(&town).await;

        assert!(matches!(town.case(&one.id).await.stage, Stage::Deciding { .. }));
        assert!(matches!(town.case(&other.id).await.stage, Stage::Withdrawn { .. }));
        for case in [&one, &other] {
            let mut db = town.app.db.clone();
            assert!(store::wait_of(&mut db, BUREAU, &case.id).await.expect("readable").is_none());
            staff.clerk.get(&href(case, "")).await.shows("等待盖章的决定没有生效");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_costs_nobody_a_day_and_gets_its_seal_when_the_service_is_back() {
    db::on_each_database!(async |db: db::Db| {
        let town = Town::on(db).await;
        let staff = Staff::of(&town).await;
        let case = town.received(vec![]).await;
        town.seals.goes_away(true);
        staff.step(&town, &staff.clerk, &case, "accept", &[]).await;
        let accepted = town.case(&case.id).await;
        assert_eq!(accepted.stage.running().map(|run| run.accepted_on), Some(monday()));
        assert_eq!(paper(&town, &case, Kind::Acceptance).await.sealing, Sealing::Waiting);
        staff.clerk.get(&href(&case, "")).await.shows("待盖章");
        round(&town).await;
        assert_eq!(paper(&town, &case, Kind::Acceptance).await.sealing, Sealing::Waiting);
        town.seals.goes_away(false);
        round(&town).await;
        round(&town).await;
        assert!(paper(&town, &case, Kind::Acceptance).await.ofd().is_some());
        let sealed = town.seals.asked().into_iter().filter(|one| one.kind == Kind::Acceptance).count();
        assert_eq!(sealed, 1);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_refuses_stops_the_decision_and_says_whom_to_ask() {
    db::on_each_database!(async |db: db::Db| {
        let town = Town::on(db).await;
        let staff = Staff::of(&town).await;
        let case = town.received(vec![]).await;
        staff.examine(&town, &case).await;
        town.seals.refuses(true);
        let seen = town.case(&case.id).await.version.to_string();
        let fields = [("seen", seen.as_str()), GRANT[0], GRANT[1], ("opinion", "同意发证，请按期送达")];
        let refused = staff.head.post(&href(&case, "/decide"), &fields).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
        refused.shows("印章管理员");
        refused.shows("同意发证，请按期送达");
        assert!(matches!(town.case(&case.id).await.stage, Stage::Deciding { .. }));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn acceptance_by_silence_does_not_wait_for_a_seal_that_the_bureau_lacks() {
    db::on_each_database!(async |db: db::Db| {
        let town = Town::on(db).await;
        let case = town.received(vec![]).await;
        town.seals.refuses(true);
        town.clock.set(web::clock::beijing(monday().saturating_add(jiff::Span::new().days(10)), 9, 0));
        actions::lapse(&town.app, BUREAU, &case.id).await.expect("deemed accepted");
        assert_eq!(paper(&town, &case, Kind::DeemedAcceptance).await.sealing, Sealing::Waiting);
        let accepted = town.case(&case.id).await;
        assert!(accepted.stage.running().is_some_and(|run| run.deemed), "{:?}", accepted.stage);
    });
}
