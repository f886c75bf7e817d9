//! The synchroniser token of forms. It stands beside the check of `Origin` and `Sec-Fetch-Site`, because the web views
//! of older phones send neither.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sm3::Sm3;
use subtle::ConstantTimeEq;

/// The form field that carries the token.
pub const FIELD: &str = "_csrf";
/// The header that carries it when a script sends the form.
pub const HEADER: &str = "x-csrf-token";

const LEN: usize = 32;

/// HMAC-SM3 of several parts, each preceded by its length so that no two lists of parts collide.
pub fn keyed_digest(secret: &[u8], parts: &[&[u8]]) -> [u8; LEN] {
    let mut mac = <Hmac<Sm3> as KeyInit>::new_from_slice(secret).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// A token for the browser that holds `cookie`. Masked anew each time: the page is compressed, and a constant secret in
/// a compressed page beside reflected input can be guessed byte by byte (BREACH).
pub fn token(secret: &[u8; 32], cookie: &str) -> String {
    let mask: [u8; LEN] = crate::app::random();
    let mut both = [0; 2 * LEN];
    both[..LEN].copy_from_slice(&mask);
    for (place, (mac, mask)) in both[LEN..].iter_mut().zip(mac(secret, cookie).iter().zip(mask)) {
        *place = mac ^ mask;
    }
    URL_SAFE_NO_PAD.encode(both)
}

/// Whether `token` was made for the browser that holds `cookie`.
pub fn fits(secret: &[u8; 32], cookie: &str, token: &str) -> bool {
    let Ok(both) = URL_SAFE_NO_PAD.decode(token) else { return false };
    if both.len() != 2 * LEN {
        return false;
    }
    let (mask, masked) = both.split_at(LEN);
    let found: Vec<u8> = masked.iter().zip(mask).map(|(a, b)| a ^ b).collect();
    found.ct_eq(&mac(secret, cookie)).into()
}

fn mac(secret: &[u8; 32], cookie: &str) -> [u8; LEN] {
    keyed_digest(secret, &[b"csrf", cookie.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_fits_only_its_own_browser_and_site() {
        let secret = [7; 32];
        let token = token(&secret, "mine");
        assert!(fits(&secret, "mine", &token));
        assert!(!fits(&secret, "theirs", &token));
        assert!(!fits(&[8; 32], "mine", &token));
        for bad in ["", "x", &token[1..], "AAAA"] {
            assert!(!fits(&secret, "mine", bad), "{bad}");
        }
    }

    #[test]
    fn no_two_tokens_look_alike() {
        assert_ne!(token(&[7; 32], "mine"), token(&[7; 32], "mine"));
    }
}
