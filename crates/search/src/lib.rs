//! Chinese full text: one box for items, guides, questions, laws, notices and pages.
//!
//! It is handed documents and editors' words, and knows nothing of where they come from. Documents are indexed as a
//! whole into a new generation, which takes the place of the old one at once; whoever is searching goes on in the old
//! one until they have their answer.

pub mod document;
mod endings;
pub mod fault;
mod fold;
mod generation;
mod index;
mod lexicon;
mod mark;
mod offers;
mod rank;
mod sound;
mod suggest;
mod understand;
pub mod words;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::civil::Date;

pub use document::{Audience, Document, Kind, NoSuchKind};
pub use fault::Fault;
pub use generation::{Asked, Found, Hit};
pub use mark::Marked;
pub use suggest::Suggestion;
pub use understand::{LONGEST_QUERY, plain};
pub use words::Words;

use generation::Generation;

/// More documents than a public site has; each costs memory while it is indexed.
pub const MOST_DOCUMENTS: usize = 200_000;

/// Where generations lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// A few thousand documents.
    Memory,
    /// A folder of this process alone, on a local disk; what an earlier run left there is removed.
    Folder(PathBuf),
}

/// What answers questions.
pub struct Search {
    shelf: Shelf,
    current: RwLock<Option<Arc<Generation>>>,
    /// One generation is built at a time: two would double the memory.
    building: Mutex<()>,
}

impl Search {
    /// With nothing in it yet.
    ///
    /// # Errors
    /// [`Fault::Folder`] when the folder can't be made or cleared.
    pub fn on(shelf: Shelf) -> Result<Search, Fault> {
        if let Shelf::Folder(folder) = &shelf {
            std::fs::create_dir_all(folder)?;
            for left in std::fs::read_dir(folder)?.flatten() {
                if left.file_name().to_string_lossy().starts_with("generation-") {
                    std::fs::remove_dir_all(left.path())?;
                }
            }
        }
        Ok(Search { shelf, current: RwLock::new(None), building: Mutex::new(()) })
    }

    /// Indexes all documents anew and answers from them once that is done. Takes seconds for many documents: call it
    /// where waiting is allowed. When it fails the old generation goes on answering.
    ///
    /// # Errors
    /// [`Fault::TooMany`], [`Fault::SameId`], or what the disk said.
    pub fn replace(&self, documents: &[Document], words: Words) -> Result<(), Fault> {
        check(documents)?;
        let _one_at_a_time = self.building.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = match &self.shelf {
            Shelf::Memory => None,
            Shelf::Folder(folder) => Some(folder.as_path()),
        };
        let next = Arc::new(Generation::build(documents, Arc::new(words), folder)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(next);
        Ok(())
    }

    /// # Errors
    /// [`Fault::NotReady`] before the first generation.
    pub fn find(&self, asked: &Asked) -> Result<Found, Fault> {
        self.generation()?.find(asked)
    }

    /// What to offer while somebody types, services first.
    ///
    /// # Errors
    /// [`Fault::NotReady`] before the first generation.
    pub fn suggest(&self, typed: &str, today: Date, most: usize) -> Result<Vec<Suggestion>, Fault> {
        self.generation()?.suggest(typed, today, most)
    }

    /// How many documents can be found.
    pub fn documents(&self) -> usize {
        self.generation().map_or(0, |generation| generation.len())
    }

    fn generation(&self) -> Result<Arc<Generation>, Fault> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.clone().ok_or(Fault::NotReady)
    }
}

fn check(documents: &[Document]) -> Result<(), Fault> {
    if documents.len() > MOST_DOCUMENTS {
        return Err(Fault::TooMany { found: documents.len(), most: MOST_DOCUMENTS });
    }
    let mut seen = HashSet::new();
    for document in documents {
        if !seen.insert((document.kind, document.id.as_str())) {
            return Err(Fault::SameId { kind: document.kind.code(), id: document.id.clone() });
        }
    }
    Ok(())
}
