//! Pages, forms and faults: everything between a browser and a matter.
//!
//! A matter writes handlers over [`App`], asks for a [`PageCx`] to build the page's frame, reads input with [`Form`]
//! or [`Fields`], and answers with `Answer<Response>`: a fault becomes a [`Refusal`], whose page says what happened,
//! under which rule, and what to do next. [`layers`] wraps the assembled router once, in `portal`.
//!
//! Knows no table of a matter. Who is signed in is told by `identity` through [`Cx::sign_in`].

pub mod app;
pub mod assets;
pub mod clock;
pub mod cookies;
pub mod csrf;
pub mod cx;
pub mod face;
pub mod flash;
pub mod form;
pub mod kept;
pub mod layers;
pub mod limit;
pub mod page;
pub mod paging;
pub mod parts;
pub mod place;
pub mod testing;
pub mod text;
mod unread;
pub mod upload;
pub mod view;

#[cfg(test)]
mod tests;

pub use app::{App, AppBuilder, NavItem, Settings, SiteInfo};
pub use clock::{Clock, FixedClock, SystemClock};
pub use cx::{Cx, Who};
pub use face::{Answer, Face, Refusal};
pub use flash::{Flash, Tone};
pub use form::{ApiJson, Fields, Form, Problem, Problems};
pub use layers::layers;
pub use limit::{Class, Limiter};
pub use page::{Page, PageCx, html, html_with_status};
pub use paging::{After, Pager};
pub use view::safe_next;

/// The routes every portal has: assets, and the switch for large type and high contrast.
pub fn routes() -> axum::Router<App> {
    assets::routes().merge(view::routes())
}
