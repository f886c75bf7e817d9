//! 许可证号: twelve digits, division 6 + kind 1 + serial 5. The serial comes from a counter raised in the transaction
//! that issues the licence, so a number is never skipped and never given twice; a rolled-back decision gives it back.

use law::codes::CodeFault;
use law::codes::retail::RetailLicenceNo;

use crate::Fault;

/// The last serial of a division and kind. There will never be more: numbers are not used again.
pub const LAST_SERIAL: i64 = 99_999;
/// From here on whoever runs the system is warned.
pub const ALARM_SERIAL: i64 = 80_000;

/// Seventh digit: 1 for 个体工商户, 2 for everybody else ([`law::codes::LicenceKind`]).
pub fn kind_of(eco_type: &str) -> u8 {
    if eco_type == INDIVIDUAL { 1 } else { 2 }
}

/// 经济类型 1403 个体.
pub const INDIVIDUAL: &str = "1403";

/// Name of the counter the serials of a division and kind come from.
pub fn counter_name(division: &str, kind: u8) -> String {
    format!("lic:{division}:{kind}")
}

/// The number of a serial, or why there is none left.
pub fn compose(division: &str, kind: u8, serial: i64) -> Result<String, Fault> {
    if !(1..=LAST_SERIAL).contains(&serial) {
        return Err(Fault::NumbersUsedUp { division: division.into(), kind });
    }
    let number = format!("{division}{kind}{serial:05}");
    RetailLicenceNo::parse(&number).map_err(Fault::Number)?;
    Ok(number)
}

/// The number as written, however people copied it: spaces, dashes and full-width digits are undone first.
pub fn read(written: &str) -> Result<String, CodeFault> {
    let folded = fold(written);
    RetailLicenceNo::parse(&folded).map(|_| folded)
}

pub fn fold(written: &str) -> String {
    law::codes::normalise(written).chars().filter(|sign| !matches!(sign, '-' | '—' | '–')).collect()
}

/// Division, kind and serial of a number already known to be one.
pub fn parts(number: &str) -> Option<(&str, u8, i64)> {
    let is_number = number.len() == 12 && number.bytes().all(|b| b.is_ascii_digit());
    if !is_number {
        return None;
    }
    Some((&number[..6], number.as_bytes()[6] - b'0', number[7..].parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_division_kind_and_serial() {
        assert_eq!(compose("990101", kind_of("1403"), 17).unwrap(), "990101100017");
        assert_eq!(compose("990101", kind_of("1407"), 99_999).unwrap(), "990101299999");
        assert_eq!(parts("990101100017"), Some(("990101", 1, 17)));
    }

    #[test]
    fn the_hundred_thousandth_licence_of_a_kind_has_no_number() {
        assert!(matches!(compose("990101", 1, 100_000), Err(Fault::NumbersUsedUp { kind: 1, .. })));
    }

    #[test]
    fn a_number_is_read_the_way_people_copy_it() {
        assert_eq!(read(" ９９0101 100017 ").unwrap(), "990101100017");
        assert!(read("99010110001").is_err());
        assert_eq!(parts("99010110001七"), None);
    }
}
