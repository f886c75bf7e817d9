//! 信息公开: what a bureau tells the public on its own, from the draft to its repeal; consultations; decisions made public
//! (双公示); open data.
//!
//! 《政府信息公开条例》第二十六条: “属于主动公开范围的政府信息，应当自该政府信息形成或者变更之日起20个工作日内及时公开。”
//! Whoever writes does not approve. What an application came to is for `cases` to say; it comes in through
//! [`publicity::Decisions`].

pub mod actions;
pub mod article;
pub mod comment;
mod fault;
pub mod feed;
pub mod kind;
pub mod markup;
mod open_data;
mod pages;
mod personal;
pub mod publicity;
pub mod state;
pub mod store;
pub mod watch;

#[cfg(test)]
mod tests;

pub use article::{Article, Content, Published, Validity};
pub use fault::Fault;
pub use kind::Kind;
pub use pages::routes;
