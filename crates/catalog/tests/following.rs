//! Who follows a guide is told when its item is paused, taken again or cancelled: once each, with day and reason.

use std::sync::Arc;

use catalog::change::{Change, Kind, OpenCases};
use catalog::store::followers::{self, Follower};
use catalog::{Catalogue, notify};
use jiff::civil::{Date, date};
use jobs::Sweep;
use web::App;

const WHO: &str = "li";
const BUREAU: &str = "990101";

fn change(id: &str, kind: Kind, effective: Date, until: Option<Date>) -> Change {
    Change {
        file: String::new(),
        id: id.to_owned(),
        kind,
        from: vec!["retail-licence".to_owned()],
        to: vec![],
        effective,
        until,
        reason: format!("{}的理由", kind.label()),
        basis: None,
        drafted_by: "甲".to_owned(),
        drafted_on: date(2026, 1, 5),
        reviewed_by: "乙".to_owned(),
        reviewed_on: Some(date(2026, 1, 6)),
        open_cases: OpenCases::FinishUnderOld,
    }
}

/// The rounds are made on a day, with these changes of one bureau's list and the nation's on record; twice, because the second
/// must say nothing more.
async fn rounds(app: &App, own: &[Change], national: &[Change]) -> Vec<String> {
    let own = std::collections::BTreeMap::from([(BUREAU.to_owned(), own.to_vec())]);
    let catalogue = Catalogue::embedded().unwrap().with_changes(national.to_vec()).with_own_changes(own);
    app.replace_part(Arc::new(catalogue));
    let watch = notify::Watch(app.clone());
    for _ in 0..2 {
        watch.sweep(app.now()).await.unwrap();
    }
    let told = identity::inbox::list(&mut app.db.clone(), WHO, None, 50).await.unwrap();
    let mut words: Vec<String> = told.into_iter().map(|one| format!("{} {}", one.title, one.body)).collect();
    words.sort();
    words
}

fn newest(before: &[String], after: &[String]) -> String {
    let new: Vec<&String> = after.iter().filter(|one| !before.contains(one)).collect();
    assert_eq!(new.len(), 1, "told once: {new:?}");
    assert!(new[0].starts_with("您订阅的事项有变动"), "{}", new[0]);
    new[0].clone()
}

#[tokio::test]
async fn a_follower_is_told_of_every_pause_and_end_once() {
    db::on_each_database!(async |db: db::Db| {
        let (builder, clock) = web::testing::app_on(db, date(2026, 2, 9)).await;
        let app = builder.part(Catalogue::embedded().unwrap()).build();
        let catalogue = app.part::<Catalogue>();
        let guides = catalog::pages::index::of_bureau(&catalogue, BUREAU, "").guides;
        let known =
            guides.iter().find(|one| one.item == "retail-licence" && one.business == "xinban").unwrap();
        let who = Follower {
            item: known.item.clone(),
            business: known.business.clone(),
            subject: WHO.to_owned(),
            bureau: BUREAU.to_owned(),
            told: known.digest.clone(),
            standing: String::new(),
        };
        app.db.begin().await.unwrap().commit_with(vec![followers::follow(&who, app.now())]).await.unwrap();
        let usual = rounds(&app, &[], &[]).await;
        assert!(usual.is_empty(), "nothing has changed: {usual:?}");

        let pause = change("p1", Kind::Pause, date(2026, 2, 9), Some(date(2026, 2, 20)));
        let paused = rounds(&app, std::slice::from_ref(&pause), &[]).await;
        let says = newest(&usual, &paused);
        assert!(says.contains("暂停办理，到2026年2月20日为止。原因：暂停的理由"), "{says}");

        let resume = change("r1", Kind::Resume, date(2026, 2, 9), None);
        let resumed = rounds(&app, &[pause.clone(), resume.clone()], &[]).await;
        let says = newest(&paused, &resumed);
        assert!(says.contains("自2026年2月9日起恢复办理，现在可以申请。原因：恢复的理由"), "{says}");

        let again = change("p2", Kind::Pause, date(2026, 2, 10), Some(date(2026, 2, 25)));
        clock.set(web::clock::beijing(date(2026, 2, 10), 9, 0));
        let all = [pause, resume, again];
        let paused = rounds(&app, &all, &[]).await;
        newest(&resumed, &paused);
        clock.set(web::clock::beijing(date(2026, 2, 26), 9, 0));
        let lapsed = rounds(&app, &all, &[]).await;
        let says = newest(&paused, &lapsed);
        assert!(says.contains("暂停到2026年2月25日为止，现在恢复办理"), "{says}");

        let cancel = change("c1", Kind::Cancel, date(2026, 3, 1), None);
        let planned = rounds(&app, &all, std::slice::from_ref(&cancel)).await;
        let says = newest(&lapsed, &planned);
        assert!(says.contains("计划自2026年3月1日起取消（取消的理由）"), "{says}");
        clock.set(web::clock::beijing(date(2026, 3, 1), 9, 0));
        let over = rounds(&app, &all, &[cancel]).await;
        let says = newest(&planned, &over);
        assert!(says.contains("自2026年3月1日起已经取消，不再受理申请"), "{says}");
    });
}
