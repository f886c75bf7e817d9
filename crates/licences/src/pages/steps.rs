//! 证后管理 at the desk: the steps of a licence's life that the law gives to the bureau, one form each.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use identity::{Act, Officer};
use jiff::civil::Date;
use seals::User;
use web::parts::{Field, Input};
use web::{Answer, App, Fields, Flash, Page, PageCx, Problems, html, html_with_status};

use super::possible::{self, Kind};
use super::refused::above_the_form;
use crate::elicence::ending::{self, How};
use crate::elicence::{Remake, Under};
use crate::licence::Licence;
use crate::status::{CancelReason, Step};
use crate::{Fault, Licences, store};

#[derive(Template)]
#[template(path = "licences/step.html")]
struct StepPage {
    page: Page,
    licence: Licence,
    kind: &'static Kind,
    problems: Problems,
    fields: Vec<Field>,
}

/// `GET /desk/licences/{number}/steps/{step}`
pub(super) async fn form(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path((number, step)): Path<(String, String)>,
) -> Answer {
    let (licence, kind) = open(&app, &officer, &number, &step).await?;
    html(&page(&cx, &app, licence, kind, &Fields::default(), Problems::none()))
}

/// The licence and the step, if this officer may take it and it is open now.
async fn open(
    app: &App,
    officer: &Officer,
    number: &str,
    step: &str,
) -> Result<(Licence, &'static Kind), Fault> {
    officer.may(Act::ChangeLicence, &officer.bureau)?;
    let kind = possible::by_code(step).ok_or(Fault::Unknown)?;
    let licence = store::by_number(&mut app.db.clone(), &officer.bureau, number).await?;
    Ok((licence.ok_or(Fault::Unknown)?, kind))
}

fn page(
    cx: &PageCx,
    app: &App,
    licence: Licence,
    kind: &'static Kind,
    typed: &Fields,
    problems: Problems,
) -> StepPage {
    let back = format!("/desk/licences/{}", licence.number);
    StepPage {
        page: cx
            .page(kind.label)
            .crumb("工作台", "/desk")
            .crumb("许可证台账", "/desk/licences")
            .crumb(&licence.number, back),
        fields: fields(kind, &licence, app.today(), typed, &problems),
        licence,
        kind,
        problems,
    }
}

fn fields(kind: &Kind, licence: &Licence, today: Date, typed: &Fields, problems: &Problems) -> Vec<Field> {
    let mut fields = Vec::new();
    if kind.code == "pause" {
        fields.push(Field::new("from", "停业自", Input::Date).required().value(today.to_string()));
        let hint = format!("最短一个月，最长一年，不晚于有效期（{}）", licence.valid_to);
        fields.push(Field::new("until", "停业至（含当天）", Input::Date).required().hint(hint));
    }
    if kind.code == "cancel" {
        let reasons = possible::reasons(licence, today).into_iter().map(|why| (code_of(why), why.label()));
        fields.push(Field::new("why", "注销原因", Input::Select).required().options(reasons));
    }
    let reason = Field::new("reason", "事实和理由", Input::Long).required().max(300);
    fields.push(reason.hint("会告知持证人，请写明查明的事实"));
    if kind.is_ending() {
        let hint = "撤销、收回必填，例如：《行政许可法》第六十九条第二款；注销没有别的依据可以不填";
        fields.push(Field::text("basis", "依据的条款").max(200).hint(hint));
        return fields.into_iter().map(|field| field.fill(typed, problems)).collect();
    }
    let document = Field::text("document", "文号").max(60).hint("作出这一决定的文书编号");
    fields.push(if kind.needs_document { document.required() } else { document });
    fields.into_iter().map(|field| field.fill(typed, problems)).collect()
}

fn code_of(why: CancelReason) -> String {
    let json = serde_json::to_value(why).expect("a plain word");
    json.as_str().unwrap_or_default().to_owned()
}

fn reason_of(code: &str) -> Option<CancelReason> {
    CancelReason::ALL.into_iter().find(|why| code_of(*why) == code)
}

/// What the form asks for.
enum Wanted {
    Now(Now),
    /// For the head to decide.
    End(How),
}

/// What is done at once.
enum Now {
    Move(Step),
    Make(Remake),
}

/// `POST /desk/licences/{number}/steps/{step}`
pub(super) async fn take(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path((number, step)): Path<(String, String)>,
    typed: Fields,
) -> Answer<Response> {
    let (licence, kind) = open(&app, &officer, &number, &step).await?;
    let wanted = match wanted(kind, &typed) {
        Ok(wanted) => wanted,
        Err(problems) => {
            let page = page(&cx, &app, licence, kind, &typed, problems);
            return html_with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let seen = typed.get("seen").parse().unwrap_or(-1);
    match wanted {
        Wanted::End(how) => {
            let wanted = ending::Wanted {
                how,
                reason: typed.get("reason").to_owned(),
                basis: typed.get("basis").to_owned(),
                seen,
            };
            if let Err(fault) = ending::ask(&app, &officer, &number, &wanted).await {
                return not_taken(&cx, &app, licence, kind, &typed, fault);
            }
            let says = "已提交机关负责人决定。决定之前许可证状态不变，结果会在“消息”里通知您。";
            Ok(Flash::done(says).redirect(&app, &format!("/desk/licences/{number}/ending")))
        }
        Wanted::Now(now) => {
            if let Err(fault) = carry_out(&app, &officer, (&number, seen), now, &typed).await {
                return not_taken(&cx, &app, licence, kind, &typed, fault);
            }
            let says = format!("已办理“{}”，持证人会收到通知。", kind.label);
            Ok(Flash::done(says).redirect(&app, &format!("/desk/licences/{number}")))
        }
    }
}

/// What stands against the step, above the form with everything that was typed.
fn not_taken(
    cx: &PageCx,
    app: &App,
    licence: Licence,
    kind: &'static Kind,
    typed: &Fields,
    fault: Fault,
) -> Answer<Response> {
    let (status, problems) = above_the_form(fault, "reason")?;
    html_with_status(status, &page(cx, app, licence, kind, typed, problems))
}

fn wanted(kind: &Kind, typed: &Fields) -> Result<Wanted, Problems> {
    let mut problems = Problems::none();
    match typed.get("reason").chars().count() {
        0 => problems.add("reason", "请填写事实和理由"),
        301.. => problems.add("reason", "事实和理由最多 300 个字"),
        _ => {}
    }
    match typed.get("document").chars().count() {
        0 if kind.needs_document => problems.add("document", "请填写文号"),
        61.. => problems.add("document", "文号最多 60 个字"),
        _ => {}
    }
    if typed.get("basis").chars().count() > 200 {
        problems.add("basis", "依据的条款最多 200 个字");
    }
    let now = |now: Now| Some(Wanted::Now(now));
    let wanted = match kind.code {
        "pause" => paused(typed, &mut problems),
        "cancel" => {
            let why = reason_of(typed.get("why"));
            if why.is_none() {
                problems.add("why", "请选择注销原因");
            }
            why.map(|why| Wanted::End(How::Cancel(why)))
        }
        "resume" => now(Now::Move(Step::Resume)),
        "order-stop" => now(Now::Move(Step::OrderStop)),
        "end-stop" => now(Now::Move(Step::EndStop)),
        "recall" => Some(Wanted::End(How::Recall)),
        "take-over" => now(Now::Make(Remake::TakeOver)),
        "reseal" => now(Now::Make(Remake::Reseal)),
        _ => now(Now::Make(Remake::Reprint)),
    };
    if let Some(Wanted::End(how)) = &wanted
        && how.needs_basis()
        && typed.get("basis").is_empty()
    {
        let face = ending::EndingFault::NoBasis.face();
        problems.add("basis", format!("{}。{}", face.says, face.next));
    }
    wanted.filter(|_| problems.is_empty()).ok_or(problems)
}

fn paused(typed: &Fields, problems: &mut Problems) -> Option<Wanted> {
    let mut day = |field: &str| -> Option<Date> {
        let day = typed.get(field).parse().ok();
        if day.is_none() {
            problems.add(field, "请选择日期");
        }
        day
    };
    let (from, until) = (day("from"), day("until"));
    Some(Wanted::Now(Now::Move(Step::Pause { from: from?, until: until? })))
}

/// In one transaction, on the licence as the form showed it: sent twice, it is done once.
async fn carry_out(
    app: &App,
    officer: &Officer,
    (number, seen): (&str, i64),
    wanted: Now,
    typed: &Fields,
) -> Result<(), Fault> {
    let licences = app.part::<Licences>();
    let at = (officer.bureau.as_str(), number);
    let by = User { id: &officer.id, name: &officer.name };
    let under = Under { by, reason: typed.get("reason"), document: typed.get("document") };
    let mut tx = app.db.begin().await?;
    let now = store::by_number(&mut tx, at.0, at.1).await?.ok_or(Fault::Unknown)?;
    if now.version != seen {
        return Err(Fault::Overtaken);
    }
    match wanted {
        Now::Move(step) => {
            licences.step(&mut tx, at, step, &under, app.now()).await?;
        }
        Now::Make(remake) => {
            licences.remake(&mut tx, at, &remake, &under, app.now()).await?;
        }
    }
    Ok(tx.commit().await?)
}
