//! 电子证照: the licence as an electronic document with a number of its own in the country.
//!
//! Each licence number has editions (版本) counted from 001, each with an identifier of GB/T 36904 and two sealed sheets,
//! original and duplicate. A changed, renewed, reprinted or resealed licence gets the next edition in the transaction of
//! the step; the one before becomes 变更, points forward, and is pointed back to.
//!
//! 《国务院关于在线政务服务的若干规定》第十条: “国家建立电子证照共享服务系统，实现电子证照跨地区、跨部门共享和全国范围内互信互认。”
//! How anybody checks one without asking us (QR, status list) is for `qr` and `status_list`.

pub mod bulk;
mod bulk_store;
mod bulk_work;
mod change;
mod edition;
pub mod ending;
mod ending_letter;
mod ending_store;
pub mod export;
mod face;
pub mod grant;
mod grant_store;
pub(crate) mod make;
mod metadata;
mod paused;
mod state;
pub(crate) mod step;
pub(crate) mod store;
mod type_record;

pub use change::{Amendment, Remake, Under};
pub use edition::{Cause, Edition};
pub use ending_letter::draft as ending_draft;
pub use metadata::Metadata;
pub use paused::Pauses;
pub use state::{State, StateFault, Step};
pub(crate) use store::{Brief, count_by_state, newest_between};
pub use store::{all_of, current, of_identifier};
pub use type_record::{TypeRecord, retail};
