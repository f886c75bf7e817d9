//! 事项目录 and 办事指南: what a bureau offers, what an application for it must contain, and the guide that says so.
//!
//! An item is data: one folder under `/items`, with what a single bureau does differently under `/places/<bureau>/items`.
//! The same values fill the guide, the application form, the check of what was typed and the list of materials, so that
//! they can't contradict each other.

pub mod base;
mod business;
pub mod catalogue;
pub mod change;
pub mod check;
pub mod cite;
mod code_tables;
pub mod desk;
pub mod diff;
pub mod drift;
pub mod elements;
pub mod exchange;
pub mod fault;
pub mod form;
pub mod item;
pub mod lint;
pub mod live;
pub mod local;
pub mod material;
pub mod notify;
pub mod pages;
mod read;
mod shelf_use;
pub mod siting;
pub mod store;
pub mod text;
pub mod work;

pub use base::BaseList;
pub use catalogue::Catalogue;
pub use change::{Change, Standing};
pub use check::{Checked, FieldFault, check};
pub use cite::Cite;
pub use elements::{Completeness, completeness};
pub use fault::Fault;
pub use form::{Bound, Choice, Cond, Field, FormSpec, Group, Kind, Source, Values};
pub use item::{
    ApplyAt, Basis, BusinessType, Coded, Condition, Doubt, Fees, Item, ItemCode, Limits, Open, Question,
    Remedy, ResultPaper, ReviewRule, Scheme, SelfCheck, Special, Step, Sure, Unseen,
};
pub use lint::{Finding, lint, lint_files};
pub use live::Live;
pub use local::{Hall, LocalItem, Promise, Waived};
pub use material::{
    Accept, Blank, CommonFault, MaterialForm, MaterialSpec, Required, Sample, Trust, materials_for,
};
pub(crate) use read::place_of as read_place;
pub use siting::{Distance, Measure, SitingRule};
pub use work::{NoWork, OpenWork, Work};
