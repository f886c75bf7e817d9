//! Puts the program together: opens what it stands on, hands each matter what it may use, and joins their routes.
//! The arrows between matters that run by interface (a granted case leads to a licence) are tied here.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use async_trait::async_trait;
use axum::Router;
use axum::routing::get;
use catalog::Catalogue;
use identity::messenger::ShownOnPage;
use identity::{Identity, Messenger};
use jobs::Runner;
use licences::{Keys, Licences, Register};
use web::{App, Clock, NavItem, SystemClock};

use crate::health::GoingDown;
use crate::settings::Settings;
use crate::{calendar, demo, health, home, measure, migrations, secret_key};

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
    let catalogue = Catalogue::embedded().context("事项目录有误")?;
    catalog::store::record_current(&mut db.clone(), &catalogue).await.context("事项版本不能登记")?;
    let register = Arc::new(Register::new());
    licences::register::load(&register, &db, clock.as_ref()).await.context("许可证登记簿不能载入")?;
    let keys = Keys::new(secret);
    let issuer = Licences::new(keys.clone(), register.clone());

    let app = App::builder(db.clone(), files, Arc::new(typeset::Press::new()))
        .clock(clock)
        .calendar(calendar::current(&db).await.context("工作日历不能载入")?)
        .settings(for_pages(settings, secret))
        .desk_menu(desk_menu())
        .on_answer(Arc::new(measure::answered))
        .part(GoingDown::default())
        .part(identity_of(settings))
        .shared_part(Arc::new(catalogue))
        .shared_part(register)
        .part(keys)
        .part(issuer.clone())
        .part(cases::Issuer(Arc::new(issuer)))
        .build();
    let runner = Arc::new(runner_of(&app));
    Ok(Assembled { app, runner })
}

async fn open_database(settings: &Settings) -> anyhow::Result<db::Db> {
    let db = db::Db::open(&settings.database.for_db(&settings.storage.data))
        .await
        .context("打不开数据库，请检查 DATABASE_URL 或数据文件夹")?;
    db::migrate(&db, &migrations::all()).await.context("数据库结构不能升级")?;
    Ok(db)
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
        NavItem::new("办事指南", "/items"),
        NavItem::new("我的账号", "/me"),
    ]
}

fn runner_of(app: &App) -> Runner {
    let clock = app.clock();
    let runner = Runner::new(app.db.clone(), move || clock.now());
    let runner = cases::jobs::register(runner, app);
    let runner = licences::jobs::register(runner, app);
    identity::jobs::register(runner, app)
}

/// Every route of the site in its surroundings.
pub fn router(app: &App) -> Router {
    let routes = Router::new()
        .route("/", get(home::home))
        .route("/sitemap", get(home::sitemap))
        .route("/accessibility", get(home::accessibility))
        .route("/robots.txt", get(home::robots))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(measure::page))
        .merge(web::routes())
        .merge(identity::routes())
        .merge(catalog::pages::routes())
        .merge(cases::pages::routes())
        .merge(licences::routes());
    web::layers(identity::layer(routes, app.clone()), app.clone())
}
