//! The program as it is installed: a process of its own on a demo town in a folder of its own.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

pub struct Site {
    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub address: String,
    process: Child,
    _folder: TempDir,
}

impl Site {
    /// Loads the demo town and serves it; comes back when the first page can be had.
    pub async fn open() -> Site {
        let folder = tempfile::tempdir().expect("a folder");
        let loaded = program(folder.path()).arg("demo").stdout(Stdio::null()).status();
        assert!(loaded.expect("yanzheng runs").success(), "the demo town was not loaded");
        let listen = format!("127.0.0.1:{}", free_port());
        let process = program(folder.path())
            .args(["serve", "--demo", "--listen", &listen])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let site = Site { address: format!("http://{listen}"), process, _folder: folder };
        site.answers().await;
        site
    }

    async fn answers(&self) {
        for _ in 0..400 {
            if reqwest::get(format!("{}/readyz", self.address))
                .await
                .is_ok_and(|answer| answer.status() == 200)
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the server did not answer within forty seconds")
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The program with nothing of the developer's own settings.
fn program(folder: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_yanzheng"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("YANZHENG_")) {
        program.env_remove(name);
    }
    program.env_remove("DATABASE_URL").env("YANZHENG_DATA", folder.join("data")).current_dir(folder);
    program
}

/// Free a moment ago. Nobody else on the machine picks ports of the kernel's range by hand.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port").port()
}
