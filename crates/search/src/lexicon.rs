//! The words of this site, found by how they are written and by how they sound.

use std::collections::HashMap;

use jieba_rs::Jieba;

use crate::fold::{is_han, runs};
use crate::sound::{blurred, initials, one_slip, syllables};
use crate::words::Words;

/// Words of more characters are sentences.
const LONGEST: usize = 12;
/// Initials of fewer letters fit too many words.
const SHORTEST_INITIALS: usize = 2;
/// Initials of several words in a row have at least this many letters.
const SHORTEST_ROW: usize = 4;
/// One slip in a shorter word makes another word.
const SHORTEST_SLIP: usize = 5;

/// How sure it is that a word is meant when it sounds right.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Rank(pub f32);

impl Rank {
    /// Editors wrote it down.
    pub const KEPT: Rank = Rank(3.0);
    pub const KEYWORD: Rank = Rank(2.0);
    /// It stands in a title.
    pub const TITLE: Rank = Rank(1.0);
}

struct Entry {
    word: String,
    rank: Rank,
    /// How likely it is meant by somebody who began to type it: the more titles it stands in. 0 for what is only the whole
    /// name of a document.
    likely: u32,
}

/// Cuts sentences and knows what words sound like.
pub struct Lexicon {
    jieba: Jieba,
    entries: Vec<Entry>,
    by_word: HashMap<String, usize>,
    by_sound: HashMap<String, Vec<usize>>,
    by_blurred: HashMap<String, Vec<usize>>,
    by_initials: HashMap<String, Vec<usize>>,
    readings: HashMap<String, Vec<String>>,
    /// Patterns of everyday words, 开*店卖烟, by the initials of their parts.
    patterns: Vec<(Vec<String>, String)>,
}

impl Lexicon {
    /// A dictionary of everyday Chinese with the editors' words in it.
    pub fn new(words: &Words) -> Lexicon {
        let readings = words.readings.iter().map(|one| {
            (one.word.clone(), one.sound.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        });
        let mut lexicon = Lexicon {
            jieba: Jieba::new(),
            entries: Vec::new(),
            by_word: HashMap::new(),
            by_sound: HashMap::new(),
            by_blurred: HashMap::new(),
            by_initials: HashMap::new(),
            readings: readings.collect(),
            patterns: Vec::new(),
        };
        for pattern in words.synonyms.iter().map(|one| &one.say).filter(|say| say.contains('*')) {
            let parts = pattern.split('*').map(|part| initials(&lexicon.syllables(part))).collect();
            lexicon.patterns.push((parts, pattern.clone()));
        }
        let said = words.synonyms.iter().map(|one| one.say.as_str()).filter(|say| !say.contains('*'));
        let meant = words.synonyms.iter().flat_map(|one| one.mean.iter().map(String::as_str));
        for word in words.terms.iter().map(String::as_str).chain(said).chain(meant) {
            lexicon.jieba.add_word(word, None, None);
            lexicon.add(word, Rank::KEPT, 1);
        }
        lexicon
    }

    /// Words a document is called by.
    pub fn learn_keyword(&mut self, folded: &str) {
        self.add(folded, Rank::KEYWORD, 0);
    }

    /// The words of a title, each `likely` to be meant, and a short title as a whole.
    pub fn learn_title(&mut self, folded: &str, likely: u32) {
        self.add(folded, Rank::TITLE, 0);
        for run in runs(folded).iter().filter(|run| run.han) {
            let words: Vec<String> = self.cut(&run.text).into_iter().map(str::to_owned).collect();
            for word in words {
                self.add(&word, Rank::TITLE, likely);
            }
        }
    }

    fn add(&mut self, word: &str, rank: Rank, likely: u32) {
        let han = word.chars().filter(|c| is_han(*c)).count();
        if han < 2 || word.chars().count() > LONGEST {
            return;
        }
        if let Some(known) = self.by_word.get(word) {
            let entry = &mut self.entries[*known];
            entry.likely += likely;
            if entry.rank < rank {
                entry.rank = rank;
            }
            return;
        }
        let number = self.entries.len();
        let spoken = self.syllables(word);
        let blurred: String = spoken.iter().map(|one| blurred(one)).collect();
        self.by_sound.entry(spoken.concat()).or_default().push(number);
        self.by_blurred.entry(blurred).or_default().push(number);
        self.by_initials.entry(initials(&spoken)).or_default().push(number);
        self.by_word.insert(word.to_owned(), number);
        self.entries.push(Entry { word: word.to_owned(), rank, likely });
    }

    /// All words that are not the whole name of a document, the likeliest to be meant first.
    pub fn likeliest(&self) -> Vec<&str> {
        let mut all: Vec<usize> =
            (0..self.entries.len()).filter(|number| self.entries[*number].likely > 0).collect();
        let likely = |number: usize| std::cmp::Reverse(self.entries[number].likely);
        let rank = |number: usize| self.entries[number].rank.0;
        all.sort_by(|a, b| {
            let by_rank = rank(*b).total_cmp(&rank(*a));
            by_rank.then(likely(*a).cmp(&likely(*b))).then_with(|| self.order(*a, *b))
        });
        all.into_iter().map(|number| self.entries[number].word.as_str()).collect()
    }

    pub fn syllables(&self, folded: &str) -> Vec<String> {
        self.readings.get(folded).cloned().unwrap_or_else(|| syllables(folded))
    }

    /// The words of a stretch of Chinese, single characters included.
    pub fn cut<'a>(&self, han: &'a str) -> Vec<&'a str> {
        self.jieba.cut(han, false).into_iter().map(|token| token.word).collect()
    }

    /// A word of this site or of everyday Chinese.
    pub fn knows(&self, word: &str) -> bool {
        self.by_word.contains_key(word) || self.jieba.has_word(word)
    }

    /// Another word that sounds like this piece of Chinese.
    pub fn sounds_like(&self, han: &str) -> Option<&str> {
        let spoken = self.syllables(han);
        let blurred: String = spoken.iter().map(|one| blurred(one)).collect();
        let alike = self.by_sound.get(&spoken.concat()).or_else(|| self.by_blurred.get(&blurred))?;
        self.best(alike).filter(|word| *word != han)
    }

    /// The words whose pinyin, or whose pinyin with one slip, this is; several when it spells several in a row.
    pub fn spelled(&self, letters: &str) -> Option<Vec<&str>> {
        if let Some(exact) = self.by_sound.get(letters).and_then(|found| self.best(found)) {
            return Some(vec![exact]);
        }
        self.in_a_row(letters).or_else(|| self.with_a_slip(letters).map(|word| vec![word]))
    }

    /// Up to `most` words whose initials these are, the surest first.
    pub fn abbreviated(&self, letters: &str, most: usize) -> Vec<&str> {
        if letters.len() < SHORTEST_INITIALS {
            return Vec::new();
        }
        let mut found = self.by_initials.get(letters).cloned().unwrap_or_default();
        found.sort_by(|a, b| self.order(*a, *b));
        found.iter().take(most).map(|number| self.entries[*number].word.as_str()).collect()
    }

    /// Letters that are the initials of several words of the editors in a row, each with up to `most` words it may be; empty
    /// where some letters are left over.
    pub fn abbreviated_in_a_row(&self, letters: &str, most: usize) -> Vec<Vec<&str>> {
        if letters.len() < SHORTEST_ROW || !letters.is_ascii() {
            return Vec::new();
        }
        let kept = |piece: &str| -> Vec<usize> {
            let all = self.by_initials.get(piece).into_iter().flatten().copied();
            all.filter(|number| self.entries[*number].rank >= Rank::KEPT).collect()
        };
        // For each place the fewest words that end there, by where the last of them begins.
        let mut reached: Vec<Option<(usize, usize)>> = vec![None; letters.len() + 1];
        reached[0] = Some((0, 0));
        for end in SHORTEST_INITIALS..=letters.len() {
            for start in 0..=end - SHORTEST_INITIALS {
                let Some((words, _)) = reached[start] else { continue };
                if reached[end].is_none_or(|(fewest, _)| words + 1 < fewest)
                    && !kept(&letters[start..end]).is_empty()
                {
                    reached[end] = Some((words + 1, start));
                }
            }
        }
        let mut row = Vec::new();
        let mut at = letters.len();
        while at > 0 {
            let Some((_, start)) = reached[at] else { return Vec::new() };
            let mut words = kept(&letters[start..at]);
            words.sort_by(|a, b| self.order(*a, *b));
            row.push(words.iter().take(most).map(|number| self.entries[*number].word.as_str()).collect());
            at = start;
        }
        row.reverse();
        row
    }

    /// Patterns of everyday words that the letters are the initials of: ksdmy is 开*店卖烟. A pattern of fewer letters than three
    /// would fit anything.
    pub fn patterned(&self, letters: &str) -> Vec<&str> {
        let fits = |parts: &[String]| {
            let own: usize = parts.iter().map(String::len).sum();
            own >= 3 && letters.is_ascii() && stretched(letters, parts)
        };
        let found = self.patterns.iter().filter(|(parts, _)| fits(parts));
        found.map(|(_, pattern)| pattern.as_str()).collect()
    }

    /// Fewest words that together spell the letters.
    fn in_a_row(&self, letters: &str) -> Option<Vec<&str>> {
        if !letters.is_ascii() {
            return None;
        }
        // For each place the fewest words that spell what stands before it, by the last of them.
        let mut reached: Vec<Option<(usize, usize, &str)>> = vec![None; letters.len() + 1];
        reached[0] = Some((0, 0, ""));
        for end in 1..=letters.len() {
            for start in (0..end).rev() {
                let Some((words, _, _)) = reached[start] else { continue };
                let Some(numbers) = self.by_sound.get(&letters[start..end]) else { continue };
                let Some(word) = self.best(numbers) else { continue };
                if reached[end].is_none_or(|(fewest, _, _)| words + 1 < fewest) {
                    reached[end] = Some((words + 1, start, word));
                }
            }
        }
        let mut found = Vec::new();
        let mut at = letters.len();
        while at > 0 {
            let (_, start, word) = reached[at]?;
            found.push(word);
            at = start;
        }
        found.reverse();
        Some(found)
    }

    fn with_a_slip(&self, letters: &str) -> Option<&str> {
        if letters.len() < SHORTEST_SLIP {
            return None;
        }
        let near = self.by_sound.iter().filter(|(sound, _)| one_slip(sound, letters));
        let numbers: Vec<usize> = near.flat_map(|(_, numbers)| numbers.iter().copied()).collect();
        self.best(&numbers)
    }

    /// A word of this site that sounds like the whole piece but for one slip.
    pub fn sounds_nearly_like(&self, han: &str) -> Option<&str> {
        self.with_a_slip(&self.syllables(han).concat()).filter(|word| *word != han)
    }

    fn best(&self, numbers: &[usize]) -> Option<&str> {
        let best = numbers.iter().min_by(|a, b| self.order(**a, **b))?;
        Some(&self.entries[*best].word)
    }

    /// The surer word first, then the shorter, then the alphabet: the same question always gets the same answer.
    fn order(&self, a: usize, b: usize) -> std::cmp::Ordering {
        let (a, b) = (&self.entries[a], &self.entries[b]);
        let by_rank = b.rank.0.total_cmp(&a.rank.0);
        by_rank.then(a.word.len().cmp(&b.word.len())).then_with(|| a.word.cmp(&b.word))
    }
}

/// Whether the letters are these parts in order, with at most [`crate::words::GAP`] letters between two.
fn stretched(letters: &str, parts: &[String]) -> bool {
    match parts {
        [] => letters.is_empty(),
        [last] => letters == last,
        [first, rest @ ..] => letters.strip_prefix(first.as_str()).is_some_and(|open| {
            (0..=crate::words::GAP.min(open.len())).any(|gap| stretched(&open[gap..], rest))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Reading;

    fn lexicon() -> Lexicon {
        let words = Words {
            terms: vec!["烟草专卖".into(), "许可证".into(), "延续".into(), "重新".into(), "开店".into()],
            readings: vec![Reading { word: "重新".into(), sound: "chong xin".into() }],
            ..Words::default()
        };
        Lexicon::new(&words)
    }

    #[test]
    fn homophones_lead_to_the_word_that_exists() {
        let lexicon = lexicon();
        assert_eq!(lexicon.sounds_like("烟草专买"), Some("烟草专卖"));
        assert_eq!(lexicon.sounds_like("言续"), Some("延续"));
        assert_eq!(lexicon.sounds_like("延续"), None);
        assert_eq!(lexicon.sounds_nearly_like("烟草单卖"), None);
        assert_eq!(lexicon.sounds_nearly_like("烟草专满"), Some("烟草专卖"));
    }

    #[test]
    fn pinyin_is_read_whole_in_a_row_with_a_slip_and_by_initials() {
        let lexicon = lexicon();
        assert_eq!(lexicon.spelled("yancaozhuanmai"), Some(vec!["烟草专卖"]));
        assert_eq!(lexicon.spelled("yancaozhuanmaixukezheng"), Some(vec!["烟草专卖", "许可证"]));
        assert_eq!(lexicon.spelled("xukezhen"), Some(vec!["许可证"]));
        assert_eq!(lexicon.spelled("chongxin"), Some(vec!["重新"]));
        assert_eq!(lexicon.spelled("computer"), None);
        assert_eq!(lexicon.abbreviated("yczm", 3), ["烟草专卖"]);
        assert!(lexicon.abbreviated("y", 3).is_empty());
        assert_eq!(lexicon.abbreviated_in_a_row("yczmyx", 3), [["烟草专卖"], ["延续"]]);
        for left_over in ["yczmq", "qyczm", "asdf", "y", ""] {
            assert!(lexicon.abbreviated_in_a_row(left_over, 3).is_empty(), "{left_over}");
        }
    }

    #[test]
    fn initials_of_a_pattern_may_have_letters_between() {
        let synonym = |say: &str| crate::words::Synonym {
            say: say.into(),
            mean: vec!["新办".into()],
            says: Default::default(),
        };
        let words =
            Words { synonyms: vec![synonym("开*店卖烟"), synonym("换*名")], ..Words::default() };
        let lexicon = Lexicon::new(&words);
        for letters in ["kdmy", "ksdmy", "kygdmy"] {
            assert_eq!(lexicon.patterned(letters), ["开*店卖烟"], "{letters}");
        }
        for none in ["ksdm", "sdmy", "kaaaaadmy", "hdm", ""] {
            assert!(lexicon.patterned(none).is_empty(), "{none}");
        }
    }
}
