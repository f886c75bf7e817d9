//! People, their agents, bureaus, officers and posts; who may do what; signing in and out.
//!
//! Handlers ask for a [`Person`] (an applicant, or an agent acting for one) or an [`Officer`]; without a session they
//! are led to `/login` and back. What an officer's posts allow stands in one table, [`may`]. Other matters tell people
//! things by [`inbox::tell`], in their own transaction.

pub mod accounts;
pub mod acts;
pub mod bureaus;
pub mod codes;
pub mod fault;
pub mod inbox;
pub mod lockout;
pub mod mandates;
pub mod messenger;
pub mod officers;
pub mod pages;
pub mod passwords;
pub mod people;
pub mod seal;
pub mod sessions;
pub mod staff;
pub mod stash;

#[cfg(test)]
mod tests;

pub use accounts::{Kind, NewAccount, Profile};
pub use acts::{Act, Post, may};
pub use bureaus::{Bureau, Level};
pub use fault::Fault;
pub use messenger::{Messenger, SingleSignOn};
pub use officers::{NewOfficer, Officer};
pub use pages::routes;
pub use people::{Agent, Person};
pub use seal::key_hash;
pub use sessions::{layer, sweep};

/// What identity keeps while the program runs: the way messages leave, and the caches and brakes of signing in.
/// `portal` puts one into the app with `.part(Identity::new(...))`.
pub struct Identity {
    pub messenger: std::sync::Arc<dyn Messenger>,
    pub(crate) bureaus: bureaus::Cache,
    pub(crate) demo: Vec<DemoAccount>,
    pub(crate) links: Vec<web::NavItem>,
}

/// An account shown on the sign-in page of a demo.
#[derive(Clone, Debug, PartialEq)]
pub struct DemoAccount {
    pub login: String,
    pub name: String,
    /// 个人 / 单位 / 证件管理员 …
    pub role: String,
    /// The bureau, for officers.
    pub place: String,
    pub password: String,
}

impl Identity {
    pub fn new(messenger: std::sync::Arc<dyn Messenger>) -> Identity {
        Identity { messenger, bureaus: bureaus::Cache::default(), demo: Vec::new(), links: own_links() }
    }

    /// The accounts the sign-in page offers; shown only where `settings.demo` is set.
    pub fn with_demo(mut self, accounts: Vec<DemoAccount>) -> Identity {
        self.demo = accounts;
        self
    }

    /// Where “我的” leads: the pages of other matters about one's own things.
    pub fn with_links(mut self, links: Vec<web::NavItem>) -> Identity {
        self.links = links;
        self
    }
}

fn own_links() -> Vec<web::NavItem> {
    vec![web::NavItem::new("我的办件", "/me/cases"), web::NavItem::new("我的许可证", "/me/licences")]
}
