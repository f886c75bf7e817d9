//! 一致性核对: looks at public copies of our guides (this site itself, screens in halls, portals above) and says what differs.
//! How a copy is compared is for `catalog::drift`; here the copies are fetched, and our own rendering is asked of ourselves.

mod fetch;

use std::sync::Arc;

use async_trait::async_trait;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use catalog::Catalogue;
use catalog::catalogue::NATION;
use catalog::drift::{self, Drift, Mark};
use catalog::pages::index::{self, Index};
use catalog::store::readers::{self, Looked};
use jiff::Timestamp;
use jobs::{Failed, Sweep};
use tower::ServiceExt;
use web::App;

use crate::assemble::router;
use fetch::Answered;

/// Our own pages are smaller by far.
const OWN_PAGE: usize = 4 << 20;

/// Looks at one address: a guide in any view, its JSON, or a whole site by its list of guides.
pub async fn look(app: &App, url: &str) -> Vec<(String, Drift)> {
    let asked = match whole_site(url) {
        Some(list) => list,
        None => url.to_owned(),
    };
    let fetched = {
        let asked = asked.clone();
        tokio::task::spawn_blocking(move || fetch::get(&asked)).await
    };
    let answered = match fetched {
        Ok(Ok(answered)) => answered,
        Ok(Err(says)) => return vec![(asked, Drift::Unreachable { says })],
        Err(died) => std::panic::resume_unwind(died.into_panic()),
    };
    if let Ok(copy) = serde_json::from_str::<Index>(&answered.body)
        && answered.is_good()
    {
        return of_index(app, &asked, &copy);
    }
    vec![(asked, of_page(app, &answered).await)]
}

/// `http://host` and `http://host/` mean everything there.
fn whole_site(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let bare = rest.trim_end_matches('/');
    (!bare.is_empty() && !bare.contains('/')).then(|| format!("{}/guides.json", url.trim_end_matches('/')))
}

/// The list of another place against ours, for each bureau it speaks of.
fn of_index(app: &App, url: &str, copy: &Index) -> Vec<(String, Drift)> {
    let catalogue = app.part::<Catalogue>();
    let asked = url.split_once("bureau=").map(|(_, code)| code.split('&').next().unwrap_or_default());
    let mut bureaus: Vec<&str> = copy.guides.iter().map(|one| one.bureau.as_str()).collect();
    bureaus.push(asked.unwrap_or_default());
    bureaus.sort_unstable();
    bureaus.dedup();
    let mut found = Vec::new();
    for bureau in bureaus {
        let own = index::of_bureau(&catalogue, bureau, &app.settings().base_url);
        let theirs = Index {
            format: copy.format,
            guides: copy.guides.iter().filter(|one| one.bureau == bureau).cloned().collect(),
        };
        found.extend(drift::compare_index(&theirs, &own));
    }
    if found.is_empty() { vec![(url.to_owned(), Drift::Same)] } else { found }
}

async fn of_page(app: &App, answered: &Answered) -> Drift {
    if !answered.is_good() {
        return Drift::Missing { says: format!("这个地址回答 {}", answered.status) };
    }
    let Some(mark) = drift::mark_in(&answered.body) else {
        return Drift::Missing { says: "这一页没有指南的核对码".to_owned() };
    };
    let catalogue = app.part::<Catalogue>();
    let own = index::of_bureau(&catalogue, &mark.bureau, &app.settings().base_url);
    let known = own.guides.iter().find(|one| one.item == mark.item && one.business == mark.business);
    let ours = own_page(app, &mark).await;
    drift::compare(&answered.body, &mark, known, ours.as_deref())
}

/// Our rendering of the same view, asked of the program itself: no address of the copy is followed.
async fn own_page(app: &App, mark: &Mark) -> Option<String> {
    let guide = format!("/guides/{}/{}?", mark.item, mark.business);
    let at = mark.at.replace("&amp;", "&").replace("&#38;", "&");
    if !at.starts_with(&guide) {
        return None;
    }
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
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_address_means_the_whole_site() {
        assert_eq!(whole_site("http://a.example/").as_deref(), Some("http://a.example/guides.json"));
        assert_eq!(whole_site("http://a.example").as_deref(), Some("http://a.example/guides.json"));
        assert_eq!(whole_site("http://a.example/guides/x/y"), None);
        assert_eq!(whole_site("a.example"), None);
    }
}
