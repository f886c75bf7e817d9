//! One record as a form: what it says, where it stands, and what a change of it does; or a new one.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use identity::Officer;
use serde::Deserialize;
use web::parts::{Field, Input};
use web::{Answer, App, Fields, Page, PageCx, Problems, html_with_status};

use super::form::{Group, head, label_of, plain, why_and_day};
use super::national::{sheet_of, situations, table};
use super::pen::{Pen, saved};
use super::records::{TITLE, home_of, key_in_address, used};
use super::sheet::{Choices, fresh};
use super::{list_of, nation_of, text_at, unknown};
use crate::catalogue::{Catalogue, NATION, SourceFile};
use crate::fault::Fault;
use crate::shelf_use::{Kind, Record, records};
use crate::store::texts::Written;
use crate::text;
use crate::work::Work;

#[derive(Template)]
#[template(path = "catalog/desk/record.html")]
struct RecordPage {
    page: Page,
    action: String,
    back: String,
    /// Version of the draft that is open; 0 for none.
    version: i64,
    overtaken: Option<String>,
    /// What the draft that is open is about.
    draft: Option<String>,
    problems: Problems,
    groups: Vec<Group>,
    is_new: bool,
    used: Vec<String>,
    guides: usize,
    /// Cases of these items that are not closed.
    open: u64,
}

type Place = Path<(String, String, String)>;

/// The draft that is open, and where a new record goes.
#[derive(Deserialize)]
pub struct Within {
    #[serde(default)]
    text: String,
    #[serde(default)]
    home: String,
}

/// In place of a key, for a record that is begun.
const NEW: &str = "new";

/// Loaded for an editor.
struct Desk<'a> {
    pen: &'a Pen,
    kind: Kind,
    /// As it stands; none for a new one.
    record: Option<Record<'a>>,
    file: String,
    choices: Choices,
    within: Within,
    overtaken: Option<String>,
}

/// `GET /desk/catalog/{bureau}/records/{kind}/{key}`
pub async fn form(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path(place): Place,
    Query(within): Query<Within>,
) -> Answer {
    let pen = allowed(&app, &officer, &place.0, &within).await?;
    let desk = Desk::opened(&pen, &place, within).ok_or_else(unknown)?;
    let mut typed = sheet_of(desk.kind, &desk.choices).typed(&desk.table());
    pen.begin(&app, &mut typed);
    desk.page(&app, &cx, &typed, Problems::none()).await
}

/// `POST /desk/catalog/{bureau}/records/{kind}/{key}`
pub async fn send(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path(place): Place,
    Query(within): Query<Within>,
    sent: Fields,
) -> Answer {
    let pen = allowed(&app, &officer, &place.0, &within).await?;
    let desk = Desk::opened(&pen, &place, within).ok_or_else(unknown)?;
    let version = pen.version(&sent)?;
    let (slug, written) = match desk.compose(&app, &sent).await? {
        Ok(made) => made,
        Err(problems) => return desk.page(&app, &cx, &sent, problems).await,
    };
    match pen.keep(&app, &officer, &slug, &written, version).await {
        Ok(id) => Ok(saved(&app, &id)),
        Err(fault @ Fault::TextChangedMeanwhile { .. }) => {
            let newest = Pen::at(&app, pen.id()).await?;
            let Some(mut desk) = Desk::opened(&newest, &place, desk.within) else { return Err(unknown()) };
            desk.overtaken = Some(fault.to_string());
            desk.page(&app, &cx, &sent, Problems::none()).await
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn allowed(app: &App, officer: &Officer, bureau: &str, within: &Within) -> Answer<Pen> {
    nation_of(app, officer, bureau).await?;
    Pen::at(app, &within.text).await
}

impl<'a> Desk<'a> {
    /// None where there is no such record, or no such file for a new one.
    fn opened(pen: &'a Pen, (_, kind, key): &(String, String, String), within: Within) -> Option<Desk<'a>> {
        let kind = Kind::from_code(kind)?;
        let all = records(&pen.catalogue);
        let record = all.into_iter().find(|one| one.kind == kind && key_in_address(one) == *key);
        if record.is_none() && key != NEW {
            return None;
        }
        let file = match &record {
            Some(record) => record.file.clone(),
            None => new_home(&pen.catalogue, kind, &within.home)?,
        };
        let choices =
            Choices { situations: asked(&pen.catalogue, record.as_ref(), &file), ..Choices::default() };
        Some(Desk { pen, kind, record, file, choices, within, overtaken: None })
    }

    fn table(&self) -> toml::Table {
        self.record.as_ref().map(|record| record.table.clone()).unwrap_or_default()
    }

    /// The item a draft of it is kept under: of the draft that is open, the one it is written for, or the first it stands in.
    fn item(&self, sent: &Fields) -> Option<String> {
        if let Some(text) = &self.pen.text {
            return Some(text.item.clone());
        }
        let home = home_of(&self.file);
        let home = home.split('~').next().unwrap_or_default();
        if self.pen.catalogue.item(home).is_some() {
            return Some(home.to_owned());
        }
        match &self.record {
            Some(record) => record.used.first().map(|(item, _)| item.slug.clone()),
            None => self.pen.catalogue.item(sent.get("first_item")).map(|item| item.slug.clone()),
        }
    }

    /// What was typed as a text of the list, and the item it is kept under.
    async fn compose(&self, app: &App, sent: &Fields) -> Answer<Result<(String, Written), Problems>> {
        let live = app.part::<Catalogue>();
        let mut problems = Problems::none();
        plain(sent, &mut problems);
        let head = why_and_day(sent, app.today(), &mut problems);
        let Some(slug) = self.item(sent) else {
            match self.record {
                Some(_) => problems.add("", UNUSED),
                None => problems.add("first_item", "请选择先用在哪个事项"),
            }
            return Ok(Err(problems));
        };
        let table = sheet_of(self.kind, &self.choices).read(&self.table(), sent, &mut problems);
        let Some((why, effective)) = head.filter(|_| problems.is_empty()) else { return Ok(Err(problems)) };
        let files = self.pen.files(app, vec![self.written(table)?], effective).await?;
        if files.is_empty() {
            problems.add("why", "没有改动任何内容：请先修改再保存");
            return Ok(Err(problems));
        }
        let base = text::base(&live, NATION, &slug);
        Ok(Ok((slug, Written { effective, base, why, files })))
    }

    /// The record's file with the record in its place, or with one more; a type's own material is listed in the type too.
    fn written(&self, mut record: toml::Table) -> Result<SourceFile, Fault> {
        let mut whole = table(&self.pen.catalogue, &self.file)?;
        let own = self.kind == Kind::Material && !crate::shelf_use::is_shelf(&self.file);
        let all = whole.entry(self.kind.code()).or_insert_with(|| Vec::<toml::Value>::new().into());
        let all = all.as_array_mut().ok_or_else(|| Fault::Body(self.kind.code().to_owned()))?;
        match &self.record {
            Some(known) => {
                let tables = all.iter_mut().filter_map(toml::Value::as_table_mut);
                let same =
                    |one: &&mut toml::Table| one.get("key").and_then(toml::Value::as_str) == Some(&known.key);
                tables.filter(same).for_each(|one| one.clone_from(&record));
            }
            None => {
                let mut taken: BTreeSet<String> =
                    records(&self.pen.catalogue).into_iter().map(|one| one.key).collect();
                let key = fresh(self.kind.code(), &mut taken);
                record.insert("key".to_owned(), key.clone().into());
                all.push(record.into());
                let order = whole.get_mut("material_order").and_then(toml::Value::as_array_mut);
                order.filter(|_| own).into_iter().for_each(|order| order.push(key.clone().into()));
            }
        }
        SourceFile::of_table(self.file.clone(), &whole)
    }

    async fn page(&self, app: &App, cx: &PageCx, typed: &Fields, mut problems: Problems) -> Answer {
        let status = match (&self.overtaken, problems.is_empty()) {
            (Some(_), _) => StatusCode::CONFLICT,
            (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
            (None, true) => StatusCode::OK,
        };
        if self.record.is_some() && self.item(typed).is_none() {
            problems.0.retain(|one| one.says != UNUSED);
            problems.add("", UNUSED);
        }
        let groups = self.groups(typed, &problems);
        let label = self.kind.label();
        let title = match &self.record {
            None => format!("新增{label}"),
            Some(record) if record.is_shared() => format!("修改共用的{label}"),
            Some(_) => format!("修改{label}"),
        };
        let bureau = NATION;
        let page = cx.page(title).crumb("工作台", "/desk").crumb("事项目录", list_of(bureau));
        let (page, back) = match &self.pen.text {
            Some(text) => {
                (page.crumb(text.why.clone(), text_at(bureau, &text.id)), text_at(bureau, &text.id))
            }
            None => {
                let list = format!("/desk/catalog/{bureau}/records");
                (page.crumb(TITLE, list.clone()), list)
            }
        };
        let record = self.record.as_ref();
        html_with_status(
            status,
            &RecordPage {
                page,
                action: self.action(),
                back,
                version: self.pen.text.as_ref().map_or(0, |text| text.version),
                overtaken: self.overtaken.clone(),
                draft: self.pen.text.as_ref().map(|text| text.why.clone()),
                problems: problems.named(|field| label_of(&groups, field)),
                groups,
                is_new: record.is_none(),
                used: record.map(used).unwrap_or_default(),
                guides: record.map_or(0, Record::guides),
                open: self.open(app).await?,
            },
        )
    }

    fn groups(&self, typed: &Fields, problems: &Problems) -> Vec<Group> {
        let mut groups = vec![head(typed, problems)];
        if self.record.is_none() && self.pen.text.is_none() && home_of(&self.file).is_empty() {
            let items = self.pen.catalogue.items().iter().map(|one| (one.slug.as_str(), one.name.as_str()));
            let mut group =
                Group::new("先用在哪里", "保存以后，在这个事项的修改里把它列进去，别的事项以后也可以用");
            group.fields = vec![
                Field::new("first_item", "事项", Input::Select)
                    .required()
                    .options(items)
                    .fill(typed, problems),
            ];
            groups.push(group);
        }
        groups.extend(sheet_of(self.kind, &self.choices).groups(&self.table(), typed, problems));
        groups
    }

    fn action(&self) -> String {
        let key = self.record.as_ref().map_or_else(|| NEW.to_owned(), key_in_address);
        let at = format!("/desk/catalog/{NATION}/records/{}/{key}", self.kind.code());
        format!("{at}?home={}&text={}", self.within.home, self.within.text)
    }

    /// Cases of the items it stands in that are not closed.
    async fn open(&self, app: &App) -> Answer<u64> {
        let open = match app.try_part::<Work>() {
            Some(work) => work.0.cases(&app.db, None).await?,
            None => Default::default(),
        };
        let used = self.record.iter().flat_map(|record| &record.used);
        let slugs: BTreeSet<&str> = used.map(|(item, _)| item.slug.as_str()).collect();
        Ok(slugs.into_iter().filter_map(|slug| open.get(slug)).sum())
    }
}

const UNUSED: &str = "没有事项在用这条记录，改了也不会出现在指南里：请先在事项里列入它";

/// The file a new record goes into: the nation's for no name, else an item's shelf or, for a material, a type's own file.
fn new_home(catalogue: &Catalogue, kind: Kind, home: &str) -> Option<String> {
    if home.is_empty() {
        return Some(kind.nation_file().to_owned());
    }
    let (item, name) = home.split_once('~').unwrap_or((home, "shared"));
    let item = catalogue.item(item)?;
    let own = kind == Kind::Material && item.type_order.iter().any(|one| one == name);
    let path = format!("items/{}/{name}.toml", item.slug);
    (name == "shared" || (own && catalogue.file(&path).is_some())).then_some(path)
}

/// The answers on which the record may hang: of the forms it stands in, or of the type it is written for.
fn asked(catalogue: &Catalogue, record: Option<&Record<'_>>, file: &str) -> Vec<(String, String)> {
    let used = record.into_iter().flat_map(|record| &record.used).filter_map(|(_, business)| *business);
    let home = home_of(file);
    let written_for = home.split_once('~').and_then(|(item, name)| catalogue.item(item)?.business(name));
    let mut seen = BTreeSet::new();
    let all = used.chain(written_for).flat_map(situations);
    all.filter(|(code, _)| seen.insert(code.clone())).collect()
}
