//! Writing a text: the form of a new draft, and of one that is already kept.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use identity::{Act, Bureau, Officer};
use web::{Answer, App, Fields, Flash, Page, PageCx, Problems, html_with_status};

use super::form::{Group, head, plain, why_and_day};
use super::{bureau_of, by, is_nation, item_at, list_of, national, own, seen, text_at, unknown};
use crate::catalogue::Catalogue;
use crate::fault::Fault;
use crate::item::Item;
use crate::store::{self, texts::Written};
use crate::text::{self, State as Stands, Text};

#[derive(Template)]
#[template(path = "catalog/desk/edit.html")]
struct EditPage {
    page: Page,
    action: String,
    back: String,
    /// Version of the text the form was filled from; 0 for a new one.
    version: i64,
    /// Somebody else wrote in between: who and when.
    overtaken: Option<String>,
    /// A reviewed text that hasn't begun.
    coming: Option<Text>,
    /// What the reviewer said.
    note: String,
    problems: Problems,
    groups: Vec<Group>,
    nation: bool,
}

/// What the form is about.
struct Subject<'a> {
    catalogue: &'a Catalogue,
    bureau: &'a Bureau,
    item: &'a Item,
}

type Place = Path<(String, String)>;

/// `GET /desk/catalog/{bureau}/items/{item}/edit`
pub async fn form(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path((bureau, item)): Place,
) -> Answer {
    officer.may(Act::EditCatalogue, &bureau)?;
    let bureau = bureau_of(&app, &officer, &bureau).await?;
    let catalogue = app.part::<Catalogue>();
    let item = catalogue.item(&item).ok_or_else(unknown)?;
    let subject = Subject { catalogue: &catalogue, bureau: &bureau, item };
    let mut typed = subject.typed(&app)?;
    typed.0.insert("effective".into(), vec![app.today().to_string()]);
    let draft = Draft {
        coming: coming(&app, &bureau.code, item).await?,
        ..Draft::new(item_at(&bureau.code, &item.slug))
    };
    subject.page(&cx, draft, &typed, Problems::none())
}

/// `POST /desk/catalog/{bureau}/items/{item}/edit`
pub async fn send(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path((bureau, item)): Place,
    sent: Fields,
) -> Answer {
    officer.may(Act::EditCatalogue, &bureau)?;
    let bureau = bureau_of(&app, &officer, &bureau).await?;
    let catalogue = app.part::<Catalogue>();
    let item = catalogue.item(&item).ok_or_else(unknown)?;
    let subject = Subject { catalogue: &catalogue, bureau: &bureau, item };
    let written = match subject.compose(&app, &sent).await? {
        Ok(written) => written,
        Err(problems) => {
            return subject.page(&cx, Draft::new(item_at(&bureau.code, &item.slug)), &sent, problems);
        }
    };
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
) -> Answer {
    let (bureau, text) = kept(&app, &officer, &bureau, &id).await?;
    let catalogue = app.part::<Catalogue>();
    let with = catalogue.with_files(&text.files)?;
    let item = with.item(&text.item).ok_or_else(unknown)?;
    let subject = Subject { catalogue: &with, bureau: &bureau, item };
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
    sent: Fields,
) -> Answer {
    let (bureau, text) = kept(&app, &officer, &bureau, &id).await?;
    let catalogue = app.part::<Catalogue>();
    let item = catalogue.item(&text.item).ok_or_else(unknown)?;
    let subject = Subject { catalogue: &catalogue, bureau: &bureau, item };
    let draft = Draft { version: seen(sent.get("version"))?, ..Draft::of(&text) };
    let written = match subject.compose(&app, &sent).await? {
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
            let newest =
                store::texts::one(&mut app.db.clone(), &bureau.code, &id).await?.ok_or_else(unknown)?;
            let draft = Draft { overtaken: Some(fault.to_string()), ..Draft::of(&newest) };
            subject.page(&cx, draft, &sent, Problems::none())
        }
        Err(fault) => Err(fault.into()),
    }
}

/// A text that is open to this officer's pen.
async fn kept(app: &App, officer: &Officer, bureau: &str, id: &str) -> Answer<(Bureau, Text)> {
    officer.may(Act::EditCatalogue, bureau)?;
    let bureau = bureau_of(app, officer, bureau).await?;
    let text = store::texts::one(&mut app.db.clone(), &bureau.code, id).await?.ok_or_else(unknown)?;
    if !text.is_open() {
        return Err(Fault::TextClosed(text.state.says(), "修改").into());
    }
    Ok((bureau, text))
}

async fn coming(app: &App, bureau: &str, item: &Item) -> Result<Option<Text>, Fault> {
    let all = store::texts::of_item(&mut app.db.clone(), bureau, &item.slug).await?;
    Ok(all.into_iter().find(|one| one.state == Stands::Reviewed && one.effective > app.today()))
}

/// Where the form goes and what is told above it.
struct Draft {
    action: String,
    back: String,
    version: i64,
    overtaken: Option<String>,
    coming: Option<Text>,
    note: String,
}

impl Draft {
    fn new(item: String) -> Draft {
        let action = format!("{item}/edit");
        Draft { action, back: item, version: 0, overtaken: None, coming: None, note: String::new() }
    }

    fn of(text: &Text) -> Draft {
        let at = text_at(&text.bureau, &text.id);
        let note = text.note.clone();
        Draft { action: format!("{at}/edit"), version: text.version, note, ..Draft::new(at) }
    }
}

impl Subject<'_> {
    fn typed(&self, app: &App) -> Answer<Fields> {
        if is_nation(&self.bureau.code) {
            return Ok(national::typed(self.catalogue, self.item));
        }
        let local = self.catalogue.local(self.item, &self.bureau.code).ok_or_else(unknown)?;
        Ok(own::typed(&own::taken_over(local, self.bureau), self.item, app.today()))
    }

    fn page(&self, cx: &PageCx, draft: Draft, typed: &Fields, problems: Problems) -> Answer {
        let status = match (problems.is_empty(), &draft.overtaken) {
            (false, _) => StatusCode::UNPROCESSABLE_ENTITY,
            (true, Some(_)) => StatusCode::CONFLICT,
            (true, None) => StatusCode::OK,
        };
        let nation = is_nation(&self.bureau.code);
        let mut groups = vec![head(typed, &problems)];
        groups.extend(match nation {
            true => national::groups(self.catalogue, self.item, typed, &problems),
            false => own::groups(self.item, typed, &problems),
        });
        let title = format!("修改“{}”{}", self.item.heading(), if nation { "的国家目录" } else { "" });
        let page = cx
            .page(title)
            .crumb("工作台", "/desk")
            .crumb("事项目录", list_of(&self.bureau.code))
            .crumb(self.item.heading(), item_at(&self.bureau.code, &self.item.slug));
        let Draft { action, back, version, overtaken, coming, note } = draft;
        let page =
            EditPage { page, action, back, version, overtaken, coming, note, problems, groups, nation };
        html_with_status(status, &page)
    }

    /// What was typed, held against the form's rules and the linter.
    async fn compose(&self, app: &App, sent: &Fields) -> Answer<Result<Written, Problems>> {
        let mut problems = Problems::none();
        plain(sent, &mut problems);
        let head = why_and_day(sent, app.today(), &mut problems);
        let day = head.as_ref().map_or(app.today(), |(_, day)| *day);
        let files = match is_nation(&self.bureau.code) {
            true => national::read(self.catalogue, self.item, sent, &mut problems)?,
            false => {
                let base = self.catalogue.local(self.item, &self.bureau.code).ok_or_else(unknown)?;
                let base = own::taken_over(base, self.bureau);
                vec![own::file(&own::read(&base, self.item, sent, day, &mut problems), &self.item.slug)?]
            }
        };
        if files.is_empty() && problems.is_empty() {
            problems.add("why", "没有改动任何内容：请先修改再保存");
        }
        let Some((why, effective)) = head.filter(|_| problems.is_empty()) else { return Ok(Err(problems)) };
        let files = if is_nation(&self.bureau.code) {
            let taken = store::versions_known(&mut app.db.clone()).await?;
            text::raised(self.catalogue, files, effective, &taken)?
        } else {
            files
        };
        self.lint(&files, &mut problems)?;
        let base = text::base(self.catalogue, &self.bureau.code, self.item);
        Ok(if problems.is_empty() { Ok(Written { effective, base, why, files }) } else { Err(problems) })
    }

    fn lint(&self, files: &[crate::catalogue::SourceFile], problems: &mut Problems) -> Result<(), Fault> {
        let next = self.catalogue.with_files(files)?;
        let Some(item) = next.item(&self.item.slug) else { return Ok(()) };
        let findings = match next.own_local(item, &self.bureau.code) {
            Some(local) if !is_nation(&self.bureau.code) => crate::lint::lint_local(&next, item, local),
            _ => crate::lint::lint_item(&next, item),
        };
        for finding in findings {
            problems.add(own::field_of(finding.rule), finding.says);
        }
        Ok(())
    }
}
