//! 信息公开目录: the public list with its filters, and the quotas side by side.

use askama::Template;
use axum::extract::{Query, State};
use identity::{Bureau, bureaus};
use jiff::civil::Date;
use serde::Deserialize;
use web::{After, Answer, App, Page, PageCx, Pager, html};

use crate::article::{Published, Validity};
use crate::markup::Html;
use crate::store::{self, Filter, NEWEST};
use crate::{Fault, Kind};

const PAGE: usize = 20;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    kind: String,
    bureau: String,
    year: String,
    /// Slug of a service item.
    item: String,
    /// Short name of a law.
    law: String,
}

impl Asked {
    fn filter(&self) -> Filter {
        let (link, target) = match (self.item.as_str(), self.law.as_str()) {
            ("", "") => ("", ""),
            ("", law) => ("law", law),
            (item, _) => ("item", item),
        };
        Filter {
            kind: self.kind.clone(),
            bureau: self.bureau.clone(),
            year: self.year.clone(),
            link: link.to_owned(),
            target: target.to_owned(),
        }
    }

    /// The address of the list with another kind, the rest as it is.
    fn address(&self, kind: &str) -> String {
        let pairs = [
            ("kind", kind),
            ("bureau", self.bureau.as_str()),
            ("year", self.year.as_str()),
            ("item", self.item.as_str()),
            ("law", self.law.as_str()),
        ];
        let query: Vec<String> = pairs
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| format!("{key}={}", quoted(value)))
            .collect();
        if query.is_empty() { "/disclosure".to_owned() } else { format!("/disclosure?{}", query.join("&")) }
    }
}

/// Percent-encoded for an address.
pub(super) fn quoted(value: &str) -> String {
    let mut out = String::new();
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// A line of the list.
pub(super) struct Line {
    pub href: String,
    pub title: String,
    pub kind: &'static str,
    pub organ: String,
    pub doc_number: String,
    pub published: Date,
    pub short: String,
    /// Shown for texts that bind, and for whatever no longer holds.
    pub validity: Option<Validity>,
    pub asking: Option<String>,
}

impl Line {
    pub fn of(one: &Published, today: Date) -> Line {
        let validity = one.validity(today);
        let shown = one.content.kind.binds() || validity != Validity::InForce;
        Line {
            href: one.url(),
            title: one.content.title.clone(),
            kind: one.content.kind.says(),
            organ: one.content.organ.clone(),
            doc_number: one.content.doc_number.clone(),
            published: web::clock::office_day(one.published_at),
            short: one.content.in_short(),
            validity: shown.then_some(validity),
            asking: super::article::asking(one, today),
        }
    }
}

struct Tab {
    label: String,
    href: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "disclosure/list.html")]
struct ListPage {
    page: Page,
    asked: Asked,
    tabs: Vec<Tab>,
    bureaus: Vec<Bureau>,
    years: Vec<String>,
    lines: Vec<Line>,
    pager: Pager,
    /// What the list is narrowed to by a link from elsewhere.
    about: Option<String>,
}

/// `GET /disclosure?kind=&bureau=&year=&item=&law=`
pub async fn list(cx: PageCx, State(app): State<App>, Query(asked): Query<Asked>, after: After) -> Answer {
    let mut db = app.db.clone();
    let from: Option<(i64, String)> =
        after.parts::<2>().and_then(|[at, index]| Some((at.parse().ok()?, index)));
    let before = from.as_ref().map_or(NEWEST, |(at, index)| (*at, index.as_str()));
    let mut found = store::list(&mut db, &asked.filter(), before, PAGE as i64 + 1).await?;
    let key = |one: &Published| After::key(&[&one.published_at.as_microsecond().to_string(), &one.index_no]);
    let pager = Pager::cut(&mut found, PAGE, &asked.address(&asked.kind), &after, key);
    let today = app.today();
    html(&ListPage {
        page: cx.page("信息公开"),
        tabs: tabs(&asked, store::count_by_kind(&mut db).await?),
        bureaus: bureaus::all(&mut db).await?,
        years: store::years(&mut db).await?,
        lines: found.iter().map(|one| Line::of(one, today)).collect(),
        pager,
        about: about(&app, &asked),
        asked,
    })
}

fn tabs(asked: &Asked, counts: Vec<(String, i64)>) -> Vec<Tab> {
    let count = |code: &str| counts.iter().find(|(kind, _)| kind == code).map_or(0, |(_, count)| *count);
    let all = Tab { label: "全部".into(), href: asked.address(""), here: asked.kind.is_empty() };
    let each = Kind::ALL.into_iter().filter(|kind| count(kind.code()) > 0).map(|kind| Tab {
        label: format!("{}（{}）", kind.says(), count(kind.code())),
        href: asked.address(kind.code()),
        here: asked.kind == kind.code(),
    });
    std::iter::once(all).chain(each).collect()
}

fn about(app: &App, asked: &Asked) -> Option<String> {
    if !asked.item.is_empty() {
        let catalogue = app.part::<catalog::Catalogue>();
        return catalogue.item(&asked.item).map(|item| format!("涉及“{}”的", item.name));
    }
    (!asked.law.is_empty()).then(|| format!("依据《{}》的", asked.law))
}

/// One quota article with its first table.
struct Quota {
    title: String,
    href: String,
    organ: String,
    published: Date,
    validity: Validity,
    tables: Vec<Html>,
}

#[derive(Template)]
#[template(path = "disclosure/quotas.html")]
struct QuotasPage {
    page: Page,
    quotas: Vec<Quota>,
}

/// Tables on one page; a prefecture has a handful of counties.
const MOST_QUOTAS: i64 = 12;

/// `GET /disclosure/quotas`
pub async fn quotas(cx: PageCx, State(app): State<App>) -> Answer {
    let today = app.today();
    let filter = Filter { kind: Kind::Quota.code().to_owned(), ..Filter::default() };
    let found = store::list(&mut app.db.clone(), &filter, NEWEST, MOST_QUOTAS).await?;
    let quota = |one: &Published| Quota {
        title: one.content.title.clone(),
        href: one.url(),
        organ: one.content.organ.clone(),
        published: web::clock::office_day(one.published_at),
        validity: one.validity(today),
        tables: one.content.read_body().tables_drawn(),
    };
    let open = |one: &&Published| matches!(one.validity(today), Validity::InForce | Validity::NotYet { .. });
    html(&QuotasPage {
        page: cx.page("零售点总量和余量").crumb("信息公开", "/disclosure"),
        quotas: found.iter().filter(open).map(quota).collect(),
    })
}

/// A public article under the index number in an address; what is no index number leads nowhere.
pub(super) async fn find(app: &App, index_no: &str) -> Result<Published, Fault> {
    let bureau = crate::article::bureau_of(index_no).ok_or(Fault::Unknown)?;
    store::by_index(&mut app.db.clone(), bureau, index_no).await?.ok_or(Fault::Unknown)
}
