//! The site's search: what can be found, the page and the box. How it is found is for the crate `search`.

mod articles;
mod documents;
pub mod faq;
pub mod laws;
mod lists;
pub mod pages;
pub mod permits;
#[cfg(test)]
mod tests;

use std::sync::{Arc, PoisonError, RwLock};

use ::search::{Asked, Document, Fault, Found, Search, Shelf, Suggestion, Words};
use catalog::Catalogue;
use jiff::civil::Date;
use tokio::sync::OnceCell;

use articles::Mark;
use permits::Permit;

pub use articles::{Public, published, refresh};
pub use documents::documents;
pub use lists::Lists;

/// Finds things on this site. The index is built when somebody first asks, or when the server warms up: loading the
/// dictionary takes a second, which no test and no command that doesn't search should wait for.
pub struct Finder {
    catalogue: Arc<Catalogue>,
    lists: Lists,
    ready: OnceCell<Arc<Search>>,
    /// What was published since the program was built, and the mark of the list it was read from.
    published: RwLock<Published>,
}

#[derive(Clone, Default)]
struct Published {
    /// Of which list; none while nothing was read yet.
    mark: Option<Mark>,
    public: Public,
}

impl Finder {
    /// # Errors
    /// [`Fault::Words`] when a list under `items/words` can't be read.
    pub fn of(catalogue: Arc<Catalogue>, today: Date) -> Result<Finder, Fault> {
        let lists = Lists::of(&catalogue, today)?;
        Ok(Finder { catalogue, lists, ready: OnceCell::new(), published: RwLock::default() })
    }

    /// Whether it searches this snapshot of the catalogue.
    pub fn is_over(&self, catalogue: &Arc<Catalogue>) -> bool {
        Arc::ptr_eq(&self.catalogue, catalogue)
    }

    /// Questions worth offering to somebody who typed nothing.
    pub fn popular(&self) -> &[String] {
        &self.lists.words.popular
    }

    /// Builds the index now, so that the first question needn't wait for it.
    ///
    /// # Errors
    /// What [`Search::replace`] says.
    pub async fn warm_up(&self, today: Date) -> Result<(), Fault> {
        self.search(today).await.map(drop)
    }

    /// # Errors
    /// When the index can't be built or read.
    pub async fn find(&self, asked: Asked) -> Result<Found, Fault> {
        let search = self.search(asked.today).await?;
        let permits = self.public().permits;
        aside(move || permits::find(&search, &permits, &asked)).await
    }

    /// # Errors
    /// When the index can't be built.
    pub async fn suggest(&self, typed: String, most: usize, today: Date) -> Result<Vec<Suggestion>, Fault> {
        let search = self.search(today).await?;
        aside(move || search.suggest(&typed, today, most)).await
    }

    async fn search(&self, today: Date) -> Result<Arc<Search>, Fault> {
        let built = self.ready.get_or_try_init(|| {
            let (catalogue, words) = (self.catalogue.clone(), self.lists.words.clone());
            let pages = self.all_pages();
            aside(move || build(&catalogue, pages, words, today).map(Arc::new))
        });
        built.await.cloned()
    }
}

impl Finder {
    /// Of which list the index knows what was published.
    fn mark(&self) -> Option<Mark> {
        self.published.read().unwrap_or_else(PoisonError::into_inner).mark
    }

    fn public(&self) -> Public {
        self.published.read().unwrap_or_else(PoisonError::into_inner).public.clone()
    }

    /// What another finder has read of what was published: a new catalogue is no reason to forget it.
    #[must_use]
    pub fn with_published_of(self, other: &Finder) -> Finder {
        let published = other.published.read().unwrap_or_else(PoisonError::into_inner).clone();
        Finder { published: RwLock::new(published), ..self }
    }

    /// Takes in what is published now. An index that stands already is built anew; questions meanwhile are answered from
    /// the old one.
    async fn feed(&self, mark: Mark, public: Public, today: Date) -> Result<(), Fault> {
        let published = Published { mark: Some(mark), public };
        let before = std::mem::replace(
            &mut *self.published.write().unwrap_or_else(PoisonError::into_inner),
            published,
        );
        if before.mark.is_some_and(|before| before.same_articles(&mark)) {
            return Ok(());
        }
        let Some(search) = self.ready.get().cloned() else { return Ok(()) };
        let (catalogue, words, pages) = (self.catalogue.clone(), self.lists.words.clone(), self.all_pages());
        aside(move || fill(&search, &catalogue, pages, words, today)).await
    }

    /// What was published last, newest first, as the search knows it: the front page asks for no row.
    pub fn latest(&self, most: usize) -> Vec<Document> {
        let published = self.published.read().unwrap_or_else(PoisonError::into_inner);
        published.public.articles.iter().take(most).cloned().collect()
    }

    /// The latest decisions made public, of a bureau or of all; none while the list was not read yet.
    pub fn latest_permits(&self, bureau: Option<&str>, most: usize) -> Option<Vec<Permit>> {
        let published = self.published.read().unwrap_or_else(PoisonError::into_inner);
        published.mark?;
        let of = |one: &&Permit| bureau.is_none_or(|bureau| one.bureau == bureau);
        Some(published.public.permits.iter().filter(of).take(most).cloned().collect())
    }

    fn all_pages(&self) -> Vec<Document> {
        let published = self.published.read().unwrap_or_else(PoisonError::into_inner);
        self.lists.pages.iter().chain(published.public.articles.iter()).cloned().collect()
    }
}

/// The index over everything the site ships.
///
/// # Errors
/// What [`Search::replace`] says.
pub fn build(
    catalogue: &Catalogue,
    pages: Vec<::search::Document>,
    words: Words,
    today: Date,
) -> Result<Search, Fault> {
    let search = Search::on(Shelf::Memory)?;
    fill(&search, catalogue, pages, words, today)?;
    Ok(search)
}

fn fill(
    search: &Search,
    catalogue: &Catalogue,
    pages: Vec<Document>,
    words: Words,
    today: Date,
) -> Result<(), Fault> {
    let mut all = documents(catalogue, today);
    all.extend(pages);
    search.replace(&all, words)
}

/// Searching is work of the processor: it doesn't hold up the threads that serve connections.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|died| std::panic::resume_unwind(died.into_panic()))
}
