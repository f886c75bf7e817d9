//! The bureau's own licences at the officer's desk. Looking at one with what is not public is written down.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use db::history::Entry;
use db::{Exec, counter, history};
use identity::{Act, Officer};
use jiff::civil::Date;
use papers::chinese::mask_name;
use serde::Deserialize;
use web::{After, Answer, App, Page, PageCx, Pager, html, text};

use super::possible::{self, Kind};
use super::{bulk, ending, pdf, steps};
use crate::elicence::{self, Edition, State as EditionState};
use crate::licence::{Licence, area_type_label, biz_format_label};
use crate::number::{self, ALARM_SERIAL, LAST_SERIAL};
use crate::status::{Standing, Status};
use crate::{Fault, store};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/desk/licences", get(list))
        .route("/desk/licences/bulk", get(bulk::list).post(bulk::ask))
        .route("/desk/licences/bulk/{id}", get(bulk::show))
        .route("/desk/licences/bulk/{id}/report.csv", get(bulk::report))
        .route("/desk/licences/bulk/{id}/{verb}", post(bulk::turn))
        .route("/desk/licences/{number}", get(show))
        .route("/desk/licences/{number}/steps/{step}", get(steps::form).post(steps::take))
        .route("/desk/licences/{number}/ending", get(ending::show))
        .route("/desk/licences/{number}/ending.pdf", get(ending::desk_pdf))
        .route("/desk/licences/{number}/ending.ofd", get(ending::desk_ofd))
        .route("/desk/licences/{number}/ending/{verb}", post(ending::answer))
        .route("/desk/licences/{number}/{file}", get(download))
}

const PAGE: usize = 50;

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "licences/ledger.html")]
struct ListPage {
    page: Page,
    asked: String,
    rows: Vec<Line>,
    pager: Pager,
    counts: Vec<(&'static str, i64)>,
    /// How many have an electronic licence in each state.
    editions: Vec<(EditionState, i64)>,
    may_change: bool,
    /// What waits for the head's decision.
    endings: Vec<elicence::ending::Ending>,
    /// Warnings about numbers running out.
    short_of_numbers: Vec<String>,
}

/// One licence in the list; the person masked, as for anyone.
struct Line {
    number: String,
    shop: String,
    person: String,
    address: String,
    valid_to: Date,
    standing: Standing,
    /// Edition and state of the electronic licence.
    edition: Option<(u16, EditionState)>,
}

impl Line {
    fn new(licence: Licence, edition: Option<&elicence::Brief>, today: Date) -> Line {
        Line {
            edition: edition.map(|brief| (brief.edition, brief.state.on(licence.valid_to, today))),
            standing: licence.standing(today),
            person: mask_name(&licence.person_name),
            number: licence.number,
            shop: licence.shop_name,
            address: licence.address,
            valid_to: licence.valid_to,
        }
    }
}

/// `GET /desk/licences?q=&after=`
async fn list(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
    after: After,
) -> Answer {
    officer.may(Act::ReadLicence, &officer.bureau)?;
    let asked = asked.q.trim().chars().take(100).collect::<String>();
    let mut db = app.db.clone();
    if let Ok(number) = number::read(&asked)
        && store::by_number(&mut db, &officer.bureau, &number).await?.is_some()
    {
        return Ok(Redirect::to(&format!("/desk/licences/{number}")).into_response());
    }
    if let Some(edition) = elicence::of_identifier(&mut db, &officer.bureau, &asked).await? {
        return Ok(Redirect::to(&format!("/desk/licences/{}", edition.number)).into_response());
    }
    let mut found = search(&mut db, &officer.bureau, &asked, &after).await?;
    let briefs = briefs(&mut db, &officer.bureau, &found).await?;
    let base = format!("/desk/licences?{}", query_of(&asked));
    let pager = Pager::cut(&mut found, PAGE, &base, &after, |licence| licence.number.clone());
    html(&ListPage {
        page: cx.page("许可证台账").crumb("工作台", "/desk"),
        counts: counts(&mut db, &officer.bureau).await?,
        short_of_numbers: short_of_numbers(&mut db, &officer.bureau).await?,
        rows: found.into_iter().map(|licence| lined(licence, &briefs, app.today())).collect(),
        editions: elicence::count_by_state(&mut db, &officer.bureau).await?,
        may_change: officer.can(Act::ChangeLicence),
        endings: elicence::ending::asked_of(&mut db, &officer.bureau, 50).await?,
        asked,
        pager,
    })
}

fn lined(licence: Licence, briefs: &[elicence::Brief], today: Date) -> Line {
    let brief = briefs.iter().find(|brief| brief.number == licence.number);
    Line::new(licence, brief, today)
}

/// The newest editions of the licences of a page.
async fn briefs(
    db: &mut impl Exec,
    bureau: &str,
    page: &[Licence],
) -> Result<Vec<elicence::Brief>, db::Fault> {
    match (page.first(), page.last()) {
        (Some(first), Some(last)) => elicence::newest_between(db, bureau, &first.number, &last.number).await,
        _ => Ok(Vec::new()),
    }
}

/// One more than a page holds.
async fn search(
    db: &mut impl Exec,
    bureau: &str,
    asked: &str,
    after: &After,
) -> Result<Vec<Licence>, db::Fault> {
    let code = law::codes::normalise(asked);
    if law::codes::CreditCode::parse_or_warn(&code).is_ok() {
        return store::of_credit_code(db, bureau, &code).await;
    }
    let after = after.0.clone().unwrap_or_default();
    store::page_of_bureau(db, bureau, &after, &like(asked), PAGE as i64 + 1).await
}

/// A pattern that finds `part` anywhere, whatever signs it holds.
fn like(part: &str) -> String {
    let mut pattern = String::from("%");
    for sign in part.chars() {
        if matches!(sign, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(sign);
    }
    if !part.is_empty() {
        pattern.push('%');
    }
    pattern
}

fn query_of(asked: &str) -> String {
    axum::http::Uri::builder()
        .path_and_query(format!("/?q={}", encoded(asked)))
        .build()
        .ok()
        .and_then(|uri| uri.query().map(str::to_string))
        .unwrap_or_default()
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

async fn counts(db: &mut impl Exec, bureau: &str) -> Result<Vec<(&'static str, i64)>, db::Fault> {
    let counted = store::count_by_state(db, bureau).await?;
    let labels = [
        Status::Trading,
        Status::Paused { since: None, until: None },
        Status::Stopped { since: None },
        Status::Cancelled { on: None, why: crate::status::CancelReason::Other },
        Status::Recalled { on: None },
    ];
    let of = |status: Status| counted.iter().find(|(code, _)| code == status.code()).map_or(0, |(_, n)| *n);
    Ok(labels.into_iter().map(|status| (status.label(), of(status))).collect())
}

/// Past 80 % of the five-digit serials the bureau is told; a new range needs months of agreement above.
async fn short_of_numbers(db: &mut impl Exec, bureau: &str) -> Result<Vec<String>, db::Fault> {
    let mut warnings = Vec::new();
    for (kind, holders) in [(1, "个体工商户"), (2, "企业和其他组织")] {
        // A county's own division is its code; merged divisions keep their own counters and are rare.
        let used = counter::peek(db, bureau, &number::counter_name(bureau, kind)).await?;
        if used >= ALARM_SERIAL {
            let left = LAST_SERIAL - used;
            warnings.push(format!("{holders}的许可证号只剩 {left} 个，请尽早报上级局申请新的编号区段。"));
        }
    }
    Ok(warnings)
}

#[derive(Template)]
#[template(path = "licences/ledger_licence.html")]
struct LicencePage {
    page: Page,
    licence: Licence,
    standing: Standing,
    biz_format: &'static str,
    area_type: &'static str,
    may_print: bool,
    editions: Vec<(Edition, EditionState)>,
    /// Steps this officer may take now.
    steps: Vec<&'static Kind>,
    /// The decision that ends it, or what is asked for.
    ending: Option<elicence::ending::Ending>,
    history: Vec<(String, &'static str, String)>,
}

/// `GET /desk/licences/{number}`
async fn show(cx: PageCx, officer: Officer, State(app): State<App>, Path(number): Path<String>) -> Answer {
    let licence = looked_at(&app, &officer, Act::ReadLicence, &number, "read").await?;
    let mut db = app.db.clone();
    let editions = elicence::all_of(&mut db, &officer.bureau, &number).await?;
    let ending = elicence::ending::of_licence(&mut db, &officer.bureau, &number).await?;
    let steps = if officer.can(Act::ChangeLicence) {
        possible::open(&licence, editions.first(), ending.as_ref(), app.today())
    } else {
        Vec::new()
    };
    let entries = history::read(&mut db, &officer.bureau, "licence", &number).await?;
    html(&LicencePage {
        page: cx
            .page(format!("许可证 {number}"))
            .crumb("工作台", "/desk")
            .crumb("许可证台账", "/desk/licences"),
        standing: licence.standing(app.today()),
        biz_format: biz_format_label(&licence.biz_format).unwrap_or("未登记"),
        area_type: area_type_label(&licence.area_type).unwrap_or("未登记"),
        may_print: officer.can(Act::PrintLicence),
        history: entries.into_iter().map(line_of_history).collect(),
        editions: editions
            .into_iter()
            .map(|edition| (edition.state_on(app.today()), edition))
            .map(|(state, edition)| (edition, state))
            .collect(),
        steps,
        ending,
        licence,
    })
}

fn line_of_history(entry: Entry) -> (String, &'static str, String) {
    let act = match entry.act.as_str() {
        "issued" => "制发许可证",
        "given" => "关联持证人账号",
        "paused" => "停业",
        "resumed" => "恢复营业",
        "stopped" => "责令停业整顿",
        "stop_ended" => "整顿结束",
        "cancelled" => "注销",
        "revoked" => "撤销",
        "recalled" => "收回",
        "ending_asked" => "提出注销、撤销或者收回",
        "ending_returned" => "退回，不作决定",
        other => elicence::Cause::from_code(other).map_or("办理", elicence::Cause::label),
    };
    (text::minute(entry.at), act, entry.actor_name)
}

/// `GET /desk/licences/{number}/original.ofd`, `original.pdf`, `duplicate.ofd` or `duplicate.pdf`
async fn download(
    officer: Officer,
    State(app): State<App>,
    Path((number, file)): Path<(String, String)>,
) -> Answer {
    let file = pdf::file(&file)?;
    let licence = looked_at(&app, &officer, Act::PrintLicence, &number, "printed").await?;
    pdf::answer(&app, &licence, file).await
}

/// A licence of the officer's own bureau. That it was looked at is written down first: what can't be written down is
/// not shown.
pub(super) async fn looked_at(
    app: &App,
    officer: &Officer,
    act: Act,
    number: &str,
    verb: &str,
) -> Result<Licence, web::Refusal> {
    officer.may(act, &officer.bureau)?;
    let licence = store::by_number(&mut app.db.clone(), &officer.bureau, number).await?;
    let licence = licence.ok_or(Fault::Unknown)?;
    let entry = Entry::new(
        (&officer.bureau, "licence-read", number),
        app.now(),
        (&officer.id, &officer.name),
        verb,
        serde_json::json!({ "act": act.code() }).to_string(),
    );
    // Two who look at once race for the next place in the chain; the second takes the one after.
    let mut tries = 0;
    loop {
        let mut tx = app.db.begin().await?;
        match history::append(&mut tx, &entry).await {
            Ok(_) => {
                tx.commit().await?;
                return Ok(licence);
            }
            Err(db::Fault::Unique { .. } | db::Fault::Busy) if tries < 3 => tries += 1,
            Err(fault) => return Err(fault.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_never_a_pattern() {
        assert_eq!(like(""), "%");
        assert_eq!(like("50%_!店"), "%50!%!_!!店%");
    }

    #[test]
    fn the_list_keeps_its_filter_from_page_to_page() {
        assert_eq!(query_of("桥&城"), "q=%E6%A1%A5%26%E5%9F%8E");
    }
}
