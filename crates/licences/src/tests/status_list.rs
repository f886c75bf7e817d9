use std::sync::Arc;

use db::Db;
use jiff::SignedDuration;
use jobs::Sweep;
use seals::User;

use super::voucher::{BUREAU, Town, sealed_at};
use super::{granted, issue, licences, now};
use crate::check::{Current, NotCurrent, current_by_list};
use crate::elicence::Under;
use crate::status::{CancelReason, Step};
use crate::status_list::{Editions, Issued, Mark, Publisher, StatusList, published, sign, verify};

const MARKS: [(u64, Mark); 6] = [
    (0, Mark::Valid),
    (1, Mark::Suspended),
    (2, Mark::Ended),
    (3, Mark::Replaced),
    (4, Mark::Revoked),
    (9, Mark::Valid),
];

fn list(town: &Town) -> StatusList {
    let certs = town.signatories().iter().map(|signatory| signatory.cert.der().to_vec()).collect();
    StatusList::new(BUREAU, &MARKS, certs, sealed_at())
}

#[test]
fn a_list_comes_back_with_every_mark_and_its_signatories() {
    let town = Town::new();
    let bytes = sign(&town, &list(&town)).unwrap();
    let back = verify(&bytes, &town.trust, now()).unwrap();
    assert_eq!(back, list(&town));
    MARKS.iter().for_each(|(index, mark)| assert_eq!(back.mark(*index), Some(*mark)));
    // A place between that no licence has, and one behind the end.
    assert_eq!((back.mark(5), back.mark(10), back.mark(u64::MAX)), (Some(Mark::Ended), None, None));
    assert_eq!(back.signatories(), town.signatories());
    assert_eq!(StatusList::new(BUREAU, &[], vec![], sealed_at()).mark(0), None);
}

#[test]
fn a_bent_foreign_or_future_list_is_not_believed() {
    let (town, other) = (Town::new(), Town::named("县"));
    let bytes = sign(&town, &list(&town)).unwrap();
    for place in (0..bytes.len()).step_by(3) {
        let mut bent = bytes.clone();
        bent[place] ^= 2;
        assert!(verify(&bent, &town.trust, now()).is_err(), "{place}");
        assert!(verify(&bytes[..place], &town.trust, now()).is_err());
    }
    let foreign = sign(&other, &list(&other)).unwrap();
    assert_eq!(verify(&foreign, &town.trust, now()).unwrap_err().code(), "cert-bad-signature");
    // Another's certificate in the list does not help without its key.
    let posing = sign(&other, &list(&town)).unwrap();
    assert_eq!(verify(&posing, &town.trust, now()).unwrap_err().code(), "statement-unknown-key");
    let early = sealed_at() - SignedDuration::from_hours(1);
    assert_eq!(verify(&bytes, &town.trust, early).unwrap_err().code(), "statement-future");
    for junk in [&b""[..], b"junk", &[0xd2; 100], &vec![0xd2; 5 << 20]] {
        assert!(verify(junk, &town.trust, now()).is_err());
    }
}

#[test]
fn what_a_list_says_depends_on_its_age_and_on_the_days_of_the_licence() {
    let town = Town::new();
    let list = list(&town);
    let (from, to) = ("2026-11-01".parse().unwrap(), "2026-11-30".parse().unwrap());
    let soon = sealed_at() + SignedDuration::from_hours(1);
    let state = |index, at| match current_by_list(&list, index, (from, to), at) {
        Current::InForce { .. } => "in force",
        Current::Not { why, .. } => why.code(),
        Current::Unknown { .. } => "unknown",
        other => panic!("{other:?}"),
    };
    assert_eq!(
        [0, 1, 2, 3, 10].map(|index| state(Some(index), soon)),
        ["in force", "suspended", "cancelled", "replaced", "unknown"]
    );
    assert_eq!(state(None, soon), "unknown");
    // Stale: what was good then may not be now; what had ended stays so.
    let late = sealed_at() + SignedDuration::from_hours(25);
    assert_eq!([0, 2].map(|index| state(Some(index), late)), ["unknown", "cancelled"]);
    let december = "2026-12-01T00:00:00Z".parse().unwrap();
    assert_eq!(state(Some(0), december), NotCurrent::Expired.code());
    assert_eq!(state(Some(1), december), "expired");
    let october = "2026-10-20T00:00:00Z".parse().unwrap();
    assert_eq!(state(Some(0), october), "not-yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_marks_follow_the_steps_of_the_licence() {
    db::on_each_database!(async |db: Db| {
        issue(&db, &granted(1)).await.unwrap();
        issue(&db, &granted(2)).await.unwrap();
        let marks = async || Issued.marks(&mut db.clone(), BUREAU).await.unwrap();
        let [(first, Mark::Valid), (second, Mark::Valid)] = marks().await[..] else {
            panic!("two, both valid")
        };
        assert!(first < second);
        let step = async |step| {
            let under =
                Under {
                    reason: "test", document: "城中烟〔2026〕1号", by: User { id: "o", name: "周正" }
                };
            let mut tx = db.begin().await.unwrap();
            licences().await.step(&mut tx, (BUREAU, "990101100001"), step, &under, now()).await.unwrap();
            tx.commit().await.unwrap();
        };
        step(Step::OrderStop).await;
        assert_eq!(marks().await, [(first, Mark::Suspended), (second, Mark::Valid)]);
        step(Step::Cancel(CancelReason::Disqualified)).await;
        assert_eq!(marks().await, [(first, Mark::Ended), (second, Mark::Valid)]);
        let mark =
            async |edition| Issued.mark(&mut db.clone(), BUREAU, "990101100001", edition).await.unwrap();
        assert_eq!((mark(1).await, mark(2).await), (Some(Mark::Ended), None));
        assert_eq!(Issued.marks(&mut db.clone(), "990102").await.unwrap(), []);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_published_when_something_changed_and_before_it_grows_old() {
    db::on_each_database!(async |db: Db| {
        let town = Arc::new(Town::new());
        let publisher = Publisher::new(db.clone(), town.clone(), town.clone(), town.clone());
        publisher.sweep(now()).await.unwrap();
        assert_eq!(published(&mut db.clone(), BUREAU).await.unwrap(), None, "no licence, no list");

        issue(&db, &granted(1)).await.unwrap();
        town.marked("990101100001", 1, 5, Mark::Valid);
        publisher.sweep(now()).await.unwrap();
        let first = published(&mut db.clone(), BUREAU).await.unwrap().unwrap();
        let list = verify(&first.body, &town.trust, now()).unwrap();
        assert_eq!((list.mark(5), first.digest.len()), (Some(Mark::Valid), 64));

        let soon = now() + SignedDuration::from_mins(5);
        publisher.sweep(soon).await.unwrap();
        assert_eq!(published(&mut db.clone(), BUREAU).await.unwrap(), Some(first.clone()), "nothing changed");

        town.marked("990101100001", 1, 5, Mark::Ended);
        let mut tx = db.begin().await.unwrap();
        crate::store::next_seq(&mut tx, BUREAU).await.unwrap();
        tx.commit().await.unwrap();
        publisher.sweep(soon).await.unwrap();
        let second = published(&mut db.clone(), BUREAU).await.unwrap().unwrap();
        assert_eq!(verify(&second.body, &town.trust, soon).unwrap().mark(5), Some(Mark::Ended));

        let later = soon + SignedDuration::from_hours(13);
        publisher.sweep(later).await.unwrap();
        let third = published(&mut db.clone(), BUREAU).await.unwrap().unwrap();
        assert_eq!((third.issued_at, third.seq), (later, second.seq));
    });
}
