//! `/sitemap.xml`: every public page of the site for search engines, with the day it last changed where that is known.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use catalog::Catalogue;
use disclosure::feed::{Place, site_map};
use disclosure::store::{self, Filter, NEWEST};
use web::{Answer, App};

use crate::home::services_of;
use crate::search::laws;

/// The protocol allows 50,000 addresses in a file.
const MOST_ARTICLES: i64 = 40_000;

/// Pages that are always there.
const PAGES: [&str; 11] = [
    "/",
    "/items",
    "/faq",
    "/laws",
    "/disclosure",
    "/disclosure/permits",
    "/disclosure/quotas",
    "/open-data",
    "/ratings",
    "/sitemap",
    "/accessibility",
];

/// `GET /sitemap.xml`
pub async fn sitemap(State(app): State<App>) -> Answer {
    let catalogue = app.part::<Catalogue>();
    let mut places: Vec<Place> = PAGES.iter().map(|path| ((*path).to_owned(), None)).collect();
    let guides = catalogue.items().iter().flat_map(|item| services_of(item));
    places.extend(guides.map(|service| (service.href, None)));
    places.extend(laws::current(app.today()).into_iter().map(|law| (laws::url(law), None)));
    let articles = store::list(&mut app.db.clone(), &Filter::default(), NEWEST, MOST_ARTICLES).await?;
    places.extend(articles.iter().map(|one| (one.url(), Some(one.changed_at))));
    let headers = [
        (header::CONTENT_TYPE, "application/xml; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    Ok((headers, site_map(&app.settings().base_url, &places)).into_response())
}
