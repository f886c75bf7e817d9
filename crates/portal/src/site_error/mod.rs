//! 网站纠错: whoever finds a mistake on a page says so, without signing in; the bureau whose page it is sees the list and
//! answers. 《政府网站发展指引》 asks for an entry on every page.

mod desk;
mod store;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::routing::{get, post};
use catalog::catalogue::NATION;
use http::{HeaderMap, StatusCode};
use identity::bureaus;
use serde::Deserialize;
use web::parts::{Field, Input};
use web::{Answer, App, Fields, Flash, Page, PageCx, Problems, html, html_with_status, safe_next};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/site-error", get(form).post(report))
        .route("/desk/site-errors", get(desk::list))
        .route("/desk/site-errors/{bureau}/{id}", post(desk::answer))
}

const SAYS_AT_MOST: u32 = 500;
const CONTACT_AT_MOST: u32 = 60;
/// Field of the form: a double click, or a form sent again, makes one report.
const KEY: &str = "key";
const KEY_AT_MOST: usize = 64;

#[derive(Deserialize)]
pub struct From {
    #[serde(default)]
    page: String,
}

#[derive(Template)]
#[template(path = "site_error/form.html")]
struct FormPage {
    page: Page,
    key: String,
    problems: Problems,
    fields: Vec<Field>,
}

/// `GET /site-error?page=`
async fn form(cx: PageCx, State(app): State<App>, Query(from): Query<From>) -> Answer {
    let typed = Fields::from_iter([
        ("page".to_owned(), safe_next(&from.page).to_owned()),
        (KEY.to_owned(), app.new_id()),
    ]);
    html(&shown(&cx, &typed, Problems::none()))
}

fn shown(cx: &PageCx, typed: &Fields, problems: Problems) -> FormPage {
    let fields = [
        Field::text("page", "哪个页面").required().max(300).hint("已填好您刚才看的页面，也可以改成别的网址"),
        Field::new("says", "哪里不对", Input::Long)
            .required()
            .max(SAYS_AT_MOST)
            .hint("例如：电话打不通、承诺时限和大厅贴的不一样、链接打不开"),
        Field::text("contact", "联系方式")
            .max(CONTACT_AT_MOST)
            .hint("想知道处理结果的，请留手机号或邮箱；答复后即删除"),
    ];
    let fields = fields.map(|field| field.fill(typed, &problems)).into();
    FormPage { page: cx.page("网站纠错"), key: typed.get(KEY).to_owned(), problems, fields }
}

/// `POST /site-error`
async fn report(State(app): State<App>, cx: PageCx, headers: HeaderMap, typed: Fields) -> Answer {
    let problems = problems_of(&typed);
    if !problems.is_empty() {
        return html_with_status(StatusCode::UNPROCESSABLE_ENTITY, &shown(&cx, &typed, problems));
    }
    let bureau = whose(&app, &headers, typed.get("page")).await?;
    let report = store::Report::new(bureau, app.new_id(), &typed, app.now());
    let key = format!("site-error:{}", key_of(&app, &typed));
    let claim = db::idem::claim_statement(NATION, &key, &report.id, app.now());
    let kept = app.db.begin().await?.commit_with(vec![claim, store::insert(&report)]).await;
    match kept {
        Ok(_) => {}
        // Said before: whoever clicks twice is thanked twice and listed once.
        Err(fault) if fault.is_unique_on("idem") => {}
        Err(fault) => return Err(fault.into()),
    }
    let thanks = "已收到，谢谢您。网站管理人员会在 3 个工作日内核实处理。";
    Ok(Flash::done(thanks).redirect(&app, safe_next(typed.get("page"))))
}

/// The form's own key; whoever sends none, or another thing in its place, gets a new one.
fn key_of(app: &App, typed: &Fields) -> String {
    let key = typed.get(KEY);
    let good = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if key.is_empty() || key.len() > KEY_AT_MOST || !good { app.new_id() } else { key.to_owned() }
}

/// Whose page it is: the bureau in its address, else the one the visitor chose; else the site's as a whole.
async fn whose(app: &App, headers: &HeaderMap, page: &str) -> Result<String, db::Fault> {
    let named = page.split_once("bureau=").map(|(_, rest)| rest.split(['&', '#']).next().unwrap_or_default());
    let chosen = named.map(str::to_owned).or_else(|| web::place::remembered(app, headers));
    let Some(code) = chosen else { return Ok(NATION.to_owned()) };
    let known = bureaus::by_code(app, &mut app.db.clone(), &code).await?;
    Ok(known.map_or_else(|| NATION.to_owned(), |bureau| bureau.code.clone()))
}

fn problems_of(typed: &Fields) -> Problems {
    let mut problems = Problems::none();
    for (field, what, most) in [("page", "哪个页面", 300), ("says", "哪里不对", SAYS_AT_MOST)] {
        match typed.get(field).trim().chars().count() {
            0 => problems.add(field, format!("请填写“{what}”")),
            length if length > most as usize => problems.add(field, format!("“{what}”最多 {most} 个字")),
            _ => {}
        }
    }
    if typed.get("contact").chars().count() > CONTACT_AT_MOST as usize {
        problems.add("contact", format!("联系方式最多 {CONTACT_AT_MOST} 个字"));
    }
    problems
}
