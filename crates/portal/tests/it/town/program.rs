//! The program itself as a process, on the data of a town.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use web::{Clock, FixedClock, SystemClock};

use super::database::{Fresh, SECRET};

/// A town whose server has stopped; its data lie ready for the program.
pub struct Resting {
    pub folder: TempDir,
    pub database: Fresh,
    /// Where its browsers look for it.
    pub site: String,
}

/// A clock that stands at the real time, so that sessions and dates go on in a process of its own.
pub fn real_time() -> FixedClock {
    FixedClock::at(SystemClock.now())
}

impl Resting {
    /// `yanzheng` with these words, on the town's data and with nothing of our own environment.
    pub fn command(&self, words: &[&str]) -> Command {
        command(self.folder.path(), self.database.url().as_deref(), words)
    }

    /// Starts the server at the address the browsers know.
    pub fn start(&self) -> Program {
        Program::start(self.folder.path(), self.database.url().as_deref(), &self.site, &[])
    }
}

/// `yanzheng` on a data folder.
pub fn command(folder: &Path, database: Option<&str>, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yanzheng"));
    command.args(words).env_clear().current_dir(folder);
    command.env("YANZHENG_DATA", folder).env("YANZHENG_SERVER_SECRET", SECRET);
    command.envs(database.map(|url| ("DATABASE_URL", url)));
    command
}

/// A running server. Killed when the story forgets it.
pub struct Program {
    child: Child,
    site: String,
    started: Instant,
}

impl Program {
    /// Starts the server; what it logs goes to `server.log` in its folder.
    pub fn start(folder: &Path, database: Option<&str>, site: &str, more: &[(&str, &str)]) -> Program {
        let log = File::options().create(true).append(true).open(folder.join("server.log")).expect("a log");
        let child = command(folder, database, &["serve", "--listen", site.trim_start_matches("http://")])
            .env("YANZHENG_LOG_FORMAT", "json")
            .env("YANZHENG_SERVER_TRUST_PROXY", "1")
            .envs(more.iter().copied())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        Program { child, site: site.to_owned(), started: Instant::now() }
    }

    /// Waits until it answers; tells how long that took from the start.
    pub async fn ready(&mut self) -> Duration {
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        while self.started.elapsed() < Duration::from_secs(30) {
            if let Some(status) = self.child.try_wait().expect("a child of ours") {
                panic!("the program ended by itself: {status}");
            }
            let asked = http.get(format!("{}/readyz", self.site)).send().await;
            if asked.is_ok_and(|answer| answer.status().is_success()) {
                return self.started.elapsed();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("not ready after thirty seconds");
    }

    /// `kill -9`
    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// SIGTERM, as an init system sends it.
    pub fn tell_to_stop(&self) {
        let told = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status();
        assert!(told.is_ok_and(|status| status.success()), "SIGTERM");
    }

    /// Waits for the end; the caller has asked for it.
    pub async fn ended(&mut self) -> ExitStatus {
        loop {
            if let Some(status) = self.child.try_wait().expect("a child of ours") {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Gone already in most stories.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
