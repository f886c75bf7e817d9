//! The product as people run it: its own binary, its own process, answering on the loopback.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::{load, process};

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The program, built with the profile of this one, and a data folder that goes with it.
pub struct Product {
    program: PathBuf,
    data: TempDir,
}

impl Product {
    pub fn build() -> Result<Product> {
        let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
        let mut cargo = Command::new("cargo");
        cargo.current_dir(root()).args(["build", "--locked", "--quiet", "--profile", profile]);
        let built = cargo.args(["--package", "portal", "--bin", "yanzheng"]).status().context("cargo")?;
        ensure!(built.success(), "yanzheng could not be built");
        let program = std::env::current_exe()?.with_file_name("yanzheng");
        ensure!(program.exists(), "{} is missing: run bench with `cargo run`", program.display());
        let data = tempfile::Builder::new().prefix("yanzheng-bench.").tempdir()?;
        Ok(Product { program, data })
    }

    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// The program with its data folder and database; no database means SQLite.
    fn command(&self, database: Option<&str>) -> Command {
        let mut command = Command::new(&self.program);
        command.env("YANZHENG_DATA", self.data()).env_remove("DATABASE_URL").current_dir(self.data());
        // Clients come from many addresses, as behind a gateway: the limits of an address are not what is measured.
        command.env("YANZHENG_SERVER_TRUST_PROXY", "1");
        if let Some(url) = database {
            command.env("DATABASE_URL", url);
        }
        command
    }

    /// One command of the command line, to its end.
    pub fn run(&self, database: Option<&str>, arguments: &[&str]) -> Result<()> {
        let told = self.command(database).args(arguments).output()?;
        let words =
            || String::from_utf8_lossy(&told.stderr).into_owned() + &String::from_utf8_lossy(&told.stdout);
        ensure!(told.status.success(), "yanzheng {}: {}", arguments.join(" "), words());
        Ok(())
    }

    /// Starts the site and waits for its first page. Its log goes to a file, as on a server.
    pub async fn serve(&self, database: Option<&str>) -> Result<Site> {
        let address = free_address()?;
        let log = self.data().join(format!("serve-{}.log", address.port()));
        let mut command = self.command(database);
        command.args(["serve", "--demo", "--listen", &address.to_string()]);
        let started = Instant::now();
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log)?)
            .spawn()?;
        let mut site = Site { child, address, first_answer: Duration::ZERO, log };
        while started.elapsed() < Duration::from_secs(60) {
            if load::get(address, "/", "").await.is_ok_and(|answer| answer.status == 200) {
                site.first_answer = started.elapsed();
                return Ok(site);
            }
            if let Some(status) = site.child.try_wait()? {
                bail!("yanzheng serve ended: {status}");
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        bail!("yanzheng serve gave no answer within a minute")
    }
}

/// A port that was free a moment ago.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// A running site.
pub struct Site {
    child: Child,
    pub address: SocketAddr,
    /// From the start of the process to its first page.
    pub first_answer: Duration,
    log: PathBuf,
}

impl Site {
    /// What the server last complained of, for an error's context.
    pub fn complaints(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let bad = log.lines().filter(|line| line.contains("WARN") || line.contains("ERROR"));
        let bad: Vec<&str> = bad.collect();
        bad[bad.len().saturating_sub(5)..].join("\n")
    }

    pub fn cpu(&self) -> Result<f64> {
        process::cpu(self.child.id())
    }

    pub fn resident_mb(&self) -> Result<f64> {
        process::resident_mb(self.child.id())
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        stop(&mut self.child);
    }
}

/// Asks a process to end, and ends it when it does not.
pub fn stop(child: &mut Child) {
    let asked = Command::new("kill").arg(child.id().to_string()).status();
    let until = Instant::now() + Duration::from_secs(15);
    while asked.is_ok() && Instant::now() < until {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = child.kill();
    let _ = child.wait();
}
