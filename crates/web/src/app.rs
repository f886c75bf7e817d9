//! The one value handlers get as axum state.

use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use jiff::{Timestamp, civil::Date};
use law::calendar::WorkCalendar;

use crate::clock::{Clock, SystemClock, office_day};
use crate::layers::AnswerSeen;

/// What the assembled program hands to every handler. Cloning is cheap.
#[derive(Clone)]
pub struct App {
    pub db: db::Db,
    inner: Arc<Inner>,
}

struct Inner {
    clock: Arc<dyn Clock>,
    calendar: RwLock<Arc<WorkCalendar>>,
    files: files::Files,
    typesetter: Arc<dyn papers::Typesetter>,
    settings: Settings,
    desk_menu: Vec<NavItem>,
    seen: Option<Arc<AnswerSeen>>,
    parts: RwLock<Parts>,
}

type Parts = HashMap<TypeId, Arc<dyn Any + Send + Sync>>;

/// Settings of the site, the same for every request.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Scheme, host and port as people type it, without a closing slash. `https` turns on Secure cookies and HSTS.
    pub base_url: String,
    /// The demo town: codes are shown on the page, demo accounts are listed, every page says so.
    pub demo: bool,
    /// Believe `X-Forwarded-For` and `X-Request-Id`; only behind a proxy that sets them itself.
    pub trust_proxy: bool,
    pub site: SiteInfo,
    /// Root of all keyed digests: form tokens, look-up hashes, sealed ID numbers. Changing it signs everybody out and
    /// makes stored look-up hashes useless, so it belongs in the backup of the settings.
    pub secret: [u8; 32],
}

impl Settings {
    pub fn https(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}

impl Default for Settings {
    /// A demo site on the loopback address. The secret is all zeros: `portal` must set a random one.
    fn default() -> Settings {
        Settings {
            base_url: "http://127.0.0.1:8080".into(),
            demo: true,
            trust_proxy: false,
            site: SiteInfo::default(),
            secret: [0; 32],
        }
    }
}

/// What stands in the header and footer of every page (国办发〔2017〕47号 asks for the footer's marks).
#[derive(Clone, Debug)]
pub struct SiteInfo {
    pub name: String,
    /// 区划 shown in the top bar.
    pub region: String,
    /// 主办单位
    pub sponsor: String,
    /// 承办单位
    pub operator: String,
    /// 政府网站标识码
    pub site_code: String,
    /// ICP 备案号
    pub icp: String,
    /// 公安备案号
    pub police: String,
    pub address: String,
    /// 烟草专卖品市场监管举报热线
    pub hotline: String,
    /// 政务服务便民热线
    pub city_hotline: String,
    /// The main navigation, in order.
    pub nav: Vec<NavItem>,
}

impl Default for SiteInfo {
    fn default() -> SiteInfo {
        SiteInfo {
            name: "烟政通".into(),
            region: "演示市（虚构）".into(),
            sponsor: "演示市烟草专卖局（演示）".into(),
            operator: "演示市烟草专卖局政务服务处（演示）".into(),
            site_code: "演示站点，无标识码".into(),
            icp: "演示站点，未备案".into(),
            police: "演示站点，未备案".into(),
            address: "演示市（虚构）城中区人民路8号".into(),
            hotline: "12313".into(),
            city_hotline: "12345".into(),
            nav: vec![
                NavItem::new("首页", "/"),
                NavItem::new("办事", "/items"),
                NavItem::new("查进度", "/progress"),
                NavItem::new("查验许可证", "/verify"),
                NavItem::new("信息公开", "/disclosure"),
                NavItem::new("我的", "/me"),
            ],
        }
    }
}

/// An entry of a menu.
#[derive(Clone, Debug, PartialEq)]
pub struct NavItem {
    pub label: String,
    pub href: String,
    /// The act an officer must be allowed to see the entry (an `identity::Act` code); `None` shows it to all.
    pub needs: Option<&'static str>,
}

impl NavItem {
    pub fn new(label: &str, href: &str) -> NavItem {
        NavItem { label: label.into(), href: href.into(), needs: None }
    }

    pub fn needs(mut self, act: &'static str) -> NavItem {
        self.needs = Some(act);
        self
    }

    /// Whether `path` is this entry's page or lies below it.
    pub fn holds(&self, path: &str) -> bool {
        if self.href == "/" {
            return path == "/";
        }
        path.strip_prefix(self.href.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl App {
    /// Starts building; the four things without which there is no program come first.
    pub fn builder(db: db::Db, files: files::Files, typesetter: Arc<dyn papers::Typesetter>) -> AppBuilder {
        AppBuilder {
            db,
            files,
            typesetter,
            clock: Arc::new(SystemClock),
            calendar: Arc::new(WorkCalendar::published()),
            settings: Settings::default(),
            desk_menu: Vec::new(),
            seen: None,
            parts: HashMap::new(),
        }
    }

    pub fn clock(&self) -> Arc<dyn Clock> {
        self.inner.clock.clone()
    }

    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// The day it is in the office (Asia/Shanghai).
    pub fn today(&self) -> Date {
        office_day(self.now())
    }

    pub fn calendar(&self) -> Arc<WorkCalendar> {
        self.inner.calendar.read().expect("no one panics while swapping").clone()
    }

    /// Puts a calendar with a newly imported year in place; requests already running keep the old one.
    pub fn set_calendar(&self, calendar: WorkCalendar) {
        *self.inner.calendar.write().expect("no one panics while swapping") = Arc::new(calendar);
    }

    pub fn files(&self) -> &files::Files {
        &self.inner.files
    }

    pub fn typesetter(&self) -> Arc<dyn papers::Typesetter> {
        self.inner.typesetter.clone()
    }

    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    pub fn site(&self) -> &SiteInfo {
        &self.inner.settings.site
    }

    pub fn desk_menu(&self) -> &[NavItem] {
        &self.inner.desk_menu
    }

    pub(crate) fn seen(&self) -> Option<Arc<AnswerSeen>> {
        self.inner.seen.clone()
    }

    /// A new id: UUIDv7 as text, ordered by the app's clock to the millisecond.
    pub fn new_id(&self) -> String {
        let now = self.now();
        let (seconds, nanos) =
            (now.as_second().max(0).unsigned_abs(), now.subsec_nanosecond().unsigned_abs());
        uuid::Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos)).to_string()
    }

    /// `N` bytes nobody can guess.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        random()
    }

    /// What a matter put in when the program was assembled. Panics with the type's name when `portal` forgot it.
    pub fn part<T: Send + Sync + 'static>(&self) -> Arc<T> {
        self.try_part().unwrap_or_else(|| panic!("part {} was not put into the app", type_name::<T>()))
    }

    pub fn try_part<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let parts = self.inner.parts.read().expect("no one panics while swapping");
        let part = parts.get(&TypeId::of::<T>())?.clone();
        Some(part.downcast::<T>().expect("parts are stored under their own type"))
    }

    /// Puts a newer value of a part in place, for every handler that asks from now on; who has the old one keeps it.
    pub fn replace_part<T: Send + Sync + 'static>(&self, part: Arc<T>) {
        self.inner.parts.write().expect("no one panics while swapping").insert(TypeId::of::<T>(), part);
    }
}

/// `N` bytes from the system's random source.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// Collects what an [`App`] is made of.
pub struct AppBuilder {
    db: db::Db,
    files: files::Files,
    typesetter: Arc<dyn papers::Typesetter>,
    clock: Arc<dyn Clock>,
    calendar: Arc<WorkCalendar>,
    settings: Settings,
    desk_menu: Vec<NavItem>,
    seen: Option<Arc<AnswerSeen>>,
    parts: Parts,
}

impl AppBuilder {
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    pub fn calendar(mut self, calendar: WorkCalendar) -> Self {
        self.calendar = Arc::new(calendar);
        self
    }

    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// The left menu of the officer's workbench.
    pub fn desk_menu(mut self, menu: Vec<NavItem>) -> Self {
        self.desk_menu = menu;
        self
    }

    /// Called once an answer is known, with the matched route, for counting and timing.
    pub fn on_answer(mut self, seen: Arc<AnswerSeen>) -> Self {
        self.seen = Some(seen);
        self
    }

    /// Puts a matter's own part in, found again by its type.
    pub fn part<T: Send + Sync + 'static>(self, part: T) -> Self {
        self.shared_part(Arc::new(part))
    }

    pub fn shared_part<T: Send + Sync + 'static>(mut self, part: Arc<T>) -> Self {
        self.parts.insert(TypeId::of::<T>(), part);
        self
    }

    pub fn build(self) -> App {
        App {
            db: self.db,
            inner: Arc::new(Inner {
                clock: self.clock,
                calendar: RwLock::new(self.calendar),
                files: self.files,
                typesetter: self.typesetter,
                settings: self.settings,
                desk_menu: self.desk_menu,
                seen: self.seen,
                parts: RwLock::new(self.parts),
            }),
        }
    }
}
