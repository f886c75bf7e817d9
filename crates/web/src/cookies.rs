//! Cookies: few, HttpOnly, SameSite=Lax, and with the `__Host-` prefix wherever the site is served over https.

use http::{HeaderMap, HeaderValue, header};

use crate::app::Settings;

/// Names without the prefix; [`Jar`] adds it.
pub const SESSION: &str = "yz_session";
/// Marks a browser that is not signed in, so that its forms can carry a token too.
pub const VISITOR: &str = "yz_visitor";
pub const VIEW: &str = "yz_view";
pub const FLASH: &str = "yz_flash";
/// The district a visitor chose.
pub const PLACE: &str = "yz_bureau";
pub const STASH: &str = "yz_stash";

/// Reads and words cookies the way this site's scheme asks for.
#[derive(Clone, Copy, Debug)]
pub struct Jar {
    https: bool,
}

impl Jar {
    pub fn of(settings: &Settings) -> Jar {
        Jar { https: settings.https() }
    }

    fn full_name(&self, name: &str) -> String {
        if self.https { format!("__Host-{name}") } else { name.to_string() }
    }

    /// The value of a cookie, if the browser sent one that looks like ours.
    pub fn read(&self, headers: &HeaderMap, name: &str) -> Option<String> {
        let name = self.full_name(name);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.to_string())
            .filter(|value| !value.is_empty() && value.len() <= 1024)
    }

    /// A `Set-Cookie` line; `seconds` of `None` lasts until the browser closes.
    pub fn write(&self, name: &str, value: &str, seconds: Option<i64>) -> HeaderValue {
        let mut line = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax", self.full_name(name));
        if self.https {
            line.push_str("; Secure");
        }
        if let Some(seconds) = seconds {
            line.push_str(&format!("; Max-Age={seconds}"));
        }
        HeaderValue::from_str(&line).expect("cookie values are made of letters and digits")
    }

    pub fn forget(&self, name: &str) -> HeaderValue {
        self.write(name, "", Some(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jar(base_url: &str) -> Jar {
        Jar::of(&Settings { base_url: base_url.into(), ..Settings::default() })
    }

    #[test]
    fn over_https_cookies_are_secure_and_bound_to_the_host() {
        let line = jar("https://yz.example").write(SESSION, "abc", Some(60));
        assert_eq!(line, "__Host-yz_session=abc; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60");
    }

    #[test]
    fn a_cookie_is_found_among_others_and_only_by_its_full_name() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; xyz_session=no; yz_session=yes"));
        assert_eq!(jar("http://x").read(&headers, SESSION).as_deref(), Some("yes"));
        assert_eq!(jar("https://x").read(&headers, SESSION), None);
    }
}
