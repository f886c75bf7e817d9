//! What `places/9901` says.

use jiff::civil::Date;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bureau {
    pub code: String,
    pub name: String,
    pub short: String,
    /// GB/T 39046-2020 table A.2: 1 national, 2 province, 3 prefecture, 4 county.
    pub level: u8,
    pub parent: Option<String>,
    pub division: String,
    pub uscc: String,
    pub address: String,
    pub phone: String,
    pub complaints: String,
    pub review_organ: String,
    pub court: String,
    pub supply_company: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Officer {
    pub bureau: String,
    pub login: String,
    pub name: String,
    pub badge: String,
    pub posts: Vec<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum PersonKind {
    Natural,
    Legal,
    Agent,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub kind: PersonKind,
    pub login: String,
    /// Of the person, or of the organisation when the kind is legal.
    pub name: String,
    pub credit_code: Option<String>,
    /// 法定代表人 of an organisation.
    pub representative: Option<String>,
    /// Of the person or of the representative.
    pub id_number: String,
    pub phone: String,
    pub address: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mandate {
    /// Login names.
    pub agent: String,
    pub principal: String,
    pub scope: String,
    #[serde(with = "toml_day")]
    pub from: Date,
    #[serde(with = "toml_day")]
    pub to: Date,
}

/// Offices and people of the town. Its 5,240 licences are in [`LICENCES`].
#[derive(Debug)]
pub struct Town {
    pub bureaus: Vec<Bureau>,
    pub officers: Vec<Officer>,
    pub people: Vec<Person>,
    pub mandates: Vec<Mandate>,
}

/// `places/9901/licences.csv`
pub const LICENCES: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../places/9901/licences.csv"));

macro_rules! place {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../places/9901/", $name))
    };
}

impl Town {
    /// As compiled in. Panics on a file that cannot be read: a mistake of ours, caught by the test below.
    pub fn embedded() -> Town {
        #[derive(Deserialize)]
        struct Bureaus {
            bureau: Vec<Bureau>,
        }
        #[derive(Deserialize)]
        struct Officers {
            officer: Vec<Officer>,
        }
        #[derive(Deserialize)]
        struct People {
            person: Vec<Person>,
            mandate: Vec<Mandate>,
        }
        let bureaus: Bureaus = toml::from_str(place!("bureaus.toml")).expect("places/9901/bureaus.toml");
        let officers: Officers = toml::from_str(place!("officers.toml")).expect("places/9901/officers.toml");
        let people: People = toml::from_str(place!("people.toml")).expect("places/9901/people.toml");
        Town {
            bureaus: bureaus.bureau,
            officers: officers.officer,
            people: people.person,
            mandates: people.mandate,
        }
    }
}

/// TOML has dates of its own; we keep civil ones.
mod toml_day {
    use jiff::civil::Date;
    use serde::{Deserialize, Deserializer, de::Error};

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        let written = toml::value::Datetime::deserialize(deserializer)?;
        written.to_string().parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use law::codes::{CitizenId, CreditCode, RetailLicenceNo};

    #[test]
    fn every_code_in_the_town_passes_its_own_check() {
        let town = Town::embedded();
        for bureau in &town.bureaus {
            CreditCode::parse(&bureau.uscc).unwrap_or_else(|fault| panic!("{}: {fault}", bureau.name));
        }
        for person in &town.people {
            CitizenId::parse(&person.id_number).unwrap_or_else(|fault| panic!("{}: {fault}", person.login));
            if let Some(code) = &person.credit_code {
                CreditCode::parse(code).unwrap_or_else(|fault| panic!("{}: {fault}", person.login));
            }
        }
    }

    #[test]
    fn nobody_in_the_town_could_be_a_real_person() {
        let town = Town::embedded();
        assert!(town.people.iter().all(|person| person.id_number.starts_with("9901")));
    }

    #[test]
    fn the_bureaus_form_one_tree_and_every_county_can_handle_a_case_by_itself() {
        let town = Town::embedded();
        let known = |code: &str| town.bureaus.iter().any(|bureau| bureau.code == code);
        for bureau in &town.bureaus {
            assert_eq!(bureau.parent.is_none(), bureau.level == 1, "{}", bureau.name);
            assert!(bureau.parent.as_deref().is_none_or(known), "{}", bureau.name);
        }
        for county in town.bureaus.iter().filter(|bureau| bureau.level == 4) {
            let count = |post: &str| {
                let here = town.officers.iter().filter(|officer| officer.bureau == county.code);
                here.filter(|officer| officer.posts.iter().any(|p| p == post)).count()
            };
            assert!(count("inspector") >= 2, "two inspect together in {}", county.name);
            for post in ["licence_clerk", "team_head", "licence_head", "bureau_head", "seal_keeper"] {
                assert!(count(post) >= 1, "{post} in {}", county.name);
            }
        }
    }

    #[test]
    fn the_town_has_5240_licences_with_valid_numbers() {
        let mut reader = csv::Reader::from_reader(LICENCES);
        let numbers: Vec<String> = reader.records().map(|row| row.unwrap()[0].to_owned()).collect();
        assert_eq!(numbers.len(), 5240);
        for number in &numbers {
            RetailLicenceNo::parse(number).unwrap_or_else(|fault| panic!("{fault}"));
        }
        let distinct: std::collections::BTreeSet<&String> = numbers.iter().collect();
        assert_eq!(distinct.len(), numbers.len());
    }

    #[test]
    fn mandates_name_people_of_the_town() {
        let town = Town::embedded();
        let person = |login: &str| town.people.iter().find(|person| person.login == login);
        for mandate in &town.mandates {
            assert_eq!(person(&mandate.agent).map(|p| p.kind), Some(PersonKind::Agent));
            assert!(person(&mandate.principal).is_some());
            assert!(mandate.from < mandate.to);
        }
    }
}
