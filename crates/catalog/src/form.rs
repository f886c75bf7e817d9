//! What an application form asks for. Pure data, read from `items/<slug>/<type>.toml`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What an applicant has filled in: field key to text. Choices hold the option's code, yes/no holds `yes` or `no`,
/// dates `YYYY-MM-DD`, coordinates `longitude,latitude` in degrees.
pub type Values = BTreeMap<String, String>;

/// A form is groups of fields, one group a screen on a phone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormSpec {
    #[serde(default, rename = "group")]
    pub groups: Vec<Group>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub key: String,
    pub title: String,
    /// A sentence under the title; empty when the title says all.
    #[serde(default)]
    pub says: String,
    #[serde(default, rename = "field")]
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    pub key: String,
    pub label: String,
    pub kind: Kind,
    #[serde(default)]
    pub required: bool,
    /// Asked only when this holds; a field that isn't asked keeps no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Cond>,
    /// How to fill it in, under the label.
    #[serde(default)]
    pub hint: String,
    /// Longest text in characters; 0 takes the default of the kind.
    #[serde(default)]
    pub max: usize,
    /// Where the value comes from when we already know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefill: Option<Source>,
    /// The HTML `autocomplete` token.
    #[serde(default)]
    pub autocomplete: String,
    /// The value the filled example shows.
    #[serde(default)]
    pub example: String,
    /// A date that may not lie before today (the end of a lease) or after it (a birth).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Bound>,
    /// Key of a date field that this date may not lie before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// The kind decides what is folded, what is checked, and which control a page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One line of text: a name.
    Text,
    /// Several lines.
    Long,
    /// A positive number with at most two decimals.
    Number {
        unit: String,
        /// Largest number that is believed.
        #[serde(default)]
        most: Option<u64>,
    },
    Choice(Vec<Choice>),
    Date,
    Phone,
    CreditCode,
    CitizenId,
    Address,
    YesNo,
    Coordinates,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub code: String,
    pub label: String,
}

/// Holds when `field` has one of the values in `equals`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cond {
    pub field: String,
    pub equals: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    NotBeforeToday,
    NotAfterToday,
}

/// What fills a field before the applicant types: the account (verified name, ID, phone, credit code) or a shared
/// certificate. The part after the dot names the datum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    #[serde(rename = "account.name")]
    AccountName,
    #[serde(rename = "account.id_number")]
    AccountIdNumber,
    #[serde(rename = "account.phone")]
    AccountPhone,
    #[serde(rename = "account.address")]
    AccountAddress,
    #[serde(rename = "business.credit_code")]
    BusinessCreditCode,
    #[serde(rename = "business.name")]
    BusinessName,
    #[serde(rename = "business.address")]
    BusinessAddress,
    #[serde(rename = "business.kind")]
    BusinessKind,
    #[serde(rename = "agent.name")]
    AgentName,
    #[serde(rename = "agent.id_number")]
    AgentIdNumber,
    #[serde(rename = "agent.phone")]
    AgentPhone,
    #[serde(rename = "licence.number")]
    LicenceNumber,
}

impl Source {
    /// The badge beside a prefilled field.
    pub fn badge(self) -> &'static str {
        match self {
            Source::AccountName | Source::AccountIdNumber | Source::AccountPhone | Source::AccountAddress => {
                "来自您的账户"
            }
            Source::BusinessCreditCode
            | Source::BusinessName
            | Source::BusinessAddress
            | Source::BusinessKind => "来自您的营业执照",
            Source::AgentName | Source::AgentIdNumber | Source::AgentPhone => "来自代办人账户",
            Source::LicenceNumber => "来自您的许可证",
        }
    }
}

impl Cond {
    pub fn holds(&self, values: &Values) -> bool {
        values.get(&self.field).is_some_and(|value| self.equals.iter().any(|one| one == value.trim()))
    }
}

impl FormSpec {
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.groups.iter().flat_map(|group| &group.fields)
    }

    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields().find(|field| field.key == key)
    }

    /// The values of the filled example; they pass [`crate::check`] (a test holds them to it).
    pub fn example(&self) -> Values {
        let filled = self.fields().filter(|field| !field.example.is_empty());
        filled.map(|field| (field.key.clone(), field.example.clone())).collect()
    }
}

impl Field {
    /// Whether these values make the form ask for this field.
    pub fn asked(&self, values: &Values) -> bool {
        self.when.as_ref().is_none_or(|cond| cond.holds(values))
    }

    /// A value as people read it: the label of a choice, 是/否, a number with its unit.
    pub fn shown(&self, value: &str) -> String {
        match &self.kind {
            Kind::Choice(choices) => {
                let chosen = choices.iter().find(|choice| choice.code == value);
                chosen.map_or_else(|| value.to_owned(), |choice| choice.label.clone())
            }
            Kind::YesNo if value == "yes" => "是".to_owned(),
            Kind::YesNo if value == "no" => "否".to_owned(),
            Kind::Number { unit, .. } if !value.is_empty() => format!("{value} {unit}"),
            _ => value.to_owned(),
        }
    }

    /// Longest text in characters.
    pub fn longest(&self) -> usize {
        match (&self.kind, self.max) {
            (_, max) if max > 0 => max,
            (Kind::Long, _) => 500,
            (Kind::Address, _) => 120,
            (Kind::Text, _) => 100,
            _ => 40,
        }
    }
}
