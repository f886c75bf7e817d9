//! One item at a bureau: what may be changed here, what the national list says and why it stays, what is being written.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use identity::{Act, Bureau, Officer};
use web::{Answer, App, Page, PageCx, html};

use super::list::{findings, source_of};
use super::subject::shown_at;
use super::{bureau_of, is_nation, item_at, list_of, unknown};
use crate::catalogue::Catalogue;
use crate::elements::{ELEMENTS, Element, FIRST_OF_MATERIAL, Guide, completeness_of};
use crate::item::Item;
use crate::lint::Finding;
use crate::store;
use crate::store::changes::Kept;
use crate::store::readers::Said;
use crate::text::Text;

#[derive(Template)]
#[template(path = "catalog/desk/item.html")]
struct ItemPage<'a> {
    page: Page,
    bureau: Bureau,
    item: &'a Item,
    at: String,
    by: String,
    score: usize,
    open: Vec<String>,
    findings: Vec<Finding>,
    /// Elements this bureau may set, and those it may not.
    local: Vec<(&'static Element, String)>,
    national: Vec<(&'static Element, String)>,
    texts: Vec<Text>,
    changes: Vec<Kept>,
    standing: String,
    said: Vec<Said>,
    useful: (i64, i64),
    may_edit: bool,
    nation: bool,
}

const LATEST: i64 = 10;

/// `GET /desk/catalog/{bureau}/items/{item}`
pub async fn show(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path((bureau, item)): Path<(String, String)>,
) -> Answer {
    let bureau = bureau_of(&app, &officer, &bureau).await?;
    let catalogue = app.part::<Catalogue>();
    let item = catalogue.item(&item).ok_or_else(unknown)?;
    let local = &shown_at(&catalogue, item, &bureau.code).ok_or_else(unknown)?;
    let mut db = app.db.clone();
    let day = app.today();
    let complete = completeness_of(item, local, day);
    let Some(business) = item.types.first() else {
        // A 主项 that only holds 子项: all there is to see of it is its own form.
        let form = axum::response::Redirect::to(&format!("{}/edit", item_at(&bureau.code, &item.slug)));
        return if is_nation(&bureau.code) { Ok(form.into_response()) } else { Err(unknown()) };
    };
    let guide = Guide { item, business, local: Some(local), day };
    let told = |one: &'static Element| (one, guide.told(one.number));
    let before_materials = || ELEMENTS.iter().filter(|one| one.number < FIRST_OF_MATERIAL);
    let of_item = |kept: &Kept| {
        kept.change.from.iter().any(|from| *from == item.slug)
            || kept.change.to.iter().any(|to| to.item == item.slug)
    };
    let own = local.bureau == bureau.code && local.file.ends_with(&format!("/{}.toml", item.slug));
    html(&ItemPage {
        page: cx.page(item.name.clone()).crumb("工作台", "/desk").crumb("事项目录", list_of(&bureau.code)),
        at: item_at(&bureau.code, &item.slug),
        by: if own {
            "本单位填写".to_owned()
        } else {
            format!("沿用{}", source_of(local, &bureau.code))
        },
        score: complete.score(),
        open: complete.open,
        findings: findings(&catalogue, item, local, &bureau.code),
        local: before_materials().filter(|one| one.local).map(told).collect(),
        national: before_materials().filter(|one| !one.local).map(told).collect(),
        texts: store::texts::of_item(&mut db, &bureau.code, &item.slug).await?,
        changes: store::changes::of_bureau(&mut db, &bureau.code)
            .await?
            .into_iter()
            .filter(of_item)
            .collect(),
        standing: catalogue.standing_at(item, Some(&bureau.code), day).says().unwrap_or_default(),
        said: store::readers::said_of(&mut db, &bureau.code, &item.slug, LATEST).await?,
        useful: store::readers::counted(&mut db, &bureau.code, &item.slug).await?,
        may_edit: officer.can(Act::EditCatalogue),
        nation: is_nation(&bureau.code),
        item,
        bureau,
    })
}
