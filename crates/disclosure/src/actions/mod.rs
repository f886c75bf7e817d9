//! What is done with articles and comments: write, submit, approve, publish, withdraw, repeal; say something, answer.
//!
//! The functions here take whoever acts by name and look only at the article; that the post allows it is asked by the
//! pages, which know the officer.

mod comments;
mod numbers;
mod steps;
mod write;

use db::history::Entry;
use db::{Exec, Tx, history};
use identity::Officer;
use jiff::Timestamp;
use web::App;

pub use comments::{Looked, look_at, say};
pub use steps::{come_due, take};
pub use write::{attach, create, create_once, detach, save};

use crate::article::Article;
use crate::state::Person;
use crate::{Fault, store};

/// Who acts, and when.
#[derive(Clone, Debug)]
pub struct By {
    pub person: Person,
    pub at: Timestamp,
    /// Whether those who go on from here find a message: no where the demo takes all steps in one go.
    tells: bool,
}

impl By {
    pub fn new(id: &str, name: &str, at: Timestamp) -> By {
        By { person: Person { id: id.to_owned(), name: name.to_owned() }, at, tells: false }
    }

    pub fn officer(officer: &Officer, at: Timestamp) -> By {
        By { tells: true, ..By::new(&officer.id, &officer.name, at) }
    }
}

/// The address of an article at the desk.
pub fn desk_address(bureau: &str, id: &str) -> String {
    format!("/desk/disclosure/{bureau}/{id}")
}

/// A key that came with a form of ours, or a new one: a stranger's must not grow into a long or odd row key.
fn own_key(app: &App, typed: &str) -> String {
    let is_ours = typed.len() == 36 && typed.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    if is_ours { typed.to_owned() } else { app.new_id() }
}

/// The article, if it still is as it was seen.
async fn seen(on: &mut impl Exec, bureau: &str, id: &str, version: i64) -> Result<Article, Fault> {
    let article = store::by_id(on, bureau, id).await?.ok_or(Fault::Unknown)?;
    if article.version == version { Ok(article) } else { Err(overtaken(&article)) }
}

fn overtaken(article: &Article) -> Fault {
    Fault::Overtaken { by: article.changed_by.name.clone(), at: article.changed_at }
}

/// Saves the article and writes the step into its history.
async fn write_down(
    tx: &mut Tx,
    article: Article,
    by: &By,
    act: &str,
    data: serde_json::Value,
) -> Result<Article, Fault> {
    let article = Article { changed_at: by.at, changed_by: by.person.clone(), ..article };
    let meanwhile = || Fault::Overtaken { by: "另一位工作人员".to_owned(), at: by.at };
    tx.perform(store::save(&article)).await.map_err(|fault| match fault {
        db::Fault::Expected { .. } => meanwhile(),
        fault => Fault::Store(fault),
    })?;
    record(tx, &article, by, act, data).await.map_err(|fault| match fault {
        Fault::Store(fault) if fault.is_unique_on("history") => meanwhile(),
        fault => fault,
    })?;
    Ok(Article { version: article.version + 1, ..article })
}

async fn record(
    tx: &mut Tx,
    article: &Article,
    by: &By,
    act: &str,
    data: serde_json::Value,
) -> Result<(), Fault> {
    let subject = (article.bureau.as_str(), "article", article.id.as_str());
    let entry = Entry::new(subject, by.at, (&by.person.id, &by.person.name), act, data.to_string());
    history::append(tx, &entry).await?;
    Ok(())
}

/// Words that somebody must give: neither missing nor a book.
pub(crate) fn reason(typed: &str) -> Result<String, Fault> {
    let typed = typed.trim();
    match typed.chars().count() {
        0..=1 => Err(Fault::typed("why", "请简要写明理由")),
        2..=300 => Ok(typed.to_owned()),
        _ => Err(Fault::typed("why", "理由超过300个字，请缩短")),
    }
}
