//! A national list over 3,000 bureaus: how long until a change of it stands in every bureau's guides, and what a bureau's page
//! of items costs.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::body::Body;
use catalog::Catalogue;
use catalog::catalogue::SourceFile;
use catalog::live::{Reviewed, lay};
use catalog::text::{State, Text};
use http::Request;
use jiff::civil::{Date, date};
use tower::ServiceExt;

use crate::Pace;
use crate::table::{Bound, Table};

const BUREAUS: u32 = 3_000;
const ITEMS: usize = 40;
const DAY: Date = date(2026, 9, 1);

pub async fn measure(pace: Pace) -> Result<Table> {
    let files = files();
    let mut publish = Vec::new();
    let mut snapshot = None;
    for round in 0..=pace.rounds {
        let text = base_change(&files, round)?;
        let begun = Instant::now();
        let reviewed = Reviewed { texts: vec![text], national: Vec::new(), below: Default::default() };
        let catalogue = lay(files.clone(), reviewed, DAY).map_err(|fault| anyhow::anyhow!("{fault}"))?;
        reaches_all(&catalogue, round)?;
        if round > 0 {
            publish.push(begun.elapsed().as_secs_f64());
        }
        snapshot = Some(catalogue);
    }
    let catalogue = snapshot.context("a round was run")?;
    let (items, bureaus) = (catalogue.items().len(), catalogue.bureaus().len());
    let mut page = Vec::new();
    let site = site(catalogue).await?;
    for round in 0..=pace.rounds {
        let took = page_of_items(&site, pace, round).await?;
        if round > 0 {
            page.push(took);
        }
    }
    let mut table = Table::new("catalogue: a base change reaches every bureau, and a bureau's page of items");
    table.bounded("reviewed to in force in all bureaus", "s", publish, Bound::Under(10.0));
    table.bounded("/items of a bureau, CPU of one thread", "ms", page, Bound::Under(2.0));
    table.note(format!("{bureaus} bureaus × {items} items; reading, checking and laying all files anew"));
    Ok(table)
}

/// The program's files, enough copies of its items, and a file of its own for every bureau.
fn files() -> Vec<SourceFile> {
    let mut files = Catalogue::embedded_files();
    let known = files.iter().filter(|file| file.path.ends_with("/item.toml")).count();
    let of = |slug: &str| -> Vec<SourceFile> {
        let prefix = format!("items/{slug}/");
        files.iter().filter(|file| file.path.starts_with(&prefix)).cloned().collect()
    };
    let model = of("retail-licence");
    for number in known..ITEMS {
        files.extend(model.iter().map(|file| {
            SourceFile {
                path: file.path.replacen("retail-licence", &format!("retail-copy-{number}"), 1),
                text: file
                    .text
                    .replace("00016211200Y", "")
                    .replace("basic_code = \"\"", "basic_code = \"\"\ncode_says = \"bench\""),
            }
        }));
    }
    let own = files.iter().find(|file| file.path == "places/990101/items/retail-licence.toml").cloned();
    let own = own.expect("the demo town's first county");
    for at in 0..BUREAUS {
        let code = format!("{:06}", 110_101 + at);
        files.push(SourceFile {
            path: format!("places/{code}/items/common.toml"),
            text: own.text.replace("990101", &code),
        });
    }
    files
}

/// A reviewed text of the national list that nobody has seen yet.
fn base_change(files: &[SourceFile], round: usize) -> Result<Text> {
    let path = "items/retail-licence/faq.toml";
    let file = files.iter().find(|file| file.path == path).context("the questions of the retail licence")?;
    let text = format!("{}\n[[faq]]\nq = \"第 {round} 次改动？\"\na = \"是。\"\n", file.text);
    Ok(Text {
        bureau: catalog::catalogue::NATION.to_owned(),
        id: round.to_string(),
        item: "retail-licence".to_owned(),
        state: State::Reviewed,
        effective: DAY,
        base: String::new(),
        why: "bench".to_owned(),
        note: String::new(),
        hands: Vec::new(),
        drafted_by: String::new(),
        drafted_name: String::new(),
        reviewed_name: String::new(),
        changed_name: String::new(),
        changed_at: jiff::Timestamp::UNIX_EPOCH,
        version: 1,
        files: vec![SourceFile { path: path.to_owned(), text }],
    })
}

fn reaches_all(catalogue: &Catalogue, round: usize) -> Result<()> {
    let item = catalogue.item("retail-licence").context("the item")?;
    let asked = format!("第 {round} 次改动？");
    ensure!(item.faq.iter().any(|one| one.q == asked), "the change is not in force");
    ensure!(catalogue.locals_of(item) >= BUREAUS as usize, "a bureau is missing");
    Ok(())
}

async fn site(catalogue: Catalogue) -> Result<Router> {
    let db = db::Db::temp().await.map_err(|fault| anyhow::anyhow!("{fault}"))?;
    let (builder, _clock) = web::testing::app_on(db, DAY).await;
    let app = builder.part(catalogue).build();
    Ok(web::layers(web::routes().merge(catalog::pages::routes()), app))
}

/// Milliseconds a page takes on one thread that does nothing else.
async fn page_of_items(site: &Router, pace: Pace, round: usize) -> Result<f64> {
    let until = Instant::now() + Duration::from_secs(pace.seconds);
    let (mut asked, begun) = (0_u32, Instant::now());
    while Instant::now() < until {
        let code = 110_101 + (asked + u32::try_from(round)?) % BUREAUS;
        let request = Request::get(format!("/items?bureau={code}")).body(Body::empty())?;
        let answer = site.clone().oneshot(request).await?;
        ensure!(answer.status() == 200, "the page answers {}", answer.status());
        axum::body::to_bytes(answer.into_body(), usize::MAX).await?;
        asked += 1;
    }
    Ok(begun.elapsed().as_secs_f64() * 1000.0 / f64::from(asked))
}
