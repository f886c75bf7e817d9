use std::collections::BTreeSet;

use db::{Db, counter, history};
use jiff::civil::date;

use super::{granted, issue, keys, licences, now};
use crate::keys::Kind;
use crate::number::LAST_SERIAL;
use crate::status::Status;
use crate::{Fault, store};

#[tokio::test(flavor = "multi_thread")]
async fn a_granted_case_becomes_a_licence_found_in_every_way() {
    db::on_each_database!(async |db: Db| {
        let issued = issue(&db, &granted(1)).await.unwrap();
        assert_eq!(issued.number, "990101100001");
        assert_eq!((issued.valid_from, issued.valid_to), (date(2026, 11, 23), date(2031, 11, 22)));

        let here = vec![("990101".to_string(), issued.number.clone())];
        assert_eq!(store::held_by(&mut db.clone(), "subject-1").await.unwrap(), here);
        for (kind, value) in
            [(Kind::CreditCode, "92990101AHFK86MM87"), (Kind::PersonId, "990101199003071230")]
        {
            let key = keys().lookup(kind, value);
            assert_eq!(store::under_key(&mut db.clone(), &key, kind).await.unwrap(), here);
        }
        let told = identity::inbox::list(&mut db.clone(), "subject-1", None, 10).await.unwrap();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].link.as_deref(), Some("/me/licences/990101/990101100001"));
        let bureau = store::bureau_of(&mut db.clone(), &issued.number).await.unwrap();
        assert_eq!(bureau.as_deref(), Some("990101"));
        let licence = store::by_number(&mut db.clone(), "990101", &issued.number).await.unwrap().unwrap();
        assert_eq!(licence.shop_name, "城中区𬭎记食杂店1号");
        assert_eq!((licence.status, licence.version), (Status::Trading, 1));
        let chain = history::read(&mut db.clone(), "990101", "licence", &issued.number).await.unwrap();
        assert_eq!(chain.len(), 1);
        history::verify(&chain).unwrap();
        assert!(!chain[0].data.contains("990101199003071230"), "no ID number in the history");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn one_case_leads_to_one_licence_however_often_it_is_asked() {
    db::on_each_database!(async |db: Db| {
        let first = issue(&db, &granted(1)).await.unwrap();
        let again = issue(&db, &granted(1)).await.unwrap();
        assert_eq!(first, again);
        assert_eq!(counter::peek(&mut db.clone(), "990101", "lic:990101:1").await.unwrap(), 1);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn individuals_and_enterprises_count_apart() {
    db::on_each_database!(async |db: Db| {
        let mut company = granted(2);
        company.eco_type = "1407".into();
        assert_eq!(issue(&db, &granted(1)).await.unwrap().number, "990101100001");
        assert_eq!(issue(&db, &company).await.unwrap().number, "990101200001");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rolled_back_decision_gives_its_number_back() {
    db::on_each_database!(async |db: Db| {
        super::offices(&db).await;
        let mut tx = db.begin().await.unwrap();
        let lost = licences().await.issue(&mut tx, &granted(1), now()).await.unwrap();
        tx.rollback().await;
        let kept = issue(&db, &granted(2)).await.unwrap();
        assert_eq!(lost.number, kept.number);
        assert_eq!(store::count_by_state(&mut db.clone(), "990101").await.unwrap(), [("trading".into(), 1)]);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_at_once_get_dense_numbers() {
    db::on_each_database!(async |db: Db| {
        super::offices(&db).await;
        let tasks: Vec<_> = (1..=64)
            .map(|n| {
                let db = db.clone();
                tokio::spawn(async move {
                    // Busy means “nothing was done, try again”, as a handler would.
                    loop {
                        match issue(&db, &granted(n)).await {
                            Err(Fault::Store(fault)) if fault.may_retry() => continue,
                            answer => return answer.unwrap().number,
                        }
                    }
                })
            })
            .collect();
        let mut numbers = BTreeSet::new();
        for task in tasks {
            assert!(numbers.insert(task.await.unwrap()), "a number was given twice");
        }
        let expected: BTreeSet<String> = (1..=64).map(|n| format!("9901011{n:05}")).collect();
        assert_eq!(numbers, expected);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_licence_at_the_same_premises_is_refused_and_takes_no_number() {
    db::on_each_database!(async |db: Db| {
        issue(&db, &granted(1)).await.unwrap();
        let mut neighbour = granted(2);
        neighbour.address = granted(1).address;
        let refused = issue(&db, &neighbour).await.unwrap_err();
        assert!(matches!(&refused, Fault::PremisesTaken(number) if number == "990101100001"), "{refused}");
        assert_eq!(refused.face().code, "licence-premises-taken");
        assert_eq!(issue(&db, &granted(3)).await.unwrap().number, "990101100002");

        // Once the first has run out the premises are free.
        neighbour.decided_on = date(2031, 11, 23);
        assert!(issue(&db, &neighbour).await.is_ok());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_serials_are_used_up_the_decision_is_refused_with_words() {
    db::on_each_database!(async |db: Db| {
        let mut tx = db.begin().await.unwrap();
        counter::raise_to(&mut tx, "990101", "lic:990101:1", LAST_SERIAL - 1).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(issue(&db, &granted(1)).await.unwrap().number, "990101199999");
        let refused = issue(&db, &granted(2)).await.unwrap_err();
        assert!(matches!(refused, Fault::NumbersUsedUp { .. }));
        assert!(refused.face().says.contains("已经用完"));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_move_a_licence_one_is_told() {
    db::on_each_database!(async |db: Db| {
        let number = issue(&db, &granted(1)).await.unwrap().number;
        let licence = store::by_number(&mut db.clone(), "990101", &number).await.unwrap().unwrap();
        let stopped = Status::Stopped { since: Some(super::DAY) };
        let mut tx = db.begin().await.unwrap();
        tx.batch(vec![store::save_status(&licence, stopped, 2, now())]).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let second = tx.batch(vec![store::save_status(&licence, stopped, 3, now())]).await;
        assert!(matches!(Fault::from(second.unwrap_err()), Fault::Overtaken));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn six_years_are_too_many() {
    db::on_each_database!(async |db: Db| {
        let mut long = granted(1);
        long.valid_years = 6;
        assert!(matches!(issue(&db, &long).await, Err(Fault::Years(6))));
    });
}
