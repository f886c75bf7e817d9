//! Reading copies.

use db::{Exec, params};

use super::*;
use crate::store;

#[tokio::test]
async fn the_reading_copy_shows_the_seals_where_they_stand_and_is_made_once() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        office.in_use(SealKind::Acceptance).await;
        let paper = paper("城中烟许受〔2026〕第00001号", "三页");
        let sealed = office.seals("paper-1", &paper).await.unwrap();
        let mut db = office.app.db.clone();
        let read = async |db: &mut db::Db, digest: &str| {
            office.sealer.reading_copy(db, BUREAU, Some(digest), &paper).await
        };
        let pdf = String::from_utf8(read(&mut db, &sealed.digest).await.unwrap()).unwrap();
        let lines: Vec<&str> = pdf.lines().collect();
        assert_eq!(lines.len(), 1 + 4, "{pdf}");
        assert!(lines[1].starts_with("2 [129.0, 199.0, 42.0, 42.0] None"), "{pdf}");
        assert!(lines[1].ends_with("印章：城中区烟草专卖局受理专用章"), "{pdf}");
        assert!(lines[2].starts_with("0 ") && lines[2].contains("Some("), "{pdf}");

        let digest = store::reading_copy_of(&mut db, BUREAU, &sealed.digest).await.unwrap().unwrap();
        assert_eq!(digest, hex::encode(guomi::sm3::digest(pdf.as_bytes())));
        let copies = store::copies_of(&mut db, &digest).await.unwrap();
        assert_eq!((copies[0].form.as_str(), copies[0].paper_id.as_str()), ("pdf", "paper-1"));
        assert_eq!(read(&mut db, &sealed.digest).await.unwrap(), pdf.as_bytes());
        let count = db.query_one("select count(*) from document_copy", params![]).await.unwrap();
        assert_eq!(count.int(0).unwrap(), 2);
        assert!(matches!(read(&mut db, &"0".repeat(64)).await, Err(Fault::NoOriginal)));
        let plain = office.sealer.reading_copy(&mut db, BUREAU, None, &paper).await.unwrap();
        assert_eq!(plain, b"PDF of acceptance");

        let form = crate::Plain {
            bureau: BUREAU,
            paper: &paper,
            subject: ("case", "case-1"),
            paper_id: "paper-2",
            made_at: office.now(),
        };
        for _ in 0..2 {
            crate::remember(&mut db, &form, &plain).await.unwrap();
        }
        let known = store::copies_of(&mut db, &hex::encode(guomi::sm3::digest(&plain))).await.unwrap();
        let forms: Vec<_> = known.iter().map(|copy| (copy.form.as_str(), copy.paper_id.as_str())).collect();
        assert_eq!(forms, [(crate::PLAIN, "paper-2")]);
    });
}

#[tokio::test]
async fn a_document_sealed_before_the_seal_was_suspended_stays_good() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let seal = office.in_use(SealKind::Acceptance).await;
        let sealed = office.seals("paper-1", &paper("一", "")).await.unwrap();
        let signed_at = office.now();
        office.clock.advance(std::time::Duration::from_secs(3600));
        let seal = office.take(&seal, Step::Suspend { why: "核查".into() }).await.unwrap();
        let report = office.checked(&office.file(&sealed.digest).await);
        assert_eq!(report.verdict, ofd::Verdict::Sound);
        assert!(seal.in_use_at(signed_at));
        assert!(!seal.in_use_at(office.now().checked_add(jiff::SignedDuration::from_secs(60)).unwrap()));
    });
}
