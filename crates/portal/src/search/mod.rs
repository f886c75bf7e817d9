//! The site's search: what can be found, the page and the box. How it is found is for the crate `search`.

mod documents;
pub mod faq;
pub mod laws;
mod lists;
pub mod pages;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use ::search::{Asked, Fault, Found, Search, Shelf, Suggestion, Words};
use catalog::Catalogue;
use jiff::civil::Date;
use tokio::sync::OnceCell;

pub use documents::documents;
pub use lists::Lists;

/// Finds things on this site. The index is built when somebody first asks, or when the server warms up: loading the
/// dictionary takes a second, which no test and no command that doesn't search should wait for.
pub struct Finder {
    catalogue: Arc<Catalogue>,
    lists: Lists,
    ready: OnceCell<Arc<Search>>,
}

impl Finder {
    /// # Errors
    /// [`Fault::Words`] when a list under `items/words` can't be read.
    pub fn of(catalogue: Arc<Catalogue>, today: Date) -> Result<Finder, Fault> {
        let lists = Lists::of(&catalogue, today)?;
        Ok(Finder { catalogue, lists, ready: OnceCell::new() })
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
        aside(move || search.find(&asked)).await
    }

    /// # Errors
    /// When the index can't be built.
    pub async fn suggest(&self, typed: String, most: usize, today: Date) -> Result<Vec<Suggestion>, Fault> {
        let search = self.search(today).await?;
        aside(move || search.suggest(&typed, most)).await
    }

    async fn search(&self, today: Date) -> Result<Arc<Search>, Fault> {
        let built = self.ready.get_or_try_init(|| {
            let (catalogue, words) = (self.catalogue.clone(), self.lists.words.clone());
            let pages = self.lists.pages.clone();
            aside(move || build(&catalogue, pages, words, today).map(Arc::new))
        });
        built.await.cloned()
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
    let mut all = documents(catalogue, today);
    all.extend(pages);
    search.replace(&all, words)?;
    Ok(search)
}

/// Searching is work of the processor: it doesn't hold up the threads that serve connections.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|died| std::panic::resume_unwind(died.into_panic()))
}
