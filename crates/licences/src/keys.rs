//! Keyed digests: how a licence is found from a credit code or an ID number without the table holding either, and the
//! check code in a licence's QR.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
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
    /// number read off another wall; whether the licence is good is for the register to say.
    pub fn check(&self, number: &str) -> String {
        let digest = keyed_digest(&self.secret, &[b"licence-qr", number.as_bytes()]);
        URL_SAFE_NO_PAD.encode(&digest[..6])
    }

    /// Address in the QR: `{base}/v/{number}?c={check}`.
    pub fn verify_url(&self, base_url: &str, number: &str) -> String {
        format!("{base_url}/v/{number}?c={}", self.check(number))
    }

    pub fn check_fits(&self, number: &str, check: &str) -> bool {
        self.check(number) == check
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
        let check = keys.check("990101100017");
        assert!(keys.check_fits("990101100017", &check) && !keys.check_fits("990101100018", &check));
        let url = keys.verify_url("https://yz.example", "990101100017");
        assert_eq!(url, format!("https://yz.example/v/990101100017?c={check}"));
    }
}
