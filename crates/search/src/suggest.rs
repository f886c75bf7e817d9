//! What to offer while somebody types: by beginning, by pinyin, by initials.

use std::collections::HashSet;

use serde::Serialize;

use crate::document::Kind;
use crate::fold::fold;
use crate::lexicon::Lexicon;
use crate::rank::Card;
use crate::sound::initials;
use crate::understand::squeezed;
use crate::words::Words;

/// Longer titles are not typed out; they are found, not completed.
const LONGEST_KEY: usize = 40;
/// Entries looked at for one beginning.
const MOST_LOOKED_AT: usize = 400;

/// One offer: a question to ask, or a page to go to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    pub text: String,
    /// None for a question.
    pub kind: Option<Kind>,
    pub url: Option<String>,
}

struct Offer {
    suggestion: Suggestion,
    weight: f32,
}

/// Everything that may be offered, by what one may begin to type.
#[derive(Default)]
pub struct Offers {
    offers: Vec<Offer>,
    /// Sorted; the number of the offer behind each key.
    keys: Vec<(String, u32)>,
}

impl Offers {
    pub fn of(words: &Words, cards: &[Card], lexicon: &Lexicon) -> Offers {
        let mut offers = Offers::default();
        for popular in &words.popular {
            let suggestion = Suggestion { text: popular.clone(), kind: None, url: None };
            offers.add(suggestion, 3.0, &[], lexicon);
        }
        for card in cards {
            let suggestion =
                Suggestion { text: card.title.clone(), kind: Some(card.kind), url: Some(card.url.clone()) };
            let by_kind = if matches!(card.kind, Kind::Law) { 0.5 } else { 1.0 };
            offers.add(suggestion, card.weight * by_kind, card.keywords(), lexicon);
        }
        offers.keys.sort();
        offers
    }

    fn add(&mut self, suggestion: Suggestion, weight: f32, also: &[String], lexicon: &Lexicon) {
        let number = self.offers.len() as u32;
        let title = squeezed(&fold(&suggestion.text));
        for name in std::iter::once(&title).chain(also) {
            if name.chars().count() > LONGEST_KEY {
                continue;
            }
            let spoken = lexicon.syllables(name);
            self.keys.push((spoken.concat(), number));
            self.keys.push((initials(&spoken), number));
            self.keys.push((name.clone(), number));
        }
        self.offers.push(Offer { suggestion, weight });
    }

    /// At most `most` offers that begin as typed, the weightiest first.
    pub fn beginning(&self, typed: &str, most: usize) -> Vec<Suggestion> {
        let typed = squeezed(&fold(typed));
        if typed.is_empty() {
            return Vec::new();
        }
        let from = self.keys.partition_point(|(key, _)| key.as_str() < typed.as_str());
        let begin = self.keys[from..].iter().take_while(|(key, _)| key.starts_with(&typed));
        let mut numbers: Vec<u32> = begin.take(MOST_LOOKED_AT).map(|(_, number)| *number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let weight = |number: &u32| self.offers[*number as usize].weight;
        numbers.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then(a.cmp(b)));
        let mut seen = HashSet::new();
        let offers = numbers.into_iter().map(|number| &self.offers[number as usize].suggestion);
        offers.filter(|offer| seen.insert(offer.text.clone())).take(most).cloned().collect()
    }
}
