//! Submitting a case over HTTP against pgbench running the very same statements.

use std::io::Write;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::load::Load;
use crate::postgres::{Postgres, pgbench};
use crate::product::{Product, Site};
use crate::shop::{self, BUREAUS, Shopkeeper};
use crate::statements::{Script, recorded, script};
use crate::table::{Bound, Table, ratios};
use crate::{Pace, process};

/// The first pgbench of a database starts here; each next one leaves room for as many transactions as it may run.
const ROOM: u64 = 10_000_000;

pub async fn measure(pace: Pace) -> Result<Table> {
    let product = Product::build()?;
    let postgres = Postgres::start()?;
    product.run(Some(&postgres.url), &["demo"])?;
    let site = product.serve(Some(&postgres.url)).await?;
    let people = shop::open_all(site.address).await?;
    let script = recorded_submit(&postgres, &site, &people).await?;
    postgres.settle("postgres").await?;

    let mut sums = Sums::default();
    for round in 0..=pace.rounds {
        let ours = ours(&postgres, &site, &people, pace, round).await?;
        let theirs = theirs(&postgres, &script, pace, round)?;
        // The first pair warms connections, plans and pages, and is not counted.
        if round > 0 {
            sums.take(ours, theirs);
        }
    }
    Ok(sums.table(pace, script.statements))
}

/// Two submits at one bureau, seen from the database's log. A warm-up before lets every connection prepare its plans.
async fn recorded_submit(postgres: &Postgres, site: &Site, people: &[Shopkeeper]) -> Result<Script> {
    for n in 0..40 {
        people[0].file(site.address, 0, &format!("bench-warm-{n:06}")).await?;
    }
    let mut both = Vec::new();
    for name in ["bench-look-000001", "bench-look-000002"] {
        let work = async { people[0].file(site.address, 0, name).await.map(|_| ()) };
        both.push(recorded(postgres, work).await.context("recording a submit")?);
    }
    script(&both[0], &both[1], &BUREAUS[0].to_string())
}

struct Ours {
    rate: f64,
    server_ms: f64,
    database_ms: f64,
    load_ms: f64,
    p50: f64,
    p99: f64,
}

async fn ours(
    postgres: &Postgres,
    site: &Site,
    people: &[Shopkeeper],
    pace: Pace,
    round: usize,
) -> Result<Ours> {
    let (server, database) = (site.cpu()?, postgres.cpu()?);
    let done = load_submits(site, people, pace, round).await?;
    let each = |seconds: f64| seconds * 1000.0 / done.answers as f64;
    Ok(Ours {
        rate: done.rate(),
        server_ms: each(site.cpu()? - server),
        database_ms: each(postgres.cpu()? - database),
        load_ms: each(done.own_cpu),
        p50: done.within(0.5),
        p99: done.within(0.99),
    })
}

/// A round of submits; client `i` applies at bureau `i mod 5` as person `i mod 4`.
pub async fn load_submits(
    site: &Site,
    people: &[Shopkeeper],
    pace: Pace,
    round: usize,
) -> Result<crate::load::Round> {
    let load = Load {
        address: site.address,
        clients: pace.clients,
        time: Duration::from_secs(pace.seconds),
        expects: 201,
        asks: |client: usize, n: u64| {
            let key = format!("bench-{round:04}-{client:04}-{n:09}");
            people[client % people.len()].submit(client % BUREAUS.len(), &key, client as u64)
        },
    };
    load.run().await.with_context(|| format!("the server says:\n{}", site.complaints()))
}

struct Theirs {
    rate: f64,
    database_ms: f64,
    load_ms: f64,
}

fn theirs(postgres: &Postgres, script: &Script, pace: Pace, round: usize) -> Result<Theirs> {
    let mut file = tempfile::NamedTempFile::new()?;
    file.write_all(script.text.as_bytes())?;
    let path = file.path().to_str().context("the path of a temporary file")?;
    let mut arguments = vec!["-f".to_owned(), path.to_owned()];
    arguments.extend([format!("-c{}", pace.clients), format!("-T{}", pace.seconds)]);
    let first = format!("n={}", (round as u64 + 1) * ROOM);
    arguments.extend(script.values.iter().chain([&first]).flat_map(|value| ["-D".to_owned(), value.clone()]));
    let (database, own) = (postgres.cpu()?, process::ended_children()?);
    let rate = pgbench(&postgres.url, &arguments)?;
    let each = |seconds: f64| seconds * 1000.0 / (rate * pace.seconds as f64);
    Ok(Theirs {
        rate,
        database_ms: each(postgres.cpu()? - database),
        load_ms: each(process::ended_children()? - own),
    })
}

#[derive(Default)]
struct Sums {
    ours: Vec<Ours>,
    theirs: Vec<Theirs>,
}

impl Sums {
    fn take(&mut self, ours: Ours, theirs: Theirs) {
        self.ours.push(ours);
        self.theirs.push(theirs);
    }

    fn table(&self, pace: Pace, statements: usize) -> Table {
        let ours = |of: fn(&Ours) -> f64| self.ours.iter().map(of).collect::<Vec<f64>>();
        let theirs = |of: fn(&Theirs) -> f64| self.theirs.iter().map(of).collect::<Vec<f64>>();
        let mut table = Table::new("submit: a case over HTTP against pgbench running the same statements");
        let rates = (ours(|o| o.rate), theirs(|t| t.rate));
        table.bounded("ratio", "", ratios(&rates.0, &rates.1), Bound::AtLeast(0.5));
        table.line("yanzheng", "cases/s", rates.0);
        table.line("pgbench", "transactions/s", rates.1);
        table.bounded(
            "CPU of server and database",
            "ms/case",
            ours(|o| o.server_ms + o.database_ms),
            Bound::Under(1.5),
        );
        let whole = ratios(&ours(|o| o.server_ms + o.database_ms), &theirs(|t| t.database_ms + t.load_ms));
        table.line("  against pgbench and its database", "", whole);
        table.line("  of the server", "ms/case", ours(|o| o.server_ms));
        table.line("  of the database", "ms/case", ours(|o| o.database_ms));
        table.line("  of the load generator, beside", "ms/case", ours(|o| o.load_ms));
        table.line("pgbench: CPU of the database", "ms/tx", theirs(|t| t.database_ms));
        table.line("pgbench: its own CPU", "ms/tx", theirs(|t| t.load_ms));
        table.line("answer time, half within", "ms", ours(|o| o.p50));
        table.line("answer time, 99 of 100 within", "ms", ours(|o| o.p99));
        table.note(format!(
            "{statements} statements a case, begin and commit included; {} clients",
            pace.clients
        ));
        table
    }
}
