//! The one thing a signed-in person should do next, shown on top of the front page.

use cases::store;
use identity::{Act, Officer, Person};
use jiff::SignedDuration;
use web::App;

pub struct NextStep {
    pub says: String,
    pub button: &'static str,
    pub href: String,
    /// Something waits for this person and time runs.
    pub urgent: bool,
}

impl NextStep {
    fn calm(says: impl Into<String>, button: &'static str, href: impl Into<String>) -> NextStep {
        NextStep { says: says.into(), button, href: href.into(), urgent: false }
    }

    fn urgent(says: impl Into<String>, button: &'static str, href: impl Into<String>) -> NextStep {
        NextStep { urgent: true, ..NextStep::calm(says, button, href) }
    }
}

/// Officers whose posts bring no tasks (administrators, auditors) are shown none.
pub fn of_officer(officer: &Officer) -> Option<NextStep> {
    let says = format!("{}，{}的待办都在工作台。", officer.name, officer.bureau_name);
    officer.can(Act::ReadWork).then(|| NextStep::calm(says, "去工作台", "/desk"))
}

/// What waits longest for an answer comes first: a supplement, then a decision not yet picked up, then a draft, then
/// the case on its way.
pub async fn of_person(app: &App, person: &Person) -> Result<Option<NextStep>, db::Fault> {
    let mut db = app.db.clone();
    let cases = store::cases_of_person(&mut db, &person.subject).await?;
    let address = |case: &store::Mine| format!("/cases/{}/{}", case.bureau, case.case_id);
    if let Some(case) = cases.iter().find(|case| case.stage == "supplementing") {
        let says = format!("{}（{}）需要补正材料。补齐后才会受理。", case.shop, case.number);
        return Ok(Some(NextStep::urgent(says, "去补正", format!("{}/supplement", address(case)))));
    }
    if let Some(case) = cases.iter().find(|case| case.stage == "decided") {
        let says = format!("{}（{}）已经作出决定，请查看。", case.shop, case.number);
        return Ok(Some(NextStep::urgent(says, "看决定", address(case))));
    }
    // An old draft is no longer what somebody has in mind.
    let fresh = app.now().saturating_sub(SignedDuration::from_hours(24 * 30)).unwrap_or(app.now());
    let drafts = store::drafts_of(&mut db, &person.subject).await?;
    if let Some(draft) = drafts.iter().find(|draft| draft.changed_at > fresh) {
        let shop = draft.form.get(cases::fields::SHOP).filter(|name| !name.is_empty());
        let says = match shop {
            Some(shop) => format!("“{shop}”的申请还没有提交，填过的内容都在。"),
            None => "您有一份申请还没有提交，填过的内容都在。".to_owned(),
        };
        return Ok(Some(NextStep::calm(says, "接着填", format!("/drafts/{}", draft.id))));
    }
    let open = |case: &&store::Mine| {
        !["delivered", "not_accepted", "withdrawn", "returned"].contains(&case.stage.as_str())
    };
    Ok(cases.iter().find(open).map(|case| {
        NextStep::calm(format!("{}（{}）正在办理。", case.shop, case.number), "看进度", address(case))
    }))
}
