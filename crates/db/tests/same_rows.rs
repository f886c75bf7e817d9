//! The same random work on every engine gives the same answers and the same rows. Without a PostgreSQL server at hand
//! two SQLite databases are compared, one of them through transactions.

use db::{Db, Exec, Fault, Row, Statement, Tx, counter, params, testing, uniq};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Op {
    Next(u8),
    Raise(u8, i64),
    Claim(u8, u8),
    Release(u8, u8),
    CompareAndSet(u8, i64, i64),
    Rename(String),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        (0..3_u8).prop_map(Op::Next),
        (0..3_u8, -5..50_i64).prop_map(|(name, least)| Op::Raise(name, least)),
        (0..4_u8, 0..3_u8).prop_map(|(key, bureau)| Op::Claim(key, bureau)),
        (0..4_u8, 0..3_u8).prop_map(|(key, bureau)| Op::Release(key, bureau)),
        (0..3_u8, 0..6_i64, any::<i64>()).prop_map(|(name, from, to)| Op::CompareAndSet(name, from, to)),
        any::<String>().prop_map(Op::Rename),
    ]
}

/// A few operations, and whether they are kept.
type Work = Vec<(Vec<Op>, bool)>;

fn work() -> impl Strategy<Value = Work> {
    prop::collection::vec((prop::collection::vec(op(), 1..5), any::<bool>()), 1..12)
}

async fn act(tx: &mut Tx, op: &Op) -> Result<i64, Fault> {
    match op {
        Op::Next(name) => counter::next(tx, "b1", &name.to_string()).await,
        Op::Raise(name, least) => counter::raise_to(tx, "b1", &name.to_string(), *least).await.map(|()| 0),
        Op::Claim(key, bureau) => {
            uniq::claim(tx, &key.to_string(), "no", &bureau.to_string(), "v").await.map(|()| 0)
        }
        Op::Release(key, bureau) => {
            uniq::release(tx, &key.to_string(), "no", &bureau.to_string()).await.map(i64::from)
        }
        Op::CompareAndSet(name, from, to) => {
            let sql = "update counter set val = $1 where bureau = $2 and name = $3 and val = $4";
            let set = Statement::expecting(sql, params![*to, "b1", name.to_string(), *from], 1);
            tx.batch(vec![set]).await.map(|touched| touched[0] as i64)
        }
        Op::Rename(words) => {
            let sql = "update uniq set value = $1 where kind = $2 returning key_hash";
            tx.query(sql, params![words, "no"]).await.map(|rows| rows.len() as i64)
        }
    }
}

/// Words of the engine stay out of the comparison; what kind of fault it was stays in.
fn kind_of(fault: Fault) -> Fault {
    match fault {
        Fault::Sql(_) => Fault::Sql(String::new()),
        Fault::Shape(_) => Fault::Shape(String::new()),
        fault => fault,
    }
}

async fn run(db: &Db, work: &Work) -> (Vec<Result<i64, Fault>>, Vec<Row>) {
    let mut answers = Vec::new();
    for (ops, keep) in work {
        let mut tx = db.begin().await.unwrap();
        for op in ops {
            answers.push(act(&mut tx, op).await.map_err(kind_of));
        }
        if *keep {
            answers.push(tx.commit().await.map(|()| 0).map_err(kind_of));
        } else {
            tx.rollback().await;
        }
    }
    let mut rows = Vec::new();
    for sql in [
        "select name, val from counter where bureau = 'b1' order by name",
        "select key_hash, kind, bureau, value from uniq order by key_hash",
    ] {
        rows.extend(db.clone().query(sql, params![]).await.unwrap());
    }
    (answers, rows)
}

async fn empty(db: &Db) {
    for sql in ["delete from counter where bureau = 'b1'", "delete from uniq"] {
        db.clone().execute(sql, params![]).await.unwrap();
    }
}

#[test]
fn the_same_work_gives_the_same_rows() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut databases = runtime.block_on(testing::databases());
    if databases.len() == 1 {
        databases.extend(runtime.block_on(testing::databases()));
    }
    let config = ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    runner
        .run(&work(), |work| {
            let mut outcomes = Vec::new();
            for (_, db) in &databases {
                runtime.block_on(empty(db));
                outcomes.push(runtime.block_on(run(db, &work)));
            }
            for (outcome, (name, _)) in outcomes.iter().zip(&databases).skip(1) {
                prop_assert_eq!(&outcomes[0], outcome, "sqlite differs from {}", name);
            }
            Ok(())
        })
        .unwrap();
}
