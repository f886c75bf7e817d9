//! Blank forms and filled examples: pages to read and print, and files to take along.

use askama::Template;
use axum::extract::{Path, State};
use web::{Answer, App, Page, PageCx, html};

use super::{find, handout, unknown};
use crate::catalogue::Catalogue;
use crate::form::{Field, FormSpec, Kind, Values};
use crate::item::{BusinessType, Item};
use crate::material::{Blank, MaterialSpec, Sample};

#[derive(Template)]
#[template(path = "catalog/paper.html")]
struct PaperPage<'a> {
    page: Page,
    drawn: Drawn<'a>,
    /// The same as PDF.
    file: String,
    back: String,
}

/// A form or an example with its words.
pub(super) struct Drawn<'a> {
    pub(super) item: &'a Item,
    pub(super) material: &'a MaterialSpec,
    /// 空白表, 填写示范 or 上传示范.
    pub(super) what: &'static str,
    pub(super) content: Content<'a>,
    pub(super) form_title: String,
}

pub(super) enum Content<'a> {
    Rows(Vec<(&'a str, Vec<Row<'a>>)>),
    Paragraphs(Vec<&'a str>),
    Points(&'a [String]),
}

pub(super) struct Row<'a> {
    pub(super) label: &'a str,
    pub(super) value: String,
    hint: &'a str,
}

pub(super) const BLANK: &str = "空白表";

type Place = Path<(String, String, String)>;

/// `GET /guides/{item}/{type}/sample/{material}`
pub async fn sample(cx: PageCx, State(app): State<App>, Path(place): Place) -> Answer {
    let catalogue = app.part::<Catalogue>();
    let (item, business) = find(&catalogue, &place.0, &place.1)?;
    paper(&cx, "sample", business, filled_example(item, business, &place.2)?)
}

/// `GET /guides/{item}/{type}/sample/{material}/file.pdf`
pub async fn sample_file(State(app): State<App>, Path(place): Place) -> Answer {
    let catalogue = app.part::<Catalogue>();
    let (item, business) = find(&catalogue, &place.0, &place.1)?;
    handout::form(&app, filled_example(item, business, &place.2)?).await
}

/// `GET /guides/{item}/{type}/blank/{material}`
pub async fn blank(cx: PageCx, State(app): State<App>, Path(place): Place) -> Answer {
    let catalogue = app.part::<Catalogue>();
    let (item, business) = find(&catalogue, &place.0, &place.1)?;
    paper(&cx, "blank", business, blank_form(item, business, &place.2)?)
}

/// `GET /guides/{item}/{type}/blank/{material}/file.pdf`
pub async fn blank_file(State(app): State<App>, Path(place): Place) -> Answer {
    let catalogue = app.part::<Catalogue>();
    let (item, business) = find(&catalogue, &place.0, &place.1)?;
    handout::form(&app, blank_form(item, business, &place.2)?).await
}

fn filled_example<'a>(item: &'a Item, business: &'a BusinessType, material: &str) -> Answer<Drawn<'a>> {
    let material = business.material(material).ok_or_else(|| unknown("没有找到这份材料"))?;
    let content = match material.sample.as_ref().ok_or_else(|| unknown("这份材料没有填写示范"))? {
        Sample::Form => Content::Rows(rows(&business.form, &business.form.example(), filled)),
        Sample::Text(text) => Content::Paragraphs(paragraphs(text)),
        Sample::Points(points) => Content::Points(points),
    };
    let what = if matches!(content, Content::Points(_)) { "上传示范" } else { "填写示范" };
    Ok(drawn(item, business, material, what, content))
}

fn blank_form<'a>(item: &'a Item, business: &'a BusinessType, material: &str) -> Answer<Drawn<'a>> {
    let material = business.material(material).ok_or_else(|| unknown("没有找到这份材料"))?;
    let content = match material.blank.as_ref().ok_or_else(|| unknown("这份材料没有空白表"))? {
        Blank::Form => Content::Rows(rows(&business.form, &Values::new(), empty)),
        Blank::Text(text) => Content::Paragraphs(paragraphs(text)),
    };
    Ok(drawn(item, business, material, BLANK, content))
}

fn drawn<'a>(
    item: &'a Item,
    business: &BusinessType,
    material: &'a MaterialSpec,
    what: &'static str,
    content: Content<'a>,
) -> Drawn<'a> {
    let form_title =
        if material.generated { format!("{}申请表", item.title(business)) } else { material.name.clone() };
    Drawn { item, material, what, content, form_title }
}

fn paper(cx: &PageCx, kind: &str, business: &BusinessType, drawn: Drawn<'_>) -> Answer {
    let page = cx.page(format!("{}（{}）", drawn.form_title, drawn.what));
    let back = format!("/guides/{}/{}", drawn.item.slug, business.slug);
    let file = format!("{back}/{kind}/{}/file.pdf", drawn.material.key);
    html(&PaperPage { page, drawn, file, back })
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
