//! The law crate against values that were made elsewhere: deadlines and check digits computed in another language, a second
//! calendar, and a naive count that shares no code with ours.

mod calendar;
mod codes;
mod limits;
mod naive;
mod quotes;
