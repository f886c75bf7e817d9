//! An app for the tests of matters: a chosen clock, and a typesetter that writes the paper's data instead of a PDF, so
//! that no matter's test has to compile the real one.

mod browser;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;
use papers::{Paper, TypesetFault, Typesetter};

use crate::app::{App, AppBuilder, random};
use crate::clock::FixedClock;

pub use browser::{Browser, Seen};

/// A builder over `db` at nine in the morning of `today`; the clock comes along to be moved.
pub async fn app_on(db: db::Db, today: Date) -> (AppBuilder, Arc<FixedClock>) {
    let clock = Arc::new(FixedClock::on(today));
    let files = files::Files::open(temp_dir()).await.expect("a folder for files");
    let builder = App::builder(db, files, Arc::new(PlainTypesetter)).clock(clock.clone());
    let settings = crate::Settings { secret: [9; 32], ..crate::Settings::default() };
    (builder.settings(settings), clock)
}

/// A folder of its own under the system's temporary one.
pub fn temp_dir() -> PathBuf {
    let dir = std::env::temp_dir().join(format!("yanzheng-test-{}", hex::encode(random::<8>())));
    std::fs::create_dir_all(&dir).expect("a temporary folder can be made");
    dir
}

/// Writes a paper's kind, number and data as plain text.
pub struct PlainTypesetter;

impl PlainTypesetter {
    fn plain(paper: &Paper) -> String {
        let number = paper.number.as_deref().unwrap_or_default();
        format!("{}\n{number}\n{}\n{}\n", paper.kind.code(), paper.issued_on, paper.data)
    }
}

impl Typesetter for PlainTypesetter {
    fn pdf(&self, paper: &Paper) -> Result<Vec<u8>, TypesetFault> {
        Ok(PlainTypesetter::plain(paper).into_bytes())
    }
    fn svg(&self, paper: &Paper, _page: usize) -> Result<String, TypesetFault> {
        Ok(PlainTypesetter::plain(paper))
    }
    fn png(&self, paper: &Paper, _page: usize, _dpi: u16) -> Result<Vec<u8>, TypesetFault> {
        Ok(PlainTypesetter::plain(paper).into_bytes())
    }
    fn pages(&self, _paper: &Paper) -> Result<usize, TypesetFault> {
        Ok(1)
    }
}
