use jiff::civil::date;

use super::*;
use crate::catalogue::SourceFile;
use crate::live::Live;

const LI: Officer<'_> = Officer { id: "officer-li", name: "李一" };
const WANG: Officer<'_> = Officer { id: "officer-wang", name: "王二" };
const ZHAO: Officer<'_> = Officer { id: "officer-zhao", name: "赵三" };
const BUREAU: &str = "990101";
const ITEM: &str = "retail-licence";
const PATH: &str = "places/990101/items/retail-licence.toml";

fn now() -> Timestamp {
    web::clock::beijing(date(2026, 2, 9), 9, 0)
}

fn written(catalogue: &Catalogue, phone: &str, effective: Date) -> Written {
    let text = catalogue.file(PATH).unwrap().text.replace("0990-9901010", phone);
    let item = catalogue.item(ITEM).unwrap();
    Written {
        effective,
        base: crate::text::base(catalogue, BUREAU, &item.slug),
        why: "换了电话".into(),
        files: vec![SourceFile { path: PATH.into(), text }],
    }
}

async fn phone_on(db: &db::Db, day: Date) -> String {
    let catalogue = Live::embedded().snapshot(db, day).await.unwrap();
    let item = catalogue.item(ITEM).unwrap().clone();
    catalogue.own_local(&item, BUREAU).unwrap().consult_phone.clone()
}

#[tokio::test]
async fn a_text_is_in_force_from_its_day_once_a_second_officer_has_said_yes() {
    let catalogue = Catalogue::embedded().unwrap();
    for (name, db) in db::testing::databases().await {
        let mut tx = db.begin().await.unwrap();
        let what = written(&catalogue, "0990-9901888", date(2026, 3, 1));
        draft(&mut tx, (BUREAU, "1", ITEM), &what, LI, now()).await.unwrap();
        let early = approve(&mut tx, &catalogue, (BUREAU, "1", 1), WANG, now()).await.unwrap_err();
        assert!(matches!(early, Fault::TextClosed(..)), "on {name}: {early}");
        submit(&mut tx, &catalogue, (BUREAU, "1", 1), LI, now()).await.unwrap();
        let own = approve(&mut tx, &catalogue, (BUREAU, "1", 2), LI, now()).await.unwrap_err();
        assert!(matches!(own, Fault::TextOwn), "on {name}: {own}");
        approve(&mut tx, &catalogue, (BUREAU, "1", 2), WANG, now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(phone_on(&db, date(2026, 2, 28)).await, "0990-9901010", "on {name}");
        assert_eq!(phone_on(&db, date(2026, 3, 1)).await, "0990-9901888", "on {name}");
        let acts: Vec<String> =
            history(&mut db.clone(), BUREAU, "1").await.unwrap().into_iter().map(|one| one.act).collect();
        assert_eq!(acts, ["drafted", "submitted", "reviewed"], "on {name}");
        let kept = crate::store::editions::of_bureau(&mut db.clone(), BUREAU).await.unwrap();
        assert_eq!(kept.len(), 2, "both texts of the bureau are kept on {name}");
    }
}

#[tokio::test]
async fn of_two_editors_the_second_is_told_who_and_when_and_whoever_wrote_may_not_review() {
    let catalogue = Catalogue::embedded().unwrap();
    for (name, db) in db::testing::databases().await {
        let mut tx = db.begin().await.unwrap();
        let what = written(&catalogue, "0990-9901888", date(2026, 3, 1));
        draft(&mut tx, (BUREAU, "1", ITEM), &what, LI, now()).await.unwrap();
        write(&mut tx, (BUREAU, "1", 1), &what, WANG, now()).await.unwrap();
        let late = write(&mut tx, (BUREAU, "1", 1), &what, LI, now()).await.unwrap_err().to_string();
        assert!(late.contains("王二") && late.contains("2026年2月9日 09:00"), "on {name}: {late}");
        submit(&mut tx, &catalogue, (BUREAU, "1", 2), LI, now()).await.unwrap();
        for hand in [LI, WANG] {
            let own = approve(&mut tx, &catalogue, (BUREAU, "1", 3), hand, now()).await.unwrap_err();
            assert!(matches!(own, Fault::TextOwn), "on {name}: {}", hand.name);
        }
        take(&mut tx, (BUREAU, "1", 3), Step::Return, "电话不对", ZHAO, now()).await.unwrap();
        let back = one(&mut tx, BUREAU, "1").await.unwrap().unwrap();
        assert_eq!(
            (back.state, back.note.as_str(), back.version),
            (State::Returned, "电话不对", 4),
            "on {name}"
        );
        let nothing = submit(&mut tx, &catalogue, (BUREAU, "9", 1), LI, now()).await.unwrap_err();
        assert!(matches!(nothing, Fault::TextUnknown), "on {name}");
    }
}

#[tokio::test]
async fn validity_does_not_overlap_and_a_text_over_something_older_is_looked_at_again() {
    let catalogue = Catalogue::embedded().unwrap();
    for (name, db) in db::testing::databases().await {
        let mut tx = db.begin().await.unwrap();
        for (id, phone) in [("1", "0990-9901888"), ("2", "0990-9901999")] {
            let what = written(&catalogue, phone, date(2026, 3, 1));
            draft(&mut tx, (BUREAU, id, ITEM), &what, LI, now()).await.unwrap();
            submit(&mut tx, &catalogue, (BUREAU, id, 1), LI, now()).await.unwrap();
        }
        approve(&mut tx, &catalogue, (BUREAU, "1", 2), WANG, now()).await.unwrap();
        let overlaps = approve(&mut tx, &catalogue, (BUREAU, "2", 2), WANG, now()).await.unwrap_err();
        assert!(overlaps.to_string().contains("有效期重叠"), "on {name}: {overlaps}");
        tx.commit().await.unwrap();
        let next = Live::embedded().snapshot(&db, date(2026, 3, 2)).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let later = web::clock::beijing(date(2026, 3, 2), 9, 0);
        let what = written(&catalogue, "0990-9901777", date(2026, 4, 1));
        draft(&mut tx, (BUREAU, "3", ITEM), &what, LI, later).await.unwrap();
        let stale = submit(&mut tx, &next, (BUREAU, "3", 1), LI, later).await.unwrap_err();
        assert!(stale.to_string().contains("又有变动"), "on {name}: {stale}");
        let begun = take(&mut tx, (BUREAU, "1", 3), Step::Withdraw, "", LI, later).await.unwrap_err();
        assert!(matches!(begun, Fault::TextClosed("已经生效", _)), "on {name}: {begun}");
    }
}

#[tokio::test]
async fn a_text_that_can_not_be_read_any_more_does_not_stop_the_site() {
    let db = db::testing::databases().await.remove(0).1;
    let catalogue = Catalogue::embedded().unwrap();
    let mut tx = db.begin().await.unwrap();
    let sound = written(&catalogue, "0990-9901888", date(2026, 2, 9));
    let mut what = sound.clone();
    what.files[0].text += "\nforbidden = true\n";
    draft(&mut tx, (BUREAU, "1", ITEM), &what, LI, now()).await.unwrap();
    let refused = submit(&mut tx, &catalogue, (BUREAU, "1", 1), LI, now()).await.unwrap_err();
    assert!(refused.to_string().contains("没有“forbidden”这个要素"), "{refused}");
    write(&mut tx, (BUREAU, "1", 1), &sound, LI, now()).await.unwrap();
    submit(&mut tx, &catalogue, (BUREAU, "1", 2), LI, now()).await.unwrap();
    approve(&mut tx, &catalogue, (BUREAU, "1", 3), WANG, now()).await.unwrap();
    // A release has dropped an element since.
    let body = json(&what.files).unwrap();
    tx.execute("update item_text set body = $1 where bureau = $2 and id = '1'", params![body, BUREAU])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(phone_on(&db, date(2026, 2, 9)).await, "0990-9901010");
}

#[tokio::test]
async fn a_text_whose_version_a_release_has_taken_gives_way() {
    for (name, db) in db::testing::databases().await {
        let catalogue = Catalogue::embedded().unwrap();
        let today = Live::embedded().snapshot(&db, date(2026, 2, 9)).await.unwrap();
        let path = "items/retail-licence/item.toml";
        let item = catalogue.item(ITEM).unwrap();
        let taken =
            catalogue.file(path).unwrap().text.replacen("quantity_limit = \"", "quantity_limit = \"另：", 1);
        let raised = taken.replacen("version = \"2026.3\"", "version = \"2026.3.1\"", 1);
        let file = |text: &str| vec![SourceFile { path: path.into(), text: text.to_owned() }];
        let what = Written {
            effective: date(2026, 2, 9),
            base: item.digest.clone(),
            why: "试".into(),
            files: file(&raised),
        };
        let nation = crate::catalogue::NATION;
        let mut tx = db.begin().await.unwrap();
        draft(&mut tx, (nation, "1", ITEM), &what, LI, now()).await.unwrap();
        submit(&mut tx, &today, (nation, "1", 1), LI, now()).await.unwrap();
        approve(&mut tx, &today, (nation, "1", 2), WANG, now()).await.unwrap();
        // As if a release had come with a version of that name.
        let body = json(&file(&taken)).unwrap();
        tx.execute("update item_text set body = $1 where bureau = $2 and id = '1'", params![body, nation])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let next = Live::embedded().snapshot(&db, date(2026, 2, 10)).await.unwrap();
        assert_eq!(next.item(ITEM).unwrap().digest, item.digest, "on {name}");
    }
}
