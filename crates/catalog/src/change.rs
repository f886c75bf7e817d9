//! 目录的变动: 新增, 变更, 拆分, 合并, 暂停, 恢复, 取消, each drafted by one and reviewed by another before it takes effect. Pure.

mod pauses;
mod rules;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::cite::Cite;

pub use rules::{Refused, refusals};

/// One file under `items/changes`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeFile {
    #[serde(default, rename = "change")]
    pub changes: Vec<Change>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    #[serde(skip)]
    pub file: String,
    /// `2026-001`
    pub id: String,
    pub kind: Kind,
    /// Slugs of the items that are changed, split, merged, paused or cancelled.
    #[serde(default)]
    pub from: Vec<String>,
    /// What stands afterwards; nothing after 暂停, 恢复, 取消.
    #[serde(default)]
    pub to: Vec<Successor>,
    pub effective: Date,
    /// Last day of a pause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    pub reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Cite>,
    pub drafted_by: String,
    pub drafted_on: Date,
    /// Empty while nobody has reviewed it: then it is a plan that people may read, and has no effect.
    #[serde(default)]
    pub reviewed_by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed_on: Option<Date>,
    #[serde(default)]
    pub open_cases: OpenCases,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    #[serde(rename = "新增")]
    Add,
    #[serde(rename = "变更")]
    Amend,
    #[serde(rename = "拆分")]
    Split,
    #[serde(rename = "合并")]
    Merge,
    #[serde(rename = "暂停")]
    Pause,
    #[serde(rename = "恢复")]
    Resume,
    #[serde(rename = "取消")]
    Cancel,
}

/// An item, in the edition that begins with a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Successor {
    pub item: String,
    pub version: String,
    /// Its 基本编码 from then on; empty while none is known.
    #[serde(default)]
    pub code: String,
}

/// What becomes of cases that are open on the day a change takes effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum OpenCases {
    /// Nothing was planned: refused when there are any and the item ends.
    #[default]
    #[serde(rename = "没有安排")]
    Unplanned,
    /// 依申请时的版本办完
    #[serde(rename = "按原版本办完")]
    FinishUnderOld,
    /// Told in writing that no permit is needed any more (行政许可法 art. 32).
    #[serde(rename = "告知不需要许可")]
    TellNotRequired,
}

/// How an item stands on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    InForce {
        /// A cancellation on record that hasn't begun: 计划取消日期.
        ends: Option<&'a Change>,
    },
    NotYet(&'a Change),
    Paused(&'a Change),
    /// Cancelled, split or merged.
    Over(&'a Change),
}

impl Kind {
    pub fn label(self) -> &'static str {
        match self {
            Kind::Add => "新增",
            Kind::Amend => "变更",
            Kind::Split => "拆分",
            Kind::Merge => "合并",
            Kind::Pause => "暂停",
            Kind::Resume => "恢复",
            Kind::Cancel => "取消",
        }
    }

    /// After it, what it was done to is no longer done.
    pub fn ends_the_item(self) -> bool {
        matches!(self, Kind::Split | Kind::Merge | Kind::Cancel)
    }
}

impl Change {
    /// A second person has said yes.
    pub fn is_reviewed(&self) -> bool {
        self.reviewed_on.is_some() && !self.reviewed_by.is_empty() && self.reviewed_by != self.drafted_by
    }

    pub(crate) fn touches(&self, slug: &str) -> bool {
        self.from.iter().any(|one| one == slug)
    }

    fn brings(&self, slug: &str) -> bool {
        self.to.iter().any(|one| one.item == slug)
    }
}

impl Standing<'_> {
    /// Whether applications may be filed.
    pub fn takes_applications(&self) -> bool {
        matches!(self, Standing::InForce { .. })
    }

    /// Whether applications will be taken later: again after a pause, or for the first time.
    pub fn opens_again(&self) -> bool {
        matches!(self, Standing::Paused(_) | Standing::NotYet(_))
    }

    /// The word that marks it in lists; nothing while applications are taken.
    pub fn tag(&self) -> Option<String> {
        match self {
            Standing::InForce { .. } => None,
            Standing::NotYet(_) => Some("还没开始".to_owned()),
            Standing::Paused(_) => Some("已暂停".to_owned()),
            Standing::Over(change) => Some(format!("已{}", change.kind.label())),
        }
    }

    /// Tells one standing from another, so that a follower is told of each once. Empty while all is as usual.
    pub fn mark(&self) -> String {
        match self {
            Standing::InForce { ends: None } => String::new(),
            Standing::InForce { ends: Some(change) } => format!("ends-{}", change.id),
            Standing::NotYet(change) => format!("later-{}", change.id),
            Standing::Paused(change) => format!("paused-{}", change.id),
            Standing::Over(change) => format!("over-{}", change.id),
        }
    }

    /// What the visitor of a guide is told; nothing when all is as usual.
    pub fn says(&self) -> Option<String> {
        let day = |date: Date| format!("{}年{}月{}日", date.year(), date.month(), date.day());
        match self {
            Standing::InForce { ends: None } => None,
            Standing::InForce { ends: Some(change) } => Some(format!(
                "这个事项计划自{}起{}（{}）。在这以前仍可申请，已经受理的按原来的规定办完。",
                day(change.effective),
                change.kind.label(),
                change.reason
            )),
            Standing::NotYet(change) => Some(format!("这个事项自{}起才能申请。", day(change.effective))),
            Standing::Paused(change) => Some(match change.until {
                Some(until) => format!("这个事项暂停办理，到{}为止。原因：{}。", day(until), change.reason),
                None => format!("这个事项自{}起暂停办理。原因：{}。", day(change.effective), change.reason),
            }),
            Standing::Over(change) => Some(format!(
                "这个事项自{}起已经{}，不再受理申请。原因：{}。",
                day(change.effective),
                change.kind.label(),
                change.reason
            )),
        }
    }
}

/// How the reviewed changes leave an item on `day`. An item of which no change speaks is in force.
pub fn standing<'a>(changes: &'a [Change], slug: &str, day: Date) -> Standing<'a> {
    let mut told: Vec<&Change> =
        changes.iter().filter(|one| one.is_reviewed() && (one.touches(slug) || one.brings(slug))).collect();
    told.sort_by_key(|one| one.effective);
    let begins = told.iter().find(|one| one.brings(slug));
    if let Some(first) = begins.filter(|first| first.effective > day && !first.touches(slug)) {
        return Standing::NotYet(first);
    }
    let ends_it = |one: &&Change| one.kind.ends_the_item() && one.touches(slug) && !one.brings(slug);
    let begun = told.iter().copied().take_while(|one| one.effective <= day);
    if let Some(over) = begun.clone().find(ends_it) {
        return Standing::Over(over);
    }
    let pauses =
        begun.filter(|one| matches!(one.kind, Kind::Pause | Kind::Resume) && one.touches(slug)).last();
    if let Some(pause) = pauses.filter(|one| one.kind == Kind::Pause)
        && pause.until.is_none_or(|until| day <= until)
    {
        return Standing::Paused(pause);
    }
    Standing::InForce { ends: told.into_iter().filter(|one| one.effective > day).find(ends_it) }
}

#[cfg(test)]
mod tests;
