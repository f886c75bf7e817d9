//! One pause at a time: where two overlap, the day on which people may apply again can't be told.

use std::collections::BTreeMap;

use super::rules::{Refused, refusal};
use super::{Change, Kind};

/// Pauses of one item that overlap, told at both. A pause without a last day runs until it is lifted.
pub fn overlaps(changes: &[Change], refused: &mut Vec<Refused>) {
    let mut of: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
    for change in changes.iter().filter(|one| matches!(one.kind, Kind::Pause | Kind::Resume)) {
        for slug in &change.from {
            of.entry(slug).or_default().push(change);
        }
    }
    for (slug, mut told) in of {
        told.sort_by_key(|one| one.effective);
        let mut running: Option<&Change> = None;
        for change in told {
            if let Some(before) =
                running.filter(|before| change.kind == Kind::Pause && runs_into(before, change))
            {
                refused.push(refusal(before, "pause-overlaps", says(slug, change)));
                refused.push(refusal(change, "pause-overlaps", says(slug, before)));
            }
            running = match change.kind {
                Kind::Resume => None,
                // Of two that overlap, the one that ends later goes on.
                _ => running.into_iter().chain([change]).max_by_key(|one| (one.until.is_none(), one.until)),
            };
        }
    }
}

fn runs_into(before: &Change, next: &Change) -> bool {
    before.until.is_none_or(|until| next.effective <= until)
}

fn says(slug: &str, other: &Change) -> String {
    let until = other.until.map_or_else(|| "没有写截止日期".to_owned(), |until| format!("到 {until} 为止"));
    format!(
        "与编号“{}”的暂停重叠：“{slug}”自 {} 起暂停，{until}。请改日期，或者先登记恢复",
        other.id, other.effective
    )
}
