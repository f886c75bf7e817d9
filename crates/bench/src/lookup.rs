//! Looking up a licence over HTTP against a bare axum handler doing one prepared select.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::Pace;
use crate::bare::Bare;
use crate::load::{self, Load, Round};
use crate::postgres::{Postgres, connect};
use crate::product::Product;
use crate::table::{Bound, Table, ratios};

/// Seeming addresses of the clients: a year's visitors, so that none meets its own limit.
const VISITORS: u64 = 1 << 18;

pub async fn measure(pace: Pace) -> Result<Table> {
    let product = Product::build()?;
    let postgres = Postgres::start()?;
    product.run(Some(&postgres.url), &["demo"])?;
    postgres.settle("postgres").await?;
    let numbers = numbers(&postgres.url).await?;
    let site = product.serve(Some(&postgres.url)).await?;
    let bare = Bare::start(&postgres.url, &numbers[0]).await?;

    let (mut ours, mut theirs) = (Side::default(), Side::default());
    for round in 0..=pace.rounds {
        let cpu = (site.cpu()?, postgres.cpu()?);
        let done = ask(site.address, &numbers, pace).await?;
        let spent = (site.cpu()? - cpu.0, postgres.cpu()? - cpu.1);
        ours.take(round, &done, spent);
        let cpu = (bare.cpu()?, postgres.cpu()?);
        let done = ask(bare.address, &numbers, pace).await?;
        let spent = (bare.cpu()? - cpu.0, postgres.cpu()? - cpu.1);
        theirs.take(round, &done, spent);
    }
    Ok(table(ours, theirs, pace, numbers.len()))
}

/// The numbers of all licences there are.
pub async fn numbers(url: &str) -> Result<Vec<String>> {
    let rows = connect(url).await?.query("select number from licence order by number", &[]).await?;
    ensure!(!rows.is_empty(), "no licences");
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Numbers are asked for far apart from each other, as strangers ask.
pub async fn ask(address: SocketAddr, numbers: &[String], pace: Pace) -> Result<Round> {
    let load = Load {
        address,
        clients: pace.clients,
        time: Duration::from_secs(pace.seconds),
        expects: 200,
        asks: |client: usize, n: u64| {
            let which = (n * 7919 + client as u64 * 104_729) as usize % numbers.len();
            let who = (n * 16 + client as u64) % VISITORS;
            load::empty(load::request("GET", &format!("/api/licences/{}", numbers[which]), "", who))
        },
    };
    load.run().await
}

#[derive(Default)]
struct Side {
    rate: Vec<f64>,
    server_us: Vec<f64>,
    database_us: Vec<f64>,
    load_us: Vec<f64>,
    p99: Vec<f64>,
}

impl Side {
    /// Round 0 warms up and is not counted.
    fn take(&mut self, round: usize, done: &Round, (server, database): (f64, f64)) {
        if round == 0 {
            return;
        }
        let each = |seconds: f64| seconds * 1e6 / done.answers as f64;
        self.rate.push(done.rate());
        self.server_us.push(each(server));
        self.database_us.push(each(database));
        self.load_us.push(each(done.own_cpu));
        self.p99.push(done.within(0.99));
    }

    fn lines(self, who: &str, table: &mut Table) {
        table.line(who, "answers/s", self.rate);
        table.line("  CPU of the server", "µs", self.server_us);
        table.line("  CPU of the database", "µs", self.database_us);
        table.line("  CPU of the load generator", "µs", self.load_us);
        table.line("  99 of 100 answers within", "ms", self.p99);
    }
}

fn table(ours: Side, theirs: Side, pace: Pace, licences: usize) -> Table {
    let mut table =
        Table::new("lookup: a licence over HTTP against a bare axum handler doing one prepared select");
    table.bounded("ratio", "", ratios(&ours.rate, &theirs.rate), Bound::AtLeast(0.6));
    ours.lines("yanzheng", &mut table);
    theirs.lines("bare handler", &mut table);
    table.note(format!("{licences} licences, {} clients", pace.clients));
    table
}
