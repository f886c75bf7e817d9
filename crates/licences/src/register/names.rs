//! Which shops' names may hold a text: lists of records by pairs of neighbouring characters.

use std::collections::HashMap;

#[derive(Default)]
pub(crate) struct Names {
    /// A pair of characters → records, in the order they came.
    pairs: HashMap<u64, Vec<u32>>,
}

impl Names {
    pub fn add(&mut self, name: &str, slot: u32) {
        for pair in pairs(name) {
            let list = self.pairs.entry(pair).or_default();
            // A name that repeats a pair, or a record taken in again at once.
            if list.last() != Some(&slot) {
                list.push(slot);
            }
        }
    }

    /// Records whose name may hold `part`; some may not. The pair with the fewest records leads, so that 城中区 in front
    /// of every name costs nothing. A single character has no pair and finds nothing.
    pub fn may_hold(&self, part: &str) -> impl Iterator<Item = u32> {
        let lists: Vec<&[u32]> =
            pairs(part).map(|pair| self.pairs.get(&pair).map_or(&[][..], Vec::as_slice)).collect();
        let mut seen = std::collections::HashSet::new();
        let shortest = lists.into_iter().min_by_key(|list| list.len()).unwrap_or_default();
        // A record renamed back and forth stands twice in a list.
        shortest.iter().copied().filter(move |slot| seen.insert(*slot))
    }
}

fn pairs(text: &str) -> impl Iterator<Item = u64> + '_ {
    let after = text.chars().skip(1);
    text.chars().zip(after).map(|(one, two)| u64::from(u32::from(one)) << 32 | u64::from(u32::from(two)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rarest_pair_leads_and_nothing_is_missed() {
        let mut names = Names::default();
        for slot in 0..100 {
            names.add("城中区食杂店", slot);
        }
        names.add("城中区𬭎记烟酒店", 100);
        assert_eq!(names.may_hold("城中区𬭎记").collect::<Vec<_>>(), vec![100]);
        assert_eq!(names.may_hold("城中区").count(), 101);
        assert_eq!(names.may_hold("城").count(), 0);
        assert_eq!(names.may_hold("没有").count(), 0);
    }
}
