//! 新增业务办理项: one more business type of an item begins as a copy of one that it has, under a name and codes of its own, in a draft
//! like any other.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use identity::Officer;
use serde::Deserialize;
use web::parts::{Field, Input};
use web::{Answer, App, Fields, Flash, Page, PageCx, Problems, html_with_status};

use super::edit::status_of;
use super::form::{Group, head, label_of, plain, why_and_day};
use super::national::table;
use super::pen::Pen;
use super::start::{close, is_slug};
use super::{item_at, list_of, nation_of, text_at, unknown};
use crate::catalogue::{Catalogue, NATION, SourceFile};
use crate::fault::Fault;
use crate::item::Item;
use crate::store::texts::Written;
use crate::text;

#[derive(Template)]
#[template(path = "catalog/desk/business.html")]
struct BusinessPage {
    page: Page,
    action: String,
    back: String,
    version: i64,
    overtaken: Option<String>,
    problems: Problems,
    groups: Vec<Group>,
}

/// The draft that is open; empty for a new one.
#[derive(Deserialize)]
pub struct Within {
    #[serde(default)]
    text: String,
}

type Place = Path<(String, String)>;

/// Files of an item that are no business types.
const TAKEN: [&str; 4] = ["item", "faq", "review", "shared"];

/// `GET /desk/catalog/{bureau}/items/{item}/business`
pub async fn form(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path(place): Place,
    Query(within): Query<Within>,
) -> Answer {
    let (pen, item) = opened(&app, &officer, &place, &within).await?;
    let mut typed = Fields::default();
    pen.begin(&app, &mut typed);
    page(&cx, &pen, &item, None, &typed, Problems::none())
}

/// `POST /desk/catalog/{bureau}/items/{item}/business`
pub async fn send(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path(place): Place,
    Query(within): Query<Within>,
    sent: Fields,
) -> Answer {
    let (pen, item) = opened(&app, &officer, &place, &within).await?;
    let version = pen.version(&sent)?;
    let mut problems = Problems::none();
    plain(&sent, &mut problems);
    let head = why_and_day(&sent, app.today(), &mut problems);
    checked(&pen.catalogue, &item, &sent, &mut problems);
    let Some((why, effective)) = head.filter(|_| problems.is_empty()) else {
        return page(&cx, &pen, &item, None, &sent, problems);
    };
    let files = pen.files(&app, copied(&pen.catalogue, &item, &sent)?, effective).await?;
    let base = text::base(&app.part::<Catalogue>(), NATION, &item.slug);
    let written = Written { effective, base, why, files };
    match pen.keep(&app, &officer, &item.slug, &written, version).await {
        Ok(id) => {
            let at = format!("{}/edit?part={}.about", text_at(NATION, &id), sent.get("slug"));
            Ok(Flash::done("草稿已保存。请接着逐部分修改新业务的内容。").redirect(&app, &at))
        }
        Err(fault @ Fault::TextChangedMeanwhile { .. }) => {
            let newest = Pen::at(&app, pen.id()).await?;
            page(&cx, &newest, &item, Some(fault.to_string()), &sent, Problems::none())
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn opened(
    app: &App,
    officer: &Officer,
    (bureau, item): &(String, String),
    within: &Within,
) -> Answer<(Pen, std::sync::Arc<Item>)> {
    nation_of(app, officer, bureau).await?;
    let pen = Pen::at(app, &within.text).await?;
    let item = pen.catalogue.item(item).cloned().ok_or_else(unknown)?;
    match &pen.text {
        Some(text) if text.item != item.slug => Err(unknown()),
        _ => Ok((pen, item)),
    }
}

fn page(
    cx: &PageCx,
    pen: &Pen,
    item: &Item,
    overtaken: Option<String>,
    typed: &Fields,
    problems: Problems,
) -> Answer {
    let mut group = Group::new("新的业务", "条件、材料、流程先照一项现有的业务，存成草稿以后再逐部分修改");
    let types = item.types.iter().map(|one| (one.slug.as_str(), one.name.as_str()));
    group.fields = vec![
        Field::text("name", "业务名称").required().max(40).hint("几个字，例如：换证"),
        Field::text("wish", "我想办（群众的说法）").required().max(60),
        Field::text("slug", "网址里的名字")
            .required()
            .hint("小写字母和短横线，例如 huanzheng。定了以后不能改"),
        Field::text("code", "业务代码").required().max(8).hint("字母和数字，例如 1008，不能和别的业务一样"),
        Field::text("short", "业务简码").required().max(8).hint("大写字母，例如 HZ，写在受理编号里"),
        Field::new("like", "照着哪一项业务写", Input::Select).required().options(types),
    ];
    group.fields = group.fields.into_iter().map(|field| field.fill(typed, &problems)).collect();
    let groups = vec![head(typed, &problems), group];
    let back = match &pen.text {
        Some(text) => text_at(NATION, &text.id),
        None => item_at(NATION, &item.slug),
    };
    let page = cx
        .page(format!("给“{}”新增一项业务", item.heading()))
        .crumb("工作台", "/desk")
        .crumb("事项目录", list_of(NATION))
        .crumb(item.heading(), back.clone());
    let status = if overtaken.is_some() { StatusCode::CONFLICT } else { status_of(&problems) };
    let page = BusinessPage {
        page,
        action: format!("{}/business?text={}", item_at(NATION, &item.slug), pen.id()),
        back,
        version: pen.text.as_ref().map_or(0, |text| text.version),
        overtaken,
        problems: problems.named(|field| label_of(&groups, field)),
        groups,
    };
    html_with_status(status, &page)
}

fn checked(catalogue: &Catalogue, item: &Item, sent: &Fields, problems: &mut Problems) {
    for (field, label) in [("name", "业务名称"), ("wish", "群众的说法")] {
        if sent.get(field).is_empty() {
            problems.add(field, format!("请填写{label}"));
        }
    }
    let slug = sent.get("slug");
    let path = format!("items/{}/{slug}.toml", item.slug);
    if !is_slug(slug) {
        problems.add("slug", "只能用小写字母、数字和短横线，字母开头，例如 huanzheng");
    } else if TAKEN.contains(&slug) || catalogue.file(&path).is_some() || item.business(slug).is_some() {
        problems.add("slug", format!("“{slug}”已经有了：请换一个"));
    }
    for (field, most) in [("code", 8), ("short", 8)] {
        let typed = sent.get(field);
        let sound = !typed.is_empty() && typed.len() <= most;
        if !sound
            || !typed.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-')
        {
            problems.add(field, format!("用 1 至 {most} 个大写字母或者数字"));
        } else if item.business(typed).is_some() {
            problems.add(field, format!("“{typed}”已经给了别的业务：请换一个"));
        }
    }
    if item.types.iter().any(|one| one.name == sent.get("name")) {
        problems.add("name", "这个事项已经有同名的业务：请换一个名称");
    }
    if item.business(sent.get("like")).is_none() {
        problems.add("like", "请选择照着哪一项业务写");
    }
}

/// The new type's file and the head that lists it.
fn copied(catalogue: &Catalogue, item: &Item, sent: &Fields) -> Result<Vec<SourceFile>, Fault> {
    let like = sent.get("like");
    let own = format!("items/{}/{like}.toml", item.slug);
    let lent = format!("items/{}/{like}.toml", item.types_from);
    let mut business = table(catalogue, if catalogue.file(&own).is_some() { &own } else { &lent })?;
    for key in ["name", "wish", "code", "short"] {
        business.insert(key.to_owned(), sent.get(key).into());
    }
    business.remove("local_code");
    close(&mut business, &item.organ);
    let path = format!("items/{}/item.toml", item.slug);
    let mut head = table(catalogue, &path)?;
    let order = head.entry("type_order").or_insert_with(|| Vec::<toml::Value>::new().into());
    order.as_array_mut().into_iter().for_each(|order| order.push(sent.get("slug").into()));
    let new = format!("items/{}/{}.toml", item.slug, sent.get("slug"));
    Ok(vec![SourceFile::of_table(new, &business)?, SourceFile::of_table(path, &head)?])
}
