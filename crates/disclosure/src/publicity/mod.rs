//! 双公示: decisions on licences, granted and refused, made public within seven working days in the columns of the national
//! data set.
//!
//! 《行政许可法》第四十条: “行政机关作出的准予行政许可决定，应当予以公开，公众有权查阅。” What was decided is for `cases` and `licences`
//! to say; they stand later in the house, so it comes in through [`Decisions`].

mod columns;
mod entry;
mod follow;
mod row;

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use law::calendar::WorkCalendar;
use law::{Due, Workdays};

pub use columns::{COLUMNS, Column, Row};
pub use entry::{Entry, EntryState};
pub use follow::{Following, late};
pub use row::{Decided, Outcome, Party, PartyKind, row};

/// Where decisions come from. The portal puts an implementation into the app as a [`Source`].
#[async_trait]
pub trait Decisions: Send + Sync {
    /// Decisions of a bureau made at `from` or later, in the order in which they were made, `most` of them.
    async fn since(
        &self,
        db: &db::Db,
        bureau: &str,
        from: Timestamp,
        most: i64,
    ) -> Result<Vec<Decided>, db::Fault>;

    /// The decision of one case.
    async fn of_case(&self, db: &db::Db, bureau: &str, id: &str) -> Result<Option<Decided>, db::Fault>;

    /// Whether a licence is still in force; `None` when nobody knows it.
    fn in_force(&self, licence: &str, today: Date) -> Option<bool>;
}

/// The part of `App` under which the portal hands in where decisions come from.
pub struct Source(pub Arc<dyn Decisions>);

/// The last day to make a decision public.
pub fn due(decided: Date, calendar: &WorkCalendar) -> Due {
    // Without a number in `law/limits` for so early a day the limit of today is the best there is.
    let days = law::numbers::on("publicity_days", decided).map_or(DAYS, |number| number.amount);
    calendar.nth_workday_after(decided, Workdays(days), |_| false)
}

const DAYS: u16 = 7;

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn seven_working_days_pass_over_national_day() {
        let calendar = WorkCalendar::published();
        let due = due(date(2026, 9, 28), &calendar);
        assert_eq!(calendar.workdays_between(date(2026, 9, 28), due.on), 7);
        assert!(due.on > date(2026, 10, 8), "{}", due.on);
        assert_eq!(super::due(date(2026, 11, 2), &calendar).on, date(2026, 11, 11));
    }

    #[test]
    fn the_number_of_days_stands_in_the_law_folder() {
        assert_eq!(law::numbers::on("publicity_days", date(2026, 1, 1)).unwrap().amount, DAYS);
    }
}
