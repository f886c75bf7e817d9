//! Keyed digests: how a licence is found from a credit code or an ID number without the table holding either, and the
//! check code in a licence's QR.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use web::csrf::keyed_digest;

/// What a look-up key was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    CreditCode,
    /// ID number of the person in charge.
    PersonId,
}

impl Kind {
    pub fn code(self) -> &'static str {
        match self {
            Kind::CreditCode => "credit",
            Kind::PersonId => "person",
        }
    }
}

/// Makes the digests. Holds the installation's secret, so it is never printed.
#[derive(Clone)]
pub struct Keys {
    secret: [u8; 32],
}

impl Keys {
    pub fn new(secret: [u8; 32]) -> Keys {
        Keys { secret }
    }

    /// HMAC-SM3 over kind and value, as 43 characters. Values are compared in upper case without spaces.
    pub fn lookup(&self, kind: Kind, value: &str) -> String {
        let value: String =
            value.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect();
        let digest =
            keyed_digest(&self.secret, &[b"licence-lookup", kind.code().as_bytes(), value.as_bytes()]);
        URL_SAFE_NO_PAD.encode(digest)
    }

    /// Eight characters in the QR of a licence. They tell a QR that this system printed from one somebody drew around a
    /// number read off another wall; whether the licence is good is for the register to say. Where the licence has an
    /// electronic edition they stand for that edition.
    pub fn check(&self, number: &str, edition: Option<u64>) -> String {
        let edition = edition.map(|edition| edition.to_string()).unwrap_or_default();
        let parts = [b"licence-qr".as_slice(), number.as_bytes(), edition.as_bytes()];
        let digest = keyed_digest(&self.secret, if edition.is_empty() { &parts[..2] } else { &parts });
        URL_SAFE_NO_PAD.encode(&digest[..6])
    }

    /// Address in the QR: `{base}/v/{number}?c={check}`, and `&e={edition}` behind it for an electronic edition, so that a
    /// browser without scripts is told of an old one, too.
    pub fn verify_url(&self, base_url: &str, number: &str, edition: Option<u64>) -> String {
        let behind = edition.map(|edition| format!("&e={edition}")).unwrap_or_default();
        format!("{base_url}/v/{number}?c={}{behind}", self.check(number, edition))
    }

    pub fn check_fits(&self, number: &str, edition: Option<u64>, check: &str) -> bool {
        self.check(number, edition) == check
    }

    /// What a code on the holder's screen carries: the second it was shown at, and eight characters that only this site
    /// can have made of it. `{seconds since 1970}.{mac}`
    pub fn shown(&self, number: &str, at: Timestamp) -> String {
        let second = at.as_second().to_string();
        let digest = keyed_digest(&self.secret, &[b"licence-shown", number.as_bytes(), second.as_bytes()]);
        format!("{second}.{}", URL_SAFE_NO_PAD.encode(&digest[..6]))
    }

    /// When a code was shown; `None` for one that this site did not make.
    pub fn shown_at(&self, number: &str, shown: &str) -> Option<Timestamp> {
        let second = shown.split_once('.')?.0.parse().ok()?;
        let at = Timestamp::from_second(second).ok()?;
        (self.shown(number, at) == shown).then_some(at)
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_different_kinds_and_secrets_differ_and_hide_the_value() {
        let keys = Keys::new([1; 32]);
        let code = "92990101AHFK86MM87";
        let key = keys.lookup(Kind::CreditCode, code);
        assert_eq!(key, keys.lookup(Kind::CreditCode, " 92990101ahfk86mm87 "));
        assert_ne!(key, keys.lookup(Kind::PersonId, code));
        assert_ne!(key, Keys::new([2; 32]).lookup(Kind::CreditCode, code));
        assert!(!key.contains("92990101"));
    }

    #[test]
    fn a_check_code_fits_its_own_number_only() {
        let keys = Keys::new([1; 32]);
        let check = keys.check("990101100017", None);
        assert!(keys.check_fits("990101100017", None, &check));
        assert!(!keys.check_fits("990101100018", None, &check));
        let url = keys.verify_url("https://yz.example", "990101100017", None);
        assert_eq!(url, format!("https://yz.example/v/990101100017?c={check}"));
        let second = keys.check("990101100017", Some(2));
        let url = keys.verify_url("https://yz.example", "990101100017", Some(2));
        assert_eq!(url, format!("https://yz.example/v/990101100017?c={second}&e=2"));
        assert!(!keys.check_fits("990101100017", Some(3), &second) && second != check);
    }

    #[test]
    fn a_code_on_a_screen_tells_when_it_was_shown() {
        let (keys, at) = (Keys::new([1; 32]), Timestamp::from_second(1_795_000_000).unwrap());
        let shown = keys.shown("990101100017", at);
        assert_eq!(keys.shown_at("990101100017", &shown), Some(at));
        assert_eq!(keys.shown_at("990101100018", &shown), None);
        let later = shown.replacen("1795000000", "1795000060", 1);
        for forged in [later.as_str(), "", "1795000000", "x.y", "99999999999999999999.AAAAAAAA"] {
            assert_eq!(keys.shown_at("990101100017", forged), None, "{forged}");
        }
    }
}
