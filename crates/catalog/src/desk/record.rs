//! One shared record as a form: what it says, where it stands, and what a change of it does.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use identity::{Act, Officer};
use web::parts::{Field, Input};
use web::{Answer, App, Fields, Flash, Page, PageCx, Problems, html_with_status};

use super::form::{Group, head, label_of, plain, why_and_day};
use super::records::{at, key_in_address, used};
use super::{bureau_of, by, is_nation, list_of, text_at, unknown};
use crate::catalogue::{Catalogue, SourceFile};
use crate::fault::Fault;
use crate::shelf_use::{Kind, Record, records};
use crate::store::{self, texts::Written};
use crate::text;
use crate::work::Work;

#[derive(Template)]
#[template(path = "catalog/desk/record.html")]
struct RecordPage {
    page: Page,
    action: String,
    back: String,
    problems: Problems,
    groups: Vec<Group>,
    used: Vec<String>,
    guides: usize,
    /// Cases of these items that are not closed.
    open: u64,
}

type Place = Path<(String, String, String)>;

/// Key, label, kind of control, and whether it may be empty.
type Part = (&'static str, &'static str, Input, bool);

fn parts(kind: Kind) -> &'static [Part] {
    match kind {
        Kind::Material => &[
            ("name", "材料名称", Input::Text, false),
            ("when_says", "什么时候要交", Input::Text, true),
            ("source", "来源渠道", Input::Text, false),
            ("issued_when", "出具时间要求", Input::Text, true),
            ("obtained_at", "到哪里取得", Input::Text, true),
            ("signature", "签名盖章", Input::Text, false),
            ("originals", "原件份数", Input::Number, false),
            ("copies", "复印件份数", Input::Number, false),
            ("hint", "填写和拍照说明", Input::Long, false),
        ],
        Kind::Condition => &[("says", "受理条件", Input::Long, false)],
    }
}

/// More sheets than this of one material nobody hands in.
const MOST_SHEETS: i64 = 20;

/// `GET /desk/catalog/{bureau}/records/{kind}/{key}`
pub async fn form(cx: PageCx, officer: Officer, State(app): State<App>, Path(place): Place) -> Answer {
    let catalogue = allowed(&app, &officer, &place.0).await?;
    let record = found(&catalogue, &place.1, &place.2).ok_or_else(unknown)?;
    let mut typed = typed(&record);
    typed.0.insert("effective".into(), vec![app.today().to_string()]);
    page(&app, &cx, (&place.0, &record), &typed, Problems::none()).await
}

/// `POST /desk/catalog/{bureau}/records/{kind}/{key}`
pub async fn send(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path(place): Place,
    sent: Fields,
) -> Answer {
    let catalogue = allowed(&app, &officer, &place.0).await?;
    let record = found(&catalogue, &place.1, &place.2).ok_or_else(unknown)?;
    let mut problems = Problems::none();
    plain(&sent, &mut problems);
    let head = why_and_day(&sent, app.today(), &mut problems);
    let file = changed(&catalogue, &record, &sent, &mut problems)?;
    let (Some((why, effective)), Some(file), Some(first)) = (head, file, record.used.first()) else {
        return page(&app, &cx, (&place.0, &record), &sent, problems).await;
    };
    if !problems.is_empty() {
        return page(&app, &cx, (&place.0, &record), &sent, problems).await;
    }
    let slug = first.0.slug.clone();
    let taken = store::versions_known(&mut app.db.clone()).await?;
    let files = text::raised(&catalogue, vec![file], effective, &taken)?;
    let next = catalogue.with_files(&files)?;
    for (item, _) in &record.used {
        let findings =
            next.item(&item.slug).map(|item| crate::lint::lint_item(&next, item)).unwrap_or_default();
        findings.into_iter().for_each(|finding| problems.add("", format!("{}：{}", item.name, finding.says)));
    }
    if !problems.is_empty() {
        problems.0.dedup();
        return page(&app, &cx, (&place.0, &record), &sent, problems).await;
    }
    let written = Written { effective, base: text::base(&catalogue, &place.0, &slug), why, files };
    let id = app.new_id();
    let mut tx = app.db.begin().await?;
    store::texts::draft(&mut tx, (&place.0, &id, &slug), &written, by(&officer), app.now()).await?;
    tx.commit().await?;
    let says = "草稿已保存。请看过每个事项的差别和预览以后提交审核。";
    Ok(Flash::done(says).redirect(&app, &text_at(&place.0, &id)))
}

async fn allowed(app: &App, officer: &Officer, bureau: &str) -> Answer<std::sync::Arc<Catalogue>> {
    officer.may(Act::EditCatalogue, bureau)?;
    let bureau = bureau_of(app, officer, bureau).await?;
    if is_nation(&bureau.code) { Ok(app.part::<Catalogue>()) } else { Err(unknown()) }
}

fn found<'a>(catalogue: &'a Catalogue, kind: &str, key: &str) -> Option<Record<'a>> {
    let kind = Kind::from_code(kind)?;
    records(catalogue).into_iter().find(|one| one.kind == kind && key_in_address(one) == key)
}

fn typed(record: &Record<'_>) -> Fields {
    let value = |key: &str| match record.table.get(key) {
        Some(toml::Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    parts(record.kind).iter().map(|(key, ..)| ((*key).to_owned(), value(key))).collect()
}

async fn page(
    app: &App,
    cx: &PageCx,
    (bureau, record): (&str, &Record<'_>),
    typed: &Fields,
    mut problems: Problems,
) -> Answer {
    if record.used.is_empty() {
        problems.add("", "没有事项在用这条记录，改了也不会出现在指南里：请先在事项里列入它");
    }
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut group = Group::new(record.kind.label(), "");
    group.fields = parts(record.kind)
        .iter()
        .map(|(key, label, input, may)| {
            let field = Field::new(*key, *label, *input).fill(typed, &problems);
            if *may { field } else { field.required() }
        })
        .collect();
    let groups = vec![head(typed, &problems), group];
    let page = cx
        .page(format!("修改共用的{}", record.kind.label()))
        .crumb("工作台", "/desk")
        .crumb("事项目录", list_of(bureau))
        .crumb("共用的材料和条件", format!("/desk/catalog/{bureau}/records"));
    let open = match app.try_part::<Work>() {
        Some(work) => work.0.cases(&app.db, None).await?,
        None => std::collections::BTreeMap::new(),
    };
    let mut slugs: Vec<&str> = record.used.iter().map(|(item, _)| item.slug.as_str()).collect();
    slugs.dedup();
    html_with_status(
        status,
        &RecordPage {
            page,
            action: at(bureau, record),
            back: format!("/desk/catalog/{bureau}/records"),
            problems: problems.named(|field| label_of(&groups, field)),
            groups,
            used: used(record),
            guides: record.used.len(),
            open: slugs.into_iter().filter_map(|slug| open.get(slug)).sum(),
        },
    )
}

/// The record's file with what was typed in its place.
fn changed(
    catalogue: &Catalogue,
    record: &Record<'_>,
    sent: &Fields,
    problems: &mut Problems,
) -> Result<Option<SourceFile>, Fault> {
    let before = typed(record);
    let mut values: Vec<(&str, toml::Value)> = Vec::new();
    for (key, label, input, may) in parts(record.kind) {
        let value = sent.get(key).replace("\r\n", "\n");
        if value.is_empty() && !may {
            problems.add(*key, format!("请填写{label}"));
        } else if *input == Input::Number
            && !value.parse().is_ok_and(|count: i64| (0..=MOST_SHEETS).contains(&count))
        {
            problems.add(*key, format!("应当是 0 至 {MOST_SHEETS} 的数字"));
        } else if value != before.get(key) {
            let value = match *input {
                Input::Number => toml::Value::Integer(value.parse().unwrap_or_default()),
                _ => value.into(),
            };
            values.push((*key, value));
        }
    }
    if values.is_empty() && problems.is_empty() {
        problems.add("why", "没有改动任何内容：请先修改再保存");
    }
    if values.is_empty() || !problems.is_empty() {
        return Ok(None);
    }
    let Some(file) = catalogue.file(&record.file) else { return Ok(None) };
    let mut whole: toml::Table =
        toml::from_str(&file.text).map_err(|fault| Fault::Body(fault.to_string()))?;
    let all = whole.get_mut(record.kind.code()).and_then(toml::Value::as_array_mut);
    let tables = all.into_iter().flatten().filter_map(toml::Value::as_table_mut);
    for table in tables.filter(|one| one.get("key").and_then(toml::Value::as_str) == Some(&record.key)) {
        for (key, value) in &values {
            table.insert((*key).to_owned(), value.clone());
        }
    }
    let text = toml::to_string_pretty(&whole).map_err(|fault| Fault::Body(fault.to_string()))?;
    Ok(Some(SourceFile { path: record.file.clone(), text }))
}
