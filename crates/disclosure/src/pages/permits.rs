//! 行政许可公示: decisions with a search, and one decision.

use askama::Template;
use axum::extract::{Path, Query, State};
use identity::{Bureau, bureaus};
use serde::Deserialize;
use web::{After, Answer, App, Page, PageCx, Pager, html};

use super::list::quoted;
use crate::Fault;
use crate::publicity::{Column, Entry, Row, Source};
use crate::store::{self, NEWEST, Sought};

const PAGE: usize = 20;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    bureau: String,
    outcome: String,
    q: String,
}

struct Line {
    entry: Entry,
    row: Row,
}

#[derive(Template)]
#[template(path = "disclosure/permits.html")]
struct PermitsPage {
    page: Page,
    asked: Asked,
    bureaus: Vec<Bureau>,
    lines: Vec<Line>,
    pager: Pager,
}

/// Longer than any name of a shop.
const LONGEST_QUESTION: usize = 60;

/// `GET /disclosure/permits?q=&bureau=&outcome=`
pub async fn list(cx: PageCx, State(app): State<App>, Query(asked): Query<Asked>, after: After) -> Answer {
    let mut db = app.db.clone();
    let sought = Sought {
        bureau: asked.bureau.clone(),
        outcome: asked.outcome.clone(),
        words: asked.q.trim().chars().take(LONGEST_QUESTION).collect(),
    };
    let from: Option<(i64, String)> = after.parts::<2>().and_then(|[at, id]| Some((at.parse().ok()?, id)));
    let before = from.as_ref().map_or(NEWEST, |(at, id)| (*at, id.as_str()));
    let mut found = store::published_decisions(&mut db, &sought, before, PAGE as i64 + 1).await?;
    let base = format!(
        "/disclosure/permits?q={}&bureau={}&outcome={}",
        quoted(&asked.q),
        quoted(&asked.bureau),
        quoted(&asked.outcome)
    );
    let key = |one: &Entry| After::key(&[&one.decided_at.as_microsecond().to_string(), &one.id]);
    let pager = Pager::cut(&mut found, PAGE, &base, &after, key);
    html(&PermitsPage {
        page: cx.page("行政许可公示").crumb("信息公开", "/disclosure"),
        bureaus: bureaus::all(&mut db).await?,
        lines: found.into_iter().map(|entry| Line { row: row_of(&app, &entry), entry }).collect(),
        pager,
        asked,
    })
}

/// The row as it holds today.
pub(super) fn row_of(app: &App, entry: &Entry) -> Row {
    let source = app.try_part::<Source>();
    entry.row_on(app.today(), source.as_ref().map(|source| &*source.0))
}

#[derive(Template)]
#[template(path = "disclosure/permit.html")]
struct PermitPage {
    page: Page,
    entry: Entry,
    row: Row,
    bureau: Option<std::sync::Arc<Bureau>>,
}

impl PermitPage {
    fn published(&self) -> String {
        self.entry.published_at.map(|at| format!("{} 公示", web::text::minute(at))).unwrap_or_default()
    }

    fn filled(&self) -> Vec<(Column, &str)> {
        self.row.filled()
    }
}

/// `GET /disclosure/permits/{bureau}/{decision}`
pub async fn one(
    cx: PageCx,
    State(app): State<App>,
    Path((bureau, decision)): Path<(String, String)>,
) -> Answer {
    let mut db = app.db.clone();
    let entry = store::decision(&mut db, &bureau, &decision).await?;
    let entry = entry.filter(Entry::is_published).ok_or(Fault::NoDecision)?;
    html(&PermitPage {
        page: cx
            .page(entry.number.clone())
            .crumb("信息公开", "/disclosure")
            .crumb("行政许可公示", "/disclosure/permits"),
        row: row_of(&app, &entry),
        bureau: bureaus::by_code(&app, &mut db, &bureau).await?,
        entry,
    })
}
