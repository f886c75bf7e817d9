//! 目录工作台: editors keep what guides say, a second officer lets it take effect.

mod batch;
mod business;
mod calendar;
mod changes;
mod draft;
mod edit;
mod form;
mod item;
mod list;
mod national;
mod own;
mod part;
mod pen;
mod preview;
mod record;
mod records;
mod replaced;
mod sheet;
mod start;
mod step;
mod subject;
mod texts;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use db::Exec;
use identity::{Act, Bureau, Officer, bureaus};
use web::{App, Face, Refusal};

use crate::catalogue::NATION;
use crate::store::changes::Officer as By;

/// A workbook of every bureau of a province is smaller; a larger body is refused in words.
const MOST_BYTES: usize = 40 << 20;

pub fn routes() -> Router<App> {
    let room = DefaultBodyLimit::max(MOST_BYTES + (64 << 10));
    Router::new()
        .route("/desk/catalog", get(list::list))
        .route("/desk/catalog/calendar", get(calendar::calendar))
        .route("/desk/catalog/{bureau}/new", get(start::form).post(start::send))
        .route("/desk/catalog/{bureau}/records", get(records::list))
        .route("/desk/catalog/{bureau}/records/{kind}/{key}", get(record::form).post(record::send))
        .route("/desk/catalog/{bureau}/import", get(batch::form).post(batch::send).layer(room))
        .route("/desk/catalog/{bureau}/export.xlsx", get(batch::xlsx))
        .route("/desk/catalog/{bureau}/export.json", get(batch::json))
        .route("/desk/catalog/{bureau}/export.csv", get(batch::csv))
        .route("/desk/catalog/{bureau}/items/{item}", get(item::show))
        .route("/desk/catalog/{bureau}/items/{item}/edit", get(edit::form).post(edit::send))
        .route("/desk/catalog/{bureau}/items/{item}/business", get(business::form).post(business::send))
        .route("/desk/catalog/{bureau}/items/{item}/change", get(changes::form).post(changes::send))
        .route("/desk/catalog/{bureau}/texts/{id}", get(texts::show))
        .route("/desk/catalog/{bureau}/texts/{id}/edit", get(edit::again).post(edit::save))
        .route("/desk/catalog/{bureau}/texts/{id}/submit", post(texts::submit))
        .route("/desk/catalog/{bureau}/texts/{id}/approve", post(texts::approve))
        .route("/desk/catalog/{bureau}/texts/{id}/return", post(texts::send_back))
        .route("/desk/catalog/{bureau}/texts/{id}/withdraw", post(texts::withdraw))
        .route("/desk/catalog/{bureau}/texts/{id}/preview/{item}/{business}", get(preview::preview))
        .route("/desk/catalog/{bureau}/texts/{id}/frames/{item}/{business}", get(preview::frames))
        .route("/desk/catalog/{bureau}/changes/{id}", get(changes::show))
        .route("/desk/catalog/{bureau}/changes/{id}/approve", post(changes::approve))
        .route("/desk/catalog/{bureau}/changes/{id}/withdraw", post(changes::withdraw))
}

/// Whether the officer may look at a bureau's list: whoever may write or review it.
fn may_look(officer: &Officer, bureau: &str) -> Result<(), Refusal> {
    if officer.can(Act::EditCatalogue) || !officer.can(Act::ReviewCatalogue) {
        officer.may(Act::EditCatalogue, bureau)?;
    } else {
        officer.may(Act::ReviewCatalogue, bureau)?;
    }
    Ok(())
}

/// The bureaus whose lists this officer may look at, and the one asked for. A county alone in the list is the officer's own.
async fn within_reach(
    on: &mut impl Exec,
    officer: &Officer,
    asked: &str,
) -> Result<(Vec<Bureau>, Bureau), Refusal> {
    let code = if asked.is_empty() { officer.bureau.as_str() } else { asked };
    may_look(officer, code)?;
    let reach: std::collections::HashSet<&str> = officer.reach().into_iter().collect();
    let all = bureaus::all(on).await?;
    let within: Vec<Bureau> = all.into_iter().filter(|one| reach.contains(one.code.as_str())).collect();
    let bureau = within.iter().find(|one| one.code == code).cloned();
    Ok((within, bureau.ok_or_else(unknown)?))
}

/// One bureau that the officer may look at.
async fn bureau_of(app: &App, officer: &Officer, code: &str) -> Result<Bureau, Refusal> {
    may_look(officer, code)?;
    let bureau = bureaus::by_code(app, &mut app.db.clone(), code).await?.ok_or_else(unknown)?;
    Ok((*bureau).clone())
}

/// The national list, for an editor of it; no other bureau has what is asked for.
async fn nation_of(app: &App, officer: &Officer, code: &str) -> Result<Bureau, Refusal> {
    officer.may(Act::EditCatalogue, code)?;
    let bureau = bureau_of(app, officer, code).await?;
    if is_nation(&bureau.code) { Ok(bureau) } else { Err(unknown()) }
}

fn unknown() -> Refusal {
    let face = Face::unknown(
        "catalogue-unknown",
        "没有找到这一页",
        "可能已经撤回，或者不归您的单位管理。请从事项目录重新打开。",
    );
    Refusal::new(face.action("回到事项目录", "/desk/catalog"))
}

fn by(officer: &Officer) -> By<'_> {
    By { id: &officer.id, name: &officer.name }
}

fn is_nation(bureau: &str) -> bool {
    bureau == NATION
}

/// The version that the person saw when pressing the button.
fn seen(typed: &str) -> Result<i64, Refusal> {
    typed.parse().map_err(|_| {
        let face =
            Face::invalid("form-incomplete", "提交的内容不完整，没有收下", "请返回上一页，刷新后再办。");
        Refusal::new(face.action("回到事项目录", "/desk/catalog"))
    })
}

fn list_of(bureau: &str) -> String {
    format!("/desk/catalog?bureau={bureau}")
}

fn item_at(bureau: &str, item: &str) -> String {
    format!("/desk/catalog/{bureau}/items/{item}")
}

fn text_at(bureau: &str, id: &str) -> String {
    format!("/desk/catalog/{bureau}/texts/{id}")
}
