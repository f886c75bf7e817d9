//! A draft as the guide it would make, on a phone and on a desktop.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use identity::Officer;
use web::{Answer, App, Page, PageCx, html};

use super::{bureau_of, text_at, unknown};
use crate::catalogue::Catalogue;
use crate::pages::guide::{Draft, preview as page};
use crate::store;
use crate::text::Text;

type Place = Path<(String, String, String, String)>;

/// Lets the desk's own page frame it; it has no form that works.
const FRAMED: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'self'";

#[derive(Template)]
#[template(path = "catalog/desk/frames.html")]
struct FramesPage {
    page: Page,
    back: String,
    guide: String,
    text: Text,
}

/// `GET /desk/catalog/{bureau}/texts/{id}/frames/{item}/{business}`: both widths side by side.
pub async fn frames(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id, item, business)): Place,
) -> Answer {
    let bureau = bureau_of(&app, &officer, &bureau).await?;
    let text = store::texts::one(&mut app.db.clone(), &bureau.code, &id).await?.ok_or_else(unknown)?;
    let next = app.part::<Catalogue>().with_files(&text.files)?;
    let item = next.item(&item).ok_or_else(unknown)?;
    let business = item.business(&business).ok_or_else(unknown)?;
    let back = text_at(&bureau.code, &id);
    html(&FramesPage {
        page: cx
            .page(format!("预览：{}", item.title(business)))
            .crumb("工作台", "/desk")
            .crumb("事项目录", super::list_of(&bureau.code))
            .crumb(text.why.clone(), back.clone()),
        guide: format!("{back}/preview/{}/{}", item.slug, business.slug),
        back,
        text,
    })
}

/// `GET /desk/catalog/{bureau}/texts/{id}/preview/{item}/{business}?width=phone&framed=`
pub async fn preview(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id, item, business)): Place,
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
        framed: asked.contains_key("framed"),
        effective: text.effective,
    };
    let title = format!("预览：{}", item.title(business));
    let mut answer =
        page(cx.page(title), &next, (item, business), next.own_local(item, &bureau.code), draft)?;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FRAMED));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    Ok(answer)
}
