//! The days within which a decision can be attacked. They run in calendar days and months, not in working days.

use jiff::{Span, civil::Date};

use super::Due;
use crate::{
    calendar::WorkCalendar,
    citations::{Citation, civil_procedure, litigation, reconsideration},
};

/// 《行政复议法》第二十条第一款: “…可以自知道或者应当知道该行政行为之日起六十日内提出行政复议申请…”
pub fn reconsideration_last_day(delivered: Date, cal: &WorkCalendar) -> Due {
    calendar_period(
        delivered,
        Span::new().days(60),
        cal,
        vec![reconsideration(20, 1), reconsideration(88, 1)],
    )
}

/// 《行政诉讼法》第四十六条第一款: “…应当自知道或者应当知道作出行政行为之日起六个月内提出。”
pub fn litigation_last_day(delivered: Date, cal: &WorkCalendar) -> Due {
    calendar_period(delivered, Span::new().months(6), cal, vec![litigation(46, 1), litigation(101, 1)])
}

/// Both acts borrow the counting of civil procedure.
///
/// 《民事诉讼法》第八十五条: “…期间开始的时和日，不计算在期间内。期间届满的最后一日是法定休假日的，以法定休假日后的第一日为期间届满的日期。”
/// A month without the same day of the month ends on its last day (《民法典》第二百零二条), which is what adding a span does.
fn calendar_period(from: Date, span: Span, cal: &WorkCalendar, mut under: Vec<Citation>) -> Due {
    let last = from.saturating_add(span);
    let on = cal.this_or_next_workday(last);
    under.push(civil_procedure(85, 3));
    Due { on, under, provisional: cal.guesses_between(last, on), stopped_since: None }
}
