//! How instants are worded for people.

use jiff::Timestamp;
use jiff::tz::{TimeZone, offset};

/// The instant as clocks in China show it: `2026-01-15 08:00:00`. The country has had one zone without summer time since
/// 1991, before any seal, so a fixed offset needs no table of zones.
pub(crate) fn local(at: Timestamp) -> String {
    at.to_zoned(TimeZone::fixed(offset(8))).strftime("%Y-%m-%d %H:%M:%S").to_string()
}
