//! How long a licence holds, and when its renewal must be asked for.

use jiff::{Span, civil::Date};

use super::{Due, LimitFault};
use crate::{citations::licensing, numbers};

/// 《行政许可法》第五十条第一款: “…应当在该行政许可有效期届满三十日前向作出行政许可决定的行政机关提出申请。” Thirty calendar days, the
/// reading that leaves the holder more time: docs/decisions/0003.
pub fn renewal_application_last_day(valid_to: Date) -> Due {
    let on = valid_to.saturating_sub(Span::new().days(30));
    Due { on, under: vec![licensing(50, 1)], provisional: false, stopped_since: None }
}

/// 《行政许可法》第五十条第二款: “…在该行政许可有效期届满前作出是否准予延续的决定；逾期未作决定的，视为准予延续。”
///
/// True from the day after the licence's last day, if the renewal was asked for in time and nothing was decided.
pub fn renewal_deemed_granted(valid_to: Date, applied: Date, today: Date) -> bool {
    applied <= renewal_application_last_day(valid_to).on && today > valid_to
}

/// The last day of a licence that holds from `from` for `years` years, the first day included: from 1 March 2026 for five
/// years, to 28 February 2031. From 29 February, to the end of February.
///
/// 细则第四十八条 (second-hand): at most five years, so the most is dated data, `licence_years_at_most` in `law/limits`.
pub fn licence_valid_to(from: Date, years: u8) -> Result<Date, LimitFault> {
    let most = numbers::on("licence_years_at_most", from).map_or(5, |number| number.amount as u8);
    if !(1..=most).contains(&years) {
        return Err(LimitFault::LicenceYears { years, most });
    }
    let anniversary = from.saturating_add(Span::new().years(years));
    let same_day_exists = anniversary.day() == from.day();
    Ok(if same_day_exists { anniversary.saturating_sub(Span::new().days(1)) } else { anniversary })
}

/// The day by which the organ must decide on a renewal: the licence's own last day (第五十条第二款).
pub fn renewal_decision_due(valid_to: Date) -> Due {
    Due { on: valid_to, under: vec![licensing(50, 2)], provisional: false, stopped_since: None }
}
