use std::sync::Arc;

use db::Db;
use jiff::{SignedDuration, Timestamp};
use web::{Clock, FixedClock};

use super::{DAY, granted, issue, now};
use crate::register::{Register, follow_until, load};
use crate::status::Status;
use crate::store;

fn clock() -> FixedClock {
    FixedClock::on(DAY)
}

async fn rebuilt(db: &Db) -> Register {
    let register = Register::new();
    load(&register, db, &clock()).await.unwrap();
    register
}

#[tokio::test(flavor = "multi_thread")]
async fn a_followed_register_equals_a_rebuilt_one() {
    db::on_each_database!(async |db: Db| {
        let followed = Register::new();
        for n in 1..=5 {
            issue(&db, &granted(n)).await.unwrap();
            assert_eq!(load(&followed, &db, &clock()).await.unwrap(), 1);
        }
        assert_eq!(load(&followed, &db, &clock()).await.unwrap(), 0, "nothing changed, nothing is read");

        let licence = store::by_number(&mut db.clone(), "990101", "990101100003").await.unwrap().unwrap();
        let mut tx = db.begin().await.unwrap();
        let seq = store::next_seq(&mut tx, "990101").await.unwrap();
        let stopped = Status::Stopped { since: Some(DAY) };
        tx.commit_with(vec![store::save_status(&licence, stopped, seq, now())]).await.unwrap();
        let before = followed.digest();
        assert_eq!(load(&followed, &db, &clock()).await.unwrap(), 1);
        assert_ne!(followed.digest(), before);
        assert_eq!(followed.number("990101100003", now()).found.unwrap().status, stopped);

        let rebuilt = rebuilt(&db).await;
        assert_eq!((rebuilt.len(), rebuilt.digest()), (5, followed.digest()));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rolled_back_is_never_in_the_register() {
    db::on_each_database!(async |db: Db| {
        super::offices(&db).await;
        let mut tx = db.begin().await.unwrap();
        super::licences().await.issue(&mut tx, &granted(1), now()).await.unwrap();
        tx.rollback().await;
        assert!(rebuilt(&db).await.is_empty());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_says_as_of_when_and_when_it_is_stale() {
    db::on_each_database!(async |db: Db| {
        let empty = Register::new();
        assert!(empty.is_stale(now()) && empty.as_of().is_none());

        let register = rebuilt(&db).await;
        let at = |seconds| now() + SignedDuration::from_secs(seconds);
        let answer = register.number("990101100001", at(60));
        assert_eq!(answer.as_of, Some(now()));
        assert!(!answer.stale && answer.found.is_none());
        assert!(register.number("990101100001", at(61)).stale);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn look_ups_go_on_from_memory_when_the_database_is_gone() {
    db::on_each_database!(async |db: Db| {
        let number = issue(&db, &granted(1)).await.unwrap().number;
        let register = rebuilt(&db).await;
        db.close().await;
        let later = FixedClock::at(now() + SignedDuration::from_secs(120));
        assert!(load(&register, &db, &later).await.is_err());
        let answer = register.number(&number, later.now());
        assert_eq!(answer.found.unwrap().number, number);
        assert!(answer.stale);
        assert_eq!(answer.as_of, Some(now()));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nudge_brings_a_new_licence_in_at_once() {
    db::on_each_database!(async |db: Db| {
        let register = Arc::new(Register::new());
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let following = tokio::spawn(follow_until(register.clone(), db.clone(), Arc::new(clock()), async {
            let _ = stopped.await;
        }));
        let number = issue(&db, &granted(1)).await.unwrap().number;
        register.nudge();
        let found = async {
            while register.number(&number, Timestamp::UNIX_EPOCH).found.is_none() {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(5), found)
            .await
            .expect("found within a turn or two");
        stop.send(()).unwrap();
        following.await.unwrap();
    });
}
