//! 共用的材料和条件: one record in many guides, with the list of where it stands.

use askama::Template;
use axum::extract::{Path, State};
use identity::{Act, Officer};
use web::{Answer, App, Page, PageCx, html};

use super::{bureau_of, is_nation, list_of, unknown};
use crate::catalogue::Catalogue;
use crate::shelf_use::{Kind, Record, records};

#[derive(Template)]
#[template(path = "catalog/desk/records.html")]
struct RecordsPage {
    page: Page,
    kinds: Vec<(Kind, Vec<Row>)>,
}

struct Row {
    href: String,
    title: String,
    /// Items it stands in, and how many guides of each.
    used: Vec<String>,
    guides: usize,
}

/// `GET /desk/catalog/{bureau}/records`
pub async fn list(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path(bureau): Path<String>,
) -> Answer {
    officer.may(Act::EditCatalogue, &bureau)?;
    let bureau = bureau_of(&app, &officer, &bureau).await?;
    if !is_nation(&bureau.code) {
        return Err(unknown());
    }
    let catalogue = app.part::<Catalogue>();
    let all = records(&catalogue);
    let of =
        |kind: Kind| all.iter().filter(|one| one.kind == kind).map(|one| row(&bureau.code, one)).collect();
    html(&RecordsPage {
        page: cx.page("共用的材料和条件").crumb("工作台", "/desk").crumb("事项目录", list_of(&bureau.code)),
        kinds: Kind::ALL.into_iter().map(|kind| (kind, of(kind))).collect(),
    })
}

fn row(bureau: &str, record: &Record<'_>) -> Row {
    Row {
        href: at(bureau, record),
        title: record.title.clone(),
        used: used(record),
        guides: record.used.len(),
    }
}

/// Address of a record: its file is part of the name, for two items may have one key.
pub(super) fn at(bureau: &str, record: &Record<'_>) -> String {
    format!("/desk/catalog/{bureau}/records/{}/{}", record.kind.code(), key_in_address(record))
}

/// `retail-licence.premises_proof`, or `.truthful` of the nation's own files.
pub(super) fn key_in_address(record: &Record<'_>) -> String {
    let home = record.file.strip_suffix("/shared.toml").and_then(|rest| rest.strip_prefix("items/"));
    format!("{}.{}", home.unwrap_or_default(), record.key)
}

/// “烟草专卖零售许可证（新办、变更）”
pub(super) fn used(record: &Record<'_>) -> Vec<String> {
    let mut items: Vec<(&str, Vec<&str>)> = Vec::new();
    for (item, business) in &record.used {
        match items.iter_mut().find(|(name, _)| *name == item.name) {
            Some((_, types)) => types.push(&business.name),
            None => items.push((&item.name, vec![&business.name])),
        }
    }
    items.into_iter().map(|(item, types)| format!("{item}（{}）", types.join("、"))).collect()
}
