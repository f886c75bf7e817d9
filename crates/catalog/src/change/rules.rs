//! What a change must be before it may take effect. Pure.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{Change, Kind, OpenCases};

/// Why a change may not take effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub file: String,
    pub id: String,
    pub rule: &'static str,
    pub says: String,
}

/// Everything that speaks against the changes on record. `known` are the codes of the items in the catalogue by slug,
/// `open` how many cases of an item are not closed.
pub fn refusals(
    changes: &[Change],
    known: &BTreeMap<String, String>,
    open: &BTreeMap<String, u64>,
) -> Vec<Refused> {
    let mut refused = Vec::new();
    let mut ids = BTreeSet::new();
    for change in changes {
        let mut say = |rule, says: String| refused.push(refusal(change, rule, says));
        if !ids.insert(change.id.as_str()) {
            say("change-twice", format!("编号“{}”用了两次：每次变动用一个新的编号", change.id));
        }
        review(change, &mut say);
        shape(change, &mut say);
        open_cases(change, open, &mut say);
    }
    validity(changes, known, &mut refused);
    super::pauses::overlaps(changes, &mut refused);
    cycles(changes, &mut refused);
    codes(changes, known, &mut refused);
    refused
}

pub(super) fn refusal(change: &Change, rule: &'static str, says: String) -> Refused {
    Refused { file: change.file.clone(), id: change.id.clone(), rule, says }
}

/// Drafted by one, reviewed by another, and only then in effect.
fn review(change: &Change, say: &mut impl FnMut(&'static str, String)) {
    let Some(reviewed) = change.reviewed_on else {
        if !change.reviewed_by.is_empty() {
            say("review-undated", "写了审核人，却没有写审核日期：请补上 reviewed_on".to_owned());
        }
        return;
    };
    if change.reviewed_by.is_empty() || change.reviewed_by == change.drafted_by {
        say("review-by-same", format!("“{}”起草的，要由另一人审核：请换审核人", change.drafted_by));
    }
    if reviewed < change.drafted_on {
        say("review-too-early", "审核日期早于起草日期：请核对这两个日期".to_owned());
    }
    if change.effective < reviewed {
        say(
            "effective-before-review",
            format!("生效日期 {} 早于审核日期 {reviewed}：变动不能溯及以前", change.effective),
        );
    }
}

/// How many items each kind of change starts from and ends with.
fn shape(change: &Change, say: &mut impl FnMut(&'static str, String)) {
    let (from, to) = (change.from.len(), change.to.len());
    let (good, wanted) = match change.kind {
        Kind::Add => (from == 0 && to == 1, "新增的只写一个新事项"),
        Kind::Amend => {
            (from == 1 && to == 1 && change.from[0] == change.to[0].item, "变更的前后是同一个事项")
        }
        Kind::Split => (from == 1 && to >= 2, "拆分的，一个事项拆成两个以上"),
        Kind::Merge => (from >= 2 && to == 1, "合并的，两个以上事项并成一个"),
        Kind::Pause | Kind::Resume | Kind::Cancel => {
            (from >= 1 && to == 0, "暂停、恢复、取消的，不写以后的事项")
        }
    };
    if !good {
        say("change-shape", format!("{wanted}。现在原来的有 {from} 个，以后的有 {to} 个"));
    }
    if change.until.is_some_and(|until| change.kind != Kind::Pause || until < change.effective) {
        say("pause-backwards", "截止日期只用于暂停，并且不能早于生效日期".to_owned());
    }
}

/// An item doesn't end over the heads of people who are waiting for a decision.
fn open_cases(change: &Change, open: &BTreeMap<String, u64>, say: &mut impl FnMut(&'static str, String)) {
    if !change.kind.ends_the_item() || change.open_cases != OpenCases::Unplanned {
        return;
    }
    for slug in &change.from {
        let waiting = open.get(slug).copied().unwrap_or(0);
        if waiting > 0 {
            say(
                "cancelled-with-open-cases",
                format!(
                    "“{slug}”还有 {waiting} 件没有办结，不能{}：请先办结，或者写明已经提交的申请怎么办：“按原版本办完”或者“告知不需要许可”",
                    change.kind.label()
                ),
            );
        }
    }
}

/// One edition of an item at a time: it begins once, each change after the one before, and nothing after its end.
fn validity(changes: &[Change], known: &BTreeMap<String, String>, refused: &mut Vec<Refused>) {
    let mut in_order: Vec<&Change> = changes.iter().collect();
    in_order.sort_by_key(|change| change.effective);
    let brought: BTreeSet<&str> =
        changes.iter().flat_map(|change| &change.to).map(|one| one.item.as_str()).collect();
    let mut last: BTreeMap<&str, (Date, Kind)> = BTreeMap::new();
    for change in in_order {
        for slug in &change.from {
            if !known.contains_key(slug) && !brought.contains(slug.as_str()) {
                let says = format!("目录里没有“{slug}”：请检查写法");
                refused.push(refusal(change, "change-of-nothing", says));
            }
            match last.get(slug.as_str()) {
                Some((day, kind)) if kind.ends_the_item() => {
                    let says = format!("“{slug}”已经在 {day} {}，以后不能再变动", kind.label());
                    refused.push(refusal(change, "change-after-end", says));
                }
                Some((day, _)) if *day == change.effective => {
                    let says = format!("“{slug}”在 {day} 有两次变动，有效期重叠：请合成一次，或者改生效日期");
                    refused.push(refusal(change, "validity-overlaps", says));
                }
                _ => {}
            }
        }
        for next in change.to.iter().filter(|next| !change.from.contains(&next.item)) {
            if let Some((day, _)) = last.get(next.item.as_str()) {
                let says =
                    format!("“{}”自 {day} 起已经在目录里，有效期重叠：请换一个名称，或者写成变更", next.item);
                refused.push(refusal(change, "validity-overlaps", says));
            }
        }
        for slug in &change.from {
            last.insert(slug, (change.effective, change.kind));
        }
        for next in &change.to {
            last.insert(&next.item, (change.effective, Kind::Amend));
        }
    }
}

/// Splitting and merging lead forward only: nothing may come from itself by way of others.
fn cycles(changes: &[Change], refused: &mut Vec<Refused>) {
    let moved = |change: &&Change| matches!(change.kind, Kind::Split | Kind::Merge);
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for change in changes.iter().filter(moved) {
        for from in &change.from {
            next.entry(from).or_default().extend(change.to.iter().map(|to| to.item.as_str()));
        }
    }
    for change in changes.iter().filter(moved) {
        let round = change
            .from
            .iter()
            .find(|from| change.to.iter().any(|to| to.item == **from || leads_to(&next, &to.item, from)));
        if let Some(from) = round {
            let says = format!("“{from}”经过拆分、合并又回到自己：请另选以后的事项");
            refused.push(refusal(change, "change-cycle", says));
        }
    }
}

fn leads_to(next: &BTreeMap<&str, Vec<&str>>, from: &str, goal: &str) -> bool {
    let mut open = vec![from];
    let mut seen = BTreeSet::new();
    while let Some(here) = open.pop() {
        if here == goal {
            return true;
        }
        if seen.insert(here) {
            open.extend(next.get(here).into_iter().flatten().copied());
        }
    }
    false
}

/// A code belongs to one item for ever, also after its end: old cases and licences carry it.
fn codes(changes: &[Change], known: &BTreeMap<String, String>, refused: &mut Vec<Refused>) {
    let mut owner: BTreeMap<&str, &str> = BTreeMap::new();
    for (slug, code) in known.iter().filter(|(_, code)| !code.is_empty()) {
        owner.entry(code).or_insert(slug);
    }
    for change in changes {
        for next in change.to.iter().filter(|next| !next.code.is_empty()) {
            let first = *owner.entry(&next.code).or_insert(&next.item);
            if first != next.item {
                let says = format!("编码 {} 已经给了“{first}”，不能再给“{}”", next.code, next.item);
                refused.push(refusal(change, "code-twice", says));
            }
        }
    }
}
