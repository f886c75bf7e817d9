//! What a service item is: the elements of a 办事指南, in the order the guide shows them. Pure data.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::cite::Cite;

pub use crate::business::*;

/// One 政务服务事项 with its 业务办理项, as published: everything a case must be able to look back at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Name of its folder under `items/`, and its address.
    #[serde(default)]
    pub slug: String,
    /// 12-place 基本编码, `00Y` at the end for an item with sub-items. Empty when the national list was not at hand; then
    /// `code_says` tells why.
    pub basic_code: String,
    #[serde(default)]
    pub code_says: String,
    /// The codes of this item in other schemes and other places' catalogues.
    #[serde(default, rename = "code")]
    pub codes: Vec<ItemCode>,
    pub name: String,
    /// What guides and forms are headed with; empty when it is the name.
    #[serde(default)]
    pub short_name: String,
    /// The 主项 this is a 子项 of, by slug.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
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
    /// Who decides when that is another bureau than the one that accepts.
    #[serde(default)]
    pub decided_by: String,
    /// Levels of the bureaus that accept applications (GB/T 39046 A.2); none means the county's.
    #[serde(default)]
    pub accepted_at: Vec<u8>,
    /// 实施主体性质 (A.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organ_nature: Option<Coded>,
    /// 权限划分: which level does what.
    #[serde(default)]
    pub authority: String,
    /// 行使内容
    #[serde(default)]
    pub content: String,
    /// 共同实施部门; none in tobacco's own items.
    #[serde(default)]
    pub joint: Vec<String>,
    /// 中介服务: which report by whom is needed; “无” when none is.
    #[serde(default)]
    pub intermediary: String,
    /// 通办范围: 全国, 跨省, 跨市, 跨县 or 无.
    #[serde(default)]
    pub handle_area: String,
    /// 运行系统层级: 国家级, 省级 or 市级.
    #[serde(default)]
    pub system_level: String,
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
    /// Records of `items/shared`, by key, before those the item has of its own.
    #[serde(default)]
    pub basis_order: Vec<String>,
    #[serde(default)]
    pub basis: Vec<Basis>,
    /// Provisions whose text was not at hand: named, never quoted.
    #[serde(default, rename = "unseen")]
    pub unseen: Vec<Unseen>,
    #[serde(default)]
    pub result_key: String,
    #[serde(default)]
    pub result: ResultPaper,
    #[serde(default)]
    pub remedy_order: Vec<String>,
    #[serde(default)]
    pub remedies: Vec<Remedy>,
    /// Questions for every type of the item (`faq.toml`).
    #[serde(default)]
    pub faq: Vec<Question>,
    /// What the reviewing officer looks at, published under 行政许可法 art. 30 (`review.toml`).
    #[serde(default)]
    pub review_order: Vec<String>,
    #[serde(default)]
    pub review_rules: Vec<ReviewRule>,
    /// A 子项 may take the files of its types from its 主项's folder.
    #[serde(default)]
    pub types_from: String,
    /// The files of the business types in the order of the guide.
    pub type_order: Vec<String>,
    #[serde(default)]
    pub types: Vec<BusinessType>,
    /// Where the facts of this edition were read.
    pub sources: Vec<String>,
    #[serde(default)]
    pub sure: Sure,
    #[serde(default, rename = "doubt")]
    pub doubts: Vec<Doubt>,
}

/// How well the facts of a file are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sure {
    #[serde(rename = "公布文本")]
    Published,
    #[default]
    #[serde(rename = "公开资料")]
    Seen,
    #[serde(rename = "推断")]
    Inferred,
    #[serde(rename = "待核实")]
    Unverified,
}

/// One element of which less is known than of the rest, and what the reader should do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Doubt {
    /// `申请材料`, `基本编码` …
    pub about: String,
    pub sure: Sure,
    pub says: String,
}

/// A provision that is part of the basis although its text was not at hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unseen {
    /// Short name of the law, as a text under `law/texts` would be named.
    pub law: String,
    /// Its number and day, as far as known.
    pub number: String,
    pub why: String,
}

/// The code of an item, or of one of its business types, in one scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemCode {
    pub scheme: Scheme,
    pub value: String,
    /// Where it was read, and how sure that is.
    pub source: String,
    pub sure: Sure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Scheme {
    /// 基本编码 of GB/T 39554.1, an earlier edition of the list.
    #[serde(rename = "基本编码12")]
    Basic12,
    /// 基本编码 of 2016 (国办函〔2016〕108号, GB/T 39046).
    #[serde(rename = "基本编码10")]
    Basic10,
    /// 实施编码 of 2016, 24 or 26 places.
    #[serde(rename = "实施编码26")]
    ImplementOld,
    #[serde(rename = "实施编码31")]
    Implement31,
    /// A province's or city's own numbering.
    #[serde(rename = "地方编码")]
    Local,
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
    #[serde(default)]
    pub key: String,
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
    /// What is charged for; empty when nothing is.
    #[serde(default)]
    pub project: String,
    /// How much, under which standard; empty when nothing is charged.
    #[serde(default)]
    pub standard: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultPaper {
    #[serde(default)]
    pub key: String,
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
    #[serde(default)]
    pub key: String,
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

impl Item {
    /// “烟草专卖零售许可证”: what the title of a guide or a form begins with.
    pub fn heading(&self) -> &str {
        if self.short_name.is_empty() { &self.name } else { &self.short_name }
    }

    /// The title of a business type's guide; an item of one type has the item's own name.
    pub fn title(&self, business: &BusinessType) -> String {
        if self.types.len() == 1 {
            self.heading().to_owned()
        } else {
            format!("{}{}", self.heading(), business.name)
        }
    }

    /// 业务办理项编码: the implementation code and two places for the type in the guide's order; empty while there is no code.
    pub fn business_code(&self, implementation: &str, business: &BusinessType) -> String {
        let at = self.types.iter().position(|one| one.slug == business.slug).map_or(0, |at| at + 1);
        if implementation.is_empty() { String::new() } else { format!("{implementation}{at:02}") }
    }

    /// Whether people apply for it at a bureau of this level; the county's where nothing is said.
    pub fn is_accepted_at(&self, level: u8) -> bool {
        if self.accepted_at.is_empty() { level == 4 } else { self.accepted_at.contains(&level) }
    }

    pub fn is_person_served(&self) -> bool {
        self.subjects.iter().any(|subject| subject.code == "1")
    }

    /// By code (`1001`), short (`XB`), slug (`xinban`) or name (`新办`).
    pub fn business(&self, key: &str) -> Option<&BusinessType> {
        let named =
            |one: &&BusinessType| [&one.code, &one.short, &one.slug, &one.name].iter().any(|it| *it == key);
        self.types.iter().find(named)
    }
}
