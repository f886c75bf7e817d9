//! Writing: a new article, its text, its attachments. Of two editors on one article the second is told.

use web::App;

use super::{By, numbers, own_key, record, seen, write_down};
use crate::article::{Article, Attachment, Content, MOST_ATTACHMENTS};
use crate::state::{NotOpen, State, Step, Work};
use crate::{Fault, store};
use db::Exec;

/// Begins an article.
pub async fn create(app: &App, by: &By, bureau: &str, content: Content) -> Result<Article, Fault> {
    create_once(app, by, bureau, &app.new_id(), content).await
}

/// Begins the article of a form. `key` came with the form: sent twice, it is one article, as it was sent first.
pub async fn create_once(
    app: &App,
    by: &By,
    bureau: &str,
    key: &str,
    content: Content,
) -> Result<Article, Fault> {
    must_fit(&content)?;
    let article = Article {
        bureau: bureau.to_owned(),
        id: own_key(app, key),
        index_no: None,
        state: State::begun(by.person.clone()),
        content,
        version: 1,
        changed_at: by.at,
        changed_by: by.person.clone(),
    };
    let mut tx = app.db.begin().await?;
    match tx.perform(store::add(&article)).await {
        Err(fault) if fault.is_unique_on("article") => {
            tx.rollback().await;
            let first = store::by_id(&mut app.db.clone(), bureau, &article.id).await?;
            return first.ok_or(Fault::Store(fault));
        }
        added => added?,
    };
    numbers::hold(&mut tx, &article).await?;
    record(&mut tx, &article, by, "begun", serde_json::json!({ "title": article.content.title })).await?;
    tx.commit().await?;
    Ok(article)
}

/// Saves a text over the one seen at `version`. Attachments stay as they are: they have their own buttons.
pub async fn save(
    app: &App,
    by: &By,
    (bureau, id): (&str, &str),
    version: i64,
    content: Content,
) -> Result<Article, Fault> {
    must_fit(&content)?;
    let mut tx = app.db.begin().await?;
    let article = seen(&mut tx, bureau, id, version).await?;
    let state = article.state.clone().take(Step::Write { by: by.person.clone() })?;
    let content = Content { attachments: article.content.attachments.clone(), ..content };
    let article = Article { state, content, ..article };
    let data = serde_json::json!({ "title": article.content.title });
    let article = write_down(&mut tx, article, by, "written", data).await?;
    numbers::hold(&mut tx, &article).await?;
    tx.commit().await?;
    Ok(article)
}

/// Adds an attachment that is on the disk already.
pub async fn attach(
    app: &App,
    by: &By,
    (bureau, id): (&str, &str),
    version: i64,
    attachment: Attachment,
) -> Result<Article, Fault> {
    let mut tx = app.db.begin().await?;
    let article = seen(&mut tx, bureau, id, version).await?;
    if article.content.attachments.len() >= MOST_ATTACHMENTS {
        return Err(Fault::TooManyFiles);
    }
    let data = serde_json::json!({ "file": attachment.name, "digest": attachment.digest });
    let article = changed(article, by, |content| content.attachments.push(attachment))?;
    let article = write_down(&mut tx, article, by, "attached", data).await?;
    tx.commit().await?;
    Ok(article)
}

/// Takes an attachment away.
pub async fn detach(
    app: &App,
    by: &By,
    (bureau, id): (&str, &str),
    version: i64,
    file: &str,
) -> Result<Article, Fault> {
    let mut tx = app.db.begin().await?;
    let article = seen(&mut tx, bureau, id, version).await?;
    let name = article.content.attachment(file).ok_or(Fault::NoFile)?.name.clone();
    let article = changed(article, by, |content| content.attachments.retain(|one| one.id != file))?;
    let article = write_down(&mut tx, article, by, "detached", serde_json::json!({ "file": name })).await?;
    tx.commit().await?;
    Ok(article)
}

fn changed(article: Article, by: &By, change: impl FnOnce(&mut Content)) -> Result<Article, NotOpen> {
    let state = article.state.clone().take(Step::Write { by: by.person.clone() })?;
    let mut content = article.content.clone();
    change(&mut content);
    Ok(Article { state, content, ..article })
}

fn must_fit(content: &Content) -> Result<(), Fault> {
    let faults = content.faults();
    if faults.is_empty() { Ok(()) } else { Err(Fault::Typed(faults)) }
}

impl Article {
    /// Whether its text may be changed now.
    pub fn is_open_to_editors(&self) -> bool {
        let writes = Step::Write { by: self.changed_by.clone() };
        self.state.clone().take(writes).is_ok()
    }

    pub fn is_being_written(&self) -> bool {
        matches!(self.state.work, Work::Writing { .. })
    }
}
