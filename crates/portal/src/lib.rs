//! The portal puts the house together: settings, the assembled program, its command line and its front page.
//! It knows every matter and decides nothing in any of them.

pub mod assemble;
pub mod calendar;
pub mod cli;
pub mod copies;
pub mod demo;
pub mod health;
pub mod home;
pub mod logging;
pub mod measure;
pub mod migrations;
mod next_step;
mod publicity;
pub mod ratings;
mod region;
mod samples;
pub mod search;
mod secret_key;
pub mod serve;
pub mod settings;
mod site_error;
mod sitemap;
mod waiting;

pub use assemble::{Assembled, assemble, router};
pub use settings::Settings;
