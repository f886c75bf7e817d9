//! The page of answers, and what the box offers while somebody types.

use std::collections::BTreeMap;

use ::search::{Asked, Fault, Found, Kind, Suggestion};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use catalog::Catalogue;
use serde::Serialize;
use web::place::remembered;
use web::{Answer, App, Face, Page, PageCx, Refusal, html};

use super::{Finder, faq, laws};
use crate::home::{Office, Service, offices, services_of};

const PAGE_SIZE: usize = 10;
/// Nobody turns further; who asks for more is a program.
const LAST_PAGE: usize = 20;
const SUGGESTIONS: usize = 8;

type Asking = Query<BTreeMap<String, String>>;

/// `/search`, `/faq` and `/laws`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/search", get(search))
        .route("/search/suggest", get(suggest))
        .route("/faq", get(faq::faq))
        .route("/laws", get(laws::laws))
        .route("/laws/{law}", get(laws::one))
}

#[derive(Template)]
#[template(path = "search/results.html")]
struct ResultsPage {
    page: Page,
    question: Question,
    found: Found,
    popular: Vec<String>,
    /// Only when nothing was found.
    help: Option<Help>,
}

/// Where else somebody can go who found nothing.
struct Help {
    services: Vec<Service>,
    /// Of the district they chose.
    office: Option<Office>,
}

impl Help {
    fn of(app: &App, headers: &HeaderMap) -> Help {
        let catalogue = app.part::<Catalogue>();
        let first = catalogue.items().iter().find(|item| item.is_person_served());
        let chosen = remembered(app, headers);
        let offices = first.map(|item| offices(&catalogue, item)).unwrap_or_default();
        Help {
            services: first.map(|item| services_of(item)).unwrap_or_default(),
            office: offices.into_iter().find(|office| Some(&office.bureau) == chosen.as_ref()),
        }
    }
}

/// What was asked, as the page's own links repeat it.
#[derive(Clone, Default)]
struct Question {
    text: String,
    kind: Option<Kind>,
    /// From 1.
    number: usize,
}

impl Question {
    fn of(asked: &BTreeMap<String, String>) -> Question {
        let text = asked.get("q").map(String::as_str).unwrap_or_default().trim();
        let number = asked.get("page").and_then(|page| page.parse().ok()).unwrap_or(1);
        Question {
            text: text.chars().take(::search::LONGEST_QUERY).collect(),
            kind: asked.get("kind").and_then(|code| code.parse().ok()),
            number: number.clamp(1, LAST_PAGE),
        }
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Only punctuation: there is nothing to look for.
    fn says_nothing(&self) -> bool {
        !self.text.chars().any(char::is_alphanumeric)
    }

    fn is_of(&self, kind: &Kind) -> bool {
        self.kind == Some(*kind)
    }

    fn address(&self, kind: Option<Kind>, number: usize) -> String {
        let mut pairs = vec![("q", self.text.clone())];
        pairs.extend(kind.map(|kind| ("kind", kind.code().to_owned())));
        if number > 1 {
            pairs.push(("page", number.to_string()));
        }
        format!("/search?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
    }

    fn all_kinds(&self) -> String {
        self.address(None, 1)
    }

    fn only(&self, kind: &Kind) -> String {
        self.address(Some(*kind), 1)
    }
}

/// Where a question is answered.
pub fn address(text: &str) -> String {
    Question { text: text.to_owned(), ..Question::default() }.all_kinds()
}

impl ResultsPage {
    fn next(&self) -> Option<String> {
        let more = self.found.total > self.question.number * PAGE_SIZE && self.question.number < LAST_PAGE;
        more.then(|| self.question.address(self.question.kind, self.question.number + 1))
    }

    fn previous(&self) -> Option<String> {
        let back = self.question.number.checked_sub(1).filter(|number| *number > 0)?;
        Some(self.question.address(self.question.kind, back))
    }

    fn first(&self) -> usize {
        (self.question.number - 1) * PAGE_SIZE + 1
    }

    fn all(&self) -> usize {
        self.found.kinds.iter().map(|(_, count)| count).sum()
    }

    fn nothing(&self) -> bool {
        !self.question.is_empty() && self.found.hits.is_empty()
    }
}

/// `GET /search?q=&kind=&page=`
async fn search(State(app): State<App>, cx: PageCx, headers: HeaderMap, Query(asked): Asking) -> Answer {
    let finder = app.part::<Finder>();
    let question = Question::of(&asked);
    let found = if question.is_empty() {
        Found::default()
    } else {
        let asked = Asked {
            kind: question.kind,
            skip: (question.number - 1) * PAGE_SIZE,
            most: PAGE_SIZE,
            ..Asked::new(&question.text, app.today())
        };
        finder.find(asked).await.map_err(refusal)?
    };
    let title = if question.is_empty() { "搜索".to_owned() } else { format!("搜索：{}", question.text) };
    let popular = finder.popular().to_vec();
    let help = (!question.is_empty() && found.hits.is_empty()).then(|| Help::of(&app, &headers));
    html(&ResultsPage { page: cx.page(title), question, found, popular, help })
}

/// A suggestion with its kind in words, for the box.
#[derive(Serialize)]
struct Offer {
    text: String,
    kind: Option<Kind>,
    label: Option<&'static str>,
    url: Option<String>,
}

impl From<Suggestion> for Offer {
    fn from(one: Suggestion) -> Offer {
        Offer { text: one.text, kind: one.kind, label: one.kind.map(Kind::label), url: one.url }
    }
}

/// `GET /search/suggest?q=`
async fn suggest(State(app): State<App>, Query(asked): Asking) -> Answer {
    let question = Question::of(&asked);
    let offers = app.part::<Finder>().suggest(question.text, SUGGESTIONS, app.today()).await;
    let offers: Vec<Offer> = offers.map_err(refusal)?.into_iter().map(Offer::from).collect();
    // The same beginnings are typed by everybody; a minute's age does no harm.
    let keep = [(header::CACHE_CONTROL, "public, max-age=60")];
    Ok((keep, Json(offers)).into_response())
}

fn refusal(fault: Fault) -> Refusal {
    let face = Face::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "search-away",
        "搜索暂时不能用",
        "请从事项大厅里找，或者过一会儿再搜。也可以拨打 12313 询问。",
    );
    Refusal::caused(face.action("去事项大厅", "/items").retry_after(10), fault)
}
