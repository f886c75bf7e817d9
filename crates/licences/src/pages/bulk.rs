//! 批量办理 at the desk: asking for it, watching it, stopping it, and the report.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use identity::{Act, Officer};
use jiff::civil::Date;
use web::parts::{Field, Input};
use web::{Answer, App, Fields, Flash, Page, PageCx, Problems, html, html_with_status, text};

use crate::Fault;
use crate::elicence::bulk::{self, Asked, Bulk, Change, Chosen, RowOf, State as Stand};

/// Works and failures a page shows; the report has all.
const SHOWN: i64 = 100;

#[derive(Template)]
#[template(path = "licences/bulk_list.html")]
struct ListPage {
    page: Page,
    rows: Vec<(Bulk, String)>,
    problems: Problems,
    fields: Vec<Field>,
    key: String,
}

/// `GET /desk/licences/bulk`
pub(super) async fn list(cx: PageCx, officer: Officer, State(app): State<App>) -> Answer {
    html(&page(&cx, &app, &officer, &Fields::default(), Problems::none()).await?)
}

async fn page(
    cx: &PageCx,
    app: &App,
    officer: &Officer,
    typed: &Fields,
    problems: Problems,
) -> Result<ListPage, Fault> {
    officer.may(Act::ChangeLicence, &officer.bureau)?;
    let rows = bulk::of_bureau(&mut app.db.clone(), &officer.bureau, SHOWN).await?;
    Ok(ListPage {
        page: cx.page("批量办理").crumb("工作台", "/desk").crumb("许可证台账", "/desk/licences"),
        rows: rows
            .into_iter()
            .map(|bulk| (text::minute(bulk.asked_at), bulk))
            .map(|(at, bulk)| (bulk, at))
            .collect(),
        fields: fields(typed, &problems),
        key: app.new_id(),
        problems,
    })
}

fn fields(typed: &Fields, problems: &Problems) -> Vec<Field> {
    let changes = [
        ("take-over", "补发电子证照（旧系统转入、还没有电子证照的）"),
        ("reseal", "换章重发（本局换了印章）"),
        ("reprint", "补办（规则变化，全部重发一版）"),
        ("renew", "延续（按今天起算新的有效期）"),
    ];
    let scopes = [("all", "本局全部"), ("ending", "按到期日"), ("listed", "只办下面列出的许可证号")];
    [
        Field::new("change", "办理内容", Input::Select).required().options(changes),
        Field::new("years", "延续几年（只在“延续”时填）", Input::Number).max(1),
        Field::new("scope", "范围", Input::Radio).required().options(scopes).value("all"),
        Field::new("from", "到期日自（只在“按到期日”时填）", Input::Date),
        Field::new("to", "到期日至（含当天）", Input::Date),
        Field::new("numbers", "许可证号（只在“列出”时填）", Input::Long).hint("每行一个，最多 5000 个"),
        Field::new("reason", "事由", Input::Text)
            .required()
            .max(200)
            .hint("会写进每张证的办理记录，并告知持证人"),
        Field::text("document", "文号").max(60),
    ]
    .map(|field| field.fill(typed, problems))
    .into()
}

/// `POST /desk/licences/bulk`
pub(super) async fn ask(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    typed: Fields,
) -> Answer<Response> {
    officer.may(Act::ChangeLicence, &officer.bureau)?;
    match asked(&typed) {
        Ok(asked) => {
            let bulk = bulk::ask(&app, &officer, asked, typed.get("key")).await?;
            Ok(Redirect::to(&format!("/desk/licences/bulk/{}", bulk.id)).into_response())
        }
        Err(problems) => {
            let page = page(&cx, &app, &officer, &typed, problems).await?;
            html_with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

fn asked(typed: &Fields) -> Result<Asked, Problems> {
    let mut problems = Problems::none();
    let change = change(typed, &mut problems);
    let chosen = chosen(typed, &mut problems);
    match typed.get("reason").chars().count() {
        0 => problems.add("reason", "请填写事由"),
        201.. => problems.add("reason", "事由最多 200 个字"),
        _ => {}
    }
    if typed.get("document").chars().count() > 60 {
        problems.add("document", "文号最多 60 个字");
    }
    match (change, chosen) {
        (Some(change), Some(chosen)) if problems.is_empty() => Ok(Asked {
            change,
            chosen,
            reason: typed.get("reason").to_owned(),
            document: typed.get("document").to_owned(),
        }),
        _ => Err(problems),
    }
}

fn change(typed: &Fields, problems: &mut Problems) -> Option<Change> {
    match typed.get("change") {
        "take-over" => Some(Change::TakeOver),
        "reseal" => Some(Change::Reseal),
        "reprint" => Some(Change::Reprint),
        "renew" => {
            let years = typed.get("years").parse().ok().filter(|years| (1..=5).contains(years));
            if years.is_none() {
                problems.add("years", "请填写延续几年，1 到 5");
            }
            years.map(|years| Change::Renew { years })
        }
        _ => {
            problems.add("change", "请选择办理内容");
            None
        }
    }
}

fn chosen(typed: &Fields, problems: &mut Problems) -> Option<Chosen> {
    match typed.get("scope") {
        "all" => Some(Chosen::All),
        "ending" => {
            let day = |field: &str| typed.get(field).parse::<Date>().ok();
            let (from, to) = (day("from"), day("to"));
            match (from, to) {
                (Some(from), Some(to)) if from <= to => Some(Chosen::Ending { from, to }),
                _ => {
                    problems.add("from", "请选择到期日的起止，起始日不能晚于截止日");
                    None
                }
            }
        }
        "listed" => match Chosen::listed(typed.get("numbers")) {
            Ok(chosen) => Some(chosen),
            Err(fault) => {
                let face = fault.face();
                problems.add("numbers", format!("{}。{}", face.says, face.next));
                None
            }
        },
        _ => {
            problems.add("scope", "请选择范围");
            None
        }
    }
}

#[derive(Template)]
#[template(path = "licences/bulk.html")]
struct BulkPage {
    page: Page,
    bulk: Bulk,
    asked_at: String,
    changed_at: String,
    failures: Vec<RowOf>,
}

impl BulkPage {
    fn is(&self, stand: &str) -> bool {
        self.bulk.state.code() == stand
    }
}

/// `GET /desk/licences/bulk/{id}`
pub(super) async fn show(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Answer {
    let bulk = bulk::open(&app, &officer, &id).await?;
    html(&BulkPage {
        page: cx.page(bulk.change.label()).crumb("工作台", "/desk").crumb("批量办理", "/desk/licences/bulk"),
        failures: bulk::failures(&mut app.db.clone(), &bulk, SHOWN).await?,
        asked_at: text::minute(bulk.asked_at),
        changed_at: text::second(bulk.changed_at),
        bulk,
    })
}

/// `POST /desk/licences/bulk/{id}/{verb}`
pub(super) async fn turn(
    officer: Officer,
    State(app): State<App>,
    Path((id, verb)): Path<(String, String)>,
    _form: Fields,
) -> Answer<Response> {
    let bulk = match verb.as_str() {
        "pause" => bulk::pause(&app, &officer, &id).await?,
        "resume" => bulk::resume(&app, &officer, &id).await?,
        "retry" => bulk::retry(&app, &officer, &id).await?,
        "cancel" => bulk::cancel(&app, &officer, &id).await?,
        _ => return Err(Fault::Unknown.into()),
    };
    let says = match bulk.state {
        Stand::Running if verb == "retry" => "没有办成的正在重新办理。",
        Stand::Running => "已继续办理。",
        Stand::Paused => "已暂停，已经制发的不受影响。",
        Stand::Cancelled => "已取消，已经制发的不受影响，其余的不再办理。",
        Stand::Done => "已经办完。",
    };
    Ok(Flash::done(says).redirect(&app, &format!("/desk/licences/bulk/{id}")))
}

/// `GET /desk/licences/bulk/{id}/report.csv`: a row a licence.
pub(super) async fn report(officer: Officer, State(app): State<App>, Path(id): Path<String>) -> Answer {
    let bulk = bulk::open(&app, &officer, &id).await?;
    // The mark at the head makes spreadsheets read it as UTF-8.
    let mut out = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let line = |out: &mut csv::Writer<Vec<u8>>, fields: [&str; 4]| {
        out.write_record(fields).map_err(web::Refusal::internal)
    };
    line(&mut out, ["许可证号", "结果", "证照标识或未办成原因", "时间"])?;
    let mut after = String::new();
    loop {
        let rows = bulk::rows_after(&mut app.db.clone(), &bulk, &after, 1_000).await?;
        let Some(last) = rows.last() else { break };
        after = last.number.clone();
        for row in &rows {
            line(&mut out, [&row.number, row.outcome.label(), &row.detail, &text::second(row.at)])?;
        }
    }
    let body = out.into_inner().map_err(web::Refusal::internal)?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"bulk-{id}.csv\"")),
    ];
    Ok((headers, body).into_response())
}
