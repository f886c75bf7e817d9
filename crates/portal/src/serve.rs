//! Runs the server until it is told to stop, and then stops in order: no new connections, running requests end,
//! the job runner lays down its work, the database closes. What was acknowledged is already on disk by then.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::assemble::{Assembled, assemble, keep_catalogue_fresh, router};
use crate::health::GoingDown;
use crate::search::{self, Finder};
use crate::settings::Settings;
use crate::{calendar, measure, ratings};

/// How often a server looks whether another year of the calendar was imported.
const CALENDAR_LOOK: Duration = Duration::from_secs(30);
/// How often a server looks whether something was published, and counts what readers say.
const SEARCH_LOOK: Duration = Duration::from_secs(30);
/// How often a server looks whether the catalogue has changed: a change reaches all nodes within this and a moment.
const CATALOGUE_LOOK: Duration = Duration::from_secs(5);
/// Old samples leave the histograms.
const METRICS_UPKEEP: Duration = Duration::from_secs(5);

pub async fn serve(settings: Settings) -> anyhow::Result<()> {
    let listener = TcpListener::bind(&settings.server.listen).await.map_err(|error| {
        anyhow::anyhow!("不能在 {} 上监听：{error}。请换一个端口。", settings.server.listen)
    })?;
    let address = settings.server.address();
    let assembled = assemble(&settings).await?;
    warm_up(assembled.app.clone());
    tracing::info!(address, "listening");
    if settings.server.demo {
        eprintln!("\n烟政通已启动：{address}\n\n{}\n按 Ctrl-C 停止。\n", crate::demo::accounts());
    } else {
        eprintln!("烟政通已启动：{address}");
    }
    run(assembled, listener, told_to_stop(), Duration::from_secs(settings.server.drain_seconds)).await
}

/// Builds the search's index while the first visitors look at the front page.
fn warm_up(app: web::App) {
    tokio::spawn(async move {
        if let Err(fault) = search::refresh(&app).await {
            tracing::error!(%fault, "what was published could not be read for the search");
        }
        if let Err(fault) = ratings::refresh(&app).await {
            tracing::error!(%fault, "what readers say of guides could not be counted");
        }
        if let Err(fault) = app.part::<Finder>().warm_up(app.today()).await {
            tracing::error!(%fault, "the search's index could not be built");
        }
    });
}

/// The same with a listener and a way to stop of the caller's choosing: for tests and benches.
pub async fn run(
    assembled: Assembled,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
    drain: Duration,
) -> anyhow::Result<()> {
    let Assembled { app, runner } = assembled;
    let (going_down, stopped) = watch::channel(false);
    let goes_down = |mut stopped: watch::Receiver<bool>| async move {
        // An error says that the sender is gone, which means the same.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };

    let jobs = tokio::spawn({
        let until = goes_down(stopped.clone());
        async move { runner.run(until).await }
    });
    let following = {
        let register = app.part::<licences::Register>();
        let until = goes_down(stopped.clone());
        tokio::spawn(licences::register::follow_until(register, app.db.clone(), app.clock(), until))
    };
    let watching = tokio::spawn(keep_calendar(app.clone()));
    let finding = tokio::spawn(keep_search(app.clone()));
    let catalogue = tokio::spawn(keep_catalogue(app.clone()));
    let upkeep = tokio::spawn(async {
        loop {
            tokio::time::sleep(METRICS_UPKEEP).await;
            measure::upkeep();
        }
    });

    let part = app.part::<GoingDown>();
    let service = router(&app).into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn({
        let until = goes_down(stopped);
        async move { axum::serve(listener, service).with_graceful_shutdown(until).await }
    });

    stop.await;
    tracing::info!("going down");
    part.begin();
    going_down.send_replace(true);
    if tokio::time::timeout(drain, serving).await.is_err() {
        tracing::warn!(seconds = drain.as_secs(), "some requests did not end in time and were cut off");
    }
    if tokio::time::timeout(drain, jobs).await.is_err() {
        tracing::warn!("a job did not end in time; another run takes it up after its lease");
    }
    following.abort();
    watching.abort();
    finding.abort();
    catalogue.abort();
    upkeep.abort();
    app.db.close().await;
    tracing::info!("stopped");
    Ok(())
}

async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).expect("SIGTERM can be listened to");
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

/// Takes what is published into the search soon after; while the database is away the old index answers.
async fn keep_search(app: web::App) {
    loop {
        tokio::time::sleep(SEARCH_LOOK).await;
        if let Err(fault) = search::refresh(&app).await {
            tracing::warn!(%fault, "what was published could not be read for the search");
        }
        if let Err(fault) = ratings::refresh(&app).await {
            tracing::warn!(%fault, "what readers say of guides could not be counted");
        }
    }
}

/// Looks on every node whether a change of the catalogue has become effective; while the database is away the old one stays.
async fn keep_catalogue(app: web::App) {
    loop {
        tokio::time::sleep(CATALOGUE_LOOK).await;
        if let Err(fault) = keep_catalogue_fresh(&app).await {
            tracing::warn!(%fault, "the catalogue could not be read again");
        }
    }
}

/// Reads the calendar again after an import; while the database is away the old one stays.
async fn keep_calendar(app: web::App) {
    let mut seen = calendar::last_import(&app.db).await.ok().flatten();
    loop {
        tokio::time::sleep(CALENDAR_LOOK).await;
        let Ok(last) = calendar::last_import(&app.db).await else { continue };
        if last == seen {
            continue;
        }
        match calendar::current(&app.db).await {
            Ok(calendar) => {
                tracing::info!(until = calendar.last_year(), "working calendar read again");
                app.set_calendar(calendar);
                seen = last;
            }
            Err(fault) => tracing::error!(%fault, "the imported calendar could not be read"),
        }
    }
}
