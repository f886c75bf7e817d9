//! The lists editors keep under `items/words`: words for the search, and pages that are no guide.

use ::search::{Document, Fault, Kind, Words};
use catalog::Catalogue;
use jiff::civil::Date;
use serde::Deserialize;

const FOLDER: &str = "items/words/";
const PAGES: &str = "items/words/pages.toml";

/// What stands in the lists on one day.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    pub words: Words,
    pub pages: Vec<Document>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PagesFile {
    #[serde(rename = "effective")]
    _effective: toml::value::Datetime,
    #[serde(rename = "source")]
    _source: String,
    page: Vec<PageEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PageEntry {
    id: String,
    title: String,
    url: String,
    says: String,
    keywords: Vec<String>,
    #[serde(default)]
    weight: Option<f32>,
}

impl Lists {
    /// # Errors
    /// [`Fault::Words`] with the file and what is wrong in it.
    pub fn of(catalogue: &Catalogue, today: Date) -> Result<Lists, Fault> {
        let mut lists = Lists::default();
        for file in catalogue.files().iter().filter(|file| file.path.starts_with(FOLDER)) {
            if file.path == PAGES {
                lists.pages = pages(&file.text)?;
            } else {
                lists.words = lists.words.and(Words::read(&file.path, &file.text, today)?);
            }
        }
        Ok(lists)
    }
}

fn pages(text: &str) -> Result<Vec<Document>, Fault> {
    let read: PagesFile = toml::from_str(text)
        .map_err(|error| Fault::Words { file: PAGES.to_owned(), says: error.to_string() })?;
    Ok(read.page.into_iter().map(document).collect())
}

fn document(entry: PageEntry) -> Document {
    let weight = entry.weight.unwrap_or(1.0);
    let page = Document::new(Kind::Page, entry.id, entry.title, entry.url);
    page.body(entry.says).keywords(entry.keywords).weight(weight)
}
