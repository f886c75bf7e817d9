//! The form by which a seal is asked for.

use askama::Template;
use axum::extract::State;
use identity::{Act, Officer};
use jiff::civil::Date;
use web::{Answer, App, Fields, Flash, Page, PageCx, Problems, html_with_status};

use super::at;
use crate::actions::{By, Wanted, request};
use crate::{Fault, SealKind};

#[derive(Template)]
#[template(path = "seals/wanted.html")]
struct WantedPage {
    page: Page,
    organ: String,
    kinds: [SealKind; 3],
    typed: Typed,
    problems: Problems,
}

/// What stands in the form.
struct Typed {
    kind: String,
    from: String,
    to: String,
    why: String,
}

fn page(cx: PageCx, officer: &Officer, typed: Typed, problems: Problems) -> Answer {
    let status = match problems.is_empty() {
        true => axum::http::StatusCode::OK,
        false => axum::http::StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = WantedPage {
        page: cx.page("申请制作印章").crumb("工作台", "/desk").crumb("印章", "/desk/seals"),
        organ: officer.bureau_name.clone(),
        kinds: SealKind::ALL,
        typed,
        problems,
    };
    html_with_status(status, &page)
}

/// `GET /desk/seals/new`
pub async fn form(cx: PageCx, officer: Officer, State(app): State<App>) -> Answer {
    officer.may(Act::KeepSeals, &officer.bureau)?;
    let today = app.today();
    let last = today.saturating_add(jiff::Span::new().years(5)).yesterday().unwrap_or(today);
    let typed =
        Typed { kind: String::new(), from: today.to_string(), to: last.to_string(), why: String::new() };
    page(cx, &officer, typed, Problems::none())
}

/// `POST /desk/seals/new`
pub async fn send(cx: PageCx, officer: Officer, State(app): State<App>, sent: Fields) -> Answer {
    officer.may(Act::KeepSeals, &officer.bureau)?;
    let typed = Typed {
        kind: sent.get("kind").to_owned(),
        from: sent.get("from").to_owned(),
        to: sent.get("to").to_owned(),
        why: sent.get("why").to_owned(),
    };
    let wanted = match wanted(&officer, &typed) {
        Ok(wanted) => wanted,
        Err(problems) => return page(cx, &officer, typed, problems),
    };
    match request(&app, &By::officer(&officer, app.now()), &wanted).await {
        Ok(seal) => {
            let done = Flash::done("已提交，请另一位负责人审批");
            Ok(done.redirect(&app, &at(&seal.bureau, &seal.id)))
        }
        Err(Fault::Typed { says, next }) => {
            let field = match () {
                () if says.contains("理由") => "why",
                () if says.contains("开始日期早于") => "from",
                () => "to",
            };
            let mut problems = Problems::none();
            problems.add(field, format!("{says}。{next}"));
            page(cx, &officer, typed, problems)
        }
        Err(fault) => Err(fault.into()),
    }
}

fn wanted(officer: &Officer, typed: &Typed) -> Result<Wanted, Problems> {
    let mut problems = Problems::none();
    let kind = SealKind::from_code(&typed.kind);
    if kind.is_none() {
        problems.add("kind", "请选择印章种类");
    }
    let mut day = |field: &str, text: &str| -> Option<Date> {
        let day = text.parse().ok();
        if day.is_none() {
            problems.add(field, "请填写日期，例如 2026-12-31");
        }
        day
    };
    let (from, to) = (day("from", &typed.from), day("to", &typed.to));
    match (kind, from, to) {
        (Some(kind), Some(from), Some(to)) => Ok(Wanted {
            bureau: officer.bureau.clone(),
            organ: officer.bureau_name.clone(),
            kind,
            from,
            to,
            why: typed.why.clone(),
        }),
        _ => Err(problems),
    }
}
