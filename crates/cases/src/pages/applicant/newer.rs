//! The bureau's words have changed while an application was being written: which of the two shall hold is for the applicant
//! to choose.

use axum::extract::{Path, State};
use catalog::diff::{Difference, of_locals};
use catalog::{LocalItem, store::editions};
use identity::Person;
use web::{Answer, App, Fields, Flash, Page, PageCx, html};

use super::draft::{At, Sheet};
use crate::actions::{self, Terms};
use crate::{Fault, store::Draft};

#[derive(askama::Template)]
#[template(path = "apply/newer.html")]
struct NewerPage<'a> {
    page: Page,
    sheet: &'a Sheet,
    since: String,
    /// What would hold after the choice.
    newer: &'a Terms,
    /// In what the newer words are easier, in what harder.
    weighed: String,
    differences: Vec<Difference>,
}

impl NewerPage<'_> {
    fn waived(terms: &Terms) -> String {
        let names: Vec<&str> = terms.waived.iter().map(|one| one.spec.name.as_str()).collect();
        if names.is_empty() { "没有".to_owned() } else { names.join("、") }
    }
}

/// `GET /drafts/{id}/newer`; back to the draft when there is nothing to choose.
pub async fn ask(State(app): State<App>, cx: PageCx, person: Person, Path(id): Path<String>) -> Answer {
    let sheet = Sheet::open(&app, &person.subject, &id).await?;
    let Some(local) = actions::newer_local(&app, &sheet.draft) else {
        return Ok(At::reached(&sheet.draft).go(&id));
    };
    let chosen = Draft { local_digest: Some(local.digest.clone()), ..sheet.draft.clone() };
    let newer = actions::terms_of_draft(&app, &mut app.db.clone(), &chosen).await?;
    html(&NewerPage {
        page: cx.page("按原来的办，还是按新的办").crumb("我的办件", "/me/cases"),
        since: web::text::date_cn(local.effective),
        weighed: weighed(&sheet.terms, &newer),
        differences: differences(&app, &sheet, &local).await?,
        newer: &newer,
        sheet: &sheet,
    })
}

/// 从旧兼从轻: the earlier words stay; the page says in what the later ones are easier on the applicant, and in what harder. Empty
/// where both are the same to them.
fn weighed(old: &Terms, new: &Terms) -> String {
    let (before, after) = (old.allowed.promised.0, new.allowed.promised.0);
    let more = |these: &Terms, than: &Terms| {
        let known = |key: &str| than.waived.iter().any(|one| one.spec.key == key);
        these.waived.iter().filter(|one| !known(&one.spec.key)).count()
    };
    let (fewer_asked, more_asked) = (more(new, old), more(old, new));
    let mut says = Vec::new();
    if after < before {
        says.push(format!("新的承诺快 {} 个工作日", before - after));
    } else if after > before {
        says.push(format!("新的承诺慢 {} 个工作日", after - before));
    }
    if fewer_asked > 0 {
        says.push(format!("新的少交 {fewer_asked} 样材料"));
    }
    if more_asked > 0 {
        says.push(format!("新的要多交 {more_asked} 样材料"));
    }
    if says.is_empty() { String::new() } else { format!("{}。", says.join("，")) }
}

async fn differences(app: &App, sheet: &Sheet, now: &LocalItem) -> Result<Vec<Difference>, Fault> {
    let Some(begun) = &sheet.draft.local_digest else { return Ok(vec![]) };
    let catalogue = app.part::<catalog::Catalogue>();
    let place = (&*sheet.terms.item, sheet.draft.bureau.as_str());
    let before = editions::local(&mut app.db.clone(), &catalogue, place, begun).await;
    let before = before.map_err(|fault| Fault::ItemGone(fault.to_string()))?;
    Ok(before.map(|before| of_locals(&before, now)).unwrap_or_default())
}

pub async fn choose(
    State(app): State<App>,
    person: Person,
    Path(id): Path<String>,
    _fields: Fields,
) -> Answer {
    actions::take_newer(&app, &person.subject, &id).await?;
    let says = "这份申请改按新的内容办，填过的内容都保留着。请核对一遍材料再提交。";
    Ok(Flash::done(says).redirect(&app, &format!("/drafts/{id}")))
}
