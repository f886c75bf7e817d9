//! 一致性核对: looks at public copies of our guides (this site itself, screens in halls, portals above) and says what differs.
//! How a copy is compared is for `catalog::drift`; here the copies are fetched, and our own rendering is asked of ourselves.

mod fetch;
mod site;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use catalog::Catalogue;
use catalog::catalogue::NATION;
use catalog::drift::{self, Drift, Mark, Ours};
use catalog::pages::current::{self, Found};
use catalog::pages::{guide_json, index};
use catalog::store::readers::{self, Looked};
use jiff::Timestamp;
use jobs::{Failed, Sweep};
use tower::ServiceExt;
use web::App;

use crate::assemble::router;
use fetch::Answered;
use site::Site;

/// Our own pages are smaller by far.
const OWN_PAGE: usize = 4 << 20;
/// Guides of one site that are read word for word in one go; a whole country takes `--all` and an hour.
pub const MOST_READ: usize = 300;

/// What was found at an address.
#[derive(Debug, Default)]
pub struct Report {
    /// By address; a place where nothing differs has one line that says so.
    pub found: Vec<(String, Drift)>,
    /// Guides whose content was read.
    pub read: usize,
    /// Guides of which only the digest in a list was compared.
    pub by_digest_only: usize,
}

impl Report {
    /// The place went away: no use asking for the rest.
    fn is_cut_off(&self) -> bool {
        self.found.iter().any(|(_, drift)| matches!(drift, Drift::Unreachable { .. }))
    }
}

/// Looks at one address: a guide in any view, its JSON, or a whole site by its list of guides.
pub async fn look(app: &App, url: &str) -> Vec<(String, Drift)> {
    look_at(app, url, MOST_READ).await.found
}

/// As [`look`], reading the content of up to `most` guides of a whole site.
pub async fn look_at(app: &App, url: &str, most: usize) -> Report {
    if let Some((root, bureau)) = whole_site(url) {
        return Site { app, root, most }.look(bureau).await;
    }
    let drift = match fetched(url).await {
        Ok(answered) => of_page(app, &answered).await,
        Err(says) => Drift::Unreachable { says },
    };
    Report { found: vec![(url.to_owned(), drift)], read: 1, by_digest_only: 0 }
}

/// A page that somebody saved: how copies behind https are looked at.
pub async fn look_at_text(app: &App, body: String) -> Drift {
    of_page(app, &Answered { status: StatusCode::OK.as_u16(), body }).await
}

/// Waiting for another server is done on a thread that may wait.
async fn fetched(url: &str) -> Result<Answered, String> {
    let url = url.to_owned();
    let got = tokio::task::spawn_blocking(move || fetch::get(&url)).await;
    got.unwrap_or_else(|died| std::panic::resume_unwind(died.into_panic()))
}

/// `http://host` and `http://host/` mean everything there, as does its list of guides; the list of a bureau means that bureau.
fn whole_site(url: &str) -> Option<(&str, Option<&str>)> {
    let (_, rest) = url.split_once("://")?;
    if let Some((root, query)) = url.split_once("/guides.json") {
        let bureau = query.split_once("bureau=").map(|(_, code)| code.split('&').next().unwrap_or_default());
        return Some((root, bureau.filter(|code| !code.is_empty())));
    }
    let bare = rest.trim_end_matches('/');
    (!bare.is_empty() && !bare.contains('/')).then(|| (url.trim_end_matches('/'), None))
}

async fn of_page(app: &App, answered: &Answered) -> Drift {
    if !answered.is_good() {
        return Drift::Missing {
            says: format!("这个地址回答 {}：请检查那里有没有这份指南", answered.status),
        };
    }
    let Some(mark) = drift::mark_in(&answered.body) else {
        return Drift::Missing {
            says: "这一页没有指南的核对码：不是本站的指南，或者核对码被删去了".to_owned(),
        };
    };
    match ours(app, &mark, &answered.body).await {
        Ok((known, ours)) => drift::compare(&answered.body, &mark, &Ours { known: known.as_ref(), ..ours }),
        Err(fault) => {
            tracing::error!(%fault, "past texts can't be read for a comparison");
            Drift::Unreachable {
                says: "本站的数据库读不到以前的版本：请稍后再核对".to_owned()
            }
        }
    }
}

/// What this site has for a mark: the guide in force and its renderings. No address of the copy is followed.
async fn ours(
    app: &App,
    mark: &Mark,
    body: &str,
) -> Result<(Option<index::Listed>, Ours<'static>), catalog::Fault> {
    let catalogue = app.part::<Catalogue>();
    let own = index::of_bureau(&catalogue, &mark.bureau, &app.settings().base_url);
    let known = own.guides.into_iter().find(|one| one.item == mark.item && one.business == mark.business);
    let place = catalogue.item(&mark.item).and_then(|item| Some((item, item.business(&mark.business)?)));
    let (Some(_), Some(place)) = (&known, place) else { return Ok((None, Ours::default())) };
    let found = current::found(app, &catalogue, place, &mark.bureau, &mark.digest).await?;
    let renderings = match serde_json::from_str::<serde_json::Value>(body) {
        Ok(copy) => vec![own_json(app, &catalogue, place, mark, &copy)],
        Err(_) => own_pages(app, mark).await,
    };
    let once_in_force = matches!(found, Found::Current | Found::Stale { .. });
    let base = app.settings().base_url.trim_end_matches('/').to_owned();
    Ok((known, Ours { known: None, base, renderings, once_in_force }))
}

/// Our guide.json in the situation that the copy was made for.
fn own_json(
    app: &App,
    catalogue: &Catalogue,
    (item, business): (&Arc<catalog::Item>, &catalog::BusinessType),
    mark: &Mark,
    copy: &serde_json::Value,
) -> String {
    let situation = copy["yanzheng"]["situation"].as_object();
    let answers = situation.into_iter().flatten();
    let asked: BTreeMap<String, String> =
        answers.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect();
    let local = catalogue.own_local(item, &mark.bureau).filter(|local| item.is_accepted_at(local.level));
    let guide = catalog::elements::Guide { item, business, local, day: app.today() };
    guide_json::told(catalogue, &guide, &asked, &app.settings().base_url).to_string()
}

/// The view that the mark names; each view there is where it names none of this guide.
async fn own_pages(app: &App, mark: &Mark) -> Vec<String> {
    let guide = format!("/guides/{}/{}?", mark.item, mark.business);
    let at = mark.at.replace("&amp;", "&").replace("&#38;", "&");
    let bureau = if mark.bureau.is_empty() { String::new() } else { format!("&bureau={}", mark.bureau) };
    let addresses: Vec<String> = if at.starts_with(&guide) {
        vec![at]
    } else {
        catalog::pages::guide::VIEWS.iter().map(|view| format!("{guide}view={view}{bureau}")).collect()
    };
    let mut pages = Vec::new();
    for address in addresses {
        pages.extend(own_page(app, &address).await);
    }
    pages
}

/// Our rendering, asked of the program itself.
async fn own_page(app: &App, at: &str) -> Option<String> {
    let request = Request::get(at).body(Body::empty()).ok()?;
    let answer = router(app).oneshot(request).await.ok()?;
    if answer.status() != StatusCode::OK {
        return None;
    }
    let body = axum::body::to_bytes(answer.into_body(), OWN_PAGE).await.ok()?;
    String::from_utf8(body.to_vec()).ok()
}

/// Looks at the copies that the settings name and keeps what was found for the editors.
pub struct Watch {
    pub app: App,
    pub copies: Arc<Vec<String>>,
}

#[async_trait]
impl Sweep for Watch {
    async fn sweep(&self, now: Timestamp) -> Result<(), Failed> {
        for url in self.copies.iter() {
            for (url, drift) in look(&self.app, url).await {
                if !drift.is_same() {
                    tracing::warn!(url, found = drift.code(), "a public copy of a guide differs");
                }
                let looked = Looked { url, found: drift.code().to_owned(), says: drift.to_string(), at: now };
                self.app.db.begin().await?.commit_with(vec![readers::look(NATION, &looked)]).await?;
            }
        }
        self.app.db.begin().await?.commit_with(vec![readers::forget_before(NATION, now)]).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_address_means_the_whole_site_and_a_list_of_a_bureau_that_bureau() {
        assert_eq!(whole_site("http://a.example/"), Some(("http://a.example", None)));
        assert_eq!(whole_site("http://a.example"), Some(("http://a.example", None)));
        assert_eq!(whole_site("http://a.example/x/guides.json"), Some(("http://a.example/x", None)));
        let bureau = whole_site("http://a.example/guides.json?bureau=990101&x=1");
        assert_eq!(bureau, Some(("http://a.example", Some("990101"))));
        assert_eq!(whole_site("http://a.example/guides/x/y"), None);
        assert_eq!(whole_site("a.example"), None);
    }
}
