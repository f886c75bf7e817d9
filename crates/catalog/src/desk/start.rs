//! 新增: a new item of the national list begins as a copy of one that is near to it, under a name and codes of its own. It is a draft
//! like any other, reviewed by a second officer, and in the list from its day on.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use identity::Officer;
use jiff::civil::Date;
use law::codes::item::BasicCode12;
use web::parts::{Field, Input};
use web::{Answer, App, Fields, Flash, Page, PageCx, Problems, html_with_status};

use super::form::{Group, head, label_of, plain, why_and_day};
use super::{by, list_of, nation_of, text_at};
use crate::catalogue::{COMMON, Catalogue, SourceFile};
use crate::code_tables::{KINDS, LEVELS};
use crate::fault::Fault;
use crate::item::Item;
use crate::lint::COPIED;
use crate::store::{self, texts::Written};

#[derive(Template)]
#[template(path = "catalog/desk/start.html")]
struct StartPage {
    page: Page,
    action: String,
    back: String,
    problems: Problems,
    groups: Vec<Group>,
}

/// The longest name in an address.
const LONGEST_SLUG: usize = 40;

/// `GET /desk/catalog/{bureau}/new`
pub async fn form(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path(bureau): Path<String>,
) -> Answer {
    let list = allowed(&app, &officer, &bureau).await?;
    let mut typed = Fields::default();
    typed.0.insert("effective".into(), vec![app.today().to_string()]);
    page(&cx, &app.part::<Catalogue>(), &list, &typed, Problems::none())
}

/// `POST /desk/catalog/{bureau}/new`
pub async fn send(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path(bureau): Path<String>,
    sent: Fields,
) -> Answer {
    let list = allowed(&app, &officer, &bureau).await?;
    let catalogue = app.part::<Catalogue>();
    let (slug, written) = match composed(&catalogue, &sent, app.today())? {
        Ok(made) => made,
        Err(problems) => return page(&cx, &catalogue, &list, &sent, problems),
    };
    let id = app.new_id();
    let mut tx = app.db.begin().await?;
    store::texts::draft(&mut tx, (&list, &id, &slug), &written, by(&officer), app.now()).await?;
    tx.commit().await?;
    let says = "新事项的草稿已保存。请接着修改内容，看过预览以后提交审核。";
    Ok(Flash::done(says).redirect(&app, &text_at(&list, &id)))
}

/// Only the national list takes new items.
async fn allowed(app: &App, officer: &Officer, bureau: &str) -> Answer<String> {
    Ok(nation_of(app, officer, bureau).await?.code)
}

fn page(cx: &PageCx, catalogue: &Catalogue, list: &str, typed: &Fields, problems: Problems) -> Answer {
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let groups = vec![head(typed, &problems), name(typed, &problems), content(catalogue, typed, &problems)];
    let problems = problems.named(|field| label_of(&groups, field));
    let page = cx.page("新增事项").crumb("工作台", "/desk").crumb("事项目录", list_of(list));
    let (action, back) = (format!("/desk/catalog/{list}/new"), list_of(list));
    html_with_status(status, &StartPage { page, action, back, problems, groups })
}

fn name(typed: &Fields, problems: &Problems) -> Group {
    let mut group = Group::new("名称和编码", "");
    group.fields = vec![
        Field::text("name", "事项名称").required().max(100).hint("与行政许可事项清单一字不差"),
        Field::text("slug", "网址里的名字")
            .required()
            .hint("小写字母和短横线，例如 leaf-station。定了以后不能改"),
        Field::new("kind", "事项类型", Input::Select).required().options(KINDS.iter().copied()),
        Field::text("basic_code", "基本编码").hint("12 位。还没有核对到的不填，指南会写明"),
        Field::text("everyday_words", "平常的说法").required().hint("群众怎么叫它，用顿号隔开，搜索要用"),
    ];
    group.fields = group.fields.into_iter().map(|field| field.fill(typed, problems)).collect();
    group
}

fn content(catalogue: &Catalogue, typed: &Fields, problems: &Problems) -> Group {
    let items: Vec<(&str, &str)> =
        catalogue.items().iter().map(|one| (one.slug.as_str(), one.name.as_str())).collect();
    let mains = catalogue.items().iter().filter(|one| one.parent.is_none());
    let mains: Vec<(&str, &str)> = mains.map(|one| (one.slug.as_str(), one.name.as_str())).collect();
    let mut group = Group::new("内容", "材料、条件、流程和表单先照一个现有的事项，存成草稿以后再逐项修改");
    group.fields = vec![
        Field::new("like", "照着哪个事项写", Input::Select).required().options(items),
        Field::new("parent", "是哪个主项的子项", Input::Select).hint("不是子项的不选").options(mains),
        Field::text("organ", "实施主体").required().max(100),
        Field::new("accepted_at", "哪一级受理", Input::Boxes).required().options(LEVELS.iter().copied()),
        Field::new("authority", "权限划分", Input::Long).required().hint("哪一级受理、审查、决定"),
        Field::new("content", "行使内容", Input::Long).required(),
    ];
    group.fields = group.fields.into_iter().map(|field| field.fill(typed, problems)).collect();
    group
}

/// The files of the new item, or everything that is wrong with what was typed.
fn composed(
    catalogue: &Catalogue,
    sent: &Fields,
    today: Date,
) -> Result<Result<(String, Written), Problems>, Fault> {
    let mut problems = Problems::none();
    plain(sent, &mut problems);
    let head = why_and_day(sent, today, &mut problems);
    let slug = sent.get("slug").to_owned();
    checked(catalogue, sent, &mut problems);
    let (Some((why, effective)), Some(like)) = (head, catalogue.item(sent.get("like"))) else {
        return Ok(Err(problems));
    };
    if !problems.is_empty() {
        return Ok(Err(problems));
    }
    let files = copied(catalogue, like, sent, effective)?;
    match catalogue.with_files(&files) {
        Ok(next) => {
            let findings =
                next.item(&slug).map(|item| crate::lint::lint_item(&next, item)).unwrap_or_default();
            let told = findings.into_iter().filter(|one| one.rule != "copied-unread");
            told.for_each(|finding| problems.add("", finding.says));
        }
        Err(fault) => problems.add("like", fault.to_string()),
    }
    let written = Written { effective, base: String::new(), why, files };
    Ok(if problems.is_empty() { Ok((slug, written)) } else { Err(problems) })
}

fn checked(catalogue: &Catalogue, sent: &Fields, problems: &mut Problems) {
    for (field, label) in [
        ("name", "事项名称"),
        ("everyday_words", "平常的说法"),
        ("organ", "实施主体"),
        ("authority", "权限划分"),
        ("content", "行使内容"),
    ] {
        if sent.get(field).is_empty() {
            problems.add(field, format!("请填写{label}"));
        }
    }
    let slug = sent.get("slug");
    if !is_slug(slug) || [COMMON, "shared", "changes", "words"].contains(&slug) {
        problems.add("slug", "只能用小写字母、数字和短横线，字母开头，例如 leaf-station");
    } else if catalogue.item(slug).is_some() {
        problems.add("slug", format!("“{slug}”已经有了：请换一个"));
    }
    if let Some(same) = catalogue.items().iter().find(|one| one.name == sent.get("name")) {
        problems.add("name", format!("“{}”已经在目录里：要改内容的，请打开它修改", same.name));
    }
    code(catalogue, sent.get("basic_code"), problems);
    if !KINDS.iter().any(|(code, _)| *code == sent.get("kind")) {
        problems.add("kind", "请选择事项类型");
    }
    if catalogue.item(sent.get("like")).is_none() {
        problems.add("like", "请选择照着哪个事项写");
    }
    let parent = sent.get("parent");
    if !parent.is_empty() && catalogue.item(parent).is_none_or(|main| main.parent.is_some()) {
        problems.add("parent", "只能选目录里的主项");
    }
    let levels = sent.all("accepted_at");
    if levels.is_empty() || levels.iter().any(|level| !LEVELS.iter().any(|(code, _)| code == level)) {
        problems.add("accepted_at", "请勾选哪一级受理");
    }
}

/// Whether it can be a name in an address.
pub fn is_slug(slug: &str) -> bool {
    let letters = slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let ends = slug.starts_with(|c: char| c.is_ascii_lowercase()) && !slug.ends_with('-');
    letters && ends && slug.len() <= LONGEST_SLUG
}

fn code(catalogue: &Catalogue, code: &str, problems: &mut Problems) {
    if code.is_empty() {
        return;
    }
    if let Err(fault) = BasicCode12::parse(code) {
        problems.add("basic_code", fault.explain());
    } else if let Some(owner) = catalogue.items().iter().find(|one| one.basic_code == code) {
        problems.add("basic_code", format!("编码已经给了“{}”：一个编码只能给一个事项", owner.name));
    }
}

/// Every file of the item it is written after, under the new name; its head with what was typed.
fn copied(catalogue: &Catalogue, like: &Item, sent: &Fields, day: Date) -> Result<Vec<SourceFile>, Fault> {
    let slug = sent.get("slug");
    let (from, to) = (format!("items/{}/", like.slug), format!("items/{slug}/"));
    let own = catalogue.files().iter().filter(|file| file.path.starts_with(&from));
    own.map(|file| {
        let path = file.path.replacen(&from, &to, 1);
        let name = path.strip_prefix(&to).unwrap_or_default().trim_end_matches(".toml").to_owned();
        let body = |fault: toml::de::Error| Fault::Body(fault.to_string());
        let mut table: toml::Table = toml::from_str(&file.text).map_err(body)?;
        if name == "item" {
            rename(&mut table, like, sent, day);
        } else if like.type_order.contains(&name) {
            close(&mut table, sent.get("organ"));
        }
        SourceFile::of_table(path, &table)
    })
    .collect()
}

fn coded(code: &str, label: &str) -> toml::Value {
    toml::Table::from_iter(
        [("code", code), ("label", label)].map(|(key, text)| (key.to_owned(), text.into())),
    )
    .into()
}

fn rename(table: &mut toml::Table, like: &Item, sent: &Fields, day: Date) {
    let words =
        sent.get("everyday_words").split(['、', '，', ',']).map(str::trim).filter(|one| !one.is_empty());
    let words: Vec<toml::Value> = words.map(|one| one.to_owned().into()).collect();
    let kind = KINDS.iter().find(|(code, _)| *code == sent.get("kind")).copied().unwrap_or(KINDS[0]);
    let levels = sent.all("accepted_at").iter().filter_map(|level| level.parse::<i64>().ok());
    let held = LEVELS.iter().filter(|(code, _)| sent.all("accepted_at").iter().any(|one| one == code));
    let held: Vec<toml::Value> = held.map(|(code, label)| coded(code, label)).collect();
    for gone in ["code", "code_says", "short_name", "parent", "doubt", "decided_by"] {
        table.remove(gone);
    }
    let set: [(&str, toml::Value); 11] = [
        ("name", sent.get("name").into()),
        ("basic_code", sent.get("basic_code").into()),
        ("everyday_words", words.into()),
        ("version", format!("{}.1", day.year()).into()),
        ("effective", day.to_string().into()),
        ("kind", coded(kind.0, kind.1)),
        ("levels", held.into()),
        ("authority", sent.get("authority").into()),
        ("organ", sent.get("organ").into()),
        ("content", sent.get("content").into()),
        ("accepted_at", levels.map(toml::Value::from).collect::<Vec<_>>().into()),
    ];
    table.extend(set.map(|(key, value)| (key.to_owned(), value)));
    if sent.get("basic_code").is_empty() {
        let says = "行政许可事项清单中的编码尚未核对到，核对以后填写；在此以前用事项名称办理。";
        table.insert("code_says".into(), says.into());
    }
    if !sent.get("parent").is_empty() {
        table.insert("parent".into(), sent.get("parent").into());
    }
    // Whoever reads the guide is told where its words come from until somebody has gone through them.
    let says = format!("材料、条件和流程照“{}”{COPIED}；提交以前请打咨询电话核对。", like.name);
    let doubt = [("about", "申请材料和条件"), ("sure", "待核实"), ("says", says.as_str())];
    let doubt = toml::Table::from_iter(doubt.map(|(key, value)| (key.to_owned(), value.into())));
    table.insert("doubt".into(), vec![toml::Value::from(doubt)].into());
    table.insert("sure".into(), "待核实".into());
}

/// A new item is not applied for in the web before the program knows its cases.
pub fn close(table: &mut toml::Table, organ: &str) {
    let says = format!(
        "网上办理的开通时间另行公告，最迟在年底按月公布。现在请带材料到{}的窗口办理，也可以快递申请。",
        organ
    );
    let later = toml::Table::from_iter([("says".to_owned(), toml::Value::from(says))]);
    table.remove("apply_at");
    table.insert("open".into(), toml::Table::from_iter([("later".to_owned(), later.into())]).into());
}
