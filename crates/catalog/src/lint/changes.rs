//! The changes on record must be such as may take effect.

use std::collections::BTreeMap;

use super::Report;
use crate::change;

/// How many cases are open is known to a running site only, which asks again before a change takes effect there.
pub fn all(report: &mut Report) {
    let catalogue = report.catalogue;
    for refused in change::refusals(catalogue.changes(), &catalogue.codes(), &BTreeMap::new()) {
        report.at(&refused.file, &format!("id = \"{}\"", refused.id), refused.rule, refused.says);
    }
    for change in catalogue.changes() {
        for next in &change.to {
            let there = catalogue.item(&next.item);
            let ended = catalogue.changes().iter().any(|one| {
                one.kind.ends_the_item() && one.from.contains(&next.item) && one.effective >= change.effective
            });
            let mark = format!("id = \"{}\"", change.id);
            report.hold(
                there.is_some() || ended || !change.is_reviewed(),
                &change.file,
                &mark,
                "change-of-nothing",
                format!("“{}”已经审核，却没有 items/{}/item.toml", next.item, next.item),
            );
        }
    }
}
