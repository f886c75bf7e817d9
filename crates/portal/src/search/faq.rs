//! 常见问题: all questions and answers of all guides on one page, each with an address of its own.

use askama::Template;
use axum::extract::State;
use catalog::{BusinessType, Catalogue, Item, Question};
use web::{Answer, App, Page, PageCx, html};

/// A question with the guide it belongs to.
pub struct Entry<'a> {
    /// `retail-licence/证丢了怎么办`
    pub id: String,
    /// The place on the page; the words themselves, so that an address stays when another question comes before.
    pub anchor: String,
    pub item: &'a Item,
    /// None when it is asked of every business type.
    pub business: Option<&'a BusinessType>,
    pub question: &'a Question,
}

impl Entry<'_> {
    pub fn url(&self) -> String {
        format!("/faq#{}", self.anchor)
    }
}

/// All questions in the order of the guides; one asked twice in the same words stands once.
pub fn questions(catalogue: &Catalogue) -> Vec<Entry<'_>> {
    let mut all: Vec<Entry<'_>> = Vec::new();
    for item in catalogue.items() {
        let general = item.faq.iter().map(|question| (None, question));
        let special =
            item.types.iter().flat_map(|one| one.faq.iter().map(move |question| (Some(one), question)));
        for (business, question) in general.chain(special) {
            let anchor: String = question.q.chars().filter(|c| c.is_alphanumeric()).collect();
            if all.iter().all(|known| known.anchor != anchor) {
                let id = format!("{}/{anchor}", item.slug);
                all.push(Entry { id, anchor, item, business, question });
            }
        }
    }
    all
}

struct Section<'a> {
    title: String,
    guide: Option<String>,
    entries: Vec<Entry<'a>>,
}

#[derive(Template)]
#[template(path = "search/faq.html")]
struct FaqPage<'a> {
    page: Page,
    sections: Vec<Section<'a>>,
}

/// `GET /faq`
pub async fn faq(State(app): State<App>, cx: PageCx) -> Answer {
    let catalogue = app.part::<Catalogue>();
    html(&FaqPage { page: cx.page("常见问题").crumb("办事", "/items"), sections: sections(&catalogue) })
}

fn sections(catalogue: &Catalogue) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    for entry in questions(catalogue) {
        let guide = entry.business.map(|one| format!("/guides/{}/{}", entry.item.slug, one.slug));
        let title = match entry.business {
            Some(business) => business.name.clone(),
            None => entry.item.name.clone(),
        };
        match sections.last_mut() {
            Some(section) if section.title == title && section.guide == guide => section.entries.push(entry),
            _ => sections.push(Section { title, guide, entries: vec![entry] }),
        }
    }
    sections
}
