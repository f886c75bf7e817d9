//! How many submits a second: a counter, an idempotency key and a history row each, committed durably.
//!
//!     cargo run --release -p db --example submits -- [CLIENTS] [SECONDS] [BUREAUS]
//!
//! The clients are spread over so many bureaus; in one bureau the counter lets one in at a time.
//!
//! On SQLite with `synchronous=FULL` in a fresh folder, or on the PostgreSQL of `YANZHENG_TEST_PG`.

use db::{Db, Fault, Settings, counter, history, idem, migrate, migrations_in};
use jiff::Timestamp;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

async fn submit(db: &Db, bureau: &str, key: &str) -> Result<(), Fault> {
    let now = Timestamp::UNIX_EPOCH;
    let mut tx = db.begin().await?;
    let number = counter::next(&mut tx, bureau, "case").await?;
    let case = format!("{key}-{number}");
    let entry = history::Entry::new((bureau, "case", &case), now, ("u1", "张三"), "submitted", "{}".into());
    let mut rest = history::first(&entry);
    rest.push(idem::claim_statement(bureau, key, &case, now));
    tx.commit_with(rest).await.map(|_| ())
}

async fn client(
    db: Db,
    bureau: String,
    number: usize,
    until: Instant,
    done: Arc<AtomicU64>,
) -> Vec<Duration> {
    let mut waits = Vec::new();
    while Instant::now() < until {
        let began = Instant::now();
        submit(&db, &bureau, &format!("{number}-{}", waits.len())).await.expect("a submit");
        waits.push(began.elapsed());
        done.fetch_add(1, Ordering::Relaxed);
    }
    waits
}

#[tokio::main]
async fn main() {
    let mut numbers = std::env::args().skip(1).map(|word| word.parse::<usize>().expect("a number"));
    let (clients, seconds) = (numbers.next().unwrap_or(16), numbers.next().unwrap_or(5));
    let bureaus = numbers.next().unwrap_or(8);
    let folder = std::env::temp_dir().join(format!("yanzheng-submits-{}", std::process::id()));
    let url = std::env::var("YANZHENG_TEST_PG").ok();
    let settings = Settings { url: url.clone(), data: folder.clone(), ..Settings::default() };
    let db = Db::open(&settings).await.expect("the database");
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    migrate(&db, &migrations_in(&migrations).expect("migrations")).await.expect("migrated");
    let (until, done) = (Instant::now() + Duration::from_secs(seconds as u64), Arc::<AtomicU64>::default());
    let mut tasks = tokio::task::JoinSet::new();
    // Keys of a run of its own, so that a server can be used twice.
    for number in 0..clients {
        let bureau = format!("9901{:02}", number % bureaus);
        tasks.spawn(client(
            db.clone(),
            bureau,
            number + std::process::id() as usize * 1000,
            until,
            done.clone(),
        ));
    }
    let mut waits = tasks.join_all().await.concat();
    waits.sort_unstable();
    let at = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize];
    println!(
        "{:?}: {clients} clients, {} submits a second, p50 {:?}, p99 {:?}",
        db.engine(),
        done.load(Ordering::Relaxed) / seconds as u64,
        at(0.5),
        at(0.99),
    );
    db.close().await;
    let _ = std::fs::remove_dir_all(folder);
}
