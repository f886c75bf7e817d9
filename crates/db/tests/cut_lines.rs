//! The line to PostgreSQL is cut at any byte, also in the middle of COMMIT. Whoever tries again with the same key until
//! there is an answer gets one effect for one key. Runs when `YANZHENG_TEST_PG` is set.

use db::{Db, Exec, Fault, Settings, Statement, counter, idem, params, testing};
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

const BUREAU: &str = "990101";

/// Passes bytes on until the allowance is used up; then every line is cut.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, allowance: Arc<AtomicI64>) {
    let mut piece = [0; 256];
    while let Ok(read @ 1..) = from.read(&mut piece).await {
        let left = allowance.fetch_sub(read as i64, Ordering::SeqCst);
        if left <= 0 {
            return;
        }
        let part = read.min(usize::try_from(left).unwrap_or(read));
        if to.write_all(&piece[..part]).await.is_err() || part < read {
            return;
        }
    }
}

async fn proxy(server: String, allowance: Arc<AtomicI64>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((here, _)) = listener.accept().await {
            let Ok(there) = TcpStream::connect(&server).await else { continue };
            let ((from, to), (back, answer)) = (here.into_split(), there.into_split());
            let there = pass(from, answer, allowance.clone());
            let home = pass(back, to, allowance.clone());
            // One direction cut is both cut: the halves are dropped together.
            tokio::spawn(async move {
                tokio::select! {
                    () = there => {}
                    () = home => {}
                }
            });
        }
    });
    port
}

async fn submit(db: &Db, key: &str) -> Result<i64, Fault> {
    if let Some(answer) = idem::answer(&mut db.clone(), BUREAU, key).await? {
        return Ok(answer.parse().unwrap());
    }
    let mut tx = db.begin().await?;
    let number = counter::next(&mut tx, BUREAU, "case").await?;
    let claim = idem::claim_statement(BUREAU, key, &number.to_string(), Timestamp::UNIX_EPOCH);
    tx.commit_with(vec![Statement { expect: Some(1), ..claim }]).await?;
    Ok(number)
}

/// `postgres://user:password@host:port/name` → `host:port`.
fn address(url: &str) -> String {
    url.rsplit('@').next().unwrap().split('/').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_cut_at_any_byte_gives_one_effect_for_one_key() {
    let Ok(url) = std::env::var("YANZHENG_TEST_PG") else {
        eprintln!("skipped: YANZHENG_TEST_PG is not set");
        return;
    };
    let allowance = Arc::new(AtomicI64::new(i64::MAX));
    let port = proxy(address(&url), allowance.clone()).await;
    let through = url.replace(&address(&url), &format!("127.0.0.1:{port}"));
    let straight = testing::databases().await.into_iter().find(|(name, _)| name == "postgres").unwrap().1;
    let schema =
        straight.clone().query_one("select cast(current_schema() as text)", params![]).await.unwrap();
    let path = format!("{through}?options=-c%20search_path%3D{}", schema.text(0).unwrap());
    let settings = Settings { url: Some(path), pool: 2, statement_timeout_ms: 2_000, ..Settings::default() };
    let db = Db::open(&settings).await.unwrap();
    let (unknown, cut) = (AtomicU64::new(0), AtomicU64::new(0));
    for round in 0..150 {
        // A submit on a warm connection is about 900 bytes in both directions.
        allowance.store((round * 37) % 1100, Ordering::SeqCst);
        let key = format!("k{round}");
        let mut numbers = Vec::new();
        while numbers.len() < 2 {
            match submit(&db, &key).await {
                Ok(number) => numbers.push(number),
                Err(fault) => {
                    let in_commit = matches!(fault, Fault::UnknownOutcome(_));
                    assert!(in_commit || fault.may_retry(), "{fault:?}");
                    unknown.fetch_add(u64::from(in_commit), Ordering::SeqCst);
                    cut.fetch_add(1, Ordering::SeqCst);
                }
            }
            allowance.store(i64::MAX, Ordering::SeqCst);
        }
        assert_eq!(numbers[0], numbers[1], "{key} was given two numbers");
    }
    eprintln!("{} cuts, {} of them in COMMIT", cut.into_inner(), unknown.load(Ordering::SeqCst));
    assert!(unknown.into_inner() > 0, "no COMMIT was ever cut");
    assert_eq!(counter::peek(&mut straight.clone(), BUREAU, "case").await, Ok(150));
    let rows =
        straight.clone().query_one("select count(*) from idem where bureau = $1", params![BUREAU]).await;
    assert_eq!(rows.unwrap().int(0), Ok(150));
}
