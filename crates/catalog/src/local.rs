//! What one bureau does differently: where its hall is, whom to call, how fast it promises to be. Pure data, read from
//! `places/<bureau>/items/<slug>.toml`; nothing in it can loosen what the national item says.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::item::{BusinessType, Item};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalItem {
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
    #[serde(default, rename = "promise")]
    pub promises: Vec<Promise>,
    pub effective: Date,
    pub source: String,
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

    /// 实施编码 of GB/T 39554.1: 18 of the organ, 1 of the level, 12 of the item.
    pub fn implementation_code(&self, item: &Item) -> String {
        format!("{}{}{}", self.credit_code, self.level, item.basic_code)
    }

    /// Whether people apply here: only county bureaus decide on retail licences (烟草专卖法 art. 16).
    pub fn takes_applications(&self) -> bool {
        self.level == 4
    }
}
