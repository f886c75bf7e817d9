//! 群众评价: how many said this year whether a guide can be understood, bureau by bureau. Each server counts for itself now and
//! then, so that the front page asks for no row.

use std::sync::{Arc, PoisonError, RwLock};

use askama::Template;
use axum::extract::State;
use catalog::Catalogue;
use catalog::catalogue::NATION;
use catalog::store::readers::counted_since;
use jiff::civil::date;
use web::clock::beijing;
use web::{Answer, App, Page, PageCx, html};

use crate::region::serving;

/// What is known of this year; a part of the app.
#[derive(Default)]
pub struct Ratings(RwLock<Arc<Year>>);

/// The counts of a year.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Year {
    pub year: i16,
    /// Only bureaus of which somebody said something.
    pub bureaus: Vec<Told>,
}

/// What was said of one bureau's guides.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub bureau: String,
    pub satisfied: i64,
    pub all: i64,
}

impl Told {
    pub fn percent(&self) -> i64 {
        percent(self.satisfied, self.all)
    }
}

impl Year {
    pub fn all(&self) -> i64 {
        self.bureaus.iter().map(|one| one.all).sum()
    }

    pub fn percent(&self) -> i64 {
        percent(self.bureaus.iter().map(|one| one.satisfied).sum(), self.all())
    }
}

/// Rounded down: 99.9 % are not all.
fn percent(part: i64, all: i64) -> i64 {
    if all == 0 { 0 } else { part * 100 / all }
}

impl Ratings {
    pub fn year(&self) -> Arc<Year> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Counts anew.
///
/// # Errors
/// When the database can't be read; what was known stays.
pub async fn refresh(app: &App) -> Result<(), catalog::Fault> {
    let catalogue = app.part::<Catalogue>();
    let serving = serving(&catalogue).into_iter();
    let named = serving.map(|local| (local.bureau.clone(), local.bureau_name.clone()));
    // Who reads a guide without choosing a district speaks of the national text.
    let everywhere = std::iter::once((NATION.to_owned(), "没有选区县的读者".to_owned()));
    let year = app.today().year();
    let since = beijing(date(year, 1, 1), 0, 0);
    let mut bureaus = Vec::new();
    for (code, bureau) in named.chain(everywhere) {
        let (satisfied, not) = counted_since(&mut app.db.clone(), &code, since).await?;
        if satisfied + not > 0 {
            bureaus.push(Told { bureau, satisfied, all: satisfied + not });
        }
    }
    let ratings = app.part::<Ratings>();
    *ratings.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Year { year, bureaus });
    Ok(())
}

#[derive(Template)]
#[template(path = "ratings.html")]
struct RatingsPage {
    page: Page,
    told: Arc<Year>,
}

/// `GET /ratings`
pub async fn ratings(State(app): State<App>, cx: PageCx) -> Answer {
    let told = app.part::<Ratings>().year();
    html(&RatingsPage { page: cx.page("群众评价"), told })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_down_and_nothing_said_is_no_share() {
        let told = |satisfied, all| Told { bureau: "甲".into(), satisfied, all };
        let year = Year { year: 2026, bureaus: vec![told(999, 1000), told(2, 3)] };
        assert_eq!((year.bureaus[0].percent(), year.bureaus[1].percent()), (99, 66));
        assert_eq!((year.all(), year.percent()), (1003, 99));
        assert_eq!((Year::default().all(), Year::default().percent()), (0, 0));
    }
}
