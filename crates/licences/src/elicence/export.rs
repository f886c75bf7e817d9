//! Handing a licence out as files from the command line.

use db::Exec;
use papers::data::Sheet;
use seals::User;
use web::App;

use super::change::{Remake, Under};
use super::edition::Edition;
use super::store as editions;
use crate::{Fault, Licences, paper, store};

/// The files of a licence.
pub struct Exported {
    pub edition: Edition,
    /// It had none before and was made now.
    pub made_now: bool,
    pub ofd: Vec<u8>,
    pub pdf: Vec<u8>,
}

/// The original of a licence as sealed OFD and as reading copy. One taken over from an older system gets its first
/// edition; the ledger says 操作员 and 补发电子证照.
pub async fn export(app: &App, number: &str) -> Result<Exported, Fault> {
    let db = &mut app.db.clone();
    let bureau = store::bureau_of(db, number).await?.ok_or(Fault::Unknown)?;
    let licence = store::by_number(db, &bureau, number).await?.ok_or(Fault::Unknown)?;
    let known = editions::current(db, &bureau, number).await?;
    let made_now = known.is_none();
    let edition = match known {
        Some(edition) => edition,
        None => first(app, db, (&bureau, number)).await?,
    };
    let ofd = paper::ofd(app, &edition, Sheet::Original).await?;
    let pdf = paper::pdf(app, &licence, Some(&edition), Sheet::Original).await?;
    Ok(Exported { edition, made_now, ofd, pdf })
}

async fn first(app: &App, db: &mut db::Db, at: (&str, &str)) -> Result<Edition, Fault> {
    let under =
        Under { by: User { id: "console", name: "操作员" }, reason: "补发电子证照", document: "" };
    let mut tx = db.begin().await?;
    let licences = app.part::<Licences>();
    let edition = licences.remake(&mut tx, at, &Remake::TakeOver, &under, app.now()).await?;
    tx.commit().await?;
    Ok(edition)
}

/// A line of the operator's list.
pub struct Listed {
    pub number: String,
    pub shop: String,
    pub valid_to: jiff::civil::Date,
    /// What the licence is worth today.
    pub status: String,
    /// Edition and its state today; none for a licence taken over.
    pub edition: Option<(u16, super::State)>,
}

/// The licences of a bureau, a page after a number.
pub async fn list(app: &App, bureau: &str, after: &str, most: i64) -> Result<Vec<Listed>, Fault> {
    let db = &mut app.db.clone();
    let page = store::page_of_bureau(db, bureau, after, "%", most).await?;
    let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok(Vec::new()) };
    let briefs = editions::newest_between(db, bureau, &first.number, &last.number).await?;
    let today = app.today();
    Ok(page
        .into_iter()
        .map(|licence| {
            let brief = briefs.iter().find(|brief| brief.number == licence.number);
            let edition = brief.map(|brief| (brief.edition, brief.state.on(licence.valid_to, today)));
            Listed {
                edition,
                status: licence.standing(today).label().to_owned(),
                number: licence.number,
                shop: licence.shop_name,
                valid_to: licence.valid_to,
            }
        })
        .collect())
}

/// Which bureaus keep licences.
pub async fn bureaus(on: &mut impl Exec) -> Result<Vec<String>, Fault> {
    Ok(store::heads(on).await?.into_iter().map(|(bureau, _)| bureau).collect())
}
