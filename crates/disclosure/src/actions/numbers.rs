//! 文号: one document of a bureau has it, and keeps it through its revisions and after its repeal.

use std::collections::BTreeSet;

use db::{Exec, Tx};

use crate::article::{Article, number_key};
use crate::state::{Standing, Work};
use crate::{Fault, store};

/// Brings the numbers an article holds up to its text.
///
/// # Errors
/// [`Fault::NumberTaken`] with the article that has the number.
pub async fn hold(tx: &mut Tx, article: &Article) -> Result<(), Fault> {
    let (bureau, id) = (article.bureau.as_str(), article.id.as_str());
    let held: BTreeSet<String> = store::numbers_of(tx, bureau, id).await?.into_iter().collect();
    let own = number_key(&article.content.doc_number);
    let is_dropped = article.state.work == Work::Idle && article.state.standing == Standing::Unpublished;
    let mut wanted = BTreeSet::new();
    if !own.is_empty() && !is_dropped {
        if !held.contains(&own) {
            must_be_free(tx, article, &own).await?;
        }
        wanted.insert(own);
    }
    for version in store::versions(tx, bureau, id).await? {
        let number = number_key(&version.content.doc_number);
        let is_anothers = |holder: Option<(String, String)>| holder.is_some_and(|(other, _)| other != id);
        // What was public stays its own; two that were public under one number before numbers were kept stay as they are.
        if !number.is_empty() && !is_anothers(store::holder_of(tx, bureau, &number).await?) {
            wanted.insert(number);
        }
    }
    for number in held.difference(&wanted) {
        tx.perform(store::free_number(bureau, id, number)).await?;
    }
    for number in wanted.difference(&held) {
        tx.perform(store::hold_number(bureau, id, number)).await.map_err(|fault| {
            // Another took it between the look and the write.
            if fault.is_unique_on("article_number") { taken(article, None) } else { Fault::Store(fault) }
        })?;
    }
    Ok(())
}

async fn must_be_free(tx: &mut Tx, article: &Article, number: &str) -> Result<(), Fault> {
    let holder = match store::holder_of(tx, &article.bureau, number).await? {
        Some(holder) => Some(holder),
        None => store::unkept_holder_of(tx, (&article.bureau, &article.id), number).await?,
    };
    match holder.filter(|(id, _)| *id != article.id) {
        Some(holder) => Err(taken(article, Some(holder))),
        None => Ok(()),
    }
}

fn taken(article: &Article, holder: Option<(String, String)>) -> Fault {
    let number = article.content.doc_number.clone();
    let title = holder.map_or_else(|| "刚刚保存的另一条信息".to_owned(), |(_, title)| title);
    Fault::NumberTaken { number, title }
}
