//! Migrations go forward from wherever they stopped, and refuse what they do not know.

use db::{Db, Exec, Fault, Migration, migrate, params, testing};

const WHOLE: &str =
    "create table a (bureau text not null, id text not null, n bigint, primary key (bureau, id));
-- @dist by bureau
create index a_n on a (n);
create table r (code text not null, name text not null, primary key (code));
-- @dist reference
insert into r (code, name) values ('1', 'one');";

fn migration(number: i64, sql: &'static str) -> Migration {
    Migration::new(&format!("{number:04}-x.sql"), sql).unwrap()
}

async fn names(db: &Db) -> Vec<String> {
    let rows = db.clone().query("select name from r order by code", params![]).await.unwrap();
    rows.iter().map(|row| row.text(0).unwrap()).collect()
}

#[tokio::test]
async fn a_migration_killed_after_any_step_goes_on_with_the_next() {
    let ends: Vec<usize> = WHOLE.match_indices(';').map(|(at, _)| at + 1).collect();
    for killed_after in 0..=ends.len() {
        let begun = killed_after.checked_sub(1).map_or("", |i| &WHOLE[..ends[i]]);
        for (name, db) in testing::bare().await {
            assert_eq!(migrate(&db, &[migration(1, begun)]).await, Ok(killed_after as u64), "{name}");
            let left = (ends.len() - killed_after) as u64;
            assert_eq!(migrate(&db, &[migration(1, WHOLE)]).await, Ok(left), "{name}");
            assert_eq!(migrate(&db, &[migration(1, WHOLE)]).await, Ok(0), "{name}");
            assert_eq!(names(&db).await, ["one"]);
        }
    }
}

#[tokio::test]
async fn a_step_that_fails_leaves_the_ones_before_it_and_says_which_it_is() {
    for (name, db) in testing::bare().await {
        let wrong = "create table a (id text not null, primary key (id));\n-- @dist reference\ncreate tabel b (id text);";
        let told = migrate(&db, &[migration(7, wrong)]).await.unwrap_err();
        assert!(matches!(&told, Fault::Schema(why) if why.starts_with("0007-x step 2:")), "{name}: {told}");
        let right = "create table a (id text not null, primary key (id));\n-- @dist reference\ncreate table b (id text);";
        assert_eq!(migrate(&db, &[migration(7, right)]).await, Ok(1));
    }
}

#[tokio::test]
async fn a_newer_schema_and_a_changed_step_are_refused() {
    for (_, db) in testing::bare().await {
        let second = migration(2, "insert into r (code, name) values ('2', 'two');");
        migrate(&db, &[migration(1, WHOLE), second]).await.unwrap();
        let newer = migrate(&db, &[migration(1, WHOLE)]).await.unwrap_err();
        assert!(matches!(&newer, Fault::Schema(why) if why.contains("newer program")), "{newer}");
        let changed = migration(2, "insert into r (code, name) values ('2', 'zwei');");
        let told = migrate(&db, &[migration(1, WHOLE), changed]).await.unwrap_err();
        assert!(matches!(&told, Fault::Schema(why) if why.contains("has changed")), "{told}");
        assert_eq!(names(&db).await, ["one", "two"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_nodes_may_start_at_once() {
    for (name, db) in testing::bare().await {
        let mut nodes = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let db = db.clone();
            nodes.spawn(async move { migrate(&db, &[migration(1, WHOLE)]).await.unwrap() });
        }
        assert_eq!(nodes.join_all().await.iter().sum::<u64>(), 4, "{name}");
        assert_eq!(names(&db).await, ["one"]);
    }
}

#[tokio::test]
async fn wrong_types_are_refused_on_every_engine() {
    for (name, db) in testing::bare().await {
        migrate(&db, &[migration(1, WHOLE)]).await.unwrap();
        let sql = "insert into a (bureau, id, n) values ($1, $2, $3)";
        let refused = db.clone().execute(sql, params!["b", "i", "many"]).await.unwrap_err();
        assert!(matches!(refused, Fault::Shape(_) | Fault::Sql(_)), "{name}: {refused}");
        let nul = db.clone().execute(sql, params!["b", "i\0", 1]).await.unwrap_err();
        assert!(matches!(nul, Fault::Shape(_)), "{name}: {nul}");
        let few = db.clone().execute(sql, params!["b", "i"]).await.unwrap_err();
        assert!(matches!(few, Fault::Shape(_)), "{name}: {few}");
    }
}
