//! What becomes effective when: texts and changes of a bureau's list, and the national ones that reach it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use identity::{Bureau, Officer};
use jiff::civil::Date;
use web::{Answer, App, Page, PageCx, html};

use super::{is_nation, list_of, text_at, within_reach};
use crate::catalogue::{Catalogue, NATION};
use crate::change::Change;
use crate::store;
use crate::text::State as Stands;

#[derive(Template)]
#[template(path = "catalog/desk/calendar.html")]
struct CalendarPage {
    page: Page,
    bureau: Bureau,
    /// By month, then day.
    months: Vec<(String, Vec<Entry>)>,
    copies: Vec<store::readers::Looked>,
}

struct Entry {
    day: Date,
    what: String,
    state: &'static str,
    whose: String,
    href: Option<String>,
}

/// `GET /desk/catalog/calendar?bureau=`
pub async fn calendar(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Answer {
    let mut db = app.db.clone();
    let asked = asked.get("bureau").map(String::as_str).unwrap_or_default();
    let (_, bureau) = within_reach(&mut db, &officer, asked).await?;
    let today = app.today();
    let mut entries = Vec::new();
    for state in [Stands::Submitted, Stands::Reviewed] {
        for text in store::texts::of_state(&mut db, &bureau.code, state).await? {
            entries.push(Entry {
                day: text.effective,
                href: Some(text_at(&text.bureau, &text.id)),
                what: text.why,
                state: state.says(),
                whose: bureau.name.clone(),
            });
        }
    }
    for kept in store::changes::of_bureau(&mut db, &bureau.code).await? {
        let href = format!("/desk/catalog/{}/changes/{}", bureau.code, kept.change.id);
        entries.push(of_change(&kept.change, kept.state.says(), &bureau.name, Some(href)));
    }
    let catalogue = app.part::<Catalogue>();
    let written = catalogue.changes().iter().filter(|one| !one.file.is_empty() || !is_nation(&bureau.code));
    entries.extend(written.map(|change| {
        let state = if change.is_reviewed() { "审核通过" } else { "计划" };
        of_change(change, state, "国家目录", None)
    }));
    entries.retain(|one| one.day >= today);
    entries.sort_by(|a, b| (a.day, &a.what).cmp(&(b.day, &b.what)));
    html(&CalendarPage {
        page: cx.page("生效日历").crumb("工作台", "/desk").crumb("事项目录", list_of(&bureau.code)),
        months: by_month(entries),
        copies: store::readers::copies(&mut db, NATION).await?,
        bureau,
    })
}

fn of_change(change: &Change, state: &'static str, whose: &str, href: Option<String>) -> Entry {
    Entry {
        day: change.effective,
        what: format!("{}：{}", change.kind.label(), change.reason),
        state,
        whose: whose.to_owned(),
        href,
    }
}

fn by_month(entries: Vec<Entry>) -> Vec<(String, Vec<Entry>)> {
    let mut months: BTreeMap<(i16, i8), Vec<Entry>> = BTreeMap::new();
    for entry in entries {
        months.entry((entry.day.year(), entry.day.month())).or_default().push(entry);
    }
    months.into_iter().map(|((year, month), entries)| (format!("{year}年{month}月"), entries)).collect()
}
