//! What the look-up is held against: an axum handler that does one prepared select and nothing else — no sign-in, no
//! limits, no headers, no log. A process of its own, like the product.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use tokio_postgres::Statement;

use crate::postgres::connect;
use crate::{load, process, product};

const CONNECTIONS: usize = 16;

/// The public fields of a licence, by the key of its table.
const SELECT: &str = "select number, shop_name, person_name, company_type, address, scope, valid_from, valid_to, \
                      issuer_name, status from licence where bureau = $1 and number = $2";

struct Connections {
    all: Vec<(tokio_postgres::Client, Statement)>,
    next: AtomicUsize,
}

#[derive(Serialize)]
struct Found {
    number: String,
    shop_name: String,
    person: String,
    company_type: String,
    address: String,
    scope: String,
    valid_from: String,
    valid_to: String,
    issuer: String,
    status: String,
}

/// `bench bare ADDRESS URL`, started by [`Bare::start`].
pub async fn serve(arguments: &[String]) -> Result<()> {
    let [address, url] = arguments else { bail!("bare ADDRESS URL") };
    let (address, url) = (address.to_owned(), url.to_owned());
    // As many threads as the product has.
    let serving = std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(answer(&address, &url))
    });
    serving.join().map_err(|_| anyhow::anyhow!("the bare server panicked"))?
}

async fn answer(address: &str, url: &str) -> Result<()> {
    let mut all = Vec::new();
    for _ in 0..CONNECTIONS {
        let client = connect(url).await?;
        let statement = client.prepare(SELECT).await?;
        all.push((client, statement));
    }
    let state = Arc::new(Connections { all, next: AtomicUsize::new(0) });
    let router = Router::new().route("/api/licences/{number}", get(licence)).with_state(state);
    let listener = tokio::net::TcpListener::bind(address).await?;
    Ok(axum::serve(listener, router).await?)
}

async fn licence(State(db): State<Arc<Connections>>, Path(number): Path<String>) -> Response {
    let (client, statement) = &db.all[db.next.fetch_add(1, Ordering::Relaxed) % CONNECTIONS];
    let bureau = number.get(..6).unwrap_or_default().to_owned();
    let row = match client.query_opt(statement, &[&bureau, &number]).await {
        Ok(Some(row)) => row,
        Ok(None) => return StatusCode::NOT_FOUND.into_response(),
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    let found = Found {
        number: row.get(0),
        shop_name: row.get(1),
        person: row.get(2),
        company_type: row.get(3),
        address: row.get(4),
        scope: row.get(5),
        valid_from: row.get(6),
        valid_to: row.get(7),
        issuer: row.get(8),
        status: row.get(9),
    };
    Json(found).into_response()
}

pub struct Bare {
    child: Child,
    pub address: SocketAddr,
}

impl Bare {
    pub async fn start(url: &str, some_number: &str) -> Result<Bare> {
        let address = product::free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["bare", &address.to_string(), url]).stdin(Stdio::null());
        let bare = Bare { child: command.spawn()?, address };
        for _ in 0..500 {
            let path = format!("/api/licences/{some_number}");
            if load::get(address, &path, "").await.is_ok_and(|answer| answer.status == 200) {
                return Ok(bare);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        bail!("the bare server gave no answer")
    }

    pub fn cpu(&self) -> Result<f64> {
        process::cpu(self.child.id()).context("the bare server")
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        product::stop(&mut self.child);
    }
}
