//! 共用的记录: one record in many guides, with the list of where it stands.

use askama::Template;
use axum::extract::{Path, State};
use identity::Officer;
use web::{Answer, App, Page, PageCx, html};

use super::{list_of, nation_of};
use crate::catalogue::Catalogue;
use crate::shelf_use::{Kind, Record, records};

#[derive(Template)]
#[template(path = "catalog/desk/records.html")]
struct RecordsPage {
    page: Page,
    bureau: String,
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
    let bureau = nation_of(&app, &officer, &bureau).await?;
    let catalogue = app.part::<Catalogue>();
    let all = records(&catalogue);
    let of = |kind: Kind| {
        all.iter()
            .filter(|one| one.kind == kind && one.is_shared())
            .map(|one| row(&bureau.code, one))
            .collect()
    };
    html(&RecordsPage {
        page: cx.page(TITLE).crumb("工作台", "/desk").crumb("事项目录", list_of(&bureau.code)),
        kinds: Kind::ALL.into_iter().map(|kind| (kind, of(kind))).collect(),
        bureau: bureau.code,
    })
}

/// What the shared records are called together.
pub(super) const TITLE: &str = "共用的记录";

fn row(bureau: &str, record: &Record<'_>) -> Row {
    Row {
        href: address(bureau, record, ""),
        title: record.title.clone(),
        used: used(record),
        guides: record.guides(),
    }
}

/// Address of a record, within a draft when one is open: its file is part of the name, for two items may have one key.
pub(super) fn address(bureau: &str, record: &Record<'_>, text: &str) -> String {
    let at = format!("/desk/catalog/{bureau}/records/{}/{}", record.kind.code(), key_in_address(record));
    if text.is_empty() { at } else { format!("{at}?text={text}") }
}

/// `retail-licence.premises_proof`, `retail-licence~xinban.business_licence` of one type's own, or `.truthful` of the nation's files.
pub(super) fn key_in_address(record: &Record<'_>) -> String {
    format!("{}.{}", home_of(&record.file), record.key)
}

/// `items/retail-licence/xinban.toml` → `retail-licence~xinban`
pub(super) fn home_of(file: &str) -> String {
    let inner = file.strip_prefix("items/").and_then(|rest| rest.strip_suffix(".toml")).unwrap_or_default();
    match inner.split_once('/') {
        Some(("shared", _)) | None => String::new(),
        Some((item, "shared")) => item.to_owned(),
        Some((item, name)) => format!("{item}~{name}"),
    }
}

/// “烟草专卖零售许可证（新办、变更）”; an item by itself where the record is said of the whole of it.
pub(super) fn used(record: &Record<'_>) -> Vec<String> {
    let mut items: Vec<(&str, Vec<&str>)> = Vec::new();
    for (item, business) in &record.used {
        let types = business.iter().map(|one| one.name.as_str());
        match items.iter_mut().find(|(name, _)| *name == item.name) {
            Some((_, known)) => known.extend(types),
            None => items.push((&item.name, types.collect())),
        }
    }
    let say = |(item, types): (&str, Vec<&str>)| {
        if types.is_empty() { item.to_owned() } else { format!("{item}（{}）", types.join("、")) }
    };
    items.into_iter().map(say).collect()
}
