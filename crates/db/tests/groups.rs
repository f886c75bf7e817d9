//! The group commit of SQLite: one failed disk fails everybody who was waiting for it, and nobody after.

use db::{Db, Exec, Fault, Settings, counter, idem, migrate, migrations_in, params};
use jiff::Timestamp;
use std::path::Path;

const BUREAU: &str = "990101";

async fn opened(folder: &Path) -> Db {
    let db = Db::open(&Settings { data: folder.to_owned(), ..Settings::default() }).await.unwrap();
    let migrations = migrations_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations")).unwrap();
    migrate(&db, &migrations).await.unwrap();
    db
}

async fn claim(db: &Db, key: &str, answer: &str) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    counter::next(&mut tx, BUREAU, "n").await?;
    idem::claim(&mut tx, BUREAU, key, answer, Timestamp::UNIX_EPOCH).await?;
    tx.commit().await
}

/// The database may not grow beyond `pages`: SQLite then answers as it does on a full disk.
async fn limit(db: &Db, pages: i64) {
    db.clone().query_dyn(format!("pragma max_page_count = {pages}"), params![]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_nothing_is_half_done_and_writes_resume() {
    let folder = tempfile::tempdir().unwrap();
    let db = opened(folder.path()).await;
    claim(&db, "before", "x").await.unwrap();
    limit(&db, 1).await;
    let long = "证".repeat(20_000);
    let mut tasks = tokio::task::JoinSet::new();
    for i in 0..40 {
        let (db, long) = (db.clone(), long.clone());
        tasks.spawn(async move { (i, claim(&db, &format!("k{i}"), &long).await) });
    }
    let mut kept = vec!["before".to_owned()];
    for (i, outcome) in tasks.join_all().await {
        match outcome {
            Ok(()) => kept.push(format!("k{i}")),
            Err(fault) => assert_eq!(fault, Fault::Full),
        }
    }
    assert!(kept.len() < 41, "the disk was not full");
    // Reads go on, and what was acknowledged is there, and nothing else.
    let mut on = db.clone();
    assert_eq!(counter::peek(&mut on, BUREAU, "n").await, Ok(kept.len() as i64));
    for key in &kept {
        assert!(idem::answer(&mut on, BUREAU, key).await.unwrap().is_some(), "{key}");
    }
    // With space again, writes resume without a restart.
    limit(&db, 1_000_000).await;
    claim(&db, "after", &long).await.unwrap();
    assert_eq!(counter::peek(&mut on, BUREAU, "n").await, Ok(kept.len() as i64 + 1));
}

#[tokio::test]
async fn who_asks_for_a_second_transaction_inside_a_first_is_told_that_it_is_busy() {
    let folder = tempfile::tempdir().unwrap();
    let db = opened(folder.path()).await;
    let mut first = db.begin().await.unwrap();
    counter::next(&mut first, BUREAU, "n").await.unwrap();
    assert_eq!(db.begin().await.err(), Some(Fault::Busy));
    first.commit().await.unwrap();
    assert_eq!(counter::peek(&mut db.clone(), BUREAU, "n").await, Ok(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_acknowledged_is_seen_by_another_process_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let db = opened(folder.path()).await;
    let other = opened(folder.path()).await;
    let mut tasks = tokio::task::JoinSet::new();
    for i in 0..50 {
        let (db, mut other) = (db.clone(), other.clone());
        tasks.spawn(async move {
            let key = format!("k{i}");
            claim(&db, &key, "x").await.unwrap();
            idem::answer(&mut other, BUREAU, &key).await.unwrap().is_some()
        });
    }
    assert!(tasks.join_all().await.into_iter().all(|seen| seen));
}

#[tokio::test]
async fn a_cancelled_commit_still_leaves_the_database_usable() {
    let folder = tempfile::tempdir().unwrap();
    let db = opened(folder.path()).await;
    for i in 0..20 {
        let key = format!("k{i}");
        let cancelled = tokio::time::timeout(std::time::Duration::from_micros(i * 50), claim(&db, &key, "x"));
        let _ = cancelled.await;
    }
    claim(&db, "last", "x").await.unwrap();
    let rows =
        db.clone().query_one("select count(*) from idem where bureau = $1", params![BUREAU]).await.unwrap();
    let counted = counter::peek(&mut db.clone(), BUREAU, "n").await;
    assert_eq!(counted, Ok(rows.int(0).unwrap()), "a number without its row, or a row without its number");
}
