use jiff::civil::date;

use super::*;
use crate::change::{Kind, OpenCases, Standing};

const LI: Officer<'_> = Officer { id: "officer-li", name: "李一" };
const WANG: Officer<'_> = Officer { id: "officer-wang", name: "王二" };

fn now() -> Timestamp {
    web::clock::beijing(date(2026, 2, 9), 9, 0)
}

fn cancel(id: &str) -> Change {
    Change {
        file: String::new(),
        id: id.into(),
        kind: Kind::Cancel,
        from: vec!["leaf-station".into()],
        to: Vec::new(),
        effective: date(2026, 6, 1),
        until: None,
        reason: "国家目录调整".into(),
        basis: None,
        drafted_by: String::new(),
        drafted_on: date(2000, 1, 1),
        reviewed_by: String::new(),
        reviewed_on: None,
        open_cases: OpenCases::Unplanned,
    }
}

/// The rules that refuse.
fn rules(fault: Fault) -> Vec<&'static str> {
    match fault {
        Fault::ChangeRefused(refused) => refused.into_iter().map(|one| one.rule).collect(),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_change_takes_effect_only_when_a_second_officer_says_yes() {
    let catalogue = Catalogue::embedded().unwrap();
    let none = BTreeMap::new();
    for (name, db) in db::testing::databases().await {
        let mut tx = db.begin().await.unwrap();
        draft(&mut tx, NATION, &cancel("2026-901"), LI, now()).await.unwrap();
        let what = (NATION, "2026-901", 1);
        let own = review(&mut tx, &catalogue, what, LI, now(), &none).await.unwrap_err();
        assert_eq!(rules(own), ["review-by-same"], "on {name}");
        assert!(reviewed(&mut tx).await.unwrap().is_empty(), "on {name}");
        review(&mut tx, &catalogue, what, WANG, now(), &none).await.unwrap();
        tx.commit().await.unwrap();

        let mut on = db.clone();
        let changes = reviewed(&mut on).await.unwrap();
        assert_eq!(changes.len(), 1, "on {name}");
        let with = catalogue.clone().with_changes(changes);
        let item = with.item("leaf-station").unwrap();
        assert!(
            matches!(with.standing(item, date(2026, 5, 31)), Standing::InForce { ends: Some(_) }),
            "on {name}"
        );
        assert!(matches!(with.standing(item, date(2026, 6, 1)), Standing::Over(_)), "on {name}");
        let coming = coming(&mut on, NATION, date(2026, 2, 9)).await.unwrap();
        assert_eq!((coming.len(), coming[0].version), (1, 2), "on {name}");
    }
}

#[tokio::test]
async fn an_item_with_open_cases_is_not_cancelled_without_a_plan() {
    let catalogue = Catalogue::embedded().unwrap();
    let open = BTreeMap::from([("leaf-station".to_owned(), 3)]);
    for (name, db) in db::testing::databases().await {
        let mut tx = db.begin().await.unwrap();
        draft(&mut tx, NATION, &cancel("1"), LI, now()).await.unwrap();
        let refused = review(&mut tx, &catalogue, (NATION, "1", 1), WANG, now(), &open).await.unwrap_err();
        assert!(refused.to_string().contains("还有 3 件没有办结"), "{refused}");
        assert_eq!(rules(refused), ["cancelled-with-open-cases"], "on {name}");
        let planned = Change { open_cases: OpenCases::FinishUnderOld, ..cancel("2") };
        draft(&mut tx, NATION, &planned, LI, now()).await.unwrap();
        review(&mut tx, &catalogue, (NATION, "2", 1), WANG, now(), &open).await.unwrap();
    }
}

#[tokio::test]
async fn of_two_editors_the_second_is_told() {
    let catalogue = Catalogue::embedded().unwrap();
    let none = BTreeMap::new();
    for (name, db) in db::testing::databases().await {
        let mut tx = db.begin().await.unwrap();
        draft(&mut tx, NATION, &cancel("1"), LI, now()).await.unwrap();
        let again = draft(&mut tx, NATION, &cancel("1"), WANG, now()).await.unwrap_err();
        assert!(matches!(again, Fault::ChangeThere(_)), "on {name}");
        let stale = review(&mut tx, &catalogue, (NATION, "1", 7), WANG, now(), &none).await.unwrap_err();
        assert!(matches!(stale, Fault::ChangedMeanwhile(_)), "on {name}");
        withdraw(&mut tx, (NATION, "1", 1), LI, now()).await.unwrap();
        let late = review(&mut tx, &catalogue, (NATION, "1", 2), WANG, now(), &none).await.unwrap_err();
        assert!(matches!(late, Fault::ChangeClosed(_)), "on {name}");
        let nothing = review(&mut tx, &catalogue, (NATION, "9", 1), WANG, now(), &none).await.unwrap_err();
        assert!(matches!(nothing, Fault::ChangeUnknown(_)), "on {name}");
    }
}

#[tokio::test]
async fn a_change_that_has_begun_is_not_withdrawn() {
    let catalogue = Catalogue::embedded().unwrap();
    for (name, db) in db::testing::databases().await {
        let mut tx = db.begin().await.unwrap();
        draft(&mut tx, NATION, &cancel("1"), LI, now()).await.unwrap();
        review(&mut tx, &catalogue, (NATION, "1", 1), WANG, now(), &BTreeMap::new()).await.unwrap();
        let later = web::clock::beijing(date(2026, 6, 1), 9, 0);
        let refused = withdraw(&mut tx, (NATION, "1", 2), LI, later).await.unwrap_err();
        assert!(matches!(refused, Fault::ChangeClosed(_)), "on {name}");
        withdraw(&mut tx, (NATION, "1", 2), LI, now()).await.unwrap();
    }
}
