//! What a page costs the server's CPU: the guide of the retail licence, and a case as its applicant sees it.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::Pace;
use crate::load::{self, Load};
use crate::postgres::Postgres;
use crate::product::{Product, Site};
use crate::shop::Shopkeeper;
use crate::table::{Bound, Table};

/// Few clients: the server is to be busy, not to queue.
const CLIENTS: usize = 4;

struct PageAsked {
    what: &'static str,
    path: String,
    cookie: String,
    compressed: bool,
    server_ms: Vec<f64>,
    database_ms: Vec<f64>,
    kilobytes: f64,
}

pub async fn measure(pace: Pace) -> Result<Table> {
    let product = Product::build()?;
    let postgres = Postgres::start()?;
    product.run(Some(&postgres.url), &["demo"])?;
    postgres.settle("postgres").await?;
    let site = product.serve(Some(&postgres.url)).await?;
    let shopkeeper = Shopkeeper::open(site.address, "liming").await?;
    let case = shopkeeper.file(site.address, 0, "bench-page-000001").await?;
    let mut pages = pages(&shopkeeper, &case)?;
    for round in 0..=pace.rounds {
        for page in &mut pages {
            page.round(&site, &postgres, pace, round).await.context(page.what)?;
        }
    }
    Ok(table(pages))
}

fn pages(shopkeeper: &Shopkeeper, case: &Value) -> Result<Vec<PageAsked>> {
    let part = |name: &str| case[name].as_str().map(str::to_owned).context("a receipt without it");
    let case = format!("/cases/{}/{}", part("bureau")?, part("id")?);
    let guide = "/guides/retail-licence/xinban".to_owned();
    let page = |what, path: &str, cookie: &str, compressed| PageAsked {
        what,
        path: path.to_owned(),
        cookie: cookie.to_owned(),
        compressed,
        server_ms: Vec::new(),
        database_ms: Vec::new(),
        kilobytes: 0.0,
    };
    Ok(vec![
        page("guide page, gzip", &guide, "", true),
        page("guide page, plain", &guide, "", false),
        page("case page, gzip", &case, &shopkeeper.cookie, true),
        page("case page, plain", &case, &shopkeeper.cookie, false),
    ])
}

impl PageAsked {
    async fn round(&mut self, site: &Site, postgres: &Postgres, pace: Pace, round: usize) -> Result<()> {
        let request = |client: usize| {
            let request = load::request("GET", &self.path, &self.cookie, client as u64);
            let encoding = if self.compressed { "gzip, deflate, br" } else { "identity" };
            load::empty(request.header("accept-encoding", encoding))
        };
        let one = load::Client::connect(site.address).await?.ask(request(0)).await?;
        ensure!(one.status == 200, "{} answers {}", self.path, one.status);
        ensure!(one.headers.contains_key("content-encoding") == self.compressed, "compressed or not?");
        self.kilobytes = one.body.len() as f64 / 1000.0;
        let (server, database) = (site.cpu()?, postgres.cpu()?);
        let load = Load {
            address: site.address,
            clients: CLIENTS,
            time: Duration::from_secs(pace.seconds),
            expects: 200,
            asks: |client: usize, _: u64| request(client),
        };
        let done = load.run().await?;
        // Round 0 warms up and is not counted.
        if round > 0 {
            self.server_ms.push((site.cpu()? - server) * 1000.0 / done.answers as f64);
            self.database_ms.push((postgres.cpu()? - database) * 1000.0 / done.answers as f64);
        }
        Ok(())
    }
}

fn table(pages: Vec<PageAsked>) -> Table {
    let mut table = Table::new("pages: server CPU of a page");
    for page in pages {
        table.bounded(page.what, "ms", page.server_ms, Bound::Under(1.0));
        table.line("  CPU of the database", "ms", page.database_ms);
        table.note(format!("{}: {:.1} kB on the wire", page.what, page.kilobytes));
    }
    table
}
