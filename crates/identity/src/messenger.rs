//! Ways out of this program that a site brings itself: text messages, and single sign-on.

use async_trait::async_trait;

/// Sends a text message. A site plugs its gateway in here; it must answer only once the gateway took the message.
#[async_trait]
pub trait Messenger: Send + Sync {
    /// `phone` in full; `text` at most 70 characters. Neither may be logged.
    async fn send(&self, phone: &str, text: &str) -> Result<(), String>;
}

/// For the demo town and for tests: nothing leaves, and the page shows the code instead.
pub struct ShownOnPage;

#[async_trait]
impl Messenger for ShownOnPage {
    async fn send(&self, _phone: &str, _text: &str) -> Result<(), String> {
        Ok(())
    }
}

/// Somebody the national or provincial sign-on vouches for.
#[derive(Clone, Debug, PartialEq)]
pub struct Vouched {
    pub name: String,
    /// Citizen ID number, or credit code for organisations.
    pub id_number: String,
    pub phone: Option<String>,
    /// Level of assurance as the platform words it: L1, L2, L3.
    pub level: String,
}

/// Single sign-on (国家政务服务平台统一身份认证). No site of this release has one connected.
#[async_trait]
pub trait SingleSignOn: Send + Sync {
    /// Where to send the browser; `state` comes back with it.
    fn start(&self, state: &str) -> String;
    /// Who came back with `code`.
    async fn finish(&self, code: &str) -> Result<Vouched, String>;
}
