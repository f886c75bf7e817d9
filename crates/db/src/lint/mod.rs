//! The fourteen rules that let one schema and one text of a statement serve SQLite, PostgreSQL and Citus, checked by
//! reading the sources. The tests of `db` read every migration and every crate.

mod schema;
mod source;
mod statement;

pub use schema::{Placed, Schema};
pub use source::{Found, statements};
pub use statement::check;
