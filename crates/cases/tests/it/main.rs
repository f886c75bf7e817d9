//! Stories of cases through the front door, on every database at hand.

mod desk;
mod drafts;
mod filing;
mod promises;
mod sealing;
mod street;
mod town;
mod uploads;
mod watching;
