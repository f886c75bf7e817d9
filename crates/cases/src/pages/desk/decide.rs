//! The decision: grant or refuse, with the letter shown before it takes effect.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::STANDARD};
use papers::Paper;
use papers::data::PaperData;
use web::parts::{Field, Input};
use web::{Answer, Fields, Page, Problems, html, html_with_status};

use super::possible::{Whose, possible};
use super::{Desk, conflict};
use crate::actions::{self, At, Terms, Verdict};
use crate::case::Case;
use crate::decide::{self, Decision, GROUNDS, Reason};
use crate::grant::Issued;
use crate::stage::{Advice, NotOpen, Stage};
use crate::{Fault, letters, store};

#[derive(Template)]
#[template(path = "desk/decide.html")]
struct DecidePage {
    page: Page,
    case: Case,
    advice: &'static str,
    examined: String,
    problems: Problems,
    outcome: Field,
    years: Field,
    opinion: Field,
    grounds: Vec<GroundRow>,
    /// The letter's pages as pictures, when it was asked to be shown.
    draft: Vec<String>,
    href: String,
    back: String,
}

struct GroundRow {
    code: &'static str,
    says: &'static str,
    wanted: &'static str,
    remedy: &'static str,
    under: String,
    ticked: bool,
    fact: String,
    error: Option<String>,
}

/// `GET /desk/cases/{bureau}/{id}/decide`
pub async fn form(desk: Desk, Path((bureau, id)): Path<(String, String)>) -> Answer {
    let at = super::at(bureau, id);
    let case = actions::open_case(&desk.app, &desk.officer, &at.bureau, &at.id).await?;
    if let Err(fault) = is_open(&desk, &at, &case).await {
        return conflict::answer(&desk, &at, fault, vec![]).await;
    }
    html(&page(&desk, &at, case, &Fields::default(), Problems::none(), vec![]).await?)
}

async fn is_open(desk: &Desk, at: &At, case: &Case) -> Result<(), Fault> {
    actions::no_other_waits(&mut desk.app.db.clone(), at).await?;
    let hands = store::hands(&mut desk.app.db.clone(), &case.bureau, &case.id).await?;
    let steps = possible(case, &hands, &desk.officer);
    match steps.into_iter().find(|one| one.step == "decide").map(|one| one.whose) {
        Some(Whose::Yours) => Ok(()),
        Some(Whose::Barred(_)) => {
            let hand = decide::barred("decide", &desk.officer.id, &hands);
            let earlier = hand.map(|hand| hand.step.clone()).unwrap_or_default();
            Err(Fault::Separated { officer: desk.officer.name.clone(), earlier, step: "decide" })
        }
        Some(Whose::Theirs(_)) => Err(Fault::NotYours { act: identity::Act::Decide.says() }),
        None => {
            let open = case.stage.open_steps();
            Err(Fault::NotOpen(NotOpen { stage: case.stage.code(), step: "decide", open }))
        }
    }
}

/// `POST /desk/cases/{bureau}/{id}/decide`
pub async fn take(desk: Desk, Path((bureau, id)): Path<(String, String)>, typed: Fields) -> Answer {
    let at = At { bureau, id, seen: super::seen(&typed) };
    let case = actions::open_case(&desk.app, &desk.officer, &at.bureau, &at.id).await?;
    let (verdict, problems) = read(&typed);
    let Some(verdict) = verdict else {
        return again(&desk, &at, case, &typed, problems).await;
    };
    match actions::decide(&desk.app, &desk.officer, &at, verdict).await {
        // Still to be decided: the signing service is away, and the decision waits.
        Ok(case) if matches!(case.stage, Stage::Deciding { .. }) => {
            Ok(desk.done(&at, "您的决定已经保存。签章服务暂时不可用，恢复后自动盖章生效并发给申请人"))
        }
        Ok(case) => Ok(desk.done(&at, format!("已作出决定：{}。决定书已发给申请人", case.stage.says()))),
        Err(fault) if fault.face().status == StatusCode::UNPROCESSABLE_ENTITY => {
            let mut problems = Problems::none();
            problems.add("outcome", fault.face().says);
            again(&desk, &at, case, &typed, problems).await
        }
        Err(fault) => {
            let kept = conflict::typed(&typed, label, choice);
            conflict::answer(&desk, &at, fault, kept).await
        }
    }
}

/// `POST /desk/cases/{bureau}/{id}/decide/call-off`: a decision that waits for its seal is taken back.
pub async fn call_off(desk: Desk, Path((bureau, id)): Path<(String, String)>, _typed: Fields) -> Answer {
    let at = super::at(bureau, id);
    match actions::call_off_decision(&desk.app, &desk.officer, &at).await {
        Ok(()) => Ok(desk.done(&at, "已撤回签批，本件仍待作出决定")),
        Err(fault) => conflict::answer(&desk, &at, fault, vec![]).await,
    }
}

/// `POST /desk/cases/{bureau}/{id}/decide/preview`: nothing is decided and no number is taken.
pub async fn preview(desk: Desk, Path((bureau, id)): Path<(String, String)>, typed: Fields) -> Answer {
    let at = At { bureau, id, seen: super::seen(&typed) };
    let case = actions::open_case(&desk.app, &desk.officer, &at.bureau, &at.id).await?;
    if let Err(fault) = is_open(&desk, &at, &case).await {
        return conflict::answer(&desk, &at, fault, conflict::typed(&typed, label, choice)).await;
    }
    let (Some(verdict), _) = read(&typed) else {
        let (_, problems) = read(&typed);
        return again(&desk, &at, case, &typed, problems).await;
    };
    let terms = actions::terms_of(&desk.app, &mut desk.app.db.clone(), &case).await?;
    let draft = draft(&desk, &case, &terms, &verdict).await?;
    html(&page(&desk, &at, case, &typed, Problems::none(), draft).await?)
}

async fn again(desk: &Desk, at: &At, case: Case, typed: &Fields, problems: Problems) -> Answer {
    let page = page(desk, at, case, typed, problems, vec![]).await?;
    html_with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

const OUTCOMES: [(&str, &str); 2] = [("grant", "准予行政许可"), ("refuse", "不予行政许可")];

fn choice(name: &str, code: &str) -> Option<String> {
    let words = OUTCOMES.iter().find(|(known, _)| *known == code).filter(|_| name == "outcome");
    words.map(|(_, words)| (*words).to_owned())
}

fn label(name: &str) -> String {
    let ground = |code| decide::ground(code).map_or("其他", |ground| ground.says);
    match name.split_once('-') {
        Some(("ground", code)) => format!("情形：{}", ground(code)),
        Some(("fact", code)) => format!("事实：{}", ground(code)),
        _ => match name {
            "outcome" => "决定".to_owned(),
            "years" => "有效期（年）".to_owned(),
            "opinion" => "审批意见".to_owned(),
            other => other.to_owned(),
        },
    }
}

/// The verdict as filled in, or what is missing at which entry.
fn read(typed: &Fields) -> (Option<Verdict>, Problems) {
    let mut problems = Problems::none();
    let opinion = typed.get("opinion").to_owned();
    if opinion.chars().count() > 2000 {
        problems.add("opinion", "审批意见最多2000字");
    }
    let verdict = match typed.get("outcome") {
        "grant" => match typed.get("years").parse() {
            // 《烟草专卖许可证管理办法》: the licence runs at most five years.
            Ok(valid_years @ 1..=5) => Some(Verdict::Grant { opinion, valid_years }),
            _ => {
                problems.add("years", "有效期请填写 1 至 5 的整数");
                None
            }
        },
        "refuse" => Some(Verdict::Refuse { opinion, reasons: reasons(typed, &mut problems) }),
        _ => {
            problems.add("outcome", "请选择准予或者不予");
            None
        }
    };
    (verdict.filter(|_| problems.is_empty()), problems)
}

fn reasons(typed: &Fields, problems: &mut Problems) -> Vec<Reason> {
    let mut reasons = vec![];
    for ground in GROUNDS.iter().filter(|ground| typed.ticked(&format!("ground-{}", ground.code))) {
        let fact = typed.get(&format!("fact-{}", ground.code));
        if fact.chars().count() < 4 {
            let says = format!("“{}”请写明事实，让当事人知道差在哪里", ground.says);
            problems.add(format!("fact-{}", ground.code), says);
        }
        reasons.push(Reason { ground: ground.code.to_owned(), fact: fact.to_owned() });
    }
    if reasons.is_empty() {
        problems.add("grounds", decide::Unfounded::NoReason.to_string());
    }
    reasons
}

async fn page(
    desk: &Desk,
    at: &At,
    case: Case,
    typed: &Fields,
    problems: Problems,
    draft: Vec<String>,
) -> Result<DecidePage, Fault> {
    let history = db::history::read(&mut desk.app.db.clone(), &at.bureau, "case", &at.id).await?;
    let examined = history.iter().rev().find(|row| row.act == "examine");
    let examined = examined.map(|row| format!("{}　{}", row.actor_name, super::told::row_says(&row.data)));
    let advice = match &case.stage {
        Stage::Deciding { advice, .. } => advice.says(),
        _ => "",
    };
    let outcome = Field::new("outcome", "决定", Input::Radio).required().options(OUTCOMES);
    let years = Field::new("years", "许可证有效期", Input::Number)
        .value("5")
        .unit("年")
        .hint("准予时填写，1 至 5 年");
    let opinion = Field::new("opinion", "审批意见", Input::Long).hint("会写进决定书，可以不填").max(2000);
    Ok(DecidePage {
        page: desk.case_page("作出决定", at, &case.number),
        advice,
        examined: examined.unwrap_or_default(),
        outcome: outcome.fill(typed, &problems),
        years: years.fill(typed, &problems),
        opinion: opinion.fill(typed, &problems),
        grounds: ground_rows(typed, &problems),
        draft,
        href: super::href(at, "/decide"),
        back: super::href(at, ""),
        problems,
        case,
    })
}

fn ground_rows(typed: &Fields, problems: &Problems) -> Vec<GroundRow> {
    let row = |ground: &'static decide::Ground| GroundRow {
        code: ground.code,
        says: ground.says,
        wanted: ground.fact_wanted,
        remedy: ground.remedy,
        under: (ground.under)().to_string(),
        ticked: typed.ticked(&format!("ground-{}", ground.code)),
        fact: typed.get(&format!("fact-{}", ground.code)).to_owned(),
        error: problems.at(&format!("fact-{}", ground.code)).map(str::to_owned),
    };
    GROUNDS.iter().map(row).collect()
}

/// The letter as it would be sent today, without its number, drawn from the same values as the real one.
async fn draft(desk: &Desk, case: &Case, terms: &Terms, verdict: &Verdict) -> Result<Vec<String>, Fault> {
    let today = desk.app.today();
    let paper = match verdict {
        Verdict::Grant { opinion, valid_years } => {
            let decision = decide::grant(opinion);
            let valid_to = law::limits::licence_valid_to(today, *valid_years)?;
            let number = "（作出决定时生成）".to_owned();
            let issued = Issued { number, valid_from: today, valid_to };
            let deliver = law::limits::delivery_due(today, &desk.app.calendar());
            unsigned(
                &letters::grant(case, &terms.office, &terms.matter(), &decision, &issued, &deliver),
                today,
            )
        }
        Verdict::Refuse { opinion, reasons } => {
            let decision: Decision = decide::refuse(reasons.clone(), opinion)?;
            debug_assert_eq!(decision.advice, Advice::Refuse);
            unsigned(&letters::refusal(case, &terms.office, &terms.matter(), &decision), today)
        }
    };
    let typesetter = desk.app.typesetter();
    let drawn = tokio::task::spawn_blocking(move || {
        (0..typesetter.pages(&paper)?).map(|page| typesetter.svg(&paper, page)).collect::<Result<Vec<_>, _>>()
    });
    let drawn = drawn.await.map_err(|stopped| Fault::Paper(stopped.to_string()))?;
    let pages = drawn.map_err(|fault| Fault::Paper(fault.to_string()))?;
    Ok(pages.iter().map(|svg| format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg))).collect())
}

fn unsigned<D: PaperData>(data: &D, today: jiff::civil::Date) -> Paper {
    Paper::new(data, today)
}
