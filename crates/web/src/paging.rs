//! Paging by key: a page is “what comes after this row”, so that it costs the same at the end of a long list.

use axum::extract::{FromRequestParts, Query};
use http::request::Parts;
use serde::Deserialize;

use crate::app::App;

/// `?after=` of a list: the key of the last row of the page before. Keys of several parts are joined by `~`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct After(pub Option<String>);

impl After {
    /// The parts of a joined key, when there are as many as expected.
    pub fn parts<const N: usize>(&self) -> Option<[String; N]> {
        let parts: Vec<String> = self.0.as_deref()?.split('~').map(str::to_string).collect();
        parts.try_into().ok()
    }

    /// Joins a row's key.
    pub fn key(parts: &[&str]) -> String {
        parts.join("~")
    }
}

#[derive(Deserialize)]
struct Asked {
    after: Option<String>,
}

impl FromRequestParts<App> for After {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<After, Self::Rejection> {
        let asked = Query::<Asked>::from_request_parts(parts, app).await;
        let after = asked.ok().and_then(|Query(asked)| asked.after);
        Ok(After(after.filter(|key| !key.is_empty() && key.len() <= 200)))
    }
}

/// The way to the next page, drawn by `{{ pager }}`. Back is the browser's.
#[derive(Clone, Debug, Default, PartialEq, askama::Template)]
#[template(path = "parts/pager.html")]
pub struct Pager {
    pub next: Option<String>,
    /// Set when this is not the first page.
    pub first: Option<String>,
}

impl askama::filters::HtmlSafe for Pager {}

impl Pager {
    /// Cuts `rows`, fetched one more than `size`, to the page and words the link. `base` is the list's address with
    /// its filters; `key` names a row.
    pub fn cut<T>(
        rows: &mut Vec<T>,
        size: usize,
        base: &str,
        after: &After,
        key: impl Fn(&T) -> String,
    ) -> Pager {
        let more = rows.len() > size;
        rows.truncate(size);
        let joint = if base.contains('?') { '&' } else { '?' };
        let next =
            rows.last().filter(|_| more).map(|row| format!("{base}{joint}after={}", escape(&key(row))));
        Pager { next, first: after.0.as_ref().map(|_| base.to_string()) }
    }
}

fn escape(key: &str) -> String {
    serde_urlencoded::to_string([("k", key)]).map(|pair| pair[2..].to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_page_leads_nowhere() {
        let mut rows = vec![1, 2];
        let pager = Pager::cut(&mut rows, 2, "/l", &After(Some("0".into())), i32::to_string);
        assert_eq!(pager, Pager { next: None, first: Some("/l".into()) });
    }

    #[test]
    fn a_longer_list_is_cut_and_goes_on_after_its_last_row() {
        let mut rows = vec!["a&b", "c d", "e"];
        let pager = Pager::cut(&mut rows, 2, "/l?f=1", &After(None), |row| row.to_string());
        assert_eq!(rows.len(), 2);
        assert_eq!(pager.next.as_deref(), Some("/l?f=1&after=c+d"));
        assert_eq!(pager.first, None);
    }
}
