//! 国家基本目录: which items there are, in which order, in which edition. Pure data, read from `items/base.toml`.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The head of the national list. The items themselves stand in their folders and name their 主项.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaseList {
    pub version: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective: Option<Date>,
    /// Slugs in the list's order: a 主项, then its 子项.
    pub order: Vec<String>,
    pub source: String,
}

impl BaseList {
    /// Where an item stands in the list; unlisted ones come last.
    pub fn place(&self, slug: &str) -> usize {
        self.order.iter().position(|one| one == slug).unwrap_or(self.order.len())
    }
}
