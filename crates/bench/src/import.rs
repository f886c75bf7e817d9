//! Importing licences from CSV by the command line against `COPY` of the same rows into the same table.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::Pace;
use crate::licence_rows;
use crate::postgres::{Postgres, connect, tool};
use crate::product::Product;
use crate::table::{Bound, Table, ratios};

const ROWS: usize = 100_000;

/// What an import fills; emptied before each side, so that both find the same.
const EMPTIED: &str = "truncate licence, licence_lookup, licence_head, uniq";

pub async fn measure(pace: Pace) -> Result<Table> {
    let product = Product::build()?;
    let postgres = Postgres::start()?;
    product.run(Some(&postgres.url), &["demo"])?;
    let csv = product.data().join("licences-100000.csv");
    std::fs::write(&csv, licence_rows::csv(ROWS)?)?;
    let csv = csv.to_str().context("the path of the file")?;
    let rows = product.data().join("licence.copy");
    let rows = rows.to_str().context("the path of the file")?;

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..=pace.rounds {
        empty(&postgres).await?;
        let began = Instant::now();
        product.run(Some(&postgres.url), &["licence", "import", csv])?;
        let imported = ROWS as f64 / began.elapsed().as_secs_f64();
        if round == 0 {
            psql(&postgres, &format!("\\copy licence to '{rows}'"))?;
        }
        empty(&postgres).await?;
        let began = Instant::now();
        psql(&postgres, &format!("\\copy licence from '{rows}'"))?;
        let copied = ROWS as f64 / began.elapsed().as_secs_f64();
        // The first pair warms up and is not counted.
        if round > 0 {
            ours.push(imported);
            theirs.push(copied);
        }
    }
    let mut table = Table::new("import: 100,000 licences from CSV against COPY of the same rows");
    table.bounded("ratio", "", ratios(&ours, &theirs), Bound::AtLeast(0.3));
    table.line("yanzheng licence import", "rows/s", ours);
    table.line("psql \\copy licence from", "rows/s", theirs);
    table.note(
        "the import checks each row, and fills the look-up and the guard of numbers beside the licences",
    );
    Ok(table)
}

async fn empty(postgres: &Postgres) -> Result<()> {
    let client = connect(&postgres.url).await?;
    client.batch_execute(EMPTIED).await?;
    client.batch_execute("checkpoint").await?;
    Ok(())
}

fn psql(postgres: &Postgres, command: &str) -> Result<()> {
    let mut psql: Command = tool("psql")?;
    let told = psql.args(["--no-psqlrc", "--quiet", "-c", command]).arg(&postgres.url).output()?;
    ensure!(told.status.success(), "psql: {}", String::from_utf8_lossy(&told.stderr));
    Ok(())
}
