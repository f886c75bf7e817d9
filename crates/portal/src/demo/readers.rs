//! What the readers of the demo town's guides have said of them.

use catalog::Catalogue;
use catalog::store::readers::{Said, counted, say};
use db::Exec;
use jiff::SignedDuration;
use serde::Deserialize;
use web::App;

use super::load::DemoFault;

const READERS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../places/9901/readers.toml"));
const ITEM: &str = "retail-licence";

#[derive(Deserialize)]
struct Readers {
    guide: Vec<Guide>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Guide {
    bureau: String,
    business: String,
    clear: u32,
    unclear: u32,
    /// The last to answer said these.
    words: Vec<String>,
}

/// Once a bureau: loaded again, the town has no more readers than before.
pub async fn load(app: &App) -> Result<(), DemoFault> {
    let readers: Readers = toml::from_str(READERS).expect("readers.toml ships with the program");
    let version = app.part::<Catalogue>().item(ITEM).map_or_else(String::new, |item| item.version.clone());
    let mut said = Vec::new();
    for guide in &readers.guide {
        let before = counted(&mut app.db.clone(), &guide.bureau, ITEM).await;
        if before.map_err(super::load::refused)? == (0, 0) {
            said.extend(answers(app, guide, &version));
        }
    }
    let mut tx = app.db.begin().await?;
    for said in &said {
        tx.perform(say(said)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// A reader every nineteen hours, the last one an hour ago; whoever found it unclear spoke last.
fn answers(app: &App, guide: &Guide, version: &str) -> Vec<Said> {
    let all = guide.clear + guide.unclear;
    let one = |n: u32| Said {
        bureau: guide.bureau.clone(),
        id: app.new_id(),
        item: ITEM.to_owned(),
        business: guide.business.clone(),
        item_version: version.to_owned(),
        useful: n < guide.clear,
        words: words(guide, n, all),
        at: app.now() - SignedDuration::from_hours(1 + 19 * i64::from(all - 1 - n)),
    };
    (0..all).map(one).collect()
}

fn words(guide: &Guide, n: u32, all: u32) -> String {
    let from_the_end = usize::try_from(all - 1 - n).unwrap_or(usize::MAX);
    guide.words.iter().rev().nth(from_the_end).cloned().unwrap_or_default()
}
