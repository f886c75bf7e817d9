//! One state of all documents, never changed once it answers.

use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;

use crate::document::{Document, Kind};
use crate::endings::Endings;
use crate::fault::Fault;
use crate::fold::{all_grams, fold, is_han};
use crate::index::{Candidate, Effort, Index, Only};
use crate::lexicon::Lexicon;
use crate::mark::{self, Marked};
use crate::offers::Offers;
use crate::rank::{Card, Score, Weighed, score};
use crate::understand::{Concept, Reader, Understood, squeezed};
use crate::words::Words;

/// Nobody reads further than two hundred answers.
const QUESTION: Effort = Effort { postings: 100_000, candidates: 200 };
/// Grams of a question that are looked up, the rarest first.
const MOST_GRAMS: usize = 40;
/// Less of the question than this is chance.
const LEAST_COVER: f32 = 0.22;
/// What covers much less than the best answer is not shown beside it.
const LEAST_SHARE: f32 = 0.4;
const NEAREST: usize = 5;
/// Ways of finishing a word that are followed up.
const MOST_ENDINGS: usize = 4;
/// The least that a word can weigh which stands everywhere.
const LEAST_WEIGHT: f32 = 0.12;
/// A word that stands nowhere can't tell one document from another: 生病 in “生病了店先关几个月”. It weighs enough that
/// a question about nothing on this site finds nothing.
const UNKNOWN_WEIGHT: f32 = 0.5;

/// A question.
#[derive(Clone, Debug)]
pub struct Asked {
    pub text: String,
    pub kind: Option<Kind>,
    pub bureau: Option<String>,
    /// Documents not yet or no longer in force stay hidden.
    pub today: Date,
    /// Answers to skip, and how many to give.
    pub skip: usize,
    pub most: usize,
}

impl Asked {
    pub fn new(text: impl Into<String>, today: Date) -> Asked {
        Asked { text: text.into(), kind: None, bureau: None, today, skip: 0, most: 10 }
    }
}

/// One answer.
#[derive(Clone, Debug, Serialize)]
pub struct Hit {
    pub kind: Kind,
    pub id: String,
    pub title: Marked,
    pub url: String,
    pub excerpt: Marked,
    /// 已取消, 已暂停: said beside the title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    pub score: f32,
}

/// All about the answers to a question.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Found {
    /// One page of them, best first.
    pub hits: Vec<Hit>,
    /// How many there are; not counted beyond the first two hundred.
    pub total: usize,
    /// How many of each kind there are, without the filter by kind.
    pub kinds: Vec<(Kind, usize)>,
    /// How the question was read when that is not as it was typed.
    pub read_as: Option<String>,
    /// When there is no answer: what comes nearest.
    pub nearest: Vec<Hit>,
    /// When there is no answer: what others ask.
    pub popular: Vec<String>,
}

pub struct Generation {
    words: Arc<Words>,
    lexicon: Lexicon,
    cards: Vec<Card>,
    index: Index,
    offers: Offers,
    endings: Endings,
}

impl Generation {
    pub fn build(
        documents: &[Document],
        words: Arc<Words>,
        folder: Option<&Path>,
    ) -> Result<Generation, Fault> {
        let index = Index::build(documents, folder)?;
        let cards: Vec<Card> = documents.iter().map(Card::of).collect();
        let mut lexicon = Lexicon::new(&words);
        for card in &cards {
            lexicon.learn_title(card.folded_title(), likeliness(card));
            card.keywords().iter().for_each(|keyword| lexicon.learn_keyword(keyword));
        }
        let offers = Offers::of(&words, &cards, &lexicon);
        let endings = Endings::of(&lexicon);
        Ok(Generation { words, lexicon, cards, index, offers, endings })
    }

    pub fn len(&self) -> usize {
        self.cards.len()
    }

    pub fn cards(&self) -> &[Card] {
        &self.cards
    }

    pub fn words(&self) -> &Words {
        &self.words
    }

    pub fn offers(&self) -> &Offers {
        &self.offers
    }

    /// A lone character says too little, and half a word nothing: they are read as the words they may become.
    pub fn find(&self, asked: &Asked) -> Result<Found, Fault> {
        let folded = fold(&asked.text);
        let plainly = self.find_as(&self.understand(&asked.text), asked)?;
        let says_enough = !plainly.kinds.is_empty() && !is_lone(&folded);
        if says_enough || self.words.is_stop(&squeezed(&folded)) {
            return Ok(plainly);
        }
        let words = self.endings.begun_by(&folded, &self.lexicon, MOST_ENDINGS);
        match any_of(words.iter().map(|word| self.understand(word))) {
            Some(understood) => self.find_as(&understood, asked),
            None => Ok(plainly),
        }
    }

    fn find_as(&self, understood: &Understood, asked: &Asked) -> Result<Found, Fault> {
        let ranked = self.ranked(understood, asked, QUESTION)?;
        let best = ranked.first().map_or(0.0, |(_, score)| score.cover);
        let answers = |score: &Score| score.cover >= LEAST_COVER && score.cover >= best * LEAST_SHARE;
        let (good, near): (Vec<_>, Vec<_>) = ranked.into_iter().partition(|(_, score)| answers(score));
        let kinds = self.kinds(&good);
        let good: Vec<_> = good.into_iter().filter(|(one, _)| self.fits(one, asked)).collect();
        let concepts = &understood.concepts;
        let hit = |(one, score): &(Candidate, Score)| self.hit(one, score, concepts);
        let mut found = Found {
            total: good.len(),
            kinds,
            hits: good.iter().skip(asked.skip).take(asked.most).map(hit).collect::<Result<_, _>>()?,
            ..Found::default()
        };
        found.read_as = understood.read_as.clone();
        if good.is_empty() {
            found.nearest = near.iter().take(NEAREST).map(hit).collect::<Result<_, _>>()?;
            found.popular = self.words.popular.clone();
        }
        Ok(found)
    }

    pub fn understand(&self, query: &str) -> Understood {
        let known = |gram: &str| self.index.frequency(gram) > 0;
        Reader { words: &self.words, lexicon: &self.lexicon, known: &known }.read(query)
    }

    /// What is typed with its last word finished, the likeliest ending first.
    pub fn finished(&self, typed: &str) -> impl Iterator<Item = Understood> {
        let finished = self.endings.finish(&fold(typed.trim_start()), &self.lexicon, MOST_ENDINGS);
        finished.into_iter().map(|text| self.understand(&text))
    }

    fn fits(&self, candidate: &Candidate, asked: &Asked) -> bool {
        asked.kind.is_none_or(|kind| self.cards[candidate.card].kind == kind)
    }

    /// Candidates of all kinds with their scores, best first; those of the kind asked for are sought once more when
    /// others may have pushed them out.
    pub fn ranked(
        &self,
        understood: &Understood,
        asked: &Asked,
        effort: Effort,
    ) -> Result<Vec<(Candidate, Score)>, Fault> {
        let grams = self.grams(&understood.concepts);
        if grams.is_empty() {
            return Ok(Vec::new());
        }
        let any = Only { kind: None, bureau: asked.bureau.clone() };
        let mut candidates = self.index.candidates(&grams, &any, effort)?;
        if asked.kind.is_some() && candidates.len() == effort.candidates {
            let only = Only { kind: asked.kind, ..any };
            candidates.retain(|candidate| !self.fits(candidate, asked));
            candidates.extend(self.index.candidates(&grams, &only, effort)?);
        }
        candidates.retain(|candidate| self.cards[candidate.card].holds_on(asked.today));
        self.index.look_into_bodies(&mut candidates, &grams)?;
        let sought = self.weighed(&understood.concepts, &grams);
        let best = candidates.iter().map(|candidate| candidate.score).fold(f32::MIN_POSITIVE, f32::max);
        let rate = |one: Candidate| {
            let card = &self.cards[one.card];
            (one, score(card, one.body, &sought, understood, one.score / best, asked.today))
        };
        let mut ranked: Vec<(Candidate, Score)> = candidates.into_iter().map(rate).collect();
        // The number of the card last, so that the same question always gets the same order.
        ranked.sort_by(|(a, x), (b, y)| y.total.total_cmp(&x.total).then(a.card.cmp(&b.card)));
        Ok(ranked)
    }

    /// The grams of all ways that stand in any document, with their weights, the rarest first.
    fn grams(&self, concepts: &[Concept]) -> Vec<(String, f32)> {
        let mut grams: Vec<(String, f32, u64)> = Vec::new();
        for concept in concepts {
            for way in &concept.ways {
                let weight = concept.factor * way.weight;
                for gram in all_grams(&way.text) {
                    if let Some(known) = grams.iter_mut().find(|(known, _, _)| *known == gram) {
                        known.1 = known.1.max(weight);
                        continue;
                    }
                    let frequency = self.index.frequency(&gram);
                    if frequency > 0 {
                        grams.push((gram, weight, frequency));
                    }
                }
            }
        }
        grams.sort_by_key(|(_, _, frequency)| *frequency);
        grams.truncate(MOST_GRAMS);
        grams.into_iter().map(|(gram, weight, _)| (gram, weight)).collect()
    }

    fn weighed(&self, concepts: &[Concept], grams: &[(String, f32)]) -> Vec<Weighed> {
        let bits = |text: &str| {
            let numbers =
                all_grams(text).into_iter().map(|gram| grams.iter().position(|(one, _)| *one == gram));
            // A gram that was not looked up can't be met: the way then stands in no body as a whole.
            let all: Option<Vec<usize>> = numbers.collect();
            all.map_or(0, |numbers| numbers.into_iter().fold(0, |bits, number| bits | 1 << number))
        };
        let weigh = |concept: &Concept| Weighed {
            weight: concept.factor * self.rarity(concept),
            bits: concept.ways.iter().map(|way| bits(&way.text)).collect(),
            concept: concept.clone(),
        };
        concepts.iter().map(weigh).collect()
    }

    /// From nearly 0 for what stands everywhere to 1 for what stands nowhere.
    fn rarity(&self, concept: &Concept) -> f32 {
        let all = self.cards.len().max(2) as f32;
        let rarity = |text: &str| {
            let rarest = all_grams(text).iter().map(|gram| self.index.frequency(gram)).min().unwrap_or(0);
            if rarest == 0 { UNKNOWN_WEIGHT } else { 1.0 - (1.0 + rarest as f32).ln() / (1.0 + all).ln() }
        };
        concept.ways.iter().map(|way| rarity(&way.text)).fold(1.0, f32::min).max(LEAST_WEIGHT)
    }

    fn kinds(&self, good: &[(Candidate, Score)]) -> Vec<(Kind, usize)> {
        let count = |kind| good.iter().filter(|(one, _)| self.cards[one.card].kind == kind).count();
        Kind::ALL.into_iter().map(|kind| (kind, count(kind))).filter(|(_, count)| *count > 0).collect()
    }

    fn hit(&self, candidate: &Candidate, score: &Score, concepts: &[Concept]) -> Result<Hit, Fault> {
        let card = &self.cards[candidate.card];
        Ok(Hit {
            kind: card.kind,
            id: card.id.clone(),
            title: mark::whole(&card.title, concepts),
            url: card.url.clone(),
            note: card.note.clone(),
            excerpt: mark::excerpt(&self.index.body(candidate.at)?, concepts),
            score: score.total,
        })
    }
}

/// What shops read is likelier to be meant than what enterprises or lawyers read.
fn likeliness(card: &Card) -> u32 {
    if card.is_for_a_few() || card.kind == Kind::Law { 1 } else { 10 }
}

fn is_lone(folded: &str) -> bool {
    let squeezed = squeezed(folded);
    squeezed.chars().count() == 1 && squeezed.chars().all(is_han)
}

/// What speaks of any of several words answers. Words that are read as several things are left out.
fn any_of(readings: impl Iterator<Item = Understood>) -> Option<Understood> {
    let mut merged: Option<Understood> = None;
    for reading in readings.filter(|reading| reading.concepts.len() == 1) {
        let Some(known) = &mut merged else {
            merged = Some(Understood { read_as: Some(reading.whole.clone()), ..reading });
            continue;
        };
        known.read_as = known.read_as.take().map(|words| format!("{words}、{}", reading.whole));
        let ways = reading.concepts.into_iter().flat_map(|concept| concept.ways);
        ways.for_each(|way| known.concepts[0].or(&way.text, way.weight));
    }
    merged
}
