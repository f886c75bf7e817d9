//! The database goes away and comes back. Licences are verified all the while; writes say that they wait.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::town::desk::CLERK;
use crate::town::{Engine, Shop, Town};

/// How long the database is away; half a minute and five minutes in the long runs.
fn away() -> Duration {
    let seconds = std::env::var("YANZHENG_TEST_AWAY").ok().and_then(|seconds| seconds.parse().ok());
    Duration::from_secs(seconds.unwrap_or(10))
}

/// A PostgreSQL cluster of the story's own, by the script of the house.
struct Cluster {
    folder: tempfile::TempDir,
    url: String,
}

fn script(verb: &str, folder: &Path) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/private-postgres");
    let done = Command::new(script).arg(verb).arg(folder).output().expect("the script runs");
    assert!(done.status.success(), "{verb}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).trim().to_owned()
}

impl Cluster {
    fn start() -> Cluster {
        let folder = tempfile::tempdir().expect("a folder");
        // The server runs as another user and must be able to walk in.
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))
            .expect("open to walk in");
        let url = script("start", folder.path());
        Cluster { folder, url }
    }

    fn goes_away(&self) {
        script("stop", self.folder.path());
    }

    fn comes_back(&self) {
        script("start", self.folder.path());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        script("stop", self.folder.path());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_is_away_licences_are_verified_and_writes_say_that_they_wait() {
    // A cluster of its own: the one the other stories use stays up.
    if Engine::postgres().is_none() {
        return;
    }
    let cluster = Cluster::start();
    let town = Town::on(Engine::Postgres(cluster.url.clone())).await;
    let case = town.has_ready_for_decision(&Shop::number(1)).await;
    town.grants(&case).await;
    let licence = town.licence_of(&case).await;
    let anybody = town.visitor().with("accept", "application/json");
    let api = format!("/api/licences/{licence}");
    town.once_in_the_register(&anybody, &api).await;
    // The first answer may have come from the database; the copy in memory follows within a second.
    let register = town.app.part::<licences::Register>();
    for _ in 0..100 {
        if register.number(&licence, town.app.now()).found.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let waiting = town.has_received(&Shop::number(2)).await;
    let clerk = town.at(CLERK).await;
    let accept = clerk.get(&waiting.desk("/accept")).await.form_with("seen");

    cluster.goes_away();
    let gone = Instant::now();
    // After a minute of silence an answer says that it may be old.
    town.minutes_pass(2);
    let mut verified = 0;
    while gone.elapsed() < away() {
        let told = anybody.get(&api).await;
        told.must_be(200);
        assert_eq!(told.json()["stale"], true, "{}", told.html());
        town.visitor().get(&format!("/v/{licence}")).await.must_be(200).must_say("结果可能不是最新的");
        verified += 2;
        let asked = Instant::now();
        let refused = clerk.send(accept.clone()).await;
        refused.must_be(503).must_say("连不上数据库");
        assert!(!refused.header("retry-after").is_empty());
        assert!(asked.elapsed() < Duration::from_secs(3), "a write waited {:?}", asked.elapsed());
        town.visitor().get("/healthz").await.must_be(503);
        town.visitor().get("/guides/retail-licence/xinban").await.must_be(200);
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    println!("{verified} look-ups while the database was away");

    cluster.comes_back();
    let back = Instant::now();
    let accepted = loop {
        let page = clerk.send(accept.clone()).await;
        if page.status.as_u16() != 503 {
            break page;
        }
        assert!(
            back.elapsed() < Duration::from_secs(5),
            "still away {:?} after it came back",
            back.elapsed()
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    accepted.must_be(200).must_say("已受理");
    town.visitor().get("/healthz").await.must_be(200);
    while anybody.get(&api).await.json()["stale"] != false {
        assert!(back.elapsed() < Duration::from_secs(10), "the register does not follow again");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    no_more_connections_than_the_pool(&cluster).await;
    town.close().await;
}

async fn no_more_connections_than_the_pool(cluster: &Cluster) {
    let (client, connection) =
        tokio_postgres::connect(&cluster.url, tokio_postgres::NoTls).await.expect("connected");
    tokio::spawn(connection);
    let sql = "select count(*) from pg_stat_activity where application_name = 'yanzheng'";
    let open: i64 = client.query_one(sql, &[]).await.expect("counted").get(0);
    assert!(open <= 8, "{open} connections");
}
