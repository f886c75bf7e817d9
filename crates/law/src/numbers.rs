//! Dated numbers of `/law/limits`: what a statute, an office or a rule set, from which day, by which provision.

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{LAW, citations::Citation, toml_date::TomlDate};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Workday,
    Day,
    Month,
    Year,
}

impl Unit {
    /// 个工作日, 日, 个月, 年.
    pub fn label(self) -> &'static str {
        match self {
            Unit::Workday => "个工作日",
            Unit::Day => "日",
            Unit::Month => "个月",
            Unit::Year => "年",
        }
    }
}

/// One number as it holds on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Number {
    pub key: String,
    /// What it limits, in Chinese.
    pub title: String,
    pub amount: u16,
    pub unit: Unit,
    /// From when this amount holds.
    pub from: Date,
    pub cite: Citation,
    /// When someone last held it against its source.
    pub checked: Date,
    /// The source is known only as others quote it.
    pub second_hand: bool,
}

/// The number called `key` as it holds on `day`; `None` if there is no such number or it did not hold yet.
pub fn on(key: &str, day: Date) -> Option<&'static Number> {
    NUMBERS.get(key)?.iter().rev().find(|number| number.from <= day)
}

/// Every number with all its changes, the oldest first.
pub fn all() -> impl Iterator<Item = &'static Number> {
    NUMBERS.values().flatten()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    title: String,
    unit: Unit,
    #[serde(default)]
    second_hand: bool,
    value: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Value {
    from: TomlDate,
    amount: u16,
    cite: String,
    checked: TomlDate,
}

static NUMBERS: LazyLock<BTreeMap<String, Vec<Number>>> = LazyLock::new(|| {
    let folder = LAW.get_dir("limits").expect("law/limits is compiled in");
    folder.files().flat_map(read).collect()
});

// As in `texts`: a broken file is a broken build, and the test below names it.
fn read(file: &include_dir::File<'_>) -> Vec<(String, Vec<Number>)> {
    let path = file.path().display();
    let written = file.contents_utf8().unwrap_or_else(|| panic!("{path} is not UTF-8"));
    let entries: BTreeMap<String, Entry> =
        toml::from_str(written).unwrap_or_else(|fault| panic!("{path}: {fault}"));
    entries.into_iter().map(|(key, entry)| (key.clone(), changes(&key, entry))).collect()
}

fn changes(key: &str, entry: Entry) -> Vec<Number> {
    let number = |value: &Value| Number {
        key: key.to_owned(),
        title: entry.title.clone(),
        amount: value.amount,
        unit: entry.unit,
        from: value.from.0,
        cite: value.cite.parse().unwrap_or_else(|fault| panic!("{key}: {fault}")),
        checked: value.checked.0,
        second_hand: entry.second_hand,
    };
    let mut numbers: Vec<Number> = entry.value.iter().map(number).collect();
    numbers.sort_by_key(|number| number.from);
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn each_number_cites_an_article_we_keep() {
        assert!(all().count() >= 10);
        for number in all() {
            assert!(number.cite.words().is_some(), "{}: {} is not in law/texts", number.key, number.cite);
            assert_eq!(number.second_hand, number.cite.second_hand(), "{}", number.key);
        }
    }

    #[test]
    fn a_number_holds_from_its_day() {
        assert_eq!(on("retail_decision_days", date(2021, 2, 28)), None);
        assert_eq!(on("retail_decision_days", date(2021, 3, 1)).unwrap().amount, 8);
        assert_eq!(on("no-such-number", date(2026, 1, 1)), None);
    }
}
