//! 批量办理: resumable, stoppable, safe to run twice, a reason for each failure.

use axum::http::StatusCode;
use db::{Db, Exec, params};
use identity::{Officer, Post};
use jiff::SignedDuration;
use jobs::Runner;

use super::town::Town;
use super::{granted, issue_on, now};
use crate::elicence::bulk::{self, Asked, Bulk, BulkFault, Change, Chosen, Outcome, State};
use crate::elicence::{self, Under};
use crate::status::Step;
use crate::{Fault, watch};

fn head() -> Officer {
    Officer::standing_in("o-2", "陈谨", "990101", &[Post::LicenceHead])
}

fn reseal() -> Asked {
    Asked {
        change: Change::Reseal,
        chosen: Chosen::All,
        reason: "更换印章".into(),
        document: "城中烟〔2026〕9号".into(),
    }
}

fn runner(town: &Town) -> Runner {
    let clock = town.clock.clone();
    watch::register(Runner::new(town.app.db.clone(), move || web::Clock::now(clock.as_ref())), &town.app)
}

async fn licences(town: &Town, count: u32) {
    for n in 1..=count {
        issue_on(&town.app.db, &town.licences, &granted(n)).await.unwrap();
    }
}

async fn again(town: &Town, id: &str) -> Bulk {
    bulk::open(&town.app, &head(), id).await.unwrap()
}

async fn editions(db: &Db) -> i64 {
    let sql = "select count(*) from elicence where bureau = $1";
    db.clone().query_one(sql, params!["990101"]).await.unwrap().int(0).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_seal_goes_on_every_licence_and_each_failure_has_its_reason() {
    db::on_each_database!(async |db: Db| {
        let town = Town::empty(&db).await;
        licences(&town, 30).await;
        let asked = bulk::ask(&town.app, &head(), reseal(), "k-1").await.unwrap();
        assert_eq!((asked.total, asked.state), (30, State::Running));
        let mut tx = db.begin().await.unwrap();
        let by = seals::User { id: "o-2", name: "陈谨" };
        let under = Under { by, reason: "公告期满", document: "收回公告" };
        town.licences.step(&mut tx, ("990101", "990101100007"), Step::Recall, &under, now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(runner(&town).run_due_now().await.unwrap(), []);
        let done = again(&town, &asked.id).await;
        assert_eq!((done.state, done.made, done.failed), (State::Done, 29, 1));
        let rows = bulk::rows_after(&mut db.clone(), &done, "", 100).await.unwrap();
        assert_eq!(rows.len(), 30);
        let failed: Vec<_> = rows.iter().filter(|row| row.outcome == Outcome::Failed).collect();
        assert_eq!((failed.len(), failed[0].number.as_str()), (1, "990101100007"));
        assert!(failed[0].detail.contains("已收回"), "{}", failed[0].detail);
        let made = elicence::current(&mut db.clone(), "990101", "990101100030").await.unwrap().unwrap();
        assert_eq!((made.edition, made.under.as_str()), (2, "换章重发 城中烟〔2026〕9号"));
        assert_eq!(rows[29].detail, made.identifier);
        // Run again, whatever the reason: nothing more happens.
        assert_eq!(runner(&town).run_due_now().await.unwrap(), []);
        assert_eq!(editions(&db).await, 30 + 29);
        // Only what failed is tried again, and fails again for its own reason.
        let retried = bulk::retry(&town.app, &head(), &asked.id).await.unwrap();
        assert_eq!((retried.state, retried.made, retried.failed), (State::Running, 29, 0));
        assert_eq!(runner(&town).run_due_now().await.unwrap(), []);
        let done = again(&town, &asked.id).await;
        assert_eq!((done.state, done.made, done.failed), (State::Done, 29, 1));
        assert_eq!(editions(&db).await, 30 + 29);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_form_sent_twice_is_one_work() {
    db::on_each_database!(async |db: Db| {
        let town = Town::empty(&db).await;
        licences(&town, 2).await;
        let first = bulk::ask(&town.app, &head(), reseal(), "k-1").await.unwrap();
        let again = bulk::ask(&town.app, &head(), reseal(), "k-1").await.unwrap();
        assert_eq!(first.id, again.id);
        // Another form for the same work, while it goes on: one of the two officers is told of the other.
        let twice = bulk::ask(&town.app, &head(), reseal(), "k-2").await;
        assert!(matches!(twice, Err(Fault::Bulk(BulkFault::SameGoesOn { .. }))), "{twice:?}");
        assert_eq!(bulk::of_bureau(&mut db.clone(), "990101", 10).await.unwrap().len(), 1);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seal_service_that_is_away_makes_the_work_wait_in_sight_and_go_on_by_itself() {
    db::on_each_database!(async |db: Db| {
        let town = Town::empty(&db).await;
        licences(&town, 3).await;
        let asked = bulk::ask(&town.app, &head(), reseal(), "k-1").await.unwrap();
        town.stamp.go_away(true);
        assert_eq!(runner(&town).run_due_now().await.unwrap().len(), 1);
        let waiting = again(&town, &asked.id).await;
        assert_eq!((waiting.made, waiting.state), (0, State::Running));
        assert!(waiting.waits_for.contains("签章服务"), "{waiting:?}");
        town.stamp.go_away(false);
        town.clock.set(town.app.now() + SignedDuration::from_mins(11));
        assert_eq!(runner(&town).run_due_now().await.unwrap(), []);
        let done = again(&town, &asked.id).await;
        assert_eq!((done.state, done.made, done.waits_for.as_str()), (State::Done, 3, ""));
        assert_eq!(editions(&db).await, 6);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_was_paused_stands_and_goes_on_where_it_stopped() {
    db::on_each_database!(async |db: Db| {
        let town = Town::empty(&db).await;
        licences(&town, 4).await;
        let asked = bulk::ask(&town.app, &head(), reseal(), "k-1").await.unwrap();
        bulk::pause(&town.app, &head(), &asked.id).await.unwrap();
        assert_eq!(runner(&town).run_due_now().await.unwrap(), []);
        assert_eq!(again(&town, &asked.id).await.made, 0);
        assert!(matches!(
            bulk::pause(&town.app, &head(), &asked.id).await,
            Err(Fault::Bulk(BulkFault::NotOpen(_)))
        ));
        bulk::resume(&town.app, &head(), &asked.id).await.unwrap();
        assert_eq!(runner(&town).run_due_now().await.unwrap(), []);
        assert_eq!(again(&town, &asked.id).await.state, State::Done);

        let second = bulk::ask(&town.app, &head(), reseal(), "k-2").await.unwrap();
        bulk::cancel(&town.app, &head(), &second.id).await.unwrap();
        assert_eq!(runner(&town).run_due_now().await.unwrap(), []);
        let left = again(&town, &second.id).await;
        assert_eq!((left.state, left.made), (State::Cancelled, 0));
        let rows = bulk::rows_after(&mut db.clone(), &left, "", 10).await.unwrap();
        assert!(rows.iter().all(|row| row.outcome == Outcome::Left));
        assert_eq!(editions(&db).await, 8);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_two_licences_loses_and_doubles_nothing() {
    db::on_each_database!(async |db: Db| {
        let town = Town::empty(&db).await;
        licences(&town, 4).await;
        let asked = bulk::ask(&town.app, &head(), reseal(), "k-1").await.unwrap();
        // Two runners that know nothing of each other, as after a lease was lost.
        let (one, other) = (runner(&town), runner(&town));
        let job = jobs::Job {
            bureau: "990101".into(),
            kind: bulk::JOB.into(),
            key: "again".into(),
            payload: serde_json::json!({ "id": asked.id }).to_string(),
            run_at: now(),
            attempts: 1,
        };
        let work = bulk::Work(town.app.clone());
        let (a, b, c) = tokio::join!(one.run_due_now(), other.run_due_now(), jobs::Handler::run(&work, &job));
        for failures in [a.unwrap(), b.unwrap()] {
            assert!(failures.iter().all(|failure| matches!(failure.why, jobs::Failed::Again(_))));
        }
        assert!(!matches!(c, Err(jobs::Failed::GiveUp(_))));
        town.clock.set(town.app.now() + SignedDuration::from_mins(11));
        runner(&town).run_due_now().await.unwrap();
        let done = again(&town, &asked.id).await;
        assert_eq!((done.state, done.made, done.failed), (State::Done, 4, 0));
        assert_eq!(editions(&db).await, 8);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_chosen_and_nobody_else_begin_nothing() {
    db::on_each_database!(async |db: Db| {
        let town = Town::empty(&db).await;
        licences(&town, 1).await;
        let take_over = Asked { change: Change::TakeOver, ..reseal() };
        let nothing = bulk::ask(&town.app, &head(), take_over, "k").await;
        assert!(matches!(nothing, Err(Fault::Bulk(BulkFault::Nothing))));
        let clerk = Officer::standing_in("o-1", "王岚", "990101", &[Post::LicenceClerk]);
        assert!(matches!(bulk::ask(&town.app, &clerk, reseal(), "k").await, Err(Fault::Identity(_))));
        let asked = bulk::ask(&town.app, &head(), reseal(), "k").await.unwrap();
        let strange = Officer::standing_in("o-3", "赵", "990102", &[Post::LicenceHead]);
        let unseen = bulk::open(&town.app, &strange, &asked.id).await;
        assert!(matches!(unseen, Err(Fault::Bulk(BulkFault::Unknown))));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_asks_watches_and_takes_the_report_away() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let id = town.hired("990101", Post::LicenceHead).await;
        let mut desk = town.browser(&id).await;
        let form = desk.get("/desk/licences/bulk").await;
        assert_eq!(form.status, StatusCode::OK, "{}", form.text());
        let key = form.field("key").unwrap();
        let wrong = desk
            .post("/desk/licences/bulk", &[("change", "renew"), ("scope", "listed"), ("numbers", "x")])
            .await;
        for says in ["1 到 5", "不是许可证号", "请填写事由"] {
            assert!(wrong.says(says), "{says}: {}", wrong.text());
        }
        let fields = [
            ("key", key.as_str()),
            ("change", "renew"),
            ("years", "5"),
            ("scope", "ending"),
            ("from", "2031-11-01"),
            ("to", "2031-11-30"),
            ("reason", "批量延续"),
        ];
        let asked = desk.post("/desk/licences/bulk", &fields).await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text());
        assert_eq!(runner(&town).run_due_now().await.unwrap(), []);
        let page = desk.follow(&asked).await;
        assert!(page.says("已办完：1 / 1 张") && page.says("批量延续"), "{}", page.text());
        let report = desk.get(&format!("{}/report.csv", asked.location())).await;
        assert!(report.says("990101100001,已制发,1.2.156.3005.2."), "{}", report.text());
        let licence = desk.get("/desk/licences/990101100001").await;
        assert!(licence.says("2031年11月22日") && licence.says("第 2 版") && licence.says("延续"));
        let found = desk.get(&format!("/desk/licences?q={}", "1.2.156.3005.2")).await;
        assert_eq!(found.status, StatusCode::OK);
        let clerk = town.officer("990101", Post::LicenceClerk).await;
        assert!(town.page("/desk/licences/bulk", &clerk).await.0.is_client_error());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_at_the_desk_needs_its_reason_and_document_and_is_taken_once() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let id = town.hired("990101", Post::LicenceHead).await;
        let mut desk = town.browser(&id).await;
        let licence = desk.get("/desk/licences/990101100001").await;
        for step in ["pause", "order-stop", "reprint", "reseal", "cancel", "recall"] {
            assert!(licence.says(&format!("/steps/{step}\"")), "{step}: {}", licence.text());
        }
        assert!(!licence.says("/steps/take-over\"") && !licence.says("/steps/resume\""));
        let path = "/desk/licences/990101100001/steps/order-stop";
        let form = desk.get(path).await;
        let seen = form.field("seen").unwrap();
        let empty = desk.post(path, &[("seen", &seen)]).await;
        for says in ["请填写事实和理由", "请填写文号"] {
            assert!(empty.says(says), "{says}: {}", empty.text());
        }
        let fields = [("seen", seen.as_str()), ("reason", "查获假烟"), ("document", "城中烟〔2026〕第3号")];
        let taken = desk.post(path, &fields).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
        let twice = desk.post(path, &fields).await;
        assert_eq!(twice.status, StatusCode::CONFLICT, "{}", twice.text());
        let after = desk.get("/desk/licences/990101100001").await;
        assert!(after.says("整顿") && !after.says("/steps/order-stop\""), "{}", after.text());
        assert_eq!(editions(&db).await, 1);
    });
}
