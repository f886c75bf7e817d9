//! What to offer while somebody types: what the search would find, now and once the word is finished.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use serde::Serialize;

use crate::document::Kind;
use crate::fault::Fault;
use crate::fold::fold;
use crate::generation::{Asked, Generation};
use crate::index::Effort;
use crate::offers::Offer;
use crate::understand::{LONGEST_QUERY, squeezed};

/// Several readings are looked up at each keystroke.
const KEYSTROKE: Effort = Effort { postings: 20_000, candidates: 200 };
/// What covers less of the question is found, but not offered before it is asked.
const SURE: f32 = 0.5;
/// What begins as typed is likelier to be meant than what only speaks of it.
const BEGINS: f32 = 0.4;
/// Worth of what begins as typed and isn't found otherwise: an odd pinyin, the initials of a long title.
const ONLY_BEGINS: f32 = 0.6;
/// How much less each further way of finishing the word is worth.
const LESS_LIKELY: f32 = 0.93;
/// Places kept for questions, notices and articles, if there are such.
const OTHERS: usize = 3;

/// One offer: a question to ask, or a page to go to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    pub text: String,
    /// None for a question.
    pub kind: Option<Kind>,
    pub url: Option<String>,
}

impl Generation {
    /// At most `most` offers, services first.
    ///
    /// # Errors
    /// When the index can't be read.
    pub fn suggest(&self, typed: &str, today: Date, most: usize) -> Result<Vec<Suggestion>, Fault> {
        let typed: String = typed.chars().take(LONGEST_QUERY).collect();
        let begun = self.offers().beginning(&squeezed(&fold(&typed)));
        let mut cards: Vec<(usize, f32)> = self.worth(&typed, &begun, today)?.into_iter().collect();
        cards.sort_by(|(a, x), (b, y)| y.total_cmp(x).then(a.cmp(b)));
        self.leave_to_the_few(&mut cards);
        let (services, others): (Vec<Suggestion>, Vec<Suggestion>) = self
            .questions(&typed, &begun)
            .chain(self.pages(&cards))
            .partition(|offer| matches!(offer.kind, Some(Kind::Item | Kind::Guide)));
        let kept = others.len().min(OTHERS).min(most);
        Ok(services.into_iter().take(most - kept).chain(others).take(most).collect())
    }

    /// How well each card fits what is typed or what it may become.
    fn worth(&self, typed: &str, begun: &[Offer], today: Date) -> Result<HashMap<usize, f32>, Fault> {
        let mut worth: HashMap<usize, f32> = HashMap::new();
        let mut share = 1.0;
        for understood in std::iter::once(self.understand(typed)).chain(self.finished(typed)) {
            let ranked = self.ranked(&understood, &Asked::new(typed, today), KEYSTROKE)?;
            for (candidate, score) in ranked.iter().filter(|(_, score)| score.cover >= SURE) {
                let known = worth.entry(candidate.card).or_default();
                *known = known.max(score.total * share);
            }
            share *= LESS_LIKELY;
        }
        for offer in begun {
            let Offer::Card(number) = offer else { continue };
            let card = &self.cards()[*number as usize];
            if card.holds_on(today) {
                *worth.entry(*number as usize).or_insert(ONLY_BEGINS + 0.1 * card.weight) += BEGINS;
            }
        }
        Ok(worth)
    }

    /// What only enterprises need is offered when it fits better than all that shops need, as it does once it is named.
    fn leave_to_the_few(&self, cards: &mut Vec<(usize, f32)>) {
        let is_service = |number: usize| matches!(self.cards()[number].kind, Kind::Item | Kind::Guide);
        let is_for_a_few = |number: usize| self.cards()[number].is_for_a_few();
        let first = cards.iter().position(|(number, _)| is_service(*number) && !is_for_a_few(*number));
        let mut place = 0;
        cards.retain(|(number, _)| {
            place += 1;
            first.is_none_or(|first| place <= first) || !is_for_a_few(*number)
        });
    }

    /// What others ask and begins so; not what already stands in the box.
    fn questions(&self, typed: &str, begun: &[Offer]) -> impl Iterator<Item = Suggestion> {
        let numbers = begun.iter().filter_map(|offer| match offer {
            Offer::Question(number) => Some(*number as usize),
            Offer::Card(_) => None,
        });
        let asked = numbers.map(|number| &self.words().popular[number]);
        let more = asked.filter(|question| question.as_str() != typed.trim());
        more.map(|text| Suggestion { text: text.clone(), kind: None, url: None })
    }

    /// Each page of a guide once, by the part that fits best; each title once.
    fn pages(&self, cards: &[(usize, f32)]) -> impl Iterator<Item = Suggestion> {
        let (mut titles, mut pages) = (HashSet::new(), HashSet::new());
        let cards = cards.iter().map(|(number, _)| &self.cards()[*number]);
        let once = cards.filter(move |card| {
            let page = card.url.split('#').next().unwrap_or_default();
            titles.insert(&card.title) && (card.kind != Kind::Guide || pages.insert(page))
        });
        once.map(|card| Suggestion {
            text: card.title.clone(),
            kind: Some(card.kind),
            url: Some(card.url.clone()),
        })
    }
}
