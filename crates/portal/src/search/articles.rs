//! What bureaus publish while the program runs, fed to the search. Every server has an index of its own, so each looks for
//! itself whether the public list has changed.

use ::search::{Audience, Document, Kind};
use disclosure::store::{self, Filter, NEWEST};
use disclosure::{Published, Validity};
use jiff::civil::Date;
use web::App;

use super::Finder;

/// More articles than a prefecture publishes in ten years.
const MOST: i64 = 20_000;

/// Why the search could not take in what was published.
#[derive(Debug, thiserror::Error)]
pub enum NotFed {
    #[error(transparent)]
    Store(#[from] db::Fault),
    #[error(transparent)]
    Search(#[from] ::search::Fault),
}

/// Reads the public list anew if it has changed since the last look.
///
/// # Errors
/// When the list can't be read or the index not be built; the old one goes on answering.
pub async fn refresh(app: &App) -> Result<(), NotFed> {
    let finder = app.part::<Finder>();
    let mut db = app.db.clone();
    let mark = store::mark(&mut db).await?;
    if mark == finder.mark() {
        return Ok(());
    }
    let today = app.today();
    let documents = published(&mut db, today).await?;
    Ok(finder.feed(mark, documents, today).await?)
}

/// All that is public now, newest first.
///
/// # Errors
/// When the list can't be read.
pub async fn published(db: &mut db::Db, today: Date) -> Result<Vec<Document>, db::Fault> {
    let published = store::list(db, &Filter::default(), NEWEST, MOST).await?;
    Ok(published.iter().map(|one| document(one, today)).collect())
}

fn document(one: &Published, today: Date) -> Document {
    let content = &one.content;
    let kind = match content.kind {
        disclosure::Kind::Law | disclosure::Kind::Policy | disclosure::Kind::ReviewRule => Kind::Policy,
        _ => Kind::Notice,
    };
    let mut document = Document::new(kind, &one.index_no, &content.title, one.url())
        .body(format!("{}\n{}", content.in_short(), content.read_body().words()))
        .keywords(
            [content.doc_number.as_str(), content.kind.says()].into_iter().filter(|word| !word.is_empty()),
        )
        // Whoever asks how something is done wants the guide before the notice about it.
        .audience(Audience::Some)
        .weight(match one.validity(today) {
            Validity::InForce | Validity::NotYet { .. } => 0.6,
            _ => 0.2,
        });
    document.published = Some(web::clock::office_day(one.published_at));
    document
}
