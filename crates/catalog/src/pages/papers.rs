//! Blank forms and filled examples as pages to read and print.

use askama::Template;
use axum::extract::{Path, State};
use web::{Answer, App, Page, PageCx, html};

use super::{find, unknown};
use crate::catalogue::Catalogue;
use crate::form::{Field, FormSpec, Kind, Values};
use crate::item::{BusinessType, Item};
use crate::material::{Blank, MaterialSpec, Sample};

#[derive(Template)]
#[template(path = "catalog/paper.html")]
struct PaperPage<'a> {
    page: Page,
    material: &'a MaterialSpec,
    /// 空白表 or 填写示范.
    what: &'static str,
    content: Content<'a>,
    back: String,
    form_title: String,
}

enum Content<'a> {
    Rows(Vec<(&'a str, Vec<Row<'a>>)>),
    Paragraphs(Vec<&'a str>),
    Points(&'a [String]),
}

struct Row<'a> {
    label: &'a str,
    value: String,
    hint: &'a str,
}

/// `GET /guides/{item}/{type}/sample/{material}`
pub async fn sample(
    cx: PageCx,
    State(app): State<App>,
    Path((item, business, material)): Path<(String, String, String)>,
) -> Answer {
    let catalogue = app.part::<Catalogue>();
    let (item, business) = find(&catalogue, &item, &business)?;
    let material = business.material(&material).ok_or_else(|| unknown("没有找到这份材料"))?;
    let content = match material.sample.as_ref().ok_or_else(|| unknown("这份材料没有填写示范"))? {
        Sample::Form => Content::Rows(rows(&business.form, &business.form.example(), filled)),
        Sample::Text(text) => Content::Paragraphs(paragraphs(text)),
        Sample::Points(points) => Content::Points(points),
    };
    let back = format!("/guides/{}/{}", item.slug, business.slug);
    let what = if matches!(content, Content::Points(_)) { "上传示范" } else { "填写示范" };
    paper(&cx, item, business, material, what, content, back)
}

/// `GET /guides/{item}/{type}/blank/{material}`
pub async fn blank(
    cx: PageCx,
    State(app): State<App>,
    Path((item, business, material)): Path<(String, String, String)>,
) -> Answer {
    let catalogue = app.part::<Catalogue>();
    let (item, business) = find(&catalogue, &item, &business)?;
    let material = business.material(&material).ok_or_else(|| unknown("没有找到这份材料"))?;
    let content = match material.blank.as_ref().ok_or_else(|| unknown("这份材料没有空白表"))? {
        Blank::Form => Content::Rows(rows(&business.form, &Values::new(), empty)),
        Blank::Text(text) => Content::Paragraphs(paragraphs(text)),
    };
    let back = format!("/guides/{}/{}", item.slug, business.slug);
    paper(&cx, item, business, material, "空白表", content, back)
}

fn paper(
    cx: &PageCx,
    item: &Item,
    business: &BusinessType,
    material: &MaterialSpec,
    what: &'static str,
    content: Content<'_>,
    back: String,
) -> Answer {
    let form_title =
        if material.generated { format!("{}申请表", item.title(business)) } else { material.name.clone() };
    let page = cx.page(format!("{form_title}（{what}）"));
    html(&PaperPage { page, material, what, content, back, form_title })
}

/// Group titles with a row for each field, worded by `word`.
fn rows<'a>(
    form: &'a FormSpec,
    values: &Values,
    word: impl Fn(&Field, &Values) -> Option<String>,
) -> Vec<(&'a str, Vec<Row<'a>>)> {
    let row = |field: &'a Field| {
        word(field, values).map(|value| Row { label: &field.label, value, hint: &field.hint })
    };
    let groups = form.groups.iter().map(|group| {
        let rows: Vec<Row<'a>> = group.fields.iter().filter_map(row).collect();
        (group.title.as_str(), rows)
    });
    groups.filter(|(_, rows)| !rows.is_empty()).collect()
}

/// The example's value; all options with the chosen one ticked. Fields the example isn't asked are left out.
fn filled(field: &Field, values: &Values) -> Option<String> {
    if !field.asked(values) {
        return None;
    }
    let value = values.get(&field.key).map(String::as_str).unwrap_or_default();
    Some(match options(field) {
        Some(options) => ticked(&options, Some(value)),
        None if value.is_empty() => "（没有的不填）".to_owned(),
        None => field.shown(value),
    })
}

fn empty(field: &Field, _: &Values) -> Option<String> {
    Some(match (options(field), &field.kind) {
        (Some(options), _) => ticked(&options, None),
        (None, Kind::Date) => "　　　　年　　月　　日".to_owned(),
        (None, Kind::Number { unit, .. }) => format!("　　　　　　{unit}"),
        _ => String::new(),
    })
}

fn options(field: &Field) -> Option<Vec<(String, String)>> {
    match &field.kind {
        Kind::Choice(choices) => {
            Some(choices.iter().map(|one| (one.code.clone(), one.label.clone())).collect())
        }
        Kind::YesNo => Some(vec![("yes".into(), "是".into()), ("no".into(), "否".into())]),
        _ => None,
    }
}

fn ticked(options: &[(String, String)], chosen: Option<&str>) -> String {
    let one =
        |(code, label): &(String, String)| format!("{}{label}", if chosen == Some(code) { "☑" } else { "□" });
    options.iter().map(one).collect::<Vec<_>>().join("　")
}

fn paragraphs(text: &str) -> Vec<&str> {
    text.split("\n\n").map(str::trim).filter(|one| !one.is_empty()).collect()
}
