//! 长者模式, high contrast and the size of letters: a cookie, set by a plain form so that it works without scripts.

use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::{Router, routing::post};
use http::header::SET_COOKIE;

use crate::app::App;
use crate::cookies;
use crate::cx::Cx;
use crate::form::Fields;

/// How this browser wants pages to look.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct View {
    pub elder: bool,
    pub contrast: bool,
    pub size: Size,
}

/// How large letters are, on top of what 长者模式 does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    #[default]
    Usual,
    Large,
    Largest,
}

impl Size {
    const ALL: [Size; 3] = [Size::Usual, Size::Large, Size::Largest];

    /// For the class of the page and the value of the button.
    pub fn code(self) -> &'static str {
        match self {
            Size::Usual => "usual",
            Size::Large => "large",
            Size::Largest => "largest",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Size::Usual => "标准",
            Size::Large => "大",
            Size::Largest => "特大",
        }
    }

    /// What the button asks for: one size up, from the largest back to the usual one.
    pub fn next(self) -> Size {
        match self {
            Size::Usual => Size::Large,
            Size::Large => Size::Largest,
            Size::Largest => Size::Usual,
        }
    }

    fn from_code(code: &str) -> Size {
        Size::ALL.into_iter().find(|size| size.code() == code).unwrap_or_default()
    }
}

const YEAR: i64 = 365 * 24 * 3600;

impl View {
    pub(crate) fn read(cookie: Option<&str>) -> View {
        let marks = cookie.unwrap_or_default();
        let size = match (marks.contains('x'), marks.contains('l')) {
            (true, _) => Size::Largest,
            (_, true) => Size::Large,
            _ => Size::Usual,
        };
        View { elder: marks.contains('e'), contrast: marks.contains('c'), size }
    }

    fn cookie(self) -> String {
        let marks: String = [
            (self.elder, 'e'),
            (self.contrast, 'c'),
            (self.size == Size::Large, 'l'),
            (self.size == Size::Largest, 'x'),
        ]
        .iter()
        .filter(|(on, _)| *on)
        .map(|(_, mark)| *mark)
        .collect();
        format!("v{marks}")
    }
}

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/view", post(switch))
}

/// `POST /view` with `elder=on|off`, `contrast=on|off` or `size=usual|large|largest`, and `back`.
async fn switch(cx: Cx, fields: Fields) -> Response {
    let mut view = cx.view();
    if let Some(elder) = fields.first("elder") {
        view.elder = elder == "on";
    }
    if let Some(contrast) = fields.first("contrast") {
        view.contrast = contrast == "on";
    }
    if let Some(size) = fields.first("size") {
        view.size = Size::from_code(size);
    }
    let cookie = cx.jar().write(cookies::VIEW, &view.cookie(), Some(YEAR));
    (AppendHeaders([(SET_COOKIE, cookie)]), Redirect::to(safe_next(fields.get("back")))).into_response()
}

/// An address of our own site to go to, else the front page. Nobody may be sent elsewhere by a link to us:
/// `//evil.example`, `/\evil.example` and control characters are read by browsers as other hosts.
pub fn safe_next(next: &str) -> &str {
    let local = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    if local && next.bytes().all(|b| b > 0x20 && b != 0x7f) { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for bad in
            ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil", "evil", "", "/a\r\nb"]
        {
            assert_eq!(safe_next(bad), "/", "{bad:?}");
        }
        assert_eq!(safe_next("/me?tab=2#x"), "/me?tab=2#x");
    }

    #[test]
    fn a_view_survives_its_cookie() {
        let view = |elder, contrast, size| View { elder, contrast, size };
        for view in [
            View::default(),
            view(true, false, Size::Large),
            view(true, true, Size::Usual),
            view(false, true, Size::Largest),
        ] {
            assert_eq!(View::read(Some(&view.cookie())), view);
        }
    }
}
