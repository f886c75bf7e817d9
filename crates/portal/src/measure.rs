//! Numbers about the running server in the text format of Prometheus: requests by route and status with their
//! latency, jobs waiting and given up, the database's answer time.
//!
//! Labels hold the matched route (`/cases/{id}`), never a path: a path would name people's cases.

use std::sync::OnceLock;
use std::time::Instant;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use web::App;

/// Upper bounds of the latency buckets, in seconds; the promises of the house lie at 1 ms, 50 ms and 1 s.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// The recorder of this process. Counting is global to a process; a second app in a test counts into the same one.
fn recorder() -> &'static PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER.get_or_init(|| {
        let handle = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full("http_request_seconds".into()), &BUCKETS)
            .expect("there are buckets")
            .install_recorder()
            .expect("nobody else in this process records");
        describe_counter!("http_requests", "Answers by route, method and status");
        describe_histogram!("http_request_seconds", "Time to an answer by route, seconds");
        describe_gauge!("jobs_due", "Jobs that are due and not done");
        describe_gauge!("jobs_dead", "Jobs given up that wait for a person");
        describe_gauge!("jobs_oldest_seconds", "How long the oldest due job has waited, seconds");
        describe_gauge!("database_up", "1 when the database answers");
        describe_gauge!("database_ping_seconds", "Time of the smallest query, seconds");
        handle
    })
}

/// Starts counting; safe to call again.
pub fn start() {
    recorder();
}

/// Moves samples into their buckets; called every few seconds so that memory stays flat when nobody asks.
pub fn upkeep() {
    recorder().run_upkeep();
}

/// Counts one answer. Handed to `web` when the app is assembled.
pub fn answered(seen: &web::layers::Seen<'_>) {
    let route = seen.route.to_owned();
    let method = seen.method.as_str().to_owned();
    let status = seen.status.as_u16().to_string();
    counter!("http_requests", "route" => route.clone(), "method" => method, "status" => status).increment(1);
    histogram!("http_request_seconds", "route" => route).record(seen.elapsed.as_secs_f64());
}

/// `GET /metrics`, for the machine itself only. A request that a gateway passed on carries `X-Forwarded-For` and is
/// told that there is no such page: what a server is busy with is nobody else's business.
pub async fn page(State(app): State<App>, cx: web::Cx, headers: HeaderMap) -> Response {
    let from_outside = headers.contains_key("x-forwarded-for") || headers.contains_key(header::FORWARDED);
    if from_outside || !cx.ip().is_some_and(|ip| ip.is_loopback()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    ask_database(&app).await;
    recorder().run_upkeep();
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (kind, recorder().render()).into_response()
}

async fn ask_database(app: &App) {
    let asked = Instant::now();
    let up = crate::health::database_answers(app).await;
    gauge!("database_up").set(if up { 1.0 } else { 0.0 });
    if !up {
        return;
    }
    gauge!("database_ping_seconds").set(asked.elapsed().as_secs_f64());
    let now = app.now();
    match jobs::backlog(&mut app.db.clone(), now).await {
        Ok(backlog) => {
            gauge!("jobs_due").set(backlog.due as f64);
            gauge!("jobs_dead").set(backlog.dead as f64);
            let waited = backlog.oldest.map_or(0.0, |since| now.duration_since(since).as_secs_f64());
            gauge!("jobs_oldest_seconds").set(waited.max(0.0));
        }
        Err(fault) => tracing::warn!(%fault, "the backlog could not be counted"),
    }
}
