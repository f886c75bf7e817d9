//! A paper sealed, and what is then there.

use db::{counter, history};

use super::*;
use crate::store;

#[tokio::test]
async fn a_sealed_paper_stands_up_to_a_stranger_with_the_roots() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let seal = office.in_use(SealKind::Acceptance).await;
        let paper = paper("城中烟许受〔2026〕第00001号", "三页");
        let sealed = office.seals("paper-1", &paper).await.unwrap();
        assert_eq!((sealed.seal.as_str(), sealed.serial), (seal.id.as_str(), 1));

        let file = office.file(&sealed.digest).await;
        assert_eq!(file.len() as u64, sealed.bytes);
        assert_eq!(hex::encode(guomi::sm3::digest(&file)), sealed.digest);
        let report = office.checked(&file);
        assert_eq!(report.verdict, ofd::Verdict::Sound, "{:#?}", report.steps);
        let seen = &report.seals[0];
        let facts = seen.facts.as_ref().unwrap();
        assert_eq!(facts.seal_id, seal.id);
        assert_eq!(facts.seal_name, "城中区烟草专卖局受理专用章");
        // One whole seal over the date, and a piece of it at the right edge of every page.
        assert_eq!(seen.stamps.len(), 1 + 3);
        let whole = ofd::Area { x: 129.0, y: 199.0, width: 42.0, height: 42.0 };
        assert_eq!((seen.stamps[0].1, seen.stamps[0].2), (whole, None));
        assert!(seen.stamps[1..].iter().all(|(_, _, clip)| clip.unwrap().width == 14.0));

        let info = report.document.unwrap().info;
        let custom: Vec<(&str, &str)> =
            info.custom.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            custom,
            [
                ("文书种类", "acceptance"),
                ("文书编号", "城中烟许受〔2026〕第00001号"),
                ("制发机关代码", "990101"),
                ("办件编号", "990101202611230001"),
            ]
        );
    });
}

#[tokio::test]
async fn every_use_stands_in_the_ledger_in_the_chain_and_among_the_files() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let seal = office.in_use(SealKind::Acceptance).await;
        let mut digests = Vec::new();
        for n in 1..=3 {
            let paper = paper(&format!("城中烟许受〔2026〕第{n:05}号"), "");
            digests.push(office.seals(&format!("paper-{n}"), &paper).await.unwrap().digest);
        }
        let mut db = office.app.db.clone();
        let uses = store::ledger_page(&mut db, BUREAU, &seal.id, i64::MAX, 10).await.unwrap();
        assert_eq!(uses.iter().map(|used| used.serial).collect::<Vec<_>>(), [3, 2, 1]);
        let used = &uses[2];
        assert_eq!((used.officer.as_str(), used.officer_name.as_str()), (office.clerk.as_str(), "雷晓东"));
        assert_eq!((used.subject_kind.as_str(), used.subject.as_str()), ("case", "case-1"));
        assert_eq!((used.paper_says(), &used.digest), ("受理通知书", &digests[0]));
        let by_digest = store::use_by_digest(&mut db, BUREAU, &digests[1]).await.unwrap().unwrap();
        assert_eq!(by_digest.serial, 2);
        let by_number = store::uses_of(&mut db, BUREAU, "城中烟许受〔2026〕第00003号").await.unwrap();
        assert_eq!(by_number[0].digest, digests[2]);

        let copies = store::copies_of(&mut db, &digests[0]).await.unwrap();
        assert_eq!((copies[0].form.as_str(), copies[0].paper_id.as_str()), ("ofd", "paper-1"));
        let chain = history::read(&mut db, BUREAU, "seal", &seal.id).await.unwrap();
        let acts: Vec<&str> = chain.iter().map(|entry| entry.act.as_str()).collect();
        assert_eq!(acts, ["requested", "approved", "made", "handed-out", "used", "used", "used"]);
        assert!(chain[4].data.contains(&digests[0]));
        history::verify(&chain).unwrap();
    });
}

#[tokio::test]
async fn a_transaction_undone_leaves_no_use_and_gives_its_number_back() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let seal = office.in_use(SealKind::Acceptance).await;
        let paper = paper("城中烟许受〔2026〕第00001号", "");
        let mut tx = office.app.db.begin().await.unwrap();
        let order = order("paper-1", &paper, &office.clerk);
        office.sealer.seal(&mut tx, &order, office.now()).await.unwrap();
        tx.rollback().await;
        let mut db = office.app.db.clone();
        assert!(store::ledger_page(&mut db, BUREAU, &seal.id, i64::MAX, 10).await.unwrap().is_empty());
        let sealed = office.seals("paper-1", &paper).await.unwrap();
        assert_eq!(sealed.serial, 1);
        assert_eq!(counter::peek(&mut db, BUREAU, &format!("seal-use:{}", seal.id)).await.unwrap(), 1);
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_uses_at_once_are_numbered_without_a_gap_and_the_chain_holds() {
    db::on_each_database!(async |db| {
        let office = Arc::new(Office::on(db).await);
        let seal = office.in_use(SealKind::Acceptance).await;
        let mut uses = tokio::task::JoinSet::new();
        for n in 0..64 {
            let office = office.clone();
            uses.spawn(async move {
                let paper = paper(&format!("城中烟许受〔2026〕第{n:05}号"), "");
                loop {
                    match office.seals(&format!("paper-{n}"), &paper).await {
                        Ok(sealed) => return sealed.serial,
                        Err(Fault::Store(fault)) if fault.may_retry() => {}
                        Err(fault) => panic!("{fault}"),
                    }
                }
            });
        }
        let mut serials = uses.join_all().await;
        serials.sort();
        assert_eq!(serials, (1..=64).collect::<Vec<i64>>());
        let mut db = office.app.db.clone();
        let chain = history::read(&mut db, BUREAU, "seal", &seal.id).await.unwrap();
        let head = history::head(&mut db, BUREAU, "seal", &seal.id).await.unwrap();
        history::verify_with_head(&chain, head.as_ref()).unwrap();
        assert_eq!(chain.iter().filter(|entry| entry.act == "used").count(), 64);
    });
}

#[tokio::test]
async fn what_is_not_a_document_is_signed_with_the_key_of_the_bureau() {
    let office = Office::on(db::testing::databases().await.remove(0).1).await;
    let signature = office.sealer.sign_payload(BUREAU, b"status list").unwrap();
    let cert = office.keys.certs().unwrap().remove(0).1;
    cert.key().unwrap().verify_raw(b"status list", &signature.raw).unwrap();
    assert_eq!(signature.kid, cert.fingerprint()[..8]);
    let fault = office.sealer.sign_payload("990102", b"x").unwrap_err();
    assert_eq!(fault.face().code, "key-missing");
}
