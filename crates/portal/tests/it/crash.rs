//! The process is killed, told to stop, and backed up while sixteen people write.

use std::collections::BTreeSet;
use std::time::Duration;

use db::{Db, Exec, history, params};

use crate::town::writers::Writers;
use crate::town::{BUREAU, Engine, Resting, Town, program, real_time};

mod killed {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        super::nothing_acknowledged_is_lost_to_kill_9(crate::town::Engine::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let Some(engine) = crate::town::Engine::postgres() else { return };
        super::nothing_acknowledged_is_lost_to_kill_9(engine).await;
    }
}

mod told_to_stop {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        super::a_server_told_to_stop_ends_what_it_began(crate::town::Engine::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let Some(engine) = crate::town::Engine::postgres() else { return };
        super::a_server_told_to_stop_ends_what_it_began(engine).await;
    }
}

mod backed_up {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        super::a_backup_of_a_running_server_restores_equal(crate::town::Engine::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let Some(engine) = crate::town::Engine::postgres() else { return };
        super::a_backup_of_a_running_server_restores_equal(engine).await;
    }
}

/// How often the server is killed; two hundred for the long run.
fn kills() -> u64 {
    std::env::var("YANZHENG_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(20)
}

/// From the start of the process to its first answer.
const READY: Duration = Duration::from_secs(3);

async fn nothing_acknowledged_is_lost_to_kill_9(engine: Engine) {
    let (writers, resting) = prepared(engine, 30).await;
    let mut slowest = Duration::ZERO;
    for round in 0..kills() {
        let mut server = resting.start();
        slowest = slowest.max(server.ready().await);
        // Who never heard an answer asks again, with the same key.
        let unheard = std::mem::take(&mut writers.journal.lock().expect("unbroken").unanswered);
        for key in unheard {
            assert!(writers.asks(&key).await, "round {round}: the server is there");
        }
        let before = writers.acknowledged();
        let mut working = writers.work();
        // A decision takes longer than an application; in some rounds the server lives until one is through.
        writers.first_answer(before, round % 4 == 0).await;
        tokio::time::sleep(Duration::from_millis(20 + chance(480))).await;
        server.kill();
        working.shutdown().await;
    }
    let mut server = resting.start();
    slowest = slowest.max(server.ready().await);
    every_answer_still_holds(&writers).await;
    server.tell_to_stop();
    assert!(server.ended().await.success());

    let (filed, decided) = numbers_given(&writers, slowest);
    let db = resting.database.open(resting.folder.path()).await;
    stands(&db, &filed, &decided).await;
    db.close().await;
    resting.database.drop().await;
}

/// What the journal says was answered: the numbers of applications and of licences.
fn numbers_given(writers: &Writers, slowest: Duration) -> (BTreeSet<String>, Vec<String>) {
    let journal = writers.journal.lock().expect("unbroken");
    println!(
        "{} kills, {} filed, {} decided, {} told to wait, slowest start {slowest:?}",
        kills(),
        journal.filed.len(),
        journal.decided.len(),
        journal.waited,
    );
    assert!(journal.odd.is_empty(), "{:#?}", journal.odd);
    assert!(slowest < READY, "{slowest:?} to the first answer");
    assert!(journal.filed.len() as u64 > kills(), "the writers hardly filed");
    assert!(!journal.decided.is_empty(), "nobody decided");
    let filed: BTreeSet<String> = journal.filed.values().cloned().collect();
    assert_eq!(filed.len(), journal.filed.len(), "a number was given to two applications");
    (filed, journal.decided.clone())
}

/// A random number below `below`.
fn chance(below: u64) -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("chance");
    u64::from_le_bytes(bytes) % below
}

async fn prepared(engine: Engine, decisions: u32) -> (Writers, Resting) {
    let folder = tempfile::tempdir().expect("a folder");
    let town = Town::open(engine, folder, real_time()).await;
    let writers = Writers::gather(&town, decisions).await;
    (writers, town.rest().await)
}

/// Each key gives the number it gave before.
async fn every_answer_still_holds(writers: &Writers) {
    let keys: Vec<String> = {
        let mut journal = writers.journal.lock().expect("unbroken");
        let unheard = std::mem::take(&mut journal.unanswered);
        journal.filed.keys().cloned().chain(unheard).collect()
    };
    for key in keys {
        assert!(writers.asks(&key).await, "the server is there");
    }
}

async fn texts(db: &Db, sql: &'static str) -> Vec<String> {
    let rows = db.clone().query(sql, params![BUREAU]).await.unwrap_or_else(|fault| panic!("{sql}: {fault}"));
    rows.iter().map(|row| row.text(0).expect("a text")).collect()
}

/// The database holds all that was acknowledged, whole, and no number twice or left out.
async fn stands(db: &Db, filed: &BTreeSet<String>, decided: &[String]) {
    if db.engine() == db::Engine::Sqlite {
        let row = db.clone().query_one("pragma integrity_check", params![]).await.expect("checked");
        assert_eq!(row.text(0).expect("a word"), "ok");
    }
    let cases = texts(db, "select number from case_file where bureau = $1").await;
    let there: BTreeSet<String> = cases.iter().cloned().collect();
    assert_eq!(there.len(), cases.len(), "a case number twice");
    let lost: Vec<_> = filed.difference(&there).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    dense(
        "case numbers",
        cases.iter().map(|number| (number[..14].to_owned(), number[14..].parse().expect("a running number"))),
    );

    let licences = texts(db, "select number from licence where bureau = $1").await;
    dense(
        "licence numbers",
        licences.iter().map(|number| (number[..7].to_owned(), number[7..].parse().expect("a serial"))),
    );
    let with_licence: BTreeSet<String> =
        texts(db, "select case_id from licence where bureau = $1").await.into_iter().collect();
    for case in decided {
        assert!(with_licence.contains(case), "{case} was granted and has no licence");
    }
    let papers =
        texts(db, "select kind || '#' || number from case_paper where bureau = $1 and number is not null")
            .await;
    dense("document numbers", papers.iter().map(|paper| running(paper)));

    // No half case: each has its history and its receipt.
    let heads =
        texts(db, "select subject from history_head where bureau = $1 and subject_kind = 'case'").await;
    let ids = texts(db, "select id from case_file where bureau = $1").await;
    assert_eq!(
        heads.into_iter().collect::<BTreeSet<_>>(),
        ids.iter().cloned().collect::<BTreeSet<_>>(),
        "cases and histories"
    );
    let receipts = texts(db, "select case_id from case_paper where bureau = $1 and kind = 'receipt'").await;
    assert_eq!(
        receipts.into_iter().collect::<BTreeSet<_>>(),
        ids.into_iter().collect(),
        "cases and receipts"
    );
    let verified = history::verify_all(&mut db.clone(), BUREAU).await.expect("verified");
    assert!(verified.broken.is_empty() && verified.rows > 0, "{:?}", verified.broken);
}

/// `kind#…〔2026〕…12号` as (`kind`, 12).
fn running(paper: &str) -> (String, u64) {
    let (kind, number) = paper.split_once('#').expect("kind and number");
    let after = number.split('〕').nth(1).unwrap_or_else(|| panic!("{number} has no year"));
    let digits: String = after.chars().filter(char::is_ascii_digit).collect();
    (kind.to_owned(), digits.parse().expect("a running number"))
}

/// Each series runs from 1 without a gap.
fn dense(what: &str, numbers: impl Iterator<Item = (String, u64)>) {
    let mut series = std::collections::BTreeMap::<String, BTreeSet<u64>>::new();
    for (name, number) in numbers {
        assert!(series.entry(name.clone()).or_default().insert(number), "{what}: {name} {number} twice");
    }
    for (name, numbers) in series {
        let last = numbers.len() as u64;
        assert_eq!(numbers.last(), Some(&last), "{what}: a gap in {name}");
    }
}

async fn a_server_told_to_stop_ends_what_it_began(engine: Engine) {
    let (writers, resting) = prepared(engine, 4).await;
    for _ in 0..3 {
        let mut server = resting.start();
        server.ready().await;
        let mut working = writers.work();
        tokio::time::sleep(Duration::from_millis(400)).await;
        server.tell_to_stop();
        let ended =
            tokio::time::timeout(Duration::from_secs(15), server.ended()).await.expect("it ends in time");
        assert!(ended.success(), "{ended}");
        // Whoever was being served was served to the end.
        working.join_next().await;
        working.shutdown().await;
        let journal = writers.journal.lock().expect("unbroken");
        println!(
            "{} filed, {} decided, {} told to wait",
            journal.filed.len(),
            journal.decided.len(),
            journal.waited
        );
    }
    let (filed, decided) = {
        let journal = writers.journal.lock().expect("unbroken");
        assert!(journal.odd.is_empty(), "{:#?}", journal.odd);
        (journal.filed.values().cloned().collect(), journal.decided.clone())
    };
    let db = resting.database.open(resting.folder.path()).await;
    stands(&db, &filed, &decided).await;
    db.close().await;
    resting.database.drop().await;
}

async fn a_backup_of_a_running_server_restores_equal(engine: Engine) {
    let (writers, resting) = prepared(engine, 4).await;
    let mut server = resting.start();
    server.ready().await;
    let mut working = writers.work();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let before: BTreeSet<String> =
        writers.journal.lock().expect("unbroken").filed.values().cloned().collect();
    backs_up(&resting, "busy.backup").await;
    working.shutdown().await;
    server.tell_to_stop();
    server.ended().await;
    backs_up(&resting, "quiet.backup").await;

    // What was acknowledged before the backup began is in it, whole.
    let (folder, busy) = restored(&resting, "busy.backup").await;
    stands(&busy, &before, &[]).await;
    busy.close().await;
    drop(folder);

    // A backup of a server at rest is the same again: rows and heads.
    let (folder, quiet) = restored(&resting, "quiet.backup").await;
    let live = resting.database.open(resting.folder.path()).await;
    for count in [
        "select cast(count(*) as text) from case_file where bureau = $1",
        "select cast(count(*) as text) from history where bureau = $1",
        "select cast(count(*) as text) from case_paper where bureau = $1",
        "select number || holder || address from licence where bureau = $1 order by number",
        "select subject_kind || subject || hash from history_head where bureau = $1 order by subject_kind, subject",
        "select name || ' ' || cast(val as text) from counter where bureau = $1 order by name",
    ] {
        assert_eq!(texts(&quiet, count).await, texts(&live, count).await, "{count}");
    }
    live.close().await;
    quiet.close().await;
    drop(folder);
    resting.database.drop().await;
}

async fn backs_up(resting: &Resting, file: &str) {
    let mut command = resting.command(&["backup", file]);
    let done = tokio::task::spawn_blocking(move || command.output().expect("run")).await.expect("ran");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// A backup restored into an empty SQLite, whatever engine it came from: a bureau may change its mind.
async fn restored(resting: &Resting, file: &str) -> (tempfile::TempDir, Db) {
    let folder = tempfile::tempdir().expect("a folder");
    let from = resting.folder.path().join(file);
    let mut command = program::command(folder.path(), None, &["restore", from.to_str().expect("a path")]);
    let done = tokio::task::spawn_blocking(move || command.output().expect("run")).await.expect("ran");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let settings = db::Settings { data: folder.path().to_owned(), ..db::Settings::default() };
    let db = Db::open(&settings).await.expect("opened");
    (folder, db)
}
