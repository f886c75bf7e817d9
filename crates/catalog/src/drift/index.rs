//! The list of guides of another place against ours. Pure.

use std::collections::BTreeMap;

use super::Drift;
use crate::pages::index::{Index, Listed, Office};

/// Compares the guides of two indexes: what is missing, old or unknown there, by address.
pub fn compare_index(copy: &Index, own: &Index) -> Vec<(String, Drift)> {
    let theirs: BTreeMap<_, &Listed> = copy.guides.iter().map(|one| (key(one), one)).collect();
    let ours: BTreeMap<_, &Listed> = own.guides.iter().map(|one| (key(one), one)).collect();
    let mut found = Vec::new();
    for one in &own.guides {
        let drift = match theirs.get(&key(one)) {
            None => Drift::Missing { says: format!("那里没有“{}/{}”", one.item, one.business) },
            Some(theirs) if theirs.digest != one.digest => {
                Drift::Stale { copy: theirs.version.clone(), current: one.version.clone(), lines: Vec::new() }
            }
            Some(_) => continue,
        };
        found.push((one.url.clone(), drift));
    }
    found.extend(copy.guides.iter().filter(|one| !ours.contains_key(&key(one))).map(|one| {
        let says = format!("本站没有“{}/{}”这份指南", one.item, one.business);
        (one.url.clone(), Drift::Unknown { says })
    }));
    found
}

fn key(one: &Listed) -> (&str, &str, &str) {
    (&one.bureau, &one.item, &one.business)
}

/// How the bureaus of two indexes compare.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Bureaus {
    /// Codes of those that both list with other digests: their guides must be looked at one by one.
    pub differ: Vec<String>,
    /// Those that only one of them lists.
    pub found: Vec<(String, Drift)>,
}

/// Compares the bureaus of two indexes by the digest of all that each says.
pub fn compare_bureaus(copy: &[Office], own: &[Office]) -> Bureaus {
    let theirs: BTreeMap<&str, &Office> = copy.iter().map(|one| (one.bureau.as_str(), one)).collect();
    let ours: BTreeMap<&str, &Office> = own.iter().map(|one| (one.bureau.as_str(), one)).collect();
    let mut all = Bureaus::default();
    for one in own {
        match theirs.get(one.bureau.as_str()) {
            None => {
                let says = format!("那里没有{}（{}）的 {} 份指南", one.name, one.bureau, one.guides);
                all.found.push((format!("/guides.json?bureau={}", one.bureau), Drift::Missing { says }));
            }
            Some(theirs) if theirs.digest != one.digest => all.differ.push(one.bureau.clone()),
            Some(_) => {}
        }
    }
    all.found.extend(copy.iter().filter(|one| !ours.contains_key(one.bureau.as_str())).map(|one| {
        let says = format!("本站没有单位 {} 的指南", one.bureau);
        (format!("/guides.json?bureau={}", one.bureau), Drift::Unknown { says })
    }));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(business: &str, digest: &str) -> Listed {
        Listed {
            item: "a".into(),
            business: business.into(),
            bureau: "990101".into(),
            version: "1".into(),
            digest: digest.into(),
            url: format!("/guides/a/{business}"),
        }
    }

    fn index(guides: Vec<Listed>) -> Index {
        Index { guides, ..Index::default() }
    }

    #[test]
    fn an_index_tells_missing_stale_and_unknown() {
        let own = index(vec![listed("b", "ab"), listed("c", "cd")]);
        let copy = index(vec![listed("b", "old"), listed("z", "x")]);
        let codes: Vec<&str> = compare_index(&copy, &own).iter().map(|(_, drift)| drift.code()).collect();
        assert_eq!(codes, ["stale", "missing", "unknown"]);
        assert!(compare_index(&own, &own).is_empty());
    }

    #[test]
    fn a_bureau_that_is_missing_old_or_unknown_is_named() {
        let office = |bureau: &str, digest: &str| Office {
            bureau: bureau.into(),
            name: "城中区局".into(),
            guides: 7,
            digest: digest.into(),
        };
        let own = [office("990101", "a"), office("990102", "b"), office("990103", "c")];
        let copy = [office("990101", "a"), office("990102", "x"), office("990199", "y")];
        let found = compare_bureaus(&copy, &own);
        assert_eq!(found.differ, ["990102"]);
        let codes: Vec<&str> = found.found.iter().map(|(_, drift)| drift.code()).collect();
        assert_eq!(codes, ["missing", "unknown"]);
        assert!(found.found[0].1.to_string().contains("城中区局"), "{}", found.found[0].1);
    }
}
