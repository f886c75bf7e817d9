//! 授权用证, for the holder: giving a code, seeing who used it, taking it back.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use db::history;
use identity::Person;
use jiff::civil::Date;
use jiff::{SignedDuration, Span};
use web::parts::{Field, Input};
use web::{Answer, App, Fields, Flash, Page, PageCx, Problems, html, html_with_status, text};

use super::mine::held;
use crate::elicence;
use crate::elicence::grant::{self, Asked, DAYS_AT_MOST, Grant, TIMES_AT_MOST, Use};
use crate::licence::Licence;

#[derive(Template)]
#[template(path = "licences/grants.html")]
struct GrantsPage {
    page: Page,
    licence: Licence,
    has_edition: bool,
    rows: Vec<Row>,
    uses: Vec<Seen>,
    /// When officers of the bureau looked or printed, newest first.
    reads: Vec<(String, &'static str)>,
    problems: Problems,
    fields: Vec<Field>,
    /// Makes a form sent twice count once.
    key: String,
}

/// A grant as its giver sees it.
struct Row {
    grant: Grant,
    until: String,
    made_at: String,
    /// Why it can't be used any more.
    over: Option<&'static str>,
}

/// A use as the holder sees it.
struct Seen {
    used: Use,
    at: String,
    purpose: String,
}

/// `GET /me/licences/{bureau}/{number}/grants`
pub(super) async fn list(
    cx: PageCx,
    person: Person,
    State(app): State<App>,
    Path(at): Path<(String, String)>,
) -> Answer {
    let typed = Fields::from_iter([("until".to_owned(), app.today().to_string())]);
    html(&page(&cx, &app, &person, &at, &typed, Problems::none()).await?)
}

async fn page(
    cx: &PageCx,
    app: &App,
    person: &Person,
    (bureau, number): &(String, String),
    typed: &Fields,
    problems: Problems,
) -> Answer<GrantsPage> {
    let db = &mut app.db.clone();
    let licence = held(db, person, bureau, number).await?;
    let given = grant::given(db, bureau, number, &person.subject).await?;
    let uses = grant::uses(db, bureau, number).await?;
    let seen = |used: Use| {
        let purpose = given.iter().find(|grant| grant.id == used.grant_id)?.purpose.clone();
        Some(Seen { at: text::minute(used.at), purpose, used })
    };
    let uses = uses.into_iter().filter_map(seen).collect();
    let mut reads = history::read(db, bureau, "licence-read", number).await?;
    reads.reverse();
    reads.truncate(20);
    let back = format!("/me/licences/{bureau}/{number}");
    Ok(GrantsPage {
        page: cx.page("授权用证").crumb("我的许可证", "/me/licences").crumb("许可证", back),
        has_edition: elicence::current(db, bureau, number).await?.is_some(),
        fields: fields(typed, &problems),
        rows: given.into_iter().map(|grant| row(app, grant)).collect(),
        key: app.new_id(),
        reads: reads.into_iter().map(|entry| (text::minute(entry.at), did(&entry.act))).collect(),
        licence,
        uses,
        problems,
    })
}

fn did(act: &str) -> &'static str {
    if act == "printed" { "打印或者下载" } else { "查看" }
}

fn row(app: &App, grant: Grant) -> Row {
    Row { until: last_day(&grant), made_at: text::minute(grant.made_at), over: grant.over(app.now()), grant }
}

fn fields(typed: &Fields, problems: &Problems) -> Vec<Field> {
    let times = [1, 2, 3, 5, 10, TIMES_AT_MOST].map(|n| (n.to_string(), format!("{n} 次")));
    [
        Field::text("purpose", "用来办什么")
            .required()
            .max(30)
            .hint("会印在对方看到的证面上，例如：办理消防检查"),
        Field::text("to_whom", "给谁用").required().max(30).hint("单位或者姓名，例如：城中区消防救援大队"),
        Field::new("until", "用到哪一天（含当天）", Input::Date)
            .required()
            .hint(format!("最长 {DAYS_AT_MOST} 天，用完或到期自动失效")),
        Field::new("times", "最多看几次", Input::Select).required().options(times).value("1"),
    ]
    .map(|field| field.fill(typed, problems))
    .into()
}

#[derive(Template)]
#[template(path = "licences/grant_code.html")]
struct CodePage {
    page: Page,
    licence: Licence,
    grant: Grant,
    /// In two groups of four, as people read it out.
    code: String,
    until: String,
    address: String,
}

/// `POST /me/licences/{bureau}/{number}/grants`
pub(super) async fn give(
    cx: PageCx,
    person: Person,
    State(app): State<App>,
    Path(at): Path<(String, String)>,
    typed: Fields,
) -> Answer {
    let licence = held(&mut app.db.clone(), &person, &at.0, &at.1).await?;
    let asked = match asked(&app, &typed) {
        Ok(asked) => asked,
        Err(problems) => {
            let page = page(&cx, &app, &person, &at, &typed, problems).await?;
            return html_with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let (grant, code) = grant::give(&app, &person, (&at.0, &at.1), asked, typed.get("key")).await?;
    let back = format!("/me/licences/{}/{}/grants", at.0, at.1);
    html(&CodePage {
        page: cx.page("用证码").crumb("我的许可证", "/me/licences").crumb("授权用证", back),
        until: last_day(&grant),
        code: format!("{} {}", &code[..4], &code[4..]),
        address: format!("{}/elicence/use", app.settings().base_url),
        licence,
        grant,
    })
}

fn asked(app: &App, typed: &Fields) -> Result<Asked, Problems> {
    let mut problems = Problems::none();
    for (field, what) in [("purpose", "用来办什么"), ("to_whom", "给谁用")] {
        let value = typed.get(field);
        if value.is_empty() {
            problems.add(field, format!("请填写“{what}”"));
        } else if value.chars().count() > 30 {
            problems.add(field, format!("“{what}”最多 30 个字"));
        } else if let Err(fault) = app.typesetter().shows(value) {
            problems.add(field, format!("“{what}”里有印不出来的字：{fault}"));
        }
    }
    let last = app.today().saturating_add(Span::new().days(DAYS_AT_MOST));
    let until = typed.get("until").parse::<Date>().ok().filter(|day| (app.today()..=last).contains(day));
    if until.is_none() {
        problems.add("until", format!("请选择今天到 {last} 之间的一天"));
    }
    let times = typed.get("times").parse::<i64>().ok().filter(|times| (1..=TIMES_AT_MOST).contains(times));
    if times.is_none() {
        problems.add("times", "请选择最多看几次");
    }
    match (until, times) {
        (Some(until), Some(times)) if problems.is_empty() => Ok(Asked {
            purpose: typed.get("purpose").to_owned(),
            to_whom: typed.get("to_whom").to_owned(),
            until: end_of(until),
            times,
        }),
        _ => Err(problems),
    }
}

/// The last day of a grant, in words.
fn last_day(grant: &Grant) -> String {
    text::date_cn(web::clock::office_day(grant.until - SignedDuration::from_secs(1)))
}

/// Midnight after the day: the whole of it belongs to the grant.
fn end_of(day: Date) -> jiff::Timestamp {
    web::clock::beijing(day.tomorrow().unwrap_or(day), 0, 0)
}

/// `POST /me/licences/{bureau}/{number}/grants/{id}/withdraw`
pub(super) async fn withdraw(
    person: Person,
    State(app): State<App>,
    Path((bureau, number, id)): Path<(String, String, String)>,
    _form: Fields,
) -> Answer<Response> {
    grant::withdraw(&app, &person, &bureau, &id).await?;
    let says = "授权已收回，对方不能再凭用证码查看。";
    Ok(Flash::done(says).redirect(&app, &format!("/me/licences/{bureau}/{number}/grants")))
}
