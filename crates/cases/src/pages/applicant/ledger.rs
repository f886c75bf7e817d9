//! The count of the days, one line a day: what the applicant may check and a court replay.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use identity::Person;
use jiff::civil::Weekday;
use law::{Citation, Ledger};
use serde::Deserialize;
use web::{Answer, App, Page, PageCx, html};

use crate::{actions, clock};

#[derive(Deserialize)]
pub struct Format {
    #[serde(default)]
    format: String,
}

struct Day {
    date: String,
    weekday: &'static str,
    /// 工作日, 周末, a holiday; nothing when `why` begins with it.
    kind: Option<String>,
    counted: bool,
    running: u16,
    why: String,
    /// The provision and its place in the list of texts.
    under: Option<(String, usize)>,
    is_today: bool,
}

struct Table {
    title: &'static str,
    anchor: &'static str,
    total: u16,
    from: String,
    due: String,
    provisional: bool,
    under: String,
    days: Vec<Day>,
}

struct Article {
    name: String,
    text: &'static str,
}

#[derive(askama::Template)]
#[template(path = "case/ledger.html")]
struct LedgerPage {
    page: Page,
    number: String,
    matter: String,
    base: String,
    today: String,
    tables: Vec<Table>,
    articles: Vec<Article>,
    last_year: i16,
}

pub async fn show(
    State(app): State<App>,
    cx: PageCx,
    person: Person,
    Path((bureau, id)): Path<(String, String)>,
    Query(Format { format }): Query<Format>,
) -> Answer {
    let case = actions::mine(&app, &person.subject, &bureau, &id).await?;
    let terms = actions::terms_of(&app, &mut app.db.clone(), &case).await?;
    let (today, cal) = (app.today(), app.calendar());
    let ledgers = case.stage.running().map(|run| {
        let promised = clock::promised_ledger(run, terms.allowed, today, &cal);
        (promised, clock::statutory_ledger(run, terms.allowed, today, &cal))
    });
    if format == "json" {
        let (promised, statutory) = ledgers.unzip();
        let body = serde_json::json!({
            "case": case.number, "as_of": today, "promised": promised, "statutory": statutory,
        });
        return Ok(Json(body).into_response());
    }
    let mut cited: Vec<Citation> = vec![];
    let tables = ledgers.map(|(promised, statutory)| {
        vec![
            table("承诺办结时限", "promised", &promised, today, &mut cited),
            table("法定办结时限", "statutory", &statutory, today, &mut cited),
        ]
    });
    html(&LedgerPage {
        page: cx
            .page("逐日计时")
            .crumb("我的办件", "/me/cases")
            .crumb(&case.number, format!("/cases/{bureau}/{id}")),
        matter: terms.matter(),
        base: format!("/cases/{bureau}/{id}"),
        today: web::text::date_cn(today),
        tables: tables.unwrap_or_default(),
        articles: cited.iter().map(article).collect(),
        last_year: cal.last_year(),
        number: case.number,
    })
}

fn table(
    title: &'static str,
    anchor: &'static str,
    ledger: &Ledger,
    today: jiff::civil::Date,
    cited: &mut Vec<Citation>,
) -> Table {
    let mut place = |citation: &Citation| {
        let at = cited.iter().position(|known| known == citation).unwrap_or_else(|| {
            cited.push(citation.clone());
            cited.len() - 1
        });
        (citation.to_string(), at + 1)
    };
    for citation in &ledger.due.under {
        place(citation);
    }
    let day = |day: &law::ledger::LedgerDay| Day {
        date: day.date.to_string(),
        weekday: weekday(day.date.weekday()),
        kind: Some(day.kind.label()).filter(|kind| !day.why.starts_with(kind.as_str())),
        counted: day.counted,
        running: day.running,
        why: day.why.clone(),
        under: day.under.as_ref().map(&mut place),
        is_today: day.date == today,
    };
    Table {
        title,
        anchor,
        total: ledger.total.0,
        from: web::text::date_cn(ledger.start),
        due: web::text::date_cn(ledger.due.on),
        provisional: ledger.due.provisional,
        under: law::citations::in_one_line(&ledger.due.under),
        days: ledger.days.iter().map(day).collect(),
    }
}

fn article(citation: &Citation) -> Article {
    let text =
        law::citations::text(citation).unwrap_or("本站没有收录这一条的全文，请到国家法律法规数据库查阅。");
    Article { name: citation.with_version(), text }
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "周一",
        Weekday::Tuesday => "周二",
        Weekday::Wednesday => "周三",
        Weekday::Thursday => "周四",
        Weekday::Friday => "周五",
        Weekday::Saturday => "周六",
        Weekday::Sunday => "周日",
    }
}
