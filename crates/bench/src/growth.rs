//! Whether submit and look-up stay as fast when licences and cases grow from ten thousand to a million. Three full
//! databases on one server, a site on each, rounds in turn: what slows the machine slows all three.

use std::time::Instant;

use anyhow::{Context, Result};

use crate::Pace;
use crate::postgres::{Postgres, connect};
use crate::product::{Product, Site};
use crate::shop::{self, BUREAUS, Shopkeeper};
use crate::table::{Bound, Table, ratios};
use crate::{lookup, many_cases, submit};

const SIZES: [(usize, &str); 3] = [(10_000, "10 k"), (100_000, "100 k"), (1_000_000, "1 M")];

/// Of the rate at the smallest size.
const FLAT: f64 = 0.8;

struct Town {
    says: &'static str,
    site: Site,
    people: Vec<Shopkeeper>,
    numbers: Vec<String>,
    submits: Vec<f64>,
    submit_ms: Vec<f64>,
    look_ups: Vec<f64>,
    memory_mb: f64,
    /// Keeps the data folder.
    _product: Product,
}

pub async fn measure(pace: Pace) -> Result<Table> {
    let postgres = Postgres::start()?;
    let mut towns = Vec::new();
    for (size, says) in SIZES {
        let began = Instant::now();
        towns.push(Town::fill(&postgres, size, says).await.context(says)?);
        eprintln!("bench: {says} licences and cases in {:.0} s", began.elapsed().as_secs_f64());
    }
    connect(&postgres.url).await?.batch_execute("checkpoint").await?;
    for round in 0..=pace.rounds {
        for town in &mut towns {
            town.round(&postgres, pace, round).await.context(town.says)?;
        }
    }
    Ok(table(&towns))
}

impl Town {
    async fn fill(postgres: &Postgres, size: usize, says: &'static str) -> Result<Town> {
        let database = format!("town_{size}");
        connect(&postgres.url).await?.batch_execute(&format!("create database {database}")).await?;
        let url = postgres.url_of(&database);
        let product = Product::build()?;
        product.run(Some(&url), &["demo"])?;
        many_cases::licences(&url, size).await?;
        fill_cases(&product, &url, size).await?;
        postgres.settle(&database).await?;
        let site = product.serve(Some(&url)).await?;
        let people = shop::open_all(site.address).await?;
        let numbers = lookup::numbers(&url).await?;
        let memory_mb = site.resident_mb()?;
        let (submits, submit_ms, look_ups) = Default::default();
        Ok(Town { says, site, people, numbers, submits, submit_ms, look_ups, memory_mb, _product: product })
    }

    async fn round(&mut self, postgres: &Postgres, pace: Pace, round: usize) -> Result<()> {
        let look_ups = lookup::ask(self.site.address, &self.numbers, pace).await?;
        let cpu = self.site.cpu()? + postgres.cpu()?;
        let submits = submit::load_submits(&self.site, &self.people, pace, round).await?;
        let cpu = self.site.cpu()? + postgres.cpu()? - cpu;
        // Round 0 warms up and is not counted.
        if round > 0 {
            self.look_ups.push(look_ups.rate());
            self.submits.push(submits.rate());
            self.submit_ms.push(cpu * 1000.0 / submits.answers as f64);
        }
        Ok(())
    }
}

/// One case really filed at each bureau, and as many like it as the size asks.
async fn fill_cases(product: &Product, url: &str, size: usize) -> Result<()> {
    let site = product.serve(Some(url)).await?;
    let people = shop::open_all(site.address).await?;
    for place in 0..BUREAUS.len() {
        let person = &people[place % people.len()];
        let receipt = person.file(site.address, place, &format!("bench-model-{place:06}")).await?;
        let id = receipt["id"].as_str().context("a receipt without an id")?;
        many_cases::cases(url, id, size / BUREAUS.len()).await?;
    }
    Ok(())
}

fn table(towns: &[Town]) -> Table {
    let mut table = Table::new("growth: submit and look-up with 10 k, 100 k and 1 M licences and cases");
    let smallest = &towns[0];
    for town in &towns[1..] {
        let submits = ratios(&town.submits, &smallest.submits);
        table.bounded(
            format!("submit, {} to {}", town.says, smallest.says),
            "",
            submits,
            Bound::AtLeast(FLAT),
        );
        let look_ups = ratios(&town.look_ups, &smallest.look_ups);
        table.bounded(
            format!("look-up, {} to {}", town.says, smallest.says),
            "",
            look_ups,
            Bound::AtLeast(FLAT),
        );
    }
    for town in towns {
        table.line(format!("submit, {}", town.says), "cases/s", town.submits.clone());
        table.line(format!("  CPU of server and database, {}", town.says), "ms", town.submit_ms.clone());
        table.line(format!("look-up, {}", town.says), "answers/s", town.look_ups.clone());
        table.note(format!("{}: {:.0} MB of memory after the start", town.says, town.memory_mb));
    }
    table
}
