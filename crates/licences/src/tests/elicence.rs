//! The electronic licence: what stands in the decision's transaction, and what each step does to it.

use db::{Db, counter, history};
use identity::inbox;
use jiff::civil::date;
use law::codes::ELicenceId;
use seals::User;

use super::town::{HOLDER, NUMBER, Town};
use super::{DAY, granted, now};
use crate::elicence::{self, Amendment, Cause, Edition, Pauses, Remake, State, Under};
use crate::licence::Licence;
use crate::status::{CancelReason, Status, Step};
use crate::{Fault, store};

const AT: (&str, &str) = ("990101", NUMBER);

fn under() -> Under<'static> {
    let by = User { id: "o-2", name: "陈谨" };
    Under { by, reason: "测试", document: "城中烟〔2026〕第00007号" }
}

async fn remake(town: &Town, what: Remake) -> Result<Edition, Fault> {
    let mut tx = town.app.db.begin().await?;
    let edition = town.licences.remake(&mut tx, AT, &what, &under(), town.app.now()).await?;
    tx.commit().await?;
    Ok(edition)
}

async fn step(town: &Town, step: Step) -> Result<Licence, Fault> {
    let mut tx = town.app.db.begin().await?;
    let licence = town.licences.step(&mut tx, AT, step, &under(), town.app.now()).await?;
    tx.commit().await?;
    Ok(licence)
}

async fn current(town: &Town) -> Edition {
    elicence::current(&mut town.app.db.clone(), AT.0, AT.1).await.unwrap().unwrap()
}

/// Everything a failed step could have left behind.
async fn traces(town: &Town) -> (Option<Licence>, Vec<Edition>, i64, i64, usize, usize) {
    let db = &mut town.app.db.clone();
    (
        store::by_number(db, AT.0, AT.1).await.unwrap(),
        elicence::all_of(db, AT.0, AT.1).await.unwrap(),
        counter::peek(db, AT.0, "status-index").await.unwrap(),
        counter::peek(db, AT.0, "seal-use:stamp").await.unwrap(),
        history::read(db, AT.0, "licence", AT.1).await.unwrap().len(),
        inbox::list(db, HOLDER, None, 50).await.unwrap().len(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_granted_licence_has_its_first_edition_with_two_sealed_sheets() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let edition = current(&town).await;
        assert_eq!((edition.edition, edition.state, edition.cause), (1, State::Valid, Cause::Issue));
        let id = ELicenceId::parse(&edition.identifier).unwrap();
        assert_eq!((id.issuer.as_str(), id.serial.as_str(), id.version), ("1199010109901003X0", NUMBER, 1));
        assert_eq!(edition.status_index, 1);
        assert_eq!(edition.under, "准予许可 城中烟申〔2026〕第00001号");
        assert_ne!(edition.original, edition.duplicate);
        for digest in [&edition.original, &edition.duplicate] {
            let file = String::from_utf8(town.app.files().bytes(digest).await.unwrap()).unwrap();
            for told in [&edition.identifier, "证照版本", "001", "2031-11-22", "欧阳小明"] {
                assert!(file.contains(told), "{file}");
            }
        }
        let chain = history::read(&mut db.clone(), AT.0, "licence", AT.1).await.unwrap();
        assert!(chain[0].data.contains(&edition.identifier) && chain[0].data.contains(&edition.original));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_that_is_undone_leaves_no_edition_no_place_and_no_seal_use() {
    db::on_each_database!(async |db: Db| {
        let town = Town::empty(&db).await;
        let before = traces(&town).await;
        let mut tx = db.begin().await.unwrap();
        town.licences.issue(&mut tx, &granted(1), now()).await.unwrap();
        tx.rollback().await;
        assert_eq!(traces(&town).await, before);
        // The second sheet fails after the first was sealed.
        town.stamp.fail_at(2);
        let mut tx = db.begin().await.unwrap();
        let refused = town.licences.issue(&mut tx, &granted(1), now()).await.unwrap_err();
        assert!(matches!(refused, Fault::Seal(seals::Fault::Refused(_))), "{refused}");
        tx.rollback().await;
        assert_eq!(traces(&town).await, before);
        let number = counter::peek(&mut db.clone(), "990101", "lic:990101:1").await.unwrap();
        assert_eq!(number, 0, "the licence number comes back too");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_credit_code_of_the_bureau_nothing_is_issued() {
    db::on_each_database!(async |db: Db| {
        let town = Town::empty(&db).await;
        let mut elsewhere = granted(1);
        elsewhere.bureau = "990199".into();
        let mut tx = db.begin().await.unwrap();
        let refused = town.licences.issue(&mut tx, &elsewhere, now()).await.unwrap_err();
        assert!(matches!(&refused, Fault::NoIssuerCode(bureau) if bureau == "990199"));
        assert!(refused.face().next.contains("bureau import"));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_makes_the_next_edition_and_links_both_ways() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let amendment = Amendment {
            shop_name: Some("城中区和顺烟酒店".into()),
            eco_type: Some("1407".into()),
            ..Amendment::default()
        };
        let mut before = current(&town).await;
        for what in [Remake::Amend(amendment), Remake::Renew { years: 5 }, Remake::Reprint, Remake::Reseal] {
            let cause = what.cause();
            let made = remake(&town, what).await.unwrap();
            let all = elicence::all_of(&mut db.clone(), AT.0, AT.1).await.unwrap();
            assert_eq!(all[0], made);
            assert_eq!((made.edition, made.state, made.cause), (before.edition + 1, State::Valid, cause));
            assert_eq!(made.previous.as_deref(), Some(before.identifier.as_str()));
            assert_eq!(
                (all[1].state, all[1].next.as_deref()),
                (State::Replaced, Some(made.identifier.as_str()))
            );
            assert!(made.status_index > before.status_index);
            before = made;
        }
        let licence = store::by_number(&mut db.clone(), AT.0, AT.1).await.unwrap().unwrap();
        assert_eq!(
            (licence.shop_name.as_str(), licence.company_type.as_str()),
            ("城中区和顺烟酒店", "有限责任公司")
        );
        assert_eq!((licence.valid_from, licence.valid_to), (DAY, date(2031, 11, 22)));
        assert_eq!(licence.number, NUMBER, "the number never changes");
        let chain = history::read(&mut db.clone(), AT.0, "licence", AT.1).await.unwrap();
        history::verify(&chain).unwrap();
        let acts: Vec<&str> = chain.iter().map(|entry| entry.act.as_str()).collect();
        assert_eq!(acts, ["issued", "amend", "renew", "reprint", "reseal"]);
        assert!(chain[1].data.contains("城中区𬭎记食杂店1号"), "the history keeps what stood before");
        assert_eq!(inbox::list(&mut db.clone(), HOLDER, None, 50).await.unwrap().len(), 5);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_breaks_off_leaves_the_licence_and_its_edition_as_they_were() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let before = traces(&town).await;
        for what in [Remake::Reprint, Remake::Renew { years: 5 }, Remake::Reseal] {
            for nth in [1, 2] {
                town.stamp.fail_at(nth);
                assert!(matches!(remake(&town, what.clone()).await, Err(Fault::Seal(_))));
                assert_eq!(traces(&town).await, before);
            }
            town.stamp.fail_at(0);
            let mut tx = db.begin().await.unwrap();
            town.licences.remake(&mut tx, AT, &what, &under(), now()).await.unwrap();
            drop(tx);
            assert_eq!(traces(&town).await, before, "killed before the commit");
        }
        let mut tx = db.begin().await.unwrap();
        town.licences.step(&mut tx, AT, Step::OrderStop, &under(), now()).await.unwrap();
        drop(tx);
        assert_eq!(traces(&town).await, before);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn licence_and_edition_move_together() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let until = date(2027, 3, 1);
        for (taken, state) in [
            (Step::Pause { from: DAY, until }, State::Suspended),
            (Step::Resume, State::Valid),
            (Step::OrderStop, State::Suspended),
            (Step::EndStop, State::Valid),
            (Step::Cancel(CancelReason::Revoked), State::Revoked),
        ] {
            let licence = step(&town, taken).await.unwrap();
            let stored = store::by_number(&mut db.clone(), AT.0, AT.1).await.unwrap().unwrap();
            assert_eq!(stored, licence, "{taken:?}");
            assert_eq!(current(&town).await.state, state, "{taken:?}");
        }
        assert!(matches!(step(&town, Step::Resume).await, Err(Fault::Step(_))));
        assert!(matches!(remake(&town, Remake::Reseal).await, Err(Fault::NotInForce(_))));
        let told = inbox::list(&mut db.clone(), HOLDER, None, 50).await.unwrap();
        assert_eq!(told.len(), 6);
        assert!(
            told.iter().any(|message| message.body.contains("撤销") && message.body.contains("第00007号"))
        );
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_never_made_by_a_step_that_only_moves_the_state() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        for taken in [Step::Amend, Step::Renew, Step::Reprint] {
            assert!(matches!(step(&town, taken).await, Err(Fault::Step(_))));
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_that_begins_later_suspends_the_edition_on_its_first_day() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let from = DAY.tomorrow().unwrap();
        step(&town, Step::Pause { from, until: date(2027, 3, 1) }).await.unwrap();
        let sweep = Pauses(town.app.clone());
        jobs::Sweep::sweep(&sweep, town.app.now()).await.unwrap();
        assert_eq!(current(&town).await.state, State::Valid, "the shop trades until then");
        town.clock.set(web::clock::beijing(from, 0, 1));
        jobs::Sweep::sweep(&sweep, town.app.now()).await.unwrap();
        jobs::Sweep::sweep(&sweep, town.app.now()).await.unwrap();
        assert_eq!(current(&town).await.state, State::Suspended);
        assert_eq!(current(&town).await.version, 2, "twice is once");
        step(&town, Step::Resume).await.unwrap();
        assert_eq!(current(&town).await.state, State::Valid);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_seal_on_a_licence_at_rest_leaves_it_at_rest() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        step(&town, Step::OrderStop).await.unwrap();
        let made = remake(&town, Remake::Reseal).await.unwrap();
        assert_eq!((made.edition, made.state), (2, State::Suspended));
        let licence = store::by_number(&mut db.clone(), AT.0, AT.1).await.unwrap().unwrap();
        assert!(matches!(licence.status, Status::Stopped { .. }));
        assert!(matches!(remake(&town, Remake::Reprint).await, Err(Fault::Step(_))));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn past_its_last_day_an_edition_is_expired_and_can_only_be_ended() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        town.clock.set(web::clock::beijing(date(2031, 11, 23), 9, 0));
        assert_eq!(current(&town).await.state_on(town.app.today()), State::Expired);
        assert!(matches!(remake(&town, Remake::Renew { years: 5 }).await, Err(Fault::Step(_))));
        assert!(matches!(remake(&town, Remake::Reseal).await, Err(Fault::NotInForce(_))));
        step(&town, Step::Cancel(CancelReason::Expired)).await.unwrap();
        assert_eq!(current(&town).await.state, State::Cancelled);
    });
}

/// The licence of the first applicant as an older system would have left it: without an edition.
async fn taken_over(town: &Town) {
    let mut licence = store_like(town).await;
    licence.case_id = None;
    let mut tx = town.app.db.begin().await.unwrap();
    let seq = store::next_seq(&mut tx, AT.0).await.unwrap();
    let writes =
        vec![store::insert(&licence, seq), store::guard_number(AT.0, AT.1), store::hold(HOLDER, AT.0, AT.1)];
    tx.commit_with(writes).await.unwrap();
}

async fn store_like(town: &Town) -> Licence {
    let mut tx = town.app.db.begin().await.unwrap();
    town.licences.issue(&mut tx, &granted(1), now()).await.unwrap();
    let licence = store::by_number(&mut tx, AT.0, AT.1).await.unwrap().unwrap();
    tx.rollback().await;
    licence
}

#[tokio::test(flavor = "multi_thread")]
async fn a_licence_taken_over_gets_its_first_edition_once_and_only_in_force() {
    db::on_each_database!(async |db: Db| {
        let town = Town::empty(&db).await;
        taken_over(&town).await;
        assert!(matches!(remake(&town, Remake::Reseal).await, Err(Fault::NoEdition)));
        step(&town, Step::OrderStop).await.unwrap();
        let refused = remake(&town, Remake::TakeOver).await.unwrap_err();
        assert!(refused.face().says.contains("责令停业整顿"), "{refused}");
        step(&town, Step::EndStop).await.unwrap();
        let made = remake(&town, Remake::TakeOver).await.unwrap();
        assert_eq!((made.edition, made.cause, made.previous), (1, Cause::TakeOver, None));
        assert_eq!(made.issued_on, DAY);
        assert!(matches!(remake(&town, Remake::TakeOver).await, Err(Fault::HasEdition(1))));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_issues_the_first_edition_and_says_so() {
    db::on_each_database!(async |db: Db| {
        let town = Town::empty(&db).await;
        taken_over(&town).await;
        let first = elicence::export::export(&town.app, NUMBER).await.unwrap();
        assert!(
            first.made_now && first.ofd.starts_with(b"OFD") && first.pdf.starts_with(b"licence-original")
        );
        let again = elicence::export::export(&town.app, NUMBER).await.unwrap();
        assert!(!again.made_now && again.ofd == first.ofd);
        let chain = history::read(&mut db.clone(), AT.0, "licence", AT.1).await.unwrap();
        let last = chain.last().unwrap();
        assert_eq!((last.actor_name.as_str(), last.act.as_str()), ("操作员", "take_over"));
        assert!(matches!(elicence::export::export(&town.app, "990101199999").await, Err(Fault::Unknown)));
        let listed = elicence::export::list(&town.app, "990101", "", 10).await.unwrap();
        assert_eq!(listed[0].edition, Some((1, State::Valid)));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_make_the_next_edition_at_once_one_is_told() {
    db::on_each_database!(async |db: Db| {
        let town = std::sync::Arc::new(Town::over(&db).await);
        let both = [(); 2].map(|()| {
            let town = town.clone();
            tokio::spawn(async move { remake(&town, Remake::Reprint).await })
        });
        let mut made = 0;
        for one in both {
            match one.await.unwrap() {
                Ok(_) => made += 1,
                Err(Fault::Overtaken | Fault::Store(_)) => {}
                Err(fault) => panic!("{fault}"),
            }
        }
        let all = elicence::all_of(&mut db.clone(), AT.0, AT.1).await.unwrap();
        assert_eq!(all.len(), 1 + made);
        assert_eq!(all.iter().filter(|edition| edition.next.is_none()).count(), 1);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amendment_must_change_something_and_leave_nothing_empty() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let empty = Amendment { shop_name: Some("  ".into()), ..Amendment::default() };
        let strange = Amendment { eco_type: Some("9999".into()), ..Amendment::default() };
        assert!(matches!(
            remake(&town, Remake::Amend(Amendment::default())).await,
            Err(Fault::NothingChanged)
        ));
        assert!(matches!(remake(&town, Remake::Amend(empty)).await, Err(Fault::NothingChanged)));
        assert!(matches!(remake(&town, Remake::Amend(strange)).await, Err(Fault::EcoType)));
        assert!(matches!(remake(&town, Remake::Renew { years: 6 }).await, Err(Fault::Years(6))));
        let shorter = remake(&town, Remake::Renew { years: 1 }).await;
        assert!(matches!(shorter, Err(Fault::EndsSooner { .. })), "{shorter:?}");
    });
}
