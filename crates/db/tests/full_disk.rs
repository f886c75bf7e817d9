//! A disk that is really full, in the folder of `YANZHENG_TEST_SMALL_DISK`: a small file system of its own, such as
//! `mount -t tmpfs -o size=8m tmpfs FOLDER`. Skipped where there is none.

use db::{Db, Exec, Fault, Settings, counter, idem, migrate, migrations_in, params};
use jiff::Timestamp;
use std::path::{Path, PathBuf};

async fn claim(db: &Db, key: &str, answer: &str) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    counter::next(&mut tx, "990101", "n").await?;
    idem::claim(&mut tx, "990101", key, answer, Timestamp::UNIX_EPOCH).await?;
    tx.commit().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_go_on_and_writes_resume_when_there_is_space_again() {
    let Some(disk) = std::env::var_os("YANZHENG_TEST_SMALL_DISK").map(PathBuf::from) else {
        eprintln!("skipped: YANZHENG_TEST_SMALL_DISK is not set");
        return;
    };
    let ballast = disk.join("ballast");
    std::fs::write(&ballast, vec![0_u8; 2 << 20]).unwrap();
    let db = Db::open(&Settings { data: disk.join("data"), ..Settings::default() }).await.unwrap();
    let migrations = migrations_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations")).unwrap();
    migrate(&db, &migrations).await.unwrap();
    let long = "证".repeat(5_000);
    let mut kept = Vec::new();
    let fault = loop {
        let key = format!("k{}", kept.len());
        match claim(&db, &key, &long).await {
            Ok(()) => kept.push(key),
            Err(fault) => break fault,
        }
    };
    assert_eq!(fault, Fault::Full, "after {}", kept.len());
    let counted = counter::peek(&mut db.clone(), "990101", "n").await;
    assert_eq!(counted, Ok(kept.len() as i64));
    let read = db.clone().query_one("select count(*) from idem where bureau = $1", params!["990101"]).await;
    assert_eq!(read.unwrap().int(0), Ok(kept.len() as i64));
    std::fs::remove_file(&ballast).unwrap();
    claim(&db, "after", &long).await.unwrap();
    assert!(idem::answer(&mut db.clone(), "990101", "after").await.unwrap().is_some());
    db.close().await;
    std::fs::remove_dir_all(disk.join("data")).unwrap();
}
