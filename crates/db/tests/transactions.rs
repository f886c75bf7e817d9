//! A transaction keeps all or nothing, on every engine.

use db::{Db, Exec, Fault, Statement, counter, idem, on_each_database, params};
use jiff::Timestamp;

const BUREAU: &str = "990101";

async fn numbers_taken(db: &Db) -> i64 {
    counter::peek(&mut db.clone(), BUREAU, "n").await.unwrap()
}

#[tokio::test]
async fn what_is_committed_is_read_and_what_is_dropped_is_not() {
    on_each_database!(async |db: Db| {
        let mut tx = db.begin().await.unwrap();
        assert_eq!(counter::next(&mut tx, BUREAU, "n").await, Ok(1));
        tx.commit().await.unwrap();
        let mut dropped = db.begin().await.unwrap();
        assert_eq!(counter::next(&mut dropped, BUREAU, "n").await, Ok(2));
        drop(dropped);
        let mut undone = db.begin().await.unwrap();
        assert_eq!(counter::next(&mut undone, BUREAU, "n").await, Ok(2));
        undone.rollback().await;
        assert_eq!(numbers_taken(&db).await, 1);
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_at_once_take_dense_numbers() {
    on_each_database!(async |db: Db| {
        let mut tasks = tokio::task::JoinSet::new();
        for i in 0..64 {
            let db = db.clone();
            tasks.spawn(async move {
                let mut tx = db.begin().await.unwrap();
                let number = counter::next(&mut tx, BUREAU, "n").await.unwrap();
                tokio::task::yield_now().await;
                // Every fourth changes its mind: its number must go to somebody else.
                if i % 4 == 0 {
                    tx.rollback().await;
                    return None;
                }
                tx.commit().await.unwrap();
                Some(number)
            });
        }
        let mut given: Vec<i64> = tasks.join_all().await.into_iter().flatten().collect();
        given.sort_unstable();
        assert_eq!(given, (1..=48).collect::<Vec<_>>());
        assert_eq!(numbers_taken(&db).await, 48);
    });
}

#[tokio::test]
async fn a_second_claim_of_a_key_is_refused_and_breaks_its_transaction() {
    on_each_database!(async |db: Db| {
        let now = Timestamp::from_microsecond(1_700_000_000_000_000).unwrap();
        let mut on = db.clone();
        idem::claim(&mut on, BUREAU, "k", "first", now).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        counter::next(&mut tx, BUREAU, "n").await.unwrap();
        let refused = idem::claim(&mut tx, BUREAU, "k", "second", now).await.unwrap_err();
        assert_eq!(refused, Fault::Unique { table_or_index: "idem(bureau,key)".into() });
        assert!(refused.is_unique_on("idem"));
        assert_eq!(counter::next(&mut tx, BUREAU, "n").await.unwrap_err(), refused);
        assert_eq!(tx.commit().await.unwrap_err(), refused);
        assert_eq!(numbers_taken(&db).await, 0);
        assert_eq!(idem::answer(&mut on, BUREAU, "k").await, Ok(Some("first".into())));
    });
}

#[tokio::test]
async fn a_compare_and_set_that_misses_undoes_the_whole_batch() {
    on_each_database!(async |db: Db| {
        const RAISE: &str = "update counter set val = $1 where bureau = $2 and name = $3 and val = $4";
        counter::raise_to(&mut db.clone(), BUREAU, "n", 5).await.unwrap();
        let hit = || Statement::expecting(RAISE, params![6, BUREAU, "n", 5], 1);
        let miss = || Statement::expecting(RAISE, params![9, BUREAU, "n", 8], 1);
        let tx = db.begin().await.unwrap();
        let refused = tx.commit_with(vec![hit(), miss()]).await.unwrap_err();
        assert_eq!(refused, Fault::Expected { statement: RAISE.into(), expected: 1, actual: 0 });
        assert_eq!(numbers_taken(&db).await, 5);
        let tx = db.begin().await.unwrap();
        assert_eq!(tx.commit_with(vec![hit()]).await, Ok(vec![1]));
        assert_eq!(numbers_taken(&db).await, 6);
    });
}

#[tokio::test]
async fn a_statement_on_the_database_itself_is_its_own_transaction() {
    on_each_database!(async |db: Db| {
        let mut on = db.clone();
        assert_eq!(counter::next(&mut on, BUREAU, "n").await, Ok(1));
        assert_eq!(numbers_taken(&db).await, 1);
        let row =
            on.query_one("select count(*), $1 from counter where bureau = $2", params!["x", BUREAU]).await;
        let row = row.unwrap();
        assert_eq!((row.int(0), row.text(1)), (Ok(1), Ok("x".to_owned())));
        assert!(matches!(row.text(0), Err(Fault::Shape(_))));
        assert!(matches!(row.int(7), Err(Fault::Shape(_))));
    });
}

#[tokio::test]
async fn a_closed_database_says_so() {
    on_each_database!(async |db: Db| {
        db.ping().await.unwrap();
        db.close().await;
        assert_eq!(db.ping().await, Err(Fault::Closed));
        assert_eq!(db.begin().await.err(), Some(Fault::Closed));
    });
}

#[tokio::test]
async fn a_read_that_takes_too_long_is_stopped_and_the_next_one_is_not() {
    // On SQLite; PostgreSQL has `statement_timeout` for it.
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_owned();
    let settings = db::Settings { data, readers: 1, statement_timeout_ms: 200, ..db::Settings::default() };
    let db = Db::open(&settings).await.unwrap();
    let endless = "with recursive n (i) as (select 1 union all select i + 1 from n) select count(*) from n";
    let began = std::time::Instant::now();
    assert_eq!(db.clone().query(endless, params![]).await, Err(Fault::Busy));
    assert!(began.elapsed() < std::time::Duration::from_secs(2), "{:?}", began.elapsed());
    db.ping().await.unwrap();
}

#[tokio::test]
async fn documents_are_packed_quickly_where_the_server_can() {
    for (name, db) in db::testing::databases().await {
        if name != "postgres" {
            continue;
        }
        let sql = "select setting, array_to_string(enumvals, ',') from pg_settings where name = $1 -- one engine: settings";
        let row = db.clone().query_one(sql, params!["default_toast_compression"]).await.unwrap();
        let (set, known) = (row.text(0).unwrap(), row.text(1).unwrap());
        assert!(set == "lz4" || !known.contains("lz4"), "{set} of {known}");
    }
}
