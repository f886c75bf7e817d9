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
    /// What speaks for the newer words, where something does.
    better: Option<String>,
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
        better: better(&sheet.terms, &newer),
        differences: differences(&app, &sheet, &local).await?,
        newer: &newer,
        sheet: &sheet,
    })
}

/// 从旧兼从轻: the earlier words stay, and where the later ones are easier on the applicant the page says so.
fn better(old: &Terms, new: &Terms) -> Option<String> {
    let mut says = Vec::new();
    if new.allowed.promised < old.allowed.promised {
        says.push(format!("新的承诺快 {} 个工作日", old.allowed.promised.0 - new.allowed.promised.0));
    }
    let more = new.waived.iter().filter(|one| !old.waived.iter().any(|kept| kept.spec.key == one.spec.key));
    let more = more.count();
    if more > 0 {
        says.push(format!("新的少交 {more} 样材料"));
    }
    (!says.is_empty()).then(|| format!("{}。", says.join("，")))
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
