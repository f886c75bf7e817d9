//! Whose a licence is: putting one that came from an older system under the account of its holder.

use db::history::{self, Entry};
use db::{Exec, Tx};
use jiff::Timestamp;

use crate::{Fault, store};

/// Puts a licence under an account, after whoever acts has seen that it is the holder's. Its former holder, if any, no
/// longer sees it.
pub async fn give(
    tx: &mut Tx,
    (bureau, number): (&str, &str),
    subject: &str,
    actor: (&str, &str),
    now: Timestamp,
) -> Result<(), Fault> {
    let licence = store::by_number(tx, bureau, number).await?.ok_or(Fault::Unknown)?;
    let data = serde_json::json!({ "holder": subject, "before": licence.holder });
    let entry = Entry::new((bureau, "licence", number), now, actor, "given", data.to_string());
    history::append(tx, &entry).await?;
    let seq = store::next_seq(tx, bureau).await?;
    for statement in store::give_to(&licence, subject, seq, now) {
        tx.perform(statement).await?;
    }
    Ok(())
}
