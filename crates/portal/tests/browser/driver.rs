//! Chromium, led by chromedriver: both are Debian packages, and both end with the test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use fantoccini::ClientBuilder;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::eyes::Eyes;
use crate::site::Site;
use crate::window::Window;

const MISSING: &str = "the browser test needs Chromium and its driver: apt-get install chromium chromium-driver \
                       (./test does it by itself)";

/// What somebody holds in their hands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Screen {
    /// 390 × 844, touched.
    Phone,
    /// 1280 × 900, with a mouse.
    Desk,
}

impl Screen {
    pub fn word(self) -> &'static str {
        match self {
            Screen::Phone => "phone",
            Screen::Desk => "desk",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Script {
    On,
    Off,
}

pub struct Driver {
    process: Child,
    port: u16,
    /// Profiles of the browsers.
    folder: TempDir,
}

impl Driver {
    pub fn start() -> Driver {
        assert!(["/usr/bin/chromium"].iter().any(|at| Path::new(at).exists()), "{MISSING}");
        let process = Command::new("chromedriver")
            .args(["--port=0", "--allowed-ips=127.0.0.1"])
            // What Chromium itself says on buttons.
            .env("LANGUAGE", "zh_CN")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut process = process.unwrap_or_else(|error| panic!("{error}: {MISSING}"));
        let port = told_port(process.stdout.take().expect("piped"));
        Driver { process, port, folder: tempfile::tempdir().expect("a folder") }
    }

    pub async fn window(&self, site: &Site, screen: Screen, script: Script, eyes: &Arc<Eyes>) -> Window {
        let profile = tempfile::tempdir_in(self.folder.path()).expect("a folder").keep();
        let capabilities = json!({
            "browserName": "chrome",
            // A question stays until the test answers it.
            "unhandledPromptBehavior": "ignore",
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            "goog:chromeOptions": options(&profile, screen, script),
        });
        let Value::Object(capabilities) = capabilities else { unreachable!("an object was written above") };
        let address = format!("http://127.0.0.1:{}", self.port);
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities)
            .connect(&address)
            .await
            .expect("a browser opens");
        Window::new(client, &address, &site.address, screen, script, eyes.clone()).await
    }
}

fn options(profile: &Path, screen: Screen, script: Script) -> Value {
    let mut args = vec![
        "--headless".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--no-first-run".to_owned(),
        "--lang=zh-CN".to_owned(),
        format!("--user-data-dir={}", profile.display()),
    ];
    let mut options = json!({});
    match screen {
        Screen::Desk => args.push("--window-size=1280,900".to_owned()),
        Screen::Phone => {
            let metrics =
                json!({ "width": 390, "height": 844, "pixelRatio": 2, "touch": true, "mobile": true });
            options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
        }
    }
    if script == Script::Off {
        options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
    }
    options["args"] = json!(args);
    options
}

/// `ChromeDriver was started successfully on port 38211.`
fn told_port(stdout: impl Read) -> u16 {
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        if let Some((_, port)) = line.split_once("successfully on port ") {
            return port.trim_end_matches('.').parse().expect("a port");
        }
    }
    panic!("chromedriver did not say where it listens")
}

impl Drop for Driver {
    /// Asked to, the driver closes its browsers before it goes; killed, it would leave them behind.
    fn drop(&mut self) {
        if let Ok(mut socket) = TcpStream::connect(("127.0.0.1", self.port)) {
            let _ = write!(socket, "GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", self.port);
            let _ = socket.set_read_timeout(Some(Duration::from_secs(10)));
            let _ = socket.read(&mut [0; 256]);
        }
        for _ in 0..50 {
            if matches!(self.process.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
