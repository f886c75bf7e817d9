//! PostgreSQL dies, hangs and comes back: requests fail fast, nothing acknowledged is lost, no restart is needed.
//! Runs where `scripts/private-postgres` can start a server, which is when `YANZHENG_TEST_PG` is set.

use db::{Db, Fault, Settings, counter, migrate, migrations_in};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

struct Server {
    folder: tempfile::TempDir,
}

impl Server {
    fn script(&self, verb: &str) -> String {
        let script = repository().join("scripts/private-postgres");
        let done = Command::new(script).arg(verb).arg(self.folder.path()).output().unwrap();
        assert!(done.status.success(), "{verb}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    /// Stop or continue the server's processes as they are (`STOP`, `CONT`).
    fn signal(&self, signal: &str) {
        let pid = std::fs::read_to_string(self.folder.path().join("data/postmaster.pid")).unwrap();
        let pid = pid.lines().next().unwrap().to_owned();
        let children = Command::new("ps").args(["-o", "pid=", "--ppid", &pid]).output().unwrap();
        let children = String::from_utf8(children.stdout).unwrap();
        for one in children.split_whitespace().chain([pid.as_str()]) {
            // A child may have ended by itself in between.
            let _ = Command::new("kill").arg(format!("-{signal}")).arg(one).status();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Not a panic: a test that fails has its own.
        let _ = Command::new(repository().join("scripts/private-postgres"))
            .arg("stop")
            .arg(self.folder.path())
            .status();
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

async fn started() -> Option<(Server, Db)> {
    if std::env::var_os("YANZHENG_TEST_PG").is_none() {
        eprintln!("skipped: YANZHENG_TEST_PG is not set");
        return None;
    }
    let server = Server { folder: tempfile::tempdir().unwrap() };
    let url = server.script("start");
    let settings = Settings { url: Some(url), statement_timeout_ms: 2_000, pool: 4, ..Settings::default() };
    let db = Db::open(&settings).await.unwrap();
    migrate(&db, &migrations_in(&repository().join("migrations")).unwrap()).await.unwrap();
    Some((server, db))
}

async fn take_number(db: &Db) -> Result<i64, Fault> {
    let mut tx = db.begin().await?;
    let number = counter::next(&mut tx, "990101", "n").await?;
    tx.commit().await?;
    Ok(number)
}

fn is_away(fault: &Fault) -> bool {
    matches!(fault, Fault::Unavailable(_) | Fault::UnknownOutcome(_) | Fault::Busy)
}

/// Take numbers until one is given, for at most `patience`.
async fn until_it_works(db: &Db, patience: Duration) -> i64 {
    let began = Instant::now();
    loop {
        match take_number(db).await {
            Ok(number) => return number,
            Err(fault) => assert!(is_away(&fault), "{fault:?}"),
        }
        assert!(began.elapsed() < patience, "still away");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_is_told_fast_and_found_again_by_itself() {
    let Some((server, db)) = started().await else { return };
    let mut acknowledged = 0;
    for _ in 0..3 {
        acknowledged = acknowledged.max(until_it_works(&db, Duration::from_secs(10)).await);
        server.script("kill");
        for _ in 0..3 {
            let began = Instant::now();
            let fault = take_number(&db).await.unwrap_err();
            assert!(is_away(&fault), "{fault:?}");
            assert!(began.elapsed() < Duration::from_millis(2500), "{:?}", began.elapsed());
        }
        server.script("start");
        let next = until_it_works(&db, Duration::from_secs(5)).await;
        assert!(next > acknowledged, "{acknowledged} was acknowledged, then {next} was given");
        acknowledged = next;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hanging_server_keeps_nobody_waiting() {
    let Some((server, db)) = started().await else { return };
    until_it_works(&db, Duration::from_secs(5)).await;
    server.signal("STOP");
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let db = db.clone();
        requests.spawn(async move {
            let began = Instant::now();
            (take_number(&db).await, began.elapsed())
        });
    }
    let answers = requests.join_all().await;
    server.signal("CONT");
    for (outcome, waited) in answers {
        let fault = outcome.unwrap_err();
        assert!(is_away(&fault), "{fault:?}");
        assert!(waited < Duration::from_secs(5), "{waited:?}");
    }
    until_it_works(&db, Duration::from_secs(5)).await;
}
