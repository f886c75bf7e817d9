//! Puts the program together: opens what it stands on, hands each matter what it may use, and joins their routes.
//! The arrows between matters that run by interface (a granted case leads to a licence) are tied here.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use async_trait::async_trait;
use axum::Router;
use axum::routing::get;
use identity::messenger::ShownOnPage;
use identity::{Identity, Messenger};
use jiff::{SignedDuration, Timestamp};
use jobs::{Failed, Runner, Sweep};
use licences::{Keys, Licences, Office, Register};
use papers::Typesetter;
use seals::{SealKeys, Sealer};
use web::clock::office_day;
use web::{App, Clock, NavItem, SystemClock};

use crate::copies::Watch;
use crate::health::GoingDown;
use crate::search::Finder;
use crate::settings::Settings;
use crate::{
    calendar, demo, health, home, measure, migrations, publicity, ratings, region, samples, search,
    secret_key, site_error, sitemap, waiting,
};

/// The program, ready to serve, and who does its work in the background.
pub struct Assembled {
    pub app: App,
    pub runner: Arc<Runner>,
}

/// With the machine's own clock.
pub async fn assemble(settings: &Settings) -> anyhow::Result<Assembled> {
    assemble_at(settings, Arc::new(SystemClock)).await
}

/// With a clock of the caller's choosing: for tests, and for loading the demo town's past.
pub async fn assemble_at(settings: &Settings, clock: Arc<dyn Clock>) -> anyhow::Result<Assembled> {
    let data = &settings.storage.data;
    std::fs::create_dir_all(data).with_context(|| format!("建不了数据文件夹 {}", data.display()))?;
    let db = open_database(settings).await?;
    if settings.server.demo {
        demo::must_be_demo_or_empty(&db).await?;
    }
    measure::start();
    let secret = secret_key::of(settings)?;
    let files = open_files(&settings.storage.files()).await?;
    let today = office_day(clock.now());
    let live = catalog::Live::embedded();
    let catalogue = Arc::new(live.snapshot(&db, today).await.context("事项目录不能载入")?);
    let finder = Finder::of(catalogue.clone(), today).context("搜索词表有误")?;
    let register = Arc::new(Register::new());
    licences::register::load(&register, &db, clock.as_ref()).await.context("许可证登记簿不能载入")?;
    let keys = Keys::new(secret);

    let typesetter: Arc<dyn Typesetter> = Arc::new(typeset::Press::with_fonts(settings.storage.fonts()));
    let seal_keys = seal_keys(settings);
    let sealer = Arc::new(Sealer::new(seal_keys.clone(), files.clone(), typesetter.clone(), clock.clone()));
    let office =
        Office { seals: sealer.clone(), base_url: settings.server.address(), demo: settings.server.demo };
    let issuer = Licences::new(keys.clone(), register.clone(), office);

    let offices = licences::check::Offices::own(seal_keys.clone());
    let publisher = licences::status_list::Publisher::new(
        db.clone(),
        sealer.clone(),
        offices.seals.clone(),
        offices.editions.clone(),
    );

    let app = App::builder(db.clone(), files, typesetter)
        .clock(clock)
        .calendar(calendar::current(&db).await.context("工作日历不能载入")?)
        .settings(for_pages(settings, secret))
        .desk_menu(desk_menu())
        .on_answer(Arc::new(measure::answered))
        .part(GoingDown::default())
        .part(identity_of(settings))
        .shared_part(catalogue)
        .part(live)
        .part(catalog::Work(Arc::new(cases::OpenCases)))
        .part(cases::waiting::Waiting(Arc::new(waiting::OfMatters)))
        .part(finder)
        .part(region::names())
        .part(ratings::Ratings::default())
        .part(disclosure::publicity::Source(Arc::new(publicity::OfCases::new(register.clone()))))
        .shared_part(register)
        .part(keys)
        .part(offices)
        .part(publisher)
        .shared_part(seal_keys)
        .shared_part(sealer.clone())
        .part(seals::Desk(sealer))
        .part(issuer.clone())
        .part(cases::Issuer(Arc::new(issuer)))
        .build();
    let runner = Arc::new(runner_of(&app, settings.catalog.addresses()));
    Ok(Assembled { app, runner })
}

async fn open_database(settings: &Settings) -> anyhow::Result<db::Db> {
    let db = db::Db::open(&settings.database.for_db(&settings.storage.data))
        .await
        .context("打不开数据库，请检查 DATABASE_URL 或数据文件夹")?;
    db::migrate(&db, &migrations::all()).await.context("数据库结构不能升级")?;
    Ok(db)
}

/// The keys of the seals of this site.
pub(crate) fn seal_keys(settings: &Settings) -> Arc<SealKeys> {
    Arc::new(SealKeys::new(settings.seal.for_keys(&settings.storage)))
}

async fn open_files(folder: &Path) -> anyhow::Result<files::Files> {
    files::Files::open(folder).await.with_context(|| format!("打不开文件夹 {}", folder.display()))
}

fn for_pages(settings: &Settings, secret: [u8; 32]) -> web::Settings {
    web::Settings {
        base_url: settings.server.address(),
        demo: settings.server.demo,
        trust_proxy: settings.server.trust_proxy,
        site: settings.site.for_pages(),
        secret,
    }
}

fn identity_of(settings: &Settings) -> Identity {
    if settings.server.demo {
        return Identity::new(Arc::new(ShownOnPage)).with_demo(demo::sign_in_choices());
    }
    Identity::new(Arc::new(NoGateway))
}

/// No site of this release has a gateway for text messages; people sign in with passwords, and whoever asks for a code
/// is told so instead of waiting for it.
struct NoGateway;

#[async_trait]
impl Messenger for NoGateway {
    async fn send(&self, _phone: &str, _text: &str) -> Result<(), String> {
        Err("尚未接入短信网关".into())
    }
}

fn desk_menu() -> Vec<NavItem> {
    vec![
        NavItem::new("任务", "/desk").needs(identity::Act::ReadWork.code()),
        NavItem::new("许可证", "/desk/licences").needs(identity::Act::ReadLicence.code()),
        NavItem::new("信息公开", "/desk/disclosure").needs(identity::Act::ReadDisclosure.code()),
        NavItem::new("印章", "/desk/seals").needs(identity::Act::ReadSeals.code()),
        NavItem::new("事项目录", "/desk/catalog").needs(identity::Act::EditCatalogue.code()),
        NavItem::new("审核目录", "/desk/catalog").needs(identity::Act::ReviewCatalogue.code()),
        NavItem::new("网站纠错", "/desk/site-errors").needs(identity::Act::RunSystem.code()),
        NavItem::new("人员岗位", "/desk/officers").needs(identity::Act::GrantPosts.code()),
        NavItem::new("办事指南", "/items"),
        NavItem::new("我的账号", "/me"),
    ]
}

fn runner_of(app: &App, copies: Vec<String>) -> Runner {
    let clock = app.clock();
    let runner = Runner::new(app.db.clone(), move || clock.now());
    let runner = disclosure::watch::register(cases::jobs::register(runner, app), app);
    licences::watch::register(runner, app)
        .sweep("status-lists", SignedDuration::from_mins(1), app.part::<licences::status_list::Publisher>())
        .sweep("catalogue", SignedDuration::from_mins(1), Arc::new(CatalogueWatch(app.clone())))
        .sweep(
            "guide-followers",
            SignedDuration::from_mins(10),
            Arc::new(catalog::notify::Watch(app.clone())),
        )
        .sweep(
            "guide-copies",
            SignedDuration::from_hours(6),
            Arc::new(Watch { app: app.clone(), copies: Arc::new(copies) }),
        )
        .sweep("sign-in-leftovers", SignedDuration::from_hours(24), Arc::new(SignInLeftovers(app.clone())))
}

/// What has become effective in the catalogue. Every node looks for itself in [`crate::serve`]; this is the look of the node that
/// makes the rounds, and of stories that let days pass.
struct CatalogueWatch(App);

#[async_trait]
impl Sweep for CatalogueWatch {
    async fn sweep(&self, _now: Timestamp) -> Result<(), Failed> {
        keep_catalogue_fresh(&self.0).await.map_err(|fault| Failed::Again(format!("{fault:#}")))
    }
}

/// Puts the newest catalogue in place, and a search over it.
pub(crate) async fn keep_catalogue_fresh(app: &App) -> anyhow::Result<()> {
    catalog::live::refresh(app).await?;
    let catalogue = app.part::<catalog::Catalogue>();
    let before = app.part::<Finder>();
    if !before.is_over(&catalogue) {
        let finder = Finder::of(catalogue, app.today()).context("搜索词表有误")?;
        app.replace_part(Arc::new(finder.with_published_of(&before)));
    }
    Ok(())
}

/// Sessions, codes and kept forms that are over.
struct SignInLeftovers(App);

#[async_trait]
impl Sweep for SignInLeftovers {
    async fn sweep(&self, _now: Timestamp) -> Result<(), Failed> {
        identity::sweep(&self.0).await.map_err(|fault| Failed::Again(fault.to_string()))
    }
}

/// Every route of the site in its surroundings.
pub fn router(app: &App) -> Router {
    let routes = Router::new()
        .route("/", get(home::home))
        .route("/sitemap", get(home::sitemap))
        .route("/sitemap.xml", get(sitemap::sitemap))
        .route("/accessibility", get(home::accessibility))
        .route("/robots.txt", get(home::robots))
        .route("/ratings", get(ratings::ratings))
        .route("/region", get(region::choose).post(region::switch))
        .route("/favicon.ico", get(home::favicon))
        .route("/samples", get(samples::samples))
        .merge(site_error::routes())
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(measure::page))
        .merge(search::pages::routes())
        .merge(web::routes())
        .merge(identity::routes())
        .merge(catalog::pages::routes())
        .merge(disclosure::routes())
        .merge(catalog::desk::routes())
        .merge(seals::routes())
        .merge(cases::pages::routes())
        .merge(licences::routes());
    web::layers(identity::layer(routes, app), app.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use tower::ServiceExt;

    /// A fresh site in a folder that goes when the test ends.
    async fn site() -> (tempfile::TempDir, Assembled) {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::default();
        settings.storage.data = folder.path().to_owned();
        settings.server.demo = true;
        let assembled = assemble(&settings).await.unwrap();
        (folder, assembled)
    }

    async fn get(app: &App, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = router(app).oneshot(request).await.unwrap();
        let status = answer.status();
        let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    #[tokio::test]
    async fn the_matters_fit_together_and_the_front_page_leads_to_all_seven_services() {
        let (_folder, site) = site().await;
        let (status, page) = get(&site.app, "/").await;
        assert_eq!(status, StatusCode::OK);
        for slug in ["xinban", "biangeng", "yanxu", "tingye", "huifu", "buban", "xieye"] {
            assert!(page.contains(&format!("/guides/retail-licence/{slug}")), "{slug}");
        }
        assert!(page.contains("不收取任何费用"));
    }

    #[tokio::test]
    async fn no_link_of_the_site_map_is_dead() {
        let (_folder, site) = site().await;
        let (_, map) = get(&site.app, "/sitemap").await;
        let links: Vec<&str> =
            map.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let own: Vec<&&str> = links.iter().filter(|link| link.starts_with('/')).collect();
        assert!(own.len() > 15, "{own:?}");
        for link in own {
            let (status, _) = get(&site.app, link).await;
            let found = status.is_success() || status.is_redirection();
            assert!(found, "{link} answers {status}");
        }
    }

    #[tokio::test]
    async fn health_says_503_once_the_database_is_away_and_the_front_page_still_comes() {
        let (_folder, site) = site().await;
        assert_eq!(get(&site.app, "/healthz").await.0, StatusCode::OK);
        site.app.db.close().await;
        assert_eq!(get(&site.app, "/healthz").await.0, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(get(&site.app, "/readyz").await.0, StatusCode::OK);
        assert_eq!(get(&site.app, "/").await.0, StatusCode::OK);
    }

    #[tokio::test]
    async fn numbers_about_the_server_are_for_the_machine_itself() {
        let (_folder, site) = site().await;
        // A request without a peer address did not come from this machine.
        assert_eq!(get(&site.app, "/metrics").await.0, StatusCode::NOT_FOUND);
    }
}
