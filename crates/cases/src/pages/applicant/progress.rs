//! Progress for anybody who holds number and query code. A wrong number and a wrong code are told the same, so that neither
//! can be found by trying; how often one may try is limited where the route is made.

use axum::extract::{Query, State};
use http::StatusCode;
use serde::Deserialize;
use web::parts::Field;
use web::{Answer, App, Form, Page, PageCx, Problems, html_with_status};

use super::status::{Status, status};
use crate::{Fault, actions, store};

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    number: String,
    #[serde(default)]
    code: String,
}

struct Found {
    number: String,
    matter: String,
    bureau: String,
    phone: String,
    applicant: String,
    received: String,
    status: Status,
}

#[derive(askama::Template)]
#[template(path = "case/progress.html")]
struct ProgressPage {
    page: Page,
    problems: Problems,
    number: Field,
    code: Field,
    found: Option<Found>,
}

/// The form; the number may come from the code printed on a paper, the query code never stands in an address.
pub async fn ask(cx: PageCx, Query(asked): Query<Asked>) -> Answer {
    draw(&cx, &Asked { code: String::new(), ..asked }, StatusCode::OK, Problems::none(), None)
}

fn draw(cx: &PageCx, asked: &Asked, status: StatusCode, problems: Problems, found: Option<Found>) -> Answer {
    let number = Field::text("number", "办件编号")
        .required()
        .hint("在申请材料接收凭证上，18 位数字。")
        .inputmode("numeric")
        .autocomplete("off")
        .max(40)
        .value(&asked.number)
        .error(problems.at("number"));
    let code = Field::text("code", "查询码")
        .required()
        .hint("在接收凭证上，6 位字母和数字，不分大小写。")
        .autocomplete("off")
        .max(20)
        .error(problems.at("code"));
    let title = if found.is_some() { "办理进度" } else { "查进度" };
    html_with_status(status, &ProgressPage { page: cx.page(title), problems, number, code, found })
}

pub async fn look(State(app): State<App>, cx: PageCx, Form(asked): Form<Asked>) -> Answer {
    let number: String = law::codes::normalise(&asked.number);
    let case = match actions::by_query_code(&app, &number, &law::codes::normalise(&asked.code)).await {
        Ok(case) => case,
        Err(Fault::Unknown) => {
            let mut problems = Problems::none();
            problems.add("number", "没有查到。请核对办件编号和查询码，两样都在接收凭证上；丢了凭证的，请登录后在“我的办件”查看。");
            return draw(&cx, &asked, StatusCode::NOT_FOUND, problems, None);
        }
        Err(fault) => return Err(fault.into()),
    };
    let mut db = app.db.clone();
    let terms = actions::terms_of(&app, &mut db, &case).await?;
    let history = db::history::read(&mut db, &case.bureau, "case", &case.id).await?;
    let task = store::open_task_of(&mut db, &case.bureau, &case.id).await?;
    let found = Found {
        matter: terms.matter(),
        bureau: terms.office.name.clone(),
        phone: terms.office.phone.clone(),
        applicant: web::text::mask_name(&case.applicant),
        received: web::text::minute_cn(case.received_at),
        status: status(&case, &terms, &history, task.as_ref(), app.today(), &app.calendar()),
        number: case.number,
    };
    draw(&cx, &asked, StatusCode::OK, Problems::none(), Some(found))
}
