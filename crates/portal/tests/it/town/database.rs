//! A fresh database for each story: a copy of one that was settled once, on either engine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use portal::Settings;
use tokio::sync::{Mutex, OnceCell};
use tokio_postgres::NoTls;
use web::FixedClock;

use super::FIRST_DAY;

/// Where a PostgreSQL server for tests is; `./test` starts one.
const SERVER: &str = "YANZHENG_TEST_PG";

#[derive(Clone, Debug)]
pub enum Engine {
    Sqlite,
    /// The URL of a server in which databases may be made.
    Postgres(String),
}

impl Engine {
    /// The server for tests, if there is one; says when there is none.
    pub fn postgres() -> Option<Engine> {
        let url = std::env::var(SERVER).ok();
        if url.is_none() {
            eprintln!("not told on PostgreSQL: {SERVER} is not set");
        }
        url.map(Engine::Postgres)
    }
}

/// A database of a story's own.
pub enum Fresh {
    /// In the data folder.
    Sqlite,
    Postgres {
        server: String,
        name: String,
    },
}

impl Fresh {
    pub fn name_in(&self, settings: &mut Settings) {
        if let Fresh::Postgres { server, name } = self {
            settings.database.url = Some(secret(&url_of(server, name)));
            settings.database.pool = 8;
        }
        settings.server.secret = Some(secret(SECRET));
    }

    /// The URL of a PostgreSQL database.
    pub fn url(&self) -> Option<String> {
        match self {
            Fresh::Sqlite => None,
            Fresh::Postgres { server, name } => Some(url_of(server, name)),
        }
    }

    /// Opens it beside or after the program.
    pub async fn open(&self, folder: &Path) -> db::Db {
        let settings = db::Settings { url: self.url(), data: folder.to_owned(), ..db::Settings::default() };
        db::Db::open(&settings).await.expect("the database opens")
    }

    pub async fn drop(self) {
        if let Fresh::Postgres { server, name } = self {
            run(&server, &format!("drop database if exists {name} with (force)")).await.expect("dropped");
        }
    }
}

/// The root of all keyed digests in every town.
pub const SECRET: &str = "5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e";

fn secret(text: &str) -> portal::settings::Secret {
    serde_json::from_value(text.into()).expect("a text")
}

/// A database with the town's offices and people. On SQLite it stands in `folder`.
pub async fn fresh(engine: &Engine, folder: &Path) -> Fresh {
    match engine {
        Engine::Sqlite => {
            static TEMPLATE: OnceCell<PathBuf> = OnceCell::const_new();
            let template = TEMPLATE.get_or_init(settled_folder).await;
            copy(template, folder).expect("a copy of the settled town");
            Fresh::Sqlite
        }
        Engine::Postgres(server) => {
            static NEXT: AtomicU32 = AtomicU32::new(1);
            let (template, settled) = template_on(server).await;
            copy(&settled, folder).expect("a copy of the keys of the settled town");
            let name = format!("{template}_{}", NEXT.fetch_add(1, Ordering::Relaxed));
            create(server, &format!("create database {name} template {template}")).await;
            Fresh::Postgres { server: server.clone(), name }
        }
    }
}

/// The settled database of a server, and the folder with what stands beside it; made when the first story asks.
async fn template_on(server: &str) -> (String, PathBuf) {
    static SETTLED: Mutex<BTreeMap<String, (String, PathBuf)>> = Mutex::const_new(BTreeMap::new());
    let mut settled = SETTLED.lock().await;
    if !settled.contains_key(server) {
        settled.insert(server.to_owned(), settled_database(server).await);
    }
    settled[server].clone()
}

async fn settled_folder() -> PathBuf {
    let folder = tempfile::tempdir().expect("a folder").keep();
    settle(&folder, &Fresh::Sqlite).await;
    folder
}

async fn settled_database(server: &str) -> (String, PathBuf) {
    let name = format!("yanzheng_{}", std::process::id());
    create(server, &format!("create database {name}")).await;
    let folder = tempfile::tempdir().expect("a folder").keep();
    settle(&folder, &Fresh::Postgres { server: server.to_owned(), name: name.clone() }).await;
    (name, folder)
}

async fn settle(folder: &Path, database: &Fresh) {
    let mut settings = Settings::default();
    settings.storage.data = folder.to_owned();
    database.name_in(&mut settings);
    let clock = Arc::new(FixedClock::on(FIRST_DAY));
    let app = portal::assemble::assemble_at(&settings, clock).await.expect("the program is put together").app;
    portal::demo::settle(&app).await.expect("the town is settled");
    app.db.close().await;
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &target)?,
            false => _ = std::fs::copy(entry.path(), target)?,
        }
    }
    Ok(())
}

/// The server's URL with another database in it.
pub fn url_of(server: &str, database: &str) -> String {
    let (server, options) =
        server.split_once('?').map_or((server, String::new()), |(url, rest)| (url, format!("?{rest}")));
    let server = server.rsplit_once('/').map_or(server, |(host, _)| host);
    format!("{server}/{database}{options}")
}

/// Makes a database. The sessions of the template need a moment to go.
async fn create(server: &str, sql: &str) {
    for _ in 0..50 {
        match run(server, sql).await {
            Ok(()) => return,
            Err(error) if error.to_string().contains("db error") => {
                tokio::time::sleep(Duration::from_millis(100)).await
            }
            Err(error) => panic!("{sql}: {error}"),
        }
    }
    panic!("{sql}: {:?}", run(server, sql).await);
}

pub async fn run(server: &str, sql: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(server, NoTls).await?;
    let connection = tokio::spawn(connection);
    let done = client.batch_execute(sql).await;
    drop(client);
    _ = connection.await;
    done
}
