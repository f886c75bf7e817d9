//! What one bureau does differently: where its hall is, whom to call, how fast it promises to be. Pure data, read from
//! `places/<bureau>/items/<slug>.toml`; nothing in it can loosen what the national item says.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::item::{BusinessType, Item, ItemCode, Question};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalItem {
    /// The file it was read from.
    #[serde(skip)]
    pub file: String,
    /// SM3 of that file.
    #[serde(skip)]
    pub digest: String,
    /// Six-digit code of the bureau, as the name of its folder.
    pub bureau: String,
    pub bureau_name: String,
    /// 1 national, 2 provincial, 3 prefecture, 4 county (GB/T 39046 A.2); takes applications only at 4.
    pub level: u8,
    /// Unified social credit code of the bureau, the head of its 31-place implementation code.
    pub credit_code: String,
    pub consult_phone: String,
    pub complaint_phone: String,
    #[serde(rename = "hall")]
    pub halls: Vec<Hall>,
    #[serde(default, rename = "promise", skip_serializing_if = "Vec::is_empty")]
    pub promises: Vec<Promise>,
    /// 承办机构: the office that does the work; empty when it is the bureau itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub handled_by: String,
    /// 是否进驻政务大厅
    #[serde(default)]
    pub in_service_hall: bool,
    /// 通办范围 where it reaches further than the item's: 全国, 跨省, 跨市, 跨县.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub handle_area: String,
    /// Its codes in the province's or city's own catalogue.
    #[serde(default, rename = "local_code", skip_serializing_if = "Vec::is_empty")]
    pub local_codes: Vec<ItemCode>,
    /// Materials the bureau doesn't ask for, by key: less may be asked for, never more.
    #[serde(default, rename = "waived", skip_serializing_if = "Vec::is_empty")]
    pub waived: Vec<Waived>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faq: Vec<Question>,
    pub effective: Date,
    /// 计划取消日期
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Date>,
    pub source: String,
}

/// A material of the national list that this bureau gets in another way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waived {
    pub business: String,
    pub material: String,
    /// How the bureau gets it: “由市场监督管理部门共享”.
    pub instead: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hall {
    pub name: String,
    pub window: String,
    pub address: String,
    pub hours: String,
    pub phone: String,
    pub traffic: String,
}

/// A promised limit shorter than the item's, from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// Code of the business type: `1001`.
    pub business: String,
    /// Working days.
    pub days: u16,
    pub from: Date,
    pub cite: String,
}

impl LocalItem {
    /// 承诺办结时限 in working days on `day`: the bureau's latest promise that has begun, else the item's.
    pub fn promised(&self, business: &BusinessType, day: Date) -> u16 {
        self.promise(business, day).map_or(business.limits.promised, |promise| promise.days)
    }

    /// The bureau's own promise in force on `day`.
    pub fn promise(&self, business: &BusinessType, day: Date) -> Option<&Promise> {
        let begun = |one: &&Promise| one.business == business.code && one.from <= day;
        self.promises.iter().filter(begun).max_by_key(|one| one.from)
    }

    /// 实施编码 of GB/T 39554.1: 18 of the organ, 1 of the level, 12 of the item; empty while the item has no code.
    pub fn implementation_code(&self, item: &Item) -> String {
        if item.basic_code.is_empty() {
            return String::new();
        }
        format!("{}{}{}", self.credit_code, self.level, item.basic_code)
    }

    /// 业务办理项编码 of a business type here; empty while the item has no code.
    pub fn business_code(&self, item: &Item, business: &BusinessType) -> String {
        item.business_code(&self.implementation_code(item), business)
    }

    pub fn waives(&self, business: &BusinessType, material: &str) -> Option<&Waived> {
        self.waived.iter().find(|one| one.business == business.code && one.material == material)
    }

    /// Whether people apply here: only county bureaus decide on retail licences (烟草专卖法 art. 16).
    pub fn takes_applications(&self) -> bool {
        self.level == 4
    }
}
