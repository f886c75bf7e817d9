//! What is not sealed, and what people are told.

use db::Exec;

use super::*;
use crate::store;

/// Nothing is in the ledger, and the face says what happened.
async fn refused(office: &Office, user: &str, paper: &Paper) -> Fault {
    let fault = office.seals_as(user, "paper-x", paper).await.unwrap_err();
    let mut db = office.app.db.clone();
    let row = db.query_one("select count(*) from seal_use -- all bureaus: a test", db::params![]).await;
    assert_eq!(row.unwrap().int(0).unwrap(), 0);
    let face = fault.face();
    assert!(!face.says.is_empty() && !face.next.is_empty(), "{fault}");
    fault
}

#[tokio::test]
async fn only_the_posts_a_seal_was_handed_to_may_use_it() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let seal = office.in_use(SealKind::Acceptance).await;
        let letter = paper("城中烟许受〔2026〕第00001号", "");
        for stranger in [office.second.as_str(), office.keeper.as_str(), "nobody"] {
            let fault = refused(&office, stranger, &letter).await;
            assert_eq!(fault.face().code, "seal-not-a-user");
            assert_eq!(fault.face().under.as_deref(), Some("《电子签名法》第十三条第一款第二项"));
        }
        let nobody = Users::new(&[Post::BureauHead], false);
        let seal = office.take(&seal, Step::HandOut { users: nobody }).await.unwrap();
        assert_eq!(refused(&office, "system", &letter).await.face().code, "seal-not-a-user");
        assert_eq!(refused(&office, &office.clerk, &letter).await.face().code, "seal-not-a-user");
        office.take(&seal, Step::HandOut { users: users() }).await.unwrap();
        office.seals_as("system", "paper-1", &letter).await.unwrap();
        office.seals_as(&office.head, "paper-2", &letter).await.unwrap();
    });
}

#[tokio::test]
async fn a_seal_that_is_missing_suspended_destroyed_or_out_of_its_time_seals_nothing() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let letter = paper("城中烟许受〔2026〕第00001号", "");
        let clerk = office.clerk.clone();
        let face = refused(&office, &clerk, &letter).await.face();
        assert!(face.says.contains("没有使用中的“受理专用章”"));
        assert_eq!(face.under.as_deref(), Some("《国务院关于在线政务服务的若干规定》第九条第一款"));
        let made = office.made(SealKind::Acceptance).await;
        assert_eq!(refused(&office, &clerk, &letter).await.face().code, "seal-missing");
        let seal = office.take(&made, Step::HandOut { users: users() }).await.unwrap();
        let seal = office.take(&seal, Step::Suspend { why: "遗失核查".into() }).await.unwrap();
        assert_eq!(refused(&office, &clerk, &letter).await.face().code, "seal-missing");
        let seal = office.take(&seal, Step::Resume).await.unwrap();

        office.clock.set(at("2030-12-31T16:00:00Z"));
        let fault = refused(&office, &clerk, &letter).await;
        assert_eq!(fault.face().code, "seal-outside-validity");
        assert_eq!(fault.face().under.as_deref(), Some("《电子签名法》第十三条第一款"));
        assert!(fault.face().says.contains("2030-12-31 23:59:59"), "{}", fault.face().says);
        // The clock of the server stands before the beginning of its certificate.
        office.clock.set(at("2025-06-01T00:00:00Z"));
        let fault = office.sealer.sign_payload(BUREAU, b"x").unwrap_err();
        assert!(fault.face().says.contains("才有效") && matches!(fault, Fault::Keys(_)), "{fault}");
        office.clock.set(at("2026-11-23T01:00:00Z"));
        office.take(&seal, Step::Destroy { why: "机关撤并".into() }).await.unwrap();
        assert_eq!(refused(&office, &clerk, &letter).await.face().code, "seal-missing");
    });
}

#[tokio::test]
async fn a_paper_that_can_not_be_shown_by_every_reader_is_not_sealed() {
    let office = Office::on(db::testing::databases().await.remove(0).1).await;
    office.in_use(SealKind::Acceptance).await;
    let clerk = office.clerk.clone();
    let fault = refused(&office, &clerk, &paper("一", "缺字")).await;
    assert!(fault.face().says.contains("“缺”"), "{}", fault.face().says);
    let fault = refused(&office, &clerk, &paper("一", "无印章位置")).await;
    assert_eq!(fault.face().code, "seal-no-place");
    let record = Paper { kind: Kind::InspectionRecord, ..paper("一", "") };
    assert_eq!(refused(&office, &clerk, &record).await.face().code, "seal-not-needed");
}

#[tokio::test]
async fn a_seal_of_another_bureau_is_never_used() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        office.in_use(SealKind::Acceptance).await;
        let letter = paper("高新烟许受〔2026〕第00001号", "");
        let mut tx = office.app.db.begin().await.unwrap();
        let order = Order { bureau: "990102", ..order("paper-1", &letter, &office.clerk) };
        let fault = office.sealer.seal(&mut tx, &order, office.now()).await.unwrap_err();
        assert!(matches!(fault, Fault::NoSeal(SealKind::Acceptance)));
        tx.rollback().await;
        assert!(store::of_bureau(&mut office.app.db.clone(), "990102").await.unwrap().is_empty());
    });
}

#[tokio::test]
async fn a_key_file_that_is_gone_or_opens_to_another_passphrase_is_told_by_name() {
    let office = Office::on(db::testing::databases().await.remove(0).1).await;
    office.in_use(SealKind::Acceptance).await;
    let folder = office.keys.settings().folder.clone();
    let letter = paper("一", "");
    let again = |settings: KeySettings| {
        let keys = Arc::new(SealKeys::new(settings));
        Sealer::new(keys, office.sealer.files.clone(), Arc::new(Frames), office.clock.clone())
    };
    let settings = KeySettings {
        passphrase: Some(crate::keys::Passphrase::new("not-the-passphrase")),
        ..KeySettings::worthless(&folder)
    };
    let told = async |sealer: Sealer| {
        let mut tx = office.app.db.begin().await.unwrap();
        let order = order("paper-1", &letter, &office.clerk);
        let face = sealer.seal(&mut tx, &order, office.now()).await.unwrap_err().face();
        tx.rollback().await;
        assert!(!face.says.contains(folder.to_str().unwrap()), "officers see no path: {}", face.says);
        face.code
    };
    assert_eq!(told(again(settings)).await, "keybox-passphrase");
    std::fs::rename(folder.join("bureau-990101.key"), folder.join("elsewhere")).unwrap();
    assert_eq!(told(again(KeySettings::worthless(&folder))).await, "key-missing");
}

#[test]
fn every_provision_that_is_cited_is_held_and_trouble_of_the_machine_cites_none() {
    let cited = [
        Fault::NoSeal(SealKind::Acceptance),
        Fault::NotAUser { name: "章".into() },
        Fault::WrongAnswer,
        Fault::NotOpen(crate::state::NotOpen::NoUsers),
    ];
    for fault in cited {
        let under = fault.under().unwrap_or_else(|| panic!("{fault}"));
        assert!(under.words().is_some(), "{under}");
    }
    for fault in [Fault::Moved, Fault::Unavailable("away".into()), Fault::Package("x".into())] {
        assert_eq!(fault.face().under, None, "{fault}");
    }
}
