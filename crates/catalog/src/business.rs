//! One 业务办理项 of an item: what a person actually applies for. Pure data, read from `items/<slug>/<type>.toml`.

use serde::{Deserialize, Serialize};

use crate::cite::Cite;
use crate::form::{Cond, FormSpec, Values};
use crate::item::{Doubt, ItemCode, Question, Sure};
use crate::material::MaterialSpec;

/// One 业务办理项: 新办, 变更, 延续 …
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusinessType {
    /// `1001`, the application type of the licence systems; another word of the house where they have none.
    pub code: String,
    /// Its codes in other places' catalogues.
    #[serde(default, rename = "local_code")]
    pub local_codes: Vec<ItemCode>,
    /// `XB`
    pub short: String,
    /// `xinban`: the file's name and the last part of the guide's address.
    #[serde(default)]
    pub slug: String,
    pub name: String,
    /// What a shopkeeper would say: “我想开店卖烟”.
    pub wish: String,
    /// Who it is for and when, one or two sentences.
    pub summary: String,
    pub open: Open,
    /// The application of another item under which this is applied for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apply_at: Option<ApplyAt>,
    /// An inspection of the premises is part of it.
    pub inspection: bool,
    /// 许可类 (decided by a licensing decision) or 管理类.
    pub class: String,
    pub when_says: String,
    /// Conditions in order, its own or those of `items/shared`; empty when its own are all.
    #[serde(default)]
    pub condition_order: Vec<String>,
    #[serde(default, rename = "condition")]
    pub conditions: Vec<Condition>,
    #[serde(default)]
    pub self_check: Vec<SelfCheck>,
    /// Said before the application starts, one a line.
    pub notices: Vec<String>,
    pub limits: Limits,
    /// 特别程序, with the time it takes outside the limit.
    #[serde(default)]
    pub special: Vec<Special>,
    /// Steps in order, its own or those of `items/shared`; empty when its own are all.
    #[serde(default)]
    pub step_order: Vec<String>,
    #[serde(default, rename = "step")]
    pub process: Vec<Step>,
    /// Fields of the form that a visitor of the guide may set besides those on which materials hang.
    #[serde(default)]
    pub switches: Vec<String>,
    /// Groups of the form in order, its own or those of `shared.toml`.
    pub group_order: Vec<String>,
    #[serde(default)]
    pub form: FormSpec,
    /// Materials in order, its own or those of `shared.toml`.
    pub material_order: Vec<String>,
    #[serde(default, rename = "material")]
    pub materials: Vec<MaterialSpec>,
    pub results: Vec<String>,
    #[serde(default)]
    pub faq: Vec<Question>,
    /// Where the facts of this file were read.
    pub sources: Vec<String>,
    #[serde(default)]
    pub sure: Sure,
    #[serde(default, rename = "doubt")]
    pub doubts: Vec<Doubt>,
}

/// Where something without an application of its own is applied for, and what to choose there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplyAt {
    pub item: String,
    pub business: String,
    pub says: String,
}

/// Whether one may apply online.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Open {
    Now,
    /// Not yet; says when it will be and what to do until then.
    Later {
        says: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    #[serde(default)]
    pub key: String,
    pub says: String,
    pub cite: Cite,
    /// Asked only in this situation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Cond>,
}

/// 特别程序: its kind of GB/T 39046 A.7 (1 延长审批, 2 other), and how long it may take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Special {
    pub kind: String,
    pub name: String,
    /// Working days; 0 when the provision names none and the applicant is told in writing.
    pub days: u16,
    pub says: String,
    pub cite: Cite,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Cond>,
}

/// A question asked before the form; “no” stops the honest applicant early and tells what can still be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfCheck {
    pub key: String,
    pub ask: String,
    pub basis: Cite,
    pub remedy_if_no: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub key: String,
    pub name: String,
    pub role: String,
    /// “0.5 个工作日”, “2 个工作日内”.
    pub time: String,
    pub standard: String,
    pub result: String,
    /// Taken only in this situation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Cond>,
}

/// Time limits of one business type, in working days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// 法定办结时限
    pub statutory: u16,
    /// 承诺办结时限; a bureau may promise less.
    pub promised: u16,
    /// Days by which the organ's head may extend once; 0 when none.
    pub extension: u16,
    /// From which event the days run: “自受理之日的次日起”.
    pub from: String,
    /// What is not counted, or is said about the count.
    pub says: String,
    pub cites: Vec<Cite>,
}

impl BusinessType {
    /// The steps taken in a situation.
    pub fn steps_for(&self, situation: &Values) -> Vec<&Step> {
        self.process.iter().filter(|step| may_hold(&step.when, situation)).collect()
    }

    pub fn conditions_for(&self, situation: &Values) -> Vec<&Condition> {
        self.conditions.iter().filter(|one| may_hold(&one.when, situation)).collect()
    }

    pub fn special_for(&self, situation: &Values) -> Vec<&Special> {
        self.special.iter().filter(|one| may_hold(&one.when, situation)).collect()
    }

    pub fn is_open(&self) -> bool {
        self.open == Open::Now
    }

    pub fn material(&self, key: &str) -> Option<&MaterialSpec> {
        self.materials.iter().find(|material| material.key == key)
    }
}

/// What hangs on a field that the situation doesn't speak of is shown: better one line too many than one missing.
fn may_hold(when: &Option<Cond>, situation: &Values) -> bool {
    when.as_ref().is_none_or(|cond| !situation.contains_key(&cond.field) || cond.holds(situation))
}
