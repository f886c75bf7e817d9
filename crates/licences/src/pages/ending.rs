//! 注销、撤销、撤回、收回 at the desk: what was asked for, read and decided by the head; and the sealed letter for the holder.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use identity::{Act, Officer};
use web::parts::{Field, Input};
use web::{Answer, App, Fields, Flash, Page, PageCx, Problems, html, html_with_status, text};

use super::desk::looked_at;
use super::pdf::Form;
use super::refused::above_the_form;
use crate::elicence::ending::{self, Ending, EndingFault, Stand};
use crate::elicence::ending_draft;
use crate::licence::Licence;
use crate::paper::typeset;
use crate::{Fault, Licences};

#[derive(Template)]
#[template(path = "licences/ending.html")]
struct EndingPage {
    page: Page,
    licence: Licence,
    ending: Ending,
    asked_at: String,
    answered_at: String,
    /// This officer decides now.
    decides: bool,
    problems: Problems,
    why: Field,
    /// A reason that was typed and for which there is no form any more.
    unsaid: String,
}

impl EndingPage {
    fn is_done(&self) -> bool {
        self.ending.stand == Stand::Done
    }

    fn is_returned(&self) -> bool {
        self.ending.stand == Stand::Returned
    }
}

/// `GET /desk/licences/{number}/ending`
pub(super) async fn show(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path(number): Path<String>,
) -> Answer {
    let licence = looked_at(&app, &officer, Act::ReadLicence, &number, "read").await?;
    let ending = of(&app, &officer.bureau, &number).await?;
    html(&page(&cx, &officer, licence, ending, &Fields::default(), Problems::none()))
}

fn page(
    cx: &PageCx,
    officer: &Officer,
    licence: Licence,
    ending: Ending,
    typed: &Fields,
    problems: Problems,
) -> EndingPage {
    let number = &licence.number;
    let why = Field::new("why", "退回原因", Input::Long)
        .required()
        .max(300)
        .hint("写明要补充、核实什么，会告知提出的人");
    let decides = ending.stand == Stand::Asked && officer.can(Act::Decide) && ending.asked_by != officer.id;
    EndingPage {
        page: cx
            .page(format!("{}：{number}", ending.how.label()))
            .crumb("工作台", "/desk")
            .crumb("许可证台账", "/desk/licences")
            .crumb(number, format!("/desk/licences/{number}")),
        asked_at: text::minute(ending.asked_at),
        answered_at: ending.answered_at.map(text::minute).unwrap_or_default(),
        why: why.fill(typed, &problems),
        unsaid: if decides { String::new() } else { typed.get("why").to_owned() },
        decides,
        licence,
        ending,
        problems,
    }
}

async fn of(app: &App, bureau: &str, number: &str) -> Result<Ending, Fault> {
    let found = ending::of_licence(&mut app.db.clone(), bureau, number).await?;
    Ok(found.ok_or(EndingFault::Unknown)?)
}

/// `POST /desk/licences/{number}/ending/{verb}`: `decide` or `return`.
pub(super) async fn answer(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path((number, verb)): Path<(String, String)>,
    typed: Fields,
) -> Answer<Response> {
    if !matches!(verb.as_str(), "decide" | "return") {
        return Err(Fault::Unknown.into());
    }
    // Read before the step, so that what was typed finds its page again whatever becomes of the step.
    let licence = looked_at(&app, &officer, Act::ReadLicence, &number, "read").await?;
    let before = of(&app, &officer.bureau, &number).await?;
    let at = (number.as_str(), typed.get("seen").parse().unwrap_or(-1));
    let answered = match verb.as_str() {
        "decide" => ending::decide(&app, &officer, at).await,
        _ => ending::send_back(&app, &officer, at, typed.get("why")).await,
    };
    let fault = match answered {
        Ok(ending) => {
            return Ok(Flash::done(done(&ending)).redirect(&app, &format!("/desk/licences/{number}/ending")));
        }
        Err(fault) => fault,
    };
    // Only the form of sending back has a field to lead to.
    let field = if verb == "return" { "why" } else { "" };
    let (status, problems) = above_the_form(fault, field)?;
    // As it stands by now; as it stood before where the database has gone away since.
    let now = of(&app, &officer.bureau, &number).await.unwrap_or(before);
    html_with_status(status, &page(&cx, &officer, licence, now, &typed, problems))
}

fn done(ending: &Ending) -> String {
    match ending.stand {
        Stand::Done => format!("已作出{}决定，决定书已盖章，持证人会收到通知。", ending.how.label()),
        _ => "已退回，提出的人会收到通知。".to_owned(),
    }
}

/// `GET /desk/licences/{number}/ending.pdf`: the letter, or before it is decided what it would say.
pub(super) async fn desk_pdf(officer: Officer, State(app): State<App>, Path(number): Path<String>) -> Answer {
    let licence = looked_at(&app, &officer, Act::ReadLicence, &number, "printed").await?;
    let ending = of(&app, &officer.bureau, &number).await?;
    if ending.stand == Stand::Done {
        return letter(&app, &ending, Form::Pdf).await;
    }
    let bureau = identity::bureaus::read_by_code(&mut app.db.clone(), &officer.bureau).await?;
    let draft = ending_draft(&licence, &ending, &bureau.ok_or(Fault::Unknown)?, app.today());
    let bytes = typeset(&app, draft).await?;
    Ok(file(bytes, Form::Pdf, &format!("draft-{number}")))
}

/// `GET /desk/licences/{number}/ending.ofd`
pub(super) async fn desk_ofd(officer: Officer, State(app): State<App>, Path(number): Path<String>) -> Answer {
    looked_at(&app, &officer, Act::ReadLicence, &number, "printed").await?;
    letter(&app, &of(&app, &officer.bureau, &number).await?, Form::Ofd).await
}

/// For the holder, who has been looked at already: the decision, if one was taken.
pub(super) async fn holders(app: &App, licence: &Licence, form: Form) -> Answer {
    letter(app, &of(app, &licence.bureau, &licence.number).await?, form).await
}

async fn letter(app: &App, ending: &Ending, form: Form) -> Answer {
    let (Some(paper), Some(digest)) = (&ending.paper, &ending.ofd) else {
        return Err(Fault::Ending(EndingFault::Unknown).into());
    };
    let bytes = match form {
        Form::Ofd => app.files().bytes(digest).await.map_err(Fault::from)?,
        Form::Pdf => {
            let seals = app.part::<Licences>().office.seals.clone();
            let copy = seals.reading_copy(&mut app.db.clone(), &ending.bureau, Some(digest), paper).await;
            copy.map_err(Fault::from)?
        }
    };
    Ok(file(bytes, form, &format!("decision-{}", ending.number)))
}

fn file(bytes: Vec<u8>, form: Form, name: &str) -> Response {
    let (kind, how, ending) = match form {
        Form::Pdf => ("application/pdf", "inline", "pdf"),
        Form::Ofd => ("application/ofd", "attachment", "ofd"),
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("{how}; filename=\"{name}.{ending}\"")),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    (headers, bytes).into_response()
}
