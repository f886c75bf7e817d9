//! How soon a bureau tells the public what it has made.

use jiff::civil::Date;

use super::{Due, Workdays};
use crate::calendar::WorkCalendar;
use crate::citations::open_information;

/// 《政府信息公开条例》第二十六条:
/// “属于主动公开范围的政府信息，应当自该政府信息形成或者变更之日起20个工作日内及时公开。法律、法规对政府信息公开的期限另有规定的，从其规定。”
pub fn disclosure_due(made: Date, cal: &WorkCalendar) -> Due {
    cal.nth_workday_after(made, Workdays(20), |_| false).first_of_all(open_information(26, 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn twenty_working_days_pass_over_the_spring_festival() {
        let cal = WorkCalendar::published();
        let due = disclosure_due(date(2026, 2, 9), &cal);
        assert_eq!(cal.workdays_between(date(2026, 2, 9), due.on), 20);
        assert!(due.on > date(2026, 3, 11), "{}", due.on);
        assert!(due.under[0].words().is_some_and(|words| words.contains("20个工作日")));
    }
}
