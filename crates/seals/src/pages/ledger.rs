//! 用印台账: by seal, by number of the document, by digest of the file; on the page and as CSV.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use db::history::{self, Entry};
use db::{Exec, Statement};
use identity::{Act, Bureau, Officer};
use serde::Deserialize;
use web::{After, Answer, App, Page, PageCx, Pager, html, text};

use super::{read, within_reach};
use crate::{Record, Use, store};

const PAGE: usize = 50;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    bureau: String,
    #[serde(default)]
    seal: String,
    /// A number of a document, or the SM3 of a file.
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "seals/ledger.html")]
struct LedgerPage {
    page: Page,
    bureaus: Vec<Bureau>,
    bureau: Bureau,
    seals: Vec<Record>,
    /// Number of the seal that is looked at; none in the answer to a search.
    seal: String,
    asked: String,
    uses: Vec<Line>,
    pager: Pager,
}

/// A use as the page shows it.
struct Line {
    used: Use,
    when: String,
    /// Where the officer may read on.
    href: Option<String>,
}

impl Line {
    fn of(used: Use, officer: &Officer) -> Line {
        let own = used.bureau == officer.bureau;
        let href = match used.subject_kind.as_str() {
            "case" if own && officer.can(Act::ReadCase) => {
                Some(format!("/desk/cases/{}/{}", used.bureau, used.subject))
            }
            "licence" if own && officer.can(Act::ReadLicence) => {
                Some(format!("/desk/licences/{}", used.subject))
            }
            _ => None,
        };
        Line { when: text::second(used.at), href, used }
    }
}

/// `GET /desk/seals/ledger?bureau=&seal=&q=&after=`
pub async fn page(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
    after: After,
) -> Answer {
    let mut db = app.db.clone();
    let (bureaus, bureau) = within_reach(&mut db, &officer, &asked.bureau).await?;
    let seals = store::of_bureau(&mut db, &bureau.code).await?;
    let words: String = asked.q.trim().chars().take(100).collect();
    let seal = if words.is_empty() { chosen(&seals, &asked.seal) } else { String::new() };
    let mut uses = match words.as_str() {
        "" => page_of(&mut db, &bureau.code, &seal, &after).await?,
        words => search(&mut db, &bureau.code, words).await?,
    };
    let base = format!("/desk/seals/ledger?bureau={}&seal={seal}", bureau.code);
    let pager = match words.is_empty() {
        true => Pager::cut(&mut uses, PAGE, &base, &after, |used| used.serial.to_string()),
        false => Pager::default(),
    };
    html(&LedgerPage {
        page: cx.page("用印台账").crumb("工作台", "/desk").crumb("印章", "/desk/seals"),
        uses: uses.into_iter().map(|used| Line::of(used, &officer)).collect(),
        asked: words,
        bureaus,
        bureau,
        seals,
        seal,
        pager,
    })
}

/// The seal asked for, else the first one in use, else the first.
fn chosen(seals: &[Record], asked: &str) -> String {
    let asked = seals.iter().find(|seal| seal.id == asked);
    let in_use = || seals.iter().find(|seal| seal.state.is_in_use());
    asked.or_else(in_use).or(seals.first()).map(|seal| seal.id.clone()).unwrap_or_default()
}

/// One more than a page holds.
async fn page_of(on: &mut impl Exec, bureau: &str, seal: &str, after: &After) -> Result<Vec<Use>, db::Fault> {
    let before = after.0.as_deref().and_then(|key| key.parse().ok()).unwrap_or(i64::MAX);
    store::ledger_page(on, bureau, seal, before, PAGE as i64 + 1).await
}

async fn search(on: &mut impl Exec, bureau: &str, words: &str) -> Result<Vec<Use>, db::Fault> {
    let is_digest = words.len() == 64 && words.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_digest {
        let found = store::use_by_digest(on, bureau, &words.to_ascii_lowercase()).await?;
        return Ok(found.into_iter().collect());
    }
    store::uses_of(on, bureau, words).await
}

/// So many uses of one seal go into a file; more are fetched from the database by whoever runs it.
const MOST_LINES: usize = 100_000;

/// `GET /desk/seals/ledger.csv?bureau=&seal=`: the whole ledger of a seal, oldest first. That it was taken out is written
/// down first.
pub async fn csv(officer: Officer, State(app): State<App>, Query(asked): Query<Asked>) -> Answer {
    let bureau = if asked.bureau.is_empty() { officer.bureau.clone() } else { asked.bureau };
    let seal = read(&app, &officer, &bureau, &asked.seal).await?;
    note(&app, &officer, &seal).await?;
    let mut db = app.db.clone();
    let (mut uses, mut before) = (Vec::new(), i64::MAX);
    while uses.len() < MOST_LINES {
        let page = store::ledger_page(&mut db, &bureau, &seal.id, before, 1_000).await?;
        let Some(last) = page.last() else { break };
        before = last.serial;
        uses.extend(page);
    }
    let file = written(uses.iter().rev()).map_err(web::Refusal::internal)?;
    let name = format!("attachment; filename=\"seal-{}.csv\"", seal.id);
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, file).into_response())
}

async fn note(app: &App, officer: &Officer, seal: &Record) -> Result<(), db::Fault> {
    let entry = Entry::new(
        (&seal.bureau, "seal-read", &seal.id),
        app.now(),
        (&officer.id, &officer.name),
        "ledger-taken",
        "{}".to_owned(),
    );
    let mut db = app.db.clone();
    let head = history::head(&mut db, &seal.bureau, "seal-read", &seal.id).await?;
    let statements: Vec<Statement> = history::follow(&entry, head.as_ref());
    app.db.begin().await?.commit_with(statements).await?;
    Ok(())
}

/// With the mark that makes spreadsheets read UTF-8.
fn written<'a>(uses: impl Iterator<Item = &'a Use>) -> Result<Vec<u8>, csv::Error> {
    let mut file = csv::Writer::from_writer(b"\xef\xbb\xbf".to_vec());
    file.write_record(["序号", "时间", "用印人", "依据", "文书", "文号", "文件SM3", "印章编号"])?;
    for used in uses {
        file.write_record([
            used.serial.to_string(),
            text::second(used.at),
            harmless(&used.officer_name),
            harmless(&used.under),
            harmless(used.paper_says()),
            harmless(used.number.as_deref().unwrap_or_default()),
            used.digest.clone(),
            // Thirteen digits would become 9.90101E+12.
            format!("\t{}", used.seal_id),
        ])?;
    }
    file.into_inner().map_err(|fault| csv::Error::from(fault.into_error()))
}

/// A cell that a spreadsheet does not take for a formula.
fn harmless(cell: &str) -> String {
    match cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(harmless("=1+1"), "'=1+1");
        assert_eq!(harmless("城中烟许受〔2026〕第00001号"), "城中烟许受〔2026〕第00001号");
    }
}
