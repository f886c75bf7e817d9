//! Steps: two people, compare-and-set, one seal of a kind in use.

use db::history;

use super::*;
use crate::state::{NotOpen, State};
use crate::store;

#[tokio::test]
async fn who_asks_for_a_seal_does_not_approve_it() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let seal =
            request(&office.app, &office.by(&office.keeper), &wanted(SealKind::Licensing)).await.unwrap();
        assert_eq!(
            (seal.id.as_str(), seal.name.as_str()),
            ("9901010000001", "城中区烟草专卖局行政许可专用章")
        );
        let own = office.by(&office.keeper).person;
        let fault = office.take(&seal, Step::Approve { by: own }).await.unwrap_err();
        assert!(matches!(fault, Fault::NotOpen(NotOpen::SamePerson)));
        let head = office.by(&office.head).person;
        let refused = Step::Refuse { by: head, why: "名称有误".into() };
        let seal = office.take(&seal, refused).await.unwrap();
        assert!(matches!(&seal.state, State::Refused { why, .. } if why == "名称有误"));
        assert_eq!(store::by_number(&mut office.app.db.clone(), &seal.id).await.unwrap().unwrap(), seal);
    });
}

#[tokio::test]
async fn a_step_on_a_seal_that_has_moved_meanwhile_is_not_taken() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let seal = office.in_use(SealKind::Licensing).await;
        let suspended = office.take(&seal, Step::Suspend { why: "核查".into() }).await.unwrap();
        assert!(matches!(office.take(&seal, Step::Destroy { why: "误".into() }).await, Err(Fault::Moved)));
        let resumed = office.take(&suspended, Step::Resume).await.unwrap();
        assert_eq!(resumed.periods.len(), 2);
        let mut db = office.app.db.clone();
        history::verify(&history::read(&mut db, BUREAU, "seal", &seal.id).await.unwrap()).unwrap();
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_seals_of_one_kind_are_never_in_use_at_once() {
    db::on_each_database!(async |db| {
        let office = Arc::new(Office::on(db).await);
        let (first, other) = (office.made(SealKind::Licensing).await, office.made(SealKind::Licensing).await);
        let hand_out = |seal: Record| {
            let office = office.clone();
            async move {
                loop {
                    match office.take(&seal, Step::HandOut { users: users() }).await {
                        Err(Fault::Store(fault)) if fault.may_retry() => {}
                        answer => return answer,
                    }
                }
            }
        };
        let (one, two) = tokio::join!(hand_out(first.clone()), hand_out(other.clone()));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        let (winner, loser, fault) = match (one, two) {
            (Ok(winner), Err(fault)) => (winner, other, fault),
            (Err(fault), Ok(winner)) => (winner, first, fault),
            _ => unreachable!("looked at above"),
        };
        assert!(matches!(fault, Fault::AnotherInUse { .. }), "{fault}");
        // Another kind is no hindrance, and a suspended seal makes room.
        office.in_use(SealKind::Acceptance).await;
        let suspended = office.take(&winner, Step::Suspend { why: "换发".into() }).await.unwrap();
        let next = office.take(&loser, Step::HandOut { users: users() }).await.unwrap();
        let fault = office.take(&suspended, Step::Resume).await.unwrap_err();
        assert!(fault.face().says.contains(&next.id), "{}", fault.face().says);
        office.take(&next, Step::Destroy { why: "作废".into() }).await.unwrap();
        office.take(&suspended, Step::Resume).await.unwrap();
    });
}

#[tokio::test]
async fn a_use_and_a_suspension_at_once_come_one_behind_the_other() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let seal = office.in_use(SealKind::Acceptance).await;
        let letter = paper("一", "");
        let mut tx = office.app.db.begin().await.unwrap();
        let order = order("paper-1", &letter, &office.clerk);
        office.sealer.seal(&mut tx, &order, office.now()).await.unwrap();
        let suspend = office.take(&seal, Step::Suspend { why: "核查".into() });
        let commit = async {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            tx.commit().await
        };
        let (suspended, committed) = tokio::join!(suspend, commit);
        committed.unwrap();
        suspended.unwrap();
        let mut db = office.app.db.clone();
        let chain = history::read(&mut db, BUREAU, "seal", &seal.id).await.unwrap();
        let tail: Vec<&str> = chain.iter().rev().take(2).map(|entry| entry.act.as_str()).collect();
        assert_eq!(tail, ["suspended", "used"]);
    });
}

#[tokio::test]
async fn what_can_not_be_a_seal_is_refused_in_words() {
    let office = Office::on(db::testing::databases().await.remove(0).1).await;
    let asked = async |wanted: Wanted| request(&office.app, &office.by(&office.keeper), &wanted).await;
    let plain = wanted(SealKind::Licensing);
    for (wanted, says) in [
        (Wanted { why: " ".into(), ..plain.clone() }, "制章理由"),
        (Wanted { why: "长".repeat(201), ..plain.clone() }, "超过200个字"),
        (Wanted { to: date(2025, 1, 1), ..plain.clone() }, "早于开始日期"),
        (Wanted { from: date(2020, 1, 1), to: date(2026, 11, 22), ..plain.clone() }, "已经过去"),
        (Wanted { from: date(2026, 11, 22), ..plain.clone() }, "不能倒签"),
        (Wanted { to: date(2056, 1, 1), ..plain.clone() }, "20年"),
    ] {
        let fault = asked(wanted).await.unwrap_err();
        assert!(fault.face().says.contains(says), "{}", fault.face().says);
    }
    // Longer than the certificate of the bureau: found before the maker signs.
    let long = asked(Wanted { to: date(2033, 1, 1), ..plain }).await.unwrap();
    let long = office.take(&long, Step::Approve { by: office.by(&office.head).person }).await.unwrap();
    let face = Face::Given { png: png(300, 300) };
    let by = office.by(&office.keeper);
    let fault = make(&office.app, &office.keys, &by, (BUREAU, &long.id), None, face).await.unwrap_err();
    assert!(fault.face().says.contains("2031-01-01 08:00"), "{}", fault.face().says);
}
