//! A PostgreSQL of this run alone, and its tools.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

use crate::process;
use crate::product::root;

/// As a small server of a bureau is set; durability is PostgreSQL's default (fsync, synchronous_commit).
const SETTINGS: [&str; 8] = [
    "-c shared_buffers=512MB",
    "-c max_wal_size=4GB",
    "-c checkpoint_timeout=15min",
    "-c logging_collector=on",
    "-c log_destination=jsonlog",
    "-c log_filename=bench",
    "-c log_rotation_age=0",
    "-c log_rotation_size=0",
];

pub struct Postgres {
    folder: TempDir,
    pub url: String,
    pid: u32,
}

impl Postgres {
    pub fn start() -> Result<Postgres> {
        let folder = tempfile::Builder::new().prefix("yanzheng-bench-pg.").tempdir()?;
        open_to_owner(folder.path())?;
        let mut command = Command::new(root().join("scripts/private-postgres"));
        command.arg("start").arg(folder.path()).args(SETTINGS).stderr(Stdio::inherit());
        let told = command.output().context("scripts/private-postgres")?;
        ensure!(told.status.success(), "PostgreSQL did not start");
        let url = String::from_utf8(told.stdout)?.trim().to_owned();
        let pid = std::fs::read_to_string(folder.path().join("data/postmaster.pid"))?;
        let pid = pid.lines().next().context("an empty pid file")?.trim().parse()?;
        Ok(Postgres { folder, url, pid })
    }

    /// The URL of another database of this server.
    pub fn url_of(&self, database: &str) -> String {
        let (server, _) = self.url.rsplit_once('/').expect("a URL with a database");
        format!("{server}/{database}")
    }

    /// CPU seconds of all its processes, the writers of log and pages included.
    pub fn cpu(&self) -> Result<f64> {
        process::cpu_of_tree(self.pid)
    }

    /// The server's log: one JSON object a line.
    pub fn log(&self) -> PathBuf {
        self.folder.path().join("data/log/bench.json")
    }

    /// The statistics and the pages on disk before a round: what was written before is not its business.
    pub async fn settle(&self, database: &str) -> Result<()> {
        let client = connect(&self.url_of(database)).await?;
        client.batch_execute("vacuum analyze").await?;
        client.batch_execute("checkpoint").await?;
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let mut command = Command::new(root().join("scripts/private-postgres"));
        let stopped = command.arg("stop").arg(self.folder.path()).stdout(Stdio::null()).status();
        if !stopped.is_ok_and(|status| status.success()) {
            eprintln!("bench: PostgreSQL (pid {}) did not stop", self.pid);
        }
    }
}

/// The server runs as another user when we are root; it must be able to reach its folder.
fn open_to_owner(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))?)
}

/// A connection of our own; a fault of it shows in the next statement.
pub async fn connect(url: &str) -> Result<Client> {
    let (client, connection) =
        tokio_postgres::connect(url, NoTls).await.context("connecting to PostgreSQL")?;
    tokio::spawn(connection);
    Ok(client)
}

/// A tool of the newest installed PostgreSQL.
pub fn tool(name: &str) -> Result<Command> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin").join(name))
        .filter(|path| path.exists())
        .collect();
    found.sort();
    Ok(found.pop().map_or_else(|| Command::new(name), Command::new))
}

/// Runs pgbench and answers its transactions a second.
pub fn pgbench(url: &str, arguments: &[String]) -> Result<f64> {
    let told = tool("pgbench")?.args(["-n", "-M", "prepared"]).args(arguments).arg(url).output()?;
    let (out, error) = (String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr));
    if !told.status.success() || !out.contains("number of failed transactions: 0") {
        bail!("pgbench: {error}{out}");
    }
    let rate = out.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next());
    Ok(rate.context("pgbench told no rate")?.parse()?)
}
