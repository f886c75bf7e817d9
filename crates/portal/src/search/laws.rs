//! 法律条文: the articles this site cites, article by article, in the version that is in force.

use askama::Template;
use axum::extract::{Path, State};
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
}

/// `GET /laws/{law}`
pub async fn one(State(app): State<App>, cx: PageCx, Path(short): Path<String>) -> Answer {
    let law = current(app.today()).into_iter().find(|law| law.short == short).ok_or_else(unknown)?;
    html(&LawPage { page: cx.page(&law.short).crumb("法律法规条文", "/laws"), law })
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
    fn each_law_stands_once_in_its_version_of_the_day() {
        let laws = current(date(2026, 11, 25));
        let mut names: Vec<&str> = laws.iter().map(|law| law.short.as_str()).collect();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(laws.iter().any(|law| law.short == "行政许可法" && url(law) == "/laws/行政许可法"));
    }
}
