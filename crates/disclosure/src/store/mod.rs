//! Every query on the tables of public information, each named by the question it answers.

mod articles;
mod comments;
mod decisions;
mod numbers;
mod public;

pub use articles::*;
pub use comments::*;
pub use decisions::*;
pub use numbers::*;
pub use public::*;

use db::Fault;

pub(crate) fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("plain data serialises")
}

pub(crate) fn parsed<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| Fault::Shape(error.to_string()))
}
