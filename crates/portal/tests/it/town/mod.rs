//! The demo town with its people but without a past: a fresh database of either engine, the whole program on a clock that
//! stands still, a real server on the loopback, and browsers without script in front of it.

mod applicant;
mod browser;
mod database;
pub mod desk;
mod page;
mod paper;
pub mod program;
mod shop;
mod shortcut;
pub mod writers;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use jobs::Runner;
use portal::{Assembled, Settings};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, watch};
use web::{App, Clock, FixedClock};

pub use applicant::{Case, Draft, MATERIALS};
pub use browser::Browser;
pub use database::Engine;
pub use page::{Form, Page};
pub use paper::words_of;
pub use program::{Program, Resting, real_time};
pub use shop::{PICTURE, Shop, picture};

/// Tells each story once on each engine, as tests of their own.
macro_rules! told_on_both {
    ($($story:ident),* $(,)?) => { $(
        mod $story {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let town = $crate::town::Town::on($crate::town::Engine::Sqlite).await;
                super::$story(&town).await;
                town.close().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let Some(engine) = $crate::town::Engine::postgres() else { return };
                let town = $crate::town::Town::on(engine).await;
                super::$story(&town).await;
                town.close().await;
            }
        }
    )* };
}

/// The county bureau of most stories: 城中区.
pub const BUREAU: &str = "990101";
/// The day stories begin, a Tuesday, at nine.
pub const FIRST_DAY: Date = jiff::civil::date(2026, 9, 1);
/// A session nobody uses ends after thirty minutes; people come back and sign in again before that.
const SIGNED_IN: SignedDuration = SignedDuration::from_mins(25);

pub struct Town {
    pub app: App,
    /// The address of the site.
    pub site: String,
    pub clock: Arc<FixedClock>,
    runner: Arc<Runner>,
    browsers: Mutex<HashMap<String, (Browser, Timestamp)>>,
    stop: watch::Sender<bool>,
    database: database::Fresh,
    pub folder: TempDir,
}

impl Town {
    pub async fn on(engine: Engine) -> Town {
        Town::open(engine, tempfile::tempdir().expect("a folder"), FixedClock::on(FIRST_DAY)).await
    }

    /// In a folder and at a time of the story's choosing.
    pub async fn open(engine: Engine, folder: TempDir, clock: FixedClock) -> Town {
        let database = database::fresh(&engine, folder.path()).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let settings = settings(folder.path(), address, &database);
        let clock = Arc::new(clock);
        let Assembled { app, runner } = portal::assemble::assemble_at(&settings, clock.clone())
            .await
            .expect("the program is put together");
        let (stop, stopped) = watch::channel(false);
        serve(&app, listener, stopped.clone());
        follow(&app, stopped);
        let site = format!("http://{address}");
        Town { app, site, clock, runner, browsers: Mutex::default(), stop, database, folder }
    }

    /// Ends the server but leaves everything where it is, for the program itself to go on with.
    pub async fn rest(self) -> Resting {
        self.stop.send_replace(true);
        self.app.db.close().await;
        Resting { folder: self.folder, database: self.database, site: self.site }
    }

    /// Ends the server in this process and starts the program itself in its place, at the same address. Clicks go on;
    /// what looks into the database doesn't.
    pub async fn gives_way(&self, more: &[(&str, &str)]) -> (Program, std::path::PathBuf) {
        self.stop.send_replace(true);
        self.app.db.close().await;
        let log = self.folder.path().join("server.log");
        let program = Program::start(self.folder.path(), self.database.url().as_deref(), &self.site, more);
        (program, log)
    }

    /// Ends the server and takes the database away. A story that failed leaves both to whoever looks into it.
    pub async fn close(self) {
        self.stop.send_replace(true);
        self.app.db.close().await;
        self.database.drop().await;
    }

    /// For a command of the program on the town's own data; `None` for the file in its folder.
    pub fn database_url(&self) -> Option<String> {
        self.database.url()
    }

    pub fn today(&self) -> Date {
        self.app.today()
    }

    /// Nothing happens for `days` days; the watchmen make their rounds each morning.
    pub async fn days_pass(&self, days: u32) {
        for _ in 0..days {
            self.clock.advance(Duration::from_secs(24 * 3600));
            self.watchmen_go_round().await;
        }
    }

    /// Goes on until the morning of `day`.
    pub async fn until(&self, day: Date) {
        while self.today() < day {
            self.days_pass(1).await;
        }
    }

    pub async fn watchmen_go_round(&self) {
        let failures = self.runner.run_due_now().await.expect("jobs can be read");
        assert!(
            failures.is_empty(),
            "{:?}",
            failures.iter().map(|one| (&one.what, one.why.to_string())).collect::<Vec<_>>()
        );
    }

    pub fn minutes_pass(&self, minutes: u64) {
        self.clock.advance(Duration::from_secs(60 * minutes));
    }

    /// A browser nobody has signed in with.
    pub fn visitor(&self) -> Browser {
        Browser::at(&self.site)
    }

    /// The browser of somebody who is signed in; signs in again after a while, as people must.
    pub async fn at(&self, login: &str) -> Browser {
        let mut browsers = self.browsers.lock().await;
        let now = self.clock.now();
        if let Some((browser, since)) = browsers.get(login)
            && now.duration_since(*since) < SIGNED_IN
        {
            return browser.clone();
        }
        let browser = browsers.get(login).map_or_else(|| self.visitor(), |(browser, _)| browser.clone());
        self.sign_in(&browser, login).await;
        browsers.insert(login.to_owned(), (browser.clone(), now));
        browser
    }

    /// Fills in the sign-in page. Answers the page that follows.
    pub async fn sign_in(&self, browser: &Browser, login: &str) -> Page {
        let page = browser.get("/login").await;
        let page = browser
            .send(page.form_with("password").fill([("login", login), ("password", portal::demo::PASSWORD)]))
            .await;
        assert!(
            page.status.is_success() && !page.at.starts_with("/login"),
            "{login} can't sign in:\n{}",
            page.words()
        );
        page
    }
}

fn settings(folder: &Path, address: SocketAddr, database: &database::Fresh) -> Settings {
    let mut settings = Settings::default();
    settings.storage.data = folder.to_owned();
    settings.server.listen = address.to_string();
    // Each browser says by itself where it comes from.
    settings.server.trust_proxy = true;
    database.name_in(&mut settings);
    settings
}

fn serve(app: &App, listener: TcpListener, mut stopped: watch::Receiver<bool>) {
    let service = portal::router(app).into_make_service_with_connect_info::<SocketAddr>();
    let until = async move { _ = stopped.wait_for(|stopped| *stopped).await };
    tokio::spawn(async move { axum::serve(listener, service).with_graceful_shutdown(until).await });
}

/// What a running server does beside answering: it keeps its copy of the register fresh.
fn follow(app: &App, mut stopped: watch::Receiver<bool>) {
    let until = async move { _ = stopped.wait_for(|stopped| *stopped).await };
    let register = app.part::<licences::Register>();
    tokio::spawn(licences::register::follow_until(register, app.db.clone(), app.clock(), until));
}
