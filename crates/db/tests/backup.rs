//! A backup restores to the same rows, on the same engine and on the other.

use db::{Db, Exec, Fault, Row, Value, counter, history, idem, params, testing};
use jiff::Timestamp;
use std::path::Path;

const BUREAU: &str = "990101";

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

async fn fill(db: &Db) {
    for i in 0..2500 {
        let answer = format!("第 {i} 件\t\\N \"𠮷\"\n");
        let row = params![BUREAU, format!("k{i:04}"), answer, at(i)];
        idem_rows(db, vec![row]).await;
    }
    for i in 0..3 {
        let entry =
            history::Entry::new((BUREAU, "case", "c1"), at(i), ("u1", "张三"), "accepted", "{}".into());
        history::append(&mut db.clone(), &entry).await.unwrap();
    }
    counter::raise_to(&mut db.clone(), BUREAU, "case", 7).await.unwrap();
    counter::raise_to(&mut db.clone(), BUREAU, "lic", 3).await.unwrap();
}

async fn idem_rows(db: &Db, rows: Vec<Vec<Value>>) {
    let mut tx = db.begin().await.unwrap();
    let many = rows.len() as u64;
    assert_eq!(tx.copy_in("idem", &["bureau", "key", "answer", "at"], rows).await, Ok(many));
    tx.commit().await.unwrap();
}

async fn all_rows(db: &Db) -> Vec<Vec<Row>> {
    let mut all = Vec::new();
    for sql in [
        "select bureau, key, answer, at from idem order by bureau, key",
        "select subject, seq, hash, prev_hash, data from history order by bureau, subject, seq",
        "select subject, seq, hash from history_head order by bureau, subject",
        "select name, val from counter order by bureau, name",
    ] {
        all.push(db.query_slow(sql, params![]).await.unwrap());
    }
    all
}

#[tokio::test]
async fn a_backup_restores_to_the_same_rows_on_every_engine() {
    let folder = tempfile::tempdir().unwrap();
    for (from, source) in testing::databases().await {
        fill(&source).await;
        let path = folder.path().join(format!("{from}.backup"));
        let moved = source.backup_to(&path).await.unwrap();
        assert!(moved.rows >= 2506, "{moved:?}");
        for (to, target) in testing::databases().await {
            eprintln!("{from} to {to}");
            // A number given out after the backup was made must not be given out again.
            counter::raise_to(&mut target.clone(), BUREAU, "lic", 9).await.unwrap();
            assert_eq!(target.restore_from(&path).await, Ok(moved));
            let (mut there, here) = (all_rows(&target).await, all_rows(&source).await);
            assert_eq!(counter::peek(&mut target.clone(), BUREAU, "lic").await, Ok(9));
            assert_eq!(counter::peek(&mut target.clone(), BUREAU, "case").await, Ok(7));
            there.pop();
            assert_eq!(there, here[..3]);
            assert!(history::verify_all(&mut target.clone(), BUREAU).await.unwrap().broken.is_empty());
            let again = target.restore_from(&path).await.unwrap_err();
            assert!(matches!(again, Fault::Schema(why) if why.contains("not empty")));
        }
    }
}

#[tokio::test]
async fn a_backup_cut_off_or_altered_is_not_restored() {
    let folder = tempfile::tempdir().unwrap();
    for (name, source) in testing::databases().await {
        idem::claim(&mut source.clone(), BUREAU, "k", "answer", at(0)).await.unwrap();
        let path = folder.path().join(&name);
        source.backup_to(&path).await.unwrap();
        let whole = std::fs::read_to_string(&path).unwrap();
        let without_end =
            whole.lines().filter(|line| !line.contains("\"end\"")).collect::<Vec<_>>().join("\n");
        for (wrong, why) in [
            (whole.replace("answer\"", "andere\""), "altered"),
            (whole[..whole.len() / 2].to_owned(), "broken"),
            (without_end, "its end is missing"),
        ] {
            refuses(&path, &wrong, why).await;
        }
    }
}

async fn refuses(path: &Path, text: &str, why: &str) {
    std::fs::write(path, text).unwrap();
    for (_, target) in testing::databases().await {
        let refused = target.restore_from(path).await.unwrap_err();
        assert!(matches!(&refused, Fault::Schema(told) if told.contains(why)), "{why}: {refused}");
        let rows = target.clone().query("select key from idem -- all bureaus: test", params![]).await;
        assert_eq!(rows, Ok(vec![]));
    }
}

#[tokio::test]
async fn work_goes_on_while_a_backup_is_made() {
    let folder = tempfile::tempdir().unwrap();
    for (name, db) in testing::databases().await {
        idem_rows(&db, (0..3000).map(|i| params![BUREAU, format!("k{i}"), "x", at(i)]).collect()).await;
        let path = folder.path().join(&name);
        let writing = async {
            for i in 0..20 {
                idem::claim(&mut db.clone(), BUREAU, &format!("later{i}"), "y", at(i)).await.unwrap();
            }
        };
        let (moved, ()) = tokio::join!(db.backup_to(&path), writing);
        let kept = moved.unwrap().rows;
        assert!((3000..=3020).contains(&kept), "{kept}");
    }
}
