//! The supplement notice (补正材料告知书): one notice that lists everything, prefilled from what was found unfit.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use catalog::MaterialSpec;
use jiff::civil::Date;
use web::parts::{Field, Input};
use web::{Answer, Fields, Page, Problems, html, html_with_status};

use super::{Desk, conflict};
use crate::actions::{self, At, Terms};
use crate::case::{Case, Finding, Verdict};
use crate::stage::{Gap, NotOpen};
use crate::{Fault, store};

/// Blank rows for entries of the form that must be corrected.
const ENTRY_ROWS: usize = 3;

#[derive(Template)]
#[template(path = "desk/supplement.html")]
struct SupplementPage {
    page: Page,
    case: Case,
    problems: Problems,
    materials: Vec<MaterialRow>,
    entries: Vec<EntryRow>,
    /// Key and label of every entry the form asks.
    choices: Vec<(String, String)>,
    days: Field,
    href: String,
    back: String,
}

/// One material that may be asked for.
struct MaterialRow {
    key: String,
    name: String,
    ticked: bool,
    faults: Vec<(String, String)>,
    picked: String,
    reason: String,
    remedy: String,
    example: String,
    error: Option<String>,
}

/// One entry of the form that may be asked for.
#[derive(Default)]
struct EntryRow {
    row: usize,
    key: String,
    reason: String,
    remedy: String,
    error: Option<String>,
}

/// `GET /desk/cases/{bureau}/{id}/supplement`
pub async fn edit(desk: Desk, Path((bureau, id)): Path<(String, String)>) -> Answer {
    let at = super::at(bureau, id);
    let case = actions::open_case(&desk.app, &desk.officer, &at.bureau, &at.id).await?;
    let open = case.stage.open_steps();
    if !open.contains(&"ask_for_more") {
        let closed = NotOpen { stage: case.stage.code(), step: "ask_for_more", open };
        return conflict::answer(&desk, &at, Fault::NotOpen(closed), vec![]).await;
    }
    let mut db = desk.app.db.clone();
    let terms = actions::terms_of(&desk.app, &mut db, &case).await?;
    let findings = store::findings(&mut db, &at.bureau, &at.id).await?;
    let typed = prefilled(&terms, &case, &findings, desk.app.today());
    html(&page(&desk, &at, case, &terms, &typed, Problems::none()))
}

/// `POST /desk/cases/{bureau}/{id}/supplement`
pub async fn send(desk: Desk, Path((bureau, id)): Path<(String, String)>, typed: Fields) -> Answer {
    let at = At { bureau, id, seen: super::seen(&typed) };
    let case = actions::open_case(&desk.app, &desk.officer, &at.bureau, &at.id).await?;
    let terms = actions::terms_of(&desk.app, &mut desk.app.db.clone(), &case).await?;
    let (gaps, mut problems) = read(&terms, &case, &typed);
    let Ok(days) = typed.get("days").parse() else {
        problems.add("days", "补正期限请填写整数");
        return again(&desk, &at, case, &terms, &typed, problems);
    };
    if !problems.is_empty() {
        return again(&desk, &at, case, &terms, &typed, problems);
    }
    match actions::ask_for_more(&desk.app, &desk.officer, &at, gaps, days).await {
        Ok(_) => Ok(desk.done(&at, "补正材料告知书已发给申请人")),
        Err(fault) if fault.face().status == StatusCode::UNPROCESSABLE_ENTITY => {
            problems.add("days", fault.face().says);
            again(&desk, &at, case, &terms, &typed, problems)
        }
        Err(fault) => {
            let kept = conflict::typed(&typed, |name| label(&terms, name), |_, _| None);
            conflict::answer(&desk, &at, fault, kept).await
        }
    }
}

fn again(desk: &Desk, at: &At, case: Case, terms: &Terms, typed: &Fields, problems: Problems) -> Answer {
    html_with_status(StatusCode::UNPROCESSABLE_ENTITY, &page(desk, at, case, terms, typed, problems))
}

/// 营业执照：原因 for `reason-business_licence`.
fn label(terms: &Terms, name: &str) -> String {
    let Some((what, of)) = name.split_once('-') else { return name.to_owned() };
    let words = match what {
        "ask" => "需要补正",
        "fault" => "常见问题",
        "reason" => "原因",
        "remedy" => "要求",
        "example" => "示例",
        _ => what,
    };
    let material = terms.business().materials.iter().find(|spec| spec.key == of);
    material.map_or_else(|| format!("{of}：{words}"), |spec| format!("{}：{words}", spec.name))
}

/// What a clerk would type: each unfit material with the reason found, remedy and example where the reason is a known
/// fault, and the doubtful entries.
fn prefilled(terms: &Terms, case: &Case, findings: &[Finding], today: Date) -> Fields {
    let mut typed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut put = |name: String, value: &str| typed.entry(name).or_default().push(value.to_owned());
    for spec in asked(terms, case) {
        let unfit = findings.iter().find(|one| one.of == spec.key && one.verdict == Verdict::Unfit);
        let Some(finding) = unfit else { continue };
        let key = &spec.key;
        put(format!("ask-{key}"), "yes");
        put(format!("reason-{key}"), &finding.note);
        if let Some(fault) = spec.common_faults.iter().find(|fault| fault.reason == finding.note) {
            put(format!("fault-{key}"), &fault.key);
            put(format!("remedy-{key}"), &fault.remedy);
            put(format!("example-{key}"), &fault.example);
        }
    }
    // A setting of the house (law/limits); the clerk may choose another number for this case.
    let days = law::numbers::on("supplement_answer_days", today)
        .map_or_else(String::new, |number| number.amount.to_string());
    put("days".to_owned(), &days);
    Fields(typed)
}

/// Materials of the item that these values call for and the applicant hands in.
fn asked<'a>(terms: &'a Terms, case: &'a Case) -> impl Iterator<Item = &'a MaterialSpec> {
    terms.business().materials.iter().filter(|spec| !spec.generated && spec.applies(&case.form))
}

/// The ticked rows as gaps. A known fault fills what was left empty, so that picking is enough without a script.
fn read(terms: &Terms, case: &Case, typed: &Fields) -> (Vec<Gap>, Problems) {
    let (mut gaps, mut problems) = (vec![], Problems::none());
    for spec in asked(terms, case).filter(|spec| typed.ticked(&format!("ask-{}", spec.key))) {
        let gap = material_gap(spec, typed);
        if gap.reason.is_empty() || gap.remedy.is_empty() {
            let says = format!("“{}”请写明原因和要求，或者选一个常见问题", gap.name);
            problems.add(format!("reason-{}", spec.key), says);
        }
        gaps.push(gap);
    }
    for row in 0..ENTRY_ROWS {
        let key = typed.get(&format!("entry-{row}"));
        let Some(field) = terms.business().form.field(key) else { continue };
        let (reason, remedy) = (typed.get(&format!("ereason-{row}")), typed.get(&format!("eremedy-{row}")));
        if reason.is_empty() || remedy.is_empty() {
            problems.add(format!("ereason-{row}"), format!("“{}”请写明原因和要求", field.label));
        }
        gaps.push(Gap {
            of: format!("form:{key}"),
            name: field.label.clone(),
            reason: reason.to_owned(),
            remedy: remedy.to_owned(),
            example: String::new(),
        });
    }
    if gaps.is_empty() {
        problems.add("list", crate::intake::Unclear::Nothing.to_string());
    }
    (gaps, problems)
}

fn material_gap(spec: &MaterialSpec, typed: &Fields) -> Gap {
    let said = |what: &str| typed.get(&format!("{what}-{}", spec.key)).to_owned();
    let picked = spec.common_faults.iter().find(|fault| fault.key == said("fault"));
    let or_known = |typed: String, known: fn(&catalog::material::CommonFault) -> &String| match picked {
        Some(fault) if typed.is_empty() => known(fault).clone(),
        _ => typed,
    };
    Gap {
        of: spec.key.clone(),
        name: spec.name.clone(),
        reason: or_known(said("reason"), |fault| &fault.reason),
        remedy: or_known(said("remedy"), |fault| &fault.remedy),
        example: or_known(said("example"), |fault| &fault.example),
    }
}

fn page(
    desk: &Desk,
    at: &At,
    case: Case,
    terms: &Terms,
    typed: &Fields,
    problems: Problems,
) -> SupplementPage {
    let said = |what: &str, key: &str| typed.get(&format!("{what}-{key}")).to_owned();
    let materials = asked(terms, &case).map(|spec| MaterialRow {
        ticked: typed.ticked(&format!("ask-{}", spec.key)),
        faults: spec.common_faults.iter().map(|fault| (fault.key.clone(), fault.reason.clone())).collect(),
        picked: said("fault", &spec.key),
        reason: said("reason", &spec.key),
        remedy: said("remedy", &spec.key),
        example: said("example", &spec.key),
        error: problems.at(&format!("reason-{}", spec.key)).map(str::to_owned),
        key: spec.key.clone(),
        name: spec.name.clone(),
    });
    let materials = materials.collect();
    let entry = |row: usize| EntryRow {
        row,
        key: typed.get(&format!("entry-{row}")).to_owned(),
        reason: typed.get(&format!("ereason-{row}")).to_owned(),
        remedy: typed.get(&format!("eremedy-{row}")).to_owned(),
        error: problems.at(&format!("ereason-{row}")).map(str::to_owned),
    };
    let choices = terms.business().form.fields().filter(|field| field.asked(&case.form));
    let choices = choices.map(|field| (field.key.clone(), field.label.clone())).collect();
    let days = Field::new("days", "补正期限", Input::Number).required().unit("个工作日");
    SupplementPage {
        page: desk.case_page("告知补正", at, &case.number),
        materials,
        entries: (0..ENTRY_ROWS).map(entry).collect(),
        choices,
        days: days.hint("从明日起算，补正期间不计入办理期限").fill(typed, &problems),
        href: super::href(at, "/supplement"),
        back: super::href(at, ""),
        case,
        problems,
    }
}
