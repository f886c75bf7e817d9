//! 凭用证码查看: for whoever was given a code. No account is needed; who they are and why is written down.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use base64::{Engine, engine::general_purpose::STANDARD};
use papers::Paper;
use papers::data::Sheet;
use serde::Deserialize;
use web::parts::Field;
use web::{Answer, App, Cx, Fields, Page, PageCx, Problems, html, html_with_status, text};

use crate::elicence::State as EditionState;
use crate::elicence::grant::{self, Entrant, GrantFault, Look};
use crate::{Fault, number};

#[derive(Deserialize)]
pub(super) struct Asked {
    /// The licence number, when the address brings it along.
    #[serde(default)]
    n: String,
}

#[derive(Template)]
#[template(path = "licences/use.html")]
struct FormPage {
    page: Page,
    problems: Problems,
    fields: Vec<Field>,
}

/// `GET /elicence/use?n=`
pub(super) async fn form(cx: PageCx, Query(asked): Query<Asked>) -> Answer {
    let typed = Fields::from_iter([("number".to_owned(), asked.n)]);
    html(&page(&cx, &typed, Problems::none()))
}

fn page(cx: &PageCx, typed: &Fields, problems: Problems) -> FormPage {
    let fields = [
        Field::text("number", "许可证号")
            .required()
            .max(40)
            .inputmode("numeric")
            .hint("12 位数字，请向持证人核对"),
        Field::text("code", "用证码")
            .required()
            .max(20)
            .inputmode("numeric")
            .autocomplete("off")
            .hint("持证人告诉您的 8 位数字"),
        Field::text("who", "您的单位和姓名").required().max(40),
        Field::text("reason", "查看事由")
            .required()
            .max(200)
            .hint("持证人会看到，例如：消防检查登记经营主体信息"),
    ];
    let fields = fields.map(|field| field.fill(typed, &problems)).into();
    FormPage { page: cx.page("凭用证码查看许可证"), fields, problems }
}

/// `POST /elicence/use`
pub(super) async fn enter(cx: PageCx, web_cx: Cx, State(app): State<App>, typed: Fields) -> Answer {
    let entrant = match entrant(&web_cx, &typed) {
        Ok(entrant) => entrant,
        Err(problems) => return refused(&cx, &typed, problems),
    };
    match grant::redeem(&app, &entrant).await {
        Ok(opened) => {
            Ok(Redirect::to(&format!("/elicence/use/{}/{}", opened.bureau, opened.token)).into_response())
        }
        Err(Fault::Grant(fault @ GrantFault::WrongCode)) => {
            let mut problems = Problems::none();
            let face = fault.face();
            problems.add("code", format!("{}。{}", face.says, face.next));
            refused(&cx, &typed, problems)
        }
        Err(fault) => Err(fault.into()),
    }
}

fn refused(cx: &PageCx, typed: &Fields, problems: Problems) -> Answer {
    html_with_status(StatusCode::UNPROCESSABLE_ENTITY, &page(cx, typed, problems))
}

fn entrant(cx: &Cx, typed: &Fields) -> Result<Entrant, Problems> {
    let mut problems = Problems::none();
    let number = number::read(typed.get("number"));
    if let Err(fault) = &number {
        problems.add("number", fault.explain());
    }
    let code = number::fold(typed.get("code"));
    if code.len() != 8 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        problems.add("code", "用证码是 8 位数字");
    }
    for (field, what, most) in [("who", "您的单位和姓名", 40), ("reason", "查看事由", 200)] {
        match typed.get(field).chars().count() {
            0 => problems.add(field, format!("请填写“{what}”")),
            length if length > most => problems.add(field, format!("“{what}”最多 {most} 个字")),
            _ => {}
        }
    }
    match number {
        Ok(number) if problems.is_empty() => Ok(Entrant {
            number,
            code,
            who: typed.get("who").to_owned(),
            reason: typed.get("reason").to_owned(),
            ip: cx.ip(),
        }),
        _ => Err(problems),
    }
}

#[derive(Template)]
#[template(path = "licences/look.html")]
struct LookPage {
    page: Page,
    look: Look,
    state: EditionState,
    watermark: String,
    open_until: String,
    /// The face as a picture; none when the licence is no longer good.
    face: Option<String>,
    here: String,
}

/// `GET /elicence/use/{bureau}/{token}`
pub(super) async fn show(
    cx: PageCx,
    State(app): State<App>,
    Path((bureau, token)): Path<(String, String)>,
) -> Answer {
    let look = grant::look(&app, &bureau, &token).await?;
    let state = look.edition.state_on(app.today());
    let face = match state {
        EditionState::Valid => Some(picture(&app, marked(&look)?).await?),
        _ => None,
    };
    let page = LookPage {
        page: cx.page("查看许可证").crumb("凭用证码查看", "/elicence/use"),
        watermark: look.watermark(),
        open_until: text::minute(look.used.open_until),
        here: format!("/elicence/use/{bureau}/{token}"),
        state,
        face,
        look,
    };
    private(html(&page)?)
}

fn private(mut answer: axum::response::Response) -> Answer {
    answer
        .headers_mut()
        .insert(header::CACHE_CONTROL, axum::http::HeaderValue::from_static("private, no-store"));
    Ok(answer)
}

fn marked(look: &Look) -> Result<Paper, Fault> {
    look.edition.sheet_marked(Sheet::Original, &look.watermark())
}

async fn picture(app: &App, paper: Paper) -> Result<String, Fault> {
    let typesetter = app.typesetter();
    let set = tokio::task::spawn_blocking(move || typesetter.svg(&paper, 0)).await;
    let svg = set.map_err(|fault| Fault::Typeset(fault.to_string()))?;
    let svg = svg.map_err(|fault| Fault::Typeset(fault.to_string()))?;
    Ok(format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg)))
}

/// `GET /elicence/use/{bureau}/{token}/face.pdf`: the same, to print.
pub(super) async fn pdf(State(app): State<App>, Path((bureau, token)): Path<(String, String)>) -> Answer {
    let look = grant::look(&app, &bureau, &token).await?;
    let state = look.edition.state_on(app.today());
    if state != EditionState::Valid {
        return Err(Fault::from(GrantFault::NotValid(state)).into());
    }
    let (typesetter, paper) = (app.typesetter(), marked(&look)?);
    let set = tokio::task::spawn_blocking(move || typesetter.pdf(&paper)).await;
    let bytes = set.map_err(|fault| Fault::Typeset(fault.to_string()))?;
    let bytes = bytes.map_err(|fault| Fault::Typeset(fault.to_string()))?;
    let name = format!("inline; filename=\"licence-{}-copy.pdf\"", look.edition.number);
    let headers =
        [(header::CONTENT_TYPE, "application/pdf".to_string()), (header::CONTENT_DISPOSITION, name)];
    private((headers, bytes).into_response())
}
