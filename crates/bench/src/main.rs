//! The measures of the house: each is a ratio or a cost, with both sides in one run and a bound to hold.
//!
//! `cargo run --release -p bench -- NAME` builds the product with the same profile, starts it on the loopback with a
//! private PostgreSQL beside it, and stops both again. docs/measures.md tells what is compared and what was measured.

mod bare;
mod catalogue;
mod cpu;
mod documents;
mod growth;
mod idle;
mod import;
mod licence_rows;
mod load;
mod lookup;
mod many_cases;
mod pages;
mod postgres;
mod process;
mod product;
#[path = "../../typeset/tests/seal_desk/mod.rs"]
mod seal_desk;
mod search;
mod shop;
mod statements;
mod submit;
mod table;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use table::Table;

/// The same as the product's, whose parts are measured here.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "bench NAME [--rounds N] [--seconds N] [--clients N]

  submit   a case over HTTP against pgbench running the same statements; CPU of server and database per case
  lookup   a licence over HTTP against a bare axum handler doing one prepared select
  pages    server CPU of the guide page and of a case page
  catalogue  a change of the national list over 3,000 bureaus × 40 items; a bureau's page of items
  import   100,000 licences from CSV against COPY of the same rows
  idle     memory with the demo town, start to first answer
  documents  sealed licences: typeset, OFD, seal, PDF, verify; SM2 against OpenSSL
  search   100,000 documents: index, questions of the kept list, suggestions
  growth   submit and look-up with 10 k, 100 k and 1 M licences and cases
  all      one after the other";

/// How long and how hard.
#[derive(Clone, Copy)]
pub struct Pace {
    /// Each round runs every side once: A B A B.
    pub rounds: usize,
    /// Seconds a side runs in a round.
    pub seconds: u64,
    pub clients: usize,
}

fn main() -> ExitCode {
    // One thread makes the load, so that it costs as little as it can beside the server on the same machine.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = runtime.context("no runtime").and_then(|runtime| runtime.block_on(run()));
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn run() -> Result<bool> {
    let mut arguments = std::env::args().skip(1);
    let Some(name) = arguments.next() else { bail!("{USAGE}") };
    let rest: Vec<String> = arguments.collect();
    if name == "bare" {
        return bare::serve(&rest).await.map(|()| true);
    }
    let pace = pace(&rest)?;
    if cfg!(debug_assertions) {
        eprintln!("bench: this is a debug build; its numbers mean nothing (cargo run --release -p bench)");
    }
    tokio::select! {
        outcome = measure(&name, pace) => outcome,
        // The guards of server and database are dropped with the measure, and stop what it started.
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
    }
}

async fn measure(name: &str, pace: Pace) -> Result<bool> {
    let names: Vec<&str> = match name {
        "all" => {
            vec!["idle", "pages", "lookup", "submit", "import", "catalogue", "documents", "search", "growth"]
        }
        one => vec![one],
    };
    let mut good = true;
    for name in names {
        let table = one(name, pace).await.with_context(|| name.to_owned())?;
        println!("{table}");
        good &= table.holds();
    }
    Ok(good)
}

async fn one(name: &str, pace: Pace) -> Result<Table> {
    match name {
        "submit" => submit::measure(pace).await,
        "lookup" => lookup::measure(pace).await,
        "pages" => pages::measure(pace).await,
        "import" => import::measure(pace).await,
        "catalogue" => catalogue::measure(pace).await,
        "idle" => idle::measure(pace).await,
        "documents" => documents::measure(pace),
        "search" => search::measure(pace),
        "growth" => growth::measure(pace).await,
        unknown => bail!("no measure is called {unknown}\n\n{USAGE}"),
    }
}

fn pace(arguments: &[String]) -> Result<Pace> {
    let mut pace = Pace { rounds: 5, seconds: 6, clients: 16 };
    for pair in arguments.chunks(2) {
        let [name, value] = pair else { bail!("{} wants a value\n\n{USAGE}", pair[0]) };
        let number: u64 = value.parse().with_context(|| format!("{name} {value}"))?;
        if number == 0 {
            bail!("{name} must be at least 1");
        }
        match name.as_str() {
            "--rounds" => pace.rounds = number as usize,
            "--seconds" => pace.seconds = number,
            "--clients" => pace.clients = number as usize,
            _ => bail!("{name} is not known\n\n{USAGE}"),
        }
    }
    Ok(pace)
}
