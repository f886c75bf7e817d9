//! The editor's desk: drafts, reviews, what becomes effective when, comments that wait, decisions that are held.

mod apart;
pub mod comments;
pub mod files;
pub mod form;
pub mod list;
pub mod one;
pub mod permits;
pub mod steps;
mod typed;

use axum::http::StatusCode;
use identity::{Act, Officer};
use web::{App, Refusal};

use crate::article::Article;
use crate::{Fault, actions, store};

/// A scanned document of some hundred pages.
pub const FILE_LIMIT: usize = 20 << 20;

/// An article that this officer may read; another bureau's looks like a missing one.
async fn read(app: &App, officer: &Officer, bureau: &str, id: &str) -> Result<Article, Refusal> {
    officer.may(Act::ReadDisclosure, bureau)?;
    let article = store::by_id(&mut app.db.clone(), bureau, id).await?;
    Ok(article.ok_or(Fault::Unknown)?)
}

/// The state that the person saw when pressing the button.
fn version(typed: &str) -> Result<i64, Fault> {
    typed.parse().map_err(|_| Fault::typed("version", "提交的内容不完整，没有收下"))
}

/// A refusal that leads back to the article.
fn back_to(bureau: &str, id: &str, fault: Fault) -> Refusal {
    let known = !matches!(fault, Fault::Unknown);
    let face = fault.face();
    let face =
        if known { face.action("回到这条信息", actions::desk_address(bureau, id)) } else { face };
    Refusal::caused(face, &fault)
}

fn status_of(has_problems: bool) -> StatusCode {
    if has_problems { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
}
