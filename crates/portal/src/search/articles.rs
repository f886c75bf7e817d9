//! What bureaus publish while the program runs, fed to the search. Every server has an index of its own, so each looks for
//! itself whether the public list has changed.

use std::sync::Arc;

use ::search::{Audience, Document, Kind};
use disclosure::store::{self, Filter, NEWEST};
use disclosure::{Published, Validity};
use jiff::civil::Date;
use web::App;

use super::Finder;
use super::permits::{self, Permit};

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

/// What is public now, as the search takes it in.
#[derive(Clone, Default)]
pub struct Public {
    /// Newest first.
    pub articles: Arc<Vec<Document>>,
    /// The newest decisions, newest first.
    pub permits: Arc<Vec<Permit>>,
}

/// Of which lists something was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    articles: (i64, i64),
    decisions: [i64; 4],
}

impl Mark {
    async fn now(db: &mut db::Db) -> Result<Mark, db::Fault> {
        let articles = store::mark(db).await?;
        Ok(Mark { articles, decisions: store::decisions_mark(db, permits::MOST).await? })
    }

    /// Decisions are no part of the index: it needn't be built anew for them.
    pub(super) fn same_articles(&self, other: &Mark) -> bool {
        self.articles == other.articles
    }
}

/// Reads the public lists anew if they have changed since the last look.
///
/// # Errors
/// When a list can't be read or the index not be built; the old one goes on answering.
pub async fn refresh(app: &App) -> Result<(), NotFed> {
    let finder = app.part::<Finder>();
    let mut db = app.db.clone();
    let mark = Mark::now(&mut db).await?;
    if finder.mark() == Some(mark) {
        return Ok(());
    }
    let today = app.today();
    let public = published(&mut db, today).await?;
    Ok(finder.feed(mark, public, today).await?)
}

/// All that is public now, newest first.
///
/// # Errors
/// When a list can't be read.
pub async fn published(db: &mut db::Db, today: Date) -> Result<Public, db::Fault> {
    let articles = store::list(db, &Filter::default(), NEWEST, MOST).await?;
    let articles = articles.iter().map(|one| document(one, today)).collect();
    Ok(Public { articles: Arc::new(articles), permits: Arc::new(permits::published(db).await?) })
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
