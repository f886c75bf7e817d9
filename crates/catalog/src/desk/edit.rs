//! Writing a text: the form of a new draft, and of one that is already kept.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use identity::{Act, Officer};
use web::{Answer, App, Fields, Flash, Page, PageCx, Problems, html_with_status};

use super::form::{Group, head, label_of, plain, why_and_day};
use super::subject::{self, Subject, item_of, own_local_of};
use super::{bureau_of, by, is_nation, item_at, list_of, national, own, seen, text_at, unknown};
use crate::catalogue::{Catalogue, SourceFile};
use crate::fault::Fault;
use crate::shelf_use::is_shelf;
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
    /// What is being written on the item by whoever came first.
    others: Vec<Text>,
    surprised: bool,
    /// What the reviewer said.
    note: String,
    problems: Problems,
    groups: Vec<Group>,
    nation: bool,
}

impl EditPage {
    /// Ids of what the reader is told of, so that only what began since then stops the form.
    fn known(&self) -> String {
        self.others.iter().map(|one| one.id.as_str()).collect::<Vec<_>>().join(",")
    }
}

type Place = Path<(String, String)>;

/// `GET /desk/catalog/{bureau}/items/{item}/edit`
pub async fn form(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path((bureau, item)): Place,
) -> Answer {
    let subject = Subject::opened(&app, &officer, &bureau, &item).await?;
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
    sent: Fields,
) -> Answer {
    let subject = Subject::opened(&app, &officer, &bureau, &item).await?;
    let draft = Draft::first(&app, &subject).await?;
    let written = match subject.compose(&app, &sent, Vec::new()).await? {
        Ok(written) => written,
        Err(problems) => return subject.page(&cx, draft, &sent, problems),
    };
    if !draft.is_known_to(&sent) {
        let draft = Draft { surprised: true, ..draft };
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
) -> Answer {
    let (subject, text) = kept(&app, &officer, &bureau, &id).await?;
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
    let (drafted, text) = kept(&app, &officer, &bureau, &id).await?;
    // What is typed is held against what is in force, not against the draft it takes the place of.
    let carried = carried(&app.part::<Catalogue>(), &text);
    let subject = drafted.over(Arc::new(app.part::<Catalogue>().with_files(&carried)?));
    let bureau = &subject.bureau;
    let draft = Draft { version: seen(sent.get("version"))?, ..Draft::of(&text) };
    let written = match subject.compose(&app, &sent, carried).await? {
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

/// The newer of two files of one path.
fn overlaid(mut files: Vec<SourceFile>, newer: Vec<SourceFile>) -> Vec<SourceFile> {
    files.retain(|file| !newer.iter().any(|one| one.path == file.path));
    files.extend(newer);
    files
}

fn element(finding: &crate::Finding) -> String {
    let element = finding.element();
    if element.is_empty() { String::new() } else { format!("{element}：") }
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

/// What a draft holds besides what its form shows: shared records, and every file of an item that isn't in the list yet.
fn carried(live: &Catalogue, text: &Text) -> Vec<SourceFile> {
    let new = is_nation(&text.bureau) && live.item(&text.item).is_none();
    text.files.iter().filter(|file| new || is_shelf(&file.path)).cloned().collect()
}

/// Where the form goes and what is told above it.
struct Draft {
    action: String,
    back: String,
    version: i64,
    overtaken: Option<String>,
    coming: Option<Text>,
    others: Vec<Text>,
    /// Somebody began while this form was being filled in.
    surprised: bool,
    note: String,
}

/// Field of the form: which texts of the item its reader was told of.
const KNOWN: &str = "known";

impl Draft {
    fn new(at: String, back: String) -> Draft {
        Draft {
            action: format!("{at}/edit"),
            back,
            version: 0,
            overtaken: None,
            coming: None,
            others: Vec::new(),
            surprised: false,
            note: String::new(),
        }
    }

    /// A new one: whoever else writes on the item, and what waits for its day, is told before anything is typed.
    async fn first(app: &App, subject: &Subject) -> Result<Draft, Fault> {
        let Subject { catalogue, bureau, item } = subject;
        let all = store::texts::of_item(&mut app.db.clone(), &bureau.code, &item.slug).await?;
        let (waiting, others): (Vec<Text>, Vec<Text>) =
            all.into_iter().partition(|one| one.state == Stands::Reviewed);
        let coming = waiting.into_iter().find(|one| one.effective > app.today());
        Ok(Draft {
            coming,
            others,
            ..Draft::new(item_at(&bureau.code, &item.slug), subject::at(catalogue, &bureau.code, &item.slug))
        })
    }

    fn is_known_to(&self, sent: &Fields) -> bool {
        self.others.iter().all(|other| sent.get(KNOWN).split(',').any(|id| id == other.id))
    }

    fn of(text: &Text) -> Draft {
        let at = text_at(&text.bureau, &text.id);
        let note = text.note.clone();
        Draft { version: text.version, note, ..Draft::new(at.clone(), at) }
    }
}

impl Subject {
    /// The same over another state of the catalogue; an item that is new in the draft stays as the draft has it.
    fn over(self, catalogue: Arc<Catalogue>) -> Subject {
        match item_of(&catalogue, &self.item.slug) {
            Some(item) => Subject { catalogue, item, ..self },
            None => self,
        }
    }

    fn typed(&self, app: &App) -> Answer<Fields> {
        if is_nation(&self.bureau.code) {
            return Ok(national::typed(&self.catalogue, &self.item));
        }
        let local = self.local().ok_or_else(unknown)?;
        Ok(own::typed(&own::taken_over(&local, &self.bureau), &self.item, app.today()))
    }

    fn page(&self, cx: &PageCx, draft: Draft, typed: &Fields, problems: Problems) -> Answer {
        let status = match (problems.is_empty(), draft.overtaken.is_some() || draft.surprised) {
            (false, _) => StatusCode::UNPROCESSABLE_ENTITY,
            (true, true) => StatusCode::CONFLICT,
            (true, false) => StatusCode::OK,
        };
        let nation = is_nation(&self.bureau.code);
        let mut groups = vec![head(typed, &problems)];
        groups.extend(match nation {
            true => national::groups(&self.catalogue, &self.item, typed, &problems),
            false => own::groups(&self.item, typed, &problems),
        });
        let problems = problems.named(|field| label_of(&groups, field));
        let title = format!("修改“{}”{}", self.item.heading(), if nation { "的国家目录" } else { "" });
        let page = cx
            .page(title)
            .crumb("工作台", "/desk")
            .crumb("事项目录", list_of(&self.bureau.code))
            .crumb(self.item.heading(), subject::at(&self.catalogue, &self.bureau.code, &self.item.slug));
        let Draft { action, back, version, overtaken, coming, others, surprised, note } = draft;
        let page = EditPage {
            page,
            action,
            back,
            version,
            overtaken,
            coming,
            others,
            surprised,
            note,
            problems,
            groups,
            nation,
        };
        html_with_status(status, &page)
    }

    /// What was typed, held against the form's rules and the linter.
    async fn compose(
        &self,
        app: &App,
        sent: &Fields,
        carried: Vec<SourceFile>,
    ) -> Answer<Result<Written, Problems>> {
        let live = app.part::<Catalogue>();
        let mut problems = Problems::none();
        plain(sent, &mut problems);
        let head = why_and_day(sent, app.today(), &mut problems);
        let day = head.as_ref().map_or(app.today(), |(_, day)| *day);
        let files = match is_nation(&self.bureau.code) {
            true => overlaid(carried, national::read(&self.catalogue, &self.item, sent, &mut problems)?),
            false => {
                let base = own::taken_over(&self.local().ok_or_else(unknown)?, &self.bureau);
                vec![own::file(&own::read(&base, &self.item, sent, day, &mut problems), &self.item.slug)?]
            }
        };
        if files.is_empty() && problems.is_empty() {
            problems.add("why", "没有改动任何内容：请先修改再保存");
        }
        let Some((why, effective)) = head.filter(|_| problems.is_empty()) else { return Ok(Err(problems)) };
        let files = if is_nation(&self.bureau.code) {
            let taken = store::versions_known(&mut app.db.clone()).await?;
            text::dated(&live, text::raised(&live, files, effective, &taken)?, effective)?
        } else {
            files
        };
        self.lint(&live, &files, &mut problems)?;
        let base = text::base(&live, &self.bureau.code, &self.item.slug);
        Ok(if problems.is_empty() { Ok(Written { effective, base, why, files }) } else { Err(problems) })
    }

    fn lint(&self, live: &Catalogue, files: &[SourceFile], problems: &mut Problems) -> Result<(), Fault> {
        let next = live.with_files(files)?;
        let Some(item) = item_of(&next, &self.item.slug) else { return Ok(()) };
        let findings = match own_local_of(&next, &item, &self.bureau.code) {
            Some(local) if !is_nation(&self.bureau.code) => crate::lint::lint_local(&next, &item, &local),
            _ => crate::lint::lint_item(&next, &item),
        };
        for finding in findings {
            // What belongs to no field of this form stands at its head by itself.
            match own::field_of(finding.rule) {
                "" => problems.add("", format!("{}{}", element(&finding), finding.says)),
                field => problems.add(field, finding.says),
            }
        }
        Ok(())
    }
}
