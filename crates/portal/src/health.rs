//! What a gateway and an on-call person ask the server.
//!
//! `/healthz`: is everything there? 503 as soon as the database does not answer.
//! `/readyz`: may requests be sent here? Also yes while the database is away, because licences are still verified
//! from memory then; no while the server is going down.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use web::App;

/// Set once when the server begins to go down.
#[derive(Default)]
pub struct GoingDown(AtomicBool);

impl GoingDown {
    pub fn begin(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    fn begun(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// A database that needs longer for `select 1` is as good as away.
const PATIENCE: Duration = Duration::from_secs(1);

pub async fn database_answers(app: &App) -> bool {
    matches!(tokio::time::timeout(PATIENCE, app.db.ping()).await, Ok(Ok(())))
}

pub async fn healthz(State(app): State<App>) -> (StatusCode, Json<Value>) {
    let database = database_answers(&app).await;
    let calendar = app.calendar().last_year();
    let status = if database { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let answer = json!({
        "status": if database { "ok" } else { "unavailable" },
        "database": if database { "ok" } else { "unavailable" },
        "calendar_until": calendar,
        "version": env!("CARGO_PKG_VERSION"),
    });
    (status, Json(answer))
}

pub async fn readyz(State(app): State<App>) -> (StatusCode, Json<Value>) {
    let going_down = app.part::<GoingDown>().begun();
    let database = database_answers(&app).await;
    let status = if going_down { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    let answer = json!({
        "ready": !going_down,
        "database": if database { "ok" } else { "unavailable" },
    });
    (status, Json(answer))
}
