//! The words editors keep: what people say and what the office calls it, words that say nothing, names of the trade.

use jiff::civil::Date;
use serde::Deserialize;

use crate::fault::Fault;
use crate::fold::{fold, is_han};

/// How many characters a `*` of a pattern may stand for: 换*名 also means “换个店名”, not two sentences.
pub const GAP: usize = 4;

/// One file of `items/words`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordFile {
    /// From when the list holds; a list of tomorrow is not used today.
    effective: toml::value::Datetime,
    #[serde(rename = "source")]
    _source: String,
    #[serde(default)]
    stop: Vec<String>,
    #[serde(default)]
    question: Vec<String>,
    #[serde(default)]
    terms: Vec<String>,
    #[serde(default)]
    popular: Vec<String>,
    #[serde(default)]
    reading: Vec<Reading>,
    #[serde(default, rename = "synonym")]
    synonyms: Vec<SynonymEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SynonymEntry {
    say: Vec<String>,
    mean: Vec<String>,
    #[serde(default)]
    vague: bool,
    #[serde(default)]
    decides: bool,
}

/// How a word is read where the single characters would be read otherwise: 重新 is chong xin.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    pub word: String,
    /// Syllables with blanks between.
    pub sound: String,
}

/// What people say, with what the office calls it. One way only: who asks for 新办 doesn't mean 开店 in general.
#[derive(Clone, Debug)]
pub struct Synonym {
    /// Folded; a `*` stands for up to four characters.
    pub say: String,
    pub mean: Vec<String>,
    pub says: Says,
}

/// How much an everyday word says beside the other words of a question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Says {
    /// Said by everybody, whatever they want to know: 开店 in “开店要多少钱”.
    Little,
    #[default]
    AsOthers,
    /// Stands on every page and still decides which is wanted: 材料 in “新办的材料”.
    Much,
}

/// All lists together.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// Say nothing in a query: 的, 请问.
    pub stop: Vec<String>,
    /// Say that an answer is wanted rather than a form: 怎么, 多久.
    pub question: Vec<String>,
    /// Names of the trade that a dictionary of everyday Chinese lacks.
    pub terms: Vec<String>,
    /// Offered to people who found nothing, or typed nothing yet.
    pub popular: Vec<String>,
    pub readings: Vec<Reading>,
    pub synonyms: Vec<Synonym>,
}

impl Words {
    /// One list in the form of `items/words/*.toml`; empty when it takes effect after `today`.
    ///
    /// # Errors
    /// [`Fault::Words`] with the file and what is wrong in it.
    pub fn read(file: &str, text: &str, today: Date) -> Result<Words, Fault> {
        let wrong = |says: String| Fault::Words { file: file.to_owned(), says };
        let read: WordFile = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
        let effective: Date = read
            .effective
            .to_string()
            .parse()
            .map_err(|_| wrong("effective 要写成日期，例如 2026-11-01".into()))?;
        if today < effective {
            return Ok(Words::default());
        }
        let synonyms = read.synonyms.into_iter().map(synonyms_of).collect::<Result<Vec<_>, _>>();
        Ok(Words {
            stop: folded(read.stop),
            question: folded(read.question),
            terms: folded(read.terms),
            popular: read.popular,
            readings: read.reading,
            synonyms: synonyms.map_err(wrong)?.into_iter().flatten().collect(),
        })
    }

    /// These lists and others: those of the nation, of a bureau, of an editor's desk.
    #[must_use]
    pub fn and(mut self, more: Words) -> Words {
        self.stop.extend(more.stop);
        self.question.extend(more.question);
        self.terms.extend(more.terms);
        self.popular.extend(more.popular);
        self.readings.extend(more.readings);
        self.synonyms.extend(more.synonyms);
        self
    }

    pub fn is_stop(&self, word: &str) -> bool {
        self.stop.iter().chain(&self.question).any(|stop| stop == word)
    }

    pub fn asks(&self, folded_query: &str) -> bool {
        self.question.iter().any(|word| folded_query.contains(word.as_str()))
    }
}

fn synonyms_of(entry: SynonymEntry) -> Result<Vec<Synonym>, String> {
    let mean = folded(entry.mean);
    if mean.is_empty() {
        return Err(format!("“{}”没有写 mean", entry.say.join("、")));
    }
    let says = match (entry.vague, entry.decides) {
        (true, true) => return Err(format!("“{}”不能又 vague 又 decides，删掉一个", entry.say.join("、"))),
        (true, false) => Says::Little,
        (false, true) => Says::Much,
        (false, false) => Says::AsOthers,
    };
    let one = |say: String| {
        let say = fold(&say);
        let named = say.chars().filter(|c| is_han(*c) || c.is_alphanumeric()).count();
        if named < 2 || say.starts_with('*') || say.ends_with('*') {
            return Err(format!("“{say}”太短，或者以 * 开头结尾，会误中别的词"));
        }
        Ok(Synonym { say, mean: mean.clone(), says })
    };
    entry.say.into_iter().map(one).collect()
}

fn folded(words: Vec<String>) -> Vec<String> {
    words.iter().map(|word| fold(word)).collect()
}

impl Synonym {
    /// Where it is said in the folded query, as ranges of characters.
    pub fn said_in(&self, query: &[char]) -> Vec<std::ops::Range<usize>> {
        let parts: Vec<Vec<char>> = self.say.split('*').map(|part| part.chars().collect()).collect();
        let ends = |start: usize| {
            let mut at = start;
            for (number, part) in parts.iter().enumerate() {
                let slack = if number == 0 { 0 } else { GAP };
                at = (at..=at + slack).find(|from| query[(*from).min(query.len())..].starts_with(part))?;
                at += part.len();
            }
            Some(start..at)
        };
        (0..query.len()).filter_map(ends).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const LIST: &str = "effective = 2026-11-01\nsource = \"t\"\nstop = [\"的\"]\n\
        [[synonym]]\nsay = [\"换*名\", \"開店\"]\nmean = [\"变更\"]\n";

    fn said(query: &str) -> Vec<std::ops::Range<usize>> {
        let words = Words::read("t.toml", LIST, date(2026, 11, 25)).unwrap();
        let query: Vec<char> = fold(query).chars().collect();
        words.synonyms.iter().flat_map(|one| one.said_in(&query)).collect()
    }

    fn one(range: std::ops::Range<usize>) -> Vec<std::ops::Range<usize>> {
        Vec::from([range])
    }

    #[test]
    fn a_star_stands_for_up_to_four_characters() {
        assert_eq!(said("换名"), one(0..2));
        assert_eq!(said("想换个店名字"), one(1..5));
        assert!(said("换了一家很远的店名").is_empty());
        assert_eq!(said("我要开店"), one(2..4));
        assert!(said("").is_empty());
    }

    #[test]
    fn a_list_of_tomorrow_is_not_used_today() {
        let words = Words::read("t.toml", LIST, date(2026, 10, 31)).unwrap();
        assert!(words.synonyms.is_empty() && words.stop.is_empty());
    }

    #[test]
    fn what_is_wrong_with_a_list_is_said_with_its_file() {
        let bad = [
            "effective = 2026-11-01\n",
            "effective = 2026-11-01\nsource=\"t\"\n[[synonym]]\nsay=[\"店\"]\nmean=[\"新办\"]\n",
            "effective = 2026-11-01\nsource=\"t\"\n[[synonym]]\nsay=[\"*开店\"]\nmean=[\"新办\"]\n",
            "effective = 2026-11-01\nsource=\"t\"\n[[synonym]]\nsay=[\"开店\"]\nmean=[]\n",
            "effective = 12:00:00\nsource=\"t\"\n",
            "effective = 2026-11-01\nsource=\"t\"\n[[synonym]]\nsay=[\"几天\"]\nmean=[\"时限\"]\n\
             vague=true\ndecides=true\n",
        ];
        for text in bad {
            let says = Words::read("sh.toml", text, date(2026, 11, 25)).unwrap_err().to_string();
            assert!(says.contains("sh.toml"), "{says}");
        }
    }
}
