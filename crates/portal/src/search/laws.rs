//! 法律条文: the articles this site cites, article by article, in the version that is in force.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use disclosure::store::{self, Filter, NEWEST};
use jiff::civil::Date;
use law::LawText;
use web::{Answer, App, Face, Page, PageCx, Refusal, html};

/// Of each law the version in force on this day; of one that is not in force yet, the first to come.
pub fn current(today: Date) -> Vec<&'static LawText> {
    let mut found: Vec<&LawText> = Vec::new();
    for text in law::all_texts() {
        match found.iter_mut().find(|known| known.short == text.short) {
            Some(known) if text.in_force <= today => *known = text,
            Some(_) => {}
            None => found.push(text),
        }
    }
    found
}

/// All versions of a law that are kept, the oldest first.
pub fn versions(short: &str) -> Vec<&'static LawText> {
    let mut found: Vec<&LawText> = law::all_texts().iter().filter(|text| text.short == short).collect();
    found.sort_by_key(|text| text.in_force);
    found
}

/// The version that is in force on a day: what a case of that day stands on. Before the oldest one that is kept there is
/// none.
pub fn in_force_on(short: &str, day: Date) -> Option<&'static LawText> {
    versions(short).into_iter().rev().find(|text| text.in_force <= day)
}

/// Where a law can be read.
pub fn url(text: &LawText) -> String {
    format!("/laws/{}", text.short)
}

/// `16` → 第十六条
pub fn article(number: u16) -> String {
    format!("第{}条", law::numerals::chinese(number))
}

#[derive(Template)]
#[template(path = "search/laws.html")]
struct LawsPage {
    page: Page,
    laws: Vec<&'static LawText>,
}

/// `GET /laws`
pub async fn laws(State(app): State<App>, cx: PageCx) -> Answer {
    html(&LawsPage { page: cx.page("法律法规条文"), laws: current(app.today()) })
}

#[derive(Template)]
#[template(path = "search/law.html")]
struct LawPage {
    page: Page,
    law: &'static LawText,
    /// The day asked about, when it isn't today.
    on: Option<Date>,
    versions: Vec<&'static LawText>,
    /// The version that is in force today, when another one is shown.
    newer: Option<&'static LawText>,
    items: Vec<ItemLink>,
    /// Public articles that stand on a provision of this law.
    articles: Vec<disclosure::Published>,
}

/// An item that stands on provisions of a law.
struct ItemLink {
    name: String,
    href: String,
    articles: Vec<u16>,
}

impl LawPage {
    fn items_of(&self, number: &u16) -> Vec<&ItemLink> {
        self.items.iter().filter(|item| item.articles.contains(number)).collect()
    }

    fn articles_of(&self, number: &u16) -> Vec<&disclosure::Published> {
        let cites = |one: &&disclosure::Published| {
            one.content.cites.iter().any(|cite| cite.law == self.law.short && cite.article == *number)
        };
        self.articles.iter().filter(cites).collect()
    }
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    on: Option<String>,
}

/// Articles named on the page of a law.
const MOST_ARTICLES: i64 = 100;

/// `GET /laws/{law}?on=`: the version in force on a day, today without one.
pub async fn one(
    State(app): State<App>,
    cx: PageCx,
    Path(short): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let today = app.today();
    let now = current(today).into_iter().find(|law| law.short == short).ok_or_else(unknown)?;
    let on = day_of(asked.on.as_deref().unwrap_or_default(), &short)?.filter(|day| *day != today);
    let law = match on {
        Some(day) => in_force_on(&short, day).ok_or_else(|| not_yet(&short, day))?,
        None => now,
    };
    // The law can be read while the database is away; what stands on it is then left out.
    let articles =
        store::list(&mut app.db.clone(), &Filter::linked("law", &short), NEWEST, MOST_ARTICLES).await;
    html(&LawPage {
        page: cx.page(&law.short).crumb("法律法规条文", "/laws"),
        versions: versions(&short),
        newer: (now.version != law.version).then_some(now),
        items: items_on(&app.part::<catalog::Catalogue>(), &short),
        articles: articles.unwrap_or_default(),
        on,
        law,
    })
}

fn items_on(catalogue: &catalog::Catalogue, short: &str) -> Vec<ItemLink> {
    let link = |item: &std::sync::Arc<catalog::Item>| {
        let articles: Vec<u16> =
            item.basis.iter().filter(|one| one.cite.law == short).map(|one| one.cite.article).collect();
        let href = match item.types.first() {
            Some(business) => format!("/guides/{}/{}", item.slug, business.slug),
            None => "/items#enterprises".to_owned(),
        };
        (!articles.is_empty()).then(|| ItemLink { name: item.name.clone(), href, articles })
    };
    catalogue.items().iter().filter_map(link).collect()
}

/// The day that is asked for; none when nothing is.
fn day_of(typed: &str, short: &str) -> Result<Option<Date>, Refusal> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    catalog::check::read_date(typed).map(Some).ok_or_else(|| {
        let shown: String = typed.chars().take(20).collect();
        let says = format!("网址里的日期“{shown}”读不懂");
        let next = "请写成 2026-01-31 的样子，写在网址的 on= 后面；不知道哪一天的，看现在的版本。";
        let face = Face::new(StatusCode::BAD_REQUEST, "law-day-unreadable", says, next);
        Refusal::new(face.action("看现在的版本", format!("/laws/{short}")))
    })
}

fn not_yet(short: &str, day: Date) -> Refusal {
    let says = format!("{}时《{short}》的文本没有收录", web::text::date_cn(day));
    let next = "这一天可能早于最早收录的版本。请看现在的版本，或者到国家法律法规数据库查询。";
    let face = Face::unknown("law-version-unknown", says, next);
    Refusal::new(face.action("看现在的版本", format!("/laws/{short}")))
}

fn unknown() -> Refusal {
    let face = Face::unknown("law-unknown", "没有收录这部法律", "名称可能写错了。请从目录中选择。");
    Refusal::new(face.action("看法律法规目录", "/laws"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_finds_the_version_in_force_and_none_before_the_first() {
        let law = in_force_on("行政许可法", date(2026, 11, 25)).unwrap();
        assert_eq!(in_force_on("行政许可法", law.in_force).map(|law| law.version), Some(law.version));
        let first = versions("行政许可法")[0].in_force.yesterday().unwrap();
        assert!(in_force_on("行政许可法", first).is_none());
    }

    #[test]
    fn each_law_stands_once_in_its_version_of_the_day() {
        let laws = current(date(2026, 11, 25));
        let mut names: Vec<&str> = laws.iter().map(|law| law.short.as_str()).collect();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(laws.iter().any(|law| law.short == "行政许可法" && url(law) == "/laws/行政许可法"));
    }
}
