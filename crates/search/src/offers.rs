//! Titles and keywords by what one may begin to type: their characters, their pinyin, their initials.

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

/// What begins as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Offer {
    /// The place among the questions that others ask.
    Question(u32),
    /// The number of a card.
    Card(u32),
}

/// Everything that may be offered.
#[derive(Default)]
pub struct Offers {
    /// Sorted; what stands behind each key.
    keys: Vec<(String, Offer)>,
}

impl Offers {
    pub fn of(words: &Words, cards: &[Card], lexicon: &Lexicon) -> Offers {
        let mut offers = Offers::default();
        for (number, question) in (0..).zip(&words.popular) {
            offers.add(&squeezed(&fold(question)), Offer::Question(number), lexicon);
        }
        let to_be_had = (0..).zip(cards).filter(|(_, card)| card.note.is_none());
        for (number, card) in to_be_had {
            offers.add(&squeezed(card.folded_title()), Offer::Card(number), lexicon);
            card.keywords().iter().for_each(|keyword| offers.add(keyword, Offer::Card(number), lexicon));
        }
        offers.keys.sort();
        offers
    }

    fn add(&mut self, name: &str, offer: Offer, lexicon: &Lexicon) {
        if name.chars().count() > LONGEST_KEY {
            return;
        }
        let spoken = lexicon.syllables(name);
        self.keys.push((spoken.concat(), offer));
        self.keys.push((initials(&spoken), offer));
        self.keys.push((name.to_owned(), offer));
    }

    /// What begins with the folded and squeezed text, each once.
    pub fn beginning(&self, typed: &str) -> Vec<Offer> {
        if typed.is_empty() {
            return Vec::new();
        }
        let from = self.keys.partition_point(|(key, _)| key.as_str() < typed);
        let begin = self.keys[from..].iter().take_while(|(key, _)| key.starts_with(typed));
        let mut offers: Vec<Offer> = begin.take(MOST_LOOKED_AT).map(|(_, offer)| *offer).collect();
        offers.sort_unstable();
        offers.dedup();
        offers
    }
}
