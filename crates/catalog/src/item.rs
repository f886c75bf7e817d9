//! What a service item is: the elements of a 办事指南, in the order the guide shows them. Pure data.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::cite::Cite;
use crate::form::FormSpec;
use crate::material::MaterialSpec;

/// One 政务服务事项 with its 业务办理项, as published: everything a case must be able to look back at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Name of its folder under `items/`, and its address.
    #[serde(default)]
    pub slug: String,
    /// 12-place 基本编码, `00Y` at the end for an item with sub-items.
    pub basic_code: String,
    pub name: String,
    /// What people call it: “烟草证”, “续期”.
    pub everyday_words: Vec<String>,
    /// `2026.1`: year and running number of the edition.
    pub version: String,
    pub effective: Date,
    /// SM3 of the source files, hex: two editions are the same when this is.
    #[serde(default)]
    pub digest: String,
    pub kind: Coded,
    pub levels: Vec<Coded>,
    pub power_source: String,
    /// Who does it: “县级烟草专卖局…”.
    pub organ: String,
    pub subjects: Vec<Coded>,
    pub ways: Vec<Coded>,
    /// 即办件 or 承诺件.
    pub handling: Coded,
    pub topics_person: Vec<String>,
    pub topics_company: Vec<String>,
    /// Visits in person; a reason is needed when not 0.
    pub visits: u8,
    pub visits_reason: String,
    pub online: bool,
    pub online_depth: String,
    pub appointment: bool,
    pub pay_online: bool,
    pub express: bool,
    pub fees: Fees,
    pub quantity_limit: String,
    pub basis: Vec<Basis>,
    pub result: ResultPaper,
    pub remedies: Vec<Remedy>,
    /// Questions for every type of the item (`faq.toml`).
    #[serde(default)]
    pub faq: Vec<Question>,
    /// What the reviewing officer looks at, published under 行政许可法 art. 30 (`review.toml`).
    #[serde(default)]
    pub review_rules: Vec<ReviewRule>,
    /// The files of the business types in the order of the guide.
    pub type_order: Vec<String>,
    #[serde(default)]
    pub types: Vec<BusinessType>,
    /// Where the facts of this edition were read.
    pub sources: Vec<String>,
}

/// A value of a code table of GB/T 39046—2020 annex A.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coded {
    pub code: String,
    pub label: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    pub cite: Cite,
    /// Why this provision stands here, in a few words: “谁来审批”.
    pub why: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fees {
    pub charged: bool,
    pub says: String,
    pub basis: Cite,
    /// What is charged, under which standard; empty when nothing is.
    #[serde(default)]
    pub standard: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultPaper {
    pub name: String,
    /// 证照, 批文 or 其他.
    pub kind: String,
    pub validity: String,
    pub delivery: String,
    /// What the sample of the result shows, line by line (name: value).
    pub sample: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    pub name: String,
    pub says: String,
    pub cite: Cite,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub q: String,
    pub a: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewRule {
    pub key: String,
    pub point: String,
    pub how: String,
    pub cite: Cite,
}

/// One 业务办理项: 新办, 变更, 延续 …
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusinessType {
    /// `1001`, the application type of the licence systems.
    pub code: String,
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
    /// An inspection of the premises is part of it.
    pub inspection: bool,
    /// 许可类 (decided by a licensing decision) or 管理类.
    pub class: String,
    pub when_says: String,
    #[serde(rename = "condition")]
    pub conditions: Vec<Condition>,
    #[serde(default)]
    pub self_check: Vec<SelfCheck>,
    /// Said before the application starts, one a line.
    pub notices: Vec<String>,
    pub limits: Limits,
    #[serde(rename = "step")]
    pub process: Vec<Step>,
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
    pub says: String,
    pub cite: Cite,
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

impl Item {
    /// By code (`1001`), short (`XB`), slug (`xinban`) or name (`新办`).
    pub fn business(&self, key: &str) -> Option<&BusinessType> {
        let named =
            |one: &&BusinessType| [&one.code, &one.short, &one.slug, &one.name].iter().any(|it| *it == key);
        self.types.iter().find(named)
    }
}

impl BusinessType {
    pub fn is_open(&self) -> bool {
        self.open == Open::Now
    }

    pub fn material(&self, key: &str) -> Option<&MaterialSpec> {
        self.materials.iter().find(|material| material.key == key)
    }
}
