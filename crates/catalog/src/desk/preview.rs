//! A draft as the guide it would make.

use axum::extract::{Path, Query, State};
use identity::Officer;
use web::{Answer, App, PageCx};

use super::{bureau_of, text_at, unknown};
use crate::catalogue::Catalogue;
use crate::pages::guide::{Draft, preview as page};
use crate::store;

/// `GET /desk/catalog/{bureau}/texts/{id}/preview/{item}/{business}?width=phone`
pub async fn preview(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id, item, business)): Path<(String, String, String, String)>,
    Query(asked): Query<std::collections::BTreeMap<String, String>>,
) -> Answer {
    let bureau = bureau_of(&app, &officer, &bureau).await?;
    let text = store::texts::one(&mut app.db.clone(), &bureau.code, &id).await?.ok_or_else(unknown)?;
    let next = app.part::<Catalogue>().with_files(&text.files)?;
    let item = next.item(&item).ok_or_else(unknown)?;
    let business = item.business(&business).ok_or_else(unknown)?;
    let phone = asked.get("width").is_some_and(|width| width == "phone");
    let back = text_at(&bureau.code, &id);
    let other = if phone { "" } else { "?width=phone" };
    let draft = Draft {
        other_width: format!("{back}/preview/{}/{}{other}", item.slug, business.slug),
        back,
        phone,
        effective: text.effective,
    };
    let title = format!("预览：{}", item.title(business));
    page(cx.page(title), &next, (item, business), next.own_local(item, &bureau.code), draft)
}
