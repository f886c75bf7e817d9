//! Writing a text: the form of a new draft, and of one that is already kept. What a bureau says is one form; the national list is
//! edited part by part (see [`super::part`]).

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use identity::{Act, Officer};
use serde::Deserialize;
use web::{Answer, App, Fields, Flash, Page, PageCx, Problems, html_with_status};

use super::draft::Draft;
use super::form::{Group, head, label_of, plain, why_and_day};
use super::subject::{self, Subject, item_of, own_local_of};
use super::{bureau_of, by, is_nation, list_of, own, part, seen, text_at, unknown};
use crate::catalogue::{Catalogue, SourceFile};
use crate::fault::Fault;
use crate::store::{self, texts::Written};
use crate::text::{self, Text};

#[derive(Template)]
#[template(path = "catalog/desk/edit.html")]
struct EditPage {
    page: Page,
    draft: Draft,
    problems: Problems,
    groups: Vec<Group>,
}

type Place = Path<(String, String)>;

/// Which part of a national item; a bureau's list has one form.
#[derive(Deserialize)]
pub struct Which {
    #[serde(default)]
    part: String,
}

/// `GET /desk/catalog/{bureau}/items/{item}/edit`
pub async fn form(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path((bureau, item)): Place,
    Query(which): Query<Which>,
) -> Answer {
    let subject = Subject::opened(&app, &officer, &bureau, &item).await?;
    if is_nation(&subject.bureau.code) {
        return part::form(&app, &cx, subject, None, &which.part).await;
    }
    let mut typed = subject.typed(&app)?;
    typed.0.insert("effective".into(), vec![app.today().to_string()]);
    subject.page(&cx, Draft::first(&app, &subject).await?, &typed, Problems::none())
}

/// `POST /desk/catalog/{bureau}/items/{item}/edit`
pub async fn send(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path((bureau, item)): Place,
    Query(which): Query<Which>,
    sent: Fields,
) -> Answer {
    let subject = Subject::opened(&app, &officer, &bureau, &item).await?;
    if is_nation(&subject.bureau.code) {
        return part::send(&app, &cx, &officer, subject, None, (&which.part, &sent)).await;
    }
    let draft = Draft::first(&app, &subject).await?.held_against(&sent);
    let written = match subject.compose(&app, &sent)? {
        Ok(written) => written,
        Err(problems) => return subject.page(&cx, draft, &sent, problems),
    };
    if draft.stops() {
        return subject.page(&cx, draft, &sent, Problems::none());
    }
    let Subject { bureau, item, .. } = &subject;
    let id = app.new_id();
    let mut tx = app.db.begin().await?;
    store::texts::draft(&mut tx, (&bureau.code, &id, &item.slug), &written, by(&officer), app.now()).await?;
    tx.commit().await?;
    Ok(Flash::done("草稿已保存。请看过差别和预览以后提交审核。").redirect(&app, &text_at(&bureau.code, &id)))
}

/// `GET /desk/catalog/{bureau}/texts/{id}/edit`
pub async fn again(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id)): Place,
    Query(which): Query<Which>,
) -> Answer {
    let (subject, text) = kept(&app, &officer, &bureau, &id).await?;
    if is_nation(&subject.bureau.code) {
        return part::form(&app, &cx, subject, Some(text), &which.part).await;
    }
    let mut typed = subject.typed(&app)?;
    typed.0.insert("why".into(), vec![text.why.clone()]);
    typed.0.insert("effective".into(), vec![text.effective.to_string()]);
    subject.page(&cx, Draft::of(&text), &typed, Problems::none())
}

/// `POST /desk/catalog/{bureau}/texts/{id}/edit`: whoever comes second is told who was first, and keeps what was typed.
pub async fn save(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id)): Place,
    Query(which): Query<Which>,
    sent: Fields,
) -> Answer {
    let (drafted, text) = kept(&app, &officer, &bureau, &id).await?;
    if is_nation(&drafted.bureau.code) {
        return part::send(&app, &cx, &officer, drafted, Some(text), (&which.part, &sent)).await;
    }
    // What is typed is held against what is in force, not against the draft it takes the place of.
    let subject = drafted.over(app.part::<Catalogue>());
    let bureau = &subject.bureau;
    let draft = Draft { version: seen(sent.get("version"))?, ..Draft::of(&text) };
    let written = match subject.compose(&app, &sent)? {
        Ok(written) => written,
        Err(problems) => return subject.page(&cx, draft, &sent, problems),
    };
    let mut tx = app.db.begin().await?;
    let place = (bureau.code.as_str(), id.as_str(), draft.version);
    match store::texts::write(&mut tx, place, &written, by(&officer), app.now()).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(Flash::done("草稿已保存。").redirect(&app, &text_at(&bureau.code, &id)))
        }
        Err(fault @ Fault::TextChangedMeanwhile { .. }) => {
            tx.rollback().await;
            let draft = overtaken(&app, &bureau.code, &id, &fault).await?;
            subject.page(&cx, draft, &sent, Problems::none())
        }
        Err(fault) => Err(fault.into()),
    }
}

/// The draft as the first of two editors left it.
pub async fn overtaken(app: &App, bureau: &str, id: &str, fault: &Fault) -> Answer<Draft> {
    let newest = store::texts::one(&mut app.db.clone(), bureau, id).await?.ok_or_else(unknown)?;
    Ok(Draft { overtaken: Some(fault.to_string()), ..Draft::of(&newest) })
}

/// A text that is open to this officer's pen, and what it is about as it would be.
async fn kept(app: &App, officer: &Officer, bureau: &str, id: &str) -> Answer<(Subject, Text)> {
    officer.may(Act::EditCatalogue, bureau)?;
    let bureau = bureau_of(app, officer, bureau).await?;
    let text = store::texts::one(&mut app.db.clone(), &bureau.code, id).await?.ok_or_else(unknown)?;
    if !text.is_open() {
        return Err(Fault::TextClosed(text.state.says(), "修改").into());
    }
    let catalogue = Arc::new(app.part::<Catalogue>().with_files(&text.files)?);
    let item = item_of(&catalogue, &text.item).ok_or_else(unknown)?;
    Ok((Subject { catalogue, bureau, item }, text))
}

/// What the answer to a form is, by what is told on it.
pub fn status(problems: &Problems, draft: &Draft) -> StatusCode {
    if problems.is_empty() && draft.stops() { StatusCode::CONFLICT } else { status_of(problems) }
}

/// As [`status`], of a form with no draft above it.
pub fn status_of(problems: &Problems) -> StatusCode {
    if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

impl Subject {
    /// The same over another state of the catalogue.
    fn over(self, catalogue: Arc<Catalogue>) -> Subject {
        match item_of(&catalogue, &self.item.slug) {
            Some(item) => Subject { catalogue, item, ..self },
            None => self,
        }
    }

    fn typed(&self, app: &App) -> Answer<Fields> {
        let local = self.local().ok_or_else(unknown)?;
        Ok(own::typed(&own::taken_over(&local, &self.bureau), &self.item, app.today()))
    }

    fn page(&self, cx: &PageCx, draft: Draft, typed: &Fields, problems: Problems) -> Answer {
        let status = status(&problems, &draft);
        let mut groups = vec![head(typed, &problems)];
        groups.extend(own::groups(&self.item, typed, &problems));
        let problems = problems.named(|field| label_of(&groups, field));
        let page = cx
            .page(format!("修改“{}”", self.item.heading()))
            .crumb("工作台", "/desk")
            .crumb("事项目录", list_of(&self.bureau.code))
            .crumb(self.item.heading(), subject::at(&self.catalogue, &self.bureau.code, &self.item.slug));
        html_with_status(status, &EditPage { page, draft, problems, groups })
    }

    /// What was typed, held against the form's rules and the linter.
    fn compose(&self, app: &App, sent: &Fields) -> Answer<Result<Written, Problems>> {
        let live = app.part::<Catalogue>();
        let mut problems = Problems::none();
        plain(sent, &mut problems);
        let head = why_and_day(sent, app.today(), &mut problems);
        let day = head.as_ref().map_or(app.today(), |(_, day)| *day);
        let base = own::taken_over(&self.local().ok_or_else(unknown)?, &self.bureau);
        let file = own::file(&own::read(&base, &self.item, sent, day, &mut problems), &self.item.slug)?;
        let Some((why, effective)) = head.filter(|_| problems.is_empty()) else { return Ok(Err(problems)) };
        let files = vec![file];
        self.lint(&live, &files, &mut problems)?;
        let base = text::base(&live, &self.bureau.code, &self.item.slug);
        Ok(if problems.is_empty() { Ok(Written { effective, base, why, files }) } else { Err(problems) })
    }

    fn lint(&self, live: &Catalogue, files: &[SourceFile], problems: &mut Problems) -> Result<(), Fault> {
        let next = live.with_files(files)?;
        let Some(item) = item_of(&next, &self.item.slug) else { return Ok(()) };
        let Some(local) = own_local_of(&next, &item, &self.bureau.code) else { return Ok(()) };
        for finding in crate::lint::lint_local(&next, &item, &local) {
            // What belongs to no field of this form stands at its head by itself.
            match own::field_of(finding.rule) {
                "" => problems.add("", format!("{}{}", finding.element_before(), finding.says)),
                field => problems.add(field, finding.says),
            }
        }
        Ok(())
    }
}
