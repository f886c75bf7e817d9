//! One part of a national item as a form: its name, its basis, the steps of one of its business types …

use std::collections::BTreeSet;

use askama::Template;
use identity::Officer;
use web::{Answer, App, Fields, Flash, Page, PageCx, Problems, html_with_status};

use super::draft::Draft;
use super::edit::{overtaken, status};
use super::form::{Group, head, label_of, plain, why_and_day};
use super::national::{self, Chosen, Menu};
use super::pen::{Pen, saved};
use super::subject::{self, Subject};
use super::{item_at, list_of, text_at, unknown};
use crate::catalogue::{Catalogue, NATION};
use crate::fault::Fault;
use crate::store::texts::Written;
use crate::text::{self, Text};

#[derive(Template)]
#[template(path = "catalog/desk/part.html")]
struct PartPage {
    page: Page,
    draft: Draft,
    problems: Problems,
    groups: Vec<Group>,
    menus: Vec<Menu>,
    chosen: String,
    /// The part that comes next, for those who go through them one by one.
    next: Option<(String, String)>,
    /// Where one more business type is begun.
    new_business: String,
    /// Business types whose words stand with another item: name and where they are edited.
    borrowed: Vec<(String, String)>,
}

/// The form of a part, of a new draft or of one that is open.
pub async fn form(app: &App, cx: &PageCx, subject: Subject, text: Option<Text>, part: &str) -> Answer {
    let chosen = Chosen::of(&subject.catalogue, &subject.item, part).ok_or_else(unknown)?;
    let mut typed = chosen.typed(&subject.catalogue)?;
    let pen = Pen { catalogue: subject.catalogue.clone(), text };
    pen.begin(app, &mut typed);
    let draft = match &pen.text {
        Some(text) => Draft::of(text),
        None => Draft::first(app, &subject).await?,
    };
    page(cx, &subject, &chosen, draft, &typed, Problems::none())
}

/// Keeps what was typed in a part; whoever comes second is told who was first, and keeps what was typed.
pub async fn send(
    app: &App,
    cx: &PageCx,
    officer: &Officer,
    subject: Subject,
    text: Option<Text>,
    (part, sent): (&str, &Fields),
) -> Answer {
    let chosen = Chosen::of(&subject.catalogue, &subject.item, part).ok_or_else(unknown)?;
    let pen = Pen { catalogue: subject.catalogue.clone(), text };
    let draft = match &pen.text {
        Some(text) => Draft { version: pen.version(sent)?, ..Draft::of(text) },
        None => Draft::first(app, &subject).await?.held_against(sent),
    };
    let written = match compose(app, &subject, &chosen, &pen, sent).await? {
        Ok(written) => written,
        Err(problems) => return page(cx, &subject, &chosen, draft, sent, problems),
    };
    if draft.stops() {
        return page(cx, &subject, &chosen, draft, sent, Problems::none());
    }
    match pen.keep(app, officer, &subject.item.slug, &written, draft.version).await {
        Ok(id) => match Chosen::of(&subject.catalogue, &subject.item, sent.get("then")) {
            Some(next) if !sent.get("then").is_empty() => {
                let at = format!("{}/edit?part={}", text_at(NATION, &id), next.id());
                Ok(Flash::done("草稿已保存，请接着改这一部分。").redirect(app, &at))
            }
            _ => Ok(saved(app, &id)),
        },
        Err(fault @ Fault::TextChangedMeanwhile { .. }) => {
            let draft = overtaken(app, NATION, pen.id(), &fault).await?;
            page(cx, &subject, &chosen, draft, sent, Problems::none())
        }
        Err(fault) => Err(fault.into()),
    }
}

/// What was typed, held against the rules of the form. What the linter says is told with the draft, and must be mended before it is
/// handed in: a part may need another to be right.
async fn compose(
    app: &App,
    subject: &Subject,
    chosen: &Chosen,
    pen: &Pen,
    sent: &Fields,
) -> Answer<Result<Written, Problems>> {
    let live = app.part::<Catalogue>();
    let mut problems = Problems::none();
    plain(sent, &mut problems);
    let head = why_and_day(sent, app.today(), &mut problems);
    let file = chosen.read(&subject.catalogue, &subject.item, sent, &mut problems)?;
    let Some((why, effective)) = head.filter(|_| problems.is_empty()) else { return Ok(Err(problems)) };
    let files = match pen.files(app, vec![file], effective).await {
        Ok(files) => files,
        Err(Fault::Incomplete { says, .. } | Fault::Unreadable { says, .. }) => {
            problems.add("", says);
            return Ok(Err(problems));
        }
        Err(fault) => return Err(fault.into()),
    };
    if files.is_empty() {
        problems.add("why", "没有改动任何内容：请先修改再保存");
        return Ok(Err(problems));
    }
    let base = text::base(&live, NATION, &subject.item.slug);
    Ok(Ok(Written { effective, base, why, files }))
}

fn page(
    cx: &PageCx,
    subject: &Subject,
    chosen: &Chosen,
    draft: Draft,
    typed: &Fields,
    problems: Problems,
) -> Answer {
    let Subject { catalogue, bureau, item } = subject;
    let status = status(&problems, &draft);
    let text = draft.action.strip_prefix(&text_at(NATION, "")).and_then(|rest| rest.strip_suffix("/edit"));
    let text = text.map(str::to_owned);
    let text = text.as_deref();
    let mut groups = vec![head(typed, &problems)];
    groups.extend(chosen.groups(catalogue, item, text.unwrap_or_default(), typed, &problems)?);
    let problems = problems.named(|field| label_of(&groups, field));
    let menus = national::menu(catalogue, item, Some(chosen));
    let page = cx
        .page(format!("修改“{}”的国家目录：{}", item.heading(), chosen.label(item)))
        .crumb("工作台", "/desk")
        .crumb("事项目录", list_of(&bureau.code))
        .crumb(item.heading(), subject::at(catalogue, &bureau.code, &item.slug));
    let next = after(catalogue, subject, &menus);
    let borrowed = borrowed(subject, &menus);
    let new_business = format!("{}/business?text={}", item_at(NATION, &item.slug), text.unwrap_or_default());
    let chosen = chosen.id();
    html_with_status(
        status,
        &PartPage { page, draft, problems, groups, menus, chosen, next, new_business, borrowed },
    )
}

/// Address part and label of the part after the one on the page.
fn after(catalogue: &Catalogue, subject: &Subject, menus: &[Menu]) -> Option<(String, String)> {
    let all = || menus.iter().flat_map(|menu| &menu.parts);
    let (next, ..) = all().skip_while(|(_, _, here)| !here).nth(1)?;
    let label = Chosen::of(catalogue, &subject.item, next)?.label(&subject.item);
    Some((next.clone(), label))
}

fn borrowed(subject: &Subject, menus: &[Menu]) -> Vec<(String, String)> {
    let own: BTreeSet<&str> =
        menus.iter().flat_map(|menu| &menu.parts).filter_map(|(id, ..)| id.split('.').next()).collect();
    let from = &subject.item.types_from;
    let theirs = subject.item.types.iter().filter(|one| !own.contains(one.slug.as_str()) && !from.is_empty());
    theirs
        .map(|one| {
            (one.name.clone(), format!("/desk/catalog/{NATION}/items/{from}/edit?part={}.about", one.slug))
        })
        .collect()
}
