//! The items of a bureau: how complete they are, what the linter says, what waits for somebody.

use askama::Template;
use axum::extract::{Query, State};
use identity::{Act, Bureau, Officer};
use jiff::civil::Date;
use serde::Deserialize;
use web::{Answer, App, Page, PageCx, html};

use super::subject::shown_at;
use super::{is_nation, item_at, within_reach};
use crate::catalogue::Catalogue;
use crate::change::Standing;
use crate::elements::completeness_of;
use crate::item::Item;
use crate::lint::{self, Finding};
use crate::local::LocalItem;
use crate::store;
use crate::text::{State as Stands, Text};

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    bureau: String,
}

#[derive(Template)]
#[template(path = "catalog/desk/list.html")]
struct ListPage {
    page: Page,
    bureaus: Vec<Bureau>,
    bureau: Bureau,
    rows: Vec<Row>,
    /// Texts that wait for a reviewer.
    waiting: Vec<Text>,
    /// Drafts that somebody is writing.
    open: Vec<Text>,
    may_edit: bool,
    may_review: bool,
    nation: bool,
}

/// An item as the list shows it.
pub(super) struct Row {
    pub href: String,
    pub name: String,
    pub version: String,
    /// Whose words the guide shows: the bureau's own, or those of one above.
    pub by: String,
    pub score: usize,
    pub findings: usize,
    pub standing: &'static str,
    pub light: &'static str,
}

/// `GET /desk/catalog?bureau=`
pub async fn list(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let mut db = app.db.clone();
    let (bureaus, bureau) = within_reach(&mut db, &officer, &asked.bureau).await?;
    let catalogue = app.part::<Catalogue>();
    let rows = rows(&catalogue, &bureau.code, app.today());
    let mut open = store::texts::of_state(&mut db, &bureau.code, Stands::Drafted).await?;
    open.extend(store::texts::of_state(&mut db, &bureau.code, Stands::Returned).await?);
    html(&ListPage {
        page: cx.page("事项目录").crumb("工作台", "/desk"),
        waiting: store::texts::of_state(&mut db, &bureau.code, Stands::Submitted).await?,
        may_edit: officer.can(Act::EditCatalogue),
        may_review: officer.can(Act::ReviewCatalogue),
        nation: is_nation(&bureau.code),
        bureaus,
        bureau,
        rows,
        open,
    })
}

/// What a bureau answers for: the national list's every item at the top, elsewhere what it takes applications for.
fn rows(catalogue: &Catalogue, bureau: &str, day: Date) -> Vec<Row> {
    // A 主项 that only holds 子项 has no guide for a bureau to keep.
    let done = |item: &&std::sync::Arc<Item>| {
        is_nation(bureau) || (!item.types.is_empty() && catalogue.own_local(item, bureau).is_some())
    };
    let row = |item: &std::sync::Arc<Item>| {
        let local = shown_at(catalogue, item, bureau)?;
        Some(row(catalogue, item, &local, bureau, day))
    };
    catalogue.items().iter().filter(done).filter_map(row).collect()
}

fn row(catalogue: &Catalogue, item: &Item, local: &LocalItem, bureau: &str, day: Date) -> Row {
    let standing = catalogue.standing_at(item, Some(bureau), day);
    let (says, light) = match standing {
        Standing::InForce { ends: None } => ("办理中", "green"),
        Standing::InForce { ends: Some(_) } => ("计划结束", "yellow"),
        Standing::NotYet(_) => ("还没有开始", "grey"),
        Standing::Paused(_) => ("暂停", "yellow"),
        Standing::Over(_) => ("已结束", "grey"),
    };
    let own = local.file.ends_with(&format!("/{bureau}/items/{}.toml", item.slug));
    Row {
        href: match item.types.is_empty() {
            true => format!("{}/edit", item_at(bureau, &item.slug)),
            false => item_at(bureau, &item.slug),
        },
        name: item.name.clone(),
        version: item.version.clone(),
        by: if own { "本单位填写".to_owned() } else { format!("沿用{}", source_of(local, bureau)) },
        score: completeness_of(item, local, day).score(),
        findings: findings(catalogue, item, local, bureau).len(),
        standing: says,
        light,
    }
}

/// What the linter says of the part this bureau keeps.
pub(super) fn findings(catalogue: &Catalogue, item: &Item, local: &LocalItem, bureau: &str) -> Vec<Finding> {
    let mut all = if is_nation(bureau) { lint::lint_item(catalogue, item) } else { Vec::new() };
    if local.bureau == bureau {
        all.extend(lint::lint_local(catalogue, item, local));
    }
    all
}

/// “主项”, “本单位的通用内容” or the name of the bureau above.
pub(super) fn source_of(local: &LocalItem, bureau: &str) -> String {
    match local.file.ends_with("/common.toml") {
        _ if local.bureau != bureau => local.bureau_name.clone(),
        true => "本单位各事项通用的内容".to_owned(),
        false => "本单位主项的内容".to_owned(),
    }
}
