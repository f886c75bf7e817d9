//! 我的办件: drafts to go on with, and cases with what each one waits for.

use axum::extract::{Path, State};
use identity::Person;
use web::{Answer, App, Fields, Flash, Page, PageCx, html};

use super::draft::At;
use crate::store::{self, Draft, Mine};
use crate::{actions, letters};

struct DraftLine {
    id: String,
    title: String,
    shop: String,
    bureau: String,
    left_at: &'static str,
    changed: String,
}

struct CaseLine {
    href: String,
    mine: Mine,
    received: String,
    changed: String,
    /// Words and address of what the person has to do.
    todo: Option<(&'static str, String)>,
    tone: &'static str,
}

#[derive(askama::Template)]
#[template(path = "case/mine.html")]
struct MinePage {
    page: Page,
    drafts: Vec<DraftLine>,
    cases: Vec<CaseLine>,
    waiting: usize,
}

pub async fn list(State(app): State<App>, cx: PageCx, person: Person) -> Answer {
    let mut db = app.db.clone();
    let mut drafts = vec![];
    for draft in store::drafts_of(&mut db, &person.subject).await? {
        drafts.push(draft_line(&app, &mut db, draft).await?);
    }
    let cases = store::cases_of_person(&mut db, &person.subject).await?;
    let cases: Vec<CaseLine> = cases.into_iter().map(case_line).collect();
    let waiting = cases.iter().filter(|line| line.todo.is_some()).count();
    html(&MinePage { page: cx.page("我的办件").crumb("我的", "/me"), drafts, cases, waiting })
}

async fn draft_line(app: &App, db: &mut db::Db, draft: Draft) -> Answer<DraftLine> {
    let catalogue = app.part::<catalog::Catalogue>();
    let item = catalogue.item(&draft.item);
    let kind = item.and_then(|item| Some((item, item.business(&draft.business)?)));
    let bureau = identity::bureaus::by_code(app, db, &draft.bureau).await?;
    let at = At::reached(&draft);
    Ok(DraftLine {
        title: kind.map_or_else(|| draft.item.clone(), |(item, kind)| letters::matter(item, kind)),
        shop: draft.form.get(crate::fields::SHOP).cloned().unwrap_or_default(),
        bureau: bureau.map(|bureau| bureau.name.clone()).unwrap_or_default(),
        left_at: at.label(),
        changed: web::text::minute(draft.changed_at),
        id: draft.id,
    })
}

/// The list knows a case by the words of its stage; two of them ask something of the person.
fn case_line(mine: Mine) -> CaseLine {
    let href = format!("/cases/{}/{}", mine.bureau, mine.case_id);
    let todo = match mine.stage.as_str() {
        "待补正" => Some(("去补正材料", format!("{href}/supplement"))),
        "准予许可，待送达" | "不予许可，待送达" => Some(("查看决定书", href.clone())),
        _ => None,
    };
    let tone = match mine.stage.as_str() {
        "待补正" => "yellow",
        "已办结（准予）" | "准予许可，待送达" => "green",
        "不予受理" | "已办结（不予）" | "不予许可，待送达" => "red",
        "已撤回" | "已退件（逾期未补正）" => "grey",
        _ => "",
    };
    CaseLine {
        received: web::text::minute(mine.received_at),
        changed: web::text::minute(mine.changed_at),
        href,
        mine,
        todo,
        tone,
    }
}

#[derive(askama::Template)]
#[template(path = "case/discard.html")]
struct DiscardPage {
    page: Page,
    shop: String,
    changed: String,
}

pub async fn ask_discard(
    State(app): State<App>,
    cx: PageCx,
    person: Person,
    Path(id): Path<String>,
) -> Answer {
    let draft = actions::draft(&app, &person.subject, &id).await?;
    html(&DiscardPage {
        page: cx.page("删除草稿").crumb("我的办件", "/me/cases"),
        shop: draft.form.get(crate::fields::SHOP).cloned().unwrap_or_default(),
        changed: web::text::minute_cn(draft.changed_at),
    })
}

pub async fn discard(
    State(app): State<App>,
    person: Person,
    Path(id): Path<String>,
    _fields: Fields,
) -> Answer {
    actions::discard(&app, &person.subject, &id).await?;
    Ok(Flash::done("草稿已删除。").redirect(&app, "/me/cases"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    /// The words come from `Stage::says`; a change there must not silence the reminder here.
    #[test]
    fn a_case_that_waits_for_the_person_says_so() {
        let stage = crate::Stage::Supplementing {
            received_on: jiff::civil::date(2026, 3, 2),
            asked_on: jiff::civil::date(2026, 3, 3),
            respond_by: jiff::civil::date(2026, 3, 20),
            gaps: vec![],
        };
        let mine = Mine {
            bureau: "990101".to_owned(),
            case_id: "c".to_owned(),
            number: "n".to_owned(),
            title: "t".to_owned(),
            shop: "s".to_owned(),
            stage: stage.says().to_owned(),
            received_at: Timestamp::UNIX_EPOCH,
            changed_at: Timestamp::UNIX_EPOCH,
        };
        assert_eq!(case_line(mine).todo, Some(("去补正材料", "/cases/990101/c/supplement".to_owned())));
    }
}
