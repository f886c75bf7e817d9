//! A site that does nothing: how much memory it holds with the demo town, and how soon after its start it answers.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::Pace;
use crate::load;
use crate::product::Product;
use crate::table::{Bound, Table};

/// Pages somebody looks at before the site is left alone.
const PAGES: [&str; 5] = ["/", "/items", "/guides/retail-licence/xinban", "/verify", "/login"];

pub async fn measure(pace: Pace) -> Result<Table> {
    let product = Product::build()?;
    product.run(None, &["demo"])?;
    let (mut memory, mut start) = (Vec::new(), Vec::new());
    for _ in 0..pace.rounds {
        let site = product.serve(None).await?;
        for page in PAGES {
            let answer = load::get(site.address, page, "").await?;
            ensure!(answer.status == 200, "{page} answers {}", answer.status);
        }
        tokio::time::sleep(Duration::from_secs(pace.seconds)).await;
        start.push(site.first_answer.as_secs_f64() * 1000.0);
        memory.push(site.resident_mb()?);
    }
    let mut table = Table::new("idle: the demo town on SQLite");
    table.bounded("resident memory", "MB", memory, Bound::Under(150.0));
    table.bounded("start to first answer", "ms", start, Bound::Under(1000.0));
    table.note(format!("memory {} s after five pages were read", pace.seconds));
    Ok(table)
}
