//! What is done with seals: ask for one, approve, make, hand out, suspend, resume, destroy.
//!
//! The functions here take whoever acts by name and look only at the seal; that his post allows it is asked by the
//! pages, which know the officer.

mod make;
mod request;
mod steps;

use db::history::Entry;
use db::{Exec, Tx, history};
use identity::{Officer, inbox};
use jiff::Timestamp;
use web::App;

pub use make::{Face, make};
pub use request::{Wanted, request};
pub use steps::take;

use crate::record::Record;
use crate::state::Person;
use crate::{Fault, KeyFault};

/// Who acts, and when.
#[derive(Clone, Debug)]
pub struct By {
    pub person: Person,
    pub at: Timestamp,
    /// Whether those who go on from here find a message: yes for officers at their desk, no where an operator or the
    /// demo takes all steps in one go.
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

/// Writes a step into the history of the seal, where its uses stand too.
async fn record(
    tx: &mut Tx,
    seal: &Record,
    by: &By,
    act: &str,
    data: serde_json::Value,
) -> Result<(), Fault> {
    let entry = Entry::new(
        (&seal.bureau, "seal", &seal.id),
        by.at,
        (&by.person.id, &by.person.name),
        act,
        data.to_string(),
    );
    match history::append(tx, &entry).await {
        Ok(_) => Ok(()),
        Err(fault) if fault.is_unique_on("history") => Err(Fault::Moved),
        Err(fault) => Err(fault.into()),
    }
}

/// A message about a seal, that leads to its page.
async fn tell(
    app: &App,
    tx: &mut Tx,
    to: &str,
    seal: &Record,
    title: &str,
    words: &str,
) -> Result<(), Fault> {
    let link = format!("/desk/seals/{}/{}", seal.bureau, seal.id);
    tx.perform(inbox::tell(app, to, title, words, &link)).await?;
    Ok(())
}

/// Words that somebody must give: neither missing nor a book.
pub(crate) fn reason(typed: &str, what: &str) -> Result<String, Fault> {
    let typed = typed.trim();
    match typed.chars().count() {
        0 => {
            Err(Fault::Typed { says: format!("还没有填写{what}"), next: "请简要写明后再提交" })
        }
        1..=200 => Ok(typed.to_owned()),
        _ => Err(Fault::Typed { says: format!("{what}超过200个字"), next: "请缩短后再提交" }),
    }
}

/// Opening a key and asking a device are slow: away from the threads that serve requests.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, KeyFault> + Send + 'static,
) -> Result<T, Fault> {
    crate::sealer::off_thread(move || Ok(work()?)).await
}
