//! A short word carried over a redirect: “已保存”.

use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::header::SET_COOKIE;
use subtle::ConstantTimeEq;

use crate::app::App;
use crate::cookies::{self, Jar};
use crate::csrf::keyed_digest;

/// How a message is meant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tone {
    Done,
    Note,
    Problem,
}

impl Tone {
    /// CSS class and the mark of the cookie.
    pub fn code(self) -> &'static str {
        match self {
            Tone::Done => "done",
            Tone::Note => "note",
            Tone::Problem => "problem",
        }
    }
    fn from_code(code: &str) -> Option<Tone> {
        [Tone::Done, Tone::Note, Tone::Problem].into_iter().find(|tone| tone.code() == code)
    }
}

/// The message itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Flash {
    pub tone: Tone,
    pub text: String,
}

impl Flash {
    pub fn done(text: impl Into<String>) -> Flash {
        Flash { tone: Tone::Done, text: text.into() }
    }
    pub fn note(text: impl Into<String>) -> Flash {
        Flash { tone: Tone::Note, text: text.into() }
    }
    pub fn problem(text: impl Into<String>) -> Flash {
        Flash { tone: Tone::Problem, text: text.into() }
    }

    /// 303 to `to`, where the next page shows the message.
    pub fn redirect(self, app: &App, to: &str) -> Response {
        let cookie =
            Jar::of(app.settings()).write(cookies::FLASH, &self.seal(&app.settings().secret), Some(60));
        (AppendHeaders([(SET_COOKIE, cookie)]), Redirect::to(to)).into_response()
    }

    /// Signed, so that nobody else can put words on our page.
    fn seal(&self, secret: &[u8; 32]) -> String {
        // A cookie holds 4 KB at most, in all browsers; messages are one sentence.
        let text: String = self.text.chars().take(200).collect();
        let plain = format!("{}|{text}", self.tone.code());
        let mac = keyed_digest(secret, &[b"flash", plain.as_bytes()]);
        format!("{}.{}", URL_SAFE_NO_PAD.encode(&plain), URL_SAFE_NO_PAD.encode(&mac[..12]))
    }

    pub(crate) fn open(secret: &[u8; 32], sealed: &str) -> Option<Flash> {
        let (plain, mac) = sealed.split_once('.')?;
        let plain = URL_SAFE_NO_PAD.decode(plain).ok()?;
        let expected = keyed_digest(secret, &[b"flash", &plain]);
        let good: bool = expected[..12].ct_eq(&URL_SAFE_NO_PAD.decode(mac).ok()?).into();
        let plain = String::from_utf8(plain).ok().filter(|_| good)?;
        let (tone, text) = plain.split_once('|')?;
        Some(Flash { tone: Tone::from_code(tone)?, text: text.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_comes_back_only_unaltered() {
        let sealed = Flash::done("已保存｜草稿").seal(&[3; 32]);
        assert_eq!(Flash::open(&[3; 32], &sealed), Some(Flash::done("已保存｜草稿")));
        assert_eq!(Flash::open(&[4; 32], &sealed), None);
        assert_eq!(Flash::open(&[3; 32], &sealed.replace('.', "A.")), None);
    }
}
